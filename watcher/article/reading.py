"""Passages → an article: which statements it makes, and which of its sources stand behind each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.article.marks import Mark, marks, without
from watcher.article.passages import SOURCES, Part, Passage, passages_of
from watcher.article.sentences import sentences
from watcher.works.identifiers import safe_url

_NUMBER = re.compile(r"^\s*(?:[-*•]\s*)?\[?(\d{1,3})(?:\]|[.)])\s*(?=\S)")
_URL = re.compile(r"https?://[^\s<>\"“”]+")
_MOST_CARRIED = 4  # sentences before a mark that it may stand for


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of the list of sources, as it stands there; `url` is "" where it holds none."""

    number: int
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, the heading over it, and the numbers of the sources that it rests on.

    `group` counts the runs of sentences that one mark stands for: "… . … .[4]" is one of two.
    """

    text: str
    cites: tuple[int, ...]
    section: str
    group: int


@dataclass(frozen=True, slots=True)
class Article:
    """What was read. `statements` are those with sources; where the article marks none, all of its sentences."""

    title: str
    statements: tuple[Statement, ...]
    sources: tuple[Source, ...]
    sentences: tuple[str, ...]


def read_article(body: bytes, charset: str | None = None) -> Article:
    """Read a text or HTML file's bytes; `charset` is what a server said of them. Raises ArticleError."""
    passages = passages_of(body, charset)
    title = next((passage.text for passage in passages if passage.part is Part.TITLE), "")
    text, listed = _parted(passages)
    sources = _sources(listed) or _links(text)
    statements = _statements(text, sources)
    cited = tuple(statement for statement in statements if statement.cites)
    return Article(title, cited or tuple(statements), sources, tuple(statement.text for statement in statements))


def _parted(passages: list[Passage]) -> tuple[list[Passage], list[Passage]]:
    """The text, and what stands under the last heading of the kind "Sources", up to the next heading."""
    heads = [at for at, passage in enumerate(passages) if SOURCES.fullmatch(passage.text.strip())]
    if not heads:
        return passages, []
    start = heads[-1] + 1
    end = next((at for at in range(start, len(passages)) if passages[at].part is Part.HEADING), len(passages))
    return passages[: start - 1], passages[start:end]


def _sources(listed: list[Passage]) -> tuple[Source, ...]:
    """The entries; lines that go on an entry, where entries are numbered, are put to it."""
    entries: list[str] = []
    numbered = bool(listed) and _NUMBER.match(listed[0].text) is not None
    for passage in listed:
        if numbered and entries and not _NUMBER.match(passage.text):
            entries[-1] += f" {passage.text}"
        else:
            entries.append(passage.text)
    found: dict[int, Source] = {}
    for position, entry in enumerate(entries, 1):
        own = _NUMBER.match(entry)
        number = int(own[1]) if own else position
        found.setdefault(number, Source(number, _NUMBER.sub("", entry), _address(entry)))
    return tuple(found[number] for number in sorted(found))


def _links(text: list[Passage]) -> tuple[Source, ...]:
    """Without a list: the addresses that stand in the text itself."""
    urls = dict.fromkeys(_address(found) for passage in text for found in _URL.findall(passage.text))
    return tuple(Source(number, url, url) for number, url in enumerate(filter(None, urls), 1))


def _address(entry: str) -> str:
    found = _URL.search(entry)
    return (safe_url(found[0].rstrip(".,;)]")) or "") if found else ""


def _statements(text: list[Passage], sources: tuple[Source, ...]) -> list[Statement]:
    found: list[Statement] = []
    section, group = "", 0
    for passage in text:
        if passage.part is Part.HEADING:
            section = passage.text
        elif passage.part in {Part.TEXT, Part.ENTRY}:
            marked = [mark for mark in marks(passage.text) if _cited(mark, sources)]
            bare, places = without(passage.text, marked)
            cites_at = [(place, _cited(mark, sources)) for place, mark in zip(places, marked, strict=True)]
            waiting: list[str] = []
            for start, end in sentences(bare):
                cites = tuple(dict.fromkeys(n for at, numbers in cites_at if start <= at < end for n in numbers))
                waiting.append(bare[start:end].strip())
                if cites:
                    covered = waiting[-_MOST_CARRIED:]
                    found += [Statement(each, (), section, group) for each in waiting[: -len(covered)]]
                    found += [Statement(each, cites, section, group + 1) for each in covered]
                    group, waiting = group + 2, []
            found += [Statement(each, (), section, group) for each in waiting]
            group += 1
    return found


def _cited(mark: Mark, sources: tuple[Source, ...]) -> tuple[int, ...]:
    """The numbers of the sources that a mark names; none where it names no source, and so is no mark."""
    known = {source.number for source in sources}
    numbers = [number for number in mark.numbers if number in known]
    for key in mark.names:
        name, _, year = key.rpartition(" ")
        theirs = [s for s in sources if re.search(rf"\b{re.escape(name)}\b", s.text.lower())]
        lettered = [s.number for s in theirs if year in s.text]
        numbers += (lettered or [s.number for s in theirs if year[:4] in s.text])[:1]
    return tuple(dict.fromkeys(numbers))

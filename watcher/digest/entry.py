"""A work as its lines in a digest: what a reader sees of it, in either part, cleaned and cut."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.digest import links
from watcher.digest.excerpt import excerpt, pattern_of, words_of
from watcher.digest.links import Link
from watcher.digest.richtext import RichText, Run, clean, unmarked
from watcher.digest.updates import difference, page_event
from watcher.models import Author, Kind, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from watcher.digest.dates import Dates
    from watcher.told import Entry, PageChange, Why

_LONGEST_TITLE = 600
_FIRST_AUTHORS = 3
_LARGE_GROUP = 10  # from here on their number is told
_MOST_PHRASES = 8
_MOST_NEWS = 5
_NOTHING = RichText()
# PubMed's publication types in the order in which they matter to a reader, and the words for them.
_TYPES = (
    ("Retracted Publication", "retracted"),
    ("Retraction of Publication", "retraction notice"),
    ("Expression of Concern", "expression of concern"),
    ("Published Erratum", "erratum"),
    ("Meta-Analysis", "meta-analysis"),
    ("Systematic Review", "systematic review"),
    ("Review", "review"),
    ("Randomized Controlled Trial", "randomised trial"),
    ("Clinical Trial", "clinical trial"),
    ("Case Reports", "case report"),
    ("Clinical Trial Protocol", "trial protocol"),
    ("Practice Guideline", "guideline"),
    ("Editorial", "editorial"),
    ("Comment", "comment"),
    ("Letter", "letter"),
    ("News", "news"),
)
_IMPLIED = {"meta-analysis": "systematic review", "systematic review": "review", "randomised trial": "clinical trial"}


@dataclass(frozen=True, slots=True)
class NewsLine:
    """A news item on a work: its outlet and title, and where it stands."""

    words: str
    link: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLines:
    """What is shown of an entry; an empty line is not shown. `change` is why a work is told again.

    `facts` are outlet, kinds and date, and `free` leads to the free full text; `reasons` say why it is here;
    `difference` is what a page has no longer, and has now; `rate` are the addresses of mails that rate the work, and
    `rating` their subject. Of an entry that stands in full further up (`above`), only the title is shown.
    """

    title: RichText
    change: str = ""
    authors: str = ""
    facts: tuple[str, ...] = ()
    free: Link | None = None
    excerpt: RichText = _NOTHING
    difference: tuple[str, ...] = ()
    reasons: str = ""
    news: tuple[NewsLine, ...] = ()
    also_in: str = ""
    links: tuple[Link, ...] = ()
    rate: tuple[Link, ...] = ()
    rating: str = ""
    above: bool = False

    @property
    def url(self) -> str:
        """The best of its links; empty where it has none."""
        return self.links[0].url if self.links else self.free.url if self.free else ""

    @property
    def change_names_title(self) -> bool:
        """Whether the change says the title already, as of "Erratum: TITLE" that "Corrects “TITLE”"."""
        named = re.search("“(.+)”", self.change)
        return named is not None and named[1].rstrip("…").casefold() in str(self.title).casefold()


def lines_of(entry: Entry, dates: Dates, *, rate_to: str = "", above: bool = False) -> EntryLines:
    """Whatever the record holds, this has a title and raises nothing."""
    work, record = entry.work, entry.work.record
    news = tuple(_news(entry.news))
    told = {item.link.url for item in news if item.link}
    return EntryLines(
        title=title_of(record),
        change=clean(entry.change, 400),
        authors=authors_line(record.authors),
        facts=tuple(fact for fact in (_outlet(record), *_kinds(record), dates.published(record.published)) if fact),
        free=links.free_text(work),
        excerpt=excerpt(record.abstract).marked(pattern_of(entry.phrases)),
        reasons=" · ".join(reason for reason in (why_line(entry.why), _matched(entry.phrases)) if reason),
        news=news,
        also_in="; ".join(clean(title, 120) for title in entry.also_in),
        links=tuple(link for link in links.of_work(work) if link.url not in told),
        rate=links.of_rating(rate_to, work.id) if rate_to else (),
        rating=f"{links.rating(work.id, '+')} (or -)" if rate_to else "",
        above=above,
    )


def lines_of_page(change: PageChange) -> EntryLines:
    """Of a page: as of a work, with what differs in place of an abstract."""
    address = links.page_address(change.url)
    title = clean(change.title, 300)
    return EntryLines(
        title=RichText((Run(title),)) if title else RichText.read("Untitled"),
        change=page_event(change),
        links=(links.page(address),) if address else (),
        difference=difference(change.event),
    )


def _matched(given: Iterable[str]) -> str:
    phrases = [words for phrase in given if (words := words_of(phrase))]
    more = len(phrases) - _MOST_PHRASES
    return (
        "matched " + ", ".join(phrases[:_MOST_PHRASES]) + (f" and {more} more" if more > 0 else "") if phrases else ""
    )


def why_line(why: Why) -> str:
    """In words: "near [1] and [4]: exosome, fibroblast, wound closure · cites [5] · by an author of [1]"."""
    shared = ", ".join(clean(phrase, 60) for phrase in why.shared)
    said = [f"near {_numbers(why.near)}: {shared}"] if why.near else []
    said += [f"cites {_numbers(why.cites)}"] if why.cites else []
    said += [f"by an author of {_numbers(why.by_author_of)}"] if why.by_author_of else []
    return " · ".join(said)


def _numbers(numbers: Sequence[int]) -> str:
    *others, last = (f"[{number}]" for number in numbers)
    return f"{', '.join(others)} and {last}" if others else last


def _news(records: Sequence[Record]) -> Iterator[NewsLine]:
    for record in records[:_MOST_NEWS]:
        address = links.page_address(record.url or "")
        outlet, title = _outlet(record), clean(str(title_of(record)), 160)
        yield NewsLine(f"{outlet}, “{title}”" if outlet else f"“{title}”", links.page(address) if address else None)
    if (more := len(records) - _MOST_NEWS) > 0:
        yield NewsLine(f"{more} more", None)


def title_of(record: Record) -> RichText:
    """Its title without the closing full stop; the vernacular one, or "Untitled", where it has none."""
    for source in (record.title, record.vernacular_title):
        if title := RichText.read(source).without_period():
            return title.cut(_LONGEST_TITLE)
    return RichText.read("Untitled")


def authors_line(authors: Iterable[Author]) -> str:
    """All up to four; of more, the first three and the last, and how many there are from ten on."""
    names = [name for author in authors if (name := unmarked(str(author), 100))]
    if len(names) <= _FIRST_AUTHORS + 1:
        return ", ".join(names)
    count = f" ({len(names)} authors)" if len(names) >= _LARGE_GROUP else ""
    return f"{', '.join(names[:_FIRST_AUTHORS])} … {names[-1]}{count}"


def _outlet(record: Record) -> str:
    return unmarked(record.journal or record.journal_abbreviation or record.source.partition("feed:")[2], 160)


def _kinds(record: Record) -> Iterator[str]:
    """Nothing for a plain article: a word is said only where it tells something."""
    named = [words for name, words in _TYPES if name in record.publication_types]
    implied = {_IMPLIED.get(words) for words in named} | {_IMPLIED.get(str(_IMPLIED.get(words))) for words in named}
    named = [words for words in named if words not in implied]
    if record.kind in {Kind.PREPRINT, Kind.NEWS} or (record.kind is Kind.NOTICE and not named):
        yield record.kind.value
    yield from (words for words in named if words != record.kind.value)

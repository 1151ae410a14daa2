"""A digest in the words that its pages show, cleaned and cut: what the templates are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.digest import opening
from watcher.digest.dates import Dates
from watcher.digest.entry import EntryLines, lines_of, lines_of_page
from watcher.digest.opening import count
from watcher.digest.receipt import Source, receipt, sources
from watcher.digest.richtext import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.told import Digest, Entry, Section


@dataclass(frozen=True, slots=True)
class SectionLines:
    """A section as shown: `origin` says where it comes from in the article and how many works it has.

    `first`: it opens the mail. `brief`: its works are known to the reader. `held`: they are named, and nothing more.
    """

    title: str
    origin: str
    entries: tuple[EntryLines, ...]
    first: bool = False
    brief: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the templates show, in words."""

    title: str
    subject: str
    preheader: str
    counts: str
    article: str
    day: str
    sections: tuple[SectionLines, ...]
    receipt: tuple[tuple[str, tuple[str, ...]], ...]
    sources: tuple[Source, ...]
    index: str = ""
    elsewhere: str = "the complete list is in the text part of this mail"


def page_of(digest: Digest, *, held: bool = False, index: str = "") -> Page:
    """In this order: what has become of known works, and of the sources; the best across all sections; the sections.

    `held`: what was held back stands after these, too. `index` is the address of a page that leads to others.
    """
    found = (_section(digest, section) for section in digest.sections if section.entries)
    back = (_held(digest, section) for section in digest.held if held)
    day, kinds = Dates(digest.zone, digest.language).day(digest.composed_at), opening.kinds(digest)
    article = clean(digest.article, 300) or clean(digest.name, 100)
    return Page(
        title=f"{opening.topic(digest.name, 35)}, {day}",  # of 70 characters at most: browsers show no more
        subject=opening.subject(digest),
        preheader=opening.preheader(digest),
        counts=opening.counts(digest),
        article=article,
        day=f"{day} · {kinds}" if kinds else day,
        sections=(*_updates(digest), *_on_sources(digest), *_best(digest), *found, *back),
        receipt=tuple(receipt(digest)),
        sources=tuple(sources(digest)),
        index=index,
    )


def _updates(digest: Digest) -> Iterator[SectionLines]:
    """What was told and has changed: the gravest news that a digest can have."""
    if digest.updates:
        origin = f"What has become of works that you know · {count(len(digest.updates), 'update')}"
        yield SectionLines("Updates", origin, _lines(digest, digest.updates), first=True, brief=True)


def _best(digest: Digest) -> Iterator[SectionLines]:
    """What opens the mail: in its own section it is named, and not repeated."""
    if digest.best:
        origin = f"The {len(digest.best)} that are most related to what the article cites"
        entries = _lines(digest, digest.best, rate_to=digest.rate_to)
        yield SectionLines("First of all", origin, entries, first=True)


def _on_sources(digest: Digest) -> Iterator[SectionLines]:
    if digest.on_sources:
        origin = f"What has become of what the article cites · {count(digest.on_sources, 'item')}"
        entries = (*_lines(digest, digest.sources), *map(lines_of_page, digest.pages))
        yield SectionLines("The sources themselves", origin, entries, brief=True)


def _section(digest: Digest, section: Section) -> SectionLines:
    numbers = " ".join(f"[{number}]" for number in section.cites)
    named = "source" if len(section.cites) == 1 else "sources"
    said = f"What the article says · {named} {numbers} · " if numbers else ""
    return SectionLines(
        title=clean(section.title, 200) or clean(section.query, 100),
        origin=said + count(len(section.entries), "work"),
        entries=_lines(digest, section.entries, rate_to=digest.rate_to, above=digest.best),
    )


def _held(digest: Digest, section: Section) -> SectionLines:
    title = clean(section.title, 200) or clean(section.query, 100)
    origin = f"Held back, as less related than min_relatedness asks · {count(len(section.entries), 'work')}"
    return SectionLines(title, origin, _lines(digest, section.entries), held=True)


def _lines(
    digest: Digest, entries: Iterable[Entry], *, rate_to: str = "", above: Iterable[Entry] = ()
) -> tuple[EntryLines, ...]:
    dates, named = Dates(digest.zone, digest.language), {entry.work.id for entry in above}
    return tuple(lines_of(entry, dates, rate_to=rate_to, above=entry.work.id in named) for entry in entries)

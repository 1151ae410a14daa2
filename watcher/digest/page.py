"""The HTML of a digest: as much of each section in full as its size allows, the rest by title."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.digest.entry import EntryLines
from watcher.digest.links import Link

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Environment

    from watcher.digest.richtext import RichText

_ALL = 1_000_000
_FEW = 12  # entries in full, over all sections, that even a very long digest shows
_LINKED = (300, 200, 120, 80, 50, 35, 25, 15, 10, 8, 6, 4, 2, 0)
_BARE = (500, 300, 200, 150, 100, 75, 50, 30, 20, 10)
_FULL_IN_TEXT = 100  # and those that the text part has in full: the others have title, authors, outlet, date and link


@dataclass(frozen=True, slots=True)
class SectionLines:
    """A section as shown: `origin` says where it comes from in the article and how many works it has. A `whole` one is
    in full as long as any work is.
    """

    title: str
    origin: str
    entries: tuple[EntryLines, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A cited work at the foot: its number in the article, its title or address, and its link."""

    number: int
    title: str
    link: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the templates show, in words."""

    subject: str
    preheader: str
    counts: str
    article: str
    day: str
    sections: tuple[SectionLines, ...]
    receipt: tuple[tuple[str, tuple[str, ...]], ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How much of each section is shown: entries in full, then titles with their links, then bare titles."""

    full: int = _ALL
    linked: int = _ALL
    bare: int = _ALL
    title: int = 300
    sections: int = _ALL
    lines: int = _ALL  # of failures, notes and sources

    def full_of(self, section: SectionLines) -> tuple[EntryLines, ...]:
        """The entries shown in full."""
        return section.entries if section.whole and self.full else section.entries[: self.full]

    def listed(self, section: SectionLines) -> list[tuple[RichText, str]]:
        """The titles after those, each with its link or an empty string."""
        rest = section.entries[len(self.full_of(section)) :]
        linked = [(entry.title.cut(self.title), entry.url) for entry in rest[: self.linked]]
        return linked + [(entry.title.cut(self.title), "") for entry in rest[self.linked :][: self.bare]]


def _levels(sections: int) -> tuple[Level, ...]:
    """From everything to little, each smaller than the one before; the fewer sections, the more of each in full."""
    few = _FEW // max(1, sections)
    return (
        *(Level(full=full) for full in (_ALL, 30, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2, 1) if full > few),
        *(Level(full=few, title=title, lines=30) for title in (200, 120)),
        *(Level(full=few, linked=linked, title=110, lines=20) for linked in _LINKED),
        *(Level(full=few, linked=0, bare=bare, title=100, lines=20) for bare in _BARE),
        *(Level(full=0, linked=linked, bare=0, title=100, lines=10) for linked in (5, 2, 0)),
        *(Level(full=0, linked=0, bare=0, sections=shown, lines=10) for shown in (100, 40, 15)),
        Level(full=0, linked=0, bare=0, sections=0, lines=3),
    )


def html(page: Page, limit: int | None) -> str:
    """The page of at most `limit` bytes of UTF-8 on the wire that shows most; all of it where there is no limit."""
    levels = _levels(len(page.sections))
    if limit is None:
        return _at(page, levels[0])
    first, last = 0, len(levels) - 1
    best = _at(page, levels[last])
    while first < last:
        middle = (first + last) // 2
        tried = _at(page, levels[middle])
        if len(tried.encode()) + tried.count("\n") <= limit:  # a mail ends each line with CRLF
            best, last = tried, middle
        else:
            first = middle + 1
    return best


def text(page: Page) -> str:
    """The text part: every work and each link of the HTML, whatever its length.

    Were it more than three times as rich in words as the HTML, spam filters would suspect the difference
    (SpamAssassin's MPART_ALT_DIFF_COUNT), hence the brief form of the later entries of a very long digest.
    """
    works = sum(len(section.entries) for section in page.sections)
    full = _ALL if works <= _FULL_IN_TEXT else max(1, _FULL_IN_TEXT // len(page.sections))
    return _environment().get_template("digest.txt.j2").render(page=page, full=full).strip() + "\n"


def _at(page: Page, level: Level) -> str:
    inlined = _inliner().inline(_environment().get_template("digest.html.j2").render(page=page, level=level))
    # A source's double braces must not wake a template engine that the page meets later, as in a mail merge.
    return inlined.replace("{{", "{&#123;").replace("}}", "}&#125;")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["wrap"] = _wrap
    return environment


@cache
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False)


def _wrap(line: str, indent: int = 0, first: str = "", width: int = 76) -> str:
    """Broken at spaces only, so that an address stays whole; `first` stands in the first line's indentation."""
    from textwrap import fill

    blank = " " * indent
    return fill(
        line,
        width,
        initial_indent=first.ljust(indent) if first else blank,
        subsequent_indent=blank,
        break_long_words=False,
        break_on_hyphens=False,
    )

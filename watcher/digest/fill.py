"""The templates beside this file, filled: a page of HTML as large as it may be, and the text part."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.digest.dates import Dates
from watcher.digest.fit import Share, Sizes, fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from css_inline import CSSInliner
    from jinja2 import Environment

    from watcher.digest.page import Page, SectionLines

_ALL = 1_000_000
_LONGEST_LISTED = 110  # characters of a title in a list
_LINES = (20, 5, 1)  # of failures, notes and sources, if these are not to take more than half of a page
_FULL_IN_TEXT = 100  # works that the text part has in full: the others have title, authors, outlet, date and link


def html(page: Page, limit: int | None) -> str:
    """The page of at most `limit` bytes of UTF-8 on the wire that shows most; all of it where there is no limit."""
    if limit is None:
        shares = [Share(linked=_ALL) if section.held else Share(full=_ALL) for section in page.sections]
        return _page(page, shares, _ALL)
    none = [Share() for _ in page.sections]
    frame = next((tried for tried in _LINES[:-1] if _size(_page(page, none, tried)) <= limit / 2), _LINES[-1])
    room = limit - _size(_page(page, none, frame))
    return _page(page, fitted(_sizes(page), room), frame)


def text(page: Page) -> str:
    """The text part: every work and each link of the HTML, whatever its length.

    Were it more than three times as rich in words as the HTML, spam filters would suspect the difference
    (SpamAssassin's MPART_ALT_DIFF_COUNT), hence the brief form of the later entries of a very long digest.
    """
    works = sum(len(section.entries) for section in page.sections)
    full = _ALL if works <= _FULL_IN_TEXT else max(1, _FULL_IN_TEXT // len(page.sections))
    return environment().get_template("digest.txt.j2").render(page=page, full=full).strip() + "\n"


def _page(page: Page, shares: Sequence[Share], lines: int) -> str:
    shown = list(zip(page.sections, shares, strict=True))
    hidden = sum(not share.named for share in shares)
    template = environment().get_template("digest.html.j2")
    inlined = _inliner().inline(
        template.render(
            page=page, shown=shown, hidden=hidden, lines=lines, most=_LONGEST_LISTED if lines < _ALL else _ALL
        )
    )
    return asleep(inlined)


def asleep(page: str) -> str:
    """A page whose double braces wake no template engine that it may meet later, as in a mail merge."""
    return page.replace("{{", "{&#123;").replace("}}", "}&#125;")


def _sizes(page: Page) -> list[Sizes]:
    """What each part of each section takes, measured on the page's own templates and styles."""
    rendered = environment().get_template("sizes.html.j2").render(page=page, most=_LONGEST_LISTED)
    marked = re.split(r"<!--(heading|full|linked|named)-->", _inliner().inline(rendered))
    parts = iter([(mark, _size(part)) for mark, part in zip(marked[1::2], marked[2::2], strict=True)])
    return [
        _sizes_of(section, [next(parts)[1] for _ in range(1 + 3 * len(section.entries))]) for section in page.sections
    ]


def _sizes_of(section: SectionLines, sizes: Sequence[int]) -> Sizes:
    heading, *rest = sizes
    return Sizes(heading, rest[::3], rest[1::3], rest[2::3], first=section.first)


def _size(part: str) -> int:
    """In bytes as in a mail, which ends each line with CRLF."""
    return len(part.encode()) + part.count("\n")


@cache
def environment() -> Environment:
    """The templates of digests and of the archive; what is put into HTML and XML is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(("html.j2", "xml.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"wrap": wrap, "day": Dates("UTC").published}
    return found


@cache
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False)


def wrap(line: str, indent: int = 0, first: str = "", width: int = 76) -> str:
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

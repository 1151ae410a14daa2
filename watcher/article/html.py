"""HTML → the passages of its readable main text, without menus, asides and scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.article.main_part import main_part, parsed
from watcher.article.passages import Part, Passage
from watcher.markup import escape, plain, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_PART = {"p": Part.TEXT, "blockquote": Part.TEXT, "li": Part.ENTRY, "dd": Part.ENTRY} | {
    f"h{level}": Part.HEADING for level in range(1, 7)
}
_FIGURES = re.compile(r"\[?\s*(\d{1,3}(?:\s*[-–,;]\s*\d{1,3})*)\s*\]?")
_UNIT_BEFORE = re.compile(r"(?:\d|\b(?:[kcmµn]?m|s|[kmµ]?g|K|[A-Z]))$")  # m², 10⁶, R²: figures that are no marks
_SITE = re.compile(r"\s+[|–—·-]\s+[^|–—·]{2,40}$")


def passages_of_html(body: bytes, charset: str | None = None) -> list[Passage]:
    """The title, headings, paragraphs and entries of lists; an entry ends with the address that it links to.

    `charset` is the header's. None at all where the bytes hold no element.
    """
    page = parsed(body, charset)
    if page is None:
        return []
    title = _title(page)
    main = main_part(page)
    for figure in list(main.iterdescendants("figure")):
        figure.drop_tree()
    found = [Passage(Part.TITLE, title)]
    for element in main.iter(*_PART):
        if any(inner.tag in _PART for inner in element.iterdescendants() if isinstance(inner.tag, str)):
            continue  # an entry or quotation of paragraphs: they speak for themselves
        part = Part.ENTRY if any(up.tag in {"li", "dd"} for up in element.iterancestors()) else _PART[str(element.tag)]
        text = _text(element, part)
        if text and text != title:
            found.append(Passage(part, text))
    return found


def _title(page: HtmlElement) -> str:
    named = [tidy(str(heading.text_content())) for heading in page.iter("h1")]
    named += [tidy(str(meta.get("content", ""))) for meta in page.iter("meta") if meta.get("property") == "og:title"]
    named += [_SITE.sub("", tidy(str(each.text_content()))) for each in page.iter("title")]
    return next((name for name in named if name), "")


def _text(element: HtmlElement, part: Part) -> str:
    """The words, with marks in brackets, and in an entry the addresses that its links lead to."""
    said = "".join(_pieces(element, part))
    if part is not Part.ENTRY:
        return tidy(said)
    links = [str(link.get("href")) for link in element.iter("a") if str(link.get("href", "")).startswith("http")]
    return tidy(" ".join([said, *(link for link in dict.fromkeys(links) if link not in said)]))


def _pieces(element: HtmlElement, part: Part) -> Iterator[str]:
    before = ""
    for piece in _raw(element, part):
        mark = piece.startswith("\x00")
        if mark and _UNIT_BEFORE.search(before):
            yield _shifted("sup", piece[1:].strip("[]"))
        else:
            yield piece.lstrip("\x00")
        before = piece


def _raw(element: HtmlElement, part: Part) -> Iterator[str]:
    """The texts within, in order; what is a citation mark begins with NUL, for what stands before it decides."""
    if element.text:
        yield element.text
    for child in element:
        inside = str(child.text_content()) if isinstance(child.tag, str) else ""
        figures = _FIGURES.fullmatch(inside.strip())
        leads_here = child.tag == "a" and _within_page(str(child.get("href", "")))
        if figures and (child.tag == "sup" or leads_here):
            yield f"\x00[{figures[1]}]"
        elif child.tag == "br":
            yield " "
        elif child.tag in {"sub", "sup"}:
            yield _shifted(str(child.tag), inside)
        elif isinstance(child.tag, str):
            yield from _raw(child, part)
        if child.tail:
            yield child.tail


def _shifted(tag: str, text: str) -> str:
    """What is raised or lowered, in figures of that kind where there are such, and with the spaces around it."""
    before, after = (" " * each.isspace() for each in (text[:1], text[-1:]))
    return f"{before}{plain(f'<{tag}>{escape(text)}</{tag}>')}{after}"


def _within_page(address: str) -> bool:
    return address.startswith("#") or bool(address and not urlsplit(address).netloc and "#" in address)

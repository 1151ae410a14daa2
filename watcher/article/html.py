"""HTML → the passages of its readable main text, without menus, asides and scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.article.passages import ArticleError, Part, Passage
from watcher.markup import from_html, plain, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_ASIDE = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "aside",
    "form",
    "figure",
    "button",
    "iframe",
    "svg",
    "footer",
)
_ASIDE_CLASS = re.compile(
    r"\b(?:nav|menu|sidebar|share|social|cookie|advert|promo|newsletter|breadcrumb|related|comments?)\b", re.IGNORECASE
)
_PART = {"p": Part.TEXT, "blockquote": Part.TEXT, "li": Part.ENTRY, "dd": Part.ENTRY} | {
    f"h{level}": Part.HEADING for level in range(1, 7)
}
_FIGURES = re.compile(r"\[?\s*(\d{1,3}(?:\s*[-–,;]\s*\d{1,3})*)\s*\]?")
_UNIT_BEFORE = re.compile(r"(?:\d|\b(?:[kcmµn]?m|s|[kmµ]?g|K|[A-Z]))$")  # m², 10⁶, R²: figures that are no marks
_SITE = re.compile(r"\s+[|–—·-]\s+[^|–—·]{2,40}$")


def passages_of_html(body: bytes) -> list[Passage]:
    """The title, headings, paragraphs and entries of lists; an entry ends with the address that it links to."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    try:
        page = document_fromstring(body, parser=HTMLParser(encoding=_encoding(body), remove_comments=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise ArticleError(f"its HTML cannot be read: {error}") from None
    title = _title(page)
    named = [each for each in page.iter("div", "section", "ul") if _ASIDE_CLASS.search(_called(each))]
    for element in [*page.iter(*_ASIDE), *named]:
        _drop(element)
    main = _main(page)
    found = [Passage(Part.TITLE, title)]
    for element in main.iter(*_PART):
        if any(inner.tag in _PART for inner in element.iterdescendants() if isinstance(inner.tag, str)):
            continue  # an entry or quotation of paragraphs: they speak for themselves
        part = Part.ENTRY if any(up.tag in {"li", "dd"} for up in element.iterancestors()) else _PART[str(element.tag)]
        text = _text(element, part)
        if text and text != title:
            found.append(Passage(part, text))
    return found


def _encoding(body: bytes) -> str | None:
    """UTF-8 where the bytes are that, whatever is declared; else what the page itself declares."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _called(element: HtmlElement) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


def _drop(element: HtmlElement) -> None:
    """Take an element out and leave what stands behind it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _title(page: HtmlElement) -> str:
    named = [tidy(str(heading.text_content())) for heading in page.iter("h1")]
    named += [tidy(str(meta.get("content", ""))) for meta in page.iter("meta") if meta.get("property") == "og:title"]
    named += [_SITE.sub("", tidy(str(each.text_content()))) for each in page.iter("title")]
    return next((name for name in named if name), "")


def _main(page: HtmlElement) -> HtmlElement:
    """What holds most of the paragraphs' text: the page's own <article> or <main>, or the nearest element that does."""
    for tag in ("article", "main"):
        held = [element for element in page.iter(tag) if sum(1 for _ in element.iter("p")) > 1]
        if held:
            return max(held, key=lambda element: len(element.text_content()))
    weight: dict[HtmlElement, int] = {}
    for paragraph in page.iter("p"):
        size, parent = len(paragraph.text_content()), paragraph.getparent()
        for share in (2, 1):  # half of it to the grandparent: sections of one text stand side by side
            if parent is not None:
                weight[parent] = weight.get(parent, 0) + size * share
                parent = parent.getparent()
    return max(weight, key=weight.__getitem__) if weight else page


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
            yield plain(from_html(f"<sup>{piece[1:].strip('[]')}</sup>"))
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
            yield plain(from_html(f"<{child.tag}>{inside}</{child.tag}>"))
        elif isinstance(child.tag, str):
            yield from _raw(child, part)
        if child.tail:
            yield child.tail


def _within_page(address: str) -> bool:
    return address.startswith("#") or bool(address and not urlsplit(address).netloc and "#" in address)

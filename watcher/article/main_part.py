"""A page's HTML → its tree, and the part of it that holds the text, without what stands beside that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

_MARKED = ("//main", "//*[@role='main']", "//article", "//*[@itemprop='articleBody']")
_LEAST_MARKED = 200  # characters of a marked part that is believed to be the main one
_NEVER_TEXT = (
    "script", "style", "noscript", "template", "iframe", "object", "svg", "canvas", "nav", "aside", "footer",
    "button", "select", "dialog", "title",
)  # fmt: skip
_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu"}
_FRAMES = {"html", "body", "main", "article"}  # which bear the classes of all sorts of things
# Of class and id, the words by which pages name what stands beside the text.
_BESIDE = re.compile(
    r"(?:^|[^a-z])(?:(?:cookie|related|recommend|newsletter|social|breadcrumb|advert|sponsor|altmetric|promo)[a-z]*|"
    r"consent|gdpr|banner|sidebar|shar(?:e|ing)|subscribe|signup|ads?|menu|nav(?:bar)?|navigation|footer|popup|modal|"
    r"overlay|metrics|cited-?by|trending|popular|comments?|disqus|pagination|most-read|latest)(?:$|[^a-z])"
)


def parsed(body: bytes, charset: str | None = None) -> HtmlElement | None:
    """The tree of any bytes; None where there is no element in them.

    `charset` is the header's. It, or else UTF-8, is believed where the bytes fit it; if not, the page itself is.
    """
    from lxml import html
    from lxml.etree import LxmlError

    parser = html.HTMLParser(encoding=_encoding(body, charset), remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(body, parser=parser)
    except (LxmlError, ValueError):
        return None


def _encoding(body: bytes, charset: str | None) -> str | None:
    from lxml.html import HTMLParser

    for name in filter(None, (charset, "utf-8")):
        try:
            HTMLParser(encoding=name)  # libxml2 knows fewer than Python
            body.decode(name)
        except (ValueError, LookupError):
            continue
        return name
    return None


def main_part(root: HtmlElement, *, unmarked_whole: bool = False) -> HtmlElement:
    """The part that holds the text, as the page marks it, or else by its paragraphs; with `unmarked_whole` all of a
    page that marks none, where missing a line is worse than taking in too much.

    What is no text, and what stands beside it, is taken out of the tree.
    """
    _drop(root, root.iter(*_NEVER_TEXT))
    marked = _marked(root)
    body = root.find("body")
    part = marked if marked is not None else root if body is None else body
    whole = len(part.text_content())
    _drop(part, [node for node in part.iterdescendants() if _is_beside(node, whole)])
    return part if marked is not None or unmarked_whole else _by_paragraphs(part)


def _marked(root: HtmlElement) -> HtmlElement | None:
    """By the first kind of mark that has enough text, and the largest part of it."""
    for path in _MARKED:
        largest = max(root.xpath(path), key=lambda node: len(node.text_content()), default=None)
        if largest is not None and len(" ".join(largest.text_content().split())) >= _LEAST_MARKED:
            return largest
    return None


def _is_beside(node: HtmlElement, whole: int) -> bool:
    """Whether an element stands beside the text. One that holds half of all is the text, whatever it is called."""
    if node.get("role") in _ROLES or node.get("aria-hidden") == "true" or node.get("hidden") is not None:
        return True
    named = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
    if node.tag != "form" and (node.tag in _FRAMES or not _BESIDE.search(named)):
        return False
    return len(node.text_content()) * 2 < whole


def _by_paragraphs(part: HtmlElement) -> HtmlElement:
    """The nearest element that is heaviest by its paragraphs, or around that one, and holds three quarters of the text.

    Links do not count as text: what has no mark may be a menu.
    """
    weight: dict[HtmlElement, int] = {}
    for paragraph in part.iterdescendants("p"):
        size = len(paragraph.text_content())
        # Half of it to the grandparent: sections of one text stand side by side.
        for share, over in zip((2, 1), paragraph.iterancestors(), strict=False):
            weight[over] = weight.get(over, 0) + size * share
    found = max(weight, key=weight.__getitem__, default=part)
    enough = _unlinked(part) * 3
    return next(node for node in (found, *found.iterancestors()) if node is part or _unlinked(node) * 4 >= enough)


def _unlinked(node: HtmlElement) -> int:
    links = sum(len("".join(link.text_content().split())) for link in node.iter("a"))
    return len("".join(node.text_content().split())) - links


def _drop(root: HtmlElement, nodes: Iterable[HtmlElement]) -> None:
    for node in list(nodes):
        if node is not root and node.getparent() is not None:
            node.drop_tree()

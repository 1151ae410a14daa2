"""The text of an XML element, as rich text or on one plain line: what PubMed's records keep of HTML and MathML."""

from __future__ import annotations

import html
import unicodedata
from typing import TYPE_CHECKING

from lxml import etree

from watcher.markup import plain, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

_KEPT = {
    "i": "i",
    "em": "i",
    "italic": "i",
    "b": "b",
    "strong": "b",
    "bold": "b",
    "sub": "sub",
    "inf": "sub",
    "sup": "sup",
}
_SCRIPTS = {
    "msub": ("sub",),
    "munder": ("sub",),
    "msup": ("sup",),
    "msubsup": ("sub", "sup"),
    "munderover": ("sub", "sup"),
}
_UNSEEN = frozenset({"annotation", "annotation-xml", "none", "mprescripts", "mphantom"})


def line(text: str | None) -> str:
    """Plain text on one line: what `tidy` makes of it, at a fraction of the cost wherever no control character is in it."""
    if not text or (text.isascii() and text.isalnum()):
        return text or ""
    if not text.isprintable() or "  " in text or text[0] == " " or text[-1] == " ":
        text = " ".join(text.split())
        if not text.isprintable():
            return tidy(text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def words(element: Element | None) -> str:
    """All text of an element on one plain line, figures raised and lowered where Unicode has them."""
    if element is None:
        return ""
    return plain(rich(element)) if len(element) else line(element.text)


def rich(element: Element | None) -> str:
    """The text of an element as rich text (see `watcher.markup`): i, b, sub and sup stay, other tags leave theirs."""
    if element is None:
        return ""
    if len(element):
        return _without_empty_tags(line("".join(_pieces(element))))
    return _escaped(line(element.text))


def _pieces(element: Element) -> Iterator[str]:
    yield _escaped(element.text)
    for child in element:
        yield from _piece(child)
        yield _escaped(child.tail)


def _piece(child: Element) -> Iterator[str]:
    if child.tag is etree.Entity:  # never resolved by the parser: a name that HTML knows is meant as there
        yield _escaped(html.unescape(child.text or ""))
    elif isinstance(child.tag, str):
        name = _local(child)
        kept = _KEPT.get(name)
        if kept:
            yield f"<{kept}>"
            yield from _pieces(child)
            yield f"</{kept}>"
        elif name == "math":
            yield from _math(child)
        else:
            yield from _pieces(child)


def _escaped(text: str | None) -> str:
    if not text:
        return ""
    first = text[0]
    if not first.isascii() and unicodedata.combining(first):  # U+0338 after a tag would become one letter with its ">"
        return f"&#{ord(first)};{_escaped(text[1:])}"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _local(element: Element) -> str:
    """The name without namespace or prefix: MathML comes as {http://www.w3.org/1998/Math/MathML}math or mml:math."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _math(element: Element) -> Iterator[str]:
    """Presentation MathML in a line: indices lowered, exponents raised, a fraction as a/b, a root as √(…)."""
    if not isinstance(element.tag, str):
        yield from _piece(element)
        return
    name = _local(element)
    parts = list(element)
    if name in _UNSEEN:
        return
    if name == "mspace":
        yield " "
    elif name in _SCRIPTS and len(parts) == len(_SCRIPTS[name]) + 1:
        yield from _math(parts[0])
        for tag, part in zip(_SCRIPTS[name], parts[1:], strict=True):
            yield from _script(tag, part)
    elif name == "mmultiscripts":
        yield from _multiscripts(parts)
    elif name == "mfrac" and len(parts) == 2:
        yield from _grouped(parts[0])
        yield "/"
        yield from _grouped(parts[1])
    elif name == "msqrt":
        yield "√("
        yield from _all_math(parts)
        yield ")"
    elif name == "mfenced":
        yield _escaped(element.get("open", "("))
        for number, part in enumerate(parts):
            yield ", " if number else ""
            yield from _math(part)
        yield _escaped(element.get("close", ")"))
    elif name == "semantics":
        yield from _all_math(parts[:1])
    elif parts:
        yield from _all_math(parts)
    else:
        yield _escaped(element.text)


def _all_math(parts: list[Element]) -> Iterator[str]:
    for part in parts:
        yield from _math(part)


def _script(tag: str, part: Element) -> Iterator[str]:
    inside = "".join(_math(part))
    if inside.strip():
        yield f"<{tag}>{inside.strip()}</{tag}>"


def _multiscripts(parts: list[Element]) -> Iterator[str]:
    names = [_local(part) for part in parts]
    cut = names.index("mprescripts") if "mprescripts" in names else len(parts)
    for number, part in enumerate(parts[cut + 1 :]):
        yield from _script("sup" if number % 2 else "sub", part)
    yield from _all_math(parts[:1])
    for number, part in enumerate(parts[1:cut]):
        yield from _script("sup" if number % 2 else "sub", part)


def _grouped(part: Element) -> Iterator[str]:
    inside = "".join(_math(part)).strip()
    yield inside if inside.isalnum() else f"({inside})"


def _without_empty_tags(text: str) -> str:
    for tag in ("i", "b", "sub", "sup"):
        text = text.replace(f"<{tag}></{tag}>", "")
    return text

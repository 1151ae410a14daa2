"""Rich text: what is kept of a source's markup. Escaped HTML in which i, b, sub and sup occur, without attributes."""

from __future__ import annotations

import html
import re
import unicodedata

TAGS = frozenset({"i", "b", "sub", "sup"})
_MEANT = {"em": "i", "strong": "b"}
_TAG = re.compile(r"</?(?:i|b|sub|sup)>")
_RAISED = re.compile(r"<(sub|sup)>([^<>]*)</\1>")
_SPACE = re.compile(r"\s+")
_SUPERSCRIPT = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
# Controls (C0 and C1), half surrogate pairs, and the bidirectional overrides that can make a text lie about itself.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def escape(text: str) -> str:
    """Plain text as rich text: white space folded, control characters out."""
    return html.escape(tidy(text), quote=False)


def tidy(text: str) -> str:
    """Text on one line: white space folded, control and bidirectional-override characters out, in NFC."""
    if is_plain(text):
        return text.strip()
    text = unicodedata.normalize("NFC", _CONTROL.sub("", _SPACE.sub(" ", text)))
    return _SPACE.sub(" ", text).strip()  # once more: what went may have stood between two spaces


def is_plain(text: str) -> bool:
    """Whether a text is printable ASCII with single spaces, as most are: nothing in it is to be folded or left out."""
    return text.isascii() and text.isprintable() and "  " not in text


def plain(rich: str) -> str:
    """Rich text as plain text, raised and lowered figures as their own characters where all of them exist ("kg/m²")."""
    if "<" in rich:
        rich = _TAG.sub("", _RAISED.sub(_unicode_figures, rich))
    if "&" not in rich:
        return rich
    rich = rich.replace("&lt;", "<").replace("&gt;", ">")  # the most common, in a tenth of the time
    return html.unescape(rich) if "&" in rich else rich


def from_html(source: str) -> str:
    """Any HTML, hostile or broken, as rich text: other tags go and leave their text, scripts and styles go whole."""
    import nh3  # here, because a poll with nothing new needs none of it

    for tag, meant in _MEANT.items():
        source = re.sub(rf"(?i)<(/?){tag}(?=[\s>])[^<>]*>", rf"<\1{meant}>", source)
    source = re.sub(r"(?i)<(?:/?(?:p|div|li|tr|h[1-6])|br)\b[^<>]*>", " ", source)
    cleaned = nh3.clean(_CONTROL.sub("", _SPACE.sub(" ", source)), tags=set(TAGS), attributes={})
    cleaned = _CONTROL.sub("", _SPACE.sub(" ", cleaned.replace("&nbsp;", " ")))  # again: some stood there as "&#x202e;"
    return _SPACE.sub(" ", cleaned).strip()


def _unicode_figures(match: re.Match[str]) -> str:
    name, inside = match.groups()
    table = _SUPERSCRIPT if name == "sup" else _SUBSCRIPT
    figures = inside.translate(table)
    return figures if all(ord(c) in table for c in inside) else inside

"""Citation marks in a text: "[2][5]", "[1-3]", "word.¹²", "(Muster et al., 2020)", "Muster (2020)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOST = 40  # sources of one range: "[1-999]" is none
_NUMBERS = re.compile(r"\s*\[(\d{1,3}(?:\s*[-–—,;]\s*\d{1,3})*)\]")
_RAISED = re.compile(r"(?:(?<=[^\W\d_]{3})|(?<=[.,;:!?)\]”’\"]))([⁰¹²³⁴-⁹]+(?:[⁻˒,⋅–-][⁰¹²³⁴-⁹]+)*)")
_FIGURES = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒⋅", "0123456789-,,")
_NAME = r"[A-Z][\w’'-]+(?:\s(?:and|&)\s[A-Z][\w’'-]+|,?\set\sal\.?)?"
_YEAR = r"(?:19|20)\d\d[a-z]?"
_IN_PARENTHESES = re.compile(rf"\s*\(((?:see\s|e\.g\.,?\s)?{_NAME},?\s{_YEAR}(?:[;,]\s{_NAME},?\s{_YEAR})*)\)")
_IN_THE_TEXT = re.compile(rf"({_NAME})\s\(({_YEAR})\)")
_ONE = re.compile(rf"({_NAME}),?\s({_YEAR})")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a mark stands in the text, and what it names: numbers, or names with years ("muster 2020")."""

    start: int
    end: int
    numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


def marks(text: str) -> list[Mark]:
    """The marks of a passage, in order; those by author and year only where they are written as such."""
    found = [Mark(m.start(), m.end(), numbers=_counted(m[1])) for m in _NUMBERS.finditer(text)]
    found += [Mark(m.start(), m.end(), numbers=_counted(m[1].translate(_FIGURES))) for m in _RAISED.finditer(text)]
    found += [Mark(m.start(), m.end(), names=_named(m[1])) for m in _IN_PARENTHESES.finditer(text)]
    found += [Mark(m.end(1), m.end(), names=(_key(m[1], m[2]),)) for m in _IN_THE_TEXT.finditer(text)]
    return sorted((mark for mark in found if mark.numbers or mark.names), key=lambda mark: mark.start)


def without(text: str, found: list[Mark]) -> tuple[str, list[int]]:
    """The text without its marks, and for each mark the position in it that it stood behind."""
    pieces, places, at, length = [], [], 0, 0
    for mark in found:
        piece = text[at : mark.start]
        pieces.append(piece)
        length += len(piece)
        places.append(max(length - 1, 0))
        at = max(at, mark.end)
    return "".join([*pieces, text[at:]]), places


def _counted(written: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for part in re.split(r"\s*[,;]\s*", written):
        first, _, last = re.sub(r"\s*[-–—]\s*", "-", part).partition("-")
        run = range(int(first), int(last or first) + 1)
        numbers += run if len(run) <= _MOST else ()
    return tuple(dict.fromkeys(number for number in numbers if number))


def _named(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_key(one[1], one[2]) for one in _ONE.finditer(written)))


def _key(name: str, year: str) -> str:
    family = re.split(r"[\s,]", name)[0].lower()
    return f"{family} {year[:4]}"

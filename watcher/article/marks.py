"""Citation marks in a text: "[2][5]", "[1-3]", "word.¹²", "(Muster et al., 2020, p. 3)", "Muster (2020)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOST = 40  # sources of one range: "[1-999]" is none
_NUMBERS = re.compile(r"\s*\[(\d{1,3}(?:\s*[-–—,;]\s*\d{1,3})*)\]")
_RAISED = re.compile(r"(?:(?<=[^\W\d_]{3})|(?<=[.,;:!?)\]”’\"]))([⁰¹²³⁴-⁹]+(?:[⁻˒,⋅–-][⁰¹²³⁴-⁹]+)*)")
_FIGURES = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒⋅", "0123456789-,,")
_FAMILY = r"(?:(?:[Vv][ao]n|[Dd]e[rnl]?|[Dd][aiu]|[Ll][ae]|[Tt]en?)\s){0,2}[A-Z][\w’'-]+"  # van der Berg, O’Neill
_MORE = rf"(?:,\s{_FAMILY}){{0,8}},?\s(?:and|&)\s{_FAMILY}"  # Muster, Beispiel, & Exemple
_NAME = rf"{_FAMILY}(?:{_MORE}|,?\set\sal\.?)?"
_YEAR = r"(?:19|20)\d\d[a-z]?"
_YEARS = rf"{_YEAR}(?:,\s?(?:{_YEAR}|[a-z]\b(?!\.)))*"  # 2018a, 2018b; 2018a, b
_WORK = rf"{_NAME},?\s{_YEARS}(?:,\spp?\.\s?\d+(?:[–-]\d+)?)?"
_IN_BRACKETS = re.compile(rf"\s*[(\[](?:(?:but\s)?see\s|cf\.\s|e\.g\.,?\s)?({_WORK}(?:[;,]\s{_WORK})*)[)\]]")
_IN_THE_TEXT = re.compile(rf"({_NAME})\s[(\[]({_YEAR})[)\]]")
_ONE = re.compile(rf"({_NAME}),?\s({_YEARS})")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a mark stands in the text, and what it names: numbers, or names with years ("muster 2020a")."""

    start: int
    end: int
    numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


def marks(text: str) -> list[Mark]:
    """The marks of a passage, in order; those by author and year only where they are written as such."""
    found = [Mark(m.start(), m.end(), numbers=_counted(m[1])) for m in _NUMBERS.finditer(text)]
    found += [Mark(m.start(), m.end(), numbers=_counted(m[1].translate(_FIGURES))) for m in _RAISED.finditer(text)]
    found += [Mark(m.start(), m.end(), names=_named(m[1])) for m in _IN_BRACKETS.finditer(text)]
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
    found: list[str] = []
    for name, years in _ONE.findall(written):
        year = ""
        for each in re.split(r",\s?", years):
            year = f"{year[:4]}{each}" if each.isalpha() else each
            found.append(_key(name, year))
    return tuple(dict.fromkeys(found))


def _key(name: str, year: str) -> str:
    """The first author's family name in lower case, and the year as it is written."""
    family = re.match(_FAMILY, name)
    return f"{(family[0] if family else name).lower()} {year}"

"""The table of what people say and what researchers write: `vocabulary.txt`, beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.proposal.words import Word


class Facet(StrEnum):
    """What a concept is in a statement: the blocks of a query are made by it."""

    AGENT = "agent"
    EXPOSURE = "exposure"
    PLACE = "place"
    PROBLEM = "problem"
    PROCESS = "process"
    FORM = "form"
    METHOD = "method"


@dataclass(frozen=True, slots=True)
class Concept:
    """Something a statement speaks of: how titles and abstracts write it, and its MeSH headings.

    `key` is the same for all ways of saying it, `ways`, in lower case; `said` is how the article puts it. `within` is
    what it must occur with: obesity, of the heart.
    """

    key: str
    facet: Facet
    phrases: tuple[str, ...]
    headings: tuple[str, ...] = ()
    said: str = ""
    ways: tuple[str, ...] = ()
    known: bool = True
    within: Concept | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    concept: Concept
    said: tuple[str, ...]


@cache
def table() -> tuple[Concept, ...]:
    """All concepts, in the order of the table."""
    found = []
    text = files("watcher.proposal").joinpath("vocabulary.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            facet, said, written, headings = (_cells(cell) for cell in line.split("|"))
            ways = tuple(way.lower() for way in said)
            found.append(Concept(ways[0].rstrip("*"), Facet(facet[0]), written, headings, ways=ways))
    return tuple(found)


@cache
def _by_first_word() -> dict[str, list[_Row]]:
    """The ways of saying each concept, by the first three letters of their first word, the longest first."""
    found: dict[str, list[_Row]] = {}
    for concept in table():
        for way in concept.ways:
            parts = tuple(way.replace("-", " ").split())
            found.setdefault(parts[0][:3], []).append(_Row(concept, parts))
    for rows in found.values():
        rows.sort(key=lambda row: -len(row.said))
    return found


def _cells(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def match(found: Sequence[Word]) -> Iterator[tuple[int, int, Concept]]:
    """The concepts that words speak of: the positions of the first word and behind the last. The longest way wins."""
    at = 0
    while at < len(found):
        row = next((row for row in _candidates(found[at]) if _stands(row, found, at)), None)
        if row is None:
            at += 1
            continue
        yield at, at + len(row.said), row.concept
        at += len(row.said)


def _candidates(word: Word) -> list[_Row]:
    rows = _by_first_word()
    beginnings = dict.fromkeys(form[:3] for form in sorted(word.forms))
    held = [row for beginning in beginnings for row in rows.get(beginning, [])]
    return sorted(held, key=lambda row: -len(row.said))


def _stands(row: _Row, found: Sequence[Word], at: int) -> bool:
    here = found[at : at + len(row.said)]
    return len(here) == len(row.said) and all(_is(part, word) for part, word in zip(row.said, here, strict=True))


def _is(part: str, word: Word) -> bool:
    if part.endswith("*"):
        return any(form.startswith(part[:-1]) for form in word.forms)
    return part in word.forms

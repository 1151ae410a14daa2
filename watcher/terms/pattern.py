"""A phrase of words, truncated or not, made ready to be found in folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from watcher.terms.fold import fold
from watcher.terms.searchable import STEM, Area

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a record: from `start` to `end` in the plain text of one of its pieces."""

    field: str
    index: int
    start: int
    end: int


def truncation_counts(text: str) -> bool:
    """Whether PubMed heeds the asterisks of a phrase: it wants four characters before the first (its help,
    "Truncating search terms").
    """
    return len(fold(text.partition("*")[0]).replace(" ", "")) >= STEM


@dataclass(frozen=True)
class Pattern:
    """`expression` finds the phrase in folded text; `needle` too, where no regular expression is needed for it.

    `anchor` is a word of the phrase that must be there, or (`anchor_is_stem`) the first letters of one.
    """

    needle: str
    expression: str
    anchor: str
    anchor_is_stem: bool

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.expression)

    def found_in(self, area: Area) -> bool:
        """Whether the phrase stands in an area."""
        if self.anchor not in (area.stems if self.anchor_is_stem else area.words):
            return False
        return self.needle in area.text if self.needle else self.regex.search(area.text) is not None

    def places(self, area: Area) -> Iterator[Span]:
        """Wherever it stands, in order."""
        if self.found_in(area):
            for line in area.lines:
                for found in self.regex.finditer(line.text):
                    yield Span(line.piece.field, line.piece.index, *line.span(found.start(), found.end()))


def pattern(text: str) -> Pattern:
    """The pattern of a phrase as written in a term, without its quotes. It has at least one letter or figure."""
    if "*" in text and not truncation_counts(text):
        text = text.replace("*", " ")
    chunks = [_chunk(chunk) for chunk in text.split()]
    words = [word for chunk in chunks for word in chunk]
    expression = r"(?<= )" + " ".join(r"[^ \n]*".join(map(re.escape, word.split("*"))) for word in words) + r"(?= )"
    truncated = [word for word in words if "*" in word]
    if not truncated:
        needle = f" {' '.join(words)} "
    elif truncated == words[-1:] and words[-1].index("*") == len(words[-1]) - 1:
        needle = f" {' '.join(words)[:-1]}"
    else:
        needle = ""
    anchor, is_stem = _anchor(words)
    return Pattern(needle, expression, anchor, is_stem)


def _chunk(chunk: str) -> list[str]:
    """The folded words of what stands between two spaces, each asterisk kept in the word that it continues."""
    words: list[str] = []
    for index, part in enumerate(chunk.split("*")):
        folded = fold(part).split()
        if index and words:
            words[-1] = words[-1].rstrip("*") + "*"
            if folded and part[0].isalnum():
                words[-1] += folded.pop(0)
        words += folded
    return words


def _anchor(words: list[str]) -> tuple[str, bool]:
    whole = [word for word in words if "*" not in word]
    if whole:
        return max(whole, key=len), False
    # Where no word is whole, the first has the four letters that truncation needs.
    return words[0][:STEM], True

"""Conditions on running text: a phrase, every word of an untagged search, words near one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from watcher.terms.fields import Field
from watcher.terms.fold import fold
from watcher.terms.pattern import Pattern, Span, pattern
from watcher.terms.searchable import Area, Searchable

if TYPE_CHECKING:
    from watcher.terms.tree import Near, Phrase

AREAS: dict[Field, Callable[[Searchable], Area]] = {
    Field.TITLE: attrgetter("title"),
    Field.ABSTRACT: attrgetter("abstract"),
    Field.TITLE_ABSTRACT: attrgetter("title_abstract"),
    Field.TEXT_WORD: attrgetter("text_words"),
    Field.ALL: attrgetter("everything"),
    Field.KEYWORD: attrgetter("keywords"),
    Field.VERNACULAR_TITLE: attrgetter("vernacular_title"),
}

# PubMed leaves these out of a search without tags or quotes (its help, "Stopwords").
_STOPWORDS = (
    "a about again all almost also although always among an and another any are as at be because been before being "
    "between both but by can could did do does done due during each either enough especially etc for found from "
    "further had has have having here how however i if in into is it its itself just kg km made mainly make may mg "
    "might ml mm most mostly must nearly neither no nor obtained of often on our overall perhaps quite rather really "
    "regarding seem seen several should show showed shown shows significantly since so some such than that the their "
    "theirs them then there therefore these they this those through thus to upon use used using various very was we "
    "were what when which while with within without would"
)
STOPWORDS = frozenset(_STOPWORDS.split())


@dataclass(frozen=True, slots=True)
class AnyPattern:
    """One of some patterns stands in an area."""

    area: Callable[[Searchable], Area]
    patterns: tuple[Pattern, ...]

    def check(self, searched: Searchable) -> bool:
        """Whether it does."""
        area = self.area(searched)
        return any(each.found_in(area) for each in self.patterns)

    def places(self, searched: Searchable) -> Iterator[Span]:
        """Where they stand."""
        area = self.area(searched)
        for each in self.patterns:
            yield from each.places(area)


@dataclass(frozen=True, slots=True)
class EveryWord:
    """Every word stands somewhere in an area: an untagged search as far as it can be known without PubMed's
    automatic term mapping.
    """

    area: Callable[[Searchable], Area]
    patterns: tuple[Pattern, ...]

    def check(self, searched: Searchable) -> bool:
        """Whether they do."""
        area = self.area(searched)
        return all(each.found_in(area) for each in self.patterns)

    def places(self, searched: Searchable) -> Iterator[Span]:
        """Where each of them stands, if all do."""
        if self.check(searched):
            area = self.area(searched)
            for each in self.patterns:
                yield from each.places(area)


@dataclass(frozen=True, slots=True)
class NearWords:
    """Words stand in one piece, in any order, with at most `distance` other words among them."""

    area: Callable[[Searchable], Area]
    words: tuple[str, ...]
    distance: int

    def check(self, searched: Searchable) -> bool:
        """Whether they do."""
        area = self.area(searched)
        if not area.words.issuperset(self.words):
            return False
        return any(True for line in area.text.split("\n") for _ in self._stretches(line.split()))

    def places(self, searched: Searchable) -> Iterator[Span]:
        """The narrowest stretches that hold them all, none overlapping the one before."""
        if not self.check(searched):
            return
        for line in self.area(searched).lines:
            words, piece = line.words, line.piece
            for first, last in self._stretches([word for word, _, _ in words]):
                yield Span(piece.field, piece.index, words[first][1], words[last][2])

    def _stretches(self, words: list[str]) -> Iterator[tuple[int, int]]:
        widest = len(self.words) + self.distance
        wanted: list[tuple[int, str]] = []
        for at, word in enumerate(words):
            if word not in self.words:
                continue
            wanted = [seen for seen in wanted if at - seen[0] < widest] + [(at, word)]
            missing = list(self.words)
            for seen_at, seen in reversed(wanted):
                if seen in missing:
                    missing.remove(seen)
                if not missing:
                    yield seen_at, at
                    wanted = []
                    break


def words_condition(phrase: Phrase) -> AnyPattern | EveryWord:
    """A phrase in one of the text fields. Tagged or quoted words are a phrase, others each for itself."""
    area = AREAS[phrase.tag.field]
    loose = phrase.tag.field is Field.ALL and not phrase.quoted and "*" not in phrase.text
    if not loose:
        return AnyPattern(area, (pattern(phrase.text),))
    words = [word for word in phrase.text.split() if fold(word)]
    telling = [word for word in words if fold(word) not in STOPWORDS]
    return EveryWord(area, tuple(pattern(word) for word in telling or words))


def near_condition(near: Near) -> AnyPattern | NearWords:
    """A proximity. PubMed ignores the operator beside an asterisk, and looks for the phrase."""
    area = AREAS[near.tag.field]
    if "*" in near.text:
        return AnyPattern(area, (pattern(near.text),))
    return NearWords(area, tuple(fold(near.text).split()), near.tag.distance or 0)

"""How related a work is to the works that an article cites: the cosine of the two in TF-IDF, seen from the archive.

See docs/relatedness.md for the formula, its sources, and what was measured.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from math import sqrt
from typing import TYPE_CHECKING

from watcher.works.archive import weight_of
from watcher.works.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.models import Record
    from watcher.works.archive import Archive

# Rocchio's weights of what is relevant and what is not, as Manning, Raghavan and Schütze give them ("Introduction to
# Information Retrieval", 2008, 9.1.1). What is cited is relevant beyond doubt: that counts whole.
_GOOD, _BAD = 0.75, 0.15

Vector = dict[str, float]


class Profile:
    """What the cited works are about: their mean, moved by what a reader has called good or bad."""

    def __init__(
        self,
        archive: Archive,
        cited: Mapping[int, Record],
        good: Sequence[Record] = (),
        bad: Sequence[Record] = (),
    ) -> None:
        """`cited` is by number. Without any, what is good stands for them; without that, too, nothing is related."""
        self.archive, self.records = archive, cited
        self.cited = {number: vector for number, record in cited.items() if (vector := self.vector(record))}
        liked = [vector for record in good if (vector := self.vector(record))]
        disliked = [vector for record in bad if (vector := self.vector(record))]
        self.known = len(self.cited) + len(liked)
        self._centre(list(self.cited.values()), liked, disliked)

    def _centre(self, cited: list[Vector], liked: list[Vector], disliked: list[Vector]) -> None:
        relevant = len(cited) + _GOOD * len(liked)
        left = 1 - _BAD if disliked else 1.0
        found: defaultdict[str, float] = defaultdict(float)
        for vectors, share in ((cited, 1.0), (liked, _GOOD), (disliked, -_BAD * relevant / max(1, len(disliked)))):
            for vector in vectors if relevant else ():
                for term, weight in vector.items():
                    found[term] += weight * share / relevant / left
        # A single work is all that is known; of many, the mean says what they have in common beyond their field.
        part = (self.known - 1) / (self.known + 1) if self.known else 0.0
        mean = self.archive.mean if part else {}
        self._shift = {term: part * weight for term, weight in mean.items()}
        self._shift_squared = _product(self._shift, self._shift)
        centre = {term: found[term] - self._shift.get(term, 0.0) for term in found.keys() | self._shift.keys()}
        length = _length(centre) if found else 0.0
        self.centre: Vector = {term: weight / length for term, weight in centre.items()} if length else {}
        self._offset = _product(self._shift, self.centre)
        # For each word what a candidate is summed up with, in one look: weight, and that times centre and shift.
        unseen = self.archive.unseen
        weights = dict.fromkeys(self.centre, unseen) | self.archive.weights
        self._summed = {
            term: (weight * weight, weight * self.centre.get(term, 0.0), weight * self._shift.get(term, 0.0))
            for term, weight in weights.items()
        }
        self._unseen = (unseen * unseen, 0.0, 0.0)

    def __bool__(self) -> bool:
        """Whether there is anything to be related to."""
        return bool(self.centre)

    def vector(self, record: Record) -> Vector:
        """A record as a vector of length 1 of weighted words; empty where it has none."""
        weights, unseen = self.archive.weights, self.archive.unseen
        weighted = {term: weight_of(times) * weights.get(term, unseen) for term, times in words(record).items()}
        length = _length(weighted)
        return {term: weight / length for term, weight in weighted.items()}

    def score(self, record: Record) -> float:
        """From -1 to 1: the cosine of the angle between the record and the centre, both seen from the archive's mean;
        0 where either has no words.
        """
        squares = along = shifted = 0.0
        summed, unseen = self._summed, self._unseen
        for term, times in words(record).items():
            tf = weight_of(times)
            weight_squared, centre, shift = summed.get(term, unseen)
            squares += tf * tf * weight_squared
            along += tf * centre
            shifted += tf * shift
        if not squares or not self:
            return 0.0
        length = sqrt(squares)
        from_mean = sqrt(max(1 - 2 * shifted / length + self._shift_squared, 1e-12))
        return (along / length - self._offset) / from_mean


def percent_below(score: float, others: Sequence[float]) -> int:
    """How many of a hundred of the others (sorted) are less related, rounded down; 100 where there are no others."""
    return 100 * bisect_left(others, score) // len(others) if others else 100


def _product(one: Vector, other: Vector) -> float:
    few, many = sorted((one, other), key=len)
    return sum(weight * many[term] for term, weight in few.items() if term in many)


def _length(vector: Vector) -> float:
    return sqrt(sum([weight * weight for weight in vector.values()]))

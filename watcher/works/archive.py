"""What is known of the archive as a whole: in how many of its records each word stands, and their mean.

All of it is sums over records, so that a record is added, or taken out again, without a look at the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, log, sqrt
from typing import NamedTuple

# Between an IDF that counts once in a product of two vectors (PMRA, BM25: a power of 1/2) and twice (TF-IDF: 1).
_STEEPNESS = 0.75


class Share(NamedTuple):
    """A word's share of the archive: how many records it stands in, and the sums, over these, of its weight in a record
    of length 1, and of that weight's square. The weights know nothing of the IDF, which every record changes.
    """

    records: int
    total: float
    squares: float


@dataclass(frozen=True)
class Archive:
    """How many records there are, and the share of each word."""

    records: int = 0
    shares: Mapping[str, Share] = field(default_factory=dict)

    @cached_property
    def weights(self) -> dict[str, float]:
        """What each of its words counts for: the more, the fewer records hold it."""
        return {term: self._weight(share.records) for term, share in self.shares.items()}

    @cached_property
    def unseen(self) -> float:
        """What a word counts for that no record holds."""
        return self._weight(0)

    def _weight(self, records: int) -> float:
        return exp(_STEEPNESS * log(1 + log((1 + self.records) / (1 + records))))

    @cached_property
    def mean(self) -> dict[str, float]:
        """The mean of all records, each as a vector of length 1 of weighted words.

        A record's vector without weights is as long as 1; weighted, it is as long as some factor, which differs little
        from record to record: their root mean square, which the sums give exactly, is used for all of them.
        """
        weights = self.weights
        squares = sum(weights[term] ** 2 * share.squares for term, share in self.shares.items())
        length = sqrt(squares * self.records) or 1.0
        return {term: weights[term] * share.total / length for term, share in self.shares.items()}


def sums(added: Iterable[Mapping[str, int]], removed: Iterable[Mapping[str, int]] = ()) -> tuple[int, dict[str, Share]]:
    """How much some records, each as its words, add to an archive's count and shares, less what others take from them.

    What they add to an empty archive is theirs: `Archive(*sums(records))`.
    """
    count = 0
    found: dict[str, list[float]] = {}
    for sign, records in ((1, added), (-1, removed)):
        for words in records:
            count += sign
            weights = [weight_of(times) for times in words.values()]
            length = sqrt(sum([weight * weight for weight in weights]))
            for term, weight in zip(words, weights, strict=True):
                part = weight / length
                if (share := found.get(term)) is None:
                    found[term] = share = [0, 0.0, 0.0]
                share[0] += sign
                share[1] += sign * part
                share[2] += sign * part * part
    return count, {term: Share(int(share[0]), share[1], share[2]) for term, share in found.items()}


def weight_of(times: int) -> float:
    """What a word weighs that stands in a record so many times, at least once: of many times, the logarithm counts."""
    return _WEIGHTS[times] if times < len(_WEIGHTS) else 1 + log(times)


_WEIGHTS = [0.0, *(1 + log(times) for times in range(1, 200))]

"""What relatedness is measured against, each in its plain form, on the same words as ours.

Each peer is made of an archive's records (their words, counted) and the numbers of the cited ones among them, and then
scores any record.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import exp, log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Vector = dict[str, float]
LEAST_CENTRED = 5  # cited works from which on the archive's mean is taken away


class Peers:
    """One archive, with what each peer needs of it."""

    def __init__(self, records: Sequence[Mapping[str, int]]) -> None:
        self.records, self.count = records, len(records)
        self.frequency = Counter(term for words in records for term in words)
        self.lengths = [sum(words.values()) for words in records]
        self.average = sum(self.lengths) / self.count
        self.tf_idf = [self._tf_idf(words) for words in records]
        self.pmra = [self._pmra(*each) for each in zip(records, self.lengths, strict=True)]
        self.mean: Vector = _mean(self.tf_idf)

    def rankings(self, cited: Sequence[int]) -> dict[str, Callable[[int], float]]:
        """Each peer by its name, as what it gives for a record's number."""
        asked: Counter[str] = Counter()
        for number in cited:
            asked.update(self.records[number])
        mean = _mean([self.tf_idf[number] for number in cited])
        centred = mean
        if len(cited) >= LEAST_CENTRED:
            centred = {term: mean.get(term, 0.0) - weight / 2 for term, weight in self.mean.items()}
        pmra = _mean([self.pmra[number] for number in cited])
        return {
            "BM25": lambda number: self._bm25(asked, number),
            "PMRA": lambda number: _product(self.pmra[number], pmra),
            "TF-IDF mean": lambda number: _product(self.tf_idf[number], mean),
            "TF-IDF centred": lambda number: _product(self.tf_idf[number], centred),
        }

    def _tf_idf(self, words: Mapping[str, int]) -> Vector:
        """Logarithmic, with IDF smoothed by a record that holds every word, and of length 1."""
        weights = {
            term: (1 + log(times)) * (1 + log((1 + self.count) / (1 + self.frequency[term])))
            for term, times in words.items()
        }
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}

    def _pmra(self, words: Mapping[str, int], length: int) -> Vector:
        """PubMed Related Articles: J. Lin and W. J. Wilbur, BMC Bioinformatics 2007, 8:423, with their parameters."""
        elite, other = 0.022, 0.013
        return {
            term: sqrt(log(self.count / self.frequency[term]))
            / (1 + (other / elite) ** (times - 1) * exp((elite - other) * length))
            for term, times in words.items()
        }

    def _bm25(self, asked: Mapping[str, int], number: int) -> float:
        """The cited works as one long question: k1 1.2, b 0.75."""
        k1, b = 1.2, 0.75
        room = k1 * (1 - b + b * self.lengths[number] / self.average)
        return sum(
            asked[term]
            * log(1 + (self.count - self.frequency[term] + 0.5) / (self.frequency[term] + 0.5))
            * times * (k1 + 1) / (times + room)
            for term, times in self.records[number].items()
            if term in asked
        )  # fmt: skip


def _mean(vectors: Sequence[Vector]) -> Vector:
    found: defaultdict[str, float] = defaultdict(float)
    for vector in vectors:
        for term, weight in vector.items():
            found[term] += weight
    return {term: weight / len(vectors) for term, weight in found.items()}


def _product(one: Vector, other: Vector) -> float:
    return sum(weight * other[term] for term, weight in one.items() if term in other)

"""How well predicted works agree with a set's labels, counted in pairs of records.

A set may have its works (`clusters`: lists of ids, a record in none of them being a work by itself), labelled pairs
(`pairs`: {"a", "b", "same"}), or records that have a duplicate in the set (`flags`: {"id", "dup"}).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from math import comb
from typing import TYPE_CHECKING

from benchmarks.bibliography import lines

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Counts:
    """Rightly and wrongly joined, rightly and wrongly apart; pairs, or records for flags.

    `contested` pairs are true ones by the label that a monitor may rightly keep apart (an update of a review, a
    notice), and `contested_joined` those of them that were joined. `impure` works hold records of several true ones.
    """

    joined: int = 0
    wrongly_joined: int = 0
    missed: int = 0
    apart: int = 0
    contested: int = 0
    contested_joined: int = 0
    impure: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Counts)))

    @property
    def true(self) -> int:
        """How many are to be joined."""
        return self.joined + self.missed

    @property
    def precision(self) -> float:
        """Of what was joined, the part that was to be."""
        return _part(self.joined, self.wrongly_joined)

    @property
    def recall(self) -> float:
        """Of what was to be joined, the part that was."""
        return _part(self.joined, self.missed)

    @property
    def uncontested_recall(self) -> float:
        """Recall without the contested pairs."""
        joined = self.joined - self.contested_joined
        return _part(joined, self.true - self.contested - joined)

    @property
    def specificity(self) -> float:
        """Of what was to be kept apart, the part that was."""
        return _part(self.apart, self.wrongly_joined)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def scores(folder: Path, works: Mapping[str, Hashable]) -> dict[str, Counts]:
    """Predicted works, by the records' ids, held against each kind of label that a set has."""
    found = {}
    if clusters := list(lines(folder, "clusters")):
        path = folder / "unlabelled.txt"
        unlabelled = set(path.read_text(encoding="utf-8").split()) if path.exists() else set()
        contested = [(pair["a"], pair["b"]) for pair in lines(folder, "contested_pairs")]
        found["clusters"] = against_clusters(clusters, works, unlabelled, contested)
    if pairs := list(lines(folder, "pairs")):
        found["pairs"] = _counted((bool(pair["same"]), works[pair["a"]] == works[pair["b"]]) for pair in pairs)
    if flags := list(lines(folder, "flags")):
        sizes = Counter(works[flag["id"]] for flag in flags)
        found["flags"] = _counted((bool(flag["dup"]), sizes[works[flag["id"]]] > 1) for flag in flags)
    return found


def against_clusters(
    clusters: Iterable[Iterable[str]],
    works: Mapping[str, Hashable],
    unlabelled: set[str],
    contested: Iterable[tuple[str, str]] = (),
) -> Counts:
    """Over all pairs of records, but for those of two unlabelled ones, of which nobody knows."""
    truth: dict[str, Hashable] = {record: number for number, cluster in enumerate(clusters) for record in cluster}
    cells = Counter((work, truth.get(record, record)) for record, work in works.items())
    true, predicted = Counter[object](), Counter[object]()
    for (work, label), count in cells.items():
        true[label] += count
        predicted[work] += count
    unknown = Counter(work for record, work in works.items() if record in unlabelled)
    joined = _pairs(cells.values())
    wrongly = _pairs(predicted.values()) - _pairs(unknown.values()) - joined
    missed = _pairs(true.values()) - joined
    labels = Counter(work for work, _ in cells)
    disputed = [works[a] == works[b] for a, b in contested]
    return Counts(
        joined,
        wrongly,
        missed,
        _pairs([len(works)]) - _pairs([len(unlabelled)]) - joined - wrongly - missed,
        contested=len(disputed),
        contested_joined=sum(disputed),
        impure=sum(labels[work] > 1 and unknown[work] < size for work, size in predicted.items()),
    )


def _counted(verdicts: Iterable[tuple[bool, bool]]) -> Counts:
    """Of what was to be joined, and what was."""
    seen = Counter(verdicts)
    return Counts(seen[True, True], seen[False, True], seen[True, False], seen[False, False])


def _pairs(sizes: Iterable[int]) -> int:
    return sum(comb(size, 2) for size in sizes)


def _part(of: int, rest: int) -> float:
    return of / (of + rest) if of + rest else 1.0

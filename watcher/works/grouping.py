"""From pairs to works: records that hang together by what was found the same, parted where something contradicts.

What comes out depends on the records alone, not on the order in which they came: each connected set is parted anew,
beginning with the surest pairs, and two groups in which any two records contradict each other are never joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from watcher.works.comparison import compare
from watcher.works.verdicts import Different

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.works.signature import Signature
    from watcher.works.verdicts import Same


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person has said of two records (by id): that they are one work, or two. No rule overrides it."""

    one: int
    other: int
    same: bool


def partition(
    records: Mapping[int, Signature], links: Mapping[tuple[int, int], Same], corrections: Iterable[Correction] = ()
) -> list[frozenset[int]]:
    """The works that these records (by id) are. `links` are the pairs that were found the same."""
    groups = {record: frozenset({record}) for record in records}
    said = list(corrections)
    apart = {frozenset((c.one, c.other)) for c in said if not c.same}
    together = {frozenset((c.one, c.other)) for c in said if c.same}

    def join(one: int, other: int) -> None:
        union = groups[one] | groups[other]
        groups.update(dict.fromkeys(union, union))

    for pair in sorted(together, key=sorted):
        if pair <= groups.keys():
            one, other = sorted(pair)
            if not _parted(groups[one], groups[other], apart):
                join(one, other)

    def order(pair: tuple[int, int]) -> tuple[int, list[str]]:
        return -links[pair].strength, sorted(records[record].ref for record in pair)

    for one, other in sorted(links, key=order):
        mine, theirs = groups[one], groups[other]
        if mine is not theirs and not _parted(mine, theirs, apart) and not _contradict(mine, theirs, records, together):
            join(one, other)
    return sorted(set(groups.values()), key=min)


def contradicts(one: Signature, others: Iterable[Signature]) -> bool:
    """Whether a record cannot be of one work with all of these."""
    return any(isinstance(compare(one, other), Different) for other in others)


def _parted(one: frozenset[int], other: frozenset[int], apart: set[frozenset[int]]) -> bool:
    return bool(apart) and any(frozenset((a, b)) in apart for a in one for b in other)


def _contradict(
    one: frozenset[int], other: frozenset[int], records: Mapping[int, Signature], together: set[frozenset[int]]
) -> bool:
    return any(
        frozenset((a, b)) not in together and isinstance(compare(records[a], records[b]), Different)
        for a in one
        for b in other
    )


def pairs(group: Iterable[int]) -> Iterable[tuple[int, int]]:
    """All pairs of a group, each with the smaller id first."""
    return combinations(sorted(group), 2)

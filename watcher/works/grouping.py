"""From pairs to works: records that hang together by what was found the same, parted where something contradicts.

What comes out depends on the records alone, not on the order in which they came: each connected set is parted anew,
beginning with the surest pairs. Two groups in which any two records contradict each other are never joined, nor are
two that only an item of news ties: it may report two works, and is no reason to take them for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from watcher.works.comparison import compare
from watcher.works.verdicts import Different, Same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.works.signature import Signature


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

    def order(pair: tuple[int, int]) -> tuple[bool, list[str]]:
        # What names the DOI that an article and the erratum to it share is of the article, if nothing else tells.
        return records[pair[0]].notice != records[pair[1]].notice, sorted(records[number].ref for number in pair)

    said = [correction for correction in corrections if {correction.one, correction.other} <= records.keys()]
    groups = _Groups(records, frozenset(frozenset((c.one, c.other)) for c in said if not c.same))
    for one, other in sorted(((c.one, c.other) for c in said if c.same), key=order):
        if not groups.parted(one, other):
            groups.join(one, other)
    groups.by_hand = [group for group in set(groups.of.values()) if len(group) > 1]
    for one, other in sorted(links, key=lambda pair: (-links[pair].strength, order(pair))):
        if groups.may_join(one, other):
            groups.join(one, other)
    return sorted(set(groups.of.values()), key=min)


def contradicts(one: Signature, others: Iterable[Signature]) -> bool:
    """Whether a record cannot be of one work with all of these."""
    return any(isinstance(compare(one, other), Different) for other in others)


def overruling(one: Iterable[Signature], others: Sequence[Signature]) -> str:
    """Why two works were kept apart although a record of one was found to be the same as one of the other."""
    verdicts = (compare(ours, theirs) for ours in one for theirs in others)
    contradictions = (f"of their records, {v.why}" for v in verdicts if isinstance(v, Different))
    return next(contradictions, "a person has said so, or nothing but news ties them")


class _Groups:
    """Records in groups that grow: `of` gives each record's. `apart` are the pairs that a person has parted, `by_hand`
    the groups that a person has made.
    """

    def __init__(self, records: Mapping[int, Signature], apart: frozenset[frozenset[int]]) -> None:
        self.records = records
        self.apart = apart
        self.of = {record: frozenset({record}) for record in records}
        self.by_hand: list[frozenset[int]] = []

    def join(self, one: int, other: int) -> None:
        union = self.of[one] | self.of[other]
        self.of.update(dict.fromkeys(union, union))

    def may_join(self, one: int, other: int) -> bool:
        """Whether nothing is against it that the groups of these two, which were found the same, are one."""
        if self.of[one] is self.of[other] or self.parted(one, other) or self._bridged(one, other):
            return False
        return not any(self._contradict(a, b) for a in self.of[one] for b in self.of[other])

    def parted(self, one: int, other: int) -> bool:
        """Whether a person has said that the two groups are not one work."""
        return bool(self.apart) and any(frozenset((a, b)) in self.apart for a in self.of[one] for b in self.of[other])

    def _bridged(self, one: int, other: int) -> bool:
        """Whether two works would be one because of news."""
        news = self.records[one].news or self.records[other].news
        return news and all(any(not self.records[r].news for r in self.of[number]) for number in (one, other))

    def _contradict(self, one: int, other: int) -> bool:
        """Whether two records are of two works. Not so where a person has called works one that these belong to."""
        if not isinstance(compare(self.records[one], self.records[other]), Different):
            return False
        return not any(self._belongs(one, made) and self._belongs(other, made) for made in self.by_hand)

    def _belongs(self, record: int, made: frozenset[int]) -> bool:
        sig = self.records[record]
        return record in made or any(isinstance(compare(sig, self.records[other]), Same) for other in made)


def pairs(group: Iterable[int]) -> Iterable[tuple[int, int]]:
    """All pairs of a group, each with the smaller id first."""
    return combinations(sorted(group), 2)

"""What an edit of the queries changes: which stored works each edited query gains and loses, by evaluation here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from watcher.terms.term import Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from watcher.models import Query
    from watcher.store.store import Store

PERIOD = timedelta(days=90)  # of the works that are looked at, by when they were first seen


class Change(StrEnum):
    """What was done to a query."""

    EDITED = "edited"
    NEW = "new"
    REMOVED = "removed"
    RENAMED = "renamed"
    RELATED = "related"  # its min_relatedness alone


@dataclass(frozen=True, slots=True)
class Edit:
    """A query whose term, name or min_relatedness (`least`, before and now) is another than before: of the stored works
    of the period, how many it matches now, and which it gains and loses. `was` is its name before.
    """

    query: str
    change: Change
    was: str
    term: str
    matched: int
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    least: tuple[int, int] = (0, 0)

    @property
    def in_short(self) -> str:
        """A line for a log."""
        before, now = self.least
        asked = f"min_relatedness is {now}, before {before}"
        match self.change:
            case Change.RENAMED:
                return f"{self.query}: renamed, before {self.was}; its term is the same"
            case Change.RELATED:
                return f"{self.query}: {asked}; its term is the same"
            case Change.NEW:
                return f"{self.query}: new, and matches {_works(len(self.gained))} of the last {PERIOD.days} days"
            case Change.REMOVED:
                return f"{self.query}: removed; it matched {_works(len(self.lost))} of the last {PERIOD.days} days"
            case Change.EDITED:
                also = f"{asked}; " if before != now else ""
                return (
                    f"{self.query}: edited; {also}of the stored works of the last {PERIOD.days} days "
                    f"it gains {len(self.gained)} and loses {len(self.lost)}, and matches {self.matched}"
                )


def edits(store: Store, before: Sequence[Query], after: Sequence[Query], now: datetime) -> tuple[Edit, ...]:
    """The queries that differ, in the order of the file, and then those that are gone."""
    pairs = list(_changed(before, after))
    if not pairs:
        return ()
    records, works = store.texts.seen_since(now - PERIOD)

    def matched(query: Query | None) -> set[int]:
        if query is None:
            return set()
        return {works[number] for number in store.texts.matching(records, Term.parse(query.term))}

    found = []
    for change, old, new in pairs:
        then, today = matched(old), matched(new)
        told = new or old
        if told is None:
            raise AssertionError(change)
        gained, lost = tuple(sorted(today - then)), tuple(sorted(then - today))
        found.append(
            Edit(told.name, change, old.name if old else "", told.term, len(today), gained, lost, _least(old, new))
        )
    return tuple(found)


def _least(old: Query | None, new: Query | None) -> tuple[int, int]:
    return (old.min_relatedness, new.min_relatedness) if old and new else (0, 0)


def _changed(before: Sequence[Query], after: Sequence[Query]) -> Iterator[tuple[Change, Query | None, Query | None]]:
    known = {query.name: query for query in before}
    names = {query.name for query in after}
    gone = [query for query in before if query.name not in names]
    for query in after:
        old = known.get(query.name)
        if old is not None:
            if old.term != query.term:
                yield Change.EDITED, old, query
            elif old.min_relatedness != query.min_relatedness:
                yield Change.RELATED, old, query
            continue
        old = next((other for other in gone if other.term == query.term), None)
        if old is not None:
            gone.remove(old)
        yield (Change.RENAMED if old else Change.NEW), old, query
    yield from ((Change.REMOVED, query, None) for query in gone)


def _works(number: int) -> str:
    return f"{number} stored work{'s' * (number != 1)}"

"""A reader calls a work good or bad: what is related changes, and what that changes is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher import markup
from watcher.pipeline.relate import profile_of
from watcher.works.reasons import spelling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from watcher.models import Work
    from watcher.settings import Settings
    from watcher.store.store import Store

_SHOWN = 5
_LEAST = 0.002  # by which a word's part of the centre, which is as long as 1, must change to be said


@dataclass(frozen=True, slots=True)
class Moved:
    """A work that is still to be told, and its place among these, before and after."""

    title: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Rated:
    """What a rating changed: the words that count for more, and for less, now; the works that rose or fell most."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    rose: tuple[Moved, ...]
    fell: tuple[Moved, ...]


def rate(store: Store, settings: Settings, work: Work, now: datetime, *, good: bool | None) -> Rated:
    """Keep the rating (None takes it back), and say what it changed."""
    untold = _untold(store, settings)
    cited = store.cited.works(settings.cited)
    before = profile_of(store, settings, cited)
    store.ratings.keep(work.id, now, good=good)
    after = profile_of(store, settings, cited)
    changes = {
        term: after.centre.get(term, 0.0) - before.centre.get(term, 0.0)
        for term in before.centre.keys() | after.centre.keys()
    }
    known = spelling([*after.records.values(), work.record, *(one.record for one in untold)])
    gained = _words(sorted(changes, key=lambda term: (-changes[term], term)), changes, known)
    lost = _words(sorted(changes, key=lambda term: (changes[term], term)), changes, known)
    places = _moved(
        untold,
        {one.id: before.score(one.record) for one in untold},
        {one.id: after.score(one.record) for one in untold},
    )
    rose = sorted((one for one in places if one.after < one.before), key=lambda one: one.after - one.before)
    fell = sorted((one for one in places if one.after > one.before), key=lambda one: one.before - one.after)
    return Rated(gained, lost, tuple(rose[:_SHOWN]), tuple(fell[:_SHOWN]))


def _untold(store: Store, settings: Settings) -> list[Work]:
    """The works that some digest has still to tell."""
    found = (work for plan in settings.digests for work in store.works.untold(plan.name, plan.queries))
    return list({work.id: work for work in found}.values())


def _words(terms: Sequence[str], changes: Mapping[str, float], known: Mapping[str, str]) -> tuple[str, ...]:
    """The first of these terms, as they are written, as far as they changed in the direction of the first."""
    sign = 1 if terms and changes[terms[0]] > 0 else -1
    return tuple(known[term] for term in terms if changes[term] * sign > _LEAST and term in known)[:_SHOWN]


def _moved(works: Sequence[Work], before: Mapping[int, float], after: Mapping[int, float]) -> list[Moved]:
    first, second = (
        {work_id: place for place, work_id in enumerate(sorted(scores, key=lambda one: (-scores[one], one)), 1)}
        for scores in (before, after)
    )
    return [Moved(markup.plain(work.record.title), first[work.id], second[work.id]) for work in works]

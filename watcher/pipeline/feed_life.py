"""A feed over time: that it moves, ends, wants to be left alone, or has gone quiet. Decisions alone: all is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from watcher.sources.http import HttpError, PauseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.errors import SourceError
    from watcher.models import Record
    from watcher.store.feeds import FeedState

GONE, NOT_FOUND = 410, 404
MISSING = timedelta(days=30)  # of 404 in every poll, after which a feed is given up
LONGEST_WAIT = timedelta(days=30)  # that a server is granted
QUIET, LEAST_QUIET = 3, 14  # usual intervals, and days
_DAYS_KEPT = 50  # of publication: the usual interval is that of late, not of years ago


def may_be_asked(state: FeedState, now: datetime) -> bool:
    """Whether the feed has not ended, and its server has not asked to be left alone until later."""
    return not state.stopped and (state.not_before is None or state.not_before <= now)


def is_absent(error: SourceError) -> bool:
    """Whether the server says that nothing is there: for now, or for good."""
    return isinstance(error, HttpError) and error.status in {GONE, NOT_FOUND}


def after_failure(state: FeedState, error: SourceError, now: datetime) -> tuple[FeedState, str]:
    """What is known of a feed after a failed poll, and what its run says.

    410 ends it at once (RFC 9110, section 15.5.11), 404 after a month of nothing else. A long Retry-After is kept to.
    """
    status = error.status if isinstance(error, HttpError) else None
    pause = error.pause if isinstance(error, PauseError) else None
    missing_since = (state.missing_since or now) if status == NOT_FOUND else None
    until = now + timedelta(seconds=min(pause, LONGEST_WAIT.total_seconds())) if pause else None
    state = replace(state, missing_since=missing_since, not_before=until)
    ended = "it is not asked any more, until its url in queries.toml is edited"
    if status == GONE:
        return replace(state, stopped=True), f"{error}; it is gone for good: {ended}"
    if missing_since is not None and now - missing_since >= MISSING:
        return replace(state, stopped=True), f"{error}; so in each poll since {_day(missing_since.date())}: {ended}"
    return state, str(error)


def after_answer(
    state: FeedState, url: str, moved_to: str | None, records: Iterable[Record], now: datetime
) -> tuple[FeedState, tuple[str, ...]]:
    """What is known of the feed of a configured address after a poll that went well, and its run's notes.

    `moved_to` is where a permanent redirect has led, from wherever the feed was asked.
    """
    notes = []
    if moved_to is not None and moved_to != state.moved_to:
        state = replace(state, moved_to=None if moved_to == url else moved_to)
        if state.moved_to:
            notes.append(f"it has moved to {moved_to}: write that address into queries.toml")
    today = now.date()
    days = {*state.days, *filter(None, (_published(record, today) for record in records))}
    state = replace(state, missing_since=None, not_before=None, days=tuple(sorted(days)[-_DAYS_KEPT:]))
    if (usual := usual_interval(state.days)) is not None:
        newest = state.days[-1]
        if newest != state.quiet_told and (today - newest).days >= max(LEAST_QUIET, QUIET * usual):
            often = "every day" if usual == 1 else f"every {usual:g} days"
            notes.append(f"nothing new since {_day(newest)}, usually {often}")
            state = replace(state, quiet_told=newest)
    return state, tuple(notes)


def usual_interval(days: tuple[date, ...]) -> float | None:
    """The median number of days from one day of publication to the next; None of fewer than two."""
    if len(days) < 2:
        return None
    return float(median((later - earlier).days for earlier, later in pairwise(days)))


def _published(record: Record, today: date) -> date | None:
    """The day of an entry. One that is yet to come, as of an event or by a mistake, would hide that it is quiet."""
    if record.published is None or len(record.published) != len("2021-06-03"):
        return None
    day = date.fromisoformat(record.published)
    return day if day <= today else None


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

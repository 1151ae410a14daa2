"""A cited page over time: that it is gone, moves, is rewritten, or cannot be read. Decisions alone: all is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from watcher.sources.pages import Absent, Look, Read, Unread
from watcher.told import PageEvent, PageKind
from watcher.works.identifiers import canonical_url

if TYPE_CHECKING:
    from watcher.store.pages import PageState

# A little less than a week, so that a poll which starts a moment early looks as well; a day is a whole one.
WEEK, DAY = timedelta(days=6, hours=23, minutes=30), timedelta(days=1)
UNREAD_TOLD = timedelta(days=21)  # of not being readable in any look, after which that is told
_MOST_UNSTEADY = 500  # sentences that come and go, of which the latest are remembered
_MOST_KEPT = 50  # sentences of a change on either side


def is_due(state: PageState, now: datetime) -> bool:
    """Whether it is to be looked at."""
    return state.due_at is None or state.due_at <= now


def after(state: PageState, url: str, look: Look, now: datetime) -> tuple[PageState, tuple[PageEvent, ...]]:
    """What is known of the page of a configured address after a look, and what that has found to have changed.

    What must be seen twice (that nothing is there, that the text is another one) is looked at again after a day, as is
    what could not be read for the first time; all else after a week.
    """
    state = replace(state, looked_at=now)
    match look:
        case Unread(why):
            return _unread(state, why, now), ()
        case Read(text) if text is not None and state.sentences and not text.sentences:
            return _unread(state, f"{url}: no text can be found on it any more", now), ()
        case Read() if look.moved_to is None and state.found_at not in {None, _place(look.found_at)}:
            # To a login, a form of consent, or a test whether one is human; where it moves to, it says so for good.
            return _unread(state, f"{url}: it leads to another page now, {look.found_at}", now), ()
        case Absent():
            return _absent(_readable(state), now)
        case Read():
            return _read(_readable(replace(state, missing_since=None)), url, look, now)


def _unread(state: PageState, why: str, now: datetime) -> PageState:
    since = state.failing_since or now
    unread_at = state.unread_at or (now if now - since >= UNREAD_TOLD else None)
    again = now + (DAY if state.failing_since is None else WEEK)
    return replace(state, failing_since=since, unread_at=unread_at, error=why, due_at=again)


def _readable(state: PageState) -> PageState:
    return replace(state, failing_since=None, unread_at=None, error=None)


def _absent(state: PageState, now: datetime) -> tuple[PageState, tuple[PageEvent, ...]]:
    if state.gone:
        return replace(state, due_at=now + WEEK), ()
    if state.missing_since is None or now - state.missing_since < DAY:
        return replace(state, missing_since=state.missing_since or now, due_at=now + DAY), ()
    return replace(state, gone=True, pending=None, due_at=now + WEEK), (PageEvent(PageKind.GONE),)


def _read(state: PageState, url: str, look: Read, now: datetime) -> tuple[PageState, tuple[PageEvent, ...]]:
    events = [PageEvent(PageKind.BACK)] if state.gone else []
    first = state.sentences is None
    moved_to = look.moved_to if look.moved_to and canonical_url(look.moved_to) != canonical_url(url) else None
    moved = not first and moved_to is not None and moved_to != state.moved_to
    state = replace(
        state, gone=False, found_at=_place(look.found_at), moved_to=moved_to or state.moved_to, due_at=now + WEEK
    )
    if moved:
        events.append(PageEvent(PageKind.MOVED, moved_to))
    if look.text is None:  # as it was: then that is what the last look found
        now_there = state.sentences if state.pending is None else state.pending
    else:
        now_there = look.text.sentences
        given = look.validators
        state = replace(state, title=look.text.title, etag=given.etag, last_modified=given.last_modified)
    if not state.sentences or now_there is None or moved:
        # Where it has moved to, it may be framed in another way: its text is read anew.
        return replace(state, sentences=now_there or (), pending=None), tuple(events)
    return _compared(state, state.sentences, now_there, events, now)


def _place(url: str) -> str:
    """An address without what a session or a count of visits appends to it."""
    return (canonical_url(url) or url).partition("?")[0].partition(";")[0]


def _compared(
    state: PageState, before: tuple[str, ...], there: tuple[str, ...], events: list[PageEvent], now: datetime
) -> tuple[PageState, tuple[PageEvent, ...]]:
    passed_over = set(state.unsteady)
    if set(there) - passed_over == set(before) - passed_over and state.pending is None:
        return state, tuple(events)
    if state.pending is None:
        return replace(state, pending=there, due_at=now + DAY), tuple(events)
    unsteady = tuple(dict.fromkeys((*state.unsteady, *come_and_go(before, state.pending, there))))[-_MOST_UNSTEADY:]
    gone = [s for s in before if s not in {*state.pending, *there, *unsteady}]
    new = [s for s in there if s in state.pending and s not in {*before, *unsteady}]
    if gone or new:
        events.append(PageEvent(PageKind.CHANGED, None, tuple(gone[:_MOST_KEPT]), tuple(new[:_MOST_KEPT])))
    return replace(state, sentences=there, pending=None, unsteady=unsteady), tuple(events)


def come_and_go(before: tuple[str, ...], first: tuple[str, ...], second: tuple[str, ...]) -> set[str]:
    """The sentences that flip from look to look: those that only one of the two has, and in whose place, for the most
    part of such, the text had others before.
    """
    found = set(first) ^ set(second)
    for there in (first, second):
        for change, i, j, k, m in SequenceMatcher(None, before, there, autojunk=False).get_opcodes():
            flips = sum(sentence in found for sentence in there[k:m])
            if change == "replace" and flips and flips * 2 >= m - k:
                found |= set(before[i:j]) - set(first) - set(second)
    return found

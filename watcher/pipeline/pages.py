"""Look at the cited pages, each once a week: one after the other, and what is found is kept before the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.pipeline.page_life import after, is_due
from watcher.sources.pages import look, may_be_read
from watcher.sources.validators import Validators
from watcher.store.pages import SOURCE
from watcher.told import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from watcher.models import CitedWork, Run
    from watcher.pipeline.context import Context


def watched_pages(cited: Iterable[CitedWork]) -> dict[str, int]:
    """The addresses of these works' pages that are for programs to read, each with the number of its work."""
    found: dict[str, int] = {}
    for one in cited:
        if one.url and may_be_read(one.url):
            found.setdefault(one.url, one.number)
    return found


def look_at_pages(context: Context) -> Run | None:
    """Look at those that are due; None where none is. The run has found those that could be read, or are not there; new
    is what has changed. One that could not be read is in its notes: that is a failure when it lasts.
    """
    store, now = context.store, context.now
    pages = watched_pages(context.settings.watched)
    due = [url for url in pages if is_due(store.pages.get(url), now)]
    if not due:
        return None
    run_id = store.runs.start(SOURCE, None, now)
    notes: list[str] = []
    changed = 0
    for url in due:
        context.progress(f"source [{pages[url]}]: looking at its page")
        state = store.pages.get(url)
        seen = look(context.client, url, Validators(state.etag, state.last_modified))
        state, events = after(state, url, seen, now)
        with store.transaction():
            store.pages.keep(url, state, events, now)
        changed += len(events)
        if state.error is not None:
            notes.append(f"[{pages[url]}] {state.error}")
    store.runs.finish(run_id, now, found=len(due) - len(notes), new=changed, notes=tuple(notes))
    return store.runs.last(SOURCE)


def unread(context: Context, since: datetime | None) -> list[Failure]:
    """The pages of which was found, after a moment, that they could not be read for three weeks: told once, that is."""
    found = []
    for url, number in watched_pages(context.settings.watched).items():
        state = context.store.pages.get(url)
        if state.unread_at and state.failing_since and (since is None or state.unread_at > since):
            found.append(Failure(f"the page of source [{number}]", state.error or "", state.failing_since))
    return found

"""Look works up in PubMed by their identifiers: those that feeds brought, so that abstract, authors and MeSH lead them,
and those that the article cites.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.pipeline.recognise import recognise_new
from watcher.sources.pubmed_lookup import MOST_KEYS, look_up
from watcher.store import cited, lookups
from watcher.works.identifiers import identifier_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from watcher.models import Record, Run
    from watcher.pipeline.context import Context
    from watcher.store.store import Store

# Once a day; a little less, so that a daily poll which starts a moment early asks as well.
EVERY, WITHIN = timedelta(hours=23, minutes=30), timedelta(days=60)


@dataclass(slots=True)
class _Came:
    """The records that bore one of the identifiers, those of them that were not stored, and why a search failed."""

    found: int = 0
    new: int = 0
    error: str | None = None


def look_up_works(context: Context) -> Run | None:
    """Ask about the works of feeds that wait for their PubMed record, and store those that it has; None if none waits.

    A search that fails is made again by the next poll.
    """
    store = context.store
    waiting = store.lookups.waiting(context.now, every=EVERY, within=WITHIN)

    def note(keys: Collection[str], found: Collection[str]) -> None:
        store.lookups.asked([one for one in waiting if one[1] in keys], found, context.now)

    return _run(context, lookups.SOURCE, [key for _, key in waiting], note)


def look_up_cited(context: Context) -> Run | None:
    """Ask about the cited works that PubMed has not given yet, once a day, and store those that it has; None if none is
    to be asked about.
    """
    store = context.store
    waiting = store.cited.waiting(context.settings.cited, context.now - EVERY)
    return _run(context, cited.SOURCE, waiting, lambda keys, _: store.cited.asked(keys, context.now))


def keep_cited(store: Store, records: Sequence[Record], now: datetime) -> None:
    """Store PubMed's records of cited works that were found elsewhere, so that no poll has to look them up."""
    with store.transaction():
        recognise_new(store, records, now)


def _run(
    context: Context, source: str, keys: Sequence[str], note: Callable[[Collection[str], Collection[str]], None]
) -> Run | None:
    """A run over these keys. `note` is given, within the transaction that stores what came, those of an answered search
    and which of them PubMed has.
    """
    runs = context.store.runs
    last = runs.last(source)
    if not keys and (last is None or last.error is None):
        return None
    # With nothing left to ask after a failure, this run says that it is over.
    run_id = runs.start(source, None, context.now)
    came = _looked_up(context, tuple(dict.fromkeys(keys)), note)
    runs.finish(run_id, context.now, found=came.found, new=came.new, error=came.error)
    return runs.last(source)


def _looked_up(
    context: Context, keys: Sequence[str], note: Callable[[Collection[str], Collection[str]], None]
) -> _Came:
    store, came = context.store, _Came()
    for start in range(0, len(keys), MOST_KEYS):
        batch = keys[start : start + MOST_KEYS]
        context.progress(f"PubMed: looking up {len(keys)} identifiers")
        try:
            records = look_up(context.eutils, batch)
        except SourceError as error:
            came.error = came.error or str(error)
            continue
        with store.transaction():
            came.found += len(records)
            came.new += recognise_new(store, records, context.now)
            note(frozenset(batch), {key for record in records for key in identifier_keys(record)})
    return came

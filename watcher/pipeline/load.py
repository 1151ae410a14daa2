"""Load NLM's files: what a query matches here becomes a work, and what is stored is brought up to date."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.pipeline.recognise import recognise, revise
from watcher.pipeline.sieve import Batch, Caught, Sieve, in_processes
from watcher.sources import pubmed
from watcher.sources.pubmed_files import opened
from watcher.store.loads import FileState
from watcher.works.identity import newer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watcher.pipeline.context import Context
    from watcher.sources.pubmed_files import OpenFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of a file: its `members` (records and deletions), of which the first `resumed_at` were done before.

    `found` counts the records that a query matches, `new` those of them that it had not before; `revised` what was
    stored and is newer here, `withdrawn` what was stored and is deleted here. `loaded_at` is when it was loaded whole
    before: then nothing was done.
    """

    path: Path
    members: int = 0
    resumed_at: int = 0
    found: int = 0
    new: int = 0
    revised: int = 0
    withdrawn: int = 0
    loaded_at: datetime | None = None
    error: str | None = None


def load(
    context: Context,
    path: Path,
    *,
    jobs: int = 1,
    again: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Loaded:
    """Hold a file's records against all queries, and store those that match, some hundreds in a transaction.

    A file that was loaded whole, and one whose loading was cut short, are known by path, size, time of change and the
    queries' terms; with `again` it is read from its beginning. `clock` is for the estimate alone, in seconds.
    """
    store, queries = context.store, context.settings.queries
    try:
        with opened(path) as file:
            terms = hashlib.sha256("\0".join(f"{query.name}\0{query.term}" for query in queries).encode()).hexdigest()
            state = FileState(str(path.resolve()), file.size, file.mtime, terms)
            done, loaded_at = (0, None) if again else store.loads.done(state)
            if loaded_at is not None:
                return Loaded(path=path, members=done, loaded_at=loaded_at)
            report = Loaded(path=path, members=done, resumed_at=done)
            sieve = Sieve(queries, store.works.pmids())
            shown = _Progress(context, path.name, file, clock)
            for batch in _batches(sieve, file, path.name, jobs, done):
                with store.transaction():
                    report = _store(context, report, batch)
                    store.loads.keep(state, report.members)
                shown.tell(report.members)
            if report.error is None:
                with store.transaction():
                    store.loads.keep(state, report.members, context.now)
            store.catch_up()
            return report
    except SourceError as error:
        return Loaded(path=path, error=str(error))


def _batches(sieve: Sieve, file: OpenFile, where: str, jobs: int, done: int) -> Iterator[Batch]:
    if jobs == 1:
        yield from sieve.batches(file.stream, where=where, done=done)
        return
    seen = 0
    for batch in in_processes(sieve, jobs, file.stream, where=where):
        seen += batch.members
        if seen > done:  # one that is done in part is stored once more, which changes nothing
            yield replace(batch, members=min(batch.members, seen - done))
        elif batch.error:
            yield replace(batch, members=0)


def _store(context: Context, report: Loaded, batch: Batch) -> Loaded:
    new = revised = 0
    for caught in batch.caught:
        fresh, changed = _keep(context, caught)
        new, revised = new + fresh, revised + changed
    withdrawn = context.store.loads.withdraw(batch.deleted, report.path.name, context.now) if batch.deleted else 0
    return replace(
        report,
        members=report.members + batch.members,
        found=report.found + sum(bool(caught.matches) for caught in batch.caught),
        new=report.new + new,
        revised=report.revised + revised,
        withdrawn=report.withdrawn + withdrawn,
        error=batch.error,
    )


def _keep(context: Context, caught: Caught) -> tuple[bool, bool]:
    """Store a record, or what it changes; whether a query has a match that it had not, and whether it was newer."""
    works, record = context.store.works, caught.record
    stored = works.record(pubmed.SOURCE, record.source_id)
    changed = stored is not None and newer(record, stored)
    if changed:
        revise(context.store, record, context.now)
    if stored is None and not caught.matches:
        return False, False
    if stored is None:
        # By itself, not with its page: what follows in the file may be a later version of it.
        (work_id,) = recognise(context.store, [record], context.now)
    else:
        work_id = works.of_source(pubmed.SOURCE, [record.source_id])[record.source_id]
    fresh = [name for name, _ in caught.matches if not context.store.matches.works(name, [work_id])]
    for name, phrases in caught.matches:
        context.store.matches.keep(pubmed.SOURCE, record.source_id, name, phrases, context.now)
    return bool(fresh), changed


class _Progress:
    """How far a file is read, and how long it may still take, by the bytes of it."""

    def __init__(self, context: Context, name: str, file: OpenFile, clock: Callable[[], float]) -> None:
        self._context, self._name, self._file, self._clock = context, name, file, clock
        self._start = clock()

    def tell(self, members: int) -> None:
        part = min(self._file.position / self._file.size, 1.0) if self._file.size else 1.0
        left = round((self._clock() - self._start) * (1 - part) / part) if part else 0
        estimate = f"{left // 60} min {left % 60} s" if left >= 60 else f"{left} s"
        self._context.progress(f"{self._name}: {members:,} records, {part:.0%}, about {estimate} left")

"""Poll PubMed: ask about each query's days, fetch what is unknown, recognise works, note which queries match them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.models import Pmid, Query, Run
from watcher.pipeline.recognise import recognise
from watcher.sources import pubmed
from watcher.terms.term import Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.pipeline.context import Context


_PATIENCE = timedelta(days=60)  # after that, PubMed is only asked for a missing record while it still lists it
_PAUSE = timedelta(days=1)  # between two questions for the same missing record


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query that PubMed has answered, and its run, which is still open; `awaited` is what it missed before."""

    query: Query
    run_id: int
    found: pubmed.Found
    awaited: tuple[Pmid, ...]

    @property
    def pmids(self) -> tuple[Pmid, ...]:
        """All that it wants."""
        return tuple(dict.fromkeys(self.found.pmids + self.awaited))


@dataclass(frozen=True, slots=True)
class _Brought:
    """What became of PMIDs that were asked for: their works, why a batch failed, and which PubMed left out."""

    works: dict[str, int] = field(default_factory=dict)
    failed: dict[Pmid, str] = field(default_factory=dict)
    missing: dict[Pmid, datetime] = field(default_factory=dict)


def poll_pubmed(context: Context, queries: Sequence[Query]) -> list[Run]:
    """One ESearch a query; then EFetch, in batches over all of them, of what the store does not have.

    A batch is stored when it has come, whatever becomes of the next. A query whose search, or one of whose batches,
    failed keeps its last window: the next poll asks again for what this one did not get.
    """
    asked = [one for query in queries if (one := _ask(context, query)) is not None]
    pmids = tuple(dict.fromkeys(pmid for one in asked for pmid in one.pmids))
    brought = _bring(context, pmids)
    concluded = [_conclude(context, one, brought) for one in asked]
    return concluded + _failed_searches(context, queries, asked)


def _bring(context: Context, pmids: Sequence[Pmid]) -> _Brought:
    """The works of these PMIDs, fetched where they are unknown; what is newly missing is asked for a second time."""
    brought = _Brought(works=context.store.works.of_source(pubmed.SOURCE, pmids))
    unknown = [pmid for pmid in pmids if pmid not in brought.works]
    missed = context.store.absences.last_missed(unknown)
    resting = {pmid: at for pmid, at in missed.items() if timedelta() <= context.now - at < _PAUSE}
    first = _fetch(context, [pmid for pmid in unknown if pmid not in resting], "new records")
    second = _fetch(context, [pmid for pmid in first.missing if pmid not in missed], "what did not come")
    still = {pmid: at for pmid, at in first.missing.items() if pmid in missed} | second.missing
    return _Brought(brought.works | first.works | second.works, first.failed | second.failed, resting | still)


def _fetch(context: Context, pmids: Sequence[Pmid], what: str) -> _Brought:
    """EFetch in batches; each is stored when it has come."""
    brought = _Brought()
    for number, batch in enumerate(batches := pubmed.batches(pmids), 1):
        context.progress(f"PubMed: fetching {len(pmids)} {what}, batch {number} of {len(batches)}")
        try:
            fetched = pubmed.fetch(context.eutils, batch)
        except SourceError as error:
            brought.failed.update(dict.fromkeys(batch, str(error)))
            continue
        brought.missing.update(dict.fromkeys(fetched.missing, context.now))
        with context.store.transaction():
            brought.works.update(
                (record.source_id, recognise(context.store, record, context.now)) for record in fetched.records
            )
    return brought


def _ask(context: Context, query: Query) -> _Asked | None:
    """Search for a query's window; None where that failed, which its run then says."""
    store, settings = context.store, context.settings.pubmed
    last = store.runs.last(pubmed.SOURCE, query.name, successful=True)
    days = pubmed.window(
        last,
        query.term,
        context.now,
        lookback=settings.lookback,
        overlap=settings.overlap,
        owed=store.runs.owed(pubmed.SOURCE, query.name),
    )
    run_id = store.runs.start(pubmed.SOURCE, query.name, context.now, days, query.term)
    context.progress(f"PubMed: searching for {query.name}, {days.first} to {days.last}")
    try:
        found = pubmed.search(context.eutils, query.term, days, when_indexed=query.when_indexed)
    except SourceError as error:
        store.runs.finish(run_id, context.now, found=0, new=0, error=str(error))
        return None
    if last is not None and last.term != query.term:
        store.absences.forget(query.name)
    return _Asked(query, run_id, found, store.absences.of_query(query.name, context.now - _PATIENCE))


def _conclude(context: Context, asked: _Asked, brought: _Brought) -> Run:
    """Note the query's matches and what it misses, and close its run."""
    store, name, pmids, works = context.store, asked.query.name, asked.pmids, brought.works
    errors = [brought.failed[pmid] for pmid in pmids if pmid in brought.failed]
    error = f"{len(errors)} of {len(pmids)} records could not be fetched: {errors[0]}" if errors else None
    notes = asked.found.notes
    with store.transaction():
        store.absences.drop(name, [pmid for pmid in pmids if pmid in works])
        missing = {pmid: brought.missing[pmid] for pmid in pmids if pmid in brought.missing}
        if absent := store.absences.keep(name, missing, context.now):
            notes = (*notes, f"PubMed lists {_listed(absent)} and does not have the record: withdrawn, or merged")
        fresh = _match(context, asked.query, {pmid: works[pmid] for pmid in pmids if pmid in works})
        store.runs.finish(
            asked.run_id,
            context.now,
            found=len(asked.found.pmids),
            new=fresh,
            error=error,
            notes=notes,
            translation=asked.found.translation,
        )
    return _last(context, name)


def _match(context: Context, query: Query, works: Mapping[Pmid, int]) -> int:
    """Note that the query found these records; gives how many works it had not found before."""
    store, term = context.store, Term.parse(query.term)
    fresh = set(works.values()) - store.matches.works(query.name, works.values())
    for pmid in sorted(store.matches.missing(query.name, pubmed.SOURCE, works)):
        record = store.works.record(pubmed.SOURCE, pmid)
        if record is not None:
            store.matches.keep(pubmed.SOURCE, pmid, query.name, term.evaluate(record).phrases, context.now)
    return len(fresh)


def _failed_searches(context: Context, queries: Iterable[Query], asked: Sequence[_Asked]) -> list[Run]:
    answered = {one.query.name for one in asked}
    return [_last(context, query.name) for query in queries if query.name not in answered]


def _listed(pmids: Sequence[Pmid], most: int = 10) -> str:
    return ", ".join(pmids[:most]) + (f" and {len(pmids) - most} more" if len(pmids) > most else "")


def _last(context: Context, query: str) -> Run:
    run = context.store.runs.last(pubmed.SOURCE, query)
    if run is None:
        raise AssertionError(query)
    return run

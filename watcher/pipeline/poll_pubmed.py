"""Poll PubMed: ask about each query's days, fetch what is unknown, recognise works, note which queries match them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.models import Match, Pmid, Query, Run
from watcher.pipeline.recognise import recognise
from watcher.sources import pubmed
from watcher.terms.term import Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.pipeline.context import Context


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query that PubMed has answered, and its run, which is still open."""

    query: Query
    run_id: int
    found: pubmed.Found


def poll_pubmed(context: Context, queries: Sequence[Query]) -> list[Run]:
    """One ESearch a query; then EFetch, in batches over all of them, of what the store does not have.

    A batch is stored when it has come, whatever becomes of the next. A query whose search, or one of whose batches,
    failed keeps its last window: the next poll asks again for what this one did not get.
    """
    asked = [one for query in queries if (one := _ask(context, query)) is not None]
    pmids = tuple(dict.fromkeys(pmid for one in asked for pmid in one.found.pmids))
    works: dict[str, int] = context.store.works.of_source(pubmed.SOURCE, pmids)
    unknown = [pmid for pmid in pmids if pmid not in works]
    failed: dict[Pmid, str] = {}
    missing: set[Pmid] = set()
    for number, batch in enumerate(batches := pubmed.batches(unknown), 1):
        context.progress(f"PubMed: fetching {len(unknown)} new records, batch {number} of {len(batches)}")
        try:
            fetched = pubmed.fetch(context.eutils, batch)
        except SourceError as error:
            failed.update(dict.fromkeys(batch, str(error)))
            continue
        missing.update(fetched.missing)
        with context.store.transaction():
            works.update((record.source_id, recognise(context, record)) for record in fetched.records)
    concluded = [_conclude(context, one, works, failed, missing) for one in asked]
    return concluded + _failed_searches(context, queries, asked)


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
        return _Asked(query, run_id, pubmed.search(context.eutils, query.term, days))
    except SourceError as error:
        store.runs.finish(run_id, context.now, found=0, new=0, error=str(error))
        return None


def _conclude(
    context: Context, asked: _Asked, works: dict[str, int], failed: dict[Pmid, str], missing: set[Pmid]
) -> Run:
    """Note the query's matches and close its run."""
    store, name, pmids = context.store, asked.query.name, asked.found.pmids
    errors = [failed[pmid] for pmid in pmids if pmid in failed]
    error = f"{len(errors)} of {len(pmids)} records could not be fetched: {errors[0]}" if errors else None
    absent = [pmid for pmid in pmids if pmid in missing]
    notes = asked.found.notes
    if absent:
        notes = (*notes, f"PubMed lists {_listed(absent)} and does not have the record")
    term = Term.parse(asked.query.term)
    with store.transaction():
        found = {works[pmid] for pmid in pmids if pmid in works}
        fresh = sorted(found - store.works.matched(name, found))
        for work_id in fresh:
            work = store.works.get(work_id)
            if work is not None:
                store.works.match(Match(work_id, name, term.evaluate(work.record).phrases), context.now)
        store.runs.finish(asked.run_id, context.now, found=len(pmids), new=len(fresh), error=error, notes=notes)
    return _last(context, name)


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

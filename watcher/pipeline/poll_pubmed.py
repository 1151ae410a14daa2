"""Poll PubMed: ask about each query's days, fetch what is unknown, recognise works, note which queries match them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.models import Pmid, Query, Run
from watcher.pipeline.recognise import recognise
from watcher.pipeline.reconcile import PATIENCE, Brought, bring, note_missing
from watcher.sources import pubmed
from watcher.terms.term import Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.pipeline.context import Context


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


def poll_pubmed(context: Context, queries: Sequence[Query]) -> list[Run]:
    """One ESearch a query; then EFetch, in batches over all of them, of what the store does not have.

    A batch is stored when it has come, whatever becomes of the next. A query whose search, or one of whose batches,
    failed keeps its last window: the next poll asks again for what this one did not get.
    """
    asked = [one for query in queries if (one := _ask(context, query)) is not None]
    pmids = tuple(dict.fromkeys(pmid for one in asked for pmid in one.pmids))
    works = context.store.works
    known = works.of_source(pubmed.SOURCE, pmids)
    unknown = [pmid for pmid in pmids if pmid not in known]
    brought = bring(context, unknown, "new records", lambda records: recognise(context.store, records, context.now))
    known = works.of_source(pubmed.SOURCE, pmids)
    concluded = [_conclude(context, one, known, brought) for one in asked]
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
        found = pubmed.search(context.eutils, query.term, days, when_indexed=query.when_indexed)
    except SourceError as error:
        store.runs.finish(run_id, context.now, found=0, new=0, error=str(error))
        return None
    if last is not None and last.term != query.term:
        store.absences.forget(query.name)
    return _Asked(query, run_id, found, store.absences.of_query(query.name, context.now - PATIENCE))


def _conclude(context: Context, asked: _Asked, works: Mapping[str, int], brought: Brought) -> Run:
    """Note the query's matches and what it misses, and close its run. `works` are those of what is stored, by PMID."""
    store, name, pmids = context.store, asked.query.name, asked.pmids
    with store.transaction():
        notes = asked.found.notes + note_missing(context, name, pmids, brought)
        fresh = _match(context, asked.query, {pmid: works[pmid] for pmid in pmids if pmid in works})
        store.runs.finish(
            asked.run_id,
            context.now,
            found=len(asked.found.pmids),
            new=fresh,
            error=brought.error(pmids),
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


def _last(context: Context, query: str) -> Run:
    run = context.store.runs.last(pubmed.SOURCE, query)
    if run is None:
        raise AssertionError(query)
    return run

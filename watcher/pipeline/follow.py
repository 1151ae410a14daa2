"""Follow stored records for a year, and the cited works: once a day, PubMed is asked which of them were revised, and
what befell them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.models import Pmid, Record, Window
from watcher.pipeline.recognise import recognise_new, revise
from watcher.pipeline.reconcile import PATIENCE, Brought, bring, note_missing
from watcher.sources import pubmed
from watcher.store.follows import SOURCE
from watcher.terms.term import Searchable, Term
from watcher.works.identity import newer
from watcher.works.notices import BEFALLEN, befallen_since, comments_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.models import Run
    from watcher.pipeline.context import Context

# Once a day; a little less, so that a daily poll which starts a moment early asks as well.
EVERY, WITHIN = timedelta(hours=23, minutes=30), timedelta(days=365)


@dataclass(slots=True)
class _Came:
    """What has come of it so far: records that had changed, and that were not stored; what failed, and what to say."""

    changed: int = 0
    new: int = 0
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def follow(context: Context) -> Run | None:
    """Bring up to date what a query matched, or a digest told, within a year, and what the article cites, and store the
    notices that it names.

    None where that was done within a day, or nothing is to be asked. Each record is asked about from when it was last,
    so that what fails is asked about by the next poll, over all the days that it owes, and nothing else is. The run has
    found the records that had changed; new are notices.
    """
    store, now = context.store, context.now
    last = store.runs.last(SOURCE)
    failed = last is not None and last.error is not None
    if last is not None and not failed and timedelta() <= now - last.started_at < EVERY:
        return None
    due = store.follows.due(_followed(context), now - EVERY)
    # With nothing left to ask after a failure, this run says that it is over.
    if not due and not failed and not _notices(context):
        return None
    run_id = store.runs.start(SOURCE, None, now, _days(context, due[0][1]) if due else None)
    came = _Came()
    revised = _revised(context, due, came)
    brought = _bring(context, revised + store.absences.of_query(SOURCE, now - PATIENCE), "revised records", came)
    gone = [pmid for pmid in revised if pmid in brought.missing and brought.missing[pmid].sure]
    with store.transaction():
        store.follows.asked(gone, now)
    _bring(context, _notices(context), "notices of stored works", came)
    error = "; ".join(dict.fromkeys(came.errors)) or None
    store.runs.finish(run_id, now, found=came.changed, new=came.new, error=error, notes=tuple(came.notes))
    return store.runs.last(SOURCE)


def _followed(context: Context) -> set[int]:
    """The works that are; among them the cited ones, for as long as the file has them."""
    return context.store.follows.works(context.now - WITHIN) | _cited(context)


def _cited(context: Context) -> set[int]:
    return {work.id for work in context.store.cited.works(context.settings.watched).values()}


def _notices(context: Context) -> list[Pmid]:
    """Those that are named and not stored; comments as well, of cited works, but for those that were there when their
    records were first fetched.
    """
    store = context.store
    comments = [
        pmid
        for before, now in store.follows.changed_of(_cited(context), None)
        for pmid in comments_on(now)
        if pmid not in comments_on(before)
    ]
    known = store.works.of_source(pubmed.SOURCE, comments)
    return store.follows.unstored(BEFALLEN, _followed(context)) + [pmid for pmid in comments if pmid not in known]


def _days(context: Context, since: datetime) -> Window:
    return pubmed.days_since(since, context.now, overlap=context.settings.pubmed.overlap)


def _revised(context: Context, due: Sequence[tuple[Pmid, datetime]], came: _Came) -> tuple[Pmid, ...]:
    """Which of these records were revised since each was asked about; the others are noted as current."""
    since = dict(due)
    found: list[Pmid] = []
    for batch in pubmed.batches(list(since)):
        context.progress(f"PubMed: asking which of {len(since)} stored records were revised")
        try:
            listed = pubmed.revised(context.eutils, batch, _days(context, since[batch[0]]))
        except SourceError as error:
            came.errors.append(str(error))
            continue
        found += listed
        with context.store.transaction():
            context.store.follows.asked(set(batch).difference(listed), context.now)
    return tuple(found)


def _bring(context: Context, pmids: Sequence[Pmid], what: str, came: _Came) -> Brought:
    pmids = tuple(dict.fromkeys(pmids))
    brought = bring(context, pmids, what, lambda records: _keep(context, records, came))
    if error := brought.error(pmids):
        came.errors.append(error)
    came.notes += note_missing(context, SOURCE, pmids, brought)
    return brought


def _keep(context: Context, records: Sequence[Record], came: _Came) -> None:
    """Store these records, or what has become of them. Call within a transaction."""
    works = context.store.works
    known = [(record, stored) for record in records if (stored := works.record(pubmed.SOURCE, record.source_id))]
    came.new += recognise_new(context.store, records, context.now)
    for record, stored in known:
        _revise(context, record, stored, came)


def _revise(context: Context, record: Record, stored: Record, came: _Came) -> None:
    if _supersedes(record, stored):
        came.changed += 1
        revise(context.store, record, context.now)
        _match(context, record, stored)
        came.notes += befallen_since(stored, record)
    context.store.follows.asked([Pmid(record.source_id)], context.now)


def _supersedes(record: Record, stored: Record) -> bool:
    """Whether what PubMed gives now is a later form of what is stored.

    So is another content of the same day: a record can be revised twice in one, and DateRevised says no more than the
    day; PubMed, asked later, knows more. An older one is from a server of NCBI's that lags behind.
    """
    return newer(record, stored) or (record != stored and not newer(stored, record))


def _match(context: Context, record: Record, stored: Record) -> None:
    """Note the queries that the revision makes match: an abstract or headings were added, and no poll's days hold it.

    What they would have matched before is left alone: they are of another term, or began later.
    """
    matches = context.store.matches
    (work_id,) = context.store.works.of_source(pubmed.SOURCE, [record.source_id]).values()
    now, before = Searchable(record), Searchable(stored)
    for query in context.settings.queries:
        term = Term.parse(query.term)
        evaluation = term.evaluate(now)
        if evaluation.matched and not term.evaluate(before).matched and not matches.works(query.name, [work_id]):
            matches.keep(pubmed.SOURCE, record.source_id, query.name, evaluation.phrases, context.now)

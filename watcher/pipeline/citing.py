"""Ask PubMed once a day which records cite the cited works; those that come after the first answer are fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.pipeline.look_up import EVERY
from watcher.pipeline.recognise import recognise
from watcher.pipeline.reconcile import bring, note_missing
from watcher.sources import pubmed
from watcher.store.citing import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.models import Pmid, Run
    from watcher.pipeline.context import Context


def ask_who_cites(context: Context) -> Run | None:
    """One ELink for all cited works that have a PubMed record; None where that was done within a day.

    The run has found what cites them since the first answer; new are those records that were not stored.
    """
    store, now = context.store, context.now
    watched = context.settings.watched
    numbers = store.cited.pmids(watched, store.cited.works(watched))
    known = store.works.of_source(pubmed.SOURCE, numbers)
    stored = [pmid for pmid in numbers if pmid in known]
    due = store.citing.due(stored, now - EVERY)
    last = store.runs.last(SOURCE)
    if not due and (last is None or last.error is None):
        return None
    run_id = store.runs.start(SOURCE, None, now)
    errors: list[str] = []
    notes: list[str] = []
    for batch in pubmed.batches(due):
        context.progress(f"PubMed: asking what cites {len(due)} of the sources")
        try:
            notes += _asked(context, batch, numbers)
        except SourceError as error:
            errors.append(str(error))
    wanted = tuple(store.citing.unstored(stored))
    brought = bring(context, wanted, "works that cite the sources", lambda records: recognise(store, records, now))
    if lacking := brought.error(wanted):
        errors.append(lacking)
    notes += note_missing(context, SOURCE, wanted, brought)
    new = len(store.works.of_source(pubmed.SOURCE, wanted))
    store.runs.finish(run_id, now, found=len(wanted), new=new, error="; ".join(errors) or None, notes=tuple(notes))
    return store.runs.last(SOURCE)


def _asked(context: Context, batch: Sequence[Pmid], numbers: Mapping[Pmid, int]) -> list[str]:
    """Keep what PubMed says of these; gives what to tell of those that were asked about for the first time."""
    notes = []
    answer = context.eutils.cited_in(batch)
    with context.store.transaction():
        for pmid in batch:
            citing = answer[pmid]
            if (known := context.store.citing.keep(pmid, citing, context.now)) is not None:
                many = "1 record in PubMed cites" if known == 1 else f"{known or 'no'} records in PubMed cite"
                notes.append(f"{many} source [{numbers[pmid]}] so far; from now on, those that come are told")
    return notes

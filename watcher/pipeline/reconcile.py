"""EFetch, held against what was asked for: what is missing is asked for again, then doubted, then absent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.models import Pmid
from watcher.sources import pubmed
from watcher.store.absences import Absence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.models import Record
    from watcher.pipeline.context import Context

PATIENCE = timedelta(days=60)  # after that, PubMed is only asked for a missing record while it still names it
_PAUSE = timedelta(days=1)  # between two questions for the same missing record
_SHORT = 10  # an answer that lacks more than one in so many of a batch's records may be a short one


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of PMIDs that were asked for, of each that did not come: why its batch failed, or since when PubMed
    leaves it out. `short` says how much is missing of the batches that may have been answered short.
    """

    failed: dict[Pmid, str] = field(default_factory=dict)
    missing: dict[Pmid, Absence] = field(default_factory=dict)
    short: str = ""

    def error(self, pmids: Sequence[Pmid]) -> str | None:
        """Why those who want these must ask again; None where they have all that there is."""
        said = []
        if errors := [self.failed[pmid] for pmid in pmids if pmid in self.failed]:
            said.append(f"{len(errors)} of {len(pmids)} records could not be fetched: {errors[0]}")
        if any(pmid in self.missing and not self.missing[pmid].sure for pmid in pmids):
            said.append(self.short)
        return "; ".join(said) or None


def bring(context: Context, pmids: Sequence[Pmid], what: str, keep: Callable[[Sequence[Record]], object]) -> Brought:
    """Fetch these; each batch's records are given to `keep` in a transaction of their own when they have come.

    What is missing is asked for once more, over all batches. A batch that then lacks more than a tenth of what was
    asked for the first time was answered short, as far as one run can tell, and is to be asked for by the next. What is
    missing then, too, and a smaller part at once, PubMed does not have: that is asked for once a day.
    """
    known = context.store.absences.known(pmids)
    sure = {pmid: absence for pmid, absence in known.items() if absence.sure}
    rests = {pmid for pmid, it in sure.items() if timedelta() <= context.now - it.last_missed_at < _PAUSE}
    asked = [pmid for pmid in pmids if pmid not in rests]
    failed, missing = _fetch(context, asked, what, keep)
    failed_again, missing_again = _fetch(context, [p for p in missing if p not in sure], "what did not come", keep)
    absent = {pmid for pmid in missing if pmid in sure} | set(missing_again)
    doubtful: set[Pmid] = set()
    given = wanted = 0
    for batch in pubmed.batches(asked):
        fresh = {pmid for pmid in batch if pmid not in known}
        lacking = fresh & absent
        if len(lacking) * _SHORT > len(fresh):
            doubtful |= lacking
            given, wanted = given + len(fresh - absent - failed_again.keys()), wanted + len(fresh)
    return Brought(
        failed | failed_again,
        {pmid: sure[pmid] for pmid in rests} | {pmid: Absence(context.now, pmid not in doubtful) for pmid in absent},
        f"PubMed gave {given} of {wanted} records that it lists (asked twice)",
    )


def note_missing(context: Context, query: str, pmids: Sequence[Pmid], brought: Brought) -> tuple[str, ...]:
    """Keep what a query misses of these, and forget what has come; names for its run what PubMed does not have."""
    absences, missing = context.store.absences, brought.missing
    absences.drop(query, [pmid for pmid in pmids if pmid not in missing and pmid not in brought.failed])
    absent = absences.keep(query, {pmid: missing[pmid] for pmid in pmids if pmid in missing}, context.now)
    return (f"PubMed lists {_listed(absent)} and does not have the record: withdrawn, or merged",) if absent else ()


def _fetch(
    context: Context, pmids: Sequence[Pmid], what: str, keep: Callable[[Sequence[Record]], object]
) -> tuple[dict[Pmid, str], list[Pmid]]:
    """EFetch in batches, each stored when it has come: why those failed that did, and what the others left out."""
    failed: dict[Pmid, str] = {}
    missing: list[Pmid] = []
    for number, batch in enumerate(batches := pubmed.batches(pmids), 1):
        context.progress(f"PubMed: fetching {len(pmids)} {what}, batch {number} of {len(batches)}")
        try:
            fetched = pubmed.fetch(context.eutils, batch)
        except SourceError as error:
            failed.update(dict.fromkeys(batch, str(error)))
            continue
        missing += fetched.missing
        with context.store.transaction():
            keep(fetched.records)
    return failed, missing


def _listed(pmids: Sequence[Pmid], most: int = 10) -> str:
    return ", ".join(pmids[:most]) + (f" and {len(pmids) - most} more" if len(pmids) > most else "")

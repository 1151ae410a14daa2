"""A query and a window → PMIDs; PMIDs → records. Which days to ask about is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.errors import SourceError
from watcher.models import Pmid, Record, Window
from watcher.sources.eutils import BATCH, LARGEST_RESULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.models import Run
    from watcher.sources.eutils import Eutils

SOURCE = "pubmed"
NEW_YORK = ZoneInfo("America/New_York")  # NCBI's days


@dataclass(frozen=True, slots=True)
class Found:
    """The PMIDs of a search, each once, newest first, and what PubMed said about the term."""

    pmids: tuple[Pmid, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """The records that came, and the PMIDs that were asked for and did not."""

    records: tuple[Record, ...]
    missing: tuple[Pmid, ...]


def window(
    last: Run | None, term: str, now: datetime, *, lookback: int, overlap: int, owed: date | None = None
) -> Window:
    """The days to ask about: from the last successful run, less `overlap` days, to today; both in New York.

    A query without one, or with another term than it had then, looks back over `lookback` days (and over what was
    missed besides). `owed` is the first day that the runs which failed since then had asked about. There is an overlap
    because records appear after the day that they carry.
    """
    today = now.astimezone(NEW_YORK).date()
    first = today - timedelta(days=lookback)
    if last is not None and last.window is not None:
        since = last.window.last - timedelta(days=overlap)
        first = since if last.term == term else min(first, since)
    return Window(min(first, today, owed or today), today)


def search(eutils: Eutils, term: str, days: Window) -> Found:
    """All PMIDs that entered or were created in the window. Raises SourceError, also for a day that has too many.

    CRDT or EDAT, because neither alone finds all: EDAT is mostly the day after CRDT, and sometimes years before it.
    """
    span = f"{days.first:%Y/%m/%d}:{days.last:%Y/%m/%d}"
    answer = eutils.esearch(f"({term}) AND ({span}[crdt] OR {span}[edat])")
    if answer.count <= LARGEST_RESULT:
        return Found(answer.pmids, answer.notes)
    if days.first == days.last:
        raise SourceError(
            f"PubMed holds {answer.count:,} works for the one day {days.first}, and gives at most {LARGEST_RESULT:,}: "
            "the term is too broad to be watched"
        )
    middle = days.first + (days.last - days.first) / 2
    later = search(eutils, term, Window(middle + timedelta(days=1), days.last))
    earlier = search(eutils, term, Window(days.first, middle))
    return Found(tuple(dict.fromkeys(later.pmids + earlier.pmids)), answer.notes)


def fetch(eutils: Eutils, pmids: Sequence[Pmid]) -> Fetched:
    """The records of one batch (see `batches`). Raises SourceError, and then none of them was had."""
    asked = set(pmids)
    got: dict[Pmid, Record] = {}
    for record in eutils.efetch(pmids):
        # A PMID can have several versions (PLoS Currents, F1000): the latest speaks.
        if record.pmid in asked and (record.pmid not in got or got[record.pmid].version < record.version):
            got[record.pmid] = record
    return Fetched(tuple(got.values()), tuple(pmid for pmid in dict.fromkeys(pmids) if pmid not in got))


def batches(pmids: Sequence[Pmid]) -> list[Sequence[Pmid]]:
    """PMIDs in the portions in which they are fetched."""
    return [pmids[start : start + BATCH] for start in range(0, len(pmids), BATCH)]

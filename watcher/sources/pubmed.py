"""A query and a window → PMIDs; PMIDs → records. Which days to ask about is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.errors import SourceError
from watcher.models import Pmid, Record, Window
from watcher.sources.eutils import BATCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.models import Run
    from watcher.sources.eutils import Eutils, SearchAnswer

SOURCE = "pubmed"
NEW_YORK = ZoneInfo("America/New_York")  # NCBI's days
_UIDS = range(1, 100_000_000)  # every PMID: NLM has them of one to eight digits


@dataclass(frozen=True, slots=True)
class Found:
    """The PMIDs of a search, each once, newest first, what PubMed said about the term, how it read it, and the phrases
    that it does not have.
    """

    pmids: tuple[Pmid, ...]
    notes: tuple[str, ...] = ()
    translation: str = ""
    missing: tuple[str, ...] = ()


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


def days_since(moment: datetime, now: datetime, *, overlap: int) -> Window:
    """The days to ask about what was known to be current at a moment: less `overlap` days, to today; in New York.

    There is an overlap for the same reason: a revision appears after the day that it carries.
    """
    today = now.astimezone(NEW_YORK).date()
    return Window(min(moment.astimezone(NEW_YORK).date() - timedelta(days=overlap), today), today)


def search(eutils: Eutils, term: str, days: Window, *, when_indexed: bool = False) -> Found:
    """All PMIDs that entered or were created (or, when asked, were indexed) in the window. Raises SourceError.

    CRDT or EDAT, because neither alone finds all: EDAT is mostly the day after CRDT, and sometimes years before it.
    MHDA besides for a term that rests on MeSH, which a record may get months after both.
    """
    fields = ("crdt", "edat", "mhda") if when_indexed else ("crdt", "edat")
    answer = _asked_about(eutils, term, days, fields)
    pmids = _all_of_days(eutils, term, days, fields, answer)
    return Found(pmids, answer.notes, answer.translation, answer.missing)


def created(eutils: Eutils, term: str, days: Window) -> SearchAnswer:
    """How many works of a term were created in the window, and the newest 9,999 of them at most. Raises SourceError."""
    return _asked_about(eutils, term, days, ("crdt",))


def _asked_about(eutils: Eutils, term: str, days: Window, fields: Sequence[str], more: str = "") -> SearchAnswer:
    span = f"{days.first:%Y/%m/%d}:{days.last:%Y/%m/%d}"
    dated = " OR ".join(f"{span}[{field}]" for field in fields)
    return eutils.esearch(f"({term}) AND ({dated}){more}")


def _all_of_days(
    eutils: Eutils, term: str, days: Window, fields: Sequence[str], answer: SearchAnswer
) -> tuple[Pmid, ...]:
    """The PMIDs of an answer, or of its halves where it is not whole: by date, then by PMID."""
    if answer.whole:
        return answer.pmids
    if days.first == days.last:
        return _all_of_day(eutils, term, days, fields, _UIDS, answer)
    middle = days.first + (days.last - days.first) / 2
    found: dict[Pmid, None] = {}
    for half in (Window(middle + timedelta(days=1), days.last), Window(days.first, middle)):
        part = _asked_about(eutils, term, half, fields)
        found.update(dict.fromkeys(_all_of_days(eutils, term, half, fields, part)))
    # More may have come meanwhile; fewer means that something was not told.
    if len(found) < answer.count:
        raise SourceError(
            f"PubMed counts {answer.count:,} works from {days.first} to {days.last}, and in slices gives {len(found):,}"
        )
    return tuple(found)


def _all_of_day(
    eutils: Eutils, term: str, day: Window, fields: Sequence[str], uids: range, answer: SearchAnswer
) -> tuple[Pmid, ...]:
    """The PMIDs of one day within a range, which is halved until each slice is whole.

    Slices by PMID are disjoint, so that they must sum to the count, which days of two dates each need not.
    """
    if answer.whole:
        return answer.pmids
    half = len(uids) // 2
    halves = [part for part in (uids[half:], uids[:half]) if part]
    parts = [_asked_about(eutils, term, day, fields, f" AND {part[0]}:{part[-1]}[uid]") for part in halves]
    counted = sum(part.count for part in parts)
    if counted != answer.count or len(halves) == 1:
        raise SourceError(
            f"PubMed counts {answer.count:,} works on the one day {day.first} with PMIDs from {uids[0]} to {uids[-1]}, "
            f"and in its halves {counted:,}: they cannot be had whole"
        )
    slices = zip(halves, parts, strict=True)
    return tuple(pmid for uids, part in slices for pmid in _all_of_day(eutils, term, day, fields, uids, part))


def revised(eutils: Eutils, pmids: Sequence[Pmid], days: Window) -> tuple[Pmid, ...]:
    """Which of the PMIDs of one batch (see `batches`) have a record that was revised in these days. Raises SourceError.

    Those that PubMed no longer has are not among them. An answer that names others is none to this question.
    """
    named = " OR ".join(f"{pmid}[uid]" for pmid in pmids)
    answer = eutils.esearch(f"({named}) AND {days.first:%Y/%m/%d}:{days.last:%Y/%m/%d}[lr]")
    if not set(answer.pmids) <= set(pmids):
        raise SourceError(f"PubMed was asked which of {len(pmids):,} records were revised, and names others")
    return answer.pmids


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

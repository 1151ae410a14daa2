"""What a reader is told of again, in words: a preprint that is in a journal now, a notice of a work told or cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.digest.dates import day_in
from watcher.digest.richtext import clean

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.models import Work

# What a notice does, by the relation in which PubMed's record of it stands (RefTypes of pubmed_250101.dtd), the gravest
# first. Comments leave a work as it was.
NOTICES = {
    "RetractionOf": "Retracts",
    "RetractedandRepublishedFrom": "Retracts, and replaces,",
    "ExpressionOfConcernFor": "Expresses concern about",
    "ErratumFor": "Corrects",
    "CorrectedandRepublishedFrom": "Corrects, and replaces,",
    "RepublishedFrom": "Republishes",
}


def new_version(work: Work, told_at: datetime, zone: str) -> str:
    """Of a work that was told as a preprint."""
    return f"Now in {_journal(work)}; told as a preprint on {day_in(zone, told_at)}"


def version_of_cited(work: Work, number: int) -> str:
    """Of a work that the article cites as a preprint, by its number."""
    return f"Now in {_journal(work)}; source [{number}] is its preprint"


def _journal(work: Work) -> str:
    return clean(work.record.journal or work.record.journal_abbreviation, 160) or "a journal"


def notice(relation: str, title: str, zone: str, *, told_at: datetime | None, number: int | None) -> str:
    """Of a notice: what it does to which work; `number` is that of a cited work."""
    named = f"“{clean(title, 160).rstrip(' .')}”" if title else "a work"
    known = [f"source [{number}]" if number else "", f"told on {day_in(zone, told_at)}" if told_at else ""]
    return f"{NOTICES[relation]} {named} ({', '.join(filter(None, known))})"

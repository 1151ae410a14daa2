"""Which work is this record? What is found among records that share a key with it, and which record leads a work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from watcher.models import Kind, Record
from watcher.works.comparison import compare
from watcher.works.grouping import contradicts
from watcher.works.identifiers import doi_version
from watcher.works.verdicts import Same, Undecided

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.works.signature import Signature


class Member(NamedTuple):
    """A stored record as it is compared: its id, its work's id, and its compared form."""

    record_id: int
    work_id: int
    signature: Signature


@dataclass(frozen=True, slots=True)
class SameWork:
    """The record is of this known work."""

    work_id: int


@dataclass(frozen=True, slots=True)
class NewWork:
    """Nothing known is this record's work."""


@dataclass(frozen=True, slots=True)
class Tangled:
    """It joins several works, or contradicts some record of the one it is like, or only news ties it to that: all that
    hang together are to be parted anew.
    """


Decision = SameWork | NewWork | Tangled


class Findings(NamedTuple):
    """What a record has to do with its candidates, by their record ids: found the same, or undecided."""

    same: dict[int, Same]
    undecided: dict[int, Undecided]


def examine(signature: Signature, candidates: Sequence[Member]) -> Findings:
    """Hold a record against each of those that share a key with it."""
    found = Findings({}, {})
    for candidate in candidates:
        verdict = compare(signature, candidate.signature)
        if isinstance(verdict, Same):
            found.same[candidate.record_id] = verdict
        elif isinstance(verdict, Undecided):
            found.undecided[candidate.record_id] = verdict
    return found


def decide(
    signature: Signature, findings: Findings, works: Mapping[int, Sequence[Member]], *, tangled: bool
) -> Decision:
    """The work of a record that was examined. `works` are those of the records found the same, with all their members;
    `tangled` says that one of these was found the same as a record of yet another work.
    """
    if not findings.same:
        return NewWork()
    if tangled or len(works) > 1:
        return Tangled()
    ((work_id, members),) = works.items()
    others = [member.signature for member in members if member.record_id not in findings.same]
    by_news = all(member.signature.news for member in members if member.record_id in findings.same)
    bridged = by_news and not signature.news and any(not other.news for other in others)
    return Tangled() if bridged or contradicts(signature, others) else SameWork(work_id)


def newer(record: Record, stored: Record) -> bool:
    """Whether a record is a later form of the stored one of the same id: by version, then by the day of revision."""
    day = date.min
    return (record.version, record.revised or day) > (stored.version, stored.revised or day)


def rank(record: Record) -> str:
    """How well a record describes its work, as text that sorts: the greatest of a work's records leads it.

    A work goes before the news of it, a journal version before its preprint, PubMed's description before a feed's, one
    with an abstract before one without, one in print before one ahead of print, a later revision before an earlier, and
    of the versions of a preprint the last.
    """
    merits = (
        record.kind is not Kind.NEWS,
        record.kind is not Kind.PREPRINT,
        record.source == "pubmed",
        bool(record.abstract),
        bool(record.volume or record.pages),
    )
    revised = record.revised.isoformat() if record.revised else ""
    version = doi_version(record.doi) if record.doi else 0
    said = "".join(["1" if merit else "0" for merit in merits])
    return f"{said}{revised:10}{version:02}{record.published or ''}"

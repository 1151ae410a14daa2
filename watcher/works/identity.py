"""Which work is this record? Keys under which a work can be found again, and the decision among those found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from watcher.models import Kind, Record
from watcher.works.identifiers import canonical_url, is_preprint_doi, normal_title

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORTEST_TITLE = 20  # characters, normalised: shorter ones ("Reply", "Case report") name many works


@dataclass(frozen=True, slots=True)
class Known:
    """A work of the store that shares a key with the record, and the records that it has so far."""

    work_id: int
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class SameWork:
    """The record is of this known work: by which rule, and on what evidence (the key that they share)."""

    work_id: int
    rule: str
    evidence: str


@dataclass(frozen=True, slots=True)
class NewWork:
    """Nothing known is this record's work."""


def keys(record: Record) -> tuple[str, ...]:
    """The keys of a record, the surest first: "pmid:…", "doi:…", "pmcid:…", "url:…", "title:…|year|first author"."""
    found = [
        f"{name}:{value}"
        for name, value in (("pmid", record.pmid), ("doi", record.doi), ("pmcid", record.pmcid))
        if value
    ]
    address = canonical_url(record.url) if record.url and record.source.startswith("feed:") else None
    if address and address.count("/") > 2:  # a host alone is a newsroom's front page
        found.append(f"url:{address}")
    title = normal_title(record.title)
    author = _first_author(record)
    if len(title) >= SHORTEST_TITLE and record.published and author:
        found.append(f"title:{title}|{record.published[:4]}|{author}")
    return tuple(found)


def decide(record: Record, candidates: Sequence[Known]) -> SameWork | NewWork:
    """The work among those that share a key with the record, by the surest key; the oldest where several share it."""
    for key in keys(record):
        for candidate in sorted(candidates, key=lambda known: known.work_id):
            if any(key in keys(other) for other in candidate.records) and not any(
                _contradict(key, record, other) for other in candidate.records
            ):
                return SameWork(candidate.work_id, key.partition(":")[0], key)
    return NewWork()


def newer(record: Record, stored: Record) -> bool:
    """Whether a record is a later form of the stored one of the same id: by version, then by the day of revision."""
    day = date.min
    return (record.version, record.revised or day) > (stored.version, stored.revised or day)


def better(record: Record, leading: Record) -> bool:
    """Whether the record describes their work better than the one that leads now.

    PubMed's description goes before a feed's, a journal version before its preprint, a later version of a record before
    an earlier, one with an abstract before one without.
    """
    return _rank(record) > _rank(leading)


def _rank(record: Record) -> tuple[bool, bool, bool, bool, str]:
    return (
        record.kind is not Kind.NEWS,
        record.kind is not Kind.PREPRINT,
        record.source == "pubmed",
        bool(record.abstract),
        record.revised.isoformat() if record.revised else "",
    )


def _contradict(key: str, one: Record, other: Record) -> bool:
    """Whether two records that share a key cannot be the same work all the same.

    A notice carries the title and often the authors of what it is about. Two PMIDs under one title are two works unless
    they share a DOI, or one is the other's preprint. A feed may give all its entries one link: there, another title on
    another day is another work.
    """
    if (one.kind is Kind.NOTICE) != (other.kind is Kind.NOTICE):
        return not (key.startswith("pmid:") and one.pmid == other.pmid)
    if key.startswith("url:"):
        return (
            one.source == other.source
            and one.url == other.url
            and one.published != other.published
            and normal_title(one.title) != normal_title(other.title)
        )
    if not key.startswith("title:"):
        return False
    if one.doi and other.doi and one.doi != other.doi:
        return not (_is_preprint(one) or _is_preprint(other))
    return bool(one.pmid and other.pmid and one.pmid != other.pmid and not (one.doi and one.doi == other.doi))


def _is_preprint(record: Record) -> bool:
    return record.kind is Kind.PREPRINT or (record.doi is not None and is_preprint_doi(record.doi))


def _first_author(record: Record) -> str:
    """The first author's family name as compared; of a whole name, as feeds give it, the last word."""
    if not record.authors:
        return ""
    first = record.authors[0]
    name = normal_title(first.family).split()
    return (name[-1] if not (first.given or first.initials or first.collective) else " ".join(name)) if name else ""

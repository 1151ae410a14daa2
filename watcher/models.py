"""The words of the project as frozen dataclasses. They hold data and the few facts that follow from it alone.

Times are aware UTC; dates are dates of the place that the source keeps (New York for PubMed).
*Rich text* is escaped HTML in which only i, b, sub and sup occur: see `watcher.markup`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

Pmid = NewType("Pmid", str)
Pmcid = NewType("Pmcid", str)
Doi = NewType("Doi", str)


class Kind(StrEnum):
    """What a work is."""

    ARTICLE = "article"
    PREPRINT = "preprint"
    NEWS = "news"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Author:
    """One author. A collective one, or one of whom only a whole name is known, has it in `family` and nothing else."""

    family: str
    given: str = ""
    initials: str = ""
    collective: bool = False

    def __str__(self) -> str:
        return f"{self.family} {self.initials or self.given}".strip()


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an abstract, as rich text, with its label ("METHODS") where the source gives one."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class MeshHeading:
    """A MeSH descriptor with its qualifiers; `major` where it, or one of them, is a major topic."""

    descriptor: str
    ui: str = ""
    major: bool = False
    qualifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelatedRecord:
    """What CommentsCorrections says: this record is `kind` ("ErratumFor", "RetractionIn", "UpdateOf", …) of that."""

    kind: str
    pmid: Pmid | None
    citation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One item exactly as one source described it.

    `published` is as precise as the source is: "2021", "2021-06" or "2021-06-03" (so that it sorts as text).
    `entered`, `created` and `indexed` are PubMed's EDAT, CRDT and MHDA; `revised` its DateRevised: New York days.
    `references` are the PMIDs and DOIs of the reference list, where the source gives one.
    """

    source: str
    source_id: str
    title: str
    kind: Kind = Kind.ARTICLE
    pmid: Pmid | None = None
    doi: Doi | None = None
    pmcid: Pmcid | None = None
    url: str | None = None
    other_ids: tuple[tuple[str, str], ...] = ()
    authors: tuple[Author, ...] = ()
    abstract: tuple[Passage, ...] = ()
    journal: str = ""
    journal_abbreviation: str = ""
    issn: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    published: str | None = None
    entered: date | None = None
    created: date | None = None
    indexed: date | None = None
    revised: date | None = None
    status: str = ""
    version: int = 1
    vernacular_title: str = ""
    languages: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    keywords: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    related: tuple[RelatedRecord, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """As much of a PubMed record as tells whether the rest of it is wanted."""

    pmid: Pmid
    version: int
    title: str
    abstract: tuple[Passage, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What records are recognised as. `record` is the leading one: the best description of the work that is known.

    The identifiers are those of all its records together.
    """

    id: int
    first_seen_at: datetime
    record: Record
    pmid: Pmid | None = None
    doi: Doi | None = None
    pmcid: Pmcid | None = None
    url: str | None = None

    @property
    def kind(self) -> Kind:
        """That of the leading record."""
        return self.record.kind


@dataclass(frozen=True, slots=True)
class Match:
    """That a query found a work, and by which phrases of its term (as written there; none where PubMed alone knows)."""

    work_id: int
    query: str
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A work that the article cites; `number` counts from 1, as there. `watch`: whether what becomes of it is told."""

    number: int
    url: str
    doi: Doi | None = None
    pmid: Pmid | None = None
    pmcid: Pmcid | None = None
    title: str = ""
    watch: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """A `[[query]]`: its name, its title for readers, its PubMed term, and the numbers of the cited works behind it.

    `when_indexed`: PubMed is also asked for what was indexed (MHDA) in the window. `min_relatedness`: how many of a
    hundred stored works a work must be more related than, to be told under this query.
    """

    name: str
    title: str
    term: str
    cites: tuple[int, ...] = ()
    when_indexed: bool = False
    min_relatedness: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """A `[[feed]]`: its entries are held against `queries` (names). `poll` is a cron line in the user's zone."""

    name: str
    url: str
    queries: tuple[str, ...]
    poll: str

    @property
    def source(self) -> str:
        """Its name as a source of records and runs."""
        return f"feed:{self.name}"


@dataclass(frozen=True, slots=True)
class Window:
    """The New York days that a query was asked about, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a poll: of one query on PubMed, or of one feed (`query` is then None).

    `found` counts what the source named, `new` the works first seen by it. `notes` are what the source said about the
    question ("phrase not found: …"), `translation` how PubMed read it; `error` is why the run failed, and None where
    it succeeded.
    """

    id: int
    source: str
    query: str | None
    started_at: datetime
    finished_at: datetime | None = None
    window: Window | None = None
    found: int = 0
    new: int = 0
    error: str | None = None
    notes: tuple[str, ...] = ()
    term: str | None = None
    translation: str = ""

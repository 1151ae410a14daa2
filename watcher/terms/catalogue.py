"""Conditions on what a catalogue says of an article: headings, names, journal, type, language, identifiers, dates.

A check answers None where the record cannot say: a feed entry has no MeSH, language or type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.models import Record
from watcher.terms.fields import Field
from watcher.terms.fold import fold, fold_name
from watcher.terms.pattern import Span, truncation_counts

if TYPE_CHECKING:
    from datetime import date

    from watcher.terms.searchable import Searchable
    from watcher.terms.tree import Phrase, Range

Values = Callable[[Record], tuple[str, ...]]

# MARC codes that are not the first three letters of the language's English name.
_LANGUAGES = {"japanese": "jpn", "croatian": "hrv", "serbian": "srp", "romanian": "rum", "slovenian": "slv"}


@dataclass(frozen=True, slots=True)
class Unknowable:
    """What no record here holds: it falls out of the expression."""

    def check(self, _searched: Searchable) -> None:
        """Unknown."""

    def places(self, _searched: Searchable) -> Iterator[Span]:
        """Nowhere."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the record's values of a kind is the one sought, or begins with it. `on_feeds`: feeds have such values."""

    name: str
    values: Values
    sought: str
    truncated: bool
    on_feeds: bool

    def check(self, searched: Searchable) -> bool | None:
        """Whether it is; None on a feed that cannot have it."""
        if searched.from_feed and not self.on_feeds:
            return None
        return any(self._fits(value) for value in self.values(searched.record))

    def places(self, searched: Searchable) -> Iterator[Span]:
        """The values that fit, whole."""
        if searched.from_feed and not self.on_feeds:
            return
        for index, value in enumerate(self.values(searched.record)):
            if self._fits(value):
                yield Span(self.name, index, 0, len(value))

    def _fits(self, value: str) -> bool:
        folded = fold_name(value)
        return folded.startswith(self.sought) if self.truncated else folded == self.sought


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The article's language, by its name or MARC code."""

    code: str

    def check(self, searched: Searchable) -> bool | None:
        """Whether it is one of the record's; None on a feed."""
        return None if searched.from_feed else self.code in searched.record.languages

    def places(self, _searched: Searchable) -> Iterator[Span]:
        """Nowhere: a language is no place in a text."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Identified:
    """A PMID, DOI, PMCID, or publisher's own identifier."""

    sought: str

    def check(self, searched: Searchable) -> bool:
        """Whether the record bears it."""
        record = searched.record
        ids = (record.pmid, record.doi, record.pmcid, *(value for _, value in record.other_ids))
        return self.sought in [value.lower() for value in ids if value]

    def places(self, _searched: Searchable) -> Iterator[Span]:
        """Nowhere: an identifier is no place in a text."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Between:
    """A date of the record lies between two days, both included; they are compared as text."""

    day: Callable[[Record], str | None]
    first: str
    last: str

    def check(self, searched: Searchable) -> bool | None:
        """Whether it does; None on a feed that tells no such date."""
        day = self.day(searched.record)
        if day is None:
            return None if searched.from_feed else False
        return self.first <= day <= self.last

    def places(self, _searched: Searchable) -> Iterator[Span]:
        """Nowhere: a date is no place in a text."""
        return iter(())


@dataclass(frozen=True, slots=True)
class PmidBetween:
    """A PMID lies between two, both included."""

    first: int
    last: int

    def check(self, searched: Searchable) -> bool:
        """Whether it does."""
        pmid = searched.record.pmid or ""
        return pmid.isdecimal() and self.first <= int(pmid) <= self.last

    def places(self, _searched: Searchable) -> Iterator[Span]:
        """Nowhere: a number is no place in a text."""
        return iter(())


Catalogued = Unknowable | Listed | InLanguage | Identified | Between | PmidBetween

LISTED: dict[Field, tuple[str, Values, bool]] = {
    Field.TYPE: ("publication types", lambda record: record.publication_types, False),
    Field.VOLUME: ("volume", lambda record: (record.volume,), False),
    Field.ISSUE: ("issue", lambda record: (record.issue,), False),
    # PubMed searches the first page only (its help, "Pagination").
    Field.PAGE: ("pages", lambda record: (record.pages.partition("-")[0],), False),
    # The full title stands in PubMed with its place: "Lancet (London, England)".
    Field.JOURNAL: (
        "journal",
        lambda record: (record.journal, record.journal_abbreviation, record.issn, record.journal.partition(" (")[0]),
        True,
    ),
    Field.CORPORATE_AUTHOR: (
        "authors",
        lambda record: tuple(author.family for author in record.authors if author.collective),
        True,
    ),
}


def catalogue_condition(phrase: Phrase) -> Catalogued:
    """A phrase in one of the fields that are no running text, but for headings and authors."""
    field = phrase.tag.field
    if field is Field.NOT_HELD:
        return Unknowable()
    if field is Field.LANGUAGE:
        name = fold(phrase.text)
        return InLanguage(_LANGUAGES.get(name, name[:3]))
    if field in (Field.PMID, Field.IDENTIFIER):
        return Identified(_bare_identifier(phrase.text))
    name, values, on_feeds = LISTED[field]
    truncated = phrase.text.endswith("*") and truncation_counts(phrase.text)
    return Listed(name, values, fold(phrase.text), truncated, on_feeds)


def range_condition(bounds: Range) -> Between | PmidBetween:
    """A range of days or PMIDs."""
    if bounds.tag.field is Field.PMID:
        return PmidBetween(int(bounds.first), int(bounds.last))
    return Between(_DAYS[bounds.tag.field], bounds.first, bounds.last)


def _bare_identifier(text: str) -> str:
    bare = text.lower()
    for prefix in ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"):
        bare = bare.removeprefix(prefix)
    return bare.strip()


def _published(record: Record) -> str | None:
    """The day from which PubMed counts: a date without month or day is the first of them (its help)."""
    published = record.published
    return published and published + "-01-01"[len(published) - 4 :]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


_DAYS: dict[Field, Callable[[Record], str | None]] = {
    Field.PUBLISHED: _published,
    Field.CREATED: lambda record: _iso(record.created),
    Field.ENTERED: lambda record: _iso(record.entered),
    # The MeSH date is the entry date until the record is indexed (its help).
    Field.INDEXED: lambda record: _iso(record.indexed or record.entered),
    Field.REVISED: lambda record: _iso(record.revised),
}

"""Conditions on MeSH: headings, major topics, subheadings, substances; on feeds, headings as words of the text.

NLM's tree is not shipped, so a heading is itself alone here; PubMed also finds the narrower ones under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.terms.catalogue import Unknowable
from watcher.terms.fields import Field
from watcher.terms.fold import fold, fold_name
from watcher.terms.pattern import Pattern, Span, pattern, truncation_counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.terms.searchable import Searchable
    from watcher.terms.tree import Phrase

# Two letters after the slash are one of MeSH's abbreviations ("/dh"), whose list is not shipped either.
ABBREVIATED = 2
_SHORTEST_PLURAL = 5
_PLURALS = (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("sses", "ss"), ("s", ""))


@dataclass(frozen=True, slots=True)
class Heading:
    """A descriptor, with a qualifier or any, of the record's headings or of its major topics. On feeds: `words`."""

    descriptor: str
    truncated: bool
    qualifier: str
    major: bool
    words: tuple[Pattern, ...]

    @property
    def is_plain(self) -> bool:
        """Whether the descriptor alone decides."""
        return not (self.truncated or self.qualifier or self.major)

    def check(self, searched: Searchable) -> bool:
        """Whether the record bears it, or a feed entry says it."""
        if searched.from_feed:
            return _said(self.words, searched)
        return any(True for _ in self._fitting(searched))

    def places(self, searched: Searchable) -> Iterator[Span]:
        """The headings that fit, whole; on feeds, the words of the text."""
        if searched.from_feed:
            yield from _told(self.words, searched)
            return
        for index in self._fitting(searched):
            yield Span("mesh", index, 0, len(searched.record.mesh[index].descriptor))

    def _fitting(self, searched: Searchable) -> Iterator[int]:
        named = searched.headings.get(self.descriptor, ())
        if self.truncated:
            named = sorted(
                index
                for descriptor, indexes in searched.headings.items()
                if descriptor.startswith(self.descriptor)
                for index in indexes
            )
        for index in named:
            heading = searched.record.mesh[index]
            if (heading.major or not self.major) and (
                not self.qualifier or self.qualifier in map(fold_name, heading.qualifiers)
            ):
                yield index


@dataclass(frozen=True, slots=True)
class Subheading:
    """A qualifier of any of the record's headings."""

    qualifier: str

    def check(self, searched: Searchable) -> bool | None:
        """Whether the record bears it; None on a feed."""
        if searched.from_feed:
            return None
        return any(self.qualifier in map(fold_name, heading.qualifiers) for heading in searched.record.mesh)

    def places(self, searched: Searchable) -> Iterator[Span]:
        """The headings that bear it, whole."""
        for index, heading in enumerate(searched.record.mesh):
            if self.qualifier in map(fold_name, heading.qualifiers):
                yield Span("mesh", index, 0, len(heading.descriptor))


@dataclass(frozen=True, slots=True)
class Substance:
    """A substance by its name. On feeds: `words`."""

    name: str
    truncated: bool
    words: tuple[Pattern, ...]

    def check(self, searched: Searchable) -> bool:
        """Whether the record bears it, or a feed entry says it."""
        if searched.from_feed:
            return _said(self.words, searched)
        return any(self._fits(substance) for substance in searched.record.substances)

    def places(self, searched: Searchable) -> Iterator[Span]:
        """The substances that fit, whole; on feeds, the words of the text."""
        if searched.from_feed:
            yield from _told(self.words, searched)
            return
        for index, substance in enumerate(searched.record.substances):
            if self._fits(substance):
                yield Span("substances", index, 0, len(substance))

    def _fits(self, substance: str) -> bool:
        folded = fold_name(substance)
        return folded.startswith(self.name) if self.truncated else folded == self.name


def heading_condition(phrase: Phrase) -> Heading | Subheading | Substance | Unknowable:
    """A phrase in one of MeSH's fields. A subheading that is only abbreviated cannot be known here."""
    field = phrase.tag.field
    name, _, qualifier = phrase.text.partition("/")
    truncated = name.endswith("*") and truncation_counts(name)
    if field is Field.SUBSTANCE:
        words = _as_words(phrase.text)
        return Substance(fold(phrase.text), phrase.text.endswith("*") and truncation_counts(phrase.text), words)
    qualifier = fold(phrase.text if field is Field.SUBHEADING else qualifier)
    if len(qualifier) == ABBREVIATED:
        return Unknowable()
    if field is Field.SUBHEADING:
        return Subheading(qualifier)
    return Heading(fold(name), truncated, qualifier, field is Field.MESH_MAJOR, _as_words(name))


def _as_words(heading: str) -> tuple[Pattern, ...]:
    """A heading as a text says it: as it stands, turned round at its commas, and each of them in the singular, for
    MeSH names things in the plural ("Wounds, Radiation": radiation wounds, radiation wound).
    """
    ways = [heading, " ".join(reversed(heading.split(",")))] if "," in heading else [heading]
    ways += [singular for singular in map(_singular, ways) if singular]
    return tuple(pattern(way) for way in ways if fold(way))


def _singular(words: str) -> str:
    """Words with the last one in the singular; "" where that looks like no plural."""
    if len(fold(words).rpartition(" ")[2]) < _SHORTEST_PLURAL or words.endswith(("ss", "is", "us")):
        return ""
    for plural, singular in _PLURALS:
        if words.endswith(plural):
            return words.removesuffix(plural) + singular
    return ""


def _said(words: tuple[Pattern, ...], searched: Searchable) -> bool:
    return any(each.found_in(searched.title_abstract) for each in words)


def _told(words: tuple[Pattern, ...], searched: Searchable) -> Iterator[Span]:
    for each in words:
        yield from each.places(searched.title_abstract)

"""An article's statements → units: what one query is to be about, with the concepts of its sentences by facet.

A sentence begins a unit when it names something that the title does not; one that goes on about the same things, or
that names nothing of its own, is joined to its neighbour under the same mark.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from watcher.proposal.phrases import Lexicon, concepts
from watcher.proposal.vocabulary import Concept, Facet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.article.reading import Article, Statement

_THINGS = (Facet.AGENT, Facet.EXPOSURE, Facet.PLACE, Facet.PROBLEM)
_OUTCOMES = (Facet.PROBLEM, Facet.PLACE)
# Words by which a sentence goes on about what the one before named.
_GOES_ON = re.compile(r"\b(?:these|those|they|them|their|it|its|such)\b", re.IGNORECASE)
# Fat, of cells from it; sunlight, of sugar made from it.
_FROM = re.compile(r"\bfrom\s[^.;:]{0,40}$", re.IGNORECASE)
_MADE_FROM = re.compile(r"\b(?:made|taken|extracted|isolated|derived|harvested) from\s[^.;:]{0,40}$", re.IGNORECASE)
_DERIVED = re.compile(r"^\S*[\s-]derived\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """What the whole article is about: the concepts of its title."""

    concepts: tuple[Concept, ...]

    def of(self, *facets: Facet) -> tuple[Concept, ...]:
        """Those of some facets."""
        return tuple(concept for concept in self.concepts if concept.facet in facets)

    @property
    def outcome(self) -> tuple[Concept, ...]:
        """Where it is, or what is wrong: the first that the title names, and with a problem the others."""
        found = self.of(*_OUTCOMES)
        return self.of(Facet.PROBLEM) if found and found[0].facet is Facet.PROBLEM else found[:1]

    @property
    def chief(self) -> tuple[Concept, ...]:
        """The thing that the title names first."""
        return self.of(*_THINGS)[:1]

    def __contains__(self, concept: Concept) -> bool:
        """Whether a concept is one of the title's, under whatever name."""
        return any(same(concept, own) for own in self.concepts)

    def in_full(self, concept: Concept) -> Concept:
        """A concept; the title's own for one that is said by a word of it: bacteria, in an article on gut bacteria."""
        if concept in self:
            return concept
        said = set(concept.ways)
        return next((own for own in self.concepts if not said.isdisjoint(" ".join(own.ways).split())), concept)


@dataclass(slots=True)
class Unit:
    """What one query is to be about. `inherited`: the agents of the sentence before, where one goes on about them."""

    sentences: list[str]
    cites: tuple[int, ...]
    section: str
    concepts: list[Concept] = field(default_factory=list)
    inherited: tuple[Concept, ...] = ()

    def of(self, *facets: Facet) -> list[Concept]:
        """Its concepts of some facets, in order."""
        return [concept for concept in self.concepts if concept.facet in facets]


def same(one: Concept, other: Concept) -> bool:
    """Whether two concepts are one, or one a way of writing the other."""
    return one.key == other.key or bool(set(one.phrases) & set(other.phrases))


def subject_of(article: Article, lexicon: Lexicon) -> Subject:
    """The concepts of the title; where it has fewer than two, those that come back most in the sentences besides."""
    titled = distinct(concept for _, concept in concepts(article.title, lexicon))
    if len(titled) > 1:
        return Subject(titled)
    said = [concept for text in article.sentences for _, concept in concepts(text, lexicon)]
    counted = Counter(concept.key for concept in said)
    often = sorted((c for c in said if c.facet in _THINGS), key=lambda concept: -counted[concept.key])
    return Subject(distinct([*titled, *often])[:2])


def units_of(article: Article, subject: Subject, lexicon: Lexicon) -> list[Unit]:
    """The units, in the article's order."""
    found: list[Unit] = []
    for _, group in groupby(article.statements, key=lambda statement: statement.group):
        found += _of_group(list(group), subject, lexicon)
    return _merged(found)


def distinct(found: Iterable[Concept]) -> tuple[Concept, ...]:
    """Concepts in their order, each once, whatever it is called."""
    kept: list[Concept] = []
    for concept in found:
        at = next((at for at, other in enumerate(kept) if same(concept, other)), None)
        if at is None:
            kept.append(concept)
        elif concept.key == kept[at].key and concept.said.lower().startswith(concept.key):
            kept[at] = replace(kept[at], said=concept.said)  # "wound" shows better than "cut" what is meant
    return tuple(kept)


def _of_group(group: Sequence[Statement], subject: Subject, lexicon: Lexicon) -> list[Unit]:
    units: list[Unit] = []
    waiting: list[str] = []
    agents: tuple[Concept, ...] = ()
    spoken: list[Concept] = []
    for statement in group:
        here = _said_in(statement.text, subject, lexicon)
        spoken += here
        goes_on = _GOES_ON.search(statement.text) is not None
        new = [concept for concept in here if concept not in subject]
        unit = units[-1] if units else None
        if unit and _joins(unit, new, goes_on=goes_on):
            unit.sentences.append(statement.text)
            more = [] if any(concept.facet in _THINGS for concept in new) else new
            unit.concepts = list(distinct([*unit.concepts, *(c for c in here if c in subject), *more]))
        elif _begins(here, new):
            units.append(Unit([*waiting, statement.text], statement.cites, statement.section, list(here),
                              agents if goes_on else ()))  # fmt: skip
            waiting = []
        else:
            waiting.append(statement.text)
        agents = distinct(c for c in here if c.facet is Facet.AGENT) or agents
    if not units:  # nothing but the subject is spoken of
        units.append(Unit([], group[0].cites, group[0].section, list(distinct(c for c in spoken if c in subject))))
    units[-1].sentences += waiting
    return units


def _said_in(text: str, subject: Subject, lexicon: Lexicon) -> tuple[Concept, ...]:
    """The concepts of a sentence, but for what something was taken from."""
    found = concepts(text, lexicon)
    return distinct(subject.in_full(concept) for start, concept in found if not _is_origin(text, start, concept))


def _is_origin(text: str, start: int, concept: Concept) -> bool:
    if concept.facet is Facet.PLACE and (_FROM.search(text[:start]) or _DERIVED.match(text[start:])):
        return True
    return _MADE_FROM.search(text[:start]) is not None


def _joins(unit: Unit, new: Sequence[Concept], *, goes_on: bool) -> bool:
    """Whether a sentence says more of what the unit is about."""
    things = [concept for concept in new if concept.facet in _THINGS]
    if not things:
        return not new or goes_on
    known = [concept for concept in things if any(same(concept, own) for own in unit.concepts)]
    return bool(known) and all(concept in known for concept in things if concept.facet in _OUTCOMES)


def _begins(here: Sequence[Concept], new: Sequence[Concept]) -> bool:
    """Whether a sentence is one to search by: it names a thing that is not the subject, or says what befalls it."""
    if any(concept.facet in _THINGS for concept in new):
        return True
    things = {concept.facet for concept in here if concept.facet in _THINGS}
    return bool(new) and len(things) > 1


def _merged(units: list[Unit]) -> list[Unit]:
    """Units of the same concepts are one, with the sources of all."""
    kept: dict[tuple[str, ...], Unit] = {}
    for unit in units:
        key = tuple(sorted(concept.key for concept in (*unit.concepts, *unit.inherited)))
        if key in kept:
            kept[key].sentences += unit.sentences
            kept[key].cites = tuple(sorted({*kept[key].cites, *unit.cites}))
        else:
            kept[key] = unit
    return list(kept.values())

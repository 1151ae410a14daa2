"""A PubMed term: read it, say what is doubtful in it, hold a record against it, and tell which phrases stand where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from watcher.terms.evaluate import Check, Condition, checks, condition
from watcher.terms.fields import HEADINGS, LIMITS, Field
from watcher.terms.lint import findings, unknowable
from watcher.terms.parse import Parsed, parse
from watcher.terms.searchable import Searchable
from watcher.terms.tokens import TermError
from watcher.terms.tree import Leaf, leaves

if TYPE_CHECKING:
    from watcher.errors import Problem
    from watcher.models import Record

__all__ = ["Evaluation", "Hit", "Searchable", "Term", "TermError", "lint"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a phrase stands: from `start` to `end` of the plain text (`watcher.markup.plain`) of a field.

    `field` is "title", "abstract", "keywords", "mesh", "substances", "authors", "journal", …; `index` counts from 0
    among its passages, keywords, headings, …. `phrase` is as a reader would write it: "stem cell*", "Skin [MeSH]".
    """

    phrase: str
    field: str
    index: int
    start: int
    end: int


@dataclass(frozen=True)
class Evaluation:
    """What became of a record: whether the term matches it, and its phrases there, found when first asked for.

    Hits and phrases are there also where the term does not match, for PubMed may know better (narrower headings).
    """

    matched: bool
    term: Term
    searched: Searchable

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """Every place of every phrase that does not stand behind a NOT, in the order of the term."""
        return tuple(
            Hit(_label(leaf, self.searched), place.field, place.index, place.start, place.end)
            for leaf, asked in self.term.conditions
            for place in asked.places(self.searched)
        )

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """The distinct phrases that hit, in the order of the term."""
        return tuple(dict.fromkeys(hit.phrase for hit in self.hits))


@dataclass(frozen=True)
class Term:
    """A parsed term."""

    text: str
    parsed: Parsed

    @staticmethod
    def parse(text: str) -> Term:
        """Raises TermError with all that is wrong. Parsing the same text again costs nothing."""
        return _term(text)

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """Its phrases that do not stand behind a NOT, as a reader would write them, without dates and languages."""
        return tuple(dict.fromkeys(leaf.label for leaf, _ in self.conditions))

    @cached_property
    def notes(self) -> tuple[Problem, ...]:
        """What is doubtful in it: see `lint`."""
        return tuple(findings(self.text, self.parsed))

    @cached_property
    def unknowable(self) -> tuple[Problem, ...]:
        """What of it PubMed alone can tell, and no evaluation here."""
        return tuple(unknowable(self.text, self.parsed))

    def evaluate(self, record: Record | Searchable) -> Evaluation:
        """Hold a record against the term. Make a `Searchable` of it first where several terms are to be tried."""
        searched = record if isinstance(record, Searchable) else Searchable(record)
        return Evaluation(bool(self._check(searched)), self, searched)

    @cached_property
    def conditions(self) -> tuple[tuple[Leaf, Condition], ...]:
        """Its leaves that can be shown to a reader, and what each asks."""
        shown = [leaf for leaf in leaves(self.parsed.root, positive=True) if leaf.tag.field not in LIMITS]
        return tuple((leaf, condition(leaf)) for leaf in shown if leaf.tag.field is not Field.PMID)

    @cached_property
    def _check(self) -> Check:
        return checks(self.parsed.root)


def lint(text: str) -> list[Problem]:
    """What is doubtful in a term and does not stop it, in the order of its text. Raises TermError where it does not
    parse.
    """
    return list(Term.parse(text).notes)


@lru_cache(maxsize=256)
def _term(text: str) -> Term:
    return Term(text, parse(text))


def _label(leaf: Leaf, searched: Searchable) -> str:
    """On a feed a heading was found as words, and no reader should think that it was indexed so."""
    if searched.from_feed and leaf.tag.field in HEADINGS:
        return leaf.text if leaf.tag.field is Field.SUBSTANCE else leaf.text.partition("/")[0]
    return leaf.label

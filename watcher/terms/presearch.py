"""Whether any of many terms can match a record of PubMed, told by a few of its words, before a term is evaluated.

Nearly all of PubMed matches none of the queries. Lucene's Monitor, which holds documents against stored queries, calls
this a presearcher.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from watcher import markup
from watcher.terms.evaluate import condition
from watcher.terms.fields import Field
from watcher.terms.fold import fold_name, spaced
from watcher.terms.headings import Heading
from watcher.terms.tree import And, Leaf, Node, Not, Or
from watcher.terms.words import AREAS, AnyPattern, NearWords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.models import Outline
    from watcher.terms.term import Term

_TITLE_ABSTRACT = [AREAS[field] for field in (Field.TITLE, Field.ABSTRACT, Field.KEYWORD, Field.TITLE_ABSTRACT)]


class Presearch:
    """Some terms, made ready for many records."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = [_clauses(term.parsed.root) for term in terms]
        self._names = frozenset([name for clauses in self._terms for clause in clauses for name in clause.names])

    def may_match(self, outline: Outline) -> bool:
        """False where no term matches the record; True where one does, and for some that none matches."""
        text = _title_abstract(outline)
        seen = self._names.intersection(text.split())
        if outline.mesh:
            seen |= self._names.intersection([_heading(fold_name(heading.descriptor)) for heading in outline.mesh])
        for clauses in self._terms:
            for clause in clauses:
                if clause.names.isdisjoint(seen) and not any(map(text.__contains__, clause.starts)):
                    break
            else:
                return True
        return False


class _Clause(NamedTuple):
    """What a term wants of a record: one of some words and headings, or a word that starts in one of some ways."""

    names: frozenset[str]
    starts: frozenset[str] = frozenset()


def _clauses(node: Node) -> list[_Clause]:
    """What a tree wants, all of it, what the fewest records have first; nothing where it cannot be said so."""
    match node:
        case And(children):
            return sorted((clause for child in children for clause in _clauses(child)), key=_ways)
        case Or(children):
            wanted = [_clauses(child) for child in children]
            if not all(wanted):
                return []
            names, starts = zip(*(clauses[0] for clauses in wanted), strict=True)
            return [_Clause(frozenset().union(*names), frozenset().union(*starts))]
        case Not(base, _):
            return _clauses(base)
        case _:
            return _leaf_clauses(node)


def _ways(clause: _Clause) -> int:
    return len(clause.names) + len(clause.starts)


def _leaf_clauses(leaf: Leaf) -> list[_Clause]:
    match condition(leaf):
        case AnyPattern(area, patterns) if area in _TITLE_ABSTRACT:
            stems = [each for each in patterns if each.anchor_is_stem]
            names = [each.anchor for each in patterns if not each.anchor_is_stem]
            return [_Clause(frozenset(names), frozenset([each.needle or f" {each.anchor}" for each in stems]))]
        case NearWords(area, words, _) if area in _TITLE_ABSTRACT:
            return [_Clause(frozenset([word])) for word in words]
        case Heading(descriptor, truncated=False):
            return [_Clause(frozenset([_heading(descriptor)]))]
        case _:
            return []


def _heading(folded: str) -> str:
    """A heading among words, of which none has a space in it."""
    return f"mh {folded}"


def _title_abstract(outline: Outline) -> str:
    """What [tiab] searches, folded, each word after a space."""
    text = " ".join(["", outline.title, *[passage.text for passage in outline.abstract], *outline.keywords])
    return spaced(markup.plain(text) if "<" in text or "&" in text else text)

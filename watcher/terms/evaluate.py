"""A tree made into checks on a record, in a logic of three values: what a record cannot say falls out.

AND, OR and NOT ignore what is unknown (None); where nothing is known, nothing matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from watcher.terms.authors import author_condition
from watcher.terms.catalogue import catalogue_condition, range_condition
from watcher.terms.fields import HEADINGS, WORDS, Field
from watcher.terms.headings import Heading, heading_condition
from watcher.terms.pattern import Pattern, Span
from watcher.terms.searchable import Searchable
from watcher.terms.tree import And, Leaf, Near, Node, Not, Or, Phrase, Range
from watcher.terms.words import AREAS, AnyPattern, near_condition, words_condition

_TITLE_ABSTRACT = AREAS[Field.TITLE_ABSTRACT]
Check = Callable[[Searchable], bool | None]
_AUTHORS = frozenset({Field.AUTHOR, Field.FIRST_AUTHOR, Field.LAST_AUTHOR, Field.FULL_AUTHOR})


class Condition(Protocol):
    """What a leaf asks of a record."""

    def check(self, searched: Searchable, /) -> bool | None:
        """Whether the record fulfils it; None where it cannot say."""

    def places(self, searched: Searchable, /) -> Iterator[Span]:
        """Where; nothing where it does not."""


def condition(leaf: Leaf) -> Condition:
    """What a leaf asks."""
    if isinstance(leaf, Range):
        return range_condition(leaf)
    field = leaf.tag.field
    if field is Field.NOT_HELD or isinstance(leaf, Near):
        return near_condition(leaf) if isinstance(leaf, Near) and field in AREAS else _not_held(leaf)
    if field in WORDS:
        return words_condition(leaf)
    if field in HEADINGS or field is Field.SUBHEADING:
        return heading_condition(leaf)
    return author_condition(leaf) if field in _AUTHORS else catalogue_condition(leaf)


def _not_held(leaf: Phrase | Near) -> Condition:
    return catalogue_condition(Phrase(leaf.text, leaf.tag, quoted=True, at=leaf.at))


def checks(node: Node) -> Check:
    """The check of a whole tree."""
    match node:
        case And(children):
            return _all([checks(child) for child in sorted(children, key=_cost)])
        case Or(children):
            return _any(children)
        case Not(base, excluded):
            return _without(checks(base), _any(excluded))
        case _:
            return condition(node).check


def _cost(node: Node) -> int:
    match node:
        case And(children) | Or(children):
            return sum(map(_cost, children))
        case Not(base, excluded):
            return _cost(base) + sum(map(_cost, excluded))
        case _:
            return 1 if node.tag.field in WORDS else 0


def _all(parts: list[Check]) -> Check:
    def check(searched: Searchable) -> bool | None:
        known = None
        for part in parts:
            answer = part(searched)
            if answer is False:
                return False
            known = known or answer
        return known

    return check


def _any(nodes: tuple[Node, ...]) -> Check:
    parts: list[Check] = []
    phrases: list[Pattern] = []
    headings: list[Heading] = []
    for node in sorted(nodes, key=_cost):
        asked = None if isinstance(node, And | Or | Not) else condition(node)
        if asked is None:
            parts.append(checks(node))
        elif isinstance(asked, AnyPattern) and asked.area is _TITLE_ABSTRACT:
            phrases += asked.patterns
        elif isinstance(asked, Heading) and asked.is_plain:
            headings.append(asked)
        else:
            parts.append(asked.check)
    if headings:
        parts.append(_AnyHeading(tuple(headings), frozenset(each.descriptor for each in headings)).check)
    if phrases:
        parts.append(_AnyInText.of(phrases).check)
    return parts[0] if len(parts) == 1 else _either(parts)


def _either(parts: list[Check]) -> Check:
    def check(searched: Searchable) -> bool | None:
        known = None
        for part in parts:
            answer = part(searched)
            if answer:
                return True
            known = answer if known is None else known
        return known

    return check


def _without(base: Check, excluded: Check) -> Check:
    def check(searched: Searchable) -> bool | None:
        answer = base(searched)
        return False if answer is not False and excluded(searched) else answer

    return check


@dataclass(frozen=True, slots=True)
class _AnyInText:
    """Many phrases of [tiab] at once: most records hold none of their words, which two set operations tell."""

    patterns: tuple[Pattern, ...]
    words: frozenset[str]
    stems: frozenset[str]

    @classmethod
    def of(cls, patterns: list[Pattern]) -> _AnyInText:
        return cls(
            tuple(patterns),
            frozenset(each.anchor for each in patterns if not each.anchor_is_stem),
            frozenset(each.anchor for each in patterns if each.anchor_is_stem),
        )

    def check(self, searched: Searchable) -> bool:
        area = _TITLE_ABSTRACT(searched)
        if self.words.isdisjoint(area.words) and self.stems.isdisjoint(area.stems):
            return False
        return any(each.found_in(area) for each in self.patterns)


@dataclass(frozen=True, slots=True)
class _AnyHeading:
    """Many plain headings at once."""

    headings: tuple[Heading, ...]
    descriptors: frozenset[str]

    def check(self, searched: Searchable) -> bool:
        if searched.from_feed:
            return any(each.check(searched) for each in self.headings)
        return not self.descriptors.isdisjoint(searched.headings)

"""A term decided on many records at once, by an index of their folded words: sets of records in place of records.

The index says exactly where words and phrases stand, and which headings, types and languages are given. What it does
not know (dates, names, words near each other) stays open, and is to be decided on the records themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import compress
from operator import and_, or_
from typing import TYPE_CHECKING

from watcher.terms.authors import Named
from watcher.terms.catalogue import LISTED, InLanguage, Listed, Unknowable
from watcher.terms.evaluate import condition
from watcher.terms.fields import Field
from watcher.terms.fold import fold_name
from watcher.terms.headings import Heading, Subheading, Substance
from watcher.terms.tree import And, Leaf, Node, Not, Or
from watcher.terms.words import AREAS, AnyPattern, EveryWord, NearWords

if TYPE_CHECKING:
    from watcher.terms.pattern import Pattern
    from watcher.terms.searchable import Area, Searchable

COLUMNS = ("title", "abstract", "keywords", "words", "more", "catalogue")
BREAK = "¶"  # a word of its own between two passages, which no phrase crosses: no text is folded to it
_JOINT = "·"  # between the words of a name that is looked up whole

_TITLE_ABSTRACT = COLUMNS[:3]
_COLUMNS_OF: dict[Callable[[Searchable], Area], tuple[str, ...]] = {
    AREAS[Field.TITLE]: ("title",),
    AREAS[Field.ABSTRACT]: ("abstract",),
    AREAS[Field.KEYWORD]: ("keywords",),
    AREAS[Field.TITLE_ABSTRACT]: _TITLE_ABSTRACT,
    AREAS[Field.TEXT_WORD]: COLUMNS[:4],
    AREAS[Field.ALL]: COLUMNS[:5],
}
_HEADING, _QUALIFIER, _SUBSTANCE, _LANGUAGE = "mh", "sh", "nm", "la"


def columns(searched: Searchable) -> tuple[str, ...]:
    """What the index holds of a record, column by column: words with single spaces between them."""
    record = searched.record
    areas = (searched.title, searched.abstract, searched.keywords, searched.text_words, searched.everything)
    names = [_name(_HEADING, heading.descriptor) for heading in record.mesh]
    names += [_name(_SUBSTANCE, substance) for substance in record.substances]
    names += [_name(_QUALIFIER, qualifier) for heading in record.mesh for qualifier in heading.qualifiers]
    names += [_name(_LANGUAGE, code) for code in record.languages]
    names += [_name(kind, value) for kind, values, _ in LISTED.values() for value in values(record) if value]
    return (*[area.own.strip().replace("\n", BREAK) for area in areas], " ".join(names))


def headings_in(words: Iterable[str]) -> Iterator[str]:
    """The MeSH headings, folded, among words of the index."""
    start = _HEADING + _JOINT
    return (word.removeprefix(start).replace(_JOINT, " ") for word in words if word.startswith(start))


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that stand next to each other in one of some columns; `truncated`: the last one may go on."""

    columns: tuple[str, ...]
    words: str
    truncated: bool = False


def as_bits(numbers: Iterable[int], most: int) -> int:
    """A set of numbers, of which none is greater than `most`, as bits."""
    digits = bytearray(b"0") * (most + 1)
    for number in numbers:
        digits[most - number] = _ONE
    return int(digits, 2)


def as_numbers(bits: int) -> Iterator[int]:
    """The numbers of a set, in order."""
    digits = bin(bits)[:1:-1].encode()
    return compress(range(len(digits)), digits.translate(_TRUTH))


_ONE = ord("1")
_TRUTH = bytes(byte == _ONE for byte in range(256))


@dataclass(frozen=True, slots=True)
class Decided:
    """The records on which a term is true, false, or open; of the rest it can say nothing. Each is a set as bits: the
    record with number n is in it where bit n is set.
    """

    true: int
    false: int
    open: int = 0


@dataclass(frozen=True, slots=True)
class Records:
    """Records as bits, and those of feeds among them; `find` looks up which hold one of some things."""

    all: int
    feeds: int
    find: Callable[[tuple[Sought, ...]], int]

    def decide(self, node: Node) -> Decided:
        """The logic of three values of `watcher.terms.evaluate`, over sets."""
        match node:
            case And(children):
                return self._every([self.decide(child) for child in children])
            case Or(children):
                return self._any(list(self._alternatives(children)))
            case Not(base, excluded):
                kept, out = self.decide(base), self._any(list(self._alternatives(excluded)))
                false = kept.false | out.true
                unsure = (kept.open | out.open) & ~false
                return Decided(kept.true & ~false & ~unsure, false, unsure)
            case _:
                return self._leaf(node)

    def _every(self, parts: list[Decided]) -> Decided:
        false = reduce(or_, [part.false for part in parts])
        unsure = reduce(or_, [part.open for part in parts]) & ~false
        return Decided(reduce(or_, [part.true for part in parts]) & ~false & ~unsure, false, unsure)

    def _any(self, parts: list[Decided]) -> Decided:
        true = reduce(or_, [part.true for part in parts])
        unsure = reduce(or_, [part.open for part in parts]) & ~true
        return Decided(true, reduce(or_, [part.false for part in parts]) & ~true & ~unsure, unsure)

    def _alternatives(self, nodes: tuple[Node, ...]) -> Iterator[Decided]:
        """Of each node what is decided; phrases, and headings, that are looked up in the same way all at once."""
        phrases: list[Sought] = []
        headings: list[Heading] = []
        for node in nodes:
            asked = None if isinstance(node, And | Or | Not) else condition(node)
            if isinstance(asked, AnyPattern) and (exact := _exact(asked)):
                phrases += exact
            elif isinstance(asked, Heading) and asked.is_plain:
                headings.append(asked)
            else:
                yield self.decide(node)
        if phrases:
            yield self._settled(self._found(phrases))
        if headings:
            names = [Sought(("catalogue",), _name(_HEADING, heading.descriptor)) for heading in headings]
            yield self._named(names, [words for heading in headings for words in heading.words])

    def _leaf(self, leaf: Leaf) -> Decided:
        match asked := condition(leaf):
            case AnyPattern() | EveryWord():
                return self._words(asked)
            case NearWords(area, words, _) if area in _COLUMNS_OF:
                return self._at_most(self._together([Sought(_COLUMNS_OF[area], word) for word in words]))
            case Heading(descriptor, truncated):
                name = Sought(("catalogue",), _name(_HEADING, descriptor), truncated)
                return self._named([name], asked.words, sure=not (asked.qualifier or asked.major))
            case Substance(name, truncated):
                return self._named([Sought(("catalogue",), _name(_SUBSTANCE, name), truncated)], asked.words)
            case Listed(kind, _, value, truncated, on_feeds):
                return self._listed(Sought(("catalogue",), _name(kind, value), truncated), on_feeds=on_feeds)
            case Subheading(qualifier):
                return self._listed(Sought(("catalogue",), _name(_QUALIFIER, qualifier)), on_feeds=False)
            case Named(sought, _, _, truncated):
                # Whatever the form of the name, its first word stands in the author's.
                first, _, rest = sought.partition(" ")
                return self._at_most(self._found([Sought(("more",), first, truncated and not rest)]))
            case InLanguage(code):
                return self._listed(Sought(("catalogue",), _name(_LANGUAGE, code)), on_feeds=False)
            case Unknowable():
                return Decided(0, 0)
            case _:
                return Decided(0, 0, self.all)

    def _words(self, asked: AnyPattern | EveryWord) -> Decided:
        if asked.area not in _COLUMNS_OF:
            return Decided(0, 0, self.all)
        where = _COLUMNS_OF[asked.area]
        exact = _exact(asked)
        if exact:
            found = self._together(exact) if isinstance(asked, EveryWord) else self._found(exact)
            return self._settled(found)
        anchors = [Sought(where, each.anchor, each.anchor_is_stem) for each in asked.patterns]
        return self._at_most(self._together(anchors) if isinstance(asked, EveryWord) else self._found(anchors))

    def _named(self, names: list[Sought], words: Iterable[Pattern], *, sure: bool = True) -> Decided:
        """What PubMed names, and a feed says in words."""
        named = self._found(names) & ~self.feeds
        ways = list(words) if self.feeds else []
        if not all(each.needle for each in ways):
            return self._at_most(named | self.feeds)
        said = self._found([Sought(_TITLE_ABSTRACT, *_needle(each)) for each in ways]) & self.feeds
        true = named | said if sure else said
        return Decided(true, self.all & ~named & ~said, named & ~true)

    def _listed(self, sought: Sought, *, on_feeds: bool) -> Decided:
        """What a record has or has not, and mostly a feed's entry cannot say."""
        records = self.all if on_feeds else self.all & ~self.feeds
        found = self._found([sought]) & records
        return Decided(found, records & ~found)

    def _found(self, sought: list[Sought]) -> int:
        return self.find(tuple(sought)) & self.all if sought else 0

    def _together(self, sought: list[Sought]) -> int:
        return reduce(and_, [self._found([each]) for each in sought])

    def _settled(self, true: int) -> Decided:
        return Decided(true, self.all & ~true)

    def _at_most(self, possible: int) -> Decided:
        return Decided(0, self.all & ~possible, possible)


def _exact(asked: AnyPattern | EveryWord) -> list[Sought]:
    """What is to be looked up for it; nothing where that would not be the same."""
    where = _COLUMNS_OF.get(asked.area)
    if where is None or not all(each.needle for each in asked.patterns):
        return []
    return [Sought(where, *_needle(each)) for each in asked.patterns]


def _needle(pattern: Pattern) -> tuple[str, bool]:
    """The words of a phrase, and whether the last one is truncated."""
    return pattern.needle.strip(), not pattern.needle.endswith(" ")


def _name(kind: str, name: str) -> str:
    return f"{kind} {fold_name(name)}".replace(" ", _JOINT)

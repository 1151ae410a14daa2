"""Why a term does not match a record: which of its blocks fail, or what excludes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from watcher.terms.evaluate import checks
from watcher.terms.searchable import Searchable
from watcher.terms.tree import And, Node, Not, Or
from watcher.terms.written import in_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Record
    from watcher.terms.term import Term


class Why(StrEnum):
    """How a block keeps a record out; the value is said before the block."""

    LACKING = "nothing of"
    EXCLUDED = "excluded by"
    UNKNOWN = "what it says cannot tell of"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a term that keeps a record out, as a reader would write it, shortened. `nearest` is, of alternatives
    that have parts themselves, what the record lacks of the one of which it lacks least.
    """

    why: Why
    written: str
    nearest: tuple[Block, ...] = ()

    def __str__(self) -> str:
        near = f" (nearest to it: {', '.join(map(str, self.nearest))})" if self.nearest else ""
        return f"{self.why} {self.written}{near}"


def failing(term: Term, record: Record | Searchable) -> tuple[Block, ...]:
    """What keeps a record out, in the order of the term; nothing where the term matches."""
    searched = record if isinstance(record, Searchable) else Searchable(record)
    if term.evaluate(searched).matched:
        return ()
    root = term.parsed.root
    if checks(root)(searched) is None:
        return (Block(Why.UNKNOWN, in_short(root)),)
    return tuple(_failing(root, searched))


def _failing(node: Node, searched: Searchable) -> Iterator[Block]:
    """The blocks of a tree that is false on the record."""
    match node:
        case And(children):
            for child in children:
                if checks(child)(searched) is False:
                    yield from _failing(child, searched)
        case Not(base, excluded):
            if checks(base)(searched) is False:
                yield from _failing(base, searched)
            for child in excluded:
                yield from (Block(Why.EXCLUDED, in_short(part)) for part in _true(child, searched))
        case Or(children):
            yield Block(Why.LACKING, in_short(node), _nearest(children, searched))
        case _:
            yield Block(Why.LACKING, in_short(node))


def _nearest(alternatives: tuple[Node, ...], searched: Searchable) -> tuple[Block, ...]:
    """What fails of the alternative that is most nearly true; nothing where none is in part."""
    partly = [tuple(_failing(each, searched)) for each in alternatives if _parts_true(each, searched)]
    return min(partly, key=len, default=())


def _parts_true(node: Node, searched: Searchable) -> bool:
    parts = node.children if isinstance(node, And) else (node.base,) if isinstance(node, Not) else ()
    return any(checks(part)(searched) for part in parts)


def _true(node: Node, searched: Searchable) -> Iterator[Node]:
    """What of a tree is true: of alternatives, those."""
    if isinstance(node, Or):
        for child in node.children:
            yield from _true(child, searched)
    elif checks(node)(searched):
        yield node

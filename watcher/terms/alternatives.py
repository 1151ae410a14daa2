"""What each alternative of a term contributes: what it brings, and what only it brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.terms.tree import And, Node, Not, Or

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True)
class Alternative:
    """A child of an OR. `alone` is the whole term with that OR (and those around it) reduced to it; `rivals` are the
    numbers of the alternatives beside it and beside those that it is part of.
    """

    node: Node
    alone: Node
    rivals: tuple[int, ...]


def alternatives(root: Node) -> list[Alternative]:
    """The alternatives of a term, each before its own parts, without those that stand behind a NOT."""
    found: list[Alternative] = []
    numbers: dict[int, int] = {}

    def number(node: Node) -> int:
        return numbers[id(node)]

    steps = list(_steps(root, lambda node: node, ()))
    for at, (node, _, _) in enumerate(steps):
        numbers[id(node)] = at
    for node, alone, rivals in steps:
        found.append(Alternative(node, alone, tuple(number(rival) for rival in rivals)))
    return found


def _steps(
    node: Node, around: Callable[[Node], Node], rivals: tuple[Node, ...]
) -> Iterator[tuple[Node, Node, tuple[Node, ...]]]:
    match node:
        case Or(children):
            for child in children:
                beside = (*rivals, *(other for other in children if other is not child))
                yield child, around(child), beside
                yield from _steps(child, around, beside)
        case And(children):
            for at, child in enumerate(children):
                before, after = children[:at], children[at + 1 :]

                def within(new: Node, before: tuple[Node, ...] = before, after: tuple[Node, ...] = after) -> Node:
                    return around(And((*before, new, *after)))

                yield from _steps(child, within, rivals)
        case Not(base, excluded):
            yield from _steps(base, lambda new: around(Not(new, excluded)), rivals)


def only(found: Sequence[AbstractSet[Hashable]], which: Sequence[Alternative]) -> list[int]:
    """How much of what the whole term finds only each of its alternatives brings, of what was found by `alone`
    of each.
    """
    return [
        len(mine.difference(*(found[rival] for rival in alternative.rivals)))
        for mine, alternative in zip(map(frozenset, found), which, strict=True)
    ]

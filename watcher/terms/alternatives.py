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
    """A child of an OR, of which `block` is the number. `alone` is the whole term with that OR (and those around it)
    reduced to it; `rivals` are the numbers of the alternatives beside it and beside those that it is part of; `inside`
    that of the nearest of these, and `depth` how many they are.
    """

    node: Node
    alone: Node
    rivals: tuple[int, ...]
    inside: int | None
    depth: int
    block: int


@dataclass(frozen=True, slots=True)
class _Step:
    """The way down to an alternative."""

    node: Node
    alone: Node
    rivals: tuple[Node, ...]
    path: tuple[Node, ...]
    block: Or


def alternatives(root: Node) -> list[Alternative]:
    """The alternatives of a term, each before its own parts, without those that stand behind a NOT."""
    steps = list(_steps(root, lambda node: node, (), ()))
    numbers = {id(step.node): number for number, step in enumerate(steps)}
    blocks = {block: number for number, block in enumerate(dict.fromkeys(id(step.block) for step in steps))}
    return [
        Alternative(
            step.node,
            step.alone,
            tuple(numbers[id(rival)] for rival in step.rivals),
            numbers[id(step.path[-1])] if step.path else None,
            len(step.path),
            blocks[id(step.block)],
        )
        for step in steps
    ]


def _steps(
    node: Node, around: Callable[[Node], Node], rivals: tuple[Node, ...], path: tuple[Node, ...]
) -> Iterator[_Step]:
    match node:
        case Or(children):
            for child in children:
                beside = (*rivals, *(other for other in children if other is not child))
                yield _Step(child, around(child), beside, path, node)
                yield from _steps(child, around, beside, (*path, child))
        case And(children):
            for at, child in enumerate(children):
                before, after = children[:at], children[at + 1 :]

                def within(new: Node, before: tuple[Node, ...] = before, after: tuple[Node, ...] = after) -> Node:
                    return around(And((*before, new, *after)))

                yield from _steps(child, within, rivals, path)
        case Not(base, excluded):
            yield from _steps(base, lambda new: around(Not(new, excluded)), rivals, path)


def only(found: Sequence[AbstractSet[Hashable]], which: Sequence[Alternative]) -> list[int]:
    """How much of what the whole term finds only each of its alternatives brings, by what `alone` of each finds."""
    return [
        len(mine.difference(*(found[rival] for rival in alternative.rivals)))
        for mine, alternative in zip(map(frozenset, found), which, strict=True)
    ]

"""Where AND and OR meet without parentheses, which PubMed reads from left to right and people mostly do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.terms.tokens import Sign, Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Mixed:
    """`left first middle second right`, of which PubMed does `first` first. The operands are places in the term."""

    left: slice
    first: Token
    middle: slice
    second: Token
    right: slice


@dataclass(slots=True)
class _Level:
    """What stands between two parentheses: where it begins, and its operators."""

    start: int
    operators: list[Token] = field(default_factory=list)

    def mixed(self, end: int) -> Iterator[Mixed]:
        following = [*(operator.start for operator in self.operators[1:]), end]
        for at, (first, second) in enumerate(zip(self.operators, self.operators[1:], strict=False), 1):
            if {first.value, second.value} == {"AND", "OR"}:
                middle, right = slice(first.end, second.start), slice(second.end, following[at])
                yield Mixed(slice(self.start, first.start), first, middle, second, right)


def mixed(tokens: Iterable[Token]) -> Iterator[Mixed]:
    """Each such place of a term whose parentheses pair up."""
    levels = [_Level(0)]
    end = 0
    for token in tokens:
        end = token.end
        if token.sign is Sign.OPEN:
            levels.append(_Level(token.end))
        elif token.sign is Sign.CLOSE:
            yield from levels.pop().mixed(token.start)
        elif token.sign is Sign.OPERATOR:
            levels[-1].operators.append(token)
    yield from levels[0].mixed(end)

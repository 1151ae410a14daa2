"""A tree as a term again: in full, to be asked or parsed, or shortened for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.terms.tree import And, Near, Not, Or, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.terms.tree import Leaf, Node


def in_full(node: Node) -> str:
    """A term with the meaning of the tree."""
    return _written(node, in_full)


def in_short(node: Node, *, most: int = 3) -> str:
    """The tree for a reader: of many alternatives the first ones, and how many more there are."""

    def short(inner: Node) -> str:
        if isinstance(inner, Or) and len(inner.children) > most + 1:
            shown = " OR ".join(_grouped(child, short) for child in inner.children[:most])
            return f"{shown} OR … {len(inner.children) - most} more"
        return _written(inner, short)

    return _grouped(node, short)


def _written(node: Node, inner: Callable[[Node], str]) -> str:
    match node:
        case And(children):
            return " AND ".join(_grouped(child, inner) for child in children)
        case Or(children):
            return " OR ".join(_grouped(child, inner) for child in children)
        case Not(base, excluded):
            return " NOT ".join(_grouped(child, inner) for child in (base, *excluded))
        case _:
            return _leaf(node)


def _grouped(node: Node, inner: Callable[[Node], str]) -> str:
    return f"({inner(node)})" if isinstance(node, And | Or | Not) else inner(node)


def _leaf(leaf: Leaf) -> str:
    quoted = isinstance(leaf, Near) or (isinstance(leaf, Phrase) and leaf.quoted)
    text = f'"{leaf.text}"' if quoted else leaf.text
    return f"{text}[{leaf.tag.written}]" if leaf.tag.written else text

"""What a term means, as a tree of our own: operators over phrases, ranges and proximities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.terms.fields import READERS_WORD, Field, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words (or a name, a heading, an identifier) sought in a field. `at` is where it starts in the term, from 0."""

    text: str
    tag: Tag
    quoted: bool
    at: int

    @property
    def label(self) -> str:
        """As a reader would write it: "stem cell*", "Skin [MeSH]"."""
        return labelled(self.text, self.tag.field)


@dataclass(frozen=True, slots=True)
class Near:
    """Words that stand together in any order, with at most `tag.distance` other words among them."""

    text: str
    tag: Tag
    at: int

    @property
    def label(self) -> str:
        """As a reader would write it: "radiation wound (within 3 words)"."""
        return f"{self.text} (within {self.tag.distance} words)"


@dataclass(frozen=True, slots=True)
class Range:
    """A day or number between two others, both included. Days are "2021-06-03"; `text` is what the term says."""

    text: str
    tag: Tag
    first: str
    last: str
    at: int

    @property
    def label(self) -> str:
        """As a reader would write it: "2020:2021 [published]"."""
        return labelled(self.text, self.tag.field)


Leaf = Phrase | Near | Range


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The base without any of the excluded."""

    base: Node
    excluded: tuple[Node, ...]


Node = And | Or | Not | Leaf


def labelled(text: str, field: Field) -> str:
    """A phrase with the reader's word for its field, where it needs one."""
    word = READERS_WORD.get(field)
    return f"{text} [{word}]" if word else text


def leaves(node: Node, *, positive: bool = False) -> Iterator[Leaf]:
    """The leaves of a tree in the order of the term; with `positive`, without what stands behind a NOT."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child, positive=positive)
        case Not(base, excluded):
            yield from leaves(base, positive=positive)
            if not positive:
                for child in excluded:
                    yield from leaves(child)
        case _:
            yield node

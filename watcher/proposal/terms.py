"""Blocks → the text of a PubMed term."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.proposal.drafts import Block

_WIDTH = 116


def phrase_term(phrase: str, tag: str = "tiab") -> str:
    """A phrase as it is searched for in titles and abstracts: quoted where it is more than one word."""
    return f'"{phrase}"[{tag}]' if " " in phrase or "-" in phrase else f"{phrase}[{tag}]"


def heading_term(heading: str, tag: str = "mh") -> str:
    """A MeSH heading."""
    return f'"{heading}"[{tag}]'


def block_terms(block: Block) -> list[str]:
    """The ways of a block: headings first, then phrases, each once."""
    headings = [heading_term(heading) for concept in block for heading in concept.headings]
    phrases = [phrase_term(phrase) for concept in block for phrase in concept.phrases]
    return list(dict.fromkeys([*headings, *phrases]))


def term_of(blocks: Sequence[Block]) -> str:
    """The term over several lines: each block in parentheses, joined by AND."""
    return joined([block_terms(block) for block in blocks])


def joined(blocks: Sequence[Sequence[str]]) -> str:
    """Blocks of phrases as a term."""
    written = []
    for ways in blocks:
        text = " OR\0".join(way.replace(" ", "\0") for way in ways)  # a line begins with its OR
        lines = textwrap.wrap(
            f"({text})", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
        written.append("\n".join(lines).replace("\0", " "))
    return "\nAND ".join(written)

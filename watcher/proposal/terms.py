"""Blocks → the text of a PubMed term."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.proposal.drafts import Block
    from watcher.proposal.vocabulary import Concept

_WIDTH = 116
_QUOTED = re.compile(r'"[^"]*"')


def phrase_term(phrase: str) -> str:
    """A phrase as it is searched for in titles and abstracts: quoted where it is more than one word."""
    return f'"{phrase}"[tiab]' if " " in phrase or "-" in phrase else f"{phrase}[tiab]"


def heading_term(heading: str) -> str:
    """A MeSH heading."""
    return f'"{heading}"[mh]'


def block_terms(block: Block) -> list[str]:
    """The ways of a block: headings first, then phrases, each once."""
    free = [concept for concept in block if concept.within is None]
    headings = [heading_term(heading) for concept in free for heading in concept.headings]
    phrases = [phrase_term(phrase) for concept in free for phrase in concept.phrases]
    bound = [_bound(concept, concept.within) for concept in block if concept.within is not None]
    return list(dict.fromkeys([*headings, *phrases, *bound]))


def _bound(concept: Concept, within: Concept) -> str:
    """A concept that counts only beside another, as one way."""
    one, other = (" OR ".join(block_terms((replace(each, within=None),))) for each in (concept, within))
    return f"(({one}) AND ({other}))"


def term_of(blocks: Sequence[Block]) -> str:
    """The term over several lines: each block in parentheses, joined by AND."""
    return joined([block_terms(block) for block in blocks])


def joined(blocks: Sequence[Sequence[str]]) -> str:
    """Blocks of phrases as a term."""
    written = []
    for ways in blocks:
        text = _QUOTED.sub(lambda found: found[0].replace(" ", "\0"), " OR ".join(ways))
        text = text.replace(" OR ", " OR\0").replace(" AND ", " AND\0")  # with which a line begins
        lines = textwrap.wrap(
            f"({text})", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
        written.append("\n".join(lines).replace("\0", " "))
    return "\nAND ".join(written)

"""What a term's writer may want to know: what PubMed will do otherwise than it looks, and what cannot be known here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.terms.fields import Field
from watcher.terms.headings import ABBREVIATED
from watcher.terms.pattern import truncation_counts
from watcher.terms.tokens import problem_at
from watcher.terms.tree import Leaf, Near, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.errors import Problem
    from watcher.terms.mixed import Mixed
    from watcher.terms.parse import Parsed

_EXPLODED = frozenset({Field.MESH, Field.MESH_MAJOR, Field.SUBHEADING, Field.TYPE})
_OTHER_WILDCARD = re.compile(r"\w[?$#]\w|^\w+[?$]$")  # of Ovid and Embase: sk?n, skin$
_SHOWN = 40  # characters of an operand in a message
_LATE = frozenset({Field.MESH, Field.MESH_MAJOR, Field.SUBHEADING, Field.SUBSTANCE})


def findings(text: str, parsed: Parsed) -> list[Problem]:
    """The findings of a term that parses, in the order of its text."""
    found: list[tuple[int, str]] = []
    found += [(each.second.start, _reading(text, each)) for each in parsed.mixed]
    found += [(at, _JOINED) for at in parsed.joined]
    everything = list(leaves(parsed.root))
    for leaf in everything:
        found += [(leaf.at, message) for message in _of_leaf(leaf)]
    exploded = next((leaf for leaf in everything if leaf.tag.field in _EXPLODED and leaf.tag.exploded), None)
    if exploded:
        found.append((exploded.at, NARROWER))
    positive = list(leaves(parsed.root, positive=True))
    if all(leaf.tag.field in _LATE for leaf in positive):
        found.append((positive[0].at, _ONLY_MESH))
    return [problem_at(text, at, message) for at, message in sorted(found)]


def unknowable(text: str, parsed: Parsed) -> list[Problem]:
    """Those of the findings that tell what PubMed finds by the term and its evaluation here cannot."""
    here = (NARROWER, _FALLS_OUT, _LEFT_OUT, _NOT_KNOWN)
    return [problem for problem in findings(text, parsed) if any(part in problem.message for part in here)]


_FALLS_OUT = "can be judged by PubMed only"
_LEFT_OUT = "the abbreviated subheading"
_NOT_KNOWN = "cannot be known here"
_JOINED = "two phrases stand side by side: PubMed reads that as AND; write the AND"
# What is so of every term with a heading, and need be said once only.
NARROWER = (
    "PubMed also finds the headings that are narrower than one in the term. Here they are not known: on feeds, and on "
    "files loaded from NLM, the heading alone counts"
)
_ONLY_MESH = (
    "a term of MeSH alone finds no article on its first day, for MeSH is added weeks later or never: "
    "add words with OR, such as stem cell*[tiab]"
)


def _reading(text: str, mixed: Mixed) -> str:
    """What PubMed does with AND and OR on one level, and the other thing that may be meant."""
    left, middle, right = (_short(text[part]) for part in (mixed.left, mixed.middle, mixed.right))
    first, second = mixed.first.value, mixed.second.value
    return (
        f"AND and OR meet without parentheses: PubMed reads from left to right, that is ({left} {first} {middle}) "
        f"{second} {right}; write these parentheses, or {left} {first} ({middle} {second} {right}) if you mean that"
    )


def _short(operand: str) -> str:
    words = " ".join(operand.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN // 2].rstrip()} … {words[-_SHOWN // 2 :].lstrip()}"


def _of_leaf(leaf: Leaf) -> Iterator[str]:
    text, field = leaf.text, leaf.tag.field
    if not leaf.tag.written and text.lower().startswith("has"):
        yield f"whether {text} is so {_NOT_KNOWN}, where it is looked for as a word"
    elif not leaf.tag.written:
        yield (
            f"{text} has no tag: PubMed adds headings and synonyms of its own, here each word is looked for in all "
            f"fields; write {text}[tiab] for just these words"
        )
    if field is Field.NOT_HELD:
        yield f"[{leaf.tag.written}] {_FALLS_OUT}: {text} falls out when feeds and files are read"
    if field is Field.ABSTRACT:
        yield "PubMed's help lists no tag [ab] and may search all fields for it; [tiab] is title and abstract"
    if field in (Field.MESH, Field.MESH_MAJOR, Field.SUBHEADING):
        qualifier = text if field is Field.SUBHEADING else text.partition("/")[2]
        if len(qualifier) == ABBREVIATED:
            yield f"{_LEFT_OUT} {qualifier} is left out here: write it in full, as in Skin/injuries[mh]"
    if _OTHER_WILDCARD.search(text):
        yield f"in {text} only an asterisk at the end is a wildcard to PubMed: write the spellings with OR"
    if "*" in text:
        yield from _of_truncation(leaf)


def _of_truncation(leaf: Leaf) -> Iterator[str]:
    text = leaf.text
    if isinstance(leaf, Near):
        yield f"PubMed ignores [{leaf.tag.written}] beside an asterisk, and looks for the phrase {text}"
    if not truncation_counts(text):
        yield (
            f"PubMed ignores the asterisk of {text}: four letters at least must stand before it; write more letters, "
            "or the words themselves with OR between them"
        )
    elif "*" in text[:-1]:
        yield (
            f"in {text} an asterisk does not stand at the end, where alone PubMed promises to heed it: write the "
            "phrases that you mean with OR between them"
        )
    if leaf.tag.field in (Field.MESH, Field.MESH_MAJOR):
        yield (
            f"of a truncated heading PubMed does not find the narrower ones: write {text} in full, or take it as "
            f"words, {text}[tiab]"
        )

"""PubMed's search language, read into a tree: written for the fake PubMed alone, and apart from the product's own code.

The rules are those of PubMed's help: left to right without precedence, operators in capitals only, a tag closes the
words before it, and nothing is a syntax error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Operator = Literal["AND", "OR", "NOT"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words to look for in `field`, as they were typed; `within` is the distance of a proximity search."""

    words: str
    field: str
    quoted: bool = False
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """From `first` to `last`, both included, in a field of dates or UIDs."""

    first: str
    last: str
    field: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined from left to right: the first, then each with the operator before it."""

    first: Node
    rest: tuple[tuple[Operator, Node], ...]


Node = Text | Range | Chain


@dataclass(frozen=True, slots=True)
class Reading:
    """A term as PubMed understood it; `unknown_fields` are the tags that it does not have."""

    tree: Node | None
    unknown_fields: tuple[str, ...] = ()


ALL_FIELDS = "All Fields"
DATES = frozenset(
    {
        "Date - Create",
        "Date - Entry",
        "Date - MeSH",
        "Date - Modification",
        "Date - Completion",
        "Date - Publication",
    }
)
UID = "UID"
_TAGS = {
    ALL_FIELDS: "all, all fields, all field",
    "Title/Abstract": "tiab, title/abstract",
    "Title": "ti, title",
    "Abstract": "ab, abstract",
    "Text Word": "tw, text word, text words, word",
    "Transliterated Title": "tt, transliterated title",
    "MeSH Terms": "mh, mesh, mesh terms",
    "MeSH Terms:noexp": "mh:noexp, mesh:noexp, mesh terms:noexp",
    "MeSH Major Topic": "majr, mesh major topic",
    "MeSH Major Topic:noexp": "majr:noexp, mesh major topic:noexp",
    "MeSH Subheading": "sh, subheading, mesh subheading",
    "Supplementary Concept": "nm, supplementary concept, substance name",
    "Publication Type": "pt, ptyp, publication type",
    "Language": "la, lang, language",
    "Author": "au, author",
    "Author - First": "1au, author - first, first author name",
    "Author - Full": "fau, author - full, full author name",
    "Author - Corporate": "cn, author - corporate, corporate author",
    "Journal": "ta, jour, journal",
    "Volume": "vi, volume",
    "Issue": "ip, issue",
    "Pagination": "pg, pagination",
    "Other Term": "ot, other term",
    "Affiliation": "ad, affiliation",
    "Article Identifier": "aid, article identifier, doi, lid, location id, pmc, pmcid",
    "Subset": "sb, subset",
    UID: "uid, pmid",
    "Date - Create": "crdt, date - create",
    "Date - Entry": "edat, date - entry, entrez date, entry date",
    "Date - MeSH": "mhda, date - mesh, mesh date",
    "Date - Modification": "lr, date - modification, modification date",
    "Date - Completion": "dcom, date - completion, completion date",
    "Date - Publication": "dp, pdat, date - publication, publication date",
}
FIELDS = {tag.strip(): field for field, tags in _TAGS.items() for tag in tags.split(",")}
_NEAR = re.compile(r"(.*):~(\d+)")
_TOKEN = re.compile(r'"[^"]*"?|\[[^\]]*\]?|[()]|:|[^\s"()\[\]:]+(?::[^\s"()\[\]:]+)*')
_OPERATORS: dict[str, Operator] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}


def read(term: str) -> Reading:
    """The tree of a term. It never raises: what is out of place is passed over, as PubMed passes over it."""
    reader = _Reader(_TOKEN.findall(term))
    return Reading(reader.expression(), tuple(reader.unknown_fields))


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self.unknown_fields: list[str] = []

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def expression(self, depth: int = 0) -> Node | None:
        """Up to the closing parenthesis of this depth, or the end. A stray one at the top is passed over."""
        operands: list[tuple[Operator, Node]] = []
        operator: Operator = "AND"
        while (token := self._peek()) is not None:
            if token == ")":
                self._at += 1
                if depth:
                    break
                continue
            if token in _OPERATORS:
                self._at += 1
                operator = _OPERATORS[token]
                continue
            operand = self._operand(depth)
            if operand is not None:
                operands.append((operator, operand))
                operator = "AND"
        if not operands:
            return None
        first = operands[0][1]
        return Chain(first, tuple(operands[1:])) if len(operands) > 1 else first

    def _operand(self, depth: int) -> Node | None:
        token = self._peek()
        if token == "(":
            self._at += 1
            return self.expression(depth + 1)
        first = self._tagged()
        if first is None or not isinstance(first, Text):
            return first
        if self._peek() != ":":
            return first
        self._at += 1
        last = self._tagged()
        if not isinstance(last, Text):
            return first
        return Range(first.words, last.words, last.field)

    def _tagged(self) -> Node | None:
        """One quoted phrase or one stretch of words, with the tag that closes it."""
        words: list[str] = []
        quoted = False
        while (token := self._peek()) is not None and token not in _OPERATORS and token not in "():":
            if token.startswith("["):
                self._at += 1
                return self._close(" ".join(words), token.strip("[]"), quoted=quoted) if words else None
            if token.startswith('"'):
                if words:
                    break
                self._at += 1
                words, quoted = [token.strip('"')], True
                continue
            if quoted:
                break
            self._at += 1
            words.append(token)
        if not words:
            # A colon that stands nowhere between two operands.
            self._at += token == ":"
            return None
        return Text(" ".join(words), ALL_FIELDS, quoted)

    def _close(self, words: str, tag: str, *, quoted: bool) -> Node:
        name = re.sub(r"\s+", " ", tag.strip().lower())
        within: int | None = None
        if near := _NEAR.fullmatch(name):
            name, within = near[1].strip(), int(near[2])
        field = FIELDS.get(re.sub(r"\s*:\s*", ":", name))
        if field is None or (within is not None and field not in {"Title", "Title/Abstract", "Affiliation"}):
            self.unknown_fields.append(tag.strip())
            return Text(words, ALL_FIELDS, quoted)
        if field in DATES or field == UID:
            first, colon, last = words.partition(":")
            if colon:
                return Range(first.strip(), last.strip(), field)
        return Text(words, field, quoted, within)

"""Answers a PubMed term from an index, with what PubMed would say of it: unknown words and fields, and the translation.

Where it knows less than PubMed: no automatic term mapping (untagged words are looked for in all fields, all of them),
no MeSH tree (a heading finds itself alone), and no phrase index. It therefore takes a phrase at its word, and says that
something was not found only where a word of it stands nowhere. As PubMed has more words than any few
records have, `Vocabulary` tells what to make of one that is missing.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.fakes.pubmed_document import REST, fold
from tests.fakes.pubmed_language import ALL_FIELDS, DATES, UID, Chain, Node, Range, Text, read

if TYPE_CHECKING:
    from tests.fakes.pubmed_index import Index

_WHOLE_PASSAGES = {
    "MeSH Terms",
    "MeSH Terms:noexp",
    "MeSH Major Topic",
    "MeSH Major Topic:noexp",
    "MeSH Subheading",
    "Publication Type",
    "Language",
    "Journal",
    "Volume",
    "Issue",
    "Pagination",
    "Subset",
}
_DATE = re.compile(r"(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?")
_STOPWORDS = frozenset(
    re.findall(
        r"\w+",
        "a about again all almost also although always among an and another any are as at be because been before "
        "being between both but by can could did do does done due during each either enough especially etc for "
        "found from further had has have having here how however i if in into is it its itself just made mainly "
        "make may might most mostly must nearly neither no nor obtained of often on or our overall perhaps quite "
        "rather really regarding seem seen several should show showed shown shows since so some such than that "
        "the their theirs them then there therefore these they this those through thus to upon use used using "
        "various very was we were what when which while with within without would ",
    )
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What PubMed is to say of words that the collection has not got.

    `reports` says so in the answer and finds nothing by them; without it they are merely found nowhere. Words among
    `unknown` (folded) are dropped from the search, so that the result is another than was asked for: what PubMed does.
    `entry_terms` are names (in small letters) for MeSH headings, which it looks for in their place.
    """

    reports: bool = True
    unknown: frozenset[str] = frozenset()
    entry_terms: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """What a search came to, and what PubMed says of its term."""

    pmids: frozenset[str] = frozenset()
    translation: str = ""
    translations: list[tuple[str, str]] = field(default_factory=list)
    phrases_not_found: list[str] = field(default_factory=list)
    fields_not_found: list[str] = field(default_factory=list)
    phrases_ignored: list[str] = field(default_factory=list)
    quoted_phrases_not_found: list[str] = field(default_factory=list)


def search(index: Index, term: str, vocabulary: Vocabulary | None = None) -> Found:
    """Every PMID that the term finds. Any text at all is a term: none is refused."""
    reading = read(term)
    asking = _Search(index, vocabulary or Vocabulary())
    asking.found.fields_not_found.extend(reading.unknown_fields)
    tree = _with_headings(reading.tree, asking.vocabulary.entry_terms) if reading.tree else None
    pmids = asking.evaluate(tree) if tree else None
    asking.found.pmids = pmids or frozenset()
    asking.found.translation = _translation(tree) if tree else ""
    return asking.found


def span(first: str, last: str) -> tuple[str, str] | None:
    """Two dates of PubMed (YYYY/MM/DD, YYYY/MM or YYYY) as the first and last day meant; None for others."""
    start, end = _DATE.fullmatch(first.strip()), _DATE.fullmatch(last.strip())
    if start is None or end is None:
        return None
    month = int(end[2] or 12)
    if not 1 <= month <= 12 or not 1 <= int(start[2] or 1) <= 12:
        return None
    day = int(end[3]) if end[3] else monthrange(int(end[1]), month)[1]
    return f"{start[1]}/{int(start[2] or 1):02}/{int(start[3] or 1):02}", f"{end[1]}/{month:02}/{day:02}"


def _with_headings(node: Node, entry_terms: Mapping[str, str]) -> Node:
    match node:
        case Chain(first, rest):
            others = [(operator, _with_headings(operand, entry_terms)) for operator, operand in rest]
            return replace(node, first=_with_headings(first, entry_terms), rest=type(rest)(others))
        case Text(words, name) if name.startswith("MeSH") and words.lower() in entry_terms:
            return replace(node, words=entry_terms[words.lower()])
        case _:
            return node


class _Search:
    def __init__(self, index: Index, vocabulary: Vocabulary) -> None:
        self._index = index
        self.vocabulary = vocabulary
        self.found = Found()

    def evaluate(self, node: Node) -> frozenset[str] | None:
        """The PMIDs; None for what PubMed drops, as if it had not been asked."""
        match node:
            case Chain(first, rest):
                result = self.evaluate(first)
                for operator, operand in rest:
                    other = self.evaluate(operand)
                    if result is None or other is None:
                        result = other if result is None and operator != "NOT" else result
                    elif operator == "AND":
                        result &= other
                    elif operator == "OR":
                        result |= other
                    else:
                        result -= other
                return result
            case Range(first, last, name):
                return self._range(first, last, name)
            case Text():
                return self._text(node)

    def _range(self, first: str, last: str, name: str) -> frozenset[str]:
        if name == UID and first.isdigit() and last.isdigit():
            return frozenset(pmid for pmid in self._index.pmids if int(first) <= int(pmid) <= int(last))
        days = span(first, last) if name in DATES else None
        if days is None:
            self.found.phrases_not_found.append(f"{first}:{last}")
            return frozenset()
        return self._index.dated(name, *days)

    def _text(self, text: Text) -> frozenset[str] | None:
        if text.field in DATES:
            return self._range(text.words, text.words, text.field)
        if text.field == UID:
            return self._index.everything & frozenset(re.split(r"[\s,]+", text.words))
        if text.field == "Article Identifier":
            needle = b"\n" + text.words.lower().encode()
            return self._index.containing(text.field, needle[:-1] if needle.endswith(b"*") else needle + b"\n")
        dropped = self._drop_unknown(text)
        if dropped is not text:
            return self._text(dropped) if dropped else None
        if text.field == ALL_FIELDS and not text.quoted:
            return self._untagged(text.words)
        if text.within is not None:
            return self._near(text)
        result = self._phrase(text)
        if not result and self.vocabulary.reports and not self._all_words_known(text):
            self._say_not_found(text)
        return result

    def _untagged(self, words: str) -> frozenset[str] | None:
        """Each word in all fields, all of them; a hyphenated one is a phrase. Stopwords are passed over."""
        parts = words.split()
        wanted = [part for part in parts if part.lower() not in _STOPWORDS]
        self.found.phrases_ignored.extend(part for part in parts if part not in wanted)
        texts = [Text(part, ALL_FIELDS, quoted=True) for part in wanted]
        if len(texts) > 1:
            self.found.translations.append((words, " AND ".join(map(_translation, texts))))
        result: frozenset[str] | None = None
        for text in texts:
            pmids = self._phrase(text)
            if not pmids and self.vocabulary.reports and not self._all_words_known(text):
                self.found.phrases_not_found.append(text.words)
            result = pmids if result is None else result & pmids
        return result

    def _phrase(self, text: Text) -> frozenset[str]:
        name = text.field.removesuffix(":noexp")
        words = _patterns(text.words)
        if not words or any(truncated and len(word) < 4 for word, truncated in words):
            return frozenset()
        opening = b" "
        closing = b" "
        if text.field in _WHOLE_PASSAGES:
            opening, closing = b"\n ", b" \n"
        elif name.startswith("Author"):
            # An unquoted name is truncated: "smith j" finds Smith JA, and "smith" every Smith.
            opening = b"\n "
            closing = b" \n" if text.quoted else b" " if len(words) == 1 else b""
        if any(truncated for _, truncated in words[:-1]):
            parts = [re.escape(word) + (b"[^ \n]*" if truncated else b"") for word, truncated in words]
            end = b"" if words[-1][1] else closing
            return self._index.matching(name, re.compile(opening + b" ".join(parts) + end))
        phrase = opening + b" ".join(word for word, _ in words)
        return self._index.containing(name, phrase if words[-1][1] else phrase + closing)

    def _near(self, text: Text) -> frozenset[str]:
        """All the words in one passage, in any order, with at most so many other words between the outermost."""
        words = fold(text.words).split(b" ")
        pmids = self._index.everything
        for word in words:
            pmids &= self._index.containing(text.field, b" " + word + b" ")
        reach = len(words) + (text.within or 0)
        return frozenset(
            pmid
            for pmid in pmids
            if any(_together(words, passage.split(), reach) for passage in self._index.passages(pmid, text.field))
        )

    def _all_words_known(self, text: Text) -> bool:
        """A word is known that stands anywhere in the text of any record, or else in the field that is asked about."""
        words = _patterns(text.words)
        return not any(truncated and len(word) < 4 for word, truncated in words) and all(
            self._index.containing(name, b" " + word + (b"" if truncated else b" "))
            for word, truncated in words
            for name in [text.field if text.field in REST else "Text Word"]
        )

    def _drop_unknown(self, text: Text) -> Text | None:
        """The text itself; or what PubMed makes of it where it does not know a word; or None where nothing is left."""
        unknown = self.vocabulary.unknown
        kept = [part for part in text.words.split() if fold(part).decode() not in unknown]
        if len(kept) == len(text.words.split()):
            return text
        self._say_not_found(text)
        return Text(" ".join(kept), text.field, quoted=False, within=text.within) if kept else None

    def _say_not_found(self, text: Text) -> None:
        if text.quoted:
            self.found.quoted_phrases_not_found.append(f'"{text.words}"')
        else:
            self.found.phrases_not_found.append(text.words)


def _patterns(words: str) -> list[tuple[bytes, bool]]:
    """Folded words, each with whether it is truncated."""
    patterns: list[tuple[bytes, bool]] = []
    for part in words.split():
        folded = fold(part).split()
        patterns += [(word, part.endswith("*") and number == len(folded)) for number, word in enumerate(folded, 1)]
    return patterns


def _together(wanted: list[bytes], words: list[bytes], reach: int) -> bool:
    return any(
        all(words[at : at + reach].count(word) >= wanted.count(word) for word in wanted) for at in range(len(words))
    )


def _translation(node: Node) -> str:
    match node:
        case Chain(first, rest):
            text = _translation(first)
            for number, (operator, operand) in enumerate(rest):
                closed = f"({text})" if number and rest[number - 1][0] != operator else text
                text = f"{closed} {operator} {_in_parentheses(operand)}"
            return (
                text if not isinstance(first, Chain) else text.replace(_translation(first), _in_parentheses(first), 1)
            )
        case Range(first, last, name):
            return f"{first}:{last}[{name}]"
        case Text(words, name, quoted, within):
            if name == ALL_FIELDS and not quoted and len(words.split()) > 1:
                kept = (word for word in words.split() if word.lower() not in _STOPWORDS)
                return " AND ".join(f'"{word}"[{name}]' for word in kept)
            return f'"{words}"[{name}{"" if within is None else f":~{within}"}]'


def _in_parentheses(node: Node) -> str:
    text = _translation(node)
    return f"({text})" if isinstance(node, Chain) or " AND " in text else text

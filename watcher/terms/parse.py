"""A term's text → its tree. The search-query library builds it; here stand PubMed's rules that it does not keep."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher.terms.fields import DATES, UNTAGGED, Field, Tag, read_tag
from watcher.terms.mixed import Mixed, mixed
from watcher.terms.tokens import Sign, TermError, Token, Tokens, problem_at, tokenize
from watcher.terms.tree import And, Leaf, Near, Node, Not, Or, Phrase, Range

if TYPE_CHECKING:
    from watcher.errors import Problem

# The library and we descend the tree by recursion; no term that a person wrote comes near this.
DEEPEST = 50
_DAY = re.compile(r"(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?")
_RECENT = re.compile(r"last \d+ (?:day|month|year)s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree, and two things that it no longer shows: where AND and OR meet without parentheses, and where phrases
    stand side by side without any (from 0 in the text).
    """

    root: Node
    mixed: tuple[Mixed, ...]
    joined: tuple[int, ...]


def parse(text: str) -> Parsed:
    """Raises TermError with all that is wrong, and nothing else, whatever the text."""
    tokens = tokenize(text)
    ordered = _left_to_right(tokens.tokens)
    too_deep = _fault_of_depth(text, ordered)
    if too_deep:
        raise TermError([too_deep])
    reader = _Reader(tokens)
    root = reader.node(_library_tree(ordered))
    if reader.problems:
        raise TermError(reader.problems)
    return Parsed(root, tuple(mixed(tokens.tokens)), tuple(tokens.joined))


def _left_to_right(tokens: list[Token]) -> list[Token]:
    """Parentheses for PubMed's order, which is left to right whatever the operator (the library's own attempt at it
    fails on mixed operators inside parentheses).
    """
    ordered: list[Token] = []
    levels: list[tuple[int, str]] = [(0, "")]
    for token in tokens:
        if token.sign is Sign.OPEN:
            ordered.append(token)
            levels.append((len(ordered), ""))
            continue
        if token.sign is Sign.CLOSE:
            levels.pop()
        elif token.sign is Sign.OPERATOR:
            start, operator = levels[-1]
            if operator and operator != token.value:
                ordered.insert(start, Token(Sign.OPEN, "(", token.start, token.start))
                ordered.append(Token(Sign.CLOSE, ")", token.start, token.start))
            levels[-1] = (start, token.value)
        ordered.append(token)
    return ordered


def _fault_of_depth(text: str, ordered: list[Token]) -> Problem | None:
    depth = 0
    for token in ordered:
        depth += {Sign.OPEN: 1, Sign.CLOSE: -1}.get(token.sign, 0)
        if depth > DEEPEST:
            message = f"the term is nested more than {DEEPEST} deep: group what belongs together, or make two queries"
            return problem_at(text, token.start, message)
    return None


def _library_tree(ordered: list[Token]) -> Any:  # search-query ships no types
    from search_query.constants import Token as LibraryToken
    from search_query.constants import TokenTypes
    from search_query.pubmed.parser import PubmedParser

    types = {
        Sign.WORDS: TokenTypes.TERM,
        Sign.TAG: TokenTypes.FIELD,
        Sign.OPERATOR: TokenTypes.LOGIC_OPERATOR,
        Sign.OPEN: TokenTypes.PARENTHESIS_OPEN,
        Sign.CLOSE: TokenTypes.PARENTHESIS_CLOSED,
    }

    class Distinct(LibraryToken):  # type: ignore[misc]  # search-query ships no types
        """Compared by identity: the library looks up the place of each of its tokens by going through all of them."""

        __eq__ = object.__eq__
        __hash__ = object.__hash__

    # Tags go masked: the library would make a proximity of its own out of ":~".
    values = ["[ti]" if token.sign is Sign.TAG else token.value for token in ordered]
    return PubmedParser("", silent=True).parse_query_tree(
        [
            Distinct(value=value, type=types[token.sign], position=(token.start, token.end))
            for value, token in zip(values, ordered, strict=True)
        ]
    )


class _Reader:
    """Turns the library's tree into ours, noting what is wrong with a leaf."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.problems: list[Problem] = []

    def node(self, query: Any) -> Node:
        if not query.operator:
            return self.leaf(query)
        first, *rest = (self.node(child) for child in query.children)
        if query.value == "NOT":
            return Not(first, tuple(rest))
        kind = And if query.value == "AND" else Or
        children: list[Node] = []
        for child in (first, *rest):
            children += child.children if isinstance(child, kind) else (child,)
        return kind(tuple(children))

    def leaf(self, query: Any) -> Leaf:
        text = self.tokens.text
        start, end = query.position
        written = " ".join(text[start:end].split())
        tag = UNTAGGED
        if query.field.position != (-1, -1):
            tag = read_tag(text[slice(*query.field.position)].strip("[]")) or UNTAGGED
        quoted = written.startswith('"') and written.endswith('"') and written.count('"') == 2
        bare = written.strip('"').strip() if quoted else written
        if tag.distance is not None:
            return self.near(Near(bare, tag, start), quoted=quoted)
        bounds = self.tokens.ranges.get(start)
        if bounds and tag.field in DATES | {Field.PMID}:
            return self.range(Phrase(written, tag, quoted=False, at=start), bounds)
        if bounds and not bounds[1].startswith("//"):  # an address is none
            message = (
                f"{written}: a range (a:b) is possible for dates and PMIDs only; quote a phrase that holds a colon"
            )
            self.problems.append(problem_at(text, start, message))
        if tag.field in DATES:
            return self.date(Phrase(bare, tag, quoted, start))
        return Phrase(bare, tag, quoted, start)

    def near(self, near: Near, *, quoted: bool) -> Near:
        if not quoted or len(near.text.split()) < 2:
            message = f'proximity needs two words or more in quotes: "{near.text} …"[{near.tag.written}]'
            self.problems.append(problem_at(self.tokens.text, near.at, message))
        return near

    def date(self, phrase: Phrase) -> Leaf:
        if _RECENT.fullmatch(phrase.text):
            return Phrase(phrase.text, Tag(Field.NOT_HELD, phrase.tag.written), phrase.quoted, phrase.at)
        return self.range(phrase, (phrase.text, phrase.text, None))

    def range(self, phrase: Phrase, bounds: tuple[str, str, str | None]) -> Range:
        first, last = (bound.strip('"').strip() for bound in bounds[:2])
        before = read_tag(bounds[2].strip("[]")) if bounds[2] else phrase.tag
        if before is None or before.field is not phrase.tag.field:
            self.problems.append(problem_at(self.tokens.text, phrase.at, "both ends of a range must bear the same tag"))
        if phrase.tag.field is Field.PMID:
            if not (first.isdecimal() and last.isdecimal()):
                message = f"{phrase.text}: a range of PMIDs is written 33000000:34000000[uid]"
                self.problems.append(problem_at(self.tokens.text, phrase.at, message))
            return Range(f"{first}:{last}", phrase.tag, first, last, phrase.at)
        days = _day(first, end=False), _day(last, end=True)
        if not all(days):
            message = f"{phrase.text}: a date is written 2021, 2021/06 or 2021/06/03"
            self.problems.append(problem_at(self.tokens.text, phrase.at, message))
        text = first if first == last else f"{first}:{last}"
        return Range(text, phrase.tag, days[0], days[1], phrase.at)


def _day(written: str, *, end: bool) -> str:
    """A date of a term as the first or last day that it means, to be compared as text; "" where it is none."""
    found = _DAY.fullmatch(written)
    if not found or not written.isascii():
        return ""
    year, month, day = found.groups()
    month, day = month or ("12" if end else "1"), day or ("31" if end else "1")
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return ""
    return f"{year}-{int(month):02}-{int(day):02}"

"""A term's tokens, by the search-query library, and what is wrong with their order.

The library reads a *shadow* of the term, of the same length, in which whatever it would stumble over (what stands in
quotes and in brackets, ranges, words like "AND-gate") is masked. The true text is read from the term by position.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from watcher.errors import Problem, WatcherError
from watcher.terms.fields import read_tag, tags_like
from watcher.terms.foreign import foreign

_OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&": "AND", "|": "OR"}
_CURLY = re.compile('[“”„‟«»＂](?:([^“”„‟«»＂"\\n]*)[“”„‟«»＂])?')
_QUOTED = re.compile(r'"[^"]*"')
_SINGLE = re.compile(r"‘([^‘’\n]*)’|(?<![\w'’])'([^'\n]*)'(?!\w)")
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_EDGE = r'\s()\[\]"|&'
_COMPOUND = re.compile(rf"(?<![^{_EDGE}])(?:and|or|not)(?=[^{_EDGE}])", re.IGNORECASE)
_BOUND = r'(?:"x*"|[^\s()\[\]":|&]+)'
_RANGE = re.compile(rf"({_BOUND})\s*(\[x*\])?\s*:\s*({_BOUND})(?=\s*\[x*\])")


class TermError(WatcherError):
    """A term that PubMed would not take, or would take for something else. `problems` are all of them, in order.

    Their lines and columns count from 1 within the term's text.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.line or 0, p.column or 0))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Sign(StrEnum):
    """What a token is."""

    WORDS = "words"
    TAG = "tag"
    OPERATOR = "operator"
    OPEN = "("
    CLOSE = ")"


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is the term's own text from `start` to `end`, but AND, OR or NOT for an operator, however written."""

    sign: Sign
    value: str
    start: int
    end: int


@dataclass(slots=True)
class Tokens:
    """The tokens of one term. `ranges` are the two bounds of each range by where it starts; `joined` the places
    where two phrases stand side by side, which PubMed reads as AND.
    """

    text: str
    tokens: list[Token]
    ranges: dict[int, tuple[str, str, str | None]] = field(default_factory=dict)
    joined: list[int] = field(default_factory=list)


def problem_at(text: str, at: int, message: str) -> Problem:
    """A problem at a place in a term (from 0), told by line and column."""
    line_start = text.rfind("\n", 0, at) + 1
    return Problem(message, text.count("\n", 0, at) + 1, at - line_start + 1)


def tokenize(text: str) -> Tokens:
    """Split a term into tokens whose order makes sense. Raises TermError with all that is wrong."""
    faults = _faults_of_signs(text)
    if faults:
        raise TermError(faults)
    shadow, ranges = _shadow(text)
    tokens = [_token(text, each) for each in _library_tokens(shadow)]
    if not tokens:
        raise TermError([problem_at(text, 0, "the term is empty: write what PubMed shall look for")])
    result = Tokens(text, [], ranges)
    problems = _faults_of_parentheses(text, tokens)
    for before, token in zip([None, *tokens], tokens, strict=False):
        problems += _faults_of_token(text, token)
        fault = _fault_of_order(before, token)
        if fault:
            problems.append(problem_at(text, token.start, fault))
        if _side_by_side(before, token):
            result.joined.append(token.start)
            result.tokens.append(Token(Sign.OPERATOR, "AND", token.start, token.start))
        result.tokens.append(token)
    if tokens[-1].sign is Sign.OPERATOR:
        last = tokens[-1]
        problems.append(problem_at(text, last.start, f"the term ends with {last.value}: something must follow it"))
    if problems:
        raise TermError(problems)
    return result


def _faults_of_signs(text: str) -> list[Problem]:
    """Quotes and brackets that do not pair up, without which nothing else can be said."""
    curly = list(_CURLY.finditer(text))
    if curly:
        message = 'curly quotes mean nothing to PubMed: write straight ones, "{}"'
        return [problem_at(text, found.start(), message.format(found[1] or "…")) for found in curly]
    if others := list(foreign(text)):
        return [problem_at(text, at, message) for at, message in others]
    if text.count('"') % 2:
        message = (
            'a quote (") is opened and not closed: write another behind the last word of the phrase, "like this"[tiab]'
        )
        return [problem_at(text, _unclosed_quote(text), message)]
    unquoted = _QUOTED.sub(lambda m: " " * len(m[0]), text)
    if single := list(_SINGLE.finditer(unquoted)):
        message = 'single quotes mean nothing to PubMed: write straight double ones, "{}"'
        return [problem_at(text, found.start(), message.format(found[1] or found[2] or "…")) for found in single]
    outside = _BRACKETED.sub(lambda m: " " * len(m[0]), unquoted)
    return [
        problem_at(text, found.start(), f"a bracket {found[0]} without its partner: write a tag like [tiab]")
        for found in re.finditer(r"[\[\]]", outside)
    ]


def _unclosed_quote(text: str) -> int:
    """Where the quote stands that most likely has no partner: the first whose phrase would take in a tag or an
    operator, else the last.
    """
    for found in _QUOTED.finditer(text):
        if re.search(r"[\[\]()]|\b(?:AND|OR|NOT)\b", found[0]):
            return found.start()
    return text.rindex('"')


def _masked(found: re.Match[str]) -> str:
    return found[0][0] + "x" * (len(found[0]) - 2) + found[0][-1]


def _shadow(text: str) -> tuple[str, dict[int, tuple[str, str, str | None]]]:
    ranges: dict[int, tuple[str, str, str | None]] = {}

    def mask_range(found: re.Match[str]) -> str:
        first, tag, last = (text[slice(*found.span(group))] if found[group] else None for group in (1, 2, 3))
        ranges[found.start()] = (first or "", last or "", tag)
        return "x" * len(found[0])

    shadow = _BRACKETED.sub(_masked, _QUOTED.sub(_masked, text))
    shadow = _COMPOUND.sub(lambda found: "x" * len(found[0]), shadow)
    return _RANGE.sub(mask_range, shadow), ranges


def _library_tokens(shadow: str) -> list[Any]:  # search-query ships no types
    from search_query.pubmed.parser import PubmedParser

    parser = PubmedParser(shadow, silent=True)
    parser.tokenize()
    return list(parser.tokens)


def _token(text: str, token: Any) -> Token:
    from search_query.constants import TokenTypes

    start, end = token.position
    sign = {
        TokenTypes.FIELD: Sign.TAG,
        TokenTypes.LOGIC_OPERATOR: Sign.OPERATOR,
        TokenTypes.PARENTHESIS_OPEN: Sign.OPEN,
        TokenTypes.PARENTHESIS_CLOSED: Sign.CLOSE,
    }.get(token.type, Sign.WORDS)
    value = text[start:end]
    return Token(sign, _OPERATORS[value.upper()] if sign is Sign.OPERATOR else value, start, end)


_NOT_OPENED = "a closing parenthesis without an opening one: take it away, or write ( where its group begins"
_NOT_CLOSED = "a parenthesis is opened and not closed: write ) where its group ends"


def _faults_of_parentheses(text: str, tokens: list[Token]) -> list[Problem]:
    opened: list[Token] = []
    problems: list[Problem] = []
    for token in tokens:
        if token.sign is Sign.OPEN:
            opened.append(token)
        elif token.sign is Sign.CLOSE and opened:
            opened.pop()
        elif token.sign is Sign.CLOSE:
            problems.append(problem_at(text, token.start, _NOT_OPENED))
    return problems + [problem_at(text, token.start, _NOT_CLOSED) for token in opened]


def _faults_of_token(text: str, token: Token) -> list[Problem]:
    written = text[token.start : token.end]
    if token.sign is Sign.OPERATOR:
        return [] if written in _OPERATORS else [_lower_case(text, token.start, written)]
    if token.sign is Sign.TAG:
        fault = _fault_of_tag(written)
        return [problem_at(text, token.start, fault)] if fault else []
    if token.sign is not Sign.WORDS:
        return []
    if "#" in written[:1] and written[1:].isdigit():
        return [problem_at(text, token.start, f"{written} is a line of a search history, which only the website knows")]
    if '"' in written and not _QUOTED.fullmatch(written) and ":" not in _QUOTED.sub("", written):
        whole = " ".join(written.replace('"', " ").split()).replace(" *", "*")
        message = f'{written}: quotes must enclose the whole phrase: write "{whole}", or AND or OR between its parts'
        return [problem_at(text, token.start, message)]
    problems = [
        _lower_case(text, token.start + word.start(), word[0])
        for word in re.finditer(r"\S+", "" if '"' in written else written)
        if word[0].upper() in ("AND", "OR", "NOT")
    ]
    if not any(character.isalnum() for character in written):
        problems.append(problem_at(text, token.start, f"{written} holds no word or number to look for"))
    return problems


def _fault_of_tag(written: str) -> str | None:
    name = written.strip("[]")
    if read_tag(name):
        return None
    if ":~" in name:
        return f"{written}: proximity is written [ti:~N], [tiab:~N] or [ad:~N], with a number for N"
    like = " or ".join(f"[{tag}]" for tag in tags_like(name))
    return f"PubMed has no tag {written}" + (f": did you mean {like}?" if like else "")


def _lower_case(text: str, at: int, written: str) -> Problem:
    message = f'write {written.upper()} in capitals and between phrases; if "{written}" is part of a phrase, quote that'
    return problem_at(text, at, message)


def _fault_of_order(before: Token | None, token: Token) -> str | None:
    opening = before is None or before.sign is Sign.OPEN
    if token.sign is Sign.OPERATOR:
        if opening:
            return f"{token.value} cannot come first: something must stand before it"
        if before and before.sign is Sign.OPERATOR:
            hint = ": NOT alone says it" if token.value == "NOT" else ""
            return f"{before.value} and {token.value} stand side by side{hint}"
    elif token.sign is Sign.TAG and (before is None or before.sign is not Sign.WORDS):
        return f"the tag {token.value} must follow a phrase (PubMed tags each phrase, not a whole parenthesis)"
    elif token.sign is Sign.CLOSE and before:
        if before.sign is Sign.OPEN:
            return "nothing stands between these parentheses"
        if before.sign is Sign.OPERATOR:
            return f"{before.value} stands at the end of a parenthesis: something must follow it"
    return None


def _side_by_side(before: Token | None, token: Token) -> bool:
    ended = before is not None and before.sign in (Sign.WORDS, Sign.TAG, Sign.CLOSE)
    return ended and token.sign in (Sign.WORDS, Sign.OPEN)

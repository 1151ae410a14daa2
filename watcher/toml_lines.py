"""Where a table or a key stands in a TOML file: tomllib reads values and forgets their places."""

from __future__ import annotations

import re
from dataclasses import dataclass

Path = tuple[str | int, ...]

_TEXT = re.compile(
    r"""
    \"{3} (?: \\. | [^\\] )*? \"{3,5}   # a basic text over several lines
    | '{3} .*? '{3,5}                   # a literal one
    | " (?: \\. | [^"\\\n] )* "
    | ' [^'\n]* '
    | \# [^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)
_HEADER = re.compile(r"^[ \t]*(\[\[?)[ \t]*([\w.-]+)[ \t]*\]\]?", re.MULTILINE)
_KEY = re.compile(r"^[ \t]*([\w-]+)[ \t]*=[ \t]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, both from 1, of a table's header or of the first character of a key's value."""

    line: int
    column: int


def places(text: str) -> dict[Path, Place]:
    """The place of each table ("pubmed",), array element ("query", 0) and key ("query", 0, "term") in valid TOML."""
    bare = _TEXT.sub(lambda match: re.sub(r"[^\n]", "_" if match[0][0] != "#" else " ", match[0]), text)
    found: dict[Path, Place] = {}
    counts: dict[str, int] = {}
    table: Path = ()
    marks = sorted((*_HEADER.finditer(bare), *_KEY.finditer(bare)), key=re.Match.start)
    for mark in marks:
        if mark.re is _HEADER:
            name = mark[2]
            table = tuple(name.split("."))
            if mark[1] == "[[":
                table = (*table, counts.get(name, 0))
                counts[name] = counts.get(name, 0) + 1
            found[table] = _place(text, mark.start(1))
        else:
            found.setdefault((*table, mark[1]), _place(text, _first_character(text, mark.end())))
    return found


def _first_character(text: str, start: int) -> int:
    """Where a value's own text begins: behind its quotes, and behind the newline that TOML drops after three."""
    if text.startswith(('"""', "'''"), start):
        start += 3
        return start + (2 if text.startswith("\r\n", start) else 1 if text.startswith("\n", start) else 0)
    return start + 1 if text[start : start + 1] in {'"', "'"} else start


def _place(text: str, offset: int) -> Place:
    return Place(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))

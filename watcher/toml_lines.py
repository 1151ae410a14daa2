"""Where tables, keys and the characters of texts stand in TOML: tomllib reads values and forgets their places."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_OTHER_VALUE = re.compile(r"[^,\]}#\n]*")  # number, date or switch
_TEXT = re.compile(
    r"""
    (?P<basic_lines> \"{3}) \n? (?: [^"\\]++ | \\. | \"{1,2}(?!\") )* \"{3,5}
    | (?P<literal_lines> '{3}) \n? (?: [^']++ | '{1,2}(?!') )* '{3,5}
    | (?P<basic> \") (?: [^"\\\n]++ | \\. )* \"
    | (?P<literal> ') [^'\n]* '
    """,
    re.DOTALL | re.VERBOSE,
)
# What one character of a basic text may look like in the file; a backslash at a line's end hides what follows it.
_PIECE = re.compile(
    r"(?P<hidden>\\[ \t]*\n[ \t\n]*) | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} | \\. | .", re.DOTALL | re.VERBOSE
)
_LINE_ENDS = frozenset({"\n", r"\n", r"\u000a", r"\u0000000a"})


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, both from 1: of a table's header, or of the first character of a key's value.

    A text's first character is the one behind its quotes. `key_line` is the line of the key; `escaped` the text as the
    file has it, where it holds escapes and therefore differs from its value.
    """

    line: int
    column: int
    key_line: int
    escaped: str = ""

    def within(self, line: int, column: int) -> tuple[int, int]:
        """The line and column in the file of a character of this text, given by its line and column in the value."""
        if not self.escaped:
            return self.line + line - 1, column + (self.column - 1 if line == 1 else 0)
        left, at, (row, position) = line - 1, 1, (self.line, self.column)
        for piece in _PIECE.finditer(self.escaped):
            if piece["hidden"] is None:
                if left == 0 and at >= column:
                    break
                ends_line = piece[0].lower() in _LINE_ENDS
                left, at = (left - 1, 1) if ends_line else (left, at + 1)
            before, newline, after = piece[0].rpartition("\n")
            row += before.count("\n") + len(newline)
            position = len(after) + 1 if newline else position + len(after)
        return row, position


def places(text: str) -> dict[Path, Place]:
    """The places of all tables, array elements and keys of valid TOML: ("pubmed",), ("query", 0), ("query", 0, "term").

    A CRLF counts as one character, which ends its line.
    """
    scan = _Scan(text.replace("\r\n", "\n"))
    scan.document()
    return scan.found


class _Scan:
    """One walk over the text, which is taken to be valid: nothing is checked, for tomllib has done so."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, Place] = {}
        self._elements: dict[Path, int] = {}  # of each array of tables, how many it has so far
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def document(self) -> None:
        table: Path = ()
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        start = self.at
        brackets = 2 if self.text.startswith("[[", start) else 1
        self.at += brackets
        *parents, name = self._key()
        self.at += brackets
        path: Path = ()
        for parent in parents:
            path = (*path, parent)
            if path in self._elements:  # [query.x] belongs to the last [[query]]
                path = (*path, self._elements[path] - 1)
        path = (*path, name)
        if brackets == 2:
            number = self._elements.get(path, 0)
            self._elements[path] = number + 1
            path = (*path, number)
        self.found[path] = self._place(start, start)
        return path

    def _pair(self, table: Path) -> None:
        start = self.at
        *parents, name = self._key()
        self.at += 1  # =
        self._skip(_SPACE)
        for parent in parents:
            table = (*table, parent)
            self.found.setdefault(table, self._place(start, start))
        self._value((*table, name), start)

    def _key(self) -> list[str]:
        """The parts of a key, dotted or not; stops at what follows it."""
        parts = []
        while True:
            self._skip(_SPACE)
            match = _TEXT.match(self.text, self.at) or _NAME.match(self.text, self.at)
            if match is None:
                raise ValueError(self.at)
            self.at = match.end()
            parts.append(match[0] if match.re is _NAME else str(tomllib.loads(f"key = {match[0]}")["key"]))
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _value(self, path: Path, key: int) -> None:
        """Note where a value begins, and step behind it; `key` is where its key begins."""
        match self.text[self.at]:
            case '"' | "'":
                self._text(path, key)
            case "[":
                self.found[path] = self._place(self.at, key)
                number = 0
                while self._next_inside("]"):
                    self._value((*path, number), self.at)
                    number += 1
            case "{":
                self.found[path] = self._place(self.at, key)
                while self._next_inside("}"):
                    self._pair(path)
            case _:
                self.found[path] = self._place(self.at, key)
                self._skip(_OTHER_VALUE)

    def _next_inside(self, end: str) -> bool:
        """Step into brackets or over a comma, to what stands next; or behind the end."""
        if self.text[self.at] in "[{,":
            self.at += 1
        self._skip(_BLANK)
        if self.text[self.at] == ",":
            return self._next_inside(end)
        if self.text[self.at] == end:
            self.at += 1
            return False
        return True

    def _text(self, path: Path, key: int) -> None:
        match = _TEXT.match(self.text, self.at)
        if match is None:
            raise ValueError(self.at)
        kind = match.lastgroup or ""
        quotes = 3 if kind.endswith("_lines") else 1
        start = match.end(kind)
        if quotes == 3 and self.text.startswith("\n", start):
            start += 1  # TOML drops a newline right behind three quotes
        source = self.text[start : match.end() - quotes]
        escaped = source if kind.startswith("basic") and "\\" in source else ""
        self.found[path] = self._place(start, key, escaped)
        self.at = match.end()

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if match := pattern.match(self.text, self.at):
            self.at = match.end()

    def _place(self, offset: int, key: int, escaped: str = "") -> Place:
        line, key_line = bisect_right(self._lines, offset), bisect_right(self._lines, key)
        return Place(line, offset - self._lines[line - 1] + 1, key_line, escaped)

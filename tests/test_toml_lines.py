"""Where things stand in TOML: of every document that tomllib reads, the places lead to the values that it read."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.toml_lines import Path, Place, places


def spot(text: str, *path: str | int) -> tuple[int, int]:
    place = places(text)[path]
    return place.line, place.column


def test_a_table_stands_where_its_bracket_is_and_a_value_where_it_begins() -> None:
    text = 'zone = "UTC"\n\n[mail]   # our server\n  port =  587\n'
    assert spot(text, "zone") == (1, 9)
    assert spot(text, "mail") == (3, 1)
    assert spot(text, "mail", "port") == (4, 11)


def test_the_elements_of_an_array_of_tables_are_counted() -> None:
    text = '[[query]]\nname = "a"\n[store]\n[[query]]\nname = "b"\n[query.deep]\nx = 1\n'
    assert spot(text, "query", 0) == (1, 1)
    assert spot(text, "query", 1, "name") == (5, 9)
    assert spot(text, "query", 1, "deep", "x") == (7, 5)


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_a_text_of_several_lines_begins_behind_the_newline_that_toml_drops(quotes: str) -> None:
    assert spot(f"term = {quotes}\na\nb{quotes}", "term") == (2, 1)
    assert spot(f"term = {quotes}a\nb{quotes}", "term") == (1, 11)
    assert places(f"term = {quotes}\na\nb{quotes}")["term",].key_line == 1


def test_what_looks_like_a_key_or_a_table_within_a_text_or_a_comment_is_none() -> None:
    text = 'a = """\n[mail]\nb = 1\n# "c\n"""\n# [mail]\n# b = 1\nd = \'[[x]]\'\n'
    assert set(places(text)) == {("a",), ("d",)}


def test_dotted_quoted_and_inline_keys_and_lists_have_places() -> None:
    text = 'mail.host = "h"\n"a b" . c = {x = 1, y.z = [\n  10, # ten\n  [20],\n]}\n'
    assert spot(text, "mail") == (1, 1)
    assert spot(text, "mail", "host") == (1, 14)
    assert spot(text, "a b", "c", "x") == (2, 18)
    assert spot(text, "a b", "c", "y", "z", 0) == (3, 3)
    assert spot(text, "a b", "c", "y", "z", 1, 0) == (4, 4)


def test_windows_line_ends_do_not_shift_anything() -> None:
    text = '[[query]]\nname = "a"\nterm = """\nx\n  y"""\nz = 2\n'
    assert places(text.replace("\n", "\r\n")) == places(text)


@pytest.mark.parametrize(
    ("source", "line", "column", "expected"),
    [
        ('"""\nab\n  cd"""', 2, 3, (3, 3)),
        ('"ab"', 1, 2, (1, 10)),
        (r'"\"a\" b"', 1, 5, (1, 15)),  # the b, behind two escaped quotes
        (r'"é\u00e9\U000000e9b"', 1, 4, (1, 26)),
        (r'"a\nb"', 2, 1, (1, 12)),
        ('"""a \\\n   b"""', 1, 3, (2, 4)),  # a backslash at the line's end joins the lines
        ("'''a\\\n b'''", 2, 2, (2, 2)),  # but not in a literal text
    ],
)
def test_a_place_within_a_text_leads_to_the_character_in_the_file(
    source: str, line: int, column: int, expected: tuple[int, int]
) -> None:
    assert places(f"term = {source}")["term",].within(line, column) == expected


NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,5}", fullmatch=True) | st.text("ab .=[]#'\"\\\né", max_size=4)
# No carriage return alone, nor control characters: TOML has neither.
TEXTS = st.text('abc xé=[]{}#,"\'\\\n\t"', max_size=20)
SCALARS = st.booleans() | st.integers(-99, 99) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """TOML written in the ways that people write it; it may define something twice, and is then refused by tomllib."""
    lines = []
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            brackets = draw(st.sampled_from(("[]", "[[]]")))
            name = draw(space()) + draw(keys()) + draw(space())
            lines.append(brackets[: len(brackets) // 2] + name + brackets[len(brackets) // 2 :] + draw(comment()))
        for _ in range(draw(st.integers(0, 3))):
            value = draw(VALUES)
            lines.append(draw(space()) + draw(keys()) + " =" + draw(space()) + draw(written(value)) + draw(comment()))
    return draw(st.sampled_from(("\n", "\r\n"))).join(lines)


def space() -> st.SearchStrategy[str]:
    return st.sampled_from(("", " ", "\t "))


def comment() -> st.SearchStrategy[str]:
    return st.sampled_from(("", " # [x] y = 1", ' # """', "\n\n#'", "\n"))


@st.composite
def keys(draw: st.DrawFn) -> str:
    parts = draw(st.lists(NAMES, min_size=1, max_size=2))
    bare = [part if part and part.isascii() and part.replace("-", "").isalnum() else json.dumps(part) for part in parts]
    return draw(st.sampled_from((".", " . "))).join(bare)


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    match value:
        case str():
            return draw(st.sampled_from(_texts(value)))
        case list():
            gap = draw(st.sampled_from(("", " ", "\n", " # ]\n ")))
            items = [gap + draw(written(item)) + gap + "," for item in value]
            return "[" + "".join(items) + gap + "]"
        case dict():
            pairs = [f"{json.dumps(key)} = {draw(written(item))}" for key, item in value.items()]
            return "{" + ", ".join(pairs) + "}"
        case _:
            return json.dumps(value)


def _texts(value: str) -> list[str]:
    ways = [json.dumps(value), '"""' + value.replace("\\", "\\\\").replace('"""', '""\\"').replace('""""', '"""\\"')]
    ways[1] = ways[1] + '"""' if not ways[1].endswith('"') else ways[0]
    ways.append('"""\n' + value.replace("\\", "\\\\").replace('"', '\\"') + '"""')
    if "'" not in value:
        ways.append(f"'''\n{value}'''")
        if "\n" not in value:
            ways.append(f"'{value}'")
    return ways


def flat(value: Any, path: Path = ()) -> dict[Path, Any]:
    found: dict[Path, Any] = {path: value} if path else {}
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, item in items:
        found |= flat(item, (*path, key))
    return found


def at(text: str, line: int, column: int) -> str:
    return text.replace("\r\n", "\n").split("\n")[line - 1][column - 1 :]


@settings(deadline=None, max_examples=60)
@given(documents())
def test_of_every_value_that_tomllib_reads_the_place_is_known_and_right(text: str) -> None:
    try:
        values = flat(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return
    found = places(text)
    arrays = {path[:-1] for path in found if isinstance(path[-1], int)}
    assert set(found) | arrays >= set(values) - {path for path in values if _implied(path, found)}
    for path, place in found.items():
        _leads_to(text, place, values[path])


def _implied(path: Path, found: dict[Path, Place]) -> bool:
    """[a.b] makes a table a, which stands nowhere itself."""
    return any(other[: len(path)] == path and len(other) > len(path) for other in found)


def _leads_to(text: str, place: Place, value: Any) -> None:
    rest = at(text, place.line, place.column)
    match value:
        case bool() | int() | float():
            assert rest.startswith(json.dumps(value))
        case str():
            for offset, character in enumerate(value):
                before = value[:offset]
                inside = (before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)
                there = at(text, *place.within(*inside))
                if character != "\n":
                    assert there.startswith((character, "\\"))
        case _:
            assert rest[:1] not in {"", "#", "="}

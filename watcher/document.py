"""What tables and keys queries.toml may have, of which types, and where in the file a problem stands.

What their values may be is `watcher.config`'s to say.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from watcher.errors import ConfigError, Problem
from watcher.toml_lines import Path, Place, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONGEST_SHOWN = 60  # characters of a value or name in a message
_LONGEST_REASON = 200


class Type(StrEnum):
    """What a key's value is, in the words of a message."""

    TEXT = "a text in quotes"
    TEXTS = "a list of texts"
    NUMBER = "a whole number"
    NUMBERS = "a list of whole numbers"
    SWITCH = "true or false"
    DATE = "a day such as 2026-12-24, without quotes"


_TOP = ""  # what stands above the first table
KEYS: dict[str, dict[str, Type]] = {
    _TOP: {"timezone": Type.TEXT},
    "article": {"title": Type.TEXT, "url": Type.TEXT},
    "cited": {
        "url": Type.TEXT, "doi": Type.TEXT, "pmid": Type.TEXT, "pmcid": Type.TEXT, "title": Type.TEXT,
        "watch": Type.SWITCH,
    },
    "pubmed": {
        "email": Type.TEXT, "base_url": Type.TEXT, "poll": Type.TEXT, "lookback": Type.NUMBER, "overlap": Type.NUMBER,
        "api_key_file": Type.TEXT,
    },
    "query": {
        "name": Type.TEXT, "title": Type.TEXT, "term": Type.TEXT, "cites": Type.NUMBERS, "when_indexed": Type.SWITCH,
        "min_relatedness": Type.NUMBER,
    },
    "feed": {"name": Type.TEXT, "url": Type.TEXT, "queries": Type.TEXTS, "poll": Type.TEXT},
    "digest": {
        "name": Type.TEXT, "to": Type.TEXTS, "schedule": Type.TEXT, "queries": Type.TEXTS, "versions": Type.TEXT,
        "attach": Type.TEXTS, "language": Type.TEXT,
        "pause_until": Type.DATE, "when_empty": Type.TEXT,
    },
    "mail": {
        "from": Type.TEXT, "host": Type.TEXT, "port": Type.NUMBER, "security": Type.TEXT, "user": Type.TEXT,
        "password_file": Type.TEXT, "allow_plaintext": Type.SWITCH, "rate_to": Type.TEXT, "unsubscribe": Type.TEXT,
        "keyring": Type.SWITCH,
    },
    "store": {"path": Type.TEXT},
}  # fmt: skip
ARRAYS = frozenset({"cited", "query", "feed", "digest"})


class Document:
    """The file's tables, each key known and of its type; what is not so is a problem, and missing in its table."""

    def __init__(self, text: str, path: str) -> None:
        """Raises ConfigError, which names `path`, where the text is no TOML."""
        self._values = _parsed(text, path)
        self._places = places(text)
        self._problems: dict[Problem, None] = {}
        for name, value in self._values.items():
            if name not in KEYS and name not in KEYS[_TOP]:
                self.say((name,), _unknown_at_top(name, value))
        top = {name: value for name, value in self._values.items() if name in KEYS[_TOP]}
        self.top = self._table(_TOP, (), top)

    @property
    def problems(self) -> list[Problem]:
        """All that was said, each thing once."""
        return list(self._problems)

    def has(self, name: str) -> bool:
        """Whether something is written under a table's name, be it right or wrong."""
        return name in self._values

    def lacks(self, name: str) -> bool:
        """Whether there is no table of a name, be it right or wrong."""
        return not self._values.get(name)

    def table(self, name: str) -> Table:
        """A table that occurs once; an empty one where it is absent."""
        value, at = self._values.get(name, {}), (name,)
        if isinstance(value, dict):
            return self._table(name, at, value)
        self.say(at, f"[{name}] is a table that occurs once: write [{name}], with single brackets")
        first = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else None
        return self._table(name, (*at, 0), first or {}, broken=first is None)

    def tables(self, name: str) -> list[Table]:
        """The tables of a name that may occur often, in their order."""
        value, at = self._values.get(name, []), (name,)
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [self._table(name, (*at, number), item) for number, item in enumerate(value)]
        self.say(at, f"write [[{name}]], with double brackets: there may be several")
        return [self._table(name, at, value)] if isinstance(value, dict) else []

    def place(self, at: Path) -> Place:
        """Where a key's value stands. KeyError where there is none."""
        return self._places[at]

    def say(self, at: Path, message: str) -> None:
        """Note a problem at a key or, if that is not in the file, at what should hold it."""
        place = self._places.get(at) or self._places.get((*at, 0))
        while place is None and len(at) > 1:
            at = at[:-1]
            place = self._places.get(at)
        self.note(Problem(message, place.key_line if place else None))

    def note(self, problem: Problem) -> None:
        """Note a problem whose place is known, or that has none."""
        self._problems[problem] = None

    def _table(self, name: str, at: Path, given: Mapping[str, Any], *, broken: bool = False) -> Table:
        good = {}
        for key, value in given.items():
            if key not in KEYS[name]:
                where = f" in {written(name)}"
                self.say((*at, key), f"unknown key {shown(key)}{where}{_meant_key(key, name)}")
            elif not _fits(value, KEYS[name][key]):
                self.say((*at, key), f"{key} must be {KEYS[name][key]}, not {shown(value)}")
            else:
                good[key] = value
        return Table(self, name, at, good, frozenset(given), broken=broken)


class Table:
    """One table. What is absent or of a wrong type is answered by the default."""

    def __init__(
        self, document: Document, name: str, at: Path, good: Mapping[str, Any], given: frozenset[str], *, broken: bool
    ) -> None:
        self.name, self.at = name, at
        self._document, self._good, self._given, self._broken = document, good, given, broken

    def __contains__(self, key: str) -> bool:
        """Whether the key is there, with a value of its type."""
        return key in self._good

    def lacks(self, key: str) -> bool:
        """Whether the key is not there at all: what is there and wrong has been said already."""
        return key not in self._given and not self._broken

    def text(self, key: str, default: str = "") -> str:
        """The value of a key that is a text."""
        return str(self._good.get(key, default))

    def number(self, key: str, default: int) -> int:
        """The value of a key that is a whole number."""
        return int(self._good.get(key, default))

    def day(self, key: str) -> date | None:
        """The value of a key that is a day."""
        value: date | None = self._good.get(key)
        return value

    def switch(self, key: str, *, default: bool = False) -> bool:
        """The value of a key that is true or false."""
        return bool(self._good.get(key, default))

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The value of a key that is a list of texts."""
        return tuple(self._good.get(key, default))

    def numbers(self, key: str) -> tuple[int, ...]:
        """The value of a key that is a list of whole numbers."""
        return tuple(self._good.get(key, ()))

    def place(self, key: str) -> Place:
        """Where a key's value stands. KeyError where it is absent."""
        return self._document.place((*self.at, key))

    def say(self, message: str, *keys: str | int) -> None:
        """Note a problem with a key, an element of its list, or the table itself."""
        self._document.say((*self.at, *keys), message)


def written(name: str) -> str:
    """A table's name with the brackets that it has in the file."""
    if name == _TOP:
        return "the file"
    return f"[[{name}]]" if name in ARRAYS else f"[{name}]"


def shown(value: object) -> str:
    """A value in a message, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no number of more than 4,300 digits
        return "a number of very many digits"
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def suggestion(name: str, known: Iterable[str]) -> str:
    """The known name that may be meant, as the end of a message; nothing where none is near."""
    near = _nearest(name.lower(), tuple(known)) if len(name) <= _LONGEST_SHOWN else None
    return f"; did you mean {near!r}?" if near else ""


@lru_cache(maxsize=1000)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def _meant_key(key: str, table: str) -> str:
    if near := suggestion(key, KEYS[table]):
        return near
    homes = [name for name, keys in KEYS.items() if key in keys]
    if _TOP in homes:
        return "; it stands above the first table"
    return f"; it belongs in {' or '.join(map(written, homes))}" if homes else ""


def _meant_table(name: str, keys: Iterable[str]) -> str:
    """A table of a like name, or the one that has most of these keys."""
    tables = [table for table in KEYS if table != _TOP]
    if near := suggestion(name, tables):
        return near
    *_, (second, _), (most, likely) = sorted((len(KEYS[table].keys() & keys), table) for table in tables)
    return f"; its keys are those of {written(likely)}" if most > second else ""


def _unknown_at_top(name: str, value: object) -> str:
    tables = value if isinstance(value, list) else [value]
    if tables and isinstance(tables[0], dict):
        near = _meant_table(name, tables[0])
        return f"unknown table [{name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + '…'}]{near}"
    homes = [written(table) for table, keys in KEYS.items() if name in keys]
    belongs = f"; it belongs in {' or '.join(homes)}" if homes else suggestion(name, KEYS[_TOP])
    return f"unknown key {shown(name)}{belongs}"


def _fits(value: object, kind: Type) -> bool:
    match kind:
        case Type.TEXT:
            return isinstance(value, str)
        case Type.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool)
        case Type.SWITCH:
            return isinstance(value, bool)
        case Type.DATE:
            return isinstance(value, date) and not isinstance(value, datetime)
        case Type.TEXTS:
            return isinstance(value, list) and all(_fits(item, Type.TEXT) for item in value)
        case Type.NUMBERS:
            return isinstance(value, list) and all(_fits(item, Type.NUMBER) for item in value)


def _parsed(text: str, path: str) -> dict[str, Any]:
    line = column = None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        if where := re.search(r" \(at line (\d+), column (\d+)\)$", message):
            line, column = int(where[1]), int(where[2])
        elif message.endswith(" (at end of document)"):
            line = text.rstrip("\n").count("\n") + 1
        message = re.sub(r" \(at [^()]*\)$", "", message)
    except RecursionError:
        message = "brackets are nested too deeply"
    except ValueError as error:  # Python reads no number of more than 4,300 digits
        message = str(error)
    short = message if len(message) <= _LONGEST_REASON else message[:_LONGEST_REASON] + "…"
    raise ConfigError(path, [Problem(f"not valid TOML: {short}", line, column)])

"""Values as they stand in the tables: records as JSON without what is empty, times as UTC text."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import orjson

from watcher.models import Author, Kind, MeshHeading, Passage, Record, RelatedRecord
from watcher.works.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_DATES = {"entered", "created", "indexed", "revised"}
_PARTS: dict[str, type] = {"authors": Author, "abstract": Passage, "mesh": MeshHeading, "related": RelatedRecord}
_TUPLES = {"other_ids", "languages", "publication_types", "keywords", "substances", "references"}


def _values(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values of a dataclass's fields, in their order."""
    return attrgetter(*(field.name for field in fields(kind)))


_VALUES = {kind: _values(kind) for kind in (Record, *_PARTS.values())}
_DEFAULTS = [(field.name, field.default) for field in fields(Record)]


def _plain(item: Any) -> Any:
    """Parts of a record as lists of their values, for names would be half of it."""
    return _VALUES[type(item)](item)


def _encoded(value: Any) -> str:
    return orjson.dumps(value, _plain, orjson.OPT_PASSTHROUGH_DATACLASS).decode()


@lru_cache(maxsize=8)  # all records of a poll have one
def encode_time(moment: datetime) -> str:
    """An aware time as UTC text, to the second: as text it sorts as time does."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def decode_time(text: str) -> datetime:
    """The inverse of `encode_time`."""
    return datetime.fromisoformat(text)


def listed(numbers: Iterable[int]) -> str:
    """Whole numbers as a JSON list, for json_each."""
    return f"[{','.join(map(str, numbers))}]"


def encode_record(record: Record) -> str:
    """A record as JSON; what has its default value is left out."""
    values = zip(_DEFAULTS, _VALUES[Record](record), strict=True)
    return _encoded({name: value for (name, default), value in values if value != default})


def decode_record(text: str) -> Record:
    """The inverse of `encode_record`."""
    values: dict[str, Any] = orjson.loads(text)
    for key, value in values.items():
        if key in _DATES:
            values[key] = date.fromisoformat(value)
        elif key in _PARTS:
            values[key] = tuple(_PARTS[key](*map(_with_tuple, part)) for part in value)
        elif key in _TUPLES:
            values[key] = tuple(map(_with_tuple, value))
    values["kind"] = Kind(values.get("kind", Kind.ARTICLE))
    return Record(**values)


def _with_tuple(value: Any) -> Any:
    return tuple(value) if type(value) is list else value


def encode_signature(signature: Signature) -> str:
    """The compared form of a record as a JSON list of its fields, in their order."""
    values: list[Any] = list(signature)
    for place in _SETS:
        values[place] = sorted(values[place])
    return _encoded(values)


def decode_signature(text: str) -> Signature:
    """The inverse of `encode_signature`."""
    values = orjson.loads(text)
    for place in _SETS:
        values[place] = frozenset(values[place])
    for place in _LISTS:
        values[place] = tuple(values[place])
    values[_NAMES] = tuple(map(tuple, values[_NAMES]))
    return Signature._make(values)


_SETS = [Signature._fields.index(name) for name in ("volume", "issue")]
_LISTS = [Signature._fields.index(name) for name in ("full_names", "text", "versions", "mentions")]
_NAMES = Signature._fields.index("names")

"""Values as they stand in the tables: records as JSON without what is empty, times as UTC text."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from watcher.models import Author, Kind, MeshHeading, Passage, Record, RelatedRecord
from watcher.works.signature import Signature

_DATES = {"entered", "created", "indexed", "revised"}
_PARTS: dict[str, type] = {"authors": Author, "abstract": Passage, "mesh": MeshHeading, "related": RelatedRecord}
_TUPLES = {"other_ids", "languages", "publication_types", "keywords", "substances", "references", "qualifiers"}

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode_time(moment: datetime) -> str:
    """An aware time as UTC text, to the second: as text it sorts as time does."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def decode_time(text: str) -> datetime:
    """The inverse of `encode_time`."""
    return datetime.fromisoformat(text)


def encode_record(record: Record) -> str:
    """A record as JSON; what has its default value is left out."""
    return _ENCODER.encode(_sparse(record))


def decode_record(text: str) -> Record:
    """The inverse of `encode_record`."""
    values: dict[str, Any] = json.loads(text)
    for key, value in values.items():
        if key in _DATES:
            values[key] = date.fromisoformat(value)
        elif key in _PARTS:
            values[key] = tuple(_PARTS[key](**_with_tuples(part)) for part in value)
    values["kind"] = Kind(values.get("kind", Kind.ARTICLE))
    return Record(**_with_tuples(values))


def _with_tuples(values: dict[str, Any]) -> dict[str, Any]:
    for key in _TUPLES & values.keys():
        values[key] = tuple(tuple(item) if isinstance(item, list) else item for item in values[key])
    return values


_FIELDS = {
    kind: [(field.name, field.default) for field in fields(kind)]
    for kind in (Record, Author, Passage, MeshHeading, RelatedRecord)
}


def _sparse(item: Any) -> Any:
    kind = type(item)
    if kind is str or item is None:
        return item
    if kind is tuple:
        return [_sparse(part) for part in item]
    if kind in _FIELDS:
        values = ((name, getattr(item, name), default) for name, default in _FIELDS[kind])
        return {name: _sparse(value) for name, value, default in values if value is not default and value != default}
    return item.isoformat() if kind is date else item


def encode_signature(signature: Signature) -> str:
    """The compared form of a record as a JSON list of its fields, in their order."""
    values = [getattr(signature, name) for name in _SIGNATURE]
    for place in _SETS:
        values[place] = sorted(values[place])
    return _ENCODER.encode(values)


def decode_signature(text: str) -> Signature:
    """The inverse of `encode_signature`."""
    values = json.loads(text)
    for place in _SETS:
        values[place] = frozenset(values[place])
    for place in _LISTS:
        values[place] = tuple(values[place])
    values[_NAMES] = tuple(map(tuple, values[_NAMES]))
    return Signature(*values)


_SIGNATURE = [field.name for field in fields(Signature)]
_SETS = [_SIGNATURE.index(name) for name in ("volume", "issue")]
_LISTS = [_SIGNATURE.index(name) for name in ("full_names", "text", "versions", "mentions")]
_NAMES = _SIGNATURE.index("names")

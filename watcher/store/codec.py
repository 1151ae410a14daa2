"""Values as they stand in the tables: records as JSON without what is empty, times as UTC text."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from watcher.models import Author, Kind, MeshHeading, Passage, Record, RelatedRecord

_DATES = {"entered", "created", "indexed", "revised"}
_PARTS: dict[str, type] = {"authors": Author, "abstract": Passage, "mesh": MeshHeading, "related": RelatedRecord}
_TUPLES = {"other_ids", "languages", "publication_types", "keywords", "substances", "references", "qualifiers"}


def encode_time(moment: datetime) -> str:
    """An aware time as UTC text, to the second: as text it sorts as time does."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def decode_time(text: str) -> datetime:
    """The inverse of `encode_time`."""
    return datetime.fromisoformat(text)


def encode_record(record: Record) -> str:
    """A record as JSON; what has its default value is left out."""
    return json.dumps(_sparse(record), ensure_ascii=False, separators=(",", ":"))


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


def _sparse(item: Any) -> Any:
    if isinstance(item, date):
        return item.isoformat()
    if isinstance(item, tuple):
        return [_sparse(part) for part in item]
    if hasattr(item, "__dataclass_fields__"):
        values = ((field, getattr(item, field.name)) for field in fields(item))
        return {field.name: _sparse(value) for field, value in values if value != field.default}
    return item

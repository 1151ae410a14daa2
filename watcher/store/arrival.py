"""What is made of a record when it has come, before the store is asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from watcher.markup import plain
from watcher.store.codec import encode_record, encode_signature
from watcher.works.identity import rank
from watcher.works.keys import Keys, keys
from watcher.works.signature import Signature, signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.models import Record


class Arrival(NamedTuple):
    """A record, its compared form and keys, and columns of the store: `compared` and `content` are JSON."""

    record: Record
    signature: Signature
    keys: Keys
    title: str
    rank: str
    compared: str
    content: str


def arrivals(records: Sequence[Record]) -> list[Arrival]:
    """In the order of the records."""
    # Each step for all of them before the next, while the processor has its code at hand.
    signatures = [signature(record) for record in records]
    found_by = [keys(sig) for sig in signatures]
    ranks = [rank(record) for record in records]
    compared = [encode_signature(sig) for sig in signatures]
    contents = [encode_record(record) for record in records]
    return [
        Arrival(record, sig, under, title=plain(record.title), rank=merit, compared=form, content=content)
        for record, sig, under, merit, form, content in zip(
            records, signatures, found_by, ranks, compared, contents, strict=True
        )
    ]

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
    """A record, its compared form and keys, and the columns that the store has of them."""

    record: Record
    signature: Signature
    keys: Keys
    title: str
    rank: str
    compared: str
    content: str


def arrivals(records: Sequence[Record]) -> list[Arrival]:
    """In the order of the records."""
    # Each step for all of them before the next: a processor has its code at hand then, and is done in two thirds of the
    # time.
    signatures = [signature(record) for record in records]
    return [
        Arrival(*made)
        for made in zip(
            records,
            signatures,
            [keys(sig) for sig in signatures],
            [plain(record.title) for record in records],
            [rank(record) for record in records],
            [encode_signature(sig) for sig in signatures],
            [encode_record(record) for record in records],
            strict=True,
        )
    ]

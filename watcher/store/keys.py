"""Under which keys which records are found: an index on the disk, and one in memory of the records that it lacks yet.

A record has some ten keys, anywhere in the index. Added one by one to a large index, they would have ten of its pages
written for each record; so they go there thousands at a time, in its order, and a page is written once for many of them
(the log-structured merge-tree of O'Neil et al., 1996, with two levels). What is in memory alone is no loss: whoever
opens the file makes it anew from the records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self
from zlib import crc32

from watcher.store.codec import decode_signature
from watcher.works.signature import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.store.connection import Connection
    from watcher.works.signature import Signature

MOST_IN_MEMORY = 50_000  # records, of 15 MB: so that each page of a million works' index is written once for ten keys

_FRESH = """CREATE TEMP TABLE IF NOT EXISTS fresh_keys (
    key INTEGER NOT NULL, record_id INTEGER NOT NULL, PRIMARY KEY (key, record_id)
) WITHOUT ROWID"""
_SEEN = "CREATE TEMP TABLE IF NOT EXISTS seen_records AS SELECT 0 AS last"
_FOUND = "CREATE TEMP VIEW IF NOT EXISTS found_keys AS SELECT * FROM keys UNION ALL SELECT * FROM fresh_keys"


class KeyNumbers(NamedTuple):
    """The keys of a record as they are stored: under which it is kept, and under which it looks for others."""

    kept: list[int]
    sought: list[int]

    @classmethod
    def of(cls, signature: Signature) -> Self:
        """Of a record by its compared form."""
        both, kept, sought = (list(map(as_number, part)) for part in keys(signature))
        return cls([*both, *kept], [*both, *sought])


class KeyIndex:
    """The table `found_keys (key, record_id)`, for the SQL of others; they call `see` before. Everything that changes
    it is called within a transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._added = 0
        # Tables in memory take part in transactions: what is undone there is undone here.
        for made in (_FRESH, _SEEN, _FOUND):
            self._db.run(made)

    def see(self) -> None:
        """Have the keys of those records in memory that the index lacks, whoever has stored them."""
        sql = "SELECT (SELECT coalesce(max(id), 0) FROM records), (SELECT last FROM seen_records)"
        ((last, seen),) = self._db.rows(sql)
        if last == seen:
            return
        sql = "SELECT id, signature FROM records WHERE id > max(?, (SELECT last_record FROM keyed))"
        for row in self._db.rows(sql, [seen]):
            self._add(row["id"], KeyNumbers.of(decode_signature(row["signature"])).kept)
        self._db.run("UPDATE seen_records SET last = ?", [last])

    def keep(self, record_id: int, keys: Iterable[int]) -> None:
        """Let the last record be found under these keys."""
        self._add(record_id, keys)
        self._db.run("UPDATE seen_records SET last = ?", [record_id])
        self._added += 1
        if self._added >= MOST_IN_MEMORY:
            self._catch_up()

    def replace(self, record_id: int, before: Iterable[int], now: Iterable[int]) -> None:
        """Let a stored record be found under other keys than before."""
        self._catch_up()
        self._db.run_many("DELETE FROM keys WHERE key = ? AND record_id = ?", [(key, record_id) for key in before])
        self._db.run_many("INSERT OR IGNORE INTO keys VALUES (?, ?)", [(key, record_id) for key in now])

    def catch_up(self) -> None:
        """Put on the disk what is in memory."""
        if self._db.readonly:
            return
        with self._db.transaction():
            self._catch_up()

    def _catch_up(self) -> None:
        # Not in a block within a block, for whose undoing SQLite would keep each page of the index in memory as it was.
        self.see()
        self._db.run(
            "INSERT OR IGNORE INTO keys SELECT key, record_id FROM fresh_keys "
            "WHERE record_id > (SELECT last_record FROM keyed) ORDER BY key, record_id"
        )
        self._db.run("UPDATE keyed SET last_record = (SELECT last FROM seen_records)")
        self._db.run("DELETE FROM fresh_keys")
        self._added = 0

    def _add(self, record_id: int, keys: Iterable[int]) -> None:
        self._db.run_many("INSERT OR IGNORE INTO fresh_keys VALUES (?, ?)", [(key, record_id) for key in keys])


def as_number(key: str) -> int:
    """A key as a whole number: a tenth of the space, in a table that has ten of them for each record. Two keys that are
    one number cost a comparison, no more.

    Numbers are near each other where keys are alike up to "|", or but for their last figures (PMIDs of one day), so
    that those of one record are on fewer pages.
    """
    encoded = key.encode()
    alike, bar, _ = encoded.partition(b"|")
    return (crc32(alike if bar else encoded[:-3]) << 32) + crc32(encoded) - (1 << 63)

"""Under which keys which records are found: an index on the disk, and one in memory of the records that it lacks yet.

A record has some ten keys, anywhere in the index. Added one by one to a large index, they would have ten of its pages
written for each record; so they go there thousands at a time, in its order, and a page is written once for many of them
(the log-structured merge-tree of O'Neil et al., 1996, with two levels). What is in memory alone is no loss: whoever
opens the file makes it anew from the records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.codec import decode_signature
from watcher.store.key_filter import KeyFilter
from watcher.works.keys import keys as keys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from watcher.store.connection import Connection

MOST_IN_MEMORY = 50_000  # records, of 80 MB: so that each page of a million works' index is written once for ten keys


class KeyIndex:
    """By which keys the stored records are found: one index for each connection. Everything that changes it is called
    within a transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._fresh: dict[int, tuple[int, ...]] = {}  # the records of a key
        self._last = 0  # record of which the keys are in memory or on the disk
        self._on_disk = 0  # the last record that has its keys there
        # What is undone in the store is undone here: so it is known what the transaction has added.
        self._seen = (0, 0)  # how many transactions had been begun and undone when the store was last looked at
        self._before = 0  # the last record before the transaction
        self._added: list[tuple[int, Collection[int]]] = []
        # Of the keys on the disk, as far as nobody else changes them: for who stores very many records.
        self._filter: KeyFilter | None = None
        self._version = 0

    def records(self, keys: Sequence[int]) -> set[int]:
        """The stored records that are found under one of these keys, whoever has stored them."""
        self._see()
        fresh = self._fresh
        found = {record_id for under in filter(None, map(fresh.get, keys)) for record_id in under}
        if perhaps := keys if self._filter is None else self._filter.among(keys):
            on_disk = self._db.rows_among("SELECT record_id FROM keys WHERE key IN ({})", perhaps)
            found.update([row[0] for row in on_disk])
        return found

    def keep(self, record_id: int, keys: Collection[int]) -> None:
        """Let the last record be found under these keys."""
        self._see()
        if record_id > self._last:
            self._add(record_id, keys)
        if self._last - self._on_disk >= MOST_IN_MEMORY:
            self._catch_up()
            if self._filter is None:
                self._filter = KeyFilter(row[0] for row in self._db.each("SELECT key FROM keys"))
                self._version = self._db.version

    def replace(self, record_id: int, before: Collection[int], now: Collection[int]) -> None:
        """Let a stored record be found under other keys than before."""
        self._catch_up()
        if self._filter is not None:
            self._filter.add(now)
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
        self._see()
        fresh = self._fresh
        in_order = (number for key in sorted(fresh) for record_id in fresh[key] for number in (key, record_id))
        self._db.add_all("INSERT INTO keys VALUES {}", in_order, 2)
        self._db.run("UPDATE keyed SET last_record = ?", [self._last])
        if self._filter is not None:
            self._filter.add(self._fresh)
        self._begin_after(self._last)

    def _see(self) -> None:
        """Have in memory the keys of those records that the index on the disk lacks, and of no others."""
        now = (self._db.begun, self._db.undone)
        if now == self._seen and self._db.in_transaction:  # in which nobody else can write
            return
        (begun, undone), self._seen = self._seen, now
        if undone != now[1]:
            self._undo()
        if begun != now[0] or not self._db.in_transaction:
            self._before, self._added = self._last, []
        sql = "SELECT (SELECT coalesce(max(id), 0) FROM records), (SELECT last_record FROM keyed)"
        ((last, on_disk),) = self._db.rows(sql)
        if on_disk != self._on_disk:
            self._begin_after(on_disk)
        if self._filter is not None and self._db.version != self._version:
            self._filter = None
        if last == self._last:
            return
        for row in self._db.rows("SELECT id, signature FROM records WHERE id > ?", [self._last]):
            self._add(row["id"], keys_of(decode_signature(row["signature"])).kept)

    def _undo(self) -> None:
        for record_id, under in self._added:
            for key in under:
                left = tuple(one for one in self._fresh.pop(key, ()) if one != record_id)
                if left:
                    self._fresh[key] = left
        self._last, self._added = self._before, []
        self._filter = None  # which may lack what was taken from the disk, and is there again

    def _begin_after(self, last: int) -> None:
        self._fresh, self._added = {}, []
        self._last = self._before = self._on_disk = last

    def _add(self, record_id: int, keys: Collection[int]) -> None:
        fresh, alone = self._fresh, (record_id,)
        if fresh.keys().isdisjoint(keys):  # as for most records, and in a third of the time
            fresh.update(dict.fromkeys(keys, alone))
        else:
            for key in dict.fromkeys(keys):
                fresh[key] = fresh.get(key, ()) + alone
        self._last = record_id
        self._added.append((record_id, keys))

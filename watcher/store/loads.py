"""NLM's files: how far each of them was loaded, and what they say that PubMed has deleted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.store.codec import decode_time, encode_time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from watcher.models import Pmid
    from watcher.store.connection import Connection


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it is now, and what it is held against: where one of them changes, it is loaded from its beginning.

    `mtime` is in nanoseconds; `terms` a digest of all the terms.
    """

    path: str
    size: int
    mtime: int
    terms: str


class Loads:
    """What was loaded."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def done(self, file: FileState) -> tuple[int, datetime | None]:
        """How many of its members were dealt with, and when it was loaded whole."""
        row = self._db.row(
            "SELECT records_done, finished_at FROM loads WHERE path = ? AND size = ? AND mtime = ? AND terms = ?",
            [file.path, file.size, file.mtime, file.terms],
        )
        if row is None:
            return 0, None
        return row["records_done"], decode_time(row["finished_at"]) if row["finished_at"] else None

    def between(self, since: datetime | None, until: datetime) -> tuple[int, int]:
        """How many files were loaded whole after `since` and not after `until`, and how many records they hold."""
        sql = "SELECT count(*), coalesce(sum(records_done), 0) FROM loads WHERE finished_at > ? AND finished_at <= ?"
        row = self._db.row(sql, [encode_time(since) if since else "", encode_time(until)])
        return (row[0], row[1]) if row else (0, 0)

    def keep(self, file: FileState, done: int, finished_at: datetime | None = None) -> None:
        """Note how far a file is loaded. Call within a transaction."""
        self._db.run(
            "INSERT OR REPLACE INTO loads (path, size, mtime, terms, records_done, finished_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [file.path, file.size, file.mtime, file.terms, done, encode_time(finished_at) if finished_at else None],
        )

    def withdraw(self, pmids: Iterable[str], source: str, at: datetime) -> int:
        """Note which of these PMIDs, deleted by PubMed as the file `source` says, are stored; gives how many were not
        noted before. Their works stay. Call within a transaction.
        """
        before = self._withdrawn()
        self._db.run(
            "INSERT OR IGNORE INTO withdrawn (pmid, noted_at, source) SELECT source_id, ?, ? FROM records "
            "WHERE source = 'pubmed' AND source_id IN (SELECT value FROM json_each(?))",
            [encode_time(at), source, json.dumps(list(pmids))],
        )
        return self._withdrawn() - before

    def withdrawn(self, pmid: Pmid) -> tuple[datetime, str] | None:
        """When it was noted that PubMed has deleted a stored record, and from which file."""
        row = self._db.row("SELECT noted_at, source FROM withdrawn WHERE pmid = ?", [pmid])
        return None if row is None else (decode_time(row["noted_at"]), row["source"])

    def _withdrawn(self) -> int:
        row = self._db.row("SELECT count(*) FROM withdrawn")
        return row[0] if row else 0

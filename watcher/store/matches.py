"""Which queries found which records, and by which phrases: kept by record, and read by work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from watcher.models import Match
from watcher.store.codec import encode_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from watcher.store.connection import Connection


class Matches:
    """What was found."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def keep(self, source: str, source_id: str, query: str, phrases: Sequence[str], at: datetime) -> None:
        """Note that a query found a record; once noted, it stays as it was. Call within a transaction."""
        self._db.run(
            "INSERT OR IGNORE INTO record_matches (record_id, query, phrases, matched_at) "
            "SELECT id, ?, ?, ? FROM records WHERE source = ? AND source_id = ?",
            [query, json.dumps(phrases, ensure_ascii=False), encode_time(at), source, source_id],
        )

    def works(self, query: str, work_ids: Iterable[int]) -> set[int]:
        """Which of the works the query is known to match."""
        sql = """
            SELECT DISTINCT work_id FROM records JOIN record_matches ON record_id = records.id
            WHERE work_id IN (SELECT value FROM json_each(?2)) AND query = ?1
        """
        return {row["work_id"] for row in self._db.rows(sql, [query, json.dumps(list(work_ids))])}

    def missing(self, query: str, source: str, source_ids: Iterable[str]) -> set[str]:
        """Which of these stored records of a source the query is not known to match."""
        sql = """
            SELECT source_id FROM records WHERE source = ?1 AND source_id IN (SELECT value FROM json_each(?2))
            AND NOT EXISTS (SELECT 1 FROM record_matches WHERE record_id = records.id AND query = ?3)
        """
        return {row["source_id"] for row in self._db.rows(sql, [source, json.dumps(list(source_ids)), query])}

    def count(self, query: str) -> int:
        """How many works the query is known to match."""
        sql = (
            "SELECT count(DISTINCT work_id) FROM record_matches JOIN records ON records.id = record_id WHERE query = ?"
        )
        row = self._db.row(sql, [query])
        return row[0] if row else 0

    def of_work(self, work_id: int) -> tuple[Match, ...]:
        """The queries that matched a work."""
        sql = """
            SELECT work_id, query, phrases FROM record_matches JOIN records ON records.id = record_id
            WHERE work_id = ? ORDER BY matched_at, query, record_id
        """
        phrases: dict[str, dict[str, None]] = {}
        for row in self._db.rows(sql, [work_id]):
            phrases.setdefault(row["query"], {}).update(dict.fromkeys(json.loads(row["phrases"])))
        return tuple(Match(work_id, query, tuple(found)) for query, found in phrases.items())

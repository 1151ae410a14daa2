"""The PMIDs that PubMed lists and does not give: withdrawn, merged, or late."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from watcher.models import Pmid
from watcher.store.codec import decode_time, encode_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from watcher.store.connection import Connection


class Absences:
    """What was asked for in vain, each PMID by the queries that it was listed for: all of them want it if it comes."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def of_query(self, query: str, since: datetime) -> tuple[Pmid, ...]:
        """What a query has first missed at this moment or later, and misses still."""
        sql = "SELECT pmid FROM absences WHERE query = ? AND first_missed_at >= ? ORDER BY first_missed_at, pmid"
        return tuple(Pmid(row["pmid"]) for row in self._db.rows(sql, [query, encode_time(since)]))

    def last_missed(self, pmids: Iterable[Pmid]) -> dict[Pmid, datetime]:
        """When each of these was last asked for in vain; without those that never were."""
        sql = """
            SELECT pmid, max(last_missed_at) AS at FROM absences
            WHERE pmid IN (SELECT value FROM json_each(?)) GROUP BY pmid
        """
        return {Pmid(row["pmid"]): decode_time(row["at"]) for row in self._db.rows(sql, [json.dumps(list(pmids))])}

    def keep(self, query: str, missed: Mapping[Pmid, datetime], at: datetime) -> tuple[Pmid, ...]:
        """Note what a query misses, and when each was last asked for; gives those that it had not missed before."""
        sql = "SELECT pmid FROM absences WHERE query = ? AND pmid IN (SELECT value FROM json_each(?))"
        known = {row["pmid"] for row in self._db.rows(sql, [query, json.dumps(list(missed))])}
        with self._db.transaction():
            self._db.run_many(
                "INSERT INTO absences VALUES (?, ?, ?, ?) "
                "ON CONFLICT (pmid, query) DO UPDATE SET last_missed_at = excluded.last_missed_at",
                [(pmid, query, encode_time(at), encode_time(last)) for pmid, last in missed.items()],
            )
        return tuple(pmid for pmid in missed if pmid not in known)

    def drop(self, query: str, pmids: Iterable[Pmid]) -> None:
        """Forget what has come. Call within the transaction that notes the query's matches."""
        with self._db.transaction():
            self._db.run(
                "DELETE FROM absences WHERE query = ? AND pmid IN (SELECT value FROM json_each(?))",
                [query, json.dumps(list(pmids))],
            )

    def forget(self, query: str) -> None:
        """Forget all that a query misses: under another term it may not want it."""
        with self._db.transaction():
            self._db.run("DELETE FROM absences WHERE query = ?", [query])

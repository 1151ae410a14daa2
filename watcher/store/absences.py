"""The PMIDs that PubMed names and does not give: withdrawn, merged, late, or left out of a short answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.models import Pmid
from watcher.store.codec import decode_time, encode_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Absence:
    """When a PMID was last asked for in vain; not `sure` where the answer may have been a short one."""

    last_missed_at: datetime
    sure: bool


class Absences:
    """What was asked for in vain, each PMID by those who want it: all of them, if it comes.

    That is the queries that it was listed for, by name, and the source of any other stage's runs.
    """

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def of_query(self, query: str, since: datetime) -> tuple[Pmid, ...]:
        """What a query has first missed at this moment or later, and misses still."""
        sql = "SELECT pmid FROM absences WHERE query = ? AND first_missed_at >= ? ORDER BY first_missed_at, pmid"
        return tuple(Pmid(row["pmid"]) for row in self._db.rows(sql, [query, encode_time(since)]))

    def known(self, pmids: Iterable[Pmid]) -> dict[Pmid, Absence]:
        """What is known of these, over all queries; without those that were never asked for in vain."""
        sql = """
            SELECT pmid, max(last_missed_at) AS at, max(sure) AS sure FROM absences
            WHERE pmid IN (SELECT value FROM json_each(?)) GROUP BY pmid
        """
        rows = self._db.rows(sql, [json.dumps(list(pmids))])
        return {Pmid(row["pmid"]): Absence(decode_time(row["at"]), bool(row["sure"])) for row in rows}

    def keep(self, query: str, missed: Mapping[Pmid, Absence], at: datetime) -> tuple[Pmid, ...]:
        """Note what a query misses; gives those of which it was not sure before, and is now."""
        sql = "SELECT pmid FROM absences WHERE query = ? AND sure AND pmid IN (SELECT value FROM json_each(?))"
        known = {row["pmid"] for row in self._db.rows(sql, [query, json.dumps(list(missed))])}
        with self._db.transaction():
            self._db.run_many(
                "INSERT INTO absences (pmid, query, first_missed_at, last_missed_at, sure) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (pmid, query) DO UPDATE SET last_missed_at = excluded.last_missed_at, "
                "sure = excluded.sure",
                [
                    (pmid, query, encode_time(at), encode_time(absence.last_missed_at), absence.sure)
                    for pmid, absence in missed.items()
                ],
            )
        return tuple(pmid for pmid, absence in missed.items() if absence.sure and pmid not in known)

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

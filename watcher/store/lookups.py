"""Works that feeds brought, asked about in PubMed by their identifiers: when, and whether it has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.codec import encode_time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime, timedelta

    from watcher.store.connection import Connection

SOURCE = "pubmed:lookup"  # of the runs that look works up
NAME = "PubMed, for what feeds brought"  # as a person reads it

_WAITING = """
    WITH unresolved AS (
        SELECT id, doi, pmid FROM works
        WHERE id IN (SELECT work_id FROM records WHERE source >= 'feed:' AND source < 'feed;')
        AND NOT EXISTS (SELECT 1 FROM records WHERE work_id = works.id AND source = 'pubmed')
    ), named AS (
        SELECT id AS work_id, 'pmid:' || pmid AS key FROM unresolved WHERE pmid IS NOT NULL
        UNION ALL SELECT id, 'doi:' || doi FROM unresolved WHERE doi IS NOT NULL
    )
    SELECT named.work_id, named.key FROM named LEFT JOIN lookups USING (work_id, key)
    WHERE first_asked_at IS NULL OR (NOT found AND last_asked_at <= ? AND first_asked_at >= ?)
    ORDER BY named.work_id, named.key
"""


class Lookups:
    """Which works of feeds wait for their PubMed record."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def waiting(self, now: datetime, *, every: timedelta, within: timedelta) -> list[tuple[int, str]]:
        """Works without a PubMed record, each with a key ("pmid:…", "doi:…") that it is now to be asked about by.

        One that was asked about in vain is asked about again after `every`, until `within` has passed since the first.
        """
        rows = self._db.rows(_WAITING, [encode_time(now - every), encode_time(now - within)])
        return [(row["work_id"], row["key"]) for row in rows]

    def asked(self, waiting: Iterable[tuple[int, str]], found: Collection[str], at: datetime) -> None:
        """Note that PubMed has answered about these, and which keys it had. Call within a transaction."""
        moment = encode_time(at)
        self._db.run_many(
            "INSERT INTO lookups (work_id, key, first_asked_at, last_asked_at, found) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (work_id, key) DO UPDATE SET last_asked_at = excluded.last_asked_at, found = excluded.found",
            [(work_id, key, moment, moment, key in found) for work_id, key in waiting],
        )

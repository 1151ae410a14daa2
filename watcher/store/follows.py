"""Stored records of PubMed that are followed: when each was asked about, what it was, which notices it names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from watcher.models import Pmid, Record
from watcher.store.codec import decode_record, decode_time, encode_time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from watcher.store.connection import Connection

SOURCE = "pubmed:follow"  # of the runs that follow records
NAME = "PubMed, for changes to what is stored"  # as a person reads it


class Follows:
    """Which works are followed, and what is to be asked about them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def works(self, since: datetime) -> set[int]:
        """The works that a query has matched, or a digest told, since a moment."""
        sql = """
            SELECT work_id FROM matches WHERE matched_at >= ?
            UNION SELECT work_id FROM entries JOIN digests ON digests.id = digest_id WHERE composed_at >= ?
        """
        return {row["work_id"] for row in self._db.rows(sql, [encode_time(since)] * 2)}

    def due(self, works: Iterable[int], until: datetime) -> list[tuple[Pmid, datetime]]:
        """Their records, each with when it was last asked about, or first fetched, where that is not after `until`; the
        longest ago first.
        """
        sql = """
            SELECT source_id, coalesce(asked_at, retrieved_at) AS at
            FROM records LEFT JOIN follows ON follows.pmid = source_id
            WHERE source = 'pubmed' AND work_id IN (SELECT value FROM json_each(?))
            AND coalesce(asked_at, retrieved_at) <= ?
            ORDER BY at, records.id
        """
        rows = self._db.rows(sql, [json.dumps(list(works)), encode_time(until)])
        return [(Pmid(row["source_id"]), decode_time(row["at"])) for row in rows]

    def asked(self, pmids: Iterable[Pmid], at: datetime) -> None:
        """Note that these were asked about, and are stored as they then were. Call within a transaction."""
        self._db.run_many(
            "INSERT INTO follows (pmid, asked_at) VALUES (?, ?) "
            "ON CONFLICT (pmid) DO UPDATE SET asked_at = excluded.asked_at",
            [(pmid, encode_time(at)) for pmid in pmids],
        )

    def unstored(self, kinds: Iterable[str], works: Iterable[int]) -> list[Pmid]:
        """What they name as of one of these kinds (RefTypes), and is not stored."""
        sql = """
            SELECT DISTINCT other_pmid FROM relations
            WHERE other_id IS NULL AND kind IN (SELECT value FROM json_each(?))
            AND work_id IN (SELECT value FROM json_each(?)) ORDER BY other_pmid
        """
        rows = self._db.rows(sql, [json.dumps(list(kinds)), json.dumps(list(works))])
        return [Pmid(row["other_pmid"]) for row in rows]

    def revisions(self, work_id: int) -> list[tuple[str, str, datetime]]:
        """When records of a work were replaced by a later form: source, the source's id, and the moment, in order."""
        sql = """
            SELECT source, source_id, replaced_at FROM revisions JOIN records ON records.id = record_id
            WHERE work_id = ? ORDER BY revisions.rowid
        """
        rows = self._db.rows(sql, [work_id])
        return [(row["source"], row["source_id"], decode_time(row["replaced_at"])) for row in rows]

    def changed(self, digest: str, since: datetime) -> list[tuple[Record, Record]]:
        """Of the works that digests of this name have told, the last of them at `since`: the records that were revised
        after that, each as it was then, and as it is.
        """
        told = "SELECT work_id FROM entries JOIN digests ON digests.id = digest_id WHERE name = ?2"
        return self._changed(told, since, digest)

    def changed_of(self, works: Iterable[int], since: datetime | None) -> list[tuple[Record, Record]]:
        """The records of these works that were revised after a moment, or ever, each as it was then, and as it is."""
        return self._changed("SELECT value FROM json_each(?2)", since, json.dumps(list(works)))

    def _changed(self, works: str, since: datetime | None, named: str) -> list[tuple[Record, Record]]:
        # SQLite gives the bare columns of the row that has the minimum: the first that was replaced since. The plus
        # keeps it from looking by source, which nearly all records have in common.
        sql = f"""
            SELECT min(revisions.rowid), revisions.content AS before, contents.content AS now
            FROM revisions JOIN contents USING (record_id) JOIN records ON records.id = record_id
            WHERE replaced_at > ?1 AND +source = 'pubmed' AND work_id IN ({works})
            GROUP BY records.id ORDER BY records.id
        """  # noqa: S608  # what is put in is one of two texts above
        rows = self._db.rows(sql, [encode_time(since) if since else "", named])
        return [(decode_record(row["before"]), decode_record(row["now"])) for row in rows]

"""Which PubMed records cite the cited works, as PubMed links them: what was there at first, and what has come since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from watcher.models import Pmid, Record
from watcher.store.codec import decode_record, encode_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from watcher.store.connection import Connection

SOURCE = "citing"  # of the runs that ask for them
NAME = "PubMed, for what cites the sources"  # as a person reads it

# Nearly all records are of PubMed: a plus keeps SQLite from looking by source, and a cross join from beginning there.

# Works that this digest has not told (?1), and that none of its queries (?2) matched.
_UNTOLD = """
    NOT EXISTS (
        SELECT 1 FROM entries JOIN digests ON digests.id = digest_id
        WHERE entries.work_id = records.work_id AND name = ?1
    ) AND NOT EXISTS (
        SELECT 1 FROM records AS its JOIN record_matches ON record_id = its.id
        WHERE its.work_id = records.work_id AND query IN (SELECT value FROM json_each(?2))
    )
"""


class Citing:
    """Who cites the cited works."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def due(self, cited: Iterable[Pmid], until: datetime) -> tuple[Pmid, ...]:
        """Those of these PMIDs that PubMed was not asked about after `until`."""
        sql = "SELECT pmid FROM cited_in WHERE asked_at > ?"
        recent = {row["pmid"] for row in self._db.rows(sql, [encode_time(until)])}
        return tuple(pmid for pmid in cited if pmid not in recent)

    def keep(self, cited: Pmid, citing: Sequence[Pmid], at: datetime) -> int | None:
        """Keep an answer: all that cite a work. Gives how many those of the first answer are, and else None.

        ELink sometimes answers that there are none: an empty first answer is none, and the next is the first. Call
        within a transaction.
        """
        row = self._db.row("SELECT known FROM cited_in WHERE pmid = ?", [cited])
        first = row is None or row["known"] is None
        known = row["known"] if row else None
        if first and (citing or row):
            known = len(citing)
        self._db.run(
            "INSERT INTO cited_in VALUES (?, ?, ?) "
            "ON CONFLICT (pmid) DO UPDATE SET asked_at = excluded.asked_at, known = excluded.known",
            [cited, encode_time(at), known],
        )
        self._db.run_many(
            "INSERT OR IGNORE INTO citing VALUES (?, ?, ?, ?)",
            [(cited, pmid, encode_time(at), first) for pmid in citing],
        )
        return known if first else None

    def unstored(self, cited: Iterable[Pmid]) -> list[Pmid]:
        """What cites one of these since the first answer, and is not stored."""
        sql = """
            SELECT DISTINCT citing.pmid FROM citing WHERE NOT known AND cited IN (SELECT value FROM json_each(?))
            AND NOT EXISTS (SELECT 1 FROM records WHERE source = 'pubmed' AND source_id = citing.pmid)
            ORDER BY citing.pmid
        """
        return [Pmid(row["pmid"]) for row in self._db.rows(sql, [json.dumps(list(cited))])]

    def untold(self, digest: str, queries: Sequence[str], cited: Iterable[Pmid]) -> list[tuple[int, Pmid]]:
        """The works that cite one of these since the first answer, each with what it cites, as far as digests of this
        name have not told them, and none of these queries matched them.
        """
        sql = f"""
            SELECT work_id, cited FROM citing CROSS JOIN records ON source = 'pubmed' AND source_id = citing.pmid
            WHERE NOT known AND cited IN (SELECT value FROM json_each(?3)) AND {_UNTOLD} ORDER BY work_id, cited
        """  # noqa: S608  # what is put in is the text above
        rows = self._db.rows(sql, [digest, json.dumps(list(queries)), json.dumps(list(cited))])
        return [(row["work_id"], Pmid(row["cited"])) for row in rows]

    def arrived(self, digest: str, queries: Sequence[str], since: datetime | None) -> list[tuple[int, Record]]:
        """Such works whose PubMed record has a reference list and came after a moment, each with that record."""
        sql = f"""
            SELECT work_id, content FROM records JOIN contents ON record_id = records.id
            WHERE +source = 'pubmed' AND retrieved_at > ?3 AND content ->> '$.references' IS NOT NULL AND {_UNTOLD}
            ORDER BY retrieved_at, id
        """  # noqa: S608  # as above
        rows = self._db.rows(sql, [digest, json.dumps(list(queries)), encode_time(since) if since else ""])
        return [(row["work_id"], decode_record(row["content"])) for row in rows]

    def known(self, cited: Iterable[Pmid]) -> dict[Pmid, int]:
        """How many records cite each of these that PubMed was asked about; the others are missing."""
        sql = """
            SELECT pmid, (SELECT count(*) FROM citing WHERE cited = pmid_of.pmid) AS n FROM cited_in AS pmid_of
            WHERE pmid IN (SELECT value FROM json_each(?))
        """
        return {Pmid(row["pmid"]): row["n"] for row in self._db.rows(sql, [json.dumps(list(cited))])}

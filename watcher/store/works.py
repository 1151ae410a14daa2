"""Works and their records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from watcher import markup
from watcher.models import Doi, Kind, Pmcid, Pmid, Record, Work
from watcher.store.codec import decode_record, decode_time, encode_time
from watcher.store.record_texts import READABLE, RecordTexts
from watcher.terms.fold import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from watcher.store.arrival import Arrival
    from watcher.store.connection import Connection
    from watcher.store.relations import Relations

_OF_WORK = """
    SELECT records.id, leading_record, retrieved_at, records.doi, records.pmid, records.pmcid, records.url,
        works.doi, works.pmid, works.pmcid, works.url, first_seen_at
    FROM records JOIN works ON works.id = work_id WHERE work_id = ? ORDER BY rank DESC, source, source_id
"""
_SAID = """
    SELECT works.doi, works.pmid, works.pmcid, works.url, first_seen_at, rank, source, source_id
    FROM works JOIN records ON records.id = leading_record WHERE works.id = ?
"""
_WORK = """
    SELECT works.*, content FROM works JOIN contents ON record_id = leading_record
"""


class Works:
    """What has been seen."""

    def __init__(self, connection: Connection, relations: Relations) -> None:
        self._db, self._relations = connection, relations
        self._texts = RecordTexts(connection)

    # -- recognising ----------------------------------------------------------------------------------------------

    def of_source(self, source: str, source_ids: Iterable[str]) -> dict[str, int]:
        """Which of a source's own ids are known, each with its work."""
        sql = """
            SELECT source_id, work_id FROM records
            WHERE source = ? AND source_id IN (SELECT value FROM json_each(?))
        """
        rows = self._db.rows(sql, [source, json.dumps(list(source_ids))])
        return {row["source_id"]: row["work_id"] for row in rows}

    def pmids(self) -> frozenset[str]:
        """Every PMID that has a record from PubMed."""
        rows = self._db.rows("SELECT source_id FROM records WHERE source = 'pubmed'")
        return frozenset(row["source_id"] for row in rows)

    def record(self, source: str, source_id: str) -> Record | None:
        """A stored record by its source's id."""
        sql = "SELECT content FROM records JOIN contents ON record_id = id WHERE source = ? AND source_id = ?"
        row = self._db.row(sql, [source, source_id])
        return None if row is None else decode_record(row["content"])

    def record_ids(self, source: str, source_ids: Iterable[str]) -> dict[str, int]:
        """The numbers of stored records by their source's ids."""
        sql = "SELECT source_id, id FROM records WHERE source = ? AND source_id IN (SELECT value FROM json_each(?))"
        return {row["source_id"]: row["id"] for row in self._db.rows(sql, [source, json.dumps(list(source_ids))])}

    def records(self, work_id: int) -> tuple[Record, ...]:
        """The records of a work, in the order in which they came."""
        sql = "SELECT content FROM records JOIN contents ON record_id = id WHERE work_id = ? ORDER BY id"
        return tuple(decode_record(row["content"]) for row in self._db.rows(sql, [work_id]))

    def news(self, work_id: int) -> tuple[Record, ...]:
        """The news items on a work that is none itself, in the order in which they came."""
        sql = """
            SELECT content FROM records JOIN contents ON record_id = id
            WHERE work_id = ? AND source LIKE 'feed:%' ORDER BY id
        """
        found = (decode_record(row["content"]) for row in self._db.rows(sql, [work_id]))
        return tuple(record for record in found if record.kind is Kind.NEWS)

    def provenance(self, work_id: int) -> list[tuple[str, str, datetime, str, str]]:
        """Of each record of a work: source, the source's id, when it came, and by which rule and on what evidence it is
        of this work, the surest first of several; neither for a record that stands alone.
        """
        # SQLite gives the bare columns of the row that has the maximum.
        sql = """
            SELECT us.source, us.source_id, us.retrieved_at, found.rule, found.evidence, max(found.strength)
            FROM records AS us
            LEFT JOIN (
                SELECT one AS mine, other AS theirs, strength, rule, evidence FROM links
                UNION ALL SELECT other, one, strength, rule, evidence FROM links
                UNION ALL SELECT one, other, 99, 'a person', 'merged by hand' FROM corrections WHERE same
                UNION ALL SELECT other, one, 99, 'a person', 'merged by hand' FROM corrections WHERE same
            ) AS found ON found.mine = us.id
                AND found.theirs IN (SELECT id FROM records WHERE work_id = us.work_id) AND strength IS NOT NULL
            WHERE us.work_id = ? GROUP BY us.id ORDER BY us.id
        """
        rows = self._db.rows(sql, [work_id])
        return [(r[0], r[1], decode_time(r[2]), r[3] or "", r[4] or "") for r in rows]

    # -- storing --------------------------------------------------------------------------------------------------

    def add(self, arrival: Arrival, work_id: int | None, at: datetime) -> tuple[int, int]:
        """Keep a record with its work, or with a new one; gives the ids of both. Call within a transaction."""
        record, new = arrival.record, work_id is None
        seen, identifiers = encode_time(at), [record.doi, record.pmid, record.pmcid, record.url]
        if work_id is None:
            ((last,),) = self._db.rows("SELECT max(id) FROM records")  # within the INSERT it costs twice as much
            work_id = self._db.run(
                "INSERT INTO works (kind, title, published, leading_record, doi, pmid, pmcid, url, first_seen_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [record.kind, arrival.title, record.published, (last or 0) + 1, *identifiers, seen],
            )
        record_id = self._db.run(
            "INSERT INTO records "
            "(work_id, source, source_id, retrieved_at, rank, doi, pmid, pmcid, url, signature) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [work_id, record.source, record.source_id, seen, arrival.rank, *identifiers, arrival.compared],
        )
        self._db.run("INSERT INTO contents VALUES (?, ?)", [record_id, arrival.content])
        if not new and self._may_change(work_id, arrival, seen):
            self.settle([work_id], {record_id: record})
        self._relations.tie(work_id, record)
        return record_id, work_id

    def replace(self, record_id: int, arrival: Arrival, at: datetime) -> None:
        """Put a newer form of a stored record in the place of the old one, which is kept as a revision; its work is
        then to be assigned anew. Call within a transaction.
        """
        record = arrival.record
        self._db.run(
            "INSERT INTO revisions (record_id, replaced_at, content) "
            "SELECT record_id, ?, content FROM contents WHERE record_id = ?",
            [encode_time(at), record_id],
        )
        self._texts.replace(record_id, record)
        self._db.run(
            "UPDATE records SET rank = ?, doi = ?, pmid = ?, pmcid = ?, url = ?, signature = ? WHERE id = ?",
            [arrival.rank, record.doi, record.pmid, record.pmcid, record.url, arrival.compared, record_id],
        )
        self._db.run("UPDATE contents SET content = ? WHERE record_id = ?", [arrival.content, record_id])
        self._db.run(
            "UPDATE works SET leading_record = NULL "
            "WHERE id = (SELECT work_id FROM records WHERE id = ?1) AND leading_record = ?1",
            [record_id],
        )

    def assign(self, groups: Sequence[frozenset[int]], at: datetime) -> None:
        """Let each of these groups of records be one work, under the oldest number that one of them has; numbers that
        are left without records go. Call within a transaction.
        """
        wanted = json.dumps(sorted(record_id for group in groups for record_id in group))
        rows = self._db.rows("SELECT id, work_id FROM records WHERE id IN (SELECT value FROM json_each(?))", [wanted])
        before = {row["id"]: row["work_id"] for row in rows}
        taken: set[int] = set()
        for group in sorted(groups, key=min):
            free = sorted({before[record_id] for record_id in group} - taken)
            work_id = free[0] if free else self._new_work(at)
            taken.add(work_id)
            moved = [(work_id, record_id) for record_id in group if before[record_id] != work_id]
            self._db.run_many("UPDATE records SET work_id = ? WHERE id = ?", moved)
            self._db.run_many("UPDATE entries SET work_id = ? WHERE record_id = ?", moved)
            self._db.run_many("UPDATE held SET work_id = ? WHERE record_id = ?", moved)
        touched = taken | set(before.values())
        self.settle(touched)
        for work_id in touched:
            self._relations.tie_anew(work_id, self.records(work_id))

    def settle(self, work_ids: Iterable[int], known: Mapping[int, Record] | None = None) -> None:
        """Let the best record of each of these works speak for it, and the others add what it lacks; a work without
        records goes, and its other leavings go to where its records went. Records that are `known`, by their numbers,
        are not read again. Call within a transaction.
        """
        for work_id in sorted(work_ids):
            rows = self._db.rows(_OF_WORK, [work_id])
            if not rows:
                self._drop(work_id)
                continue
            columns = [*zip(*rows, strict=True)]
            found = [next(filter(None, column), None) for column in columns[3:7]]
            found.append(min(columns[2]))
            if found != [*rows[0]][7:]:
                sql = "UPDATE works SET doi = ?, pmid = ?, pmcid = ?, url = ?, first_seen_at = ? WHERE id = ?"
                self._db.run(sql, [*found, work_id])
            leading = rows[0]["id"]
            if leading != rows[0]["leading_record"]:
                record = (known or {}).get(leading) or self._content(leading)
                self._db.run(
                    "UPDATE works SET kind = ?, title = ?, published = ?, leading_record = ? WHERE id = ?",
                    [record.kind, markup.plain(record.title), record.published, leading, work_id],
                )

    def _may_change(self, work_id: int, arrival: Arrival, seen: str) -> bool:
        """Whether a work may have to be settled for a new record of it: most add nothing, which one row shows."""
        row = self._db.row(_SAID, [work_id])
        if row is None:
            return True
        doi, pmid, pmcid, url, first_seen_at, rank, source, source_id = row
        record = arrival.record
        return (
            (arrival.rank, source, source_id) > (rank, record.source, record.source_id)
            or seen < first_seen_at
            or (record.doi or doi, record.pmid or pmid) != (doi, pmid)
            or (record.pmcid or pmcid, record.url or url) != (pmcid, url)
        )

    def _content(self, record_id: int) -> Record:
        (row,) = self._db.rows("SELECT content FROM contents WHERE record_id = ?", [record_id])
        return decode_record(row["content"])

    def _new_work(self, at: datetime) -> int:
        return self._db.run(
            "INSERT INTO works (kind, title, first_seen_at) VALUES (?, ?, ?)", [Kind.ARTICLE, "", encode_time(at)]
        )

    def _drop(self, work_id: int) -> None:
        self._db.run("DELETE FROM lookups WHERE work_id = ?", [work_id])
        self._relations.drop(work_id)
        self._db.run("DELETE FROM works WHERE id = ?", [work_id])

    # -- reading --------------------------------------------------------------------------------------------------

    def get(self, work_id: int) -> Work | None:
        """A work by its id."""
        row = self._db.row(_WORK + " WHERE works.id = ?", [work_id])
        return None if row is None else _work(row)

    def search(self, words: Sequence[str], limit: int) -> list[Work]:
        """The works of which a record holds all the words (a trailing * truncates), the best first by FTS5's BM25.

        What has neither letter nor digit is passed over, for it is in no index; of nothing else nothing is found.
        """
        said = [f'"{folded}"{" *" if word.endswith("*") else ""}' for word in words if (folded := fold(word))]
        if not said:
            return []
        self._texts.catch_up()
        sql = """
            WITH found AS MATERIALIZED (
                SELECT rowid AS id, bm25(records_text, 4.0, 1.0, 2.0, 1.0, 1.0, 0.0) AS score
                FROM records_text WHERE records_text MATCH ?
            )
            SELECT works.*, content FROM found JOIN records USING (id)
            JOIN works ON works.id = work_id JOIN contents ON record_id = leading_record
            GROUP BY works.id ORDER BY min(score), works.id DESC LIMIT ?
        """
        return [_work(row) for row in self._db.rows(sql, [f"{{{READABLE}}} : ({' AND '.join(said)})", limit])]

    def untold(self, digest: str, queries: Sequence[str]) -> list[Work]:
        """The works that one of the queries matched and that no digest of this name has told, or held back."""
        where = """
            WHERE works.id IN (
                SELECT work_id FROM record_matches JOIN records ON records.id = record_id
                WHERE query IN (SELECT value FROM json_each(?1))
            )
            AND works.id NOT IN (SELECT work_id FROM entries JOIN digests ON digests.id = digest_id WHERE name = ?2)
            AND works.id NOT IN (SELECT work_id FROM held JOIN digests ON digests.id = digest_id WHERE name = ?2)
            ORDER BY works.id
        """
        return [_work(row) for row in self._db.rows(_WORK + where, [json.dumps(list(queries)), digest])]

    def matched(self, queries: Sequence[str] | None, since: datetime | None) -> list[Work]:
        """The works that one of the queries (any query, for None) matched, first seen then or later, in that order."""
        where = """
            WHERE works.id IN (
                SELECT work_id FROM record_matches JOIN records ON records.id = record_id
                WHERE ?1 IS NULL OR query IN (SELECT value FROM json_each(?1))
            )
            AND first_seen_at >= ?2 ORDER BY first_seen_at, works.id
        """
        names = None if queries is None else json.dumps(list(queries))
        return [_work(row) for row in self._db.rows(_WORK + where, [names, encode_time(since) if since else ""])]

    def held(self, limit: int) -> list[Work]:
        """The works that a digest held back and that none has told, the last ones first."""
        where = """
            WHERE works.id IN (SELECT work_id FROM held) AND works.id NOT IN (SELECT work_id FROM entries)
            ORDER BY works.id DESC LIMIT ?
        """
        return [_work(row) for row in self._db.rows(_WORK + where, [limit])]

    def counts(self) -> dict[str, int]:
        """How many works there are of each kind."""
        return {row[0]: row[1] for row in self._db.rows("SELECT kind, count(*) FROM works GROUP BY kind ORDER BY kind")}


def _work(row: sqlite3.Row) -> Work:
    return Work(
        id=row["id"],
        first_seen_at=decode_time(row["first_seen_at"]),
        record=decode_record(row["content"]),
        pmid=row["pmid"] and Pmid(row["pmid"]),
        doi=row["doi"] and Doi(row["doi"]),
        pmcid=row["pmcid"] and Pmcid(row["pmcid"]),
        url=row["url"],
    )

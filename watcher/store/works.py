"""Works, their records and keys, and which queries matched them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from watcher import markup
from watcher.models import Doi, Match, Pmcid, Pmid, Record, Work
from watcher.store.codec import decode_record, decode_time, encode_record, encode_time
from watcher.works.identity import Known, NewWork, SameWork, better, keys

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from watcher.store.connection import Connection

_WORK = """
    SELECT works.*, records.content FROM works JOIN records ON records.id = works.leading_record
"""


class Works:
    """What has been seen."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

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
        row = self._db.row("SELECT content FROM records WHERE source = ? AND source_id = ?", [source, source_id])
        return None if row is None else decode_record(row["content"])

    def candidates(self, record: Record) -> tuple[Known, ...]:
        """The works that share a key with the record."""
        sql = "SELECT DISTINCT work_id FROM keys WHERE key IN (SELECT value FROM json_each(?)) ORDER BY work_id"
        ids = [row["work_id"] for row in self._db.rows(sql, [json.dumps(keys(record))])]
        return tuple(Known(work_id, self.records(work_id)) for work_id in ids)

    def records(self, work_id: int) -> tuple[Record, ...]:
        """The records of a work, in the order in which they came."""
        sql = "SELECT content FROM records WHERE work_id = ? ORDER BY id"
        return tuple(decode_record(row["content"]) for row in self._db.rows(sql, [work_id]))

    def provenance(self, work_id: int) -> list[tuple[str, str, datetime, str, str]]:
        """Of each record of a work: source, the source's id, when it came, and by which rule and evidence."""
        sql = "SELECT source, source_id, retrieved_at, rule, evidence FROM records WHERE work_id = ? ORDER BY id"
        return [(r[0], r[1], decode_time(r[2]), r[3], r[4]) for r in self._db.rows(sql, [work_id])]

    # -- storing --------------------------------------------------------------------------------------------------

    def add(self, record: Record, decision: SameWork | NewWork, at: datetime) -> int:
        """Keep a record with the work that it was recognised as; gives the work's id. Call within a transaction."""
        if isinstance(decision, SameWork):
            work_id, rule, evidence = decision.work_id, decision.rule, decision.evidence
        else:
            work_id, rule, evidence = self._new_work(record, at), "new", ""
        record_id = self._db.run(
            "INSERT INTO records (work_id, source, source_id, retrieved_at, rule, evidence, content) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [work_id, record.source, record.source_id, encode_time(at), rule, evidence, encode_record(record)],
        )
        self._lead(work_id, record_id, record)
        self._db.run_many("INSERT OR IGNORE INTO keys VALUES (?, ?)", [(key, work_id) for key in keys(record)])
        self._relate(work_id, record)
        return work_id

    def replace(self, record: Record, at: datetime) -> None:
        """Put a newer form of a stored record in the place of the old one, which is kept as a revision.

        Call within a transaction, for a record whose source's id is stored.
        """
        row = self._db.row(
            "SELECT records.id, work_id, content, leading_record FROM records JOIN works ON works.id = work_id "
            "WHERE source = ? AND source_id = ?",
            [record.source, record.source_id],
        )
        if row is None:
            raise AssertionError(record.source_id)
        record_id, work_id = row["id"], row["work_id"]
        self._db.run(
            "INSERT INTO revisions (record_id, replaced_at, content) VALUES (?, ?, ?)",
            [record_id, encode_time(at), row["content"]],
        )
        self._db.run("UPDATE records SET content = ? WHERE id = ?", [encode_record(record), record_id])
        if row["leading_record"] == record_id:
            self._speak(work_id, record_id, record)
        self._lead(work_id, record_id, record)
        # A corrected DOI leads here no longer; what the work's other records say still does.
        self._db.run("DELETE FROM keys WHERE work_id = ?", [work_id])
        found = [(key, work_id) for one in self.records(work_id) for key in keys(one)]
        self._db.run_many("INSERT OR IGNORE INTO keys VALUES (?, ?)", found)
        self._relate(work_id, record)

    def withdraw(self, pmids: Iterable[str], source: str, at: datetime) -> int:
        """Note which of these PMIDs, deleted by PubMed as `source` says, are stored; gives how many were not noted
        before. Their works stay. Call within a transaction.
        """
        known = sorted(self.of_source("pubmed", pmids))
        before = self._withdrawn()
        self._db.run_many(
            "INSERT OR IGNORE INTO withdrawn (pmid, noted_at, source) VALUES (?, ?, ?)",
            [(pmid, encode_time(at), source) for pmid in known],
        )
        return self._withdrawn() - before

    def _withdrawn(self) -> int:
        row = self._db.row("SELECT count(*) FROM withdrawn")
        return row[0] if row else 0

    def _new_work(self, record: Record, at: datetime) -> int:
        return self._db.run(
            "INSERT INTO works (kind, title, first_seen_at) VALUES (?, ?, ?)",
            [record.kind, markup.plain(record.title), encode_time(at)],
        )

    def _lead(self, work_id: int, record_id: int, record: Record) -> None:
        """Add the record's identifiers to the work, and let it speak for the work if it does so better."""
        self._db.run(
            "UPDATE works SET doi = coalesce(doi, ?), pmid = coalesce(pmid, ?), pmcid = coalesce(pmcid, ?), "
            "url = coalesce(url, ?) WHERE id = ?",
            [record.doi, record.pmid, record.pmcid, record.url, work_id],
        )
        leading = self._db.row(_WORK + " WHERE works.id = ?", [work_id])
        if leading is None or better(record, decode_record(leading["content"])):
            self._speak(work_id, record_id, record)

    def _speak(self, work_id: int, record_id: int, record: Record) -> None:
        """Let the record speak for the work."""
        self._db.run(
            "UPDATE works SET kind = ?, title = ?, published = coalesce(?, published), doi = coalesce(?, doi), "
            "pmid = coalesce(?, pmid), leading_record = ? WHERE id = ?",
            [record.kind, markup.plain(record.title), record.published, record.doi, record.pmid, record_id, work_id],
        )
        self._db.run("DELETE FROM works_text WHERE rowid = ?", [work_id])
        abstract = " ".join(markup.plain(passage.text) for passage in record.abstract)
        authors = ", ".join(map(str, record.authors))
        self._db.run(
            "INSERT INTO works_text (rowid, title, abstract, authors, journal) VALUES (?, ?, ?, ?, ?)",
            [work_id, markup.plain(record.title), abstract, authors, record.journal],
        )

    def _relate(self, work_id: int, record: Record) -> None:
        """Tie the work to those that its record names, and those that named it before it was known to it."""
        for related in record.related:
            if related.pmid:
                self._db.run(
                    "INSERT OR IGNORE INTO relations (work_id, kind, other_id, other_pmid) VALUES (?, ?, "
                    "(SELECT min(work_id) FROM keys WHERE key = ?), ?)",
                    [work_id, related.kind, f"pmid:{related.pmid}", related.pmid],
                )
        if record.pmid:
            self._db.run("UPDATE relations SET other_id = ? WHERE other_pmid = ?", [work_id, record.pmid])

    def match(self, match: Match, at: datetime) -> None:
        """Note that a query found a work; once noted, it stays as it was. Call within a transaction."""
        self._db.run(
            "INSERT OR IGNORE INTO matches (work_id, query, phrases, matched_at) VALUES (?, ?, ?, ?)",
            [match.work_id, match.query, json.dumps(match.phrases, ensure_ascii=False), encode_time(at)],
        )

    # -- reading --------------------------------------------------------------------------------------------------

    def matched(self, query: str, work_ids: Iterable[int]) -> set[int]:
        """Which of the works the query is known to match."""
        sql = "SELECT work_id FROM matches WHERE query = ? AND work_id IN (SELECT value FROM json_each(?))"
        return {row["work_id"] for row in self._db.rows(sql, [query, json.dumps(list(work_ids))])}

    def matches(self, work_id: int) -> tuple[Match, ...]:
        """The queries that matched a work."""
        rows = self._db.rows("SELECT * FROM matches WHERE work_id = ? ORDER BY matched_at, query", [work_id])
        return tuple(_match(row) for row in rows)

    def relations(self, work_id: int) -> list[tuple[str, int | None, str]]:
        """What a work is to others, as its records say: kind, the other work if it is known, its PMID."""
        rows = self._db.rows("SELECT kind, other_id, other_pmid FROM relations WHERE work_id = ?", [work_id])
        return [(row["kind"], row["other_id"], row["other_pmid"]) for row in rows]

    def get(self, work_id: int) -> Work | None:
        """A work by its id."""
        row = self._db.row(_WORK + " WHERE works.id = ?", [work_id])
        return None if row is None else _work(row)

    def find(self, *, pmid: str | None, doi: str | None, pmcid: str | None, url_key: str | None) -> Work | None:
        """The work of an identifier or address (one alone is enough)."""
        for key in (f"pmid:{pmid}", f"doi:{doi}", f"pmcid:{pmcid}", url_key):
            row = self._db.row("SELECT work_id FROM keys WHERE key = ? ORDER BY work_id", [key])
            if row is not None:
                return self.get(row["work_id"])
        return None

    def search(self, words: Sequence[str], limit: int) -> list[Work]:
        """The works that hold all the words (a trailing * truncates), the best first by FTS5's BM25.

        What has neither letter nor digit is passed over, for it is in no index; of nothing else nothing is found.
        """
        tidied = [markup.tidy(word) for word in words]  # NUL would end FTS5's reading in the middle
        said = [word for word in tidied if any(c.isalnum() for c in word)]
        if not said:
            return []
        quoted = ['"' + w.rstrip("*").replace('"', '""') + '"' + ("*" if w.endswith("*") else "") for w in said]
        sql = (
            "SELECT works.*, records.content FROM works_text JOIN works ON works.id = works_text.rowid "
            "JOIN records ON records.id = works.leading_record WHERE works_text MATCH ? "
            "ORDER BY bm25(works_text, 4.0, 1.0, 2.0, 1.0), works.id DESC LIMIT ?"
        )
        return [_work(row) for row in self._db.rows(sql, [" ".join(quoted), limit])]

    def untold(self, digest: str, queries: Sequence[str]) -> list[tuple[Work, tuple[Match, ...]]]:
        """The works that one of the queries matched and that no digest of this name has told, with those matches."""
        sql = """
            SELECT works.*, records.content FROM works JOIN records ON records.id = works.leading_record
            WHERE works.id IN (SELECT work_id FROM matches WHERE query IN (SELECT value FROM json_each(?)))
            AND works.id NOT IN (SELECT work_id FROM entries JOIN digests ON digests.id = digest_id WHERE name = ?)
            ORDER BY works.id
        """
        works = [_work(row) for row in self._db.rows(sql, [json.dumps(list(queries)), digest])]
        wanted = set(queries)
        return [(work, tuple(m for m in self.matches(work.id) if m.query in wanted)) for work in works]

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


def _match(row: sqlite3.Row) -> Match:
    return Match(row["work_id"], row["query"], tuple(json.loads(row["phrases"])))

"""Runs of polls: what was asked, when, and what came of it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

from watcher.models import Run, Window
from watcher.store import cited, citing, editions, follows, lookups, pages
from watcher.store.codec import decode_time, encode_time

if TYPE_CHECKING:
    import sqlite3

    from watcher.store.connection import Connection

# The sources whose runs are of no query and no feed, as a person reads them.
STAGES = {stage.SOURCE: stage.NAME for stage in (lookups, cited, follows, citing, pages, editions)}
# Those of them that ask PubMed: what keeps it from answering keeps it from answering all of them.
OF_PUBMED = frozenset(stage.SOURCE for stage in (lookups, cited, follows, citing))


class Runs:
    """What was asked, when, and what came of it."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def start(
        self, source: str, query: str | None, at: datetime, window: Window | None = None, term: str | None = None
    ) -> int:
        """Note that a run begins; gives its id. One that never finishes was cut short, and counts as failed."""
        with self._db.transaction():
            return self._db.run(
                "INSERT INTO runs (source, query, started_at, window_first, window_last, term, error) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    source, query, encode_time(at), window and window.first.isoformat(),
                    window and window.last.isoformat(), term, "it was cut short",
                ],
            )  # fmt: skip

    def finish(
        self,
        run_id: int,
        at: datetime,
        *,
        found: int,
        new: int,
        error: str | None = None,
        notes: tuple[str, ...] = (),
        translation: str = "",
    ) -> None:
        """Note what came of a run. Call within the transaction that stores it, so that both are true or neither."""
        with self._db.transaction():
            self._db.run(
                "UPDATE runs SET finished_at = ?, found = ?, new = ?, error = ?, notes = ?, translation = ? "
                "WHERE id = ?",
                [encode_time(at), found, new, error, json.dumps(notes, ensure_ascii=False), translation, run_id],
            )

    def last(self, source: str, query: str | None = None, *, successful: bool = False) -> Run | None:
        """The latest run of a source (of a query on it), or the latest that succeeded."""
        sql = "SELECT * FROM runs WHERE source = ? AND query IS ?"
        row = self._db.row(sql + (" AND error IS NULL" if successful else "") + " ORDER BY id DESC", [source, query])
        return None if row is None else _run(row)

    def owed(self, source: str, query: str | None) -> date | None:
        """The first day of the windows of the runs that failed since the last success, if any did."""
        sql = """
            SELECT min(window_first) AS first FROM runs WHERE source = ? AND query IS ? AND error IS NOT NULL
            AND id > coalesce((SELECT max(id) FROM runs WHERE source = ? AND query IS ? AND error IS NULL), 0)
        """
        row = self._db.row(sql, [source, query, source, query])
        return date.fromisoformat(row["first"]) if row and row["first"] else None

    def failed_in_a_row(self, source: str, query: str | None) -> int:
        """How many runs have failed since the last that succeeded."""
        sql = """
            SELECT count(*) FROM runs WHERE source = ? AND query IS ?
            AND id > coalesce((SELECT max(id) FROM runs WHERE source = ? AND query IS ? AND error IS NULL), 0)
        """
        row = self._db.row(sql, [source, query, source, query])
        return row[0] if row else 0

    def first_at(self) -> datetime | None:
        """When anything was first asked."""
        row = self._db.row("SELECT min(started_at) FROM runs")
        return decode_time(row[0]) if row and row[0] else None

    def asked_from(self, query: str | None = None) -> date | None:
        """The first day that a successful run (of a query, or of any) has asked PubMed about."""
        sql = (
            "SELECT min(window_first) AS first FROM runs WHERE source = 'pubmed' AND error IS NULL "
            "AND (?1 IS NULL OR query = ?1)"
        )
        row = self._db.row(sql, [query])
        return date.fromisoformat(row["first"]) if row and row["first"] else None

    def between(self, since: datetime | None, until: datetime) -> list[Run]:
        """The runs that started after `since` and not after `until`, in order."""
        sql = "SELECT * FROM runs WHERE started_at > ? AND started_at <= ? ORDER BY id"
        return [_run(row) for row in self._db.rows(sql, [encode_time(since) if since else "", encode_time(until)])]

    def latest(self) -> list[Run]:
        """The latest run of each source and query, by name."""
        sql = "SELECT * FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY source, query) ORDER BY source, query"
        return [_run(row) for row in self._db.rows(sql)]

    def failing(self) -> list[tuple[Run, datetime]]:
        """The latest runs of sources and queries that failed, each with the first failure after its last success."""
        sql = (
            "SELECT min(started_at) AS since FROM runs WHERE source = ? AND query IS ? AND id > coalesce("
            "(SELECT max(id) FROM runs WHERE source = ? AND query IS ? AND error IS NULL), 0)"
        )
        failures = []
        for run in self.latest():
            if run.error is not None:
                row = self._db.row(sql, [run.source, run.query, run.source, run.query])
                failures.append((run, decode_time(row["since"]) if row and row["since"] else run.started_at))
        return failures


def _run(row: sqlite3.Row) -> Run:
    window = None
    if row["window_first"]:
        window = Window(date.fromisoformat(row["window_first"]), date.fromisoformat(row["window_last"]))
    return Run(
        id=row["id"], source=row["source"], query=row["query"], started_at=decode_time(row["started_at"]),
        finished_at=decode_time(row["finished_at"]) if row["finished_at"] else None, window=window, found=row["found"],
        new=row["new"], error=row["error"], notes=tuple(json.loads(row["notes"])), term=row["term"],
        translation=row["translation"],
    )  # fmt: skip

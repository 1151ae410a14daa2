"""What a reader has called good or bad: kept by record, so that it goes along when works are merged or split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.codec import decode_record, encode_time

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.models import Record
    from watcher.store.connection import Connection


class Ratings:
    """Of works; the last word on a work counts."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def keep(self, work_id: int, at: datetime, *, good: bool | None) -> None:
        """Call all records of a work good or bad, in place of what was said before; with None, neither."""
        with self._db.transaction():
            self._db.run("DELETE FROM ratings WHERE record_id IN (SELECT id FROM records WHERE work_id = ?)", [work_id])
            if good is not None:
                self._db.run(
                    "INSERT INTO ratings SELECT id, ?, ? FROM records WHERE work_id = ?",
                    [good, encode_time(at), work_id],
                )

    def of_work(self, work_id: int) -> bool | None:
        """Whether a work was called good, or bad, or neither."""
        sql = """
            SELECT good FROM ratings JOIN records ON records.id = record_id WHERE work_id = ?
            ORDER BY rated_at DESC, record_id DESC
        """
        row = self._db.row(sql, [work_id])
        return None if row is None else bool(row["good"])

    def records(self) -> tuple[list[Record], list[Record]]:
        """The leading records of the works that were called good, and of those called bad."""
        # SQLite gives the bare columns of the row that has the maximum.
        sql = """
            SELECT max(rated_at), good, content FROM ratings
            JOIN records ON records.id = ratings.record_id JOIN works ON works.id = work_id
            JOIN contents ON contents.record_id = leading_record GROUP BY works.id ORDER BY works.id
        """
        rows = [(bool(row["good"]), decode_record(row["content"])) for row in self._db.rows(sql)]
        return [record for good, record in rows if good], [record for good, record in rows if not good]

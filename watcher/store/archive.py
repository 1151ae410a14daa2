"""What is known of all records together: the sums of `watcher.works.archive`, advanced by what came since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.codec import decode_record
from watcher.works.archive import Archive, Share, sums
from watcher.works.vocabulary import VERSION, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.models import Record
    from watcher.store.connection import Connection

_BATCH = 500  # records that are counted in one go
_ADD = """
    INSERT INTO archive_terms VALUES (?, ?, ?, ?) ON CONFLICT (term) DO UPDATE SET records = records + excluded.records,
        total = total + excluded.total, squares = squares + excluded.squares
"""


class Archives:
    """The archive's words. Each record counts once, as it was when it was last counted."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def read(self) -> Archive:
        """As far as it is counted."""
        row = self._db.row("SELECT records FROM archive WHERE version = ?", [VERSION])
        if row is None:
            return Archive()
        terms = self._db.rows("SELECT term, records, total, squares FROM archive_terms")
        return Archive(
            row["records"], {term: Share(records, total, squares) for term, records, total, squares in terms}
        )

    def advance(self) -> None:
        """Count the records that have come, and been revised, since; nothing else is read."""
        with self._db.transaction():
            self._db.run("DELETE FROM archive_terms WHERE (SELECT version FROM archive) != ?", [VERSION])
            self._db.run("UPDATE archive SET records = 0, last_record = 0, version = ?1 WHERE version != ?1", [VERSION])
            self._recount()
            while self._count():
                pass

    def latest(self, limit: int) -> Iterator[Record]:
        """The leading records of the works that came last."""
        sql = "SELECT content FROM works JOIN contents ON record_id = leading_record ORDER BY works.id DESC LIMIT ?"
        return (decode_record(row["content"]) for row in self._db.rows(sql, [limit]))

    def _recount(self) -> None:
        """Count what was revised as it is now, and no more as it was when it was counted."""
        # SQLite gives the bare columns of the row that has the minimum: the first form that was replaced since.
        sql = """
            SELECT min(revisions.rowid), revisions.content AS before, contents.content AS now
            FROM revisions JOIN contents USING (record_id), archive
            WHERE revisions.rowid > last_revision AND record_id <= last_record GROUP BY record_id
        """
        rows = self._db.rows(sql)
        self._add(_words(row["now"] for row in rows), _words(row["before"] for row in rows))
        self._db.run("UPDATE archive SET last_revision = (SELECT coalesce(max(rowid), 0) FROM revisions)")

    def _count(self) -> bool:
        """Count some of what is new; whether there was any."""
        sql = "SELECT * FROM contents WHERE record_id > (SELECT last_record FROM archive) ORDER BY record_id LIMIT ?"
        rows = self._db.rows(sql, [_BATCH])
        self._add(_words(row["content"] for row in rows))
        if rows:
            self._db.run("UPDATE archive SET last_record = ?", [rows[-1]["record_id"]])
        return bool(rows)

    def _add(self, added: Iterable[dict[str, int]], removed: Iterable[dict[str, int]] = ()) -> None:
        count, shares = sums(added, removed)
        self._db.run_many(_ADD, [(term, *share) for term, share in shares.items()])
        self._db.run("UPDATE archive SET records = records + ?", [count])
        if any(share.records < 0 for share in shares.values()):
            self._db.run("DELETE FROM archive_terms WHERE records <= 0")


def _words(contents: Iterable[str]) -> Iterator[dict[str, int]]:
    return (words(decode_record(content)) for content in contents)

"""The digests that were kept, with their pages: so that the files made of them can be made again."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from watcher.store.codec import decode_time
from watcher.told import Edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.store.connection import Connection

SOURCE = "archive"  # of the runs that write the files
NAME = "the archive of digests"  # as a person reads it


class Editions:
    """Every digest that was kept since pages are."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def keep(self, digest_id: int, *, day: str, counts: str, page: str, works: str) -> None:
        """Keep a digest's page and its works, as JSON; call within the transaction that keeps the digest."""
        with self._db.transaction():
            self._db.run(
                "INSERT INTO editions VALUES (?, ?, ?, ?, ?)",
                [digest_id, day, counts, _packed(page), _packed(works)],
            )

    def all(self) -> list[Edition]:
        """The latest first."""
        sql = """
            SELECT digest_id, name, composed_at, day, subject, counts
            FROM editions JOIN digests ON digests.id = digest_id ORDER BY digest_id DESC
        """
        return [
            Edition(
                id=row["digest_id"], name=row["name"], composed_at=decode_time(row["composed_at"]), day=row["day"],
                subject=row["subject"], counts=row["counts"],
            )
            for row in self._db.rows(sql)
        ]  # fmt: skip

    def content(self, editions: Iterable[Edition]) -> Iterator[tuple[Edition, str, str]]:
        """Each with its page and its works (JSON), in the order given, one read at a time."""
        for edition in editions:
            row = self._db.row("SELECT page, works FROM editions WHERE digest_id = ?", [edition.id])
            if row is not None:
                yield edition, _unpacked(row["page"]), _unpacked(row["works"])


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode())


def _unpacked(packed: bytes) -> str:
    return zlib.decompress(packed).decode()

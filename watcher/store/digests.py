"""Digests, what they told, their turns, and the deliveries that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.models import Delivery, Digest, State
from watcher.store.codec import decode_time, encode_time

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from watcher.store.connection import Connection

# The sections of what is told again, and of what is told of the cited works; no query has such names.
UPDATES, SOURCES = ":updates", ":sources"


@dataclass(frozen=True, slots=True)
class Telling:
    """That a digest told of a work: which, when, at which of its entries (from 1), and to whom with what success, as of
    when.
    """

    digest_id: int
    name: str
    composed_at: datetime
    section: str
    position: int
    entries: int
    deliveries: tuple[tuple[str, State, datetime], ...]


class Digests:
    """What was told, and what became of it."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def last_composed(self, name: str) -> datetime | None:
        """When a digest of this name last had something to tell, up to which moment: the next one begins there."""
        row = self._db.row("SELECT until FROM digests WHERE name = ? ORDER BY id DESC", [name])
        return None if row is None else decode_time(row["until"])

    def last_turn(self, name: str) -> datetime | None:
        """When it was last this digest's turn, whether or not there was something to tell."""
        row = self._db.row("SELECT taken_at FROM turns WHERE digest = ?", [name])
        return None if row is None else decode_time(row["taken_at"])

    def take_turn(self, name: str, at: datetime) -> None:
        """Note that it was this digest's turn; a turn never moves back."""
        with self._db.transaction():
            self._db.run(
                "INSERT INTO turns VALUES (?, ?) "
                "ON CONFLICT (digest) DO UPDATE SET taken_at = max(taken_at, excluded.taken_at)",
                [name, encode_time(at)],
            )

    def keep(self, digest: Digest, subject: str, messages: Sequence[tuple[str, str, bytes]]) -> int:
        """Keep a digest, what it tells and holds back, and its messages (recipient, Message-ID, bytes); gives its id.

        Call within the transaction that takes its turn: told and delivered are then true together.
        """
        at, since = encode_time(digest.composed_at), digest.receipt.since
        with self._db.transaction():
            digest_id = self._db.run(
                "INSERT INTO digests (name, composed_at, since, until, subject) VALUES (?, ?, ?, ?, ?)",
                [digest.name, at, since and encode_time(since), encode_time(digest.receipt.until), subject],
            )
            told = [(UPDATES, entry) for entry in digest.updates] + [(SOURCES, entry) for entry in digest.sources]
            told += [(section.query, entry) for section in digest.sections for entry in section.entries]
            for position, (section, entry) in enumerate(told, 1):
                self._db.run(
                    "INSERT INTO entries (digest_id, section, position, work_id, record_id) "
                    "SELECT ?, ?, ?, id, leading_record FROM works WHERE id = ?",
                    [digest_id, section, position, entry.work.id],
                )
            self._db.run_many("INSERT INTO told_pages VALUES (?, ?)", [(digest_id, page.id) for page in digest.pages])
            held = [(section.query, entry) for section in digest.held for entry in section.entries]
            self._db.run_many(
                "INSERT INTO held (digest_id, section, work_id, record_id) "
                "SELECT ?, ?, id, leading_record FROM works WHERE id = ?",
                [(digest_id, section, entry.work.id) for section, entry in held],
            )
            for recipient, message_id, message in messages:
                self._db.run(
                    "INSERT INTO deliveries (digest_id, recipient, message_id, state, changed_at, message) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    [digest_id, recipient, message_id, State.PENDING, at, message],
                )
        return digest_id

    def told_notes(self, name: str) -> set[str]:
        """The notes that stood for the last digest of this name: told by it, or before it and come again since."""
        return {row["note"] for row in self._db.rows("SELECT note FROM told_notes WHERE digest = ?", [name])}

    def keep_notes(self, name: str, notes: Iterable[str]) -> None:
        """Let these be the notes that are told; one that has ceased is news when it comes back."""
        with self._db.transaction():
            self._db.run("DELETE FROM told_notes WHERE digest = ?", [name])
            self._db.run_many("INSERT INTO told_notes VALUES (?, ?)", [(name, note) for note in notes])

    def tellings(self, work_id: int) -> list[Telling]:
        """The digests that told of a work."""
        sql = """
            SELECT digests.*, section, position,
                (SELECT count(*) FROM entries WHERE digest_id = digests.id) AS entries
            FROM entries JOIN digests ON digests.id = digest_id WHERE work_id = ? ORDER BY digests.id, position
        """
        return [
            Telling(
                row["id"], row["name"], decode_time(row["composed_at"]), row["section"], row["position"],
                row["entries"], self._states(row["id"]),
            )
            for row in self._db.rows(sql, [work_id])
        ]  # fmt: skip

    def held_back(self, work_id: int) -> list[tuple[str, datetime, str]]:
        """The digests that held a work back: name, when it was composed, and the query."""
        sql = """
            SELECT name, composed_at, section FROM held JOIN digests ON digests.id = digest_id
            WHERE work_id = ? ORDER BY digests.id
        """
        return [(row["name"], decode_time(row["composed_at"]), row["section"]) for row in self._db.rows(sql, [work_id])]

    def latest(self) -> list[tuple[int, str, datetime, int, str]]:
        """The latest digest of each name: id, name, when it was composed, how many works it told, its subject."""
        sql = """
            SELECT id, name, composed_at, subject,
                (SELECT count(*) FROM entries WHERE digest_id = digests.id) AS works
            FROM digests WHERE id IN (SELECT max(id) FROM digests GROUP BY name) ORDER BY name
        """
        rows = self._db.rows(sql)
        return [(r["id"], r["name"], decode_time(r["composed_at"]), r["works"], r["subject"]) for r in rows]

    def _states(self, digest_id: int) -> tuple[tuple[str, State, datetime], ...]:
        sql = "SELECT recipient, state, changed_at FROM deliveries WHERE digest_id = ? ORDER BY id"
        rows = self._db.rows(sql, [digest_id])
        return tuple((row["recipient"], State(row["state"]), decode_time(row["changed_at"])) for row in rows)


class Deliveries:
    """The outbox's memory."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def open(self) -> list[Delivery]:
        """Those that are not settled: pending, sending or unknown, the oldest first."""
        sql = "SELECT * FROM deliveries WHERE state IN ('pending', 'sending', 'unknown') ORDER BY id"
        return [_delivery(row) for row in self._db.rows(sql)]

    def failed_since(self, since: datetime | None) -> list[tuple[Delivery, datetime]]:
        """Those that the server refused for good, or that may or may not have arrived, after a moment; with when."""
        sql = "SELECT * FROM deliveries WHERE state IN ('failed', 'unknown') AND changed_at > ? ORDER BY id"
        rows = self._db.rows(sql, [encode_time(since) if since else ""])
        return [(_delivery(row), decode_time(row["changed_at"])) for row in rows]

    def keep(self, delivery: Delivery, at: datetime) -> None:
        """Keep what became of a delivery; it is on the disk when this returns."""
        with self._db.transaction():
            self._db.run(
                "UPDATE deliveries SET state = ?, attempts = ?, next_attempt_at = ?, changed_at = ?, error = ? "
                "WHERE id = ?",
                [
                    delivery.state, delivery.attempts,
                    delivery.next_attempt_at and encode_time(delivery.next_attempt_at),
                    encode_time(at), delivery.error, delivery.id,
                ],
            )  # fmt: skip

    def counts(self) -> dict[State, int]:
        """How many there are in each state."""
        rows = self._db.rows("SELECT state, count(*) FROM deliveries GROUP BY state")
        return {State(row[0]): row[1] for row in rows}


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"], digest_id=row["digest_id"], recipient=row["recipient"], message_id=row["message_id"],
        message=bytes(row["message"]), state=State(row["state"]), attempts=row["attempts"], error=row["error"],
        next_attempt_at=decode_time(row["next_attempt_at"]) if row["next_attempt_at"] else None,
    )  # fmt: skip

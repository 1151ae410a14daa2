"""The deliveries that carry digests: the outbox's memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.store.codec import decode_time, encode_time
from watcher.store.digests import ALARM, SOURCES, UPDATES
from watcher.told import Delivery, State

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from watcher.store.connection import Connection
    from watcher.told import Frozen

# What a digest's reader (by a bare address) was not told: deliveries given up, and those in whose stead they went.
_OWED = """
    WITH RECURSIVE owed (id, digest_id, state, error) AS (
        SELECT given_up.id, digest_id, state, error FROM given_up JOIN digests ON digests.id = digest_id
        WHERE name = ? AND recipient = ?
        UNION
        SELECT old.id, old.digest_id, old.state, old.error
        FROM deliveries AS old JOIN owed ON old.successor = owed.id
    )
    SELECT owed.*, composed_at, since FROM owed JOIN digests ON digests.id = digest_id ORDER BY owed.id
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a reader was to be told by digests that did not reach them, and what the next one is to hold for them.

    `deliveries` are those that are to go no more; `digests` are the ids of these digests; `composed_at` is the first
    one's, `since` where that began. `works`, `updates` and `sources` (with what was said of each) are ids of works,
    in order; `error` says why the last one was given up.
    """

    deliveries: tuple[int, ...]
    digests: tuple[int, ...]
    composed_at: datetime
    since: datetime | None
    works: tuple[int, ...]
    updates: tuple[tuple[int, str], ...]
    sources: tuple[tuple[int, str], ...]
    error: str


class Deliveries:
    """Frozen messages and what became of them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, digest_id: int, messages: Iterable[Frozen], at: datetime) -> None:
        """Keep a digest's messages; those in whose stead they go have failed. Call within a transaction."""
        for frozen in messages:
            new = self._db.run(
                "INSERT INTO deliveries "
                "(digest_id, recipient, message_id, state, changed_at, message, brief_id, brief) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    digest_id, frozen.recipient, frozen.message_id, State.PENDING, encode_time(at), frozen.message,
                    frozen.brief_id, frozen.brief,
                ],
            )  # fmt: skip
            for old in frozen.carries:
                self._db.run(
                    "UPDATE deliveries SET state = 'failed', successor = ?, changed_at = ?, next_attempt_at = NULL, "
                    "error = 'told by the next digest, because it could not be delivered: ' || error WHERE id = ?",
                    [new, encode_time(at), old],
                )

    def shorten(self, delivery: Delivery, at: datetime) -> Delivery | None:
        """Let the short form of a message that was too large go in its stead; None where there is none.

        Where the whole may have arrived all the same, the short form is not given up either.
        Call within the transaction that keeps the failure.
        """
        row = self._db.row("SELECT brief_id, brief FROM deliveries WHERE id = ?", [delivery.id])
        if row is None or row["brief"] is None or delivery.successor is not None:
            return None
        new = self._db.run(
            "INSERT INTO deliveries (digest_id, recipient, message_id, state, changed_at, message, dots) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                delivery.digest_id, delivery.recipient, row["brief_id"], State.PENDING, encode_time(at), row["brief"],
                int(delivery.dots > 0),
            ],
        )  # fmt: skip
        self._db.run("UPDATE deliveries SET successor = ? WHERE id = ?", [new, delivery.id])
        return self.get(new)

    def get(self, delivery_id: int) -> Delivery | None:
        """A delivery by its id."""
        row = self._db.row("SELECT * FROM deliveries WHERE id = ?", [delivery_id])
        return None if row is None else _delivery(row)

    def open(self) -> list[Delivery]:
        """Those that are not settled: pending, sending or unknown, the oldest first."""
        sql = "SELECT * FROM deliveries WHERE state IN ('pending', 'sending', 'unknown') ORDER BY id"
        return [_delivery(row) for row in self._db.rows(sql)]

    def of_digest(self, digest_id: int) -> list[Delivery]:
        """A digest's, the oldest first."""
        rows = self._db.rows("SELECT * FROM deliveries WHERE digest_id = ? ORDER BY id", [digest_id])
        return [_delivery(row) for row in rows]

    def undelivered(self, since: datetime | None, name: str | None = None) -> list[tuple[Delivery, datetime]]:
        """Those of which it was settled from a moment on that they did not arrive, or may not have: refused for good,
        unknown for good, or given up; with when. Those in whose stead another goes are not among them.

        With a name, those of its digests and alarms alone: readers of others are not to hear of its readers.
        """
        sql = """
            SELECT deliveries.* FROM deliveries JOIN digests ON digests.id = digest_id
            WHERE successor IS NULL AND changed_at >= ?1 AND (?2 IS NULL OR name IN (?2, ?3)) AND (
                state = 'failed' OR (state = 'unknown' AND next_attempt_at IS NULL)
                OR deliveries.id IN (SELECT id FROM given_up)
            ) ORDER BY deliveries.id
        """
        rows = self._db.rows(sql, [encode_time(since) if since else "", name, ALARM + (name or "")])
        return [(_delivery(row), decode_time(row["changed_at"])) for row in rows]

    def owed(self, digest: str, recipient: str) -> Owed | None:
        """What digests of a name still owe a recipient (a bare address)."""
        rows = self._db.rows(_OWED, [digest, recipient])
        if not rows:
            return None
        sql = """
            SELECT work_id, section, change FROM entries
            WHERE digest_id IN (SELECT value FROM json_each(?)) ORDER BY digest_id, position
        """
        digests = tuple(dict.fromkeys(row["digest_id"] for row in rows))
        told = self._db.rows(sql, [json.dumps(digests)])
        first, last = rows[0], rows[-1]
        return Owed(
            deliveries=tuple(row["id"] for row in rows if row["state"] == State.PENDING),
            digests=digests,
            composed_at=decode_time(first["composed_at"]),
            since=decode_time(first["since"]) if first["since"] else None,
            works=tuple(dict.fromkeys(row["work_id"] for row in told if row["section"] not in {UPDATES, SOURCES})),
            updates=tuple((row["work_id"], row["change"]) for row in told if row["section"] == UPDATES),
            sources=tuple((row["work_id"], row["change"]) for row in told if row["section"] == SOURCES),
            error=last["error"] or "",
        )

    def keep(self, delivery: Delivery, at: datetime) -> None:
        """Keep what became of a delivery; it is on the disk when this returns."""
        with self._db.transaction():
            self._db.run(
                "UPDATE deliveries SET state = ?, attempts = ?, next_attempt_at = ?, changed_at = ?, error = ?, "
                "dots = ? WHERE id = ?",
                [
                    delivery.state, delivery.attempts,
                    delivery.next_attempt_at and encode_time(delivery.next_attempt_at),
                    encode_time(at), delivery.error, delivery.dots, delivery.id,
                ],
            )  # fmt: skip

    def counts(self) -> dict[State, int]:
        """How many there are in each state; one in whose stead another goes is not counted beside that."""
        rows = self._db.rows("SELECT state, count(*) FROM deliveries WHERE successor IS NULL GROUP BY state")
        return {State(row[0]): row[1] for row in rows}


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"], digest_id=row["digest_id"], recipient=row["recipient"], message_id=row["message_id"],
        message=bytes(row["message"]), state=State(row["state"]), attempts=row["attempts"], error=row["error"],
        next_attempt_at=decode_time(row["next_attempt_at"]) if row["next_attempt_at"] else None, dots=row["dots"],
        successor=row["successor"],
    )  # fmt: skip

"""Digests, what they told, and their turns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.store.codec import decode_time, encode_time
from watcher.told import Digest, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.store.connection import Connection

# The sections of what is told again, and of what is told of the cited works; no query has such names.
UPDATES, SOURCES = ":updates", ":sources"
ALARM = ":alarm "  # before a digest's name, what its readers are alarmed by


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

    def keep(self, digest: Digest, subject: str) -> int:
        """Keep a digest, what it tells and what it holds back; gives its id.

        Call within the transaction that takes its turn and keeps its messages: told and delivered are then true
        together.
        """
        receipt = digest.receipt
        with self._db.transaction():
            digest_id = self._insert(digest.name, digest.composed_at, receipt.since, receipt.until, subject)
            told = [(UPDATES, entry) for entry in digest.updates] + [(SOURCES, entry) for entry in digest.sources]
            told += [(section.query, entry) for section in digest.sections for entry in section.entries]
            for position, (section, entry) in enumerate(told, 1):
                self._db.run(
                    "INSERT INTO entries (digest_id, section, position, work_id, record_id, change) "
                    "SELECT ?, ?, ?, id, leading_record, ? FROM works WHERE id = ?",
                    [digest_id, section, position, entry.change, entry.work.id],
                )
            self._db.run_many("INSERT INTO told_pages VALUES (?, ?)", [(digest_id, page.id) for page in digest.pages])
            held = [(section.query, entry) for section in digest.held for entry in section.entries]
            self._db.run_many(
                "INSERT INTO held (digest_id, section, work_id, record_id) "
                "SELECT ?, ?, id, leading_record FROM works WHERE id = ?",
                [(digest_id, section, entry.work.id) for section, entry in held],
            )
        return digest_id

    def keep_alarm(self, name: str, at: datetime, subject: str) -> int:
        """Keep that the readers of a digest were alarmed: a digest of a name of its own, which tells no works."""
        with self._db.transaction():
            return self._insert(ALARM + name, at, None, at, subject)

    def _insert(self, name: str, at: datetime, since: datetime | None, until: datetime, subject: str) -> int:
        return self._db.run(
            "INSERT INTO digests (name, composed_at, since, until, subject) VALUES (?, ?, ?, ?, ?)",
            [name, encode_time(at), since and encode_time(since), encode_time(until), subject],
        )

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

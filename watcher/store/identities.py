"""What records are recognised by: their compared forms and keys, what was found the same, what a person has said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.codec import decode_signature, encode_time, listed
from watcher.works.grouping import Correction
from watcher.works.identity import Findings, Member
from watcher.works.keys import number
from watcher.works.verdicts import Same

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from watcher.store.connection import Connection
    from watcher.store.keys import KeyIndex
    from watcher.works.keys import Keys
    from watcher.works.signature import Signature


class Identities:
    """By what records find each other. Everything that changes it is called within a transaction."""

    def __init__(self, connection: Connection, keys: KeyIndex) -> None:
        self._db = connection
        self._keys = keys

    def catch_up(self) -> None:
        """Put on the disk what the index of keys has in memory."""
        self._keys.catch_up()

    def candidates(self, signature: Signature, keys: Keys) -> list[Member]:
        """The stored records that share a key with this one, itself left out."""
        found = self._keys.records(keys.sought)
        return [member for member in self.members(found) if member.signature.ref != signature.ref] if found else []

    def members(self, record_ids: Iterable[int]) -> list[Member]:
        """These records as they are compared."""
        sql = "SELECT id, work_id, signature FROM records WHERE id IN ({}) ORDER BY id"
        return [_member(row) for row in self._db.rows_among(sql, sorted(record_ids))]

    def works_of(
        self, record_ids: Collection[int], candidates: Iterable[Member]
    ) -> tuple[dict[int, list[Member]], bool]:
        """The works of some of these candidates, with all their records; and whether one of those was found, or said by
        a person, to be the same as one of another work.
        """
        if not record_ids:  # as for most records
            return {}, False
        known = {member.record_id: member for member in candidates}
        work_ids = {known[record_id].work_id for record_id in record_ids}
        # In one question, because each costs more to ask than to answer.
        sql = """
            SELECT id, EXISTS (
                SELECT 1 FROM links JOIN records AS them ON them.id = other
                WHERE one = us.id AND strength IS NOT NULL AND them.work_id != us.work_id
                UNION ALL SELECT 1 FROM links JOIN records AS them ON them.id = one
                WHERE other = us.id AND strength IS NOT NULL AND them.work_id != us.work_id
                UNION ALL SELECT 1 FROM corrections WHERE one = us.id
                UNION ALL SELECT 1 FROM corrections WHERE other = us.id
            ) FROM records AS us WHERE work_id IN ({}) ORDER BY id
        """
        rows = self._db.rows_among(sql, [*work_ids])
        if unknown := [row[0] for row in rows if row[0] not in known]:
            known |= {member.record_id: member for member in self.members(unknown)}
        found: dict[int, list[Member]] = {}
        for row in rows:
            member = known[row[0]]
            found.setdefault(member.work_id, []).append(member)
        return found, any(row[1] for row in rows)

    def of_works(self, work_ids: Collection[int]) -> dict[int, list[Member]]:
        """All records of these works, as they are compared."""
        sql = "SELECT id, work_id, signature FROM records WHERE work_id IN ({}) ORDER BY id"
        found: dict[int, list[Member]] = {}
        for member in map(_member, self._db.rows_among(sql, [*work_ids])):
            found.setdefault(member.work_id, []).append(member)
        return found

    def connected(self, record_ids: Iterable[int]) -> set[int]:
        """These records and all that hang together with them, by what was found or said to be the same."""
        sql = """
            WITH RECURSIVE reached (id) AS (
                SELECT value FROM json_each(?)
                UNION SELECT CASE links.one WHEN reached.id THEN links.other ELSE links.one END
                FROM reached JOIN links ON (links.one = reached.id OR links.other = reached.id) AND strength IS NOT NULL
                UNION SELECT CASE c.one WHEN reached.id THEN c.other ELSE c.one END
                FROM reached JOIN corrections AS c ON (c.one = reached.id OR c.other = reached.id) AND same
            ) SELECT id FROM reached
        """
        return {row["id"] for row in self._db.rows(sql, [listed(record_ids)])}

    def links(self, record_ids: Collection[int]) -> dict[tuple[int, int], Same]:
        """What was found the same among these records."""
        sql = "SELECT * FROM links WHERE one IN (SELECT value FROM json_each(?)) AND strength IS NOT NULL"
        rows = self._db.rows(sql, [listed(record_ids)])
        return {
            (row["one"], row["other"]): Same(row["rule"], row["evidence"], row["strength"])
            for row in rows
            if row["other"] in record_ids
        }

    def corrections(self, record_ids: Iterable[int]) -> list[Correction]:
        """What a person has said of these records."""
        sql = "SELECT * FROM corrections WHERE one IN (SELECT value FROM json_each(?)) ORDER BY one, other"
        rows = self._db.rows(sql, [listed(record_ids)])
        return [Correction(row["one"], row["other"], bool(row["same"])) for row in rows]

    def keep(self, record_id: int, keys: Keys, findings: Findings) -> None:
        """Keep under which keys the last record is found, and what was found of it."""
        self._keys.keep(record_id, keys.kept)
        self._link(record_id, findings)

    def replace(self, record_id: int, before: Keys, keys: Keys, findings: Findings) -> None:
        """Keep of a stored record under which keys it is found now, and what was found of it."""
        self._keys.replace(record_id, before.kept, keys.kept)
        self._db.run("DELETE FROM links WHERE one = ?1 OR other = ?1", [record_id])
        self._link(record_id, findings)

    def _link(self, record_id: int, findings: Findings) -> None:
        if not findings.same and not findings.undecided:  # as of most records
            return
        found: list[tuple[int, int | None, str, str]] = [
            (other, same.strength, same.rule, same.evidence) for other, same in findings.same.items()
        ]
        found += [(other, None, undecided.why, "") for other, undecided in findings.undecided.items()]
        self._db.run_many(
            "INSERT INTO links VALUES (?, ?, ?, ?, ?)",
            [(min(record_id, other), max(record_id, other), *what) for other, *what in found],
        )

    def correct(self, pairs: Iterable[tuple[int, int]], at: datetime, *, same: bool) -> None:
        """Keep that a person has called records one work, or two; what was said of a pair before is forgotten."""
        self._db.run_many(
            "INSERT OR REPLACE INTO corrections VALUES (?, ?, ?, ?)",
            [(min(pair), max(pair), same, encode_time(at)) for pair in pairs],
        )

    def doubts(self, work_id: int) -> list[tuple[str, int, str, bool]]:
        """What speaks for one work with records of others, and did not suffice: the record here, the work, and why; and
        whether it would have sufficed, had nothing overruled it. Such come first.
        """
        sql = """
            SELECT us.source || ' ' || us.source_id AS ours, them.work_id AS theirs, rule,
                strength IS NOT NULL AS found FROM records AS us
            JOIN links ON links.one = us.id OR links.other = us.id
            JOIN records AS them ON them.id = links.one + links.other - us.id
            WHERE us.work_id = ?1 AND them.work_id != ?1 ORDER BY found DESC, us.id, them.id
        """
        return [(row["ours"], row["theirs"], row["rule"], bool(row["found"])) for row in self._db.rows(sql, [work_id])]

    def article(self, key: str) -> int | None:
        """The work that a key ("pmid:…", "doi:…", "pmcid:…") is an identifier of: no news of it, and a notice only
        where nothing else bears it; one with a record of PubMed's first, then the oldest.
        """
        sql = """
            SELECT work_id FROM records JOIN works ON works.id = work_id
            WHERE records.id IN (SELECT value FROM json_each(?)) AND kind != 'news'
            ORDER BY kind = 'notice', source != 'pubmed', work_id
        """
        row = self._db.row(sql, [listed(self._keys.records([number(key)]))])
        return row["work_id"] if row else None

    def holder(self, key: str) -> int | None:
        """The oldest work that has a record under this key ("doi:…")."""
        sql = "SELECT min(work_id) AS id FROM records WHERE id IN (SELECT value FROM json_each(?))"
        row = self._db.row(sql, [listed(self._keys.records([number(key)]))])
        return row["id"] if row else None


def _member(row: sqlite3.Row) -> Member:
    number, work_id, signature = row
    return Member(number, work_id, decode_signature(signature))

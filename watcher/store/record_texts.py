"""The words of each record as terms look for them, in an index of FTS5 that holds no text: see `terms/indexed.py`.

The index is behind until somebody asks it: what it costs is no part of recognising a record. Its rows are told apart by
the words that `columns` made of them: whoever changes that empties it ('delete-all') in a migration.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from watcher.store.codec import decode_record, decode_time, encode_time
from watcher.terms.indexed import COLUMNS, Records, Sought, as_bits, as_numbers, columns, headings_in
from watcher.terms.searchable import Searchable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.models import Record
    from watcher.store.connection import Connection
    from watcher.terms.term import Term

_AT_ONCE = 500  # phrases of one MATCH, and records that are read or indexed at a time
_NAMES = ", ".join(COLUMNS)
READABLE = " ".join(COLUMNS[:-1])  # what a person looks for words in; the last holds names in a form of our own
_ADD = f"INSERT INTO records_text (rowid, {_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # our own names
# An index without texts takes a row out only if it is told what the row held (SQLite, "FTS5", 4.4.1).
_REMOVE = f"INSERT INTO records_text (records_text, rowid, {_NAMES}) VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608


class RecordTexts:
    """Who holds which words. Everything that changes it is called within a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def catch_up(self) -> None:
        """Index what has come since the last time: many records at once, which is cheaper than one by one. What
        cannot be written to is looked at as far as it is indexed.
        """
        while not self._db.readonly:
            with self._db.transaction():
                sql = "SELECT * FROM contents WHERE record_id > ? ORDER BY record_id LIMIT ?"
                new = self._db.rows(sql, [self._last(), _AT_ONCE])
                self._db.run_many(
                    _ADD, [(row["record_id"], *columns(Searchable(decode_record(row["content"])))) for row in new]
                )
            if len(new) < _AT_ONCE:
                return

    def replace(self, record_id: int, record: Record) -> None:
        """Index a stored record as its newer form; call before that is stored."""
        if record_id <= self._last():
            (before,) = self.contents([record_id]).values()
            self._db.run(_REMOVE, [record_id, *columns(Searchable(before))])
            self._db.run(_ADD, [record_id, *columns(Searchable(record))])

    def _last(self) -> int:
        row = self._db.row("SELECT rowid FROM records_text ORDER BY rowid DESC LIMIT 1")
        return row[0] if row else 0

    def seen_since(self, since: datetime | None) -> tuple[Records, dict[int, int]]:
        """The records of the works that were first seen at that moment or later (all of them for None), ready for terms
        to be decided on; and the work of each.
        """
        self.catch_up()
        sql = "SELECT records.id, work_id FROM records JOIN works ON work_id = works.id WHERE first_seen_at >= ?"
        works = dict(map(tuple, self._db.rows(sql, [encode_time(since) if since else ""])))
        most = max(works, default=0)
        of_feeds = "SELECT id FROM records WHERE source >= 'feed:' AND source < 'feed;' AND id <= ?"
        everything, feeds = as_bits(works, most), as_bits((row[0] for row in self._db.rows(of_feeds, [most])), most)
        found: dict[tuple[Sought, ...], int] = {}

        def find(sought: tuple[Sought, ...]) -> int:
            if sought not in found:
                found[sought] = self._holding(sought, most)
            return found[sought]

        return Records(everything, feeds & everything, find), works

    def _holding(self, sought: Sequence[Sought], most: int) -> int:
        found = 0
        for start in range(0, len(sought), _AT_ONCE):
            # As one text, which is read in half the time of so many rows.
            sql = "SELECT group_concat(rowid) FROM records_text WHERE records_text MATCH ? AND rowid <= ?"
            row = self._db.row(sql, [_match(sought[start : start + _AT_ONCE]), most])
            if row is not None and row[0]:
                found |= as_bits(map(int, row[0].split(",")), most)
        return found

    def contents(self, record_ids: Sequence[int]) -> dict[int, Record]:
        """These records themselves."""
        rows = self._db.rows_among("SELECT * FROM contents WHERE record_id IN ({})", record_ids)
        return {row["record_id"]: decode_record(row["content"]) for row in rows}

    def first_seen(self, record_ids: Sequence[int]) -> dict[int, datetime]:
        """When the works of these records were first seen."""
        sql = """
            SELECT records.id, first_seen_at FROM records JOIN works ON works.id = work_id
            WHERE records.id IN (SELECT value FROM json_each(?))
        """
        return {row[0]: decode_time(row[1]) for row in self._db.rows(sql, [json.dumps(list(record_ids))])}

    def matching(self, records: Records, term: Term) -> set[int]:
        """Which of these records a term matches: by the index, and where that leaves it open, by the records."""
        decided = records.decide(term.parsed.root)
        unsure = self.contents(list(as_numbers(decided.open)))
        found = {number for number, record in unsure.items() if term.evaluate(record).matched}
        return found.union(as_numbers(decided.true))

    def headings(self) -> list[str]:
        """The MeSH headings of all stored records, folded."""
        self.catch_up()
        rows = self._db.rows("SELECT term FROM records_words WHERE term >= 'mh' AND term < 'mi'")
        return list(headings_in(row[0] for row in rows))


def _match(sought: Sequence[Sought]) -> str:
    """An expression of FTS5 for any of these."""
    parts = []
    for where, group in groupby(sorted(sought, key=lambda one: one.columns), key=lambda one: one.columns):
        said = " OR ".join(f'"{one.words}"{" *" if one.truncated else ""}' for one in group)
        parts.append(f"{{{' '.join(where)}}} : ({said})")
    return " OR ".join(parts)

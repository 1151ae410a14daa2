"""A database file, opened as this project wants it: WAL, foreign keys, migrated, every failure a StoreError."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from watcher.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

BUSY_SECONDS = 30.0
CACHE_KIB = 64 * 1024  # the keys of some hundred thousand works
PAGE_BYTES = 8 * 1024  # of a new file: twice SQLite's own, for records of 3 KB fill the smaller ones badly
# 64 MB in the log before it goes into the file, where a page that changed several times is written once.
LOG_PAGES = 8 * 1024
_AT_ONCE, _ADDED_AT_ONCE = 500, 10_000  # values in one statement: SQLite takes 32,766
SCHEMA = 10  # how many steps `watcher.store.schema` has; the file's own count is its user_version


class Connection:
    """SQL in, rows out, with `transaction()` around what belongs together. `begun` and `undone` count transactions,
    those within others only when they are undone.

    `readonly`: the file or its folder cannot be written to; what is stored can be looked at, and nothing more.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.begun = self.undone = 0
        self.readonly = path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
        with self._explained():
            if self.readonly:
                self._open_to_read()
                return
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"{path.parent}: cannot be made: {error.strerror}") from None
            # Without an isolation level, Python begins no transaction of its own, which nobody would end.
            self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                self._connection.row_factory = sqlite3.Row
                self._connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
                self._connection.execute("PRAGMA journal_mode = WAL")
                # A commit is on the disk before a mail goes out for it.
                self._connection.execute("PRAGMA synchronous = FULL")
                self._connection.execute("PRAGMA foreign_keys = ON")
                # What a single statement would need to undo itself is kept in memory, not in a file for each.
                self._connection.execute("PRAGMA temp_store = MEMORY")
                self._connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
                self._connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
                self._migrate()
            except BaseException:
                self._connection.close()
                raise

    def _open_to_read(self) -> None:
        # A log that somebody has left or is writing must be read as well; without one, SQLite must be told that none
        # can be made (SQLite, "Write-Ahead Logging", 5: read-only databases).
        log = self.path.with_name(f"{self.path.name}-wal")
        how = "mode=ro" if log.exists() else "mode=ro&immutable=1"
        uri = f"{self.path.absolute().as_uri()}?{how}"
        self._connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA temp_store = MEMORY")
            found = self._schema()
        except BaseException:
            self._connection.close()
            raise
        if found < SCHEMA:
            self._connection.close()
            raise StoreError(
                f"{self.path}: made by an older watcher (schema {found}, here {SCHEMA}), and cannot be written to, so "
                "it is not brought up to date: run a command as somebody who may write there"
            )

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, or nothing of it; blocks nest."""
        inner = self._connection.in_transaction
        # At once for writing: who reads first and then finds another writer ahead is refused without waiting.
        begin, commit, undo = (
            ("SAVEPOINT block", "RELEASE block", "ROLLBACK TO block; RELEASE block")
            if inner
            else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        )
        with self._explained():
            self._connection.execute(begin)
            self.begun += not inner
            try:
                yield
                self._connection.execute(commit)
            except BaseException:
                self.undone += 1
                # An error such as a full disk may have ended the transaction already, and savepoints with it.
                for statement in undo.split("; ") if self._connection.in_transaction else ():
                    self._connection.execute(statement)
                raise

    @property
    def in_transaction(self) -> bool:
        """Whether nobody else can write now."""
        return self._connection.in_transaction

    @property
    def version(self) -> int:
        """Another one, once another connection has changed the file (SQLite, "PRAGMA data_version")."""
        ((found,),) = self.rows("PRAGMA data_version")
        return int(found)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a SELECT."""
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise self._explanation(error) from error

    def each(self, sql: str) -> Iterator[sqlite3.Row]:
        """The rows of a SELECT that has too many of them for a list."""
        try:
            yield from self._connection.execute(sql)
        except sqlite3.Error as error:
            raise self._explanation(error) from error

    def rows_among(self, sql: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        """The rows of a SELECT that has {} for a list of values: of some hundreds of these after others. For few of
        them SQLite reads question marks in half the time that json_each takes.
        """
        found: list[sqlite3.Row] = []
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            found += self.rows(_asking_for(sql, len(some)), some)
        return found

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of a SELECT, if there is one."""
        try:
            found: sqlite3.Row | None = self._connection.execute(sql, parameters).fetchone()
        except sqlite3.Error as error:
            raise self._explanation(error) from error
        return found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement, inside a `transaction()`; gives the last row's id."""
        try:
            return self._connection.execute(sql, parameters).lastrowid or 0
        except sqlite3.Error as error:
            raise self._explanation(error) from error

    def run_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each of the parameters, inside a `transaction()`."""
        try:
            self._connection.executemany(sql, parameters)
        except sqlite3.Error as error:
            raise self._explanation(error) from error

    def add_all(self, sql: str, numbers: Iterable[int], columns: int) -> None:
        """Run an INSERT that has {} for its rows, thousands of which go into one statement: in half the time that
        `run_many` takes. `columns`: how many numbers a row has.
        """
        left, most, row = iter(numbers), _ADDED_AT_ONCE // columns * columns, f"({','.join('?' * columns)})"
        while some := [*islice(left, most)]:
            self.run(_asking_for(sql, len(some) // columns, row), some)

    def _schema(self) -> int:
        (found,) = self._connection.execute("PRAGMA user_version").fetchone()
        if found > SCHEMA:
            raise StoreError(f"{self.path}: made by a newer watcher (schema {found}, here {SCHEMA}): update this one")
        return int(found)

    def _migrate(self) -> None:
        if self._schema() < SCHEMA:
            # Here, because it is slow to import, and mostly there is nothing to do.
            from sqlite_utils import Database

            from watcher.store.schema import migrations

            with self.transaction():  # all steps or none, and of two processes that open a new file one waits
                migrations.apply(Database(self._connection))
                self._connection.execute(f"PRAGMA user_version = {SCHEMA}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._explanation(error) from error

    def _explanation(self, error: sqlite3.Error) -> StoreError:
        """SQLite's error in words that say what to do."""
        said = str(error)
        if "not a database" in said or "malformed" in said:
            advice = "the file is damaged or no watcher database: move it away, or restore a copy"
        elif "disk is full" in said or "disk I/O" in said:
            advice = "free some space; what was stored is safe, and the next run does what this one could not"
        elif "locked" in said:
            advice = "another program has held it for long: close that and try again"
        elif "unable to open" in said or "readonly" in said:
            advice = "check that its folder exists and can be written to"
        else:
            advice = "this should not happen: please report it"
        return StoreError(f"{self.path}: {said}: {advice}")


@lru_cache(maxsize=256)
def _asking_for(sql: str, count: int, what: str = "?") -> str:
    """With so many question marks, or rows of them, in the place of {}."""
    return sql.format(",".join([what] * count))

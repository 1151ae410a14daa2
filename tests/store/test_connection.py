"""A database that cannot be used is a StoreError that says what to do; what was committed survives whatever comes."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database

from tests.store.invented import article, keep
from watcher.errors import BusyError, StoreError
from watcher.models import Pmid
from watcher.store import connection
from watcher.store.absences import Absence
from watcher.store.connection import SCHEMA
from watcher.store.lock import exclusive
from watcher.store.schema import migrations
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "db" / "watcher.db"


def refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        Store(path)
    assert str(path.name) in str(caught.value) or str(path.parent) in str(caught.value)
    return str(caught.value)


def known(path: Path, *pmids: int) -> set[str]:
    with Store(path) as store:
        return set(store.works.of_source("pubmed", map(str, pmids)))


def test_a_new_database_and_its_folder_are_made_and_opened_again(path: Path) -> None:
    with Store(path) as store:
        keep(store, article(1))
        assert store._connection.rows("PRAGMA journal_mode")[0][0] == "wal"
        assert store._connection.rows("PRAGMA foreign_keys")[0][0] == 1
        assert store._connection.rows("PRAGMA synchronous")[0][0] == 2
    assert known(path, 1, 2) == {"1"}


@pytest.fixture
def unwritable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be written to, as the system says to whoever is not its administrator."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)


@pytest.mark.usefixtures("unwritable")
def test_what_cannot_be_written_to_can_be_looked_at(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(os, "access", lambda path, mode: True)
        with Store(path) as store:
            keep(store, article(1))
    with Store(path) as store:
        assert store.works.of_source("pubmed", ["1"])
        with pytest.raises(StoreError, match="can be written to"):
            keep(store, article(2))
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name]


@pytest.mark.usefixtures("unwritable")
def test_an_older_file_that_cannot_be_written_to_is_said_to_be_one(path: Path) -> None:
    path.parent.mkdir()
    sqlite3.connect(path).execute("CREATE TABLE runs (id)").connection.close()
    assert "made by an older watcher" in refusal(path)


def test_runs_of_an_older_file_are_there_after_the_step_that_adds_to_them(path: Path) -> None:
    path.parent.mkdir()
    older = sqlite3.connect(path, isolation_level=None)
    migrations.apply(Database(older), stop_before="m004_said_by_pubmed")
    older.execute("INSERT INTO runs (source, query, started_at) VALUES ('pubmed', 'q', '2026-03-02T06:00:00+00:00')")
    older.execute("PRAGMA user_version = 3")
    older.close()
    with Store(path) as store:
        last = store.runs.last("pubmed", "q")
        assert last is not None
        assert last.translation == ""
        assert store.absences.known([]) == {}


def test_what_an_older_file_says_is_absent_was_named_already(path: Path) -> None:
    path.parent.mkdir()
    older = sqlite3.connect(path, isolation_level=None)
    migrations.apply(Database(older), stop_before="m007_short_answers_and_follows")
    older.execute("INSERT INTO absences VALUES ('12', 'q', '2026-03-01T06:00:00+00:00', '2026-03-02T06:00:00+00:00')")
    older.execute("PRAGMA user_version = 6")
    older.close()
    with Store(path) as store:
        known = store.absences.known([Pmid("12"), Pmid("13")])
        assert known == {"12": Absence(datetime(2026, 3, 2, 6, tzinfo=UTC), sure=True)}
        assert store.absences.keep("q", known, datetime(2026, 3, 3, 6, tzinfo=UTC)) == ()


def test_the_steps_that_are_known_are_those_that_are_taken(path: Path) -> None:
    with Store(path) as store:
        database = Database(store._connection._connection)
        assert len(migrations.applied(database)) == SCHEMA
        assert migrations.pending(database) == []


def test_a_file_that_is_no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all, but long enough to be looked at " * 100)
    assert "damaged or no watcher database: move it away, or restore a copy" in refusal(path)
    assert path.read_bytes().startswith(b"no database")


def test_a_damaged_database(path: Path) -> None:
    with Store(path) as store:
        for n in range(1, 300):
            keep(store, article(n))
    size = path.stat().st_size
    with path.open("r+b") as file:
        for page in range(1, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xee" * 4096)
    with pytest.raises(StoreError, match="restore a copy"):
        known(path, 1)


def test_a_newer_database(path: Path) -> None:
    with Store(path) as store, store.transaction():
        store._connection.run("PRAGMA user_version = 99")
    assert f"made by a newer watcher (schema 99, here {SCHEMA}): update this one" in refusal(path)


def test_a_folder_that_is_a_file_and_a_file_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "cannot be made" in refusal(tmp_path / "file" / "watcher.db")
    (tmp_path / "folder").mkdir()
    assert "check that its folder exists and can be written to" in refusal(tmp_path / "folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write where nobody may")
def test_a_read_only_folder(path: Path) -> None:
    path.parent.mkdir(mode=0o555)
    assert "check that its folder exists and can be written to" in refusal(path)
    with pytest.raises(StoreError), exclusive(path):
        pass


def test_a_read_only_database(path: Path) -> None:
    Store(path).__exit__()
    with Store(path) as store:
        store._connection.rows("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="readonly database: check that its folder exists and can be written to"):
            keep(store, article(1))


def keep_many(store: Store, last: int) -> None:
    with store.transaction():
        for n in range(2, last):
            keep(store, article(n))


def test_a_full_disk_loses_nothing_that_was_stored(path: Path) -> None:
    with Store(path) as store:
        keep(store, article(1))
        pages = store._connection.rows("PRAGMA page_count")[0][0]
        store._connection.rows(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(StoreError, match="full: free some space; what was stored is safe"):
            keep_many(store, 600)
        assert set(store.works.of_source("pubmed", map(str, range(400)))) == {"1"}
        store._connection.rows("PRAGMA max_page_count = 100000")
        keep(store, article(2))
    assert known(path, 1, 2, 3) == {"1", "2"}


def test_a_file_that_may_not_grow(path: Path) -> None:
    with Store(path) as store:
        keep(store, article(1))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
        try:
            with pytest.raises(StoreError, match="free some space"):
                keep_many(store, 600)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, before)
    assert known(path, *range(600)) == {"1"}


# -- other processes ----------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(path: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Runs a script in another process until it says that it is ready; ends it afterwards."""
    running: list[subprocess.Popen[bytes]] = []

    def run(script: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("ready", flush=True)
sys.stdin.read()
"""


def test_another_writer_that_never_ends(
    path: Path, elsewhere: Callable[[str], subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(path).__exit__()
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    process = elsewhere(HOLD)
    with Store(path) as store:
        assert store.works.counts() == {}
        with pytest.raises(StoreError, match="another program has held it for long"):
            keep(store, article(1))
        process.kill()
        process.wait()
        keep(store, article(1))


def test_who_reads_first_and_writes_then_waits_for_a_writer_in_between(path: Path) -> None:
    """A transaction that began by reading could not go on to write; here the other one is refused at its start."""
    with Store(path) as store:
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with store.transaction():
            store.works.of_source("pubmed", ["1"])
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            keep(store, article(1))
        other.close()
    assert known(path, 1) == {"1"}


CRASH = """
import os, sys
from pathlib import Path
from tests.store.invented import article, keep
from watcher.store.store import Store
store = Store(Path(sys.argv[1]))
with store.transaction():
    for n in range(1, 21):
        keep(store, article(n))
with store.transaction():
    for n in range(21, 31):
        keep(store, article(n))
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_crash_within_the_second_batch_keeps_the_first(
    path: Path, elsewhere: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    process = elsewhere(CRASH)
    process.kill()
    process.wait()
    assert known(path, *range(1, 41)) == {str(n) for n in range(1, 21)}
    with Store(path) as store:
        assert store._connection.rows("PRAGMA integrity_check")[0][0] == "ok"
        assert len(store.works.search(["invented"], 100)) == 20
        keep(store, article(21))


def test_a_crash_in_the_middle_of_making_the_tables(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(db: object, name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_record_applied", fail)
        with pytest.raises(KeyboardInterrupt):
            Store(path)
    assert known(path, 1) == set()


@pytest.mark.parametrize("count", [0, 1, 5_000, 12_345])
def test_rows_of_numbers_are_added_however_many_there_are(path: Path, count: int) -> None:
    with Store(path) as store:
        database = store._connection
        with database.transaction():
            database.add_all("INSERT INTO keys VALUES {}", (n for key in range(count) for n in (key, -key)), 2)
        found = database.rows("SELECT key, record_id FROM keys ORDER BY key")
        assert list(map(tuple, found)) == [(key, -key) for key in range(count)]


LOCK = """
import sys
from pathlib import Path
from watcher.store.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_one_watcher_works_at_a_time(path: Path, elsewhere: Callable[[str], subprocess.Popen[bytes]]) -> None:
    process = elsewhere(LOCK)
    with pytest.raises(BusyError, match=f"process {process.pid}"), exclusive(path):
        pass
    process.kill()
    process.wait()
    with exclusive(path):
        pass


def test_a_lock_that_cannot_be_had_is_no_other_watcher(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(StoreError, match="cannot be locked: No locks available"), exclusive(path):
        pass

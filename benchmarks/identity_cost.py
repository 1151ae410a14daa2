"""What it costs to recognise one more record, by how many works the store has.

    python benchmarks/identity_cost.py [--works N] [--together N] [--plot FILE.svg] DIR...

Records that translated.py makes of the sets DIR... are stored one after another, in transactions of 200 as in a poll,
until the store has N works (1,000,000). What is made of a record without a look at others (compared form, keys,
columns) is made for 200 together, as in a poll, or for as many as --together says: with 1, this too goes one by one.

Each row tells of the records that came since the row above it: how many in a second of CPU time, all of that and
commits included, and on the clock; the CPU milliseconds that one took, commits aside, in 50 and in 99 of 100 cases; the
process's peak of memory; and the database on the disk. What was made together counts in equal shares, so that only
--together 1 gives single records' milliseconds in full. The records are made in another process, and reading them from
it is in no figure.

Beside it, in a process of its own, stands "DOI, or title and year" in a bare SQLite table: two keys a record, no record
kept, no rules. The plot has the mean cost of both.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.plot import Line, plot
from benchmarks.usage import peak_megabytes
from watcher.pipeline.recognise import join
from watcher.store.arrival import arrivals
from watcher.store.store import Store
from watcher.works.identifiers import normal_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from watcher.models import Record
    from watcher.store.arrival import Arrival

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MARKS = (10_000, 50_000, 100_000, 150_000, 200_000, *range(300_000, 10_000_000, 100_000))
ENDLESS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """What `records` cost, after which the store had so many works. Seconds, but for milliseconds a record."""

    works: int
    records: int
    cpu: float
    clock: float
    median: float
    nearly_all: float
    megabytes: float
    disk: float

    def __str__(self) -> str:
        return (
            f"{self.works:>10,}{self.records:>10,}{self.records / self.cpu:>13,.0f}{self.records / self.clock:>13,.0f}"
            f"{self.median:>8.2f}{self.nearly_all:>8.2f}{self.megabytes:>9.0f}{self.disk:>9,.0f}"
        )


HEAD = (
    f"{'works':>10}{'records':>10}{'/s of CPU':>13}{'/s of clock':>13}{'p50 ms':>8}{'p99 ms':>8}"
    f"{'peak MB':>9}{'disk MB':>9}"
)


Came = TypeVar("Came")


class Keeper(Protocol[Came]):
    """What is measured."""

    def transaction(self) -> AbstractContextManager[None]: ...

    def made(self, records: Sequence[Record]) -> Sequence[Came]:
        """What is made of each by itself."""

    def keep(self, came: Came) -> int:
        """The number of its work."""

    def works(self) -> int: ...


class Ours:
    """The product's own path."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path)
        self.transaction = self._store.transaction

    def made(self, records: Sequence[Record]) -> Sequence[Arrival]:
        return arrivals(records)

    def keep(self, came: Arrival) -> int:
        return join(self._store, came, NOW)

    def works(self) -> int:
        return sum(self._store.works.counts().values())


class Bare:
    """A record is of the work that has its DOI, else of that which has its title and year, else a new one."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE keys (key INTEGER PRIMARY KEY, work INTEGER NOT NULL)")
        self._works = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        yield
        self._connection.execute("COMMIT")

    def made(self, records: Sequence[Record]) -> Sequence[list[int]]:
        return list(map(self._keys, records))

    def _keys(self, record: Record) -> list[int]:
        said = [f"doi:{record.doi}"] if record.doi else []
        if title := normal_title(record.title):
            said.append(f"title:{title}|{record.published}")
        return [int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True) for key in said]

    def keep(self, came: list[int]) -> int:
        for key in came:
            if found := self._connection.execute("SELECT work FROM keys WHERE key = ?", [key]).fetchone():
                work: int = found[0]
                break
        else:
            self._works += 1
            work = self._works
        self._connection.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", [(key, work) for key in came])
        return work

    def works(self) -> int:
        return self._works


KEEPERS: dict[str, Callable[[Path], Keeper[Any]]] = {"watcher": Ours, "DOI, or title and year": Bare}


def measured(
    keeper: Keeper[Came], batches: Iterator[list[Record]], wanted: int, together: int, path: Path
) -> Iterator[Row]:
    """A row at each of the marks."""
    highest = 0  # number of a work; numbers of works that were joined to others are not used again
    for mark in [mark for mark in MARKS if mark < wanted] + [wanted]:
        costs: list[float] = []
        cpu = clock = 0.0
        while highest < mark:
            batch = next(batches)
            start, started = time.process_time(), time.monotonic()
            with keeper.transaction():
                for first in range(0, len(batch), together):
                    some = batch[first : first + together]
                    before = time.process_time()
                    made = keeper.made(some)
                    share = (time.process_time() - before) / len(some)
                    for came in made:
                        before = time.process_time()
                        highest = max(highest, keeper.keep(came))
                        costs.append(share + time.process_time() - before)
            cpu, clock = cpu + time.process_time() - start, clock + time.monotonic() - started
        count = len(costs)
        costs.sort()
        disk = sum(file.stat().st_size for file in path.parent.iterdir()) / 1e6
        yield Row(
            keeper.works(), count, cpu, clock, 1000 * costs[count // 2], 1000 * costs[count * 99 // 100],
            peak_megabytes(), disk,
        )  # fmt: skip


def measure(name: str, wanted: int, together: int, folders: list[str]) -> None:
    """In the child process: rows as lines of JSON on standard output."""
    command = [sys.executable, str(Path(__file__).with_name("translated.py")), str(ENDLESS), *folders]
    with tempfile.TemporaryDirectory() as place, subprocess.Popen(command, stdout=subprocess.PIPE) as made:
        stream = made.stdout
        if stream is None:
            raise AssertionError
        path = Path(place) / "watcher.db"
        batches: Iterator[list[Record]] = iter(lambda: pickle.load(stream), None)
        for row in measured(KEEPERS[name](path), batches, wanted, together, path):
            print(json.dumps(asdict(row)), flush=True)
        made.terminate()


def rows(name: str, wanted: int, together: int, folders: list[str]) -> Iterator[Row]:
    command = [
        sys.executable, __file__, "--measure", name, "--works", str(wanted), "--together", str(together), *folders,
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout or ():
            yield Row(**json.loads(line))
    if child.returncode:
        sys.exit(f"{name}: failed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="DIR", help="a set: a folder with records.jsonl[.gz]")
    parser.add_argument("--works", type=int, default=1_000_000, help="how many works the store has in the end")
    parser.add_argument(
        "--together", type=int, choices=range(1, 201), default=200, metavar="N", help="page of records (1 to 200; 200)"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="where the plot goes")
    parser.add_argument("--measure", choices=KEEPERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options.works, options.together, options.folders)
        return
    lines = []
    for name in KEEPERS:
        print(f"{name}\n{HEAD}", flush=True)
        points = []
        for row in rows(name, options.works, options.together, options.folders):
            print(row, flush=True)
            points.append((float(row.works), 1e6 * row.cpu / row.records))
        lines.append(Line(name, points))
        print()
    if options.plot:
        title = "What one more record costs, by the size of the store"
        options.plot.write_text(plot(title, "works in the store", "microseconds of CPU time", lines), encoding="utf-8")


if __name__ == "__main__":
    main()

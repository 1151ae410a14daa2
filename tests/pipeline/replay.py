"""Polls PubMed as it grew over some days, with faults and SIGKILL on the way; and what the store holds in the end.

Each poll is a process of its own, `watcher poll`, in which nothing but waiting is left out. A process is killed when
the server sees a certain request: half of the time right then, half of the time a moment later: it may be storing then.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes import eutils_answers as answers
from tests.fakes.eutils_server import EutilsServer
from tests.fakes.loopback import Answer, Breakage, Fault, Request
from tests.fakes.pubmed_search import Vocabulary

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from tests.fakes.pubmed_index import Collection

ROOT = Path(__file__).parents[2]
POLL = """
import sys, time
time.sleep = lambda seconds: None
from watcher.cli import main
main()
"""
OVERLAP = 7  # days, the default
FAULTY = 0.2  # of all requests
LATE = 0.03  # seconds after a request, at most, at which a kill strikes
FAULTS: tuple[Fault, ...] = (
    Breakage.RESET,
    Breakage.RESET_IN_BODY,
    Breakage.CUT,
    Breakage.CUT_CHUNKED,
    Answer(500, b"<html>broken</html>", answers.HTML),
    Answer(502, b"Bad Gateway", answers.PLAIN),
    Answer(200, b"", answers.PLAIN),
    answers.rate_limit("192.0.2.7", 5, 3),
    answers.esearch_error("Search Backend failed: Database is not supported: pubmed"),
)
Query = tuple[str, str]
# Each record with its content, and each query's matches with their phrases, by PMID.
Kept = tuple[dict[str, str], set[tuple[str, str, str]]]


@dataclass
class Replay:
    """A PubMed that grows, and what became of the polls of it so far."""

    folder: Path
    pubmed: EutilsServer
    queries: Iterable[Query]
    chance: random.Random
    polls: int = 0
    kills: int = 0
    faults: int = 0
    failed: int = 0
    seen: int = 0  # requests of the latest poll
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _fatal: int | None = field(default=None, init=False)

    def configure(self, lookback: int) -> None:
        """`lookback` in days: both sides of a comparison must begin on one day."""
        parts = [f'[pubmed]\nemail = "tests@example.org"\nbase_url = "{self.pubmed.url}"\nlookback = {lookback}']
        parts += [f"[[query]]\nname = '{name}'\nterm = '''{term}'''" for name, term in self.queries]
        parts.append('[[digest]]\nname = "all"\nto = ["reader@example.org"]')
        (self.folder / "queries.toml").write_text("\n".join(parts), encoding="utf-8")

    def poll(self, moment: datetime, *, kill_at: int | None = None, faulty: bool = False) -> None:
        """Poll as of a moment; killed at its so-manieth request, if it comes to that."""
        self.pubmed.visible_until = moment
        self.seen, self._fatal = 0, kill_at
        self.pubmed.faults = self._strike if faulty or kill_at else lambda _: None
        now = moment.isoformat()
        command = [sys.executable, "-c", POLL, "--config", str(self.folder / "queries.toml"), "poll", "--now", now]
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(self.folder)}
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, env=environ, stdin=quiet, stdout=quiet, stderr=quiet) as process:
            self._process = process
            status = process.wait(timeout=300)
        self.polls += 1
        self.kills += status == -signal.SIGKILL
        self.failed += status == 1
        if status not in {0, 1, -signal.SIGKILL}:
            raise AssertionError(f"watcher poll ended with {status}")
        if status != 0 and not (faulty or kill_at):
            raise AssertionError("a poll failed that nothing disturbed")

    def _strike(self, _: Request) -> Fault | None:
        self.seen += 1
        if self.seen == self._fatal:
            if self.chance.random() < 0.5:
                self._kill()
                return Breakage.RESET
            threading.Timer(self.chance.uniform(0, LATE), self._kill).start()
            return None
        if self.chance.random() < FAULTY:
            self.faults += 1
            return self.chance.choice(FAULTS)
        return None

    def _kill(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)

    def kept(self) -> Kept:
        """What the store holds of what a query found; the notices of that are fetched once a day."""
        with closing(sqlite3.connect(self.folder / "db" / "watcher.db")) as database:
            sql = """
                SELECT source_id, content FROM records JOIN contents ON record_id = id JOIN matches USING (work_id)
                WHERE source = 'pubmed'
            """
            records = dict(database.execute(sql))
            sql = "SELECT source_id, query, phrases FROM matches JOIN records USING (work_id) WHERE source = 'pubmed'"
            return records, set(database.execute(sql))


def replay(
    folder: Path,
    collection: Collection,
    queries: Iterable[Query],
    first: datetime,
    last: datetime,
    *,
    every: timedelta,
    seed: int,
) -> tuple[Replay, Kept, Kept]:
    """Polls from first to last (in New York's zone), each second one killed, the last undisturbed; and one poll alone.

    All that is asked about begins a week before `first`: that far back goes the overlap of the second poll.
    """
    queries = tuple(queries)
    (folder / "disturbed").mkdir(parents=True)
    (folder / "undisturbed").mkdir()
    with EutilsServer(collection, vocabulary=Vocabulary(reports=False)) as pubmed:
        single = Replay(folder / "undisturbed", pubmed, queries, random.Random(seed))
        single.configure(lookback=(last.date() - first.date()).days + OVERLAP)
        single.poll(last)
        disturbed = Replay(folder / "disturbed", pubmed, queries, random.Random(seed))
        disturbed.configure(lookback=OVERLAP)
        moment = first
        while moment < last:
            # Within as many requests as the poll before it took, so that it is mostly met.
            fatal = disturbed.chance.randint(1, disturbed.seen) if disturbed.polls % 2 else None
            disturbed.poll(moment, kill_at=fatal, faulty=True)
            moment += every
        disturbed.poll(last)
        return disturbed, disturbed.kept(), single.kept()

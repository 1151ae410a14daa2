"""PubMed's records held against all the queries at once, in this process or in several, without the store."""

from __future__ import annotations

import io
import multiprocessing
import signal
from collections import deque
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.models import Outline, Pmid, Query, Record
from watcher.sources.pubmed_files import pieces
from watcher.sources.pubmed_xml import DeletedRecord, read_records
from watcher.terms.presearch import Presearch
from watcher.terms.term import Searchable, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection
    from typing import BinaryIO

BATCH = 500


@dataclass(frozen=True, slots=True)
class Caught:
    """A record that concerns the store, and the queries that match it, each with its phrases."""

    record: Record
    matches: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of `members` records and deletions that follow each other; `error` is why no more could be read."""

    members: int
    caught: tuple[Caught, ...]
    deleted: tuple[Pmid, ...]
    error: str | None = None


@dataclass(frozen=True)
class Sieve:
    """Lets through what a query matches, and what may be a later form of a record that is stored."""

    queries: tuple[Query, ...]
    stored: frozenset[str]

    def batches(self, stream: BinaryIO, *, where: str, done: int) -> Iterator[Batch]:
        """A file, but for its first members that are done."""
        members = self._members(stream, where)
        error: str | None = None
        try:
            for _ in islice(members, done):
                pass
        except SourceError as failure:
            error = str(failure)
        while error is None:
            batch = self._hold(members, BATCH)
            if batch.members or batch.error:
                yield batch
            if batch.error or batch.members < BATCH:
                return
        yield Batch(0, (), (), error)

    def whole(self, piece: bytes, *, where: str) -> Batch:
        """A set of records in memory, in one batch."""
        return self._hold(self._members(io.BytesIO(piece), where), None)

    def _members(self, stream: BinaryIO, where: str) -> Iterator[Record | Outline | DeletedRecord]:
        """In full what can match a query, and what can be a later form of a stored record."""

        def wanted(outline: Outline) -> bool:
            return self._may_revise(outline.pmid, outline.version) or self._presearch.may_match(outline)

        return read_records(stream, where=where, wanted=wanted)

    def _may_revise(self, pmid: str, version: int) -> bool:
        # An earlier version of a later one may have come in since the file was begun.
        return version > 1 or pmid in self.stored

    @cached_property
    def _terms(self) -> list[tuple[str, Term]]:
        return [(query.name, Term.parse(query.term)) for query in self.queries]

    @cached_property
    def _presearch(self) -> Presearch:
        return Presearch(term for _, term in self._terms)

    def _hold(self, members: Iterator[Record | Outline | DeletedRecord], limit: int | None) -> Batch:
        caught: list[Caught] = []
        deleted: list[Pmid] = []
        count, error = 0, None
        try:
            for member in islice(members, limit):
                count += 1
                if isinstance(member, DeletedRecord):
                    deleted.append(member.pmid)
                elif isinstance(member, Record):
                    searched = Searchable(member)
                    held = ((name, term.evaluate(searched)) for name, term in self._terms)
                    matches = tuple((name, evaluation.phrases) for name, evaluation in held if evaluation.matched)
                    if matches or self._may_revise(member.source_id, member.version):
                        caught.append(Caught(member, matches))
        except SourceError as failure:
            error = str(failure)
        return Batch(count, tuple(caught), tuple(deleted), error)


def in_processes(sieve: Sieve, jobs: int, stream: BinaryIO, *, where: str) -> Iterator[Batch]:
    """A whole file, read and evaluated in `jobs` processes, in its order."""
    # Not forked: a fork would share the store's connection, and hold its lock after this process was killed.
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        workers: list[Connection] = []
        for _ in range(jobs):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(there, sieve, where), daemon=True)
            process.start()
            there.close()
            stack.callback(process.join)
            stack.callback(here.close)
            workers.append(here)
        idle = deque(workers)
        asked: deque[Connection] = deque()
        for piece in _failing_last(pieces(stream, where=where)):
            if isinstance(piece, Batch):
                yield from map(_answer, asked)
                yield piece
                return
            if not idle:
                yield _answer(asked[0])
                idle.append(asked.popleft())
            worker = idle.popleft()
            with suppress(OSError):  # one that was ended from outside says so by giving no answer
                worker.send_bytes(piece)
            asked.append(worker)
        yield from map(_answer, asked)


def _failing_last(found: Iterable[bytes]) -> Iterator[bytes | Batch]:
    """The pieces, and as a batch why there are no more where reading stopped."""
    try:
        yield from found
    except SourceError as failure:
        yield Batch(0, (), (), str(failure))


def _answer(worker: Connection) -> Batch:
    try:
        batch: Batch = worker.recv()
    except (EOFError, OSError):
        return Batch(0, (), (), "a process that was reading was ended from outside")
    return batch


def _serve(here: Connection, sieve: Sieve, where: str) -> None:
    """In a process of its own: a batch for each piece, until the other end closes, in whatever way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that stores
    try:
        while True:
            here.send(sieve.whole(here.recv_bytes(), where=where))
    except (EOFError, OSError):
        return

"""A PubMed of one's own: the records of some files, and their texts joined field by field so that a word is found fast.

A word or phrase is looked for with `bytes.find` in the joined text of all records, and remembered: PubMed's terms share
their words between days and queries, so that this serves as the inverted index, without the half minute to build one.
"""

from __future__ import annotations

import gc
import gzip
import re
import threading
from bisect import bisect_right
from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING

from tests.fakes.pubmed_document import REST, UNIONS, Document, describe, describe_rest, identifiers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from pathlib import Path

_OPENING = re.compile(rb"<(Pubmed(?:Book)?Article)[\s>]")
_PMID = re.compile(rb'<PMID Version="(\d+)"[^>]*>(\d+)</PMID>|<PMID>(\d+)</PMID>')
_DELETED = re.compile(rb"<DeleteCitation>(.*?)</DeleteCitation>", re.DOTALL)


class Collection:
    """PubMed records by PMID, as bytes. Of several records of a PMID the highest version stays, else the later one."""

    def __init__(self, elements: Iterable[bytes] = ()) -> None:
        self._records: dict[str, bytes] = {}
        self._versions: dict[str, int] = {}
        self._documents: dict[str, Document] = {}
        self._later: list[tuple[str, bytes]] = []
        self._as_of: dict[int, Collection] = {}
        self._index: Index | None = None
        self._lock = threading.RLock()
        for element in elements:
            self.add(element)

    @classmethod
    def of_files(cls, *paths: Path) -> Collection:
        """The records of NLM's files or web exports (.xml or .xml.gz); DeleteCitation takes effect in their order."""
        collection = cls()
        for path in paths:
            packed = path.read_bytes()
            data = gzip.decompress(packed) if packed.startswith(b"\x1f\x8b") else packed
            for element in split(data):
                collection.add(element)
            for block in _DELETED.findall(data, max(0, len(data) - 1_000_000)):
                for match in _PMID.finditer(block):
                    collection.remove((match[2] or match[3]).decode())
        return collection

    def add(self, element: bytes) -> None:
        """Add a record, or replace the one of the same PMID."""
        match = _PMID.search(element)
        if match is None:
            raise ValueError(f"no PMID in {element[:80]!r}")
        pmid, version = (match[2] or match[3]).decode(), int(match[1] or 1)
        with self._lock:
            if version < self._versions.get(pmid, 0):
                return
            self._records[pmid] = element
            self._versions[pmid] = version
            self._documents.pop(pmid, None)
            self._changed()

    def remove(self, pmid: str) -> None:
        """Delete a record, as PubMed does when it merges two: nothing is left of it."""
        with self._lock:
            if self._records.pop(pmid, None) is not None:
                self._documents.pop(pmid, None)
                self._changed()

    def revise(self, element: bytes) -> None:
        """Add a later form of a record, which takes the place of the one before on the day of its DateRevised."""
        (day,) = describe(element).dates["Date - Modification"]
        with self._lock:
            self._later.append((day, element))
            self._later.sort(key=lambda revision: revision[0])
            self._changed()

    def as_of(self, day: date | None) -> Collection:
        """The records as they stand at the end of a New York day, later revisions left out; None: as they are last."""
        with self._lock:
            until = f"{day:%Y/%m/%d}" if day else "9999"
            due = [element for revised, element in self._later if revised <= until]
            if not due:
                return self
            if len(due) not in self._as_of:
                self._as_of[len(due)] = Collection([*self._records.values(), *due])
            return self._as_of[len(due)]

    def _changed(self) -> None:
        self._index = None
        self._as_of.clear()

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._records))

    def __contains__(self, pmid: object) -> bool:
        return pmid in self._records

    def record(self, pmid: str) -> bytes:
        """The original bytes of the element. Raises KeyError."""
        return self._records[pmid]

    def document(self, pmid: str) -> Document:
        """What of it can be searched. Raises KeyError."""
        with self._lock:
            if pmid not in self._documents:
                self._documents[pmid] = describe(self._records[pmid])
            return self._documents[pmid]

    @property
    def index(self) -> Index:
        """The index of the records as they are now; built when first asked for after a change."""
        with self._lock:
            if self._index is None:
                self._index = Index(
                    {pmid: self.document(pmid) for pmid in self._records}, tuple(self._records.values())
                )
            return self._index


class Index:
    """Finds the PMIDs whose text, or date, is as asked."""

    def __init__(self, documents: dict[str, Document], records: tuple[bytes, ...]) -> None:
        self.pmids = tuple(documents)
        self.everything = frozenset(self.pmids)
        self._documents = documents
        self._records = records
        self._texts: dict[str, tuple[bytes, list[int]]] = {}
        self._known: dict[tuple[str, bytes], frozenset[str]] = {}
        self._lock = threading.RLock()

    def containing(self, field: str, needle: bytes) -> frozenset[str]:
        """Those in whose `field` these bytes stand (see `Document` for how passages are delimited)."""
        return self._remembered(field, needle, lambda text, at: text.find(needle, at))

    def matching(self, field: str, pattern: re.Pattern[bytes]) -> frozenset[str]:
        """Those in whose `field` the pattern is found."""

        def search(text: bytes, at: int) -> int:
            match = pattern.search(text, at)
            return match.start() if match else -1

        return self._remembered(field, b"regular expression " + pattern.pattern, search)

    def passages(self, pmid: str, field: str) -> list[bytes]:
        """The folded passages of one record, in a field that is not of `REST`."""
        passages = self._documents[pmid].passages
        return b"".join(passages.get(part, b"") for part in UNIONS.get(field, (field,))).split(b"\n")

    def dated(self, field: str, first: str, last: str) -> frozenset[str]:
        """Those with a date of this field from `first` to `last` (YYYY/MM/DD), both included."""
        return frozenset(
            pmid
            for pmid, document in self._documents.items()
            if any(first <= day <= last for day in document.dates.get(field, ()))
        )

    def _remembered(self, field: str, key: bytes, find: Callable[[bytes, int], int]) -> frozenset[str]:
        with self._lock:
            if (field, key) not in self._known:
                parts = UNIONS.get(field, (field,))
                self._known[field, key] = frozenset(pmid for part in parts for pmid in self._hits(part, find))
            return self._known[field, key]

    def _hits(self, field: str, find: Callable[[bytes, int], int]) -> Iterator[str]:
        """One search of the joined text, from each hit on to the next record."""
        if field not in self._texts:
            self._join(field)
        text, starts = self._texts[field]
        at = find(text, 0)
        while at >= 0:
            number = bisect_right(starts, at)
            yield self.pmids[number - 1]
            at = find(text, starts[number]) if number < len(starts) else -1

    def _join(self, field: str) -> None:
        if field in REST:
            with _no_collection_of_garbage():
                described = [describe_rest(record) for record in self._records]
            for name in REST:
                self._texts[name] = _end_to_end([passages[name] for passages in described])
        elif field == "Article Identifier":
            self._texts[field] = _end_to_end([identifiers(record) for record in self._records])
        else:
            passages = [document.passages.get(field, b"") for document in self._documents.values()]
            self._texts[field] = _end_to_end(passages)


@contextmanager
def _no_collection_of_garbage() -> Iterator[None]:
    """A million new objects, none of them garbage, set it off again and again: a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _end_to_end(parts: list[bytes]) -> tuple[bytes, list[int]]:
    return b"".join(parts), [0, *accumulate(len(part) for part in parts[:-1])]


def split(data: bytes) -> Iterator[bytes]:
    """The bytes of each PubmedArticle and PubmedBookArticle element, as they stand in the file."""
    at = 0
    while match := _OPENING.search(data, at):
        closing = b"</" + match[1] + b">"
        at = data.index(closing, match.start()) + len(closing)
        yield data[match.start() : at]

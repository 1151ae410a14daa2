"""NLM's files and saved searches on this machine, packed or not: opened, followed, and cut for several processes."""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from watcher.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GZIP = b"\x1f\x8b"
_PIECE = 1 << 20
_LONGEST = 1 << 26  # bytes without a record's end: what stands there is no set of records
_FIRST, _END, _CLOSE = b"<PubmedArticle>", b"</PubmedArticle>", b"</PubmedArticleSet>"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that is being read: `stream` gives it unpacked."""

    size: int
    mtime: int
    stream: BinaryIO
    raw: BinaryIO

    @property
    def position(self) -> int:
        """How many bytes of the file itself, of its `size`, have been read."""
        return self.raw.tell()


@contextmanager
def opened(path: Path) -> Iterator[OpenFile]:
    """A file for reading, whatever its name says of gzip. `mtime` is in nanoseconds. Raises SourceError."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise SourceError(f"{path.name}: {error.strerror}") from None
    with raw:
        try:
            packed = raw.peek(2).startswith(_GZIP)
            about = path.stat()
        except OSError as error:
            raise SourceError(f"{path.name}: {error.strerror}") from None
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
        yield OpenFile(about.st_size, about.st_mtime_ns, stream, raw)


def pieces(stream: BinaryIO, *, where: str) -> Iterator[bytes]:
    """A set of records as sets of about a megabyte, for several processes to read: each is whole where the set is.

    What is no set of records, or one that breaks off, comes as such in the last of them. Raises SourceError where
    reading stops.
    """
    opening = rest = b""
    while chunk := _read(stream, where):
        rest += chunk
        end = rest.rfind(_END) + len(_END)
        if end < len(_END):
            if len(rest) > _LONGEST:
                break
            continue
        # NLM writes its declaration, DOCTYPE and root once: they go before each of the pieces.
        head, opening = opening, opening or rest[: max(rest.find(_FIRST), 0)]
        yield head + rest[:end] + _CLOSE
        rest = rest[end:]
    yield opening + rest


def _read(stream: BinaryIO, where: str) -> bytes:
    try:
        return stream.read(_PIECE)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{where}: reading stopped: {error}") from error

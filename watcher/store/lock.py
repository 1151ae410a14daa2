"""One process at work on a database at a time: the system lets the lock go however the process ends."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from watcher.errors import BusyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def is_held(database: Path) -> bool:
    """Whether a process is at work on the database now."""
    try:
        handle = os.open(_lock_file(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def exclusive(database: Path) -> Iterator[None]:
    """Hold the database's lock for the block. Raises BusyError at once where another process holds it."""
    path = _lock_file(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}: check that its folder can be written to") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 32).decode("ascii", "replace").strip()
            who = f" (process {holder})" if holder else ""
            raise BusyError(f"another watcher{who} is at work on {database}: nothing to do here") from None
        except OSError as error:  # a file system without locks
            raise StoreError(f"{path}: cannot be locked: {error.strerror}") from None
        with suppress(OSError):  # on a full disk the lock holds, and only the name of its holder is not there
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _lock_file(database: Path) -> Path:
    return database.with_name(database.name + ".lock")

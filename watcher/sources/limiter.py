"""When the next request to one service may start: for all threads, and with a file, for all processes of a machine."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

LONGEST_QUEUE = 10.0  # seconds; a time farther off was written before the machine last started, and says nothing


@dataclass(slots=True)
class Limiter:
    """At most `rate` requests a second, evenly spaced, for all threads together.

    With `path`, a file that holds the time from which the next request may start, for all processes that name it, too:
    `monotonic` must then be a clock that they share, as the system's is. A file that cannot be had limits this process
    alone, and is logged: a read-only folder is no reason not to ask.
    """

    rate: float
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    path: Path | None = None
    _free_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Return when the next request may start."""
        with self._lock:
            pause = self._taken() if self.path is None else self._taken_with_others(self.path)
        if pause > 0:
            self.sleep(pause)

    def _taken(self) -> float:
        """Take the next place in the queue; gives the seconds until then."""
        now = self.monotonic()
        start = max(now, self._free_at)
        self._free_at = start + 1 / self.rate
        return start - now

    def _taken_with_others(self, path: Path) -> float:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            log.info("%s: %s: other processes are not reckoned with", path, error.strerror)
            return self._taken()
        try:
            # Held for as long as it takes to read and write a number: the wait itself is after it.
            with suppress(OSError):  # a file system without locks, or a full disk
                fcntl.flock(handle, fcntl.LOCK_EX)
                free_at = _number(os.read(handle, 64))
                if free_at - self.monotonic() <= LONGEST_QUEUE:
                    self._free_at = max(self._free_at, free_at)
            pause = self._taken()
            with suppress(OSError):
                os.ftruncate(handle, os.pwrite(handle, f"{self._free_at:.6f}\n".encode(), 0))
            return pause
        finally:
            os.close(handle)


def _number(text: bytes) -> float:
    """What was written; a file that is new, or holds anything else, sets no time."""
    try:
        return float(text)
    except ValueError:
        return 0.0

"""A deadline for reading from a connection: the timeout of a socket begins anew with each byte, and so is none."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def deadline(seconds: float, hang_up: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """Calls `hang_up`, in another thread, if the block is not over by then; gives the question whether it has."""
    passed = threading.Event()

    def strike() -> None:
        passed.set()
        with suppress(OSError, ValueError):  # it is closed already, or no socket at all
            hang_up()

    timer = threading.Timer(seconds, strike)
    timer.daemon = True
    timer.start()
    try:
        yield passed.is_set
    finally:
        timer.cancel()

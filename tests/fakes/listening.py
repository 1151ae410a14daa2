"""What our own mail servers on loopback share: the listener, one client at a time, and how they break off."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

HOST = "127.0.0.1"
PATIENCE = 60  # seconds, so that a broken test ends


class HangUpError(Exception):
    """Ends a conversation, and its connection, without a word."""


class Listening(ABC):
    """A context manager that converses with one client after the other, and leaves no thread and no socket behind."""

    port = 0  # any that is free

    def __enter__(self) -> Self:
        self._listener = self._listen()
        self.port = self._listener.getsockname()[1]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=type(self).__name__)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 1):
            pass  # wakes the thread
        self._thread.join(PATIENCE)
        self._listener.close()

    def _listen(self) -> socket.socket:
        return socket.create_server((HOST, self.port))

    @abstractmethod
    def _converse(self, client: socket.socket, file: BinaryIO) -> None:
        """Until one of the two has enough of it."""

    def _serve(self) -> None:
        while True:
            client, _ = self._listener.accept()
            with client:
                if self._ended.is_set():
                    return
                client.settimeout(PATIENCE)
                with client.makefile("rb") as file, contextlib.suppress(OSError, HangUpError):
                    self._converse(client, file)


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """A message as it comes, line by line up to its dot, without the dots that were put before lines."""
    while (line := file.readline()) != b".\r\n":
        if not line:
            raise HangUpError
        yield line.removeprefix(b".")


def reset(client: socket.socket) -> None:
    """Hang up with unread input and without lingering: the client meets a reset, as from a server that has died."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise HangUpError


def free_port() -> int:
    """One that nobody listens at."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port

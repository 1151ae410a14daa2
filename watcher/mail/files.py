"""Delivery into a folder, for where there is no mail server: each message as .eml, and its HTML beside it."""

from __future__ import annotations

import hashlib
import re
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from watcher import disk
from watcher.told import Attempt, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from pathlib import Path
    from types import TracebackType

    from watcher.told import Delivery

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9@+_.-]+|\.{2,}")
_LONGEST_PART = 60


class FolderTransport:
    """A folder that takes every message; made when the first one comes. A context manager as the mail server is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.unreachable: str | None = None  # a disk says what is wrong at each message

    def __repr__(self) -> str:
        return f"<FolderTransport {self._folder}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open."""

    def send(self, delivery: Delivery, hand_over: Callable[[], None] = lambda: None) -> Attempt:
        """Write it, its HTML first, so that an .eml is never without it; whatever the disk says defers it."""
        message = message_from_bytes(delivery.message, policy=policy.default)
        page = message.get_body(("html",))
        target = self._folder / f"{file_name(delivery, message)}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            hand_over()
            if page is not None:
                disk.write(target.with_suffix(".html"), page.get_content().replace("\r\n", "\n").encode())
            disk.write(target, delivery.message)
            disk.sync_folder(self._folder)
        except OSError as error:
            return Attempt(Outcome.DEFERRED, f"{error.filename or target}: {error.strerror}")
        return Attempt(Outcome.SENT, f"written to {target}")


def file_name(delivery: Delivery, message: EmailMessage) -> str:
    """The delivery's own name, without an ending: day, digest (by List-Id), recipient, and a mark of its Message-ID.

    The same delivery has it always, and no other one: ids begin again with a new database, Message-IDs do not.
    """
    mark = hashlib.sha256(f"{delivery.message_id}\n{delivery.recipient}".encode()).hexdigest()[:12]
    return "_".join((_day(message), _digest_name(delivery, message), _safe(delivery.recipient), mark))


def _day(message: EmailMessage) -> str:
    """The day of its Date, in the zone that this is written in."""
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except ValueError:
        return "undated"


def _digest_name(delivery: Delivery, message: EmailMessage) -> str:
    """The first label of the List-Id (RFC 2919), which names the digest; its number where there is none."""
    identifier = str(message.get("List-Id", "")).rpartition("<")[2].rstrip("> ")
    return _safe(identifier.partition(".")[0]) or f"digest-{delivery.digest_id}"


def _safe(text: str) -> str:
    """A part of a name that is no path, no hidden file and none too long."""
    return _NOT_IN_A_NAME.sub("-", text).strip("-.")[:_LONGEST_PART]

"""The life of a delivery as pure functions: when it is due, what an attempt makes of it, and the bytes that all its
attempts share.

Exactly-once does not exist over SMTP (RFC 1047). Kept here: a delivery once sent is never due again; one of which
nobody knows is sent once more, byte for byte the same, and then left; everything else waits or says that it has failed.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.policy import EmailPolicy
from typing import TYPE_CHECKING, Protocol

from watcher.models import Attempt, Delivery, Outcome, State

if TYPE_CHECKING:
    from email.message import EmailMessage

RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
REPEAT_AFTER = timedelta(minutes=15)
_JITTER = 0.1
_LINE_LIMIT = 998  # RFC 5322, 2.1.1, without CRLF
_FOLD_AT = 78


class Transport(Protocol):
    """What attempts a delivery: over SMTP, or into a folder. Raises `DeliveryError` where nothing can be attempted."""

    @property
    def unreachable(self) -> str | None:
        """Why it cannot be reached, where that was tried in vain: every delivery is then deferred."""
        ...

    def send(self, delivery: Delivery) -> Attempt:
        """Attempt it once, and say what came of it."""
        ...


def due(delivery: Delivery, now: datetime, *, force: bool = False) -> bool:
    """Whether it is to be attempted now. `force` ignores the wait of a pending one, never that of an unknown one."""
    at = delivery.next_attempt_at
    match delivery.state:
        case State.PENDING:
            return force or at is None or at <= now
        case State.UNKNOWN:
            return at is not None and at <= now
        case State.SENDING | State.SENT | State.FAILED:
            return False


def claim(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery as *sending*: to be stored before the attempt. ValueError where no attempt is allowed.

    A claimed delivery has a `next_attempt_at` only if it was unknown before: that is how its second attempt is known.
    """
    if not due(delivery, now, force=True):
        raise ValueError(f"delivery {delivery.id} is {delivery.state} and not to be attempted now")
    repeated = delivery.next_attempt_at if delivery.state is State.UNKNOWN else None
    return replace(delivery, state=State.SENDING, attempts=delivery.attempts + 1, next_attempt_at=repeated)


def after(delivery: Delivery, attempt: Attempt, now: datetime) -> Delivery:
    """What an attempt has made of a claimed delivery. ValueError where it was not claimed."""
    _must_be_claimed(delivery)
    match attempt.outcome:
        case Outcome.SENT:
            return replace(delivery, state=State.SENT, next_attempt_at=None, error=None)
        case Outcome.REFUSED:
            return replace(delivery, state=State.FAILED, next_attempt_at=None, error=attempt.detail)
        case Outcome.DEFERRED:
            # What was unknown is still unknown when its second copy is put off: only the wait is new.
            waiting = State.UNKNOWN if _is_repeat(delivery) else State.PENDING
            at = now + _wait(delivery)
            return replace(delivery, state=waiting, next_attempt_at=at, error=attempt.detail)
        case Outcome.UNKNOWN:
            return _unknown(delivery, attempt.detail, now)


def recovered(delivery: Delivery, now: datetime) -> Delivery:
    """A delivery found *sending* at start: the program was killed, and the server may or may not have the message."""
    _must_be_claimed(delivery)
    return _unknown(delivery, "the program was stopped while this was being sent", now)


def released(delivery: Delivery, error: str) -> Delivery:
    """A claimed delivery of which nothing was sent, because the server refused us as a whole: due again at once."""
    _must_be_claimed(delivery)
    waiting = State.UNKNOWN if _is_repeat(delivery) else State.PENDING
    return replace(delivery, state=waiting, error=error)


def freeze(message: EmailMessage) -> bytes:
    """The exact bytes of every attempt: CRLF, 7-bit, ending in a line end (rendering again would change boundaries).

    ValueError where they would not read back as the message that was given.
    """
    frozen = message.as_bytes(policy=_WIRE)
    if not frozen.endswith(b"\r\n"):
        frozen += b"\r\n"
    if not frozen.isascii() or re.search(rb"\0|\r(?!\n)|(?<!\r)\n", frozen):
        raise ValueError("a frozen message must be 7-bit text with CRLF line ends")
    if any(len(line) > _LINE_LIMIT for line in frozen.split(b"\r\n")):
        raise ValueError(f"a frozen message must have no line of more than {_LINE_LIMIT} characters")
    read_back = message_from_bytes(frozen, policy=policy.SMTP)
    if any(part.defects for part in read_back.walk()) or _read(read_back) != _read(message):
        raise ValueError("a frozen message must read back as it was written")
    return frozen


_IDENTIFIERS = {"message-id", "references", "in-reply-to"}


class _Wire(EmailPolicy):
    """The SMTP policy, but that it folds what machines read between words only.

    Python 3.11 RFC 2047-encodes a long line of it, which no mail client undoes in List-Unsubscribe (RFC 2369, 2).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if value.isascii() and (name.lower().startswith("list-") or name.lower() in _IDENTIFIERS):
            lines = textwrap.wrap(
                value,
                _FOLD_AT,
                initial_indent=f"{name}: ",
                subsequent_indent=" ",
                break_long_words=False,
                break_on_hyphens=False,
            )
            return "".join(line + "\r\n" for line in lines).encode("ascii")
        return super().fold_binary(name, value)


_WIRE = _Wire(linesep="\r\n", cte_type="7bit", max_line_length=_FOLD_AT)
_NOT_COMPARED = {"content-transfer-encoding", "content-type", "mime-version"}  # freezing may settle these anew


def _read(message: EmailMessage) -> list[tuple[list[tuple[str, str]], object]]:
    """Headers and content of each part; headers without white space, which folding may move."""
    parts = []
    for part in message.walk():
        kept = [(name.lower(), "".join(str(value).split())) for name, value in part.items()]
        content = part.get_content_type() if part.is_multipart() else part.get_content()
        if isinstance(content, str):
            content = content.replace("\r\n", "\n").rstrip("\n")
        parts.append(([header for header in kept if header[0] not in _NOT_COMPARED], content))
    return parts


def _must_be_claimed(delivery: Delivery) -> None:
    if delivery.state is not State.SENDING:
        raise ValueError(f"delivery {delivery.id} is {delivery.state}, not claimed")


def _is_repeat(claimed: Delivery) -> bool:
    return claimed.next_attempt_at is not None


def _unknown(claimed: Delivery, detail: str, now: datetime) -> Delivery:
    at = None if _is_repeat(claimed) else now + REPEAT_AFTER
    return replace(claimed, state=State.UNKNOWN, next_attempt_at=at, error=detail)


def _wait(claimed: Delivery) -> timedelta:
    """The wait after this attempt, up to a tenth longer by the Message-ID: not all recipients at the same second."""
    base = RETRY_AFTER[min(claimed.attempts, len(RETRY_AFTER)) - 1]
    digest = hashlib.sha256(f"{claimed.message_id} {claimed.attempts}".encode()).digest()
    return base * (1 + _JITTER * int.from_bytes(digest[:4]) / 2**32)

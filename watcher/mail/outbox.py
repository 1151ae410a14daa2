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

from watcher.told import Attempt, Delivery, Outcome, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
REPEAT_AFTER = timedelta(minutes=15)
MEND_AFTER = timedelta(minutes=30)  # less than an hour, so that an hourly cron job does not miss it by seconds
MOST_DOTS = 2
_JITTER = 0.1
_LINE_LIMIT = 998  # RFC 5322, 2.1.1, without CRLF
_FOLD_AT = 78


class Transport(Protocol):
    """What attempts a delivery: over SMTP, or into a folder. Raises `DeliveryError` where nothing can be attempted."""

    @property
    def unreachable(self) -> str | None:
        """Why it cannot be reached, where that was tried in vain: every delivery is then deferred."""
        ...

    def send(self, delivery: Delivery, hand_over: Callable[[], None]) -> Attempt:
        """Attempt it once, and say what came of it.

        `hand_over` is called right before the other side may have it: before the final dot.
        """
        ...


def due(delivery: Delivery, now: datetime, *, force: bool = False) -> bool:
    """Whether it is to be attempted now. `force` ignores the wait of a pending one, never that of an unknown one."""
    at = delivery.next_attempt_at
    match delivery.state:
        case State.PENDING:
            return force or (not delivery.given_up and (at is None or at <= now))
        case State.UNKNOWN:
            return at is not None and at <= now
        case State.SENDING | State.SENT | State.FAILED:
            return False


def claim(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery as *sending*: to be stored before the attempt. ValueError where no attempt is allowed."""
    if not due(delivery, now, force=True):
        raise ValueError(f"delivery {delivery.id} is {delivery.state} and not to be attempted now")
    return replace(delivery, state=State.SENDING, attempts=delivery.attempts + 1, next_attempt_at=None)


def handed_over(claimed: Delivery) -> Delivery:
    """The claimed delivery with one dot more: to be stored before that leaves, so that a kill finds it counted."""
    _must_be_claimed(claimed)
    return replace(claimed, dots=claimed.dots + 1)


def after(claimed: Delivery, attempt: Attempt, now: datetime) -> Delivery:
    """What an attempt has made of a delivery as it was claimed. ValueError where it was not."""
    _must_be_claimed(claimed)
    match attempt.outcome:
        case Outcome.SENT:
            return replace(claimed, state=State.SENT, error=None)
        case Outcome.REFUSED | Outcome.TOO_LARGE:
            return replace(claimed, state=State.FAILED, error=attempt.detail)
        case Outcome.DEFERRED:
            # What may have arrived is told by no other message, so its second copy is tried until it is answered.
            give_up = claimed.attempts > len(RETRY_AFTER) and not claimed.dots
            at = None if give_up else now + _wait(claimed)
            return replace(claimed, state=_waiting(claimed), next_attempt_at=at, error=attempt.detail)
        case Outcome.UNKNOWN:
            return _unknown(handed_over(claimed), attempt.detail, now)


def recovered(delivery: Delivery, now: datetime) -> Delivery:
    """A delivery found *sending* at start: the program was killed, and the server may or may not have the message."""
    _must_be_claimed(delivery)
    return _unknown(delivery, "the program was stopped while this was being sent", now)


def put_off(delivery: Delivery, error: str, now: datetime) -> Delivery:
    """A delivery that was not attempted, because the server refuses us as a whole.

    It waits until somebody may have mended that: a login that is tried all the time locks the account.
    """
    return replace(delivery, next_attempt_at=now + MEND_AFTER, error=error)


def anew(delivery: Delivery) -> Delivery:
    """The delivery as one that was never attempted: the same bytes, for a person who asks for them again.

    That it has arrived, or may have, is not forgotten (as one dot): no other message may tell its works once more.
    """
    dots = int(delivery.state is State.SENT or delivery.dots > 0)
    return replace(delivery, state=State.PENDING, attempts=0, dots=dots, next_attempt_at=None, error=None)


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


def _waiting(claimed: Delivery) -> State:
    """What was unknown is still unknown when its second copy is put off."""
    return State.UNKNOWN if claimed.dots else State.PENDING


def _unknown(delivery: Delivery, detail: str, now: datetime) -> Delivery:
    """Sent once more after a while; that goes on only as long as the message was killed before its dot."""
    at = now + REPEAT_AFTER if delivery.dots < MOST_DOTS else None
    return replace(delivery, state=State.UNKNOWN, next_attempt_at=at, error=detail)


def _wait(claimed: Delivery) -> timedelta:
    """The wait after this attempt, up to a tenth longer by the Message-ID: not all recipients at the same second."""
    base = RETRY_AFTER[min(claimed.attempts, len(RETRY_AFTER)) - 1]
    digest = hashlib.sha256(f"{claimed.message_id} {claimed.attempts}".encode()).digest()
    return base * (1 + _JITTER * int.from_bytes(digest[:4]) / 2**32)

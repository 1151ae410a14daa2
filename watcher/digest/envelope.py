"""The headers that every mail bears, each once: then the submission server's signature covers them (RFC 6376, 5.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING
from urllib.parse import quote

from watcher.digest.richtext import clean

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, to whom, and as which message: addresses as in a header ("Watcher <watcher@example.org>"), the
    Message-ID in its angle brackets. `unsubscribe` is the bare address of who takes readers off the list.
    """

    sender: str
    recipient: str
    message_id: str
    unsubscribe: str | None = None

    def message(self, *, subject: str, at: datetime, name: str) -> EmailMessage:
        """A message without a body yet, dated `at` in its own zone; `name` is the digest's."""
        message = EmailMessage(policy=SMTP)
        message["From"] = header(self.sender)
        message["To"] = header(self.recipient)
        message["Subject"] = header(subject)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = re.sub(r"[^!-~]", "", self.message_id)
        message["List-Id"] = f"<{_list_id(name, self.sender)}>"
        if self.unsubscribe:
            asked = quote(f"unsubscribe {name}", safe="")
            message["List-Unsubscribe"] = f"<mailto:{quote(self.unsubscribe, safe='@')}?subject={asked}>"
        message["Auto-Submitted"] = "auto-generated"
        return message


def header(value: str) -> str:
    """One line, and nothing in it that a parser would decode into something else (RFC 2047)."""
    return clean(value, 300).replace("=?", "= ?")


def _list_id(name: str, sender: str) -> str:
    """RFC 2919: letters, digits and hyphens under the sender's domain."""
    domain = re.sub(r"[^a-z0-9.-]", "", parseaddr(header(sender))[1].rpartition("@")[2].lower()).strip(".")
    return f"{label(name)}.{domain or 'invalid'}"


def label(name: str) -> str:
    """A digest's name as letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50] or "digest"

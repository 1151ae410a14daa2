"""Under what a mail goes to one reader: sender, Message-ID, and who takes readers off, by the settings."""

from __future__ import annotations

import hashlib
from email.utils import parseaddr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.digest.envelope import Envelope
    from watcher.pipeline.context import Context

# Where no [mail] is configured; RFC 2606 keeps "invalid" free of owners.
NO_SENDER = "Watcher <watcher@watcher.invalid>"


def address_of(reader: str) -> str:
    """The bare address of a reader as the settings name them."""
    return parseaddr(reader)[1]


def envelope(context: Context, reader: str, *content: object) -> Envelope:
    """The headers of a mail; its Message-ID is the same for the same reader, content and database."""
    from watcher.digest.envelope import Envelope

    mail = context.settings.mail
    sender = mail.sender if mail else NO_SENDER
    seed = "|".join(map(str, (context.store.path, reader, *content)))
    message_id = f"<{hashlib.sha256(seed.encode()).hexdigest()[:32]}@{address_of(sender).rpartition('@')[2]}>"
    return Envelope(sender, reader, message_id, mail.unsubscribe if mail else None)

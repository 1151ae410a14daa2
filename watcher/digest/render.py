"""A digest as a mail: subject, plain text, HTML and headers. Pure: the same digest gives the same bytes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.digest import fill, opening
from watcher.digest.envelope import label
from watcher.digest.page import page_of
from watcher.digest.ris import ris

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    from watcher.digest.envelope import Envelope
    from watcher.told import Digest

HTML_LIMIT = 80_000  # bytes: Gmail clips a message's HTML at about 102 KB


def render(digest: Digest, envelope: Envelope, *, attach: Sequence[str] = ()) -> EmailMessage:
    """The message to one recipient, text before HTML, in ASCII with lines of CRLF; "ris" may be attached.

    Raises ZoneInfoNotFoundError where the digest's zone is none.
    """
    shown = page_of(digest)
    at = digest.composed_at.astimezone(ZoneInfo(digest.zone))
    message = envelope.message(subject=shown.subject, at=at, name=digest.name)
    message.set_content(fill.text(shown), cte="quoted-printable")
    message.add_alternative(fill.html(shown, HTML_LIMIT), subtype="html", cte="quoted-printable")
    if "ris" in attach:
        message.add_attachment(
            ris(entry.work for entry in digest.entries).encode(),
            maintype="application",
            subtype="x-research-info-systems",
            filename=f"{label(digest.name)}-{at:%Y-%m-%d}.ris",
        )
    # "=_" cannot stand in quoted-printable (RFC 2045, 6.7), nor in base64, so no body can hold a boundary.
    mark = sha256(envelope.message_id.encode(errors="replace")).hexdigest()[:32]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{number}{mark}")
    return message


def subject(digest: Digest) -> str:
    """What is inside, in one line."""
    return opening.subject(digest)


def html_part(digest: Digest) -> str:
    """The HTML part."""
    return fill.html(page_of(digest), HTML_LIMIT)


def html_page(digest: Digest, *, index: str = "") -> str:
    """A page that no mail server carries: every work in full, and the titles of those that were held back.

    `index` is the address of a page that leads to others like it.
    """
    return fill.html(page_of(digest, held=True, index=index), None)


def plain_text(digest: Digest) -> str:
    """The text part: every work, with every link."""
    return fill.text(page_of(digest))

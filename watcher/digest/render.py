"""A digest as a mail: subject, plain text, HTML and headers. Pure: the same digest gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.digest import brief, fill
from watcher.digest.envelope import label
from watcher.digest.page import page_of
from watcher.digest.ris import ris

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    from watcher.digest.envelope import Envelope
    from watcher.told import Digest

HTML_LIMIT = 80_000  # bytes: Gmail clips a message's HTML at about 102 KB


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What the mails of a digest hold, whoever gets them: made once, and put under the headers of each.

    `at` is when it was composed, in its zone; `ris` is to be attached; `brief` is titles and links alone.
    """

    name: str
    at: datetime
    subject: str
    text: str
    html: str
    ris: str | None
    brief: str


def body_of(digest: Digest, attach: Sequence[str] = ()) -> Body:
    """What a digest's mails hold; "ris" may be attached. Raises ZoneInfoNotFoundError where its zone is none."""
    shown = page_of(digest)
    return Body(
        name=digest.name,
        at=digest.composed_at.astimezone(ZoneInfo(digest.zone)),
        subject=shown.subject,
        text=fill.text(shown),
        html=fill.html(shown, HTML_LIMIT),
        ris=ris(entry.work for entry in digest.entries) if "ris" in attach else None,
        brief=brief.text(digest),
    )


def render(body: Body, envelope: Envelope) -> EmailMessage:
    """The message to one recipient, text before HTML, in ASCII with lines of CRLF."""
    message = envelope.message(subject=body.subject, at=body.at, name=body.name)
    message.set_content(body.text, cte="quoted-printable")
    message.add_alternative(body.html, subtype="html", cte="quoted-printable")
    if body.ris is not None:
        message.add_attachment(
            body.ris.encode(),
            maintype="application",
            subtype="x-research-info-systems",
            filename=f"{label(body.name)}-{body.at:%Y-%m-%d}.ris",
        )
    # "=_" cannot stand in quoted-printable (RFC 2045, 6.7), nor in base64, so no body can hold a boundary.
    mark = sha256(envelope.message_id.encode(errors="replace")).hexdigest()[:32]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{number}{mark}")
    return message


def render_brief(body: Body, envelope: Envelope) -> EmailMessage:
    """The message of titles and links alone to one recipient, in plain text."""
    message = envelope.message(subject=body.subject, at=body.at, name=body.name)
    message.set_content(body.brief, cte="quoted-printable")
    return message


def html_page(digest: Digest, *, index: str = "") -> str:
    """A page that no mail server carries: every work in full, and the titles of those that were held back.

    `index` is the address of a page that leads to others like it.
    """
    return fill.html(page_of(digest, held=True, index=index), None)


def plain_text(digest: Digest) -> str:
    """The text part: every work, with every link."""
    return fill.text(page_of(digest))

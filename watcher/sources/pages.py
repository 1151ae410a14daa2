"""A page on the web, asked for once and politely: its bytes, its main text, or that nothing is there any more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.errors import SourceError
from watcher.sources.addresses import without_secrets
from watcher.sources.http import HttpError
from watcher.sources.page_text import PageText, main_text
from watcher.sources.validators import NOT_MODIFIED, Validators

if TYPE_CHECKING:
    from watcher.sources.http import Answer, Client

LARGEST_PAGE = 5_000_000  # bytes, unpacked, of one that is looked at again and again
LARGEST_FILE = 10_000_000  # … of one that is read once
ABSENT = {404, 410}

_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_HTML = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(r";\s*charset=[\s\"']*([^\s;\"']+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """What stands there. `text` is None where it has not changed since the validators; of what is no HTML it is empty.

    `found_at` is the address where it was read in the end, `moved_to` where a permanent redirect leads.
    """

    text: PageText | None
    validators: Validators
    found_at: str
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """The server says that nothing is there, by 404 or 410; `why` are its words."""

    why: str


@dataclass(frozen=True, slots=True)
class Unread:
    """It could not be read: that says nothing of what stands there."""

    why: str


Look = Read | Absent | Unread


def may_be_read(url: str) -> bool:
    """Whether a page is for programs to read. NCBI's are not: it asks them to use the E-utilities."""
    host = (urlsplit(url).hostname or "").lower()
    return host != "ncbi.nlm.nih.gov" and not host.endswith(".ncbi.nlm.nih.gov")


def charset_of(answer: Answer) -> str | None:
    """The encoding that the header of an answer says its text has."""
    found = _CHARSET.search(answer.headers.get("Content-Type", ""))
    return found[1] if found else None


def body_of(client: Client, url: str) -> tuple[bytes, str | None]:
    """The bytes behind an address that the user named, and their encoding by the header. Raises SourceError."""
    return client.get(url, lambda answer: (answer.body, charset_of(answer)), largest=LARGEST_FILE)


def look(client: Client, url: str, validators: Validators) -> Look:
    """Ask for a page. Whatever comes of it is a result."""
    try:
        headers = {"Accept": _ACCEPT, **validators.headers()}
        return client.get(url, lambda answer: _read(answer, validators), headers=headers, largest=LARGEST_PAGE)
    except HttpError as error:
        return Absent(str(error)) if error.status in ABSENT else Unread(str(error))
    except SourceError as error:
        return Unread(str(error))


def _read(answer: Answer, validators: Validators) -> Read:
    if answer.status == NOT_MODIFIED:
        return Read(None, validators, answer.url, answer.moved_to)
    kind = answer.headers.get("Content-Type", "text/html").lower().partition(";")[0].strip()
    if kind not in _HTML:
        return Read(PageText("", ()), Validators.of(answer), answer.url, answer.moved_to)
    text = main_text(answer.body, charset_of(answer))
    if text is None:
        raise SourceError(f"{without_secrets(answer.url)}: it asks whether its reader is human")
    return Read(text, Validators.of(answer), answer.url, answer.moved_to)

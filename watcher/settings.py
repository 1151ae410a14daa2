"""What queries.toml says, once it has been read and checked: see `watcher.config`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from watcher.models import CitedWork, Feed, Query
from watcher.toml_lines import Place

EUTILS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
EXAMPLE_EMAIL = "you@example.org"
DEFAULT_STORE = "db/watcher.db"


@dataclass(frozen=True, slots=True)
class PubmedSettings:
    """How PubMed is asked. `lookback` (first poll) and `overlap` (each later one) are in days."""

    email: str = EXAMPLE_EMAIL
    base_url: str = EUTILS
    poll: str = "15 */6 * * *"
    lookback: int = 30
    overlap: int = 7
    api_key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """A `[[digest]]`: who is told of which queries (names), and when: a cron line in the user's zone.

    `versions`: whether the journal version of a preprint that was told is told as an update, or folded in silence.
    `attach`: "ris" attaches the works as RIS. `language`: that of its dates (ISO 639-1).
    `pause_until`: the day, in the user's zone, from which it is composed again. `when_empty`: whether it comes when it
    has nothing to tell.
    """

    name: str
    to: tuple[str, ...]
    schedule: str
    queries: tuple[str, ...]
    versions: Literal["fold", "tell"] = "tell"
    attach: tuple[str, ...] = ()
    language: str = "en"
    pause_until: date | None = None
    when_empty: Literal["skip", "send"] = "skip"

    def resumed_at(self, zone: ZoneInfo) -> datetime | None:
        """The moment at which its pause ends, if there is one: the first one of that day."""
        return None if self.pause_until is None else datetime.combine(self.pause_until, time(), zone)

    def paused_until(self, now: datetime, zone: ZoneInfo) -> date | None:
        """The day that ends its pause, as long as that lasts."""
        resumed = self.resumed_at(zone)
        return self.pause_until if resumed is not None and now < resumed else None


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The submission server. `sender` is `from` in the file; mails to `rate_to` are given to `watcher rate --mail`, and
    `unsubscribe` is the address of who takes readers off. `keyring`: the password is in the system's keyring, under the
    host and the user.
    """

    sender: str
    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password_file: Path | None = None
    allow_plaintext: bool = False
    rate_to: str | None = None
    unsubscribe: str | None = None
    keyring: bool = False


@dataclass(frozen=True, slots=True)
class WrittenTerm:
    """A query's term with its lines as in the file, and where it begins there."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file, checked. Paths are relative to its folder no longer, but as the program can use them.

    `text` is the file's own.
    """

    path: Path
    zone: ZoneInfo
    article: str
    cited: tuple[CitedWork, ...]
    pubmed: PubmedSettings
    queries: tuple[Query, ...]
    feeds: tuple[Feed, ...]
    digests: tuple[DigestSettings, ...]
    mail: MailSettings | None
    store: Path
    text: str = ""
    terms: Mapping[str, WrittenTerm] = field(default_factory=dict)

    @property
    def watched(self) -> tuple[CitedWork, ...]:
        """The cited works of which is told what becomes of them."""
        return tuple(cited for cited in self.cited if cited.watch)

    def chosen(self, names: Iterable[str]) -> tuple[Query, ...]:
        """The queries of these names, in the file's order."""
        wanted = set(names)
        return tuple(query for query in self.queries if query.name in wanted)

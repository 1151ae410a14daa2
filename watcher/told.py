"""What is told, and to whom, as frozen dataclasses: digests, what stands in them and why, and the mails with them.

Times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from watcher.models import CitedWork, Record, Work


@dataclass(frozen=True, slots=True)
class Why:
    """Why a work is related to the cited ones, which stand here by number: those that it is nearest to, the words and
    phrases that it shares with these, the most telling first; those that it cites, and those that it has an author of.
    """

    near: tuple[int, ...] = ()
    shared: tuple[str, ...] = ()
    cites: tuple[int, ...] = ()
    by_author_of: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.near or self.cites or self.by_author_of)


@dataclass(frozen=True, slots=True)
class Rank:
    """How related a work is to the cited ones: `score` orders works, `percent` says how many of a hundred stored ones
    are less related.
    """

    score: float
    percent: int
    why: Why


@dataclass(frozen=True, slots=True)
class Entry:
    """A work in a digest: the phrases by which its section's query matched, and the titles of its other sections.

    `change` says of an update what has become of a work that was told, or that the article cites; `news` are the
    records of news items on it.
    """

    work: Work
    phrases: tuple[str, ...] = ()
    also_in: tuple[str, ...] = ()
    change: str = ""
    why: Why = field(default_factory=Why)
    news: tuple[Record, ...] = ()


class PageKind(StrEnum):
    """What has become of a page."""

    GONE = "gone"
    BACK = "back"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class PageEvent:
    """What a look at a page has found: where it has moved to, or the sentences that it has no longer, and has now."""

    kind: PageKind
    moved_to: str | None = None
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChange:
    """An event on the page of a cited work, by its number. All of it is plain text from outside."""

    id: int
    number: int
    url: str
    title: str
    event: PageEvent


@dataclass(frozen=True, slots=True)
class Section:
    """The works of a digest that one query found, in order."""

    query: str
    title: str
    cites: tuple[int, ...]
    entries: tuple[Entry, ...]


class FailureKind(StrEnum):
    """Of what a failure is: of a source that fails now, of a mail that did not arrive, of the mail server, or of
    something else.
    """

    SOURCE = "source"
    MAIL = "mail"
    SERVER = "server"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Failure:
    """A source or a delivery that fails: what it is, why, since when, and which kind of failure that is."""

    what: str
    why: str
    since: datetime
    kind: FailureKind = FailureKind.SOURCE

    @property
    def of_mail(self) -> bool:
        """Whether it concerns how a digest reaches its readers, and so is none of the public's business."""
        return self.kind in {FailureKind.MAIL, FailureKind.SERVER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The foot of a digest: what was asked between two moments, what came of it, and what failed.

    `loaded` counts NLM's files and the records in them; `found` is summed over the period's runs; `notes` are what
    sources said of the questions. `settings` is where the file stands in which all of it is edited, in words;
    `paused_until` the day that ends a pause that lasts.
    """

    since: datetime | None
    until: datetime
    queries: int = 0
    feeds: int = 0
    polls: int = 0
    loaded: tuple[int, int] = (0, 0)
    found: int = 0
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    next_at: datetime | None = None
    paused_until: date | None = None
    settings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a reader gets. `article` is the title of the article that is watched; `zone` an IANA name and `language` one
    of ISO 639-1, for its dates.

    `updates` are works that were told before, or notices of such; `sources` what has become of the cited works, and
    who cites them, `pages` of their pages; the sections hold what is new. `lead` is the most related of the sections'
    entries, which the subject names, and `best` are those that are shown in full first; `held` is what was held back as
    too little related. `rate_to` is where mails that rate a work go.
    """

    name: str
    composed_at: datetime
    article: str
    zone: str
    sections: tuple[Section, ...]
    receipt: Receipt
    cited: tuple[CitedWork, ...] = ()
    updates: tuple[Entry, ...] = ()
    sources: tuple[Entry, ...] = ()
    pages: tuple[PageChange, ...] = ()
    lead: Entry | None = None
    best: tuple[Entry, ...] = ()
    held: tuple[Section, ...] = ()
    rate_to: str = ""
    language: str = "en"

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that it tells of works, in the order in which it does."""
        return (*self.updates, *self.sources, *(entry for section in self.sections for entry in section.entries))

    @property
    def works(self) -> int:
        """How many new works it tells of."""
        return sum(len(section.entries) for section in self.sections)

    @property
    def in_short(self) -> str:
        """What it tells, for a log: "12 works and 2 updates"."""
        counted = ((self.works, "work"), (len(self.updates), "update"), (self.on_sources, "item"))
        said = [f"{number} {name}{'s' * (number != 1)}" for number, name in counted if number]
        return " and ".join(said) + " on the sources" * bool(self.on_sources) or "nothing new to tell"

    @property
    def on_sources(self) -> int:
        """How many items it has on the cited works and their pages."""
        return len(self.sources) + len(self.pages)

    @property
    def empty(self) -> bool:
        """Whether it has nothing to tell."""
        return not (self.works or self.updates or self.on_sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One digest that was kept. `day` is the day of its zone, in ISO form; `counts` its first line."""

    id: int
    name: str
    composed_at: datetime
    day: str
    subject: str
    counts: str


class State(StrEnum):
    """What became of a delivery. *unknown*: the server may or may not have it (RFC 1047)."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One frozen message to one recipient: `message` is the exact bytes of every attempt.

    `dots` counts the attempts after which the server may have it: the final dot was about to leave, and no answer came.
    `successor` is the delivery that goes in its stead: of titles only, or of the next digest.
    """

    id: int
    digest_id: int
    recipient: str
    message_id: str
    message: bytes
    state: State = State.PENDING
    attempts: int = 0
    next_attempt_at: datetime | None = None
    error: str | None = None
    dots: int = 0
    successor: int | None = None

    @property
    def given_up(self) -> bool:
        """Whether it waits for the next digest to its recipient, which is to carry what this one holds."""
        tried = self.state is State.PENDING and self.attempts > 0 and self.next_attempt_at is None
        return tried and not self.dots  # what may have arrived is told by no other message


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A message to be delivered: to whom, under which Message-ID, its bytes; and what goes where that is too large.

    `carries` are the deliveries in whose stead it goes.
    """

    recipient: str
    message_id: str
    message: bytes
    brief_id: str | None = None
    brief: bytes | None = None
    carries: tuple[int, ...] = ()


class Outcome(StrEnum):
    """What one attempt at a delivery came to."""

    SENT = "sent"  # the server (or the folder) has confirmed that it has the message
    DEFERRED = "deferred"  # it has not, and another attempt may do: 4xx, no connection, a drop before the final dot
    REFUSED = "refused"  # it has not, and never will: 5xx for the recipient or the content
    TOO_LARGE = "too large"  # it has not, and may take a smaller one
    UNKNOWN = "unknown"  # the connection ended between the final dot and the answer


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of an attempt, and the server's words (or the system's) for it."""

    outcome: Outcome
    detail: str = ""

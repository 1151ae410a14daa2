"""What can go wrong between an outbox and a mail server, as a table, and what whole deliveries make of each row of it.

The tests judge the rows (test_fault_rows.py), and benchmarks/smtp_faults.py prints them. Time is an argument: a row is
played at noon under the fault, then when its retries are due, over six hours, and the next day's digest follows.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from enum import Enum
from typing import TYPE_CHECKING, Any
from unittest import mock

from tests.fakes.listening import HOST, free_port
from tests.fakes.smtp_server import PASSWORD, USER, Certificate, Script, ScriptedServer
from tests.store.invented import article, keep
from watcher.cli.standing import standing
from watcher.config import parse_settings
from watcher.errors import DeliveryError, StoreError
from watcher.mail.replies import Reply, Stage
from watcher.mail.smtp import Security, SmtpTransport
from watcher.mail.smtp_session import Session, Timeouts
from watcher.pipeline.context import opened
from watcher.pipeline.deliver import deliver
from watcher.pipeline.tell import tell
from watcher.store.deliveries import Deliveries
from watcher.told import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from watcher.mail.outbox import Transport
    from watcher.pipeline.context import Context
    from watcher.settings import Settings
    from watcher.told import Delivery

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RETRIES = [NOON + timedelta(minutes=minutes) for minutes in (6, 32, 100, 370)]
TOMORROW = NOON + timedelta(days=1)
READERS = ("one@example.org", "two@example.org", "three@example.org")
PATIENCE = Timeouts(connect=10, command=20, dot=20)
HASTE = Timeouts(connect=1, command=0.2, dot=0.2)  # where the server says nothing
LONG = b"Subject: long\r\n\r\n" + (b"x" * 76 + b"\r\n") * 150_000  # more than the sockets on the way can hold


class Trouble(Enum):
    """What is wrong where no script of a server can show it."""

    NOBODY = "connection refused"
    BAD_CERTIFICATE = "a certificate that nobody vouches for"
    OWN_DISK_FULL = "our own disk is full before the dot"
    KILLED_BEFORE_DOT = "killed in the midst of the message"
    KILLED_AFTER_DOT = "killed between the dot and the 250"
    KILLED_AT_QUIT = "killed at QUIT"


@dataclass(frozen=True, slots=True)
class Stand:
    """How the first reader's delivery stands: its state, attempts so far, and copies that the server holds."""

    state: State
    attempts: int
    held: int

    def __str__(self) -> str:
        return f"{self.state} {self.attempts} {self.held}"


@dataclass(frozen=True, slots=True)
class Row:
    """A fault, `lasting` over the retries or gone after the first connection, and what is expected.

    `first` at noon, `later` after the retries, `told` in the words of `status` at noon (a regular expression; "": there
    is nothing to tell), `footer` in the next day's digest to the second reader, `carried` whether that digest tells the
    first reader what they missed. With `stops`, the server can not be used at all: that is raised, with these words.
    """

    name: str
    fault: Script | Trouble
    first: Stand
    later: Stand
    told: str = ""
    footer: str = ""
    lasting: bool = False
    carried: bool = False
    stops: bool = False
    security: Security = "none"
    long: bool = False

    def __str__(self) -> str:
        return f"{self.name}{', lasting' if self.lasting else ''}"


@dataclass
class Outcome:
    """What came of a row. `others` are the states of the other readers' deliveries after the retries; `copies` the
    different messages among what the server holds for the first reader.
    """

    first: Stand
    later: Stand
    told: str
    stopped: str
    footer: str
    carried: bool
    others: tuple[State, ...]
    copies: int
    clear: bool  # whether anything was said that must not be said in the clear
    said: list[str] = field(default_factory=list)


class Killed(BaseException):
    """Stands for SIGKILL: nothing that comes after it is done. The real one is in test_deliveries.py."""


def play(row: Row, folder: Path) -> Outcome:
    """Deliver a digest to three readers under the fault, and go on until the next day's."""
    trusted, other = (_certificate(folder / name) for name in ("trusted", "other"))
    script = row.fault if isinstance(row.fault, Script) else Script()
    if row.security == "starttls" and script.ehlo == Script().ehlo:
        script = Script(ehlo="250-mail.example.org\r\n250 STARTTLS")
    scripts = (script,) if row.lasting else (script, Script())
    with ExitStack() as stack:
        server = ScriptedServer(*scripts, certificate=trusted, port=free_port())
        if row.fault is not Trouble.NOBODY:
            stack.enter_context(server)
        settings = _settings(folder)

        @contextmanager
        def transport() -> Iterator[Transport]:
            user, password = (None, None) if row.security == "starttls" else (USER, PASSWORD)
            authority = other if row.fault is Trouble.BAD_CERTIFICATE else trusted
            opened_one = SmtpTransport(
                HOST, server.port, row.security, sender="watcher@example.org", user=user, password=password,
                timeouts=HASTE if script.silent_at else PATIENCE, ssl_context=authority.for_client(),
            )  # fmt: skip
            with opened_one:
                yield opened_one

        with opened(settings, NOON) as context:
            _tell(context, 1)
            if row.long:
                _lengthen(context.store.deliveries, context)
            with _trouble(row.fault):
                stopped = _deliver(context, transport)
        first, told = _stand(settings, server), _told(settings)
        if row.fault is Trouble.NOBODY and not row.lasting:
            stack.enter_context(server)
        for moment in RETRIES:
            with opened(settings, moment) as context:
                _deliver(context, transport)
        later = _stand(settings, server)
        others = tuple(delivery.state for delivery in _deliveries(settings)[1:3])
        held = [message for message in server.held if _is_for(message, READERS[0])]
        clear = row.security == "starttls" and any(c.startswith(("AUTH", "MAIL")) for c in server.commands)
        with opened(settings, TOMORROW) as context:
            _tell(context, 2)
            messages = context.store.deliveries.of_digest(2)
        return Outcome(
            first=first, later=later, told=told, stopped=stopped, footer=_footer(messages[1]),
            carried="number 1" in _text(messages[0]), others=others, copies=len(set(held)), clear=clear,
        )  # fmt: skip


def _settings(folder: Path) -> Settings:
    readers = ", ".join(f'"{reader}"' for reader in READERS)
    return parse_settings(
        f'[[query]]\nname = "q"\nterm = "skin[tiab]"\n[[digest]]\nname = "all"\nto = [{readers}]\n',
        folder / "queries.toml",
    )


def _certificate(folder: Path) -> Certificate:
    folder.mkdir()
    return Certificate.made_in(folder)


def _tell(context: Context, pmid: int) -> None:
    keep(context.store, article(pmid), context.now)
    with context.store.transaction():
        context.store.matches.keep("pubmed", str(pmid), "q", (), context.now)
    (told,) = tell(context, context.settings.digests, force=True)
    assert told.digest_id is not None


def _lengthen(deliveries: Deliveries, context: Context) -> None:
    """Let the first message be a long one: of a short one, nobody could say whether it had left when the drop came."""
    with context.store.transaction():
        deliveries._db.run("UPDATE deliveries SET message = ? WHERE id = 1", [LONG])


def _deliver(context: Context, transport: Callable[[], Any]) -> str:
    try:
        deliver(context, transport)
    except (DeliveryError, StoreError, Killed) as error:
        return str(error)
    return ""


def _trouble(fault: Script | Trouble) -> AbstractContextManager[object]:
    """What goes wrong on our side, for a block."""
    match fault:
        case Trouble.OWN_DISK_FULL:
            return _at_the_mark(StoreError("database or disk is full"))
        case Trouble.KILLED_BEFORE_DOT:
            return _at_the_mark(Killed())
        case Trouble.KILLED_AFTER_DOT:
            return _killed_at(Stage.DOT)
        case Trouble.KILLED_AT_QUIT:
            return _killed_at(Stage.QUIT)
        case _:
            return nullcontext()


def _at_the_mark(trouble: BaseException) -> AbstractContextManager[object]:
    """When it is to be kept that the dot is about to leave."""
    kept = Deliveries.keep

    def keep_delivery(self: Deliveries, delivery: Delivery, at: datetime) -> None:
        if delivery.dots:
            raise trouble
        kept(self, delivery, at)

    return mock.patch.object(Deliveries, "keep", keep_delivery)


def _killed_at(stage: Stage) -> AbstractContextManager[object]:
    """When the answer has come."""
    replied = Session._reply

    def reply(self: Session, code: int, text: bytes) -> Reply:
        if self.stage is stage:
            raise Killed
        return replied(self, code, text)

    return mock.patch.object(Session, "_reply", reply)


def _deliveries(settings: Settings) -> list[Delivery]:
    with opened(settings, NOON) as context:
        return context.store.deliveries.of_digest(1)


def _stand(settings: Settings, server: ScriptedServer) -> Stand:
    """Of the first reader's delivery, or the one that goes in its stead."""
    found = _deliveries(settings)
    delivery = found[0]
    if delivery.successor is not None:
        delivery = next(each for each in found if each.id == delivery.successor)
    held = sum(_is_for(message, READERS[0]) for message in server.held)
    return Stand(delivery.state, delivery.attempts, held)


def _is_for(message: bytes, reader: str) -> bool:
    return message == LONG or f"\r\nTo: {reader}\r\n".encode() in message


def _told(settings: Settings) -> str:
    with opened(settings, NOON) as context:
        lines = standing(settings, context.store, NOON).as_text(settings).splitlines()
    return "; ".join(line.strip() for line in lines if f"to {READERS[0]}: " in line)


def _text(delivery: Delivery) -> str:
    body = message_from_bytes(delivery.message, policy=policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def _footer(delivery: Delivery) -> str:
    about = _text(delivery).partition("About this digest")[2]
    return about.partition("Failed: ")[2].partition(" Next: ")[0]

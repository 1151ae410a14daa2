"""The rows of the table of SMTP faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.smtp_server import DROP, Script
from tests.mail.faults import READERS, Row, Stand, Trouble
from watcher.told import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.mail.smtp import Security

PENDING, SENT, UNKNOWN, FAILED, SENDING = State.PENDING, State.SENT, State.UNKNOWN, State.FAILED, State.SENDING
TLS = "250-mail.example.org\r\n250 STARTTLS"
AGAIN = "; again Mon 02 Mar 2026 12:0"  # five minutes later, and up to half a minute more
HALF_AN_HOUR = "; again Mon 02 Mar 2026 12:30"
A_QUARTER = "; again Mon 02 Mar 2026 12:15"
GIVEN_UP = "mail to one@example.org: "


def rows() -> Iterator[Row]:
    """All of them, in the order of a conversation."""
    yield from _connections()
    yield from _refusals_of_us()
    yield from _refusals_of_a_message()
    yield from _drops()
    yield from _ours()


def _put_off(name: str, fault: Script | Trouble, told: str) -> Iterator[Row]:
    """A fault that leaves the server without the message: gone at the next attempt, and lasting."""
    later = Stand(SENT, 2, 1)
    yield Row(name, fault, Stand(PENDING, 1, 0), later, told=f"pending, .*{told}.*{AGAIN}")
    given_up = Stand(PENDING, 5, 0)
    yield Row(
        name, fault, Stand(PENDING, 1, 0), given_up, told=f"pending, .*{told}.*{AGAIN}",
        footer=f"{GIVEN_UP}it could not be delivered", lasting=True, carried=True,
    )  # fmt: skip


def _stopped(name: str, fault: Script | Trouble, told: str, security: Security = "none") -> Iterator[Row]:
    """The server refuses us as a whole: nothing is attempted, everything waits for somebody to mend it."""
    stand = Stand(PENDING, 0, 0)
    words = f"pending, .*{told}.*{HALF_AN_HOUR}"
    yield Row(
        name, fault, stand, stand, told=words, footer="the mail server: mail could not be sent", lasting=True,
        stops=True, security=security,
    )  # fmt: skip


def _connections() -> Iterator[Row]:
    yield from _put_off("connection refused", Trouble.NOBODY, "Connection refused")
    yield from _put_off("banner 421", Script(greeting="421 4.3.2 too busy"), "421 4.3.2 too busy")
    yield from _put_off("no banner: hangs up", Script(greeting=DROP), "no connection to the mail server")
    yield from _put_off("no banner: silence", Script(silent_at="greeting"), "timed out")
    yield from _stopped("banner 554", Script(greeting="554 5.7.1 no service"), "does not serve us; it said: 554")
    yield from _stopped("EHLO refused: 550", Script(ehlo="550 go away"), "does not serve us; it said: 550 go away")
    yield from _put_off("EHLO put off: 451", Script(ehlo="451 later"), "451 later")


def _refusals_of_us() -> Iterator[Row]:
    clear = "nothing is sent in the clear"
    none = Script(ehlo="250 mail.example.org")
    yield from _stopped("STARTTLS missing", none, clear, security="starttls")
    refused = Script(ehlo=TLS, starttls="454 4.7.0 TLS not available")
    yield from _stopped("STARTTLS refused: 454", refused, clear, security="starttls")
    yield from _stopped("bad certificate", Trouble.BAD_CERTIFICATE, "cannot be trusted", security="starttls")
    yield from _stopped("AUTH 535", Script(auth="535 5.7.8 wrong"), "does not accept user watcher .* 535 5.7.8")
    yield from _put_off("AUTH 454", Script(auth="454 4.7.0 try later"), "454 4.7.0 try later")
    yield from _stopped("AUTH not offered", Script(ehlo="250 mail.example.org"), "offers no login")
    yield from _stopped("MAIL 553: sender not ours", Script(mail="553 5.7.1 not yours"), "correct from")


def _refusals_of_a_message() -> Iterator[Row]:
    yield from _put_off("MAIL 452", Script(mail="452 4.3.1 insufficient storage"), "452 4.3.1 insufficient storage")
    whole = Script(mail="552 5.3.4 too large")
    yield Row(
        "MAIL 552, titles as well", whole, Stand(FAILED, 1, 0), Stand(FAILED, 1, 0), "failed, 552 5.3.4", "552", True
    )
    small = Script(largest=3000)
    yield Row("MAIL 552 but for titles", small, Stand(SENT, 1, 1), Stand(SENT, 1, 1), lasting=True)
    yield from _put_off("RCPT 451", Script(rcpt="451 4.7.1 greylisted"), "451 4.7.1 greylisted")
    refused = Script(rcpt="550 5.1.1 no such user")
    for_good = Stand(FAILED, 1, 0)
    yield Row("RCPT 550", refused, for_good, for_good, "failed, 550 5.1.1.*--resend 1", "no such user", lasting=True)
    one = Script(rcpt_of={READERS[0]: "550 5.1.1 no such user"})
    yield Row("RCPT 550 for one of three", one, for_good, for_good, "failed, 550", GIVEN_UP + "550", lasting=True)
    yield from _put_off("DATA 451", Script(data="451 4.3.0 later"), "451 4.3.0 later")
    yield Row("DATA 554", Script(data="554 no"), for_good, for_good, "failed, 554 no", "554 no", lasting=True)
    yield from _put_off("451 after the dot", Script(dot="451 4.3.0 try again"), "451 4.3.0 try again")
    yield from _put_off("server's disk full: 452 after the dot", Script(dot="452 4.3.1 disk full"), "disk full")
    yield Row(
        "554 after the dot", Script(dot="554 spam"), for_good, for_good, "failed, 554 spam", "554 spam", lasting=True
    )


def _drops() -> Iterator[Row]:
    yield from _put_off("drop at MAIL", Script(mail=DROP), "broke off at MAIL FROM")
    yield from _put_off("drop at DATA", Script(data=DROP), "broke off at DATA")
    yield Row(
        "drop mid-body", Script(body=DROP), Stand(PENDING, 1, 0), Stand(SENT, 2, 1),
        told=f"pending, .*broke off at the message.*{AGAIN}", long=True,
    )  # fmt: skip
    for name, script in (("drop", Script(dot=DROP)), ("stall", Script(silent_at="dot"))):
        first, told = Stand(UNKNOWN, 1, 1), f"unknown, .*at the final dot.*{A_QUARTER}"
        yield Row(f"{name} after the dot", script, first, Stand(SENT, 2, 2), told=told)
        lasting = Stand(UNKNOWN, 2, 2)
        yield Row(f"{name} after the dot", script, first, lasting, told, GIVEN_UP + "it may or may not", lasting=True)
    yield Row(
        "250 garbled after the dot", Script(dot="what?"), Stand(UNKNOWN, 1, 1), Stand(SENT, 2, 2), "no SMTP reply"
    )
    sent = Stand(SENT, 1, 1)
    yield Row("QUIT dropped", Script(quit=DROP), sent, sent, lasting=True)
    yield Row("QUIT answered 500", Script(quit="500 what?"), sent, sent, lasting=True)
    yield Row("QUIT not answered", Script(silent_at="quit"), sent, sent, lasting=True)


def _ours() -> Iterator[Row]:
    yield Row(
        "our disk is full before the dot", Trouble.OWN_DISK_FULL, Stand(SENDING, 1, 0), Stand(SENT, 2, 1), stops=True
    )
    yield Row("killed before the dot", Trouble.KILLED_BEFORE_DOT, Stand(SENDING, 1, 0), Stand(SENT, 2, 1))
    yield Row("killed between dot and 250", Trouble.KILLED_AFTER_DOT, Stand(SENDING, 1, 1), Stand(SENT, 2, 2))
    yield Row("killed at QUIT", Trouble.KILLED_AT_QUIT, Stand(SENT, 1, 1), Stand(SENT, 1, 1))

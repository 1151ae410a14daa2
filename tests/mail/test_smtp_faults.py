"""What a server can do wrong, one row each: what becomes of the message, and what the server holds."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.fakes.listening import HOST
from tests.fakes.smtp_server import DROP, PASSWORD, USER, Certificate, Script, ScriptedServer
from watcher.errors import DeliveryError
from watcher.mail.smtp import SmtpTransport
from watcher.mail.smtp_session import Timeouts
from watcher.told import Attempt, Delivery, Outcome

QUICK = Timeouts(connect=5, command=5, dot=5)
MESSAGE = b"Subject: invented\r\n\r\n.a line that begins with a dot\r\n"
LONG = (
    b"Subject: invented\r\n\r\n"
    + b"seventy-eight characters and no more than that, again and again and again ..\r\n" * 150_000
)
SENT, DEFERRED, REFUSED, UNKNOWN = Outcome.SENT, Outcome.DEFERRED, Outcome.REFUSED, Outcome.UNKNOWN
TOO_LARGE = Outcome.TOO_LARGE
WITHOUT_LOGIN = "250-mail.example.org\r\n250 SIZE 20000000"
PLAIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()


def delivery(message: bytes = MESSAGE, number: int = 1) -> Delivery:
    return Delivery(
        id=number,
        digest_id=1,
        recipient=f"reader{number}@example.org",
        message_id=f"<{number}@example.org>",
        message=message,
    )


def transport(server: ScriptedServer, timeouts: Timeouts = QUICK, *, login: bool = True) -> SmtpTransport:
    return SmtpTransport(
        HOST,
        server.port,
        "none",
        sender="watcher@example.org",
        user=USER if login else None,
        password=PASSWORD if login else None,
        timeouts=timeouts,
    )


def attempt(server: ScriptedServer, message: bytes = MESSAGE, timeouts: Timeouts = QUICK) -> Attempt:
    with transport(server, timeouts) as mail:
        return mail.send(delivery(message))


@pytest.mark.parametrize(
    ("script", "outcome", "held", "words"),
    [
        (Script(), SENT, 1, "queued as 4711"),
        (Script(greeting=DROP), DEFERRED, 0, "no connection"),
        (Script(greeting="421 4.3.2 too busy"), DEFERRED, 0, "421 4.3.2 too busy"),
        (Script(greeting="HTTP/1.1 400 Bad Request"), DEFERRED, 0, "no SMTP reply"),
        (Script(greeting="220 " + "x" * 9000), DEFERRED, 0, "Line too long"),
        (Script(ehlo=DROP), DEFERRED, 0, "no connection"),
        (Script(ehlo="451 later"), DEFERRED, 0, "451 later"),
        (Script(auth="454 4.7.0 temporary failure"), DEFERRED, 0, "454 4.7.0"),
        (Script(auth=DROP), DEFERRED, 0, "no connection"),
        (Script(mail="452 4.3.1 insufficient storage"), DEFERRED, 0, "452 4.3.1 insufficient storage (at MAIL FROM)"),
        (Script(mail="421 closing"), DEFERRED, 0, "421 closing"),
        (Script(mail="552 5.3.4 too large"), TOO_LARGE, 0, "552 5.3.4 too large"),
        (Script(mail=DROP), DEFERRED, 0, "broke off at MAIL FROM"),
        (Script(rcpt="451 4.7.1 greylisted"), DEFERRED, 0, "451 4.7.1 greylisted (at RCPT TO)"),
        (Script(rcpt="550 5.1.1 no such user"), REFUSED, 0, "550 5.1.1 no such user"),
        (Script(rcpt="251 will forward"), SENT, 1, "queued"),
        (Script(rcpt=DROP), DEFERRED, 0, "broke off at RCPT TO"),
        (Script(data="451 later"), DEFERRED, 0, "451 later (at DATA)"),
        (Script(data="554 no"), REFUSED, 0, "554 no (at DATA)"),
        (Script(data="250 what?"), DEFERRED, 0, "250 what? (at DATA)"),
        (Script(data=DROP), DEFERRED, 0, "broke off at DATA"),
        (Script(dot="451 4.3.0 try again"), DEFERRED, 1, "451 4.3.0 try again"),
        (Script(dot="421 4.3.2 going down"), DEFERRED, 1, "421"),
        (Script(rcpt="554 5.2.3 too large"), TOO_LARGE, 0, "554 5.2.3"),
        (Script(dot="552 5.2.2 mailbox full"), TOO_LARGE, 1, "552 5.2.2 mailbox full (at the final dot)"),
        (Script(dot="554 5.7.1 looks like spam"), REFUSED, 1, "554 5.7.1"),
        (Script(dot=DROP), UNKNOWN, 1, "broke off at the final dot"),
        (Script(dot="garbage"), UNKNOWN, 1, "no SMTP reply"),
        (Script(dot="354 more"), UNKNOWN, 1, "354 more"),
        (Script(dot="250 " + "x" * 9000), UNKNOWN, 1, "Line too long"),
        (Script(quit=DROP), SENT, 1, "queued"),
        (Script(quit="500 what?"), SENT, 1, "queued"),
        (Script(quit="gone"), SENT, 1, "queued"),
        (Script(quit="221 " + "x" * 9000), SENT, 1, "queued"),
    ],
)
def test_a_fault_becomes_an_outcome(script: Script, outcome: Outcome, held: int, words: str) -> None:
    with ScriptedServer(script) as server:
        result = attempt(server)
        assert result.outcome is outcome
        assert words in result.detail
        assert server.messages == [MESSAGE] * held


@pytest.mark.parametrize(
    ("script", "advice"),
    [
        (Script(greeting="554 5.7.1 no service for you"), "does not serve us.*554 5.7.1 no service for you"),
        (Script(ehlo="550 go away"), "does not serve us.*550 go away"),
        (Script(ehlo=WITHOUT_LOGIN), "offers no login"),
        (Script(auth="535 5.7.8 wrong"), "does not accept user watcher.*535 5.7.8 wrong"),
        (Script(auth="534 5.7.9 too weak"), "does not accept user watcher.*534"),
        (Script(auth="538 5.7.11 encrypt first"), "does not accept user watcher.*538"),
        (Script(mail="530 5.7.0 log in"), "does not take mail from watcher@example.org.*530"),
        (Script(mail="553 5.7.1 not yours"), "does not take mail from watcher@example.org: correct from.*553"),
        (Script(rcpt="530 5.7.0 log in"), "wants a login first"),
    ],
)
def test_a_refusal_of_us_as_a_whole_is_raised_and_says_what_to_do(script: Script, advice: str) -> None:
    with ScriptedServer(script) as server:
        with pytest.raises(DeliveryError, match=advice):
            attempt(server)
        assert server.messages == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.made_in(tmp_path_factory.mktemp("certificate"))


OFFERED = "250-mail.example.org\r\n250-AUTH PLAIN\r\n250 STARTTLS"


@pytest.mark.parametrize(
    ("script", "advice"),
    [
        (Script(), "does not offer STARTTLS, and nothing is sent in the clear"),
        (Script(ehlo=OFFERED, starttls="454 TLS not available"), "refuses STARTTLS.*454 TLS not available"),
        (Script(ehlo=OFFERED, starttls="501 no"), "refuses STARTTLS.*501 no"),
    ],
)
def test_without_starttls_nothing_is_said_in_the_clear(certificate: Certificate, script: Script, advice: str) -> None:
    with ScriptedServer(script) as server:
        mail = SmtpTransport(
            HOST,
            server.port,
            "starttls",
            sender="watcher@example.org",
            user=USER,
            password=PASSWORD,
            timeouts=QUICK,
            ssl_context=certificate.for_client(),
        )
        with pytest.raises(DeliveryError, match=advice):
            mail.__enter__()
        assert not [command for command in server.commands if command.startswith(("AUTH", "MAIL"))]


@pytest.mark.parametrize("script", [Script(ehlo=OFFERED, starttls=DROP), Script(ehlo=OFFERED, starttls="421 closing")])
def test_a_server_that_leaves_at_starttls_defers(certificate: Certificate, script: Script) -> None:
    with ScriptedServer(script) as server:
        mail = SmtpTransport(
            HOST,
            server.port,
            "starttls",
            sender="w@example.org",
            timeouts=QUICK,
            ssl_context=certificate.for_client(),
        )
        with mail:
            assert mail.send(delivery()).outcome is DEFERRED


def test_a_server_that_leaves_during_the_handshake_defers(certificate: Certificate) -> None:
    with ScriptedServer(Script(greeting=DROP)) as server:
        mail = SmtpTransport(
            HOST,
            server.port,
            "tls",
            sender="w@example.org",
            timeouts=QUICK,
            ssl_context=certificate.for_client(),
        )
        with mail:
            assert mail.send(delivery()).outcome is DEFERRED


def test_what_was_slipped_in_before_tls_is_not_believed(certificate: Certificate) -> None:
    """The injection that RFC 3207, 4.2 speaks of: an answer in the clear behind that to STARTTLS."""
    slipped = Script(ehlo=OFFERED, starttls="220 go ahead\r\n250-evil\r\n250 AUTH PLAIN")
    with ScriptedServer(slipped, certificate=certificate) as server:
        mail = SmtpTransport(
            HOST,
            server.port,
            "starttls",
            sender="w@example.org",
            timeouts=QUICK,
            ssl_context=certificate.for_client(),
        )
        with mail:
            result = mail.send(delivery())
        assert result.outcome is SENT
        assert len([command for command in server.commands if command.upper().startswith("EHLO")]) == 2


@pytest.mark.parametrize("stage", ["greeting", "ehlo", "mail", "rcpt", "data"])
def test_silence_before_the_dot_defers(stage: str) -> None:
    with ScriptedServer(Script(silent_at=stage)) as server:
        result = attempt(server, timeouts=Timeouts(connect=5, command=0.1, dot=5))
        assert result.outcome is DEFERRED
        assert "timed out" in result.detail


def test_silence_after_the_dot_is_unknown_and_has_a_wait_of_its_own() -> None:
    with ScriptedServer(Script(silent_at="dot")) as server:
        result = attempt(server, timeouts=Timeouts(connect=5, command=5, dot=0.1))
        assert result.outcome is UNKNOWN
        assert server.messages == [MESSAGE]


def test_silence_at_quit_changes_nothing() -> None:
    with ScriptedServer(Script(silent_at="quit")) as server:
        assert attempt(server, timeouts=Timeouts(connect=0.3, command=5, dot=5)).outcome is SENT


def test_a_drop_in_the_midst_of_a_message_defers() -> None:
    with ScriptedServer(Script(body=DROP)) as server:
        result = attempt(server, LONG)
        assert result.outcome is DEFERRED
        assert "broke off at the message" in result.detail
        assert server.messages == []


def test_a_long_message_arrives_whole() -> None:
    with ScriptedServer() as server:
        assert attempt(server, LONG).outcome is SENT
        assert server.messages == [LONG]


@pytest.mark.parametrize(
    "first",
    [
        Script(mail=DROP),
        Script(rcpt="421 closing"),
        Script(data="250 what?"),
        Script(dot=DROP),
        Script(dot="garbage"),
        Script(rset=DROP),
        Script(rset="500 what?"),
    ],
    ids=str,
)
def test_after_a_drop_the_next_message_gets_a_connection_of_its_own(first: Script) -> None:
    with ScriptedServer(first, Script()) as server:
        with transport(server) as mail:
            mail.send(delivery())
            assert mail.send(delivery(number=2)).outcome is SENT
        assert server.connections == 2
        assert server.messages[-1] == MESSAGE


@pytest.mark.parametrize(
    "turned_down", [Script(rcpt="550 no"), Script(dot="554 no"), Script(mail="452 full"), Script()]
)
def test_the_next_message_goes_over_the_same_connection_after_rset(turned_down: Script) -> None:
    with ScriptedServer(turned_down) as server:
        with transport(server) as mail:
            first = mail.send(delivery())
            assert mail.send(delivery(number=2)).outcome is first.outcome
        assert server.connections == 1
        assert server.commands.count("RSET") == 1


def test_a_server_that_does_not_come_back_defers_the_rest_and_is_asked_only_once() -> None:
    with ScriptedServer(Script(mail=DROP), Script(greeting="421 too busy")) as server:
        with transport(server) as mail:
            attempts = [mail.send(delivery(number=number)) for number in range(4)]
        assert {each.outcome for each in attempts} == {DEFERRED}
        assert server.connections == 2


def test_a_login_that_is_refused_on_the_way_back_stops_the_rest() -> None:
    with ScriptedServer(Script(mail=DROP), Script(auth="535 no longer")) as server, transport(server) as mail:
        assert mail.send(delivery()).outcome is DEFERRED
        with pytest.raises(DeliveryError, match="535 no longer"):
            mail.send(delivery())


def test_the_size_is_announced_where_the_server_asks_for_it() -> None:
    with ScriptedServer() as server:
        attempt(server)
        assert f"MAIL FROM:<watcher@example.org> SIZE={len(MESSAGE)}" in server.commands
    with ScriptedServer(Script(ehlo="250-mail.example.org\r\n250 AUTH PLAIN")) as server:
        attempt(server)
        assert "MAIL FROM:<watcher@example.org>" in server.commands


def test_login_in_two_steps_where_plain_is_not_offered() -> None:
    refused = Script(ehlo="250-mail.example.org\r\n250 AUTH LOGIN CRAM-MD5", auth="334 VXNlcm5hbWU6")
    with ScriptedServer(refused) as server:
        assert attempt(server).outcome is DEFERRED  # it asks for ever, and we answer twice
        encoded = [base64.b64encode(text.encode()).decode() for text in (USER, PASSWORD)]
        assert server.commands[1:4] == ["AUTH LOGIN", *encoded]


@pytest.mark.parametrize("echo", [PASSWORD, PLAIN, base64.b64encode(PASSWORD.encode()).decode()])
@pytest.mark.parametrize("stage", ["greeting", "auth", "mail", "dot"])
@pytest.mark.parametrize("code", ["454", "554"])
def test_the_password_is_in_no_text_whatever_the_server_repeats(echo: str, stage: str, code: str) -> None:
    said = ""
    echoing: dict[str, Any] = {stage: f"{code} you said {echo} to me"}
    with ScriptedServer(Script(**echoing)) as server:
        try:
            said = attempt(server).detail
        except DeliveryError as error:
            said = f"{error!r} {error.__context__ or ''} {error.__cause__ or ''}"
    assert "you said" in said
    assert echo not in said
    assert PASSWORD not in said


def test_control_characters_and_floods_of_a_server_do_not_reach_a_person() -> None:
    flood = "\r\n".join(f"550-\x1b[31m red \u202e {number} " + "x" * 100 for number in range(50))
    with ScriptedServer(Script(rcpt=flood + "\r\n550 end")) as server:
        said = attempt(server).detail
    assert said.isprintable()
    assert len(said) < 500

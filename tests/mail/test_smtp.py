"""Whole conversations with a real mail server on loopback: STARTTLS, login, and the bytes that arrive."""

from __future__ import annotations

import smtplib
import socket
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from tests.fakes.listening import HOST
from tests.fakes.smtp_server import PASSWORD, USER, Certificate, MailServer, Script, ScriptedServer
from watcher.errors import DeliveryError
from watcher.mail.outbox import freeze
from watcher.mail.smtp import Security, SmtpTransport
from watcher.mail.smtp_session import Timeouts
from watcher.told import Delivery, Outcome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.made_in(tmp_path_factory.mktemp("certificate"))


def delivery(recipient: str = "reader@example.org", number: int = 1) -> Delivery:
    message = EmailMessage()
    message["From"] = "Watcher <watcher@example.org>"
    message["To"] = recipient
    message["Subject"] = "Zwei neue Arbeiten über Haut – 皮膚"
    message["Message-ID"] = f"<{number}@example.org>"
    message.set_content("A line.\n.\n..two dots\n.one dot\nκ-Carrageenan and a long line: " + "x " * 600 + "\n\n\n")
    message.add_alternative("<p>κ-Carrageenan</p>\n.\n", subtype="html")
    return Delivery(
        id=number,
        digest_id=1,
        recipient=recipient,
        message_id=f"<{number}@example.org>",
        message=freeze(message),
    )


def transport(
    port: int,
    certificate: Certificate,
    *,
    host: str = HOST,
    security: Security = "starttls",
    user: str | None = USER,
    password: str | None = PASSWORD,
) -> SmtpTransport:
    return SmtpTransport(
        host,
        port,
        security,
        sender="watcher@example.org",
        user=user,
        password=password,
        ssl_context=certificate.for_client(),
    )


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_messages_arrive_byte_for_byte_over_tls_after_one_login(certificate: Certificate, security: Security) -> None:
    sent = [delivery(f"reader{number}@example.org", number) for number in range(3)]
    with MailServer(certificate, tls_from_start=security == "tls") as server:
        with transport(server.port, certificate, security=security) as mail:
            attempts = [mail.send(each) for each in sent]
        assert [attempt.outcome for attempt in attempts] == [Outcome.SENT] * 3
        assert "queued as 4711" in attempts[0].detail
        assert [message.content for message in server.received] == [each.message for each in sent]
        assert [message.recipients for message in server.received] == [(each.recipient,) for each in sent]
        assert {message.sender for message in server.received} == {"watcher@example.org"}
        assert all(message.encrypted for message in server.received)
        assert {message.user for message in server.received} == {USER}
        assert (server.connections, server.logins) == (1, 1)


def test_a_loopback_server_may_be_used_without_encryption(certificate: Certificate) -> None:
    sent = delivery()
    with MailServer() as server, transport(server.port, certificate, security="none", user=None) as mail:
        assert mail.send(sent).outcome is Outcome.SENT
        assert server.received[0].content == sent.message


def test_a_host_may_be_given_by_name(certificate: Certificate) -> None:
    with MailServer(certificate) as server, transport(server.port, certificate, host="localhost") as mail:
        assert mail.send(delivery()).outcome is Outcome.SENT


def test_an_untrusted_certificate_stops_it_before_anything_is_said(certificate: Certificate, tmp_path: Path) -> None:
    other = Certificate.made_in(tmp_path)
    with MailServer(certificate) as server:
        mail = transport(server.port, other)
        with pytest.raises(DeliveryError, match=r"certificate of .* cannot be trusted \(self-signed certificate\)"):
            mail.__enter__()
        assert (server.received, server.logins) == ([], 0)


def test_a_certificate_for_another_name_stops_it(tmp_path: Path) -> None:
    other = Certificate.made_in(tmp_path, "mail.example.net")
    with MailServer(other, tls_from_start=True) as server:
        with pytest.raises(DeliveryError, match=r"is not valid for '127.0.0.1'.*the name that it bears"):
            transport(server.port, other, security="tls").__enter__()
        assert server.logins == 0


def test_by_default_only_the_system_s_authorities_are_trusted(certificate: Certificate) -> None:
    with MailServer(certificate) as server:
        mail = SmtpTransport(HOST, server.port, "starttls", sender="w@example.org", user=USER, password=PASSWORD)
        with pytest.raises(DeliveryError, match="cannot be trusted"):
            mail.__enter__()
        assert server.received == []


def test_a_wrong_password_is_tried_once_and_never_shown(certificate: Certificate) -> None:
    wrong = "hunter2 und mehr"
    with MailServer(certificate) as server:
        mail = transport(server.port, certificate, password=wrong)
        with pytest.raises(DeliveryError, match=r"does not accept user watcher with this password.*535") as raised:
            mail.__enter__()
        assert server.logins == 1
        assert wrong not in str(raised.value) + repr(raised.value) + repr(mail)
        assert raised.value.__cause__ is None
        assert raised.value.__context__ is None


def test_a_server_that_wants_a_login_says_so_when_there_is_none(certificate: Certificate) -> None:
    with (
        MailServer(certificate) as server,
        pytest.raises(DeliveryError, match="give user and password"),
        transport(server.port, certificate, user=None) as mail,
    ):
        mail.send(delivery())
    assert server.received == []


def test_a_server_that_is_down_defers_every_message_and_takes_them_all_when_it_is_back(
    certificate: Certificate,
) -> None:
    with socket.create_server((HOST, 0)) as reserved:
        port = reserved.getsockname()[1]
    sent = [delivery(f"reader{number}@example.org", number) for number in range(2)]

    with transport(port, certificate) as mail:
        attempts = [mail.send(each) for each in sent]
    assert [attempt.outcome for attempt in attempts] == [Outcome.DEFERRED] * 2
    assert attempts[0].detail == f"no connection to the mail server {HOST}:{port}: Connection refused"

    with MailServer(certificate, port=port) as server:
        with transport(port, certificate) as mail:
            assert [mail.send(each).outcome for each in sent] == [Outcome.SENT] * 2
        assert [message.content for message in server.received] == [each.message for each in sent]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (TimeoutError("timed out"), "timed out"),
    ],
)
def test_a_name_that_does_not_resolve_and_a_host_that_is_silent_defer(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    asked: list[tuple[object, ...]] = []

    def fail(*arguments: object) -> socket.socket:
        asked.append(arguments)
        raise error

    monkeypatch.setattr(socket, "create_connection", fail)
    with transport(587, certificate, host="mail.example.org") as mail:
        attempts = [mail.send(delivery()) for _ in range(3)]
    assert {attempt.outcome for attempt in attempts} == {Outcome.DEFERRED}
    assert words in attempts[0].detail
    assert asked == [(("mail.example.org", 587), 30)]


def test_a_host_that_is_no_name_is_said(certificate: Certificate) -> None:
    with pytest.raises(DeliveryError, match="not a host's name"):
        transport(587, certificate, host="mail..example.org").__enter__()


def test_tls_with_a_server_that_begins_in_the_clear_says_what_to_write(certificate: Certificate) -> None:
    with ScriptedServer() as server, pytest.raises(DeliveryError, match='write security = "starttls"'):
        transport(server.port, certificate, security="tls").__enter__()


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "::2", "localhost.example.org"])
def test_without_encryption_only_loopback_is_talked_to_unless_allowed(host: str) -> None:
    with pytest.raises(DeliveryError, match=r"in the clear.*allow_plaintext"):
        SmtpTransport(host, 25, "none", sender="w@example.org")
    SmtpTransport(host, 25, "none", sender="w@example.org", allow_plaintext=True)
    with pytest.raises(DeliveryError, match=r"the password .* in the clear"):
        SmtpTransport(host, 25, "none", sender="w@example.org", user=USER, password=PASSWORD, allow_plaintext=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"])
def test_loopback_has_several_names(host: str) -> None:
    SmtpTransport(host, 25, "none", sender="w@example.org", user=USER, password=PASSWORD)


def test_a_user_without_a_password_and_a_sender_without_an_address_are_refused_at_once() -> None:
    with pytest.raises(DeliveryError, match="no password for user watcher"):
        SmtpTransport(HOST, 25, "none", sender="w@example.org", user=USER)
    for sender in ("Watcher", "a@b>\r\nRCPT TO:<c@d", "wächter@example.org"):
        with pytest.raises(DeliveryError, match="cannot be a sender"):
            SmtpTransport(HOST, 25, "none", sender=sender)


@pytest.mark.parametrize("recipient", ["jörg@example.org", "a@b>\r\nRCPT TO:<c@d", "a b@c", "nobody", ""])
def test_what_is_no_address_is_refused_without_a_word_to_the_server(certificate: Certificate, recipient: str) -> None:
    to_nobody = Delivery(id=1, digest_id=1, recipient=recipient, message_id="<1@x>", message=b"Subject: x\r\n\r\n")
    with ScriptedServer() as server:
        with transport(server.port, certificate, security="none") as mail:
            assert mail.send(to_nobody).outcome is Outcome.REFUSED
            assert mail.send(delivery()).outcome is Outcome.SENT
        assert len(server.messages) == 1
        assert [c for c in server.commands if c.startswith("RCPT")] == ["RCPT TO:<reader@example.org>"]


def test_it_introduces_itself_by_address_and_asks_dns_nothing(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda _="": pytest.fail("asked for a name"))
    with ScriptedServer() as server:
        with transport(server.port, certificate, security="none"):
            pass
        assert server.commands[0].upper() == f"EHLO [{HOST}]"


def test_the_waits_are_those_of_the_standard() -> None:
    assert Timeouts() == Timeouts(connect=30, command=300, dot=600)


def test_smtplib_never_prints_a_conversation(certificate: Certificate, capfd: pytest.CaptureFixture[str]) -> None:
    with (
        ScriptedServer(Script(auth=f"535 no such {PASSWORD}")) as server,
        pytest.raises(DeliveryError) as raised,
        transport(server.port, certificate, security="none"),
    ):
        pass
    assert smtplib.SMTP.debuglevel == 0
    assert capfd.readouterr() == ("", "")
    assert PASSWORD not in str(raised.value)
    assert "[password removed]" in str(raised.value)

"""What arrives is what was frozen, in bytes that the strictest reader takes; benchmarks/wire.py asks a real Postfix."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from tests.digest import invented
from tests.fakes.listening import HOST
from tests.fakes.smtp_server import MailServer
from watcher.digest.alarm import Alarm, render_alarm
from watcher.digest.envelope import Envelope
from watcher.digest.render import body_of, render, render_brief
from watcher.mail.outbox import freeze
from watcher.mail.smtp import SmtpTransport
from watcher.told import Delivery, Failure, Outcome

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Auto-Submitted", "MIME-Version")
ENVELOPE = Envelope("Watcher <w@example.org>", "Reader <r@example.org>", "<1@example.org>", unsubscribe="w@example.org")
FAILURE = Failure("PubMed, all queries\r\nBcc: victim@example.org", invented.HOSTILE, invented.COMPOSED_AT)
ALARM = Alarm(name=invented.HOSTILE, at=invented.COMPOSED_AT, zone="Europe/Berlin", in_a_row=3, failed=(FAILURE,))
MAILS = {
    "nothing": render(body_of(invented.of(0)), ENVELOPE),
    "a dozen": render(body_of(invented.of(12)), ENVELOPE),
    "hostile": render(body_of(invented.hostile()), ENVELOPE),
    "a hostile name": render(body_of(replace(invented.of(1), name=invented.HOSTILE)), ENVELOPE),
    "titles alone": render_brief(body_of(invented.hostile()), ENVELOPE),
    "an alarm": render_alarm(ALARM, ENVELOPE),
}


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_arrives_byte_for_byte_and_without_a_defect(name: str) -> None:
    frozen = freeze(MAILS[name])
    sent = Delivery(id=1, digest_id=1, recipient="r@example.org", message_id="<1@example.org>", message=frozen)
    with MailServer() as server:
        with SmtpTransport(HOST, server.port, "none", sender="w@example.org") as transport:
            assert transport.send(sent).outcome is Outcome.SENT
        (received,) = server.received
    assert received.content == frozen
    assert frozen.isascii()
    assert max(map(len, frozen.split(b"\r\n"))) <= 998
    message = message_from_bytes(frozen, policy=policy.SMTP.clone(raise_on_defect=True))
    for part in message.walk():
        assert not part.defects
        assert not [value.defects for value in part.values() if value.defects]
        assert part.is_multipart() or part.get_content()
        assert part.is_multipart() or part["Content-Transfer-Encoding"] in {"7bit", "quoted-printable"}
    for header in ONCE:
        assert len(message.get_all(header, [])) == 1, header
    assert "Bcc" not in message


def test_who_takes_readers_off_is_a_mail_address_with_the_digest_s_name() -> None:
    assert MAILS["a dozen"]["List-Unsubscribe"] == "<mailto:w@example.org?subject=unsubscribe%20skin-stem-cells>"
    assert "List-Unsubscribe" not in render(body_of(invented.of(1)), replace(ENVELOPE, unsubscribe=None))


def test_titles_alone_are_a_small_part_of_a_long_digest() -> None:
    body = body_of(invented.of(500))
    assert len(freeze(render_brief(body, ENVELOPE))) < len(freeze(render(body, ENVELOPE))) / 3

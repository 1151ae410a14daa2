"""Mails that rate a work: what is taken, and what is refused and why."""

from __future__ import annotations

from io import BytesIO

import pytest

from watcher.mail.rating import LARGEST, read

READERS = ["Reader <reader@example.org>", "other@example.org"]


def mail(subject: str = "watcher rate 123 +", sender: str = "reader@example.org", body: str = "") -> BytesIO:
    return BytesIO(f"From: {sender}\r\nTo: rate@example.org\r\nSubject: {subject}\r\n\r\n{body}".encode())


@pytest.mark.parametrize("sender", ["reader@example.org", "A Reader <Reader@Example.org>", "other@example.org"])
def test_a_mail_of_a_reader_names_the_work_and_the_rating(sender: str) -> None:
    assert read(mail(sender=sender), READERS) == ("123", "+")
    assert read(mail("watcher rate 7 -", sender, "-- \nA reader"), READERS) == ("7", "-")


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "Re: watcher rate 123 +",
        "watcher rate 123 *",
        "watcher rate 123 + --config other.toml",
        "watcher rate -1 +",
        "watcher rate ١٢ +",
        "watcher rate 123 +\r\nSubject: watcher rate 124 +",
        "watcher rate 123456789012345 +",
    ],
)
def test_any_other_subject_is_refused(subject: str) -> None:
    with pytest.raises(ValueError, match="no subject such as"):
        read(mail(subject), READERS)


@pytest.mark.parametrize(
    "sender",
    [
        "stranger@example.org",
        "reader@example.org, stranger@example.org",
        "reader@example.org\r\nFrom: stranger@example.org",
        "reader@example.org <stranger@example.org>",
        "",
    ],
)
def test_anybody_else_is_refused(sender: str) -> None:
    with pytest.raises(ValueError, match="not from one who gets a digest"):
        read(mail(sender=sender), READERS)


def test_a_large_mail_is_refused_unread() -> None:
    with pytest.raises(ValueError, match="larger than"):
        read(mail(body="x" * LARGEST), READERS)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"Subject: =?utf-8?q?watcher_rate_1_+?=\n\n"])
def test_what_is_no_such_mail_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ValueError, match="no subject such as"):
        read(BytesIO(content), READERS)

from __future__ import annotations

import errno
import os
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.mail.files import FolderTransport
from watcher.mail.outbox import freeze
from watcher.told import Delivery, Outcome


def delivery(recipient: str = "reader@example.org", message_id: str = "<1@example.org>", page: bool = True) -> Delivery:
    message = EmailMessage()
    message["From"] = "Watcher <watcher@example.org>"
    message["To"] = "reader@example.org"
    message["Subject"] = "Two new works"
    message["Date"] = "Tue, 08 Jun 2021 23:30:00 -0400"
    message["Message-ID"] = message_id
    message["List-Id"] = "<skin-stem-cells.watcher.example.org>"
    message.set_content("Two new works on κ-skin.\n")
    if page:
        message.add_alternative("<p>Two new works on κ-skin.</p>\n", subtype="html")
    return Delivery(id=7, digest_id=3, recipient=recipient, message_id=message_id, message=freeze(message))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_message_and_its_page_lie_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "db" / "outbox"
    sent = delivery()
    with FolderTransport(folder) as transport:
        attempt = transport.send(sent)
    eml, page = names(folder)
    assert attempt.outcome is Outcome.SENT
    assert str(folder / eml) in attempt.detail
    assert eml.startswith("2021-06-08_skin-stem-cells_reader@example.org_")
    assert Path(eml).stem == Path(page).stem
    assert (folder / eml).read_bytes() == sent.message
    assert (folder / page).read_bytes().decode() == "<p>Two new works on κ-skin.</p>\n"


def test_the_same_delivery_twice_is_one_file_and_another_is_another(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)
    transport.send(delivery())
    transport.send(delivery())
    assert len(names(tmp_path)) == 2
    transport.send(delivery(message_id="<2@example.org>"))
    transport.send(delivery(recipient="other@example.org"))
    assert len(names(tmp_path)) == 6


def test_a_message_without_html_is_an_eml_alone(tmp_path: Path) -> None:
    assert FolderTransport(tmp_path).send(delivery(page=False)).outcome is Outcome.SENT
    assert [Path(name).suffix for name in names(tmp_path)] == [".eml"]


def test_a_message_that_names_no_day_and_no_digest_is_written_too(tmp_path: Path) -> None:
    bare = replace(delivery(), message=b"Subject: x\r\nDate: soon\r\n\r\ntext\r\n")
    assert FolderTransport(tmp_path).send(bare).outcome is Outcome.SENT
    assert names(tmp_path)[0].startswith("undated_digest-3_reader@example.org_")


@pytest.mark.parametrize("recipient", ["../../etc/passwd@x", "/etc/a@b", "..", "a\0b@c", "a\\..\\b@c", "-rf@x", "~@x"])
def test_no_recipient_is_a_way_out_of_the_folder(tmp_path: Path, recipient: str) -> None:
    folder = tmp_path / "a" / "b"
    assert FolderTransport(folder).send(delivery(recipient)).outcome is Outcome.SENT
    assert len(names(folder)) == 2
    assert names(tmp_path) == ["a"]
    assert names(tmp_path / "a") == ["b"]


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(st.text(max_size=400), st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=400))
def test_any_recipient_and_list_id_give_a_name_that_a_disk_takes(recipient: str, list_id: str) -> None:
    from watcher.mail.files import file_name

    message = EmailMessage()
    message["List-Id"] = list_id
    name = file_name(replace(delivery(), recipient=recipient.encode(errors="replace").decode()), message)
    assert name.isascii()
    assert len(name) < 200
    assert name == Path(name).name
    assert not name.startswith((".", "-"))
    assert ".." not in name


def test_a_disk_that_is_full_defers_and_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = FolderTransport(tmp_path)
    transport.send(delivery())
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    attempt = transport.send(delivery())
    assert attempt.outcome is Outcome.DEFERRED
    assert "No space left on device" in attempt.detail
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_made_defers_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands here")
    attempt = FolderTransport(tmp_path / "outbox").send(delivery())
    assert attempt.outcome is Outcome.DEFERRED
    assert str(tmp_path / "outbox") in attempt.detail
    assert "File exists" in attempt.detail

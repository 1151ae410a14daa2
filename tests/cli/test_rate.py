"""`watcher rate`, by hand and by mail, and where what was held back and rated is seen."""

from __future__ import annotations

import io
import re
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.pipeline.world import SKIN, WOUNDS

if TYPE_CHECKING:
    from tests.cli.shell import Shell
    from tests.pipeline.world import World

CITED = '[[cited]]\nurl = "https://clinic.example.com/"\ntitle = "Wounds of the skin"\n'


def configured(installation: World, least: int = 0) -> World:
    installation.configure(WOUNDS, SKIN, extra=CITED)
    text = installation.path.read_text(encoding="utf-8").replace("[[query]]", f"[[query]]\nmin_relatedness = {least}")
    installation.path.write_text(text, encoding="utf-8")
    return installation


def test_a_rating_is_kept_said_and_taken_back(polled: World, shell: Shell) -> None:
    configured(polled)
    said = shell("rate", "12", "+", config=polled.path)
    assert said.status == 0
    assert "is called good: Wounds elsewhere, invented as well" in said.out
    assert "counts for more: " in said.out
    assert "rated +" in shell("show", "12", config=polled.path).out
    assert "is called neither good nor bad" in shell("rate", "12", "0", config=polled.path).out
    assert "rated" not in shell("show", "12", config=polled.path).out


def test_show_says_how_related_a_work_is(polled: World, shell: Shell) -> None:
    configured(polled)
    assert "of a hundred stored ones: near [1]: " in shell("show", "11", config=polled.path).out


def test_what_is_held_back_is_listed_and_shown_by_name(polled: World, shell: Shell) -> None:
    configured(polled, 50)
    assert shell("digest", "--force", "--now", "2021-06-04T12:00Z", config=polled.path).status == 0
    listed = shell("search", "--held", config=polled.path)
    assert listed.status == 0
    assert "Wounds of the skin" not in listed.out
    number = listed.out.split()[0]
    shown = shell("show", number, config=polled.path).out
    assert "held back by digest all of " in shown
    assert re.search(r" asks \(more related than \d+ of a hundred by now, and \w+ asks for 50\)", shown)
    assert "give no words with it" in shell("search", "--held", "wound", config=polled.path).err


def test_nothing_held_back_is_said_in_words(polled: World, shell: Shell) -> None:
    assert "nothing is held back" in shell("search", "--held", config=polled.path).err


def test_a_mail_on_standard_input_rates(polled: World, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(polled)
    number = shell("search", "elsewhere", config=polled.path).out.split()[0]

    def mailed(sender: str) -> None:
        content = f"From: {sender}\r\nSubject: watcher rate {number} -\r\n\r\n".encode()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    mailed("reader@example.org")
    assert f"work {number} is called bad" in shell("rate", "--mail", config=polled.path).out
    mailed("stranger@example.org")
    refused = shell("rate", "--mail", config=polled.path)
    assert (refused.status, refused.out) == (2, "")
    assert "not from one who gets a digest" in refused.err


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["12"], "name a work and + or -"),
        ([], "name a work and + or -"),
        (["12", "+", "--mail"], "name a work and + or -"),
        (["12", "*"], "is not one of"),
        (["99", "+"], "no stored work is '99'"),
    ],
)
def test_another_call_is_explained(call: list[str], message: str, polled: World, shell: Shell) -> None:
    said = shell("rate", *call, config=polled.path)
    assert said.status == 2
    assert message in said.err


def test_where_nothing_is_stored_there_is_nothing_to_rate(installed: World, shell: Shell) -> None:
    said = shell("rate", "12", "+", config=installed.path)
    assert said.status == 2
    assert "nothing to rate yet" in said.err

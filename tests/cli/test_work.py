"""poll, digest, deliver and run --once: what they do, what they say, and when they are silent."""

from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING

from tests.cli.shell import process
from tests.fakes.loopback import Answer
from tests.pipeline.answering import Answering
from tests.pipeline.world import SKIN
from watcher.told import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.cli.shell import Said, Shell
    from tests.pipeline.world import World
    from watcher.told import Attempt, Delivery

NOON = ("--now", "2021-06-04T12:00Z")
NEXT_NOON = ("--now", "2021-06-05T12:00Z")


def outbox(installed: World) -> list[str]:
    return sorted(path.suffix for path in installed.folder.glob("db/outbox/*"))


# -- poll -------------------------------------------------------------------------------------------------------------


def test_poll_says_of_each_source_what_is_new(installed: World, shell: Shell) -> None:
    said = shell("poll", *NOON, config=installed.path)
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        "PubMed, wounds: 2 found, 2 new",
        "PubMed, skin: 2 found, 2 new",
        "News: 1 found, 1 new",
    ]
    assert shell("poll", *NOON, config=installed.path).out.count(" 0 new") == 3
    assert len(installed.pubmed.asked("efetch")) == 1


def test_poll_asks_only_the_queries_that_are_named(installed: World, shell: Shell) -> None:
    assert shell("poll", "skin", *NOON, config=installed.path).out == "PubMed, skin: 2 found, 2 new\n"
    assert installed.feeds.requests == []


def test_poll_with_a_source_down_exits_1_names_it_and_asks_the_others(installed: World, shell: Shell) -> None:
    installed.feeds.remove("/news.xml")
    said = shell("poll", *NOON, config=installed.path)
    assert said.status == 1
    assert said.err.startswith("News: FAILED: ")
    assert "404" in said.err
    assert "PubMed, skin: 2 found, 2 new" in said.out


def test_poll_for_scripts_has_stable_keys_and_nothing_else_on_standard_output(installed: World, shell: Shell) -> None:
    installed.feeds.remove("/news.xml")
    said = shell("poll", "--json", *NOON, config=installed.path)
    runs = json.loads(said.out)
    assert (said.status, said.err) == (1, "")
    assert [list(run) for run in runs] == [
        ["source", "query", "started_at", "found", "window", "new", "error", "notes"]
    ] * 3
    assert runs[0] == {
        "source": "pubmed", "query": "wounds", "started_at": "2021-06-04T12:00:00+00:00", "found": 2,
        "window": ["2021-05-05", "2021-06-04"], "new": 2, "error": None, "notes": [],
    }  # fmt: skip
    assert (runs[2]["source"], runs[2]["window"]) == ("feed:News", None)
    assert "404" in runs[2]["error"]


def test_now_without_a_zone_is_on_the_user_s_clock(installed: World, shell: Shell) -> None:
    for given in ("2021-06-04T14:00", "2021-06-04T12:00Z", "2021-06-04T08:00-04:00"):
        said = shell("poll", "skin", "--json", "--now", given, config=installed.path)
        assert json.loads(said.out)[0]["started_at"] == "2021-06-04T12:00:00+00:00"


def written(installation: World) -> str:
    """What is said of the reader's mail where there is no [mail]."""
    return f"mail to reader@example.org: written to {installation.path.parent / 'db' / 'outbox'}, not mailed\n"


# -- digest -----------------------------------------------------------------------------------------------------------


def test_force_passes_over_a_paused_digest_unless_it_is_named(polled: World, shell: Shell) -> None:
    text = polled.path.read_text(encoding="utf-8")
    polled.path.write_text(text.replace('name = "all"', 'name = "all"\npause_until = 2021-07-01', 1), encoding="utf-8")
    said = shell("digest", "--force", *NOON, config=polled.path)
    assert (said.out, said.err) == ("", "all: paused until 2021-07-01; name it to compose it all the same\n")
    assert "all" in shell("digest", "all", "--force", *NOON, config=polled.path).out


def test_a_digest_is_composed_when_it_is_due_once_and_by_force_at_any_time(polled: World, shell: Shell) -> None:
    said = shell("digest", *NOON, config=polled.path)
    assert (said.status, said.err) == (0, "")
    assert said.out == f"digest all: 4 works\n{written(polled)}"
    assert "outbox: 1 written to" in shell("status", config=polled.path).out
    assert outbox(polled) == [".eml", ".html"]
    said = shell("digest", *NOON, config=polled.path)
    assert (said.status, said.out) == (0, "")
    assert "no digest is due (--force composes it all the same)" in said.err
    said = shell("digest", "all", "--force", *NOON, config=polled.path)
    assert (said.status, said.out) == (0, "digest all: nothing new to tell\n")


def test_a_preview_shows_text_and_html_and_changes_nothing(polled: World, shell: Shell) -> None:
    database = polled.settings.store
    before = database.read_bytes()
    first, second = (shell("digest", "--preview", *NOON, config=polled.path) for _ in range(2))
    assert first == second
    assert (first.status, first.err) == (0, "")
    text, html = first.out.split("<!DOCTYPE html>" if "<!DOCTYPE html>" in first.out else "<!doctype html>", 1)
    for title in ("Wounds of the skin, an invented tale", "A wound, and what an invented newsroom says of it"):
        assert title in " ".join(text.split())
        assert title in html
    assert database.read_bytes() == before
    assert outbox(polled) == []
    assert shell("digest", *NOON, config=polled.path).out.startswith("digest all: 4 works\n")


def test_a_preview_goes_into_a_folder(polled: World, shell: Shell) -> None:
    folder = polled.folder / "new" / "preview"
    said = shell("digest", "--out", folder, *NOON, config=polled.path)
    assert said.out == f"{folder / 'all.txt'}\n{folder / 'all.html'}\n"
    assert "invented tale" in (folder / "all.html").read_text(encoding="utf-8")
    assert outbox(polled) == []


def test_a_folder_that_cannot_be_made_is_blamed_on_the_option(polled: World, shell: Shell) -> None:
    for folder in (polled.path, polled.path / "preview"):
        said = shell("digest", "--out", folder, config=polled.path)
        assert (said.status, said.out) == (2, "")
        assert "--out" in said.err
        assert str(polled.path) in said.err


# -- deliver ----------------------------------------------------------------------------------------------------------


def test_what_cannot_be_sent_waits_is_named_and_goes_out_later(polled: World, shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mail = f'[mail]\nfrom = "watcher@example.org"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    text = polled.path.read_text(encoding="utf-8")
    polled.path.write_text(text + "\n" + mail, encoding="utf-8")
    said = shell("digest", *NOON, config=polled.path)
    assert said.status == 1
    assert said.out == "digest all: 4 works\n"
    assert f"mail to reader@example.org: pending: no connection to the mail server 127.0.0.1:{port}" in said.err
    waiting = json.loads(shell("status", "--json", config=polled.path).out)["waiting"]
    assert [(each["recipient"], each["state"], each["attempts"]) for each in waiting] == [
        ("reader@example.org", "pending", 1)
    ]
    polled.path.write_text(text, encoding="utf-8")
    assert shell("deliver", config=polled.path).out == written(polled)
    said = shell("deliver", config=polled.path)
    assert (said.status, said.out, said.err) == (0, "", "nothing waits\n")


def with_server(server: Answering, monkeypatch: pytest.MonkeyPatch, outcome: Outcome) -> None:
    """Let the commands reach a server on which this comes of the mail."""
    server.answers["reader@example.org"] = outcome
    monkeypatch.setattr("watcher.cli.output.Shell.transport", lambda *_: server.open())


def test_what_may_have_arrived_keeps_its_wait_and_is_named_with_it(
    polled: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Answering()
    with_server(server, monkeypatch, Outcome.UNKNOWN)
    shell("digest", config=polled.path)
    said = shell("deliver", config=polled.path)
    assert (said.status, said.out) == (0, "")
    assert re.fullmatch(
        r"mail to reader@example\.org: unknown: unknown, says the server; again \w{3} \d\d \w{3} \d{4} \d\d:\d\d\n",
        said.err,
    )
    assert len(server.attempts) == 1


def settled(said: Said, world: World) -> str:
    """What is said where a mail was written to the folder, as of one that was sent."""
    return said.out.replace(f"written to {world.folder / 'db' / 'outbox'}, not mailed", "sent")


def test_titles_in_the_stead_of_the_whole_are_said_to_go_and_counted_once(
    polled: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Small(Answering):
        def send(self, delivery: Delivery, hand_over: Callable[[], None]) -> Attempt:
            whole = b"multipart/" in delivery.message
            self.answers[delivery.recipient] = Outcome.TOO_LARGE if whole else Outcome.SENT
            return super().send(delivery, hand_over)

    with_server(Small(), monkeypatch, Outcome.SENT)
    said = shell("digest", *NOON, config=polled.path)
    assert (said.status, settled(said, polled)) == (0, "digest all: 4 works\nmail to reader@example.org: sent\n")
    assert said.err == (
        f"mail to reader@example.org: not taken whole, titles go instead: {Outcome.TOO_LARGE}, says the server\n"
    )
    assert json.loads(shell("status", "--json", config=polled.path).out)["outbox"] == {"sent": 1}


def test_a_digest_that_the_mail_server_turns_down_as_a_whole_is_told_of_all_the_same(
    polled: World, shell: Shell
) -> None:
    mail = '[mail]\nfrom = "watcher@example.org"\nhost = "127.0.0.1"\nuser = "watcher"\n'
    polled.path.write_text(polled.path.read_text(encoding="utf-8") + "\n" + mail, encoding="utf-8")
    said = shell("digest", *NOON, config=polled.path)
    assert (said.status, said.out) == (1, "digest all: 4 works\n")
    assert said.err.startswith("watcher: there is no password for user watcher")


def test_who_polls_and_tells_by_two_commands_is_alarmed_as_well(polled: World, shell: Shell) -> None:
    shell("digest", *NOON, config=polled.path)
    polled.pubmed.faults = lambda _: Answer(503, b"maintenance")
    for hour in (13, 14, 15):
        assert shell("poll", "--now", f"2021-06-04T{hour}:00Z", config=polled.path).status == 1
    said = shell("digest", "--now", "2021-06-04T15:30Z", config=polled.path)
    assert (said.status, settled(said, polled)) == (0, "mail to reader@example.org: sent\n")
    (alarm,) = (text for path in polled.folder.glob("db/outbox/*.eml") if "fails since" in (text := path.read_text()))
    assert "PubMed, all queries fails since Friday, 4 June 2021, 15:00" in " ".join(alarm.split())


def test_a_digest_is_sent_again_by_its_number(polled: World, shell: Shell) -> None:
    shell("digest", *NOON, config=polled.path)
    (mail,) = polled.folder.glob("db/outbox/*.eml")
    before = mail.read_bytes()
    mail.unlink()
    assert "digest all: 4 works on Fri 04 Jun 2021 14:00, as digest 1; " in shell("status", config=polled.path).out
    said = shell("digest", "--resend", "1", config=polled.path)
    assert (said.status, said.out) == (2, "")
    assert "everyone has digest 1: --to ADDRESS sends it to one reader once more" in said.err
    said = shell("digest", "--resend", "1", "--to", "reader@example.org", config=polled.path)
    assert (said.status, settled(said, polled)) == (0, "mail to reader@example.org: sent\n")
    assert mail.read_bytes() == before


def test_resend_goes_with_nothing_that_composes(polled: World, shell: Shell) -> None:
    for more in (["all"], ["--force"], ["--preview"], ["--out", "x"]):
        said = shell("digest", "--resend", "1", *more, config=polled.path)
        assert (said.status, said.out) == (2, "")
    assert shell("digest", "--to", "reader@example.org", config=polled.path).status == 2


# -- run --once -------------------------------------------------------------------------------------------------------


def test_under_cron_success_is_silent(installed: World, shell: Shell) -> None:
    for now in (NOON, NEXT_NOON):
        said = shell("run", "--once", *now, config=installed.path)
        assert (said.status, said.out, said.err) == (0, "", "")
    assert outbox(installed) == [".eml", ".html"]


def test_under_cron_only_what_fails_is_said(installed: World, shell: Shell) -> None:
    installed.pubmed.faults = lambda request: (
        Answer(400, b"no") if "wound" in request.parameters.get("term", "") else None
    )
    said = shell("run", "--once", *NOON, config=installed.path)
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("PubMed, wounds: FAILED: ")
    assert len(said.err.splitlines()) == 1


def test_whoever_asks_for_more_is_told_everything(installed: World, shell: Shell) -> None:
    said = shell("--verbose", "run", "--once", *NOON, config=installed.path)
    assert said.status == 0
    assert "PubMed, wounds: 2 found, 2 new" in said.out
    assert f"digest all: 4 works\n{written(installed)}" in said.out


def test_as_a_process_without_a_terminal_it_is_silent(installed: World) -> None:
    installed.configure(SKIN)
    said = process("run", "--once", *NOON, folder=installed.folder)
    assert (said.status, said.out, said.err) == (0, "", "")
    assert outbox(installed) == [".eml", ".html"]


def test_json_is_all_that_standard_output_gets(polled: World, shell: Shell) -> None:
    for command in (("poll", "--json"), ("status", "--json"), ("search", "--json", "x")):
        said = shell("--verbose", *command, config=polled.path)
        assert json.loads(said.out) is not None

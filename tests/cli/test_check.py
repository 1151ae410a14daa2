"""check: every problem by its line; with --online, what PubMed, the feeds and the mail server say."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

from tests.fakes.loopback import Answer
from tests.fakes.smtp_server import MailServer
from tests.pipeline.world import SKIN, WOUNDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.shell import Shell
    from tests.pipeline.world import World

WRONG = """\
[[query]]
name = "a"
term = "skin[tiabb]"
[[digest]]
name = "all"
to = ["nobody"]
"""


def mail_on(port: int) -> str:
    return f'[mail]\nfrom = "watcher@example.org"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"'


def test_a_good_file_is_summed_up_on_one_line(installed: World, shell: Shell) -> None:
    said = shell("check", config=installed.path)
    assert (said.status, said.err) == (0, "")
    assert said.out == f"{installed.path}: 2 queries, 1 feed, 1 digest; no problem\n"
    assert not installed.settings.store.parent.exists()


def test_all_problems_are_printed_with_file_and_line_and_it_exits_2(tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "queries.toml"
    path.write_text(WRONG, encoding="utf-8")
    said = shell("check", config=path)
    assert (said.status, said.out) == (2, "")
    doubt, first, second = said.err.splitlines()
    assert doubt.startswith(f"{path}: to look at: [pubmed] email is still the example's")
    assert first.startswith(f"{path}: line 3, column 13: query 'a': PubMed has no tag [tiabb]")
    assert second.startswith(f"{path}: line 6: 'nobody' is no mail address")


def test_what_is_doubtful_is_shown_and_no_problem(installed: World, shell: Shell) -> None:
    installed.configure(WOUNDS, ("mesh", "MeSH", "skin[mh]"))
    said = shell("check", config=installed.path)
    assert said.status == 0
    assert "a term of MeSH alone" in said.err
    assert "no problem, 2 to look at" in said.out


def test_with_a_damaged_database_what_is_doubtful_in_the_file_is_said_first(installed: World, shell: Shell) -> None:
    installed.configure(WOUNDS, ("mesh", "MeSH", "skin[mh]"))
    installed.settings.store.parent.mkdir(exist_ok=True)
    installed.settings.store.write_bytes(b"no database" * 999)
    said = shell("check", config=installed.path)
    assert said.status == 1
    assert "a term of MeSH alone" in said.err
    assert "is damaged" in said.err.splitlines()[-1]


def test_for_scripts_the_keys_are_the_same_whatever_it_finds(installed: World, tmp_path: Path, shell: Shell) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(WRONG, encoding="utf-8")
    good, bad = shell("check", "--json", config=installed.path), shell("check", "--json", "--online", config=wrong)
    assert [good.status, bad.status] == [0, 2]
    assert [good.err, bad.err] == ["", ""]
    assert list(json.loads(good.out)) == list(json.loads(bad.out)) == ["problems", "warnings", "online"]
    problems = json.loads(bad.out)["problems"]
    assert [(each["line"], each["column"]) for each in problems] == [(3, 13), (6, None)]


def test_online_each_source_says_what_it_has(installed: World, shell: Shell) -> None:
    said = shell("check", "--online", config=installed.path)
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[:3] == [
        "PubMed, wounds: 0 works in the last 30 days",
        "PubMed, skin: 0 works in the last 30 days",
        "News: 1 entries",
    ]
    assert not installed.settings.store.parent.exists()


def test_online_what_does_not_answer_is_named_and_the_rest_is_still_asked(installed: World, shell: Shell) -> None:
    installed.feeds.remove("/news.xml")
    installed.pubmed.faults = lambda request: (
        Answer(400, b"no") if "wound" in request.parameters.get("term", "") else None
    )
    said = shell("check", "--online", "--json", config=installed.path)
    assert said.status == 1
    found = {each["what"]: (each["ok"], each["said"]) for each in json.loads(said.out)["online"]}
    assert {what: ok for what, (ok, _) in found.items()} == {
        "PubMed, wounds": False, "PubMed, skin": True, "News": False
    }  # fmt: skip
    assert "404" in found["News"][1]
    said = shell("check", "--online", config=installed.path)
    assert said.status == 1
    assert "News: FAILED: " in said.err
    assert "PubMed, skin: 0 works" in said.out


def test_online_a_mail_server_answers(installed: World, shell: Shell) -> None:
    with MailServer() as server:
        installed.configure(SKIN, extra=mail_on(server.port))
        said = shell("check", "--online", config=installed.path)
        assert (said.status, said.err) == (0, "")
        assert "the mail server: it answers" in said.out
        assert server.received == []


def test_online_a_mail_server_that_is_down_is_named(installed: World, shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    installed.configure(SKIN, extra=mail_on(port))
    said = shell("check", "--online", config=installed.path)
    assert said.status == 1
    assert f"the mail server: FAILED: no connection to the mail server 127.0.0.1:{port}" in said.err

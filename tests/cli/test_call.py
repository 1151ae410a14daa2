"""What holds for every command: help with an example, exit statuses, and a message in place of a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from tests.cli.shell import ROOT, Said, Shell, process
from watcher import __version__
from watcher.cli import cli
from watcher.store.lock import exclusive

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pipeline.world import World

COMMANDS = sorted(cli.commands)


def mistake(said: Said, *words: str, status: int = 2) -> None:
    """It was refused with these words on standard error, and with nothing else on standard output."""
    assert said.status == status, said
    assert said.out == ""
    assert "Traceback" not in said.err
    for word in words:
        assert word in said.err


def test_the_commands_are_those_of_the_design() -> None:
    look = "check diff explain export preview search show status"
    work = "deliver demo digest init load merge poll rate run split"
    assert sorted([*look.split(), *work.split()]) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_s_help_has_an_example_that_calls_it(command: str, shell: Shell) -> None:
    said = shell(command, "--help")
    assert said.status == 0
    example = said.out.partition("Example")[2]
    assert f"watcher {command}" in example or f" {command} " in example


def test_the_program_s_help_names_every_command_and_the_exit_statuses(shell: Shell) -> None:
    said = shell("--help")
    assert said.status == 0
    assert all(f"  {command} " in said.out for command in COMMANDS)
    assert "Exit status: 0 all well; 1" in said.out
    assert "WATCHER_CONFIG" in said.out


def test_the_version(shell: Shell) -> None:
    assert shell("--version") == Said(0, f"watcher, version {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("frobnicate",), ("No such command 'frobnicate'",)),
        (("poll", "--frobnicate"), ("No such option", "--frobnicate")),
        (("poll", "wouns"), ("there is no query 'wouns'", "wounds, skin")),
        (("digest", "weekly"), ("there is no digest 'weekly'", "there are: all")),
        (("poll", "--now", "yesterday"), ("--now", "'yesterday' is no ISO time", "2026-03-02T07:00")),
        (("digest", "--preview", "--now", "0001-01-01"), ("--now", "0001-01-01")),
        (("run", "--once", "--now", "9999-12-31T23:59"), ("--now", "9999-12-31")),
        (("run", "--now", "2026-03-02"), ("--now goes with --once",)),
        (("search",), ("nothing to look for",)),
        (("search", "*", '"'), ("nothing to look for",)),
        (("search", "--limit", "0", "x"), ("--limit",)),
        (("show",), ("Missing argument",)),
        (("show", "12345678"), ("no stored work is '12345678'", "watcher search")),
    ],
)
def test_a_wrong_call_is_explained_and_exits_2(
    arguments: tuple[str, ...], words: tuple[str, ...], installed: World, shell: Shell
) -> None:
    mistake(shell(*arguments, config=installed.path), *words)
    assert installed.pubmed.requests == []


@pytest.mark.parametrize(
    "command", [["check"], ["poll"], ["digest"], ["deliver"], ["run"], ["run", "--once"], ["status"]]
)
def test_a_wrong_file_stops_every_command_with_its_problems(command: list[str], tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "queries.toml"
    mistake(shell(*command, config=path), f"{path}: no such file")
    path.write_text("[[query]]\nnam = 1\n", encoding="utf-8")
    mistake(
        shell(*command, config=path), "line 2: unknown key 'nam' in [[query]]; did you mean 'name'?", "no [[digest]]"
    )


@pytest.mark.parametrize("command", [["status"], ["search", "skin"], ["show", "1"], ["digest", "--preview"], ["poll"]])
def test_a_database_that_is_none_is_named_and_left_alone(command: list[str], installed: World, shell: Shell) -> None:
    database = installed.settings.store
    database.parent.mkdir()
    database.write_bytes(b"this is no database, and there is more than a page of it. " * 100)
    before = database.read_bytes()
    mistake(shell(*command, config=installed.path), str(database), "move it away, or restore a copy", status=1)
    assert database.read_bytes() == before


def test_a_folder_that_cannot_be_looked_into_is_named(
    installed: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(type(installed.path), "stat", refuse)
    mistake(shell("status", config=installed.path), "watcher.db: Permission denied", status=1)


@pytest.mark.parametrize("command", [["poll"], ["digest"], ["deliver"], ["run", "--once"]])
def test_beside_another_watcher_there_is_nothing_to_do(command: list[str], installed: World, shell: Shell) -> None:
    with exclusive(installed.settings.store):
        mistake(shell(*command, config=installed.path), "another watcher", "nothing to do here", status=0)
    assert installed.pubmed.requests == []


def test_a_key_that_others_can_read_is_refused(installed: World, shell: Shell) -> None:
    key = installed.folder / "key"
    key.write_text("secret-of-mine\n", encoding="utf-8")
    key.chmod(0o644)
    text = installed.path.read_text(encoding="utf-8").replace("[pubmed]", '[pubmed]\napi_key_file = "key"')
    installed.path.write_text(text, encoding="utf-8")
    said = shell("poll", config=installed.path)
    mistake(said, f"chmod 600 {key}")
    assert "secret-of-mine" not in said.err


def test_an_interrupt_ends_it_as_the_shell_expects(
    installed: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("watcher.cli.output.Shell.settings", interrupt)
    assert shell("status", config=installed.path).status == 130


def test_the_file_is_found_by_option_by_environment_or_here(
    installed: World, shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    mistake(shell("check"), "queries.toml: no such file")
    monkeypatch.setenv("WATCHER_CONFIG", str(installed.path))
    assert shell("check").out == f"{installed.path}: 2 queries, 1 feed, 1 digest; no problem\n"
    mistake(shell("check", config=elsewhere / "other.toml"), "other.toml: no such file")
    monkeypatch.delenv("WATCHER_CONFIG")
    monkeypatch.chdir(installed.folder)
    assert shell("check").status == 0


def test_the_database_lies_beside_the_file_wherever_one_stands(
    installed: World, shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    assert shell("poll", config=installed.path).status == 0
    assert (installed.folder / "db" / "watcher.db").exists()
    assert list(elsewhere.iterdir()) == []


def test_titles_are_bold_on_a_terminal_unless_no_color_is_set(polled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    def shown(**environ: str) -> str:
        return CliRunner(env=environ).invoke(cli, ["--config", str(polled.path), "show", "1"], color=True).output

    assert "\x1b[1m" in shown()
    assert "\x1b" not in shown(NO_COLOR="1")
    assert shown(NO_COLOR="1") == click.unstyle(shown())


# -- as a process of its own ------------------------------------------------------------------------------------------


def test_a_process_exits_with_the_status_and_prints_no_traceback(tmp_path: Path) -> None:
    mistake(process("check", folder=tmp_path), "queries.toml: no such file")
    mistake(process("frobnicate", folder=tmp_path), "No such command")


def test_a_reader_who_leaves_early_hears_no_complaint(polled: World) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "watcher", "--config", str(polled.path), "status"],
            cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_what_cannot_be_printed_is_no_traceback(polled: World, redirection: str) -> None:
    command = f"{sys.executable} -m watcher --config {polled.path} status {redirection}"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, stderr=subprocess.PIPE, check=False)
    assert done.returncode == (1 if "full" in redirection else 0)
    assert b"Traceback" not in done.stderr
    assert (b"cannot be printed: No space left on device" in done.stderr) == ("full" in redirection)


def test_a_terminal_that_knows_few_letters_gets_what_it_can_show(polled: World) -> None:
    path = polled.path
    path.write_text(path.read_text(encoding="utf-8").replace('"News"', '"Nachrichten für Leser, 漢"'), encoding="utf-8")
    said = process("--config", path, "status", folder=polled.folder, PYTHONIOENCODING="iso8859-5")
    assert (said.status, said.err) == (0, "")
    assert "Nachrichten f?r Leser, ?" in said.out

"""The documentation cannot drift: it is held against the commands, the demo, the tree and what CI runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from watcher.cli import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_each_command_and_no_other() -> None:
    table = README.partition("## Commands")[2].partition("\n## ")[0]
    named = {name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)", row)}
    assert named == set(cli.commands)


def test_the_readme_opens_with_what_the_demo_prints(tmp_path: Path) -> None:
    shown = README.partition("```\n")[2].partition("```")[0]
    result = CliRunner().invoke(cli, ["demo", "--out", str(tmp_path / "demo")])
    assert result.exit_code == 0
    assert shown.strip() in result.output


def test_ci_runs_the_readmes_test_command() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("watcher demo")
    assert commands[1].endswith("pytest")
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_architecture_names_each_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "watcher").rglob("*.py")):
        folder = path.parent.relative_to(ROOT / "watcher").as_posix()
        if path.name.startswith("__") or folder in {"terms", "works", "digest", "cli", "mail"}:
            continue
        assert path.name in text, f"docs/architecture.md does not speak of watcher/{folder}/{path.name}"


@pytest.mark.parametrize(
    "name",
    ["README.md", "CHANGELOG.md", "docs/architecture.md", "docs/delivery.md", "docs/init.md", "docs/terms.md"],
)
def test_links_within_the_project_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"`((?:docs|contrib|benchmarks|tests|watcher)/[\w./-]*)`", text):
        assert (ROOT / target).exists(), f"{name} speaks of {target}"

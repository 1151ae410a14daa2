"""How the tests of the command line call it: in this process for speed, or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from watcher.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


class Shell:
    """`watcher` in this process, through the same `main` that the installed command calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: str | Path, config: Path | None = None) -> Said:
        options = [] if config is None else ["--config", str(config)]
        self._monkeypatch.setattr(sys, "argv", ["watcher", *options, *map(str, arguments)])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, printed.out, printed.err)


def process(*arguments: str | Path, folder: Path, **environ: str) -> Said:
    """`python -m watcher` as a process of its own in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "watcher", *map(str, arguments)],
        cwd=folder, capture_output=True, check=False, stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **environ},
    )  # fmt: skip
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

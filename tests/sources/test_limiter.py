"""One pace for all processes of a machine, and no harm where the file that holds it is not as it should be."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from watcher.sources.limiter import Limiter

ROOT = Path(__file__).parents[2]
# Takes places in the queue as a process does that is asked to hurry, and tells when each would have begun.
TAKER = """
import sys
from pathlib import Path
from watcher.sources.limiter import Limiter

starts = []
limiter = Limiter(100, lambda pause: starts.append(1000 + pause), lambda: 1000.0, Path(sys.argv[1]))
sys.stdin.readline()
for _ in range(20):
    limiter.wait()
print(*starts)
"""


def test_two_processes_together_keep_to_the_limit(tmp_path: Path) -> None:
    pace = tmp_path / "eutils.pace"
    command = [sys.executable, "-c", TAKER, str(pace)]
    takers = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for _ in range(2)
    ]
    for taker in takers:
        assert taker.stdin is not None
        taker.stdin.write("go\n")
        taker.stdin.flush()
    starts = [float(word) for taker in takers for word in taker.communicate(timeout=60)[0].split()]
    # One of the forty began at once, at 1000, and waited for nothing.
    assert sorted(starts) == pytest.approx([1000 + n / 100 for n in range(1, 40)], abs=1e-4)


def test_two_limiters_on_one_file_take_turns(tmp_path: Path) -> None:
    pauses: list[float] = []
    one, other = (Limiter(4, pauses.append, lambda: 50.0, tmp_path / "pace") for _ in range(2))
    for limiter in (one, other, other, one):
        limiter.wait()
    assert pauses == [0.25, 0.5, 0.75]


@pytest.mark.parametrize("written", [b"", b"words", b"nan", b"inf", b"\xff" * 80, b"-3", b"99999.0"])
def test_a_file_that_says_nothing_of_use_holds_nobody_up(tmp_path: Path, written: bytes) -> None:
    """The last was written before the machine started anew: its clock counts from there."""
    pauses: list[float] = []
    (tmp_path / "pace").write_bytes(written)
    limiter = Limiter(4, pauses.append, lambda: 50.0, tmp_path / "pace")
    limiter.wait()
    assert pauses == []
    Limiter(4, pauses.append, lambda: 50.0, tmp_path / "pace").wait()
    assert pauses == [0.25]


def test_a_file_that_cannot_be_had_leaves_the_limit_of_one_process(tmp_path: Path) -> None:
    pauses: list[float] = []
    limiter = Limiter(4, pauses.append, lambda: 50.0, tmp_path / "absent" / "pace")
    for _ in range(3):
        limiter.wait()
    assert [later - earlier for earlier, later in pairwise([0.0, *pauses])] == [0.25, 0.25]
    assert not (tmp_path / "absent").exists()

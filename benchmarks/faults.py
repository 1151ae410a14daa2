"""Plays each row of the table of faults over the whole pipeline, and prints the table: the tests' own rows.

A line each: the fault, at how many attempts, works stored of seven (and what the exit status was), what the footer of
the digest says, and works stored after the next run, by when it is mended.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.pipeline.fault_rows import rows
from tests.pipeline.faults import PMIDS, play

FORM = "{:62.62} {:>8} {:>6} {:>4} {:>8}  {}"


def main() -> int:
    print(FORM.format("fault", "attempts", "stored", "exit", "next run", "footer"))
    lost = 0
    for row in rows():
        with tempfile.TemporaryDirectory() as folder:
            outcome = play(row, Path(folder))
        whole = sorted(outcome.told) == sorted(PMIDS) and not outcome.next_failed
        lost += not whole
        after = f"{outcome.next_stored}, once" if whole else f"{outcome.next_stored} LOST"
        print(FORM.format(str(row), outcome.attempts, outcome.stored, int(outcome.failed), after, outcome.footer[:150]))
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())

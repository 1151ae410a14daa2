"""Plays each row of the table of SMTP faults over whole deliveries, and prints the table: the tests' own rows.

A line each: the fault (gone after the first connection, or lasting), then the first reader's delivery as state,
attempts and copies held by the server, at first and six hours later; whether the next day's digest tells it; and what
`status` says at first. A row that does not come out as the tests want it is marked, and makes the exit status 1.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.mail.fault_rows import rows
from tests.mail.faults import play

FORM = "{:51.51} {:12} {:12} {:9} {}"


def main() -> int:
    print(FORM.format("fault", "at first", "6 h later", "next day", "status says, at first"))
    wrong = 0
    for row in rows():
        with tempfile.TemporaryDirectory() as folder:
            outcome = play(row, Path(folder))
        right = (outcome.first, outcome.later, outcome.carried) == (row.first, row.later, row.carried)
        wrong += not right
        next_day = "told" if outcome.carried else "waits" if row.stops and outcome.later.held == 0 else ""
        said = re.sub(r"(the mail server )?127.0.0.1:\d+", "HOST", outcome.told.partition(", ")[2] or outcome.stopped)
        print(
            FORM.format(str(row), str(outcome.first), str(outcome.later), next_day, said[:60]) + "  WRONG" * (not right)
        )
    print(f"{len(list(rows()))} rows, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

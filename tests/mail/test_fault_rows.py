"""Each row of the table of SMTP faults: the state, what the server holds, and what the user is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.mail.fault_rows import rows
from tests.mail.faults import Row, play
from watcher.told import State

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("row", list(rows()), ids=str)
def test_nothing_is_lost_or_sent_twice_without_need_and_the_user_is_told(row: Row, tmp_path: Path) -> None:
    outcome = play(row, tmp_path)
    assert outcome.first == row.first
    assert outcome.later == row.later
    assert re.search(row.told, outcome.told), outcome.told
    assert re.search(row.footer, outcome.footer), outcome.footer
    assert bool(outcome.footer) is bool(row.footer)
    assert outcome.carried is row.carried
    assert bool(outcome.stopped) is row.stops
    assert outcome.copies == min(1, outcome.later.held)  # byte for byte the same
    assert not outcome.clear


def test_one_reader_s_fault_is_nobody_else_s(tmp_path: Path) -> None:
    (row,) = (row for row in rows() if row.name == "RCPT 550 for one of three")
    assert play(row, tmp_path).others == (State.SENT, State.SENT)


def test_there_are_at_least_twenty_faults() -> None:
    assert len({row.name for row in rows()}) >= 20

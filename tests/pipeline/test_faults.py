"""Each row of the table of faults: what is tried again, kept and said under it, and that the next run has it all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.pipeline.fault_rows import rows
from tests.pipeline.faults import PMIDS, Row, play

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.mark import ParameterSet


def _parameter(row: Row) -> ParameterSet:
    """A row; those that wait for four timeouts in turn, or repeat what ESearch shows, stand behind the marker."""
    slow = row.failed and ("stall" in str(row) or str(row).startswith("efetch: 200 with ERROR"))
    return pytest.param(row, id=str(row), marks=[pytest.mark.long] if slow else [])


@pytest.mark.parametrize("row", [_parameter(row) for row in rows()])
def test_nothing_is_lost_and_what_failed_is_said(row: Row, tmp_path: Path) -> None:
    outcome = play(row, tmp_path)
    assert outcome.attempts == row.attempts
    assert outcome.stored == row.stored
    assert outcome.failed is row.failed
    assert bool(outcome.footer) is row.failed
    assert re.search(row.footer, outcome.footer)
    if outcome.failed:
        assert outcome.footer.startswith("PubMed, wounds: ")
        assert "PubMed, wounds: " in outcome.shown
        assert " · 1 source failed" in outcome.shown
    assert outcome.waited >= row.waits
    assert not outcome.next_failed
    assert outcome.next_footer == ""
    assert outcome.next_stored == len(PMIDS)
    assert sorted(outcome.told) == sorted(PMIDS)

"""Runs, what fails since when, and what is sent back to a feed's server."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.store.invented import NOW
from watcher.models import Run, Window
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR = timedelta(hours=1)
DAYS = Window(date(2026, 2, 23), date(2026, 3, 2))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def ran(store: Store, source: str, query: str | None, at: datetime, error: str | None = None) -> int:
    run_id = store.runs.start(source, query, at, DAYS, "skin[ti]")
    store.runs.finish(run_id, at, found=3, new=1, error=error, notes=("PubMed ignored “the”",))
    return run_id


def test_a_run_is_kept_as_it_was(store: Store) -> None:
    run_id = ran(store, "pubmed", "q", NOW)
    assert store.runs.last("pubmed", "q") == Run(
        id=run_id, source="pubmed", query="q", started_at=NOW, finished_at=NOW, window=DAYS, found=3, new=1,
        notes=("PubMed ignored “the”",), term="skin[ti]",
    )  # fmt: skip
    assert store.runs.last("pubmed", "other") is None
    assert store.runs.last("pubmed") is None


def test_a_run_that_never_finished_counts_as_failed(store: Store) -> None:
    good = ran(store, "pubmed", "q", NOW)
    store.runs.start("pubmed", "q", NOW + HOUR, DAYS, "skin[ti]")
    last = store.runs.last("pubmed", "q")
    assert last is not None
    assert (last.error, last.finished_at) == ("it was cut short", None)
    successful = store.runs.last("pubmed", "q", successful=True)
    assert successful is not None
    assert successful.id == good


def test_a_feed_has_runs_without_a_query(store: Store) -> None:
    ran(store, "feed:News", None, NOW)
    last = store.runs.last("feed:News")
    assert last is not None
    assert last.query is None


def test_runs_of_a_period_leave_out_its_beginning_and_keep_its_end(store: Store) -> None:
    ids = [ran(store, "pubmed", "q", NOW + n * HOUR) for n in range(4)]
    assert [run.id for run in store.runs.between(NOW, NOW + 2 * HOUR)] == ids[1:3]
    assert [run.id for run in store.runs.between(None, NOW + 9 * HOUR)] == ids


def test_what_fails_is_told_since_its_first_failure_after_the_last_success(store: Store) -> None:
    ran(store, "pubmed", "q", NOW, "down")
    ran(store, "pubmed", "q", NOW + HOUR)
    ran(store, "pubmed", "q", NOW + 2 * HOUR, "down")
    ran(store, "pubmed", "q", NOW + 3 * HOUR, "still down")
    ran(store, "pubmed", "fine", NOW, "down")
    ran(store, "pubmed", "fine", NOW + HOUR)
    ran(store, "feed:News", None, NOW, "never up")
    assert [(run.source, run.error, since) for run, since in store.runs.failing()] == [
        ("feed:News", "never up", NOW),
        ("pubmed", "still down", NOW + 2 * HOUR),
    ]
    assert [(run.source, run.query) for run in store.runs.latest()] == [
        ("feed:News", None), ("pubmed", "fine"), ("pubmed", "q")
    ]  # fmt: skip

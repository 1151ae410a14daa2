"""The shipped queries over a week of real records: each matching one told exactly once, and PubMed asked no more than needed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import UPDATE_FILE, needs_update_file
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import World, world
from watcher.models import Window
from watcher.sources import pubmed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.pipeline.work import Report

SHIPPED = Path(__file__).parents[2] / "queries.toml"
WEEK = [date(2021, 6, 3) + timedelta(days) for days in range(6)]


@pytest.fixture(scope="module")
def collection() -> Collection:
    return Collection.of_files(UPDATE_FILE)


@pytest.fixture
def installed(tmp_path: Path, collection: Collection) -> Iterator[World]:
    """The shipped file, pointed at a loopback PubMed, without its feeds."""
    with world(tmp_path, collection) as installation:
        text = SHIPPED.read_text(encoding="utf-8")
        text = text.replace("[pubmed]\n", f'[pubmed]\nbase_url = "{installation.pubmed.url}"\n')
        text = re.sub(r"\[\[feed\]\].*?(?=\[\[digest\]\])", "", text, flags=re.DOTALL)
        installation.path.write_text(text, encoding="utf-8")
        yield installation


def on(installation: World, day: date) -> Report:
    installation.pubmed.visible_until = day
    return installation.run_once(datetime.combine(day, time(12), tzinfo=UTC))


def told(report: Report) -> list[str]:
    works = [entry.work for one in report.told for section in one.digest.sections for entry in section.entries]
    return [str(work.pmid) for work in works]


@needs_update_file
def test_a_week_of_daily_runs_tells_what_one_search_over_it_finds_each_once(installed: World) -> None:
    reports = [on(installed, day) for day in WEEK]
    assert not any(report.failed for report in reports)
    found = [pmid for report in reports for pmid in told(report)]
    with installed.context(datetime(2021, 6, 8, 12, tzinfo=UTC)) as context:
        days = Window(WEEK[0] - timedelta(days=30), WEEK[-1])
        searches = [pubmed.search(context.eutils, query.term, days) for query in installed.settings.queries]
    assert len(found) == len(set(found)) >= 20
    assert set(found) == {pmid for search in searches for pmid in search.pmids}


@needs_update_file
def test_one_search_a_query_and_one_fetch_for_what_is_new_and_none_for_what_is_known(installed: World) -> None:
    queries = len(installed.settings.queries)
    for first_time in (True, False):
        for day in WEEK:
            before = len(installed.pubmed.requests)
            report = on(installed, day)
            asked = [request.utility for request in installed.pubmed.requests[before:]]
            assert asked.count("esearch") == queries
            assert asked.count("efetch") <= int(first_time)
            assert first_time or not told(report)
    with installed.context(datetime(2021, 6, 8, 12, tzinfo=UTC)) as context:
        assert len(context.store.digests.latest()) == 1


@needs_update_file
def test_a_first_run_that_looks_back_ten_years_takes_in_the_whole_file(installed: World) -> None:
    text = installed.path.read_text(encoding="utf-8")
    installed.path.write_text(text.replace("lookback = 30 ", "lookback = 3650 "), encoding="utf-8")
    found = told(on(installed, WEEK[-1]))
    assert len(found) == len(set(found)) >= 30
    fetched = [request for request in installed.pubmed.requests if request.utility == "efetch"]
    assert len(fetched) == -(-len(found) // 200)

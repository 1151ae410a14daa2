"""The shipped queries over a week of real records: each match told exactly once, PubMed asked no more than needed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import needs_update_file
from tests.pipeline.world import World, world
from watcher.models import Window
from watcher.sources import pubmed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.pubmed_index import Collection
    from watcher.pipeline.work import Report

SHIPPED = Path(__file__).parents[2] / "queries.toml"
WEEK = [date(2021, 6, 3) + timedelta(days) for days in range(6)]


@pytest.fixture
def installed(tmp_path: Path, update_file: Collection) -> Iterator[World]:
    """The shipped file, pointed at a loopback PubMed, without its feeds, and with one page in place of those cited."""
    with world(tmp_path, update_file) as installation:
        text = SHIPPED.read_text(encoding="utf-8")
        text = text.replace("[pubmed]\n", f'[pubmed]\nbase_url = "{installation.pubmed.url}"\n')
        page = installation.feeds.put("/page", b"<p>An invented page.</p>", content_type="text/html")
        text = re.sub(r'^url = "[^"]*"', f'url = "{page}"', text, flags=re.MULTILINE)
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
@pytest.mark.long
def test_a_week_of_daily_runs_tells_each_match_once_and_asks_no_more_than_it_must(installed: World) -> None:
    queries = installed.settings.queries
    found: list[str] = []
    fetched: set[str] = set()
    for first_time, days_run in ((True, WEEK), (False, [WEEK[0], WEEK[-1]])):
        for day in days_run:
            before = len(installed.pubmed.requests)
            report = on(installed, day)
            assert not report.failed
            asked = installed.pubmed.requests[before:]
            terms = [request.parameters["term"] for request in asked if request.utility == "esearch"]
            fetches = [set(request.parameters["id"].split(",")) for request in asked if request.utility == "efetch"]
            following = [term for term in terms if "[lr]" in term]
            # The cited works, which PubMed does not have yet in these days, are asked about once a day.
            looking_up = [term for term in terms if "[doi]" in term]
            assert looking_up == ['"10.1021/acsnano.4c06921"[doi] OR PMC12730715[pmcid]'] * first_time
            assert len(terms) - len(following) - len(looking_up) == len(queries)
            assert len(following) == int(first_time and day != WEEK[0])
            # What is new, and the notices that it names; what is known is fetched again by following it alone.
            assert len([pmids for pmids in fetches if not pmids <= fetched]) <= 2 * first_time
            assert len([pmids for pmids in fetches if pmids <= fetched]) <= len(following)
            assert first_time or report.told == ()
            fetched.update(*fetches)
            found += told(report)
    with installed.context(datetime(2021, 6, 8, 12, tzinfo=UTC)) as context:
        days = Window(WEEK[0] - timedelta(days=30), WEEK[-1])
        searches = [pubmed.search(context.eutils, query.term, days) for query in queries]
    assert len(found) == len(set(found)) >= 15
    assert set(found) == {pmid for search in searches for pmid in search.pmids}


@needs_update_file
def test_a_first_run_that_looks_back_ten_years_takes_in_the_whole_file(installed: World) -> None:
    text = installed.path.read_text(encoding="utf-8")
    installed.path.write_text(text.replace("lookback = 30 ", "lookback = 3650 "), encoding="utf-8")
    found = told(on(installed, WEEK[-1]))
    assert len(found) == len(set(found)) >= 25
    fetched = [request for request in installed.pubmed.requests if request.utility == "efetch"]
    assert len(fetched) == -(-len(found) // 200)

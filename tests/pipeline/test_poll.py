"""What a poll asks, what it keeps, and what becomes of it when something fails."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.fakes.loopback import Answer, Breakage, Request
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import SKIN, WOUNDS, World, at, world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    records = [
        article(11, title="Wounds of the skin, an invented tale", crdt=date(2021, 6, 1)),
        article(12, title="Wounds elsewhere, invented as well", crdt=date(2021, 6, 2)),
        article(13, title="Unbroken skin, an invented tale too", crdt=date(2021, 6, 3)),
    ]
    with world(tmp_path, Collection(records)) as installation:
        yield installation


def told(installation: World, now: str) -> list[str]:
    report = installation.run_once(at(now))
    works = [entry.work for one in report.told for section in one.digest.sections for entry in section.entries]
    return [str(work.pmid or work.url) for work in works]


def rss(*items: tuple[str, str, str]) -> bytes:
    entries = "".join(
        f"<item><guid>{guid}</guid><title>{title}</title><link>https://news.example.org/{link}</link></item>"
        for guid, title, link in items
    )
    return f'<rss version="2.0"><channel><title>Invented news</title>{entries}</channel></rss>'.encode()


def test_a_work_that_two_queries_find_stands_once_and_names_the_other(installed: World) -> None:
    installed.configure(WOUNDS, SKIN)
    report = installed.run_once(at("2021-06-04 12:00"))
    (one,) = report.told
    sections = {s.title: [(str(e.work.pmid), e.also_in) for e in s.entries] for s in one.digest.sections}
    assert sections == {"Wounds": [("12", ()), ("11", ("Skin",))], "Skin": [("13", ())]}


def test_a_batch_that_fails_is_fetched_next_time_and_the_rest_is_told_now(installed: World) -> None:
    for pmid in range(1000, 1250):
        installed.pubmed.collection.add(article(pmid, title=f"Wounds number {pmid}, invented", crdt=date(2021, 6, 2)))
    installed.configure(WOUNDS)
    fetches = []

    def second_batch_fails(request: Request) -> Answer | None:
        if request.utility != "efetch":
            return None
        fetches.append(request.parameters["id"])
        return Answer(500, b"<html>broken</html>") if request.parameters["id"] != fetches[0] else None

    installed.pubmed.faults = second_batch_fails
    report = installed.run_once(at("2021-06-04 12:00"))
    assert report.failed
    assert report.told[0].digest.works == 200
    (run,) = (run for run in report.runs if run.query)
    assert run.error is not None
    assert "52 of 252 records could not be fetched" in run.error
    assert any("52 of 252" in failure.why for failure in report.told[0].digest.receipt.failures)
    installed.pubmed.faults = lambda request: None
    again = installed.run_once(at("2021-06-05 12:00"))
    assert not again.failed
    assert again.told[0].digest.works == 52
    assert again.told[0].digest.receipt.failures == ()


def test_a_query_whose_search_fails_is_asked_about_the_same_days_again(installed: World) -> None:
    installed.configure(WOUNDS, SKIN)
    installed.pubmed.faults = lambda request: (
        Answer(502, b"Bad Gateway") if "skin" in request.parameters.get("term", "") else None
    )
    report = installed.run_once(at("2021-06-04 12:00"))
    assert [(run.query, run.error is None) for run in report.runs if run.query] == [
        ("wounds", True), ("skin", False),
    ]  # fmt: skip
    failures = report.told[0].digest.receipt.failures
    assert [failure.what for failure in failures] == ["PubMed, skin"]
    assert "HTTP 502" in failures[0].why
    installed.pubmed.faults = lambda request: None
    assert told(installed, "2021-08-20 12:00") == ["13"]


def test_downtime_is_caught_up_with(installed: World) -> None:
    installed.configure(WOUNDS)
    installed.pubmed.visible_until = date(2021, 6, 1)
    assert told(installed, "2021-06-01 12:00") == ["11"]
    installed.pubmed.visible_until = None
    assert told(installed, "2021-12-24 12:00") == ["12"]


def test_an_edited_term_looks_back_and_tells_nothing_again(installed: World) -> None:
    installed.configure(WOUNDS)
    assert told(installed, "2021-06-25 12:00") == ["12", "11"]
    installed.configure(("wounds", "Wounds", "wound*[tiab] OR skin[tiab]"))
    assert told(installed, "2021-06-26 12:00") == ["13"]


def test_a_feed_is_asked_conditionally_and_its_matching_entries_are_told_once(installed: World) -> None:
    feed = installed.feeds.put("/news.xml", rss(("a", "A wound closes, it is said", "1"), ("b", "Weather", "2")))
    installed.configure(WOUNDS, feeds={"news": feed})
    installed.pubmed.visible_until = date(2020, 1, 1)
    assert told(installed, "2021-06-04 12:00") == ["https://news.example.org/1"]
    assert told(installed, "2021-06-05 12:00") == []
    first, second = installed.feeds.asked("/news.xml")
    assert "if-none-match" not in first.headers
    assert "if-none-match" in second.headers


def test_an_entry_that_comes_back_under_another_guid_is_not_told_again(installed: World) -> None:
    feed = installed.feeds.put("/news.xml", rss(("a", "A wound closes, it is said", "1")))
    installed.configure(WOUNDS, feeds={"news": feed})
    installed.pubmed.visible_until = date(2020, 1, 1)
    assert len(told(installed, "2021-06-04 12:00")) == 1
    installed.feeds.put("/news.xml", rss(("z", "A wound closes, it is said", "1?utm_source=feed")))
    assert told(installed, "2021-06-05 12:00") == []


def test_an_edited_term_is_held_against_an_unchanged_feed_too(installed: World) -> None:
    feed = installed.feeds.put("/news.xml", rss(("a", "A wound closes", "1"), ("b", "Skin in the sun", "2")))
    installed.configure(WOUNDS, feeds={"news": feed})
    installed.pubmed.visible_until = date(2020, 1, 1)
    assert told(installed, "2021-06-04 12:00") == ["https://news.example.org/1"]
    installed.configure(WOUNDS, SKIN, feeds={"news": feed})
    assert told(installed, "2021-06-05 12:00") == ["https://news.example.org/2"]


def test_one_feed_that_fails_stops_no_other_and_is_in_the_footer(installed: World) -> None:
    good = installed.feeds.put("/good.xml", rss(("a", "A wound closes", "1")))
    page = installed.feeds.put("/page.xml", b"<!doctype html><html><body>Hello</body></html>")
    broken = installed.feeds.put("/broken.xml", b"")
    installed.configure(
        WOUNDS, feeds={"gone": installed.feeds.root + "/gone.xml", "page": page, "broken": broken, "good": good}
    )
    installed.pubmed.visible_until = date(2020, 1, 1)
    report = installed.run_once(at("2021-06-04 12:00"))
    why = {failure.what: failure.why for failure in report.told[0].digest.receipt.failures}
    assert set(why) == {"gone", "page", "broken"}
    assert "404" in why["gone"]
    assert "a web page, not a feed" in why["page"]
    assert "empty" in why["broken"]
    assert report.told[0].digest.works == 1


def test_a_stored_news_item_and_the_record_of_its_article_are_one_work(installed: World) -> None:
    installed.pubmed.collection.add(
        article(20, title="Wounds and their invented closing", doi="10.5555/AbC.1", crdt=date(2021, 6, 6))
    )
    installed.pubmed.visible_until = date(2021, 6, 4)
    feed = installed.feeds.put(
        "/journal.xml",
        b'<rss version="2.0"><channel><title>J</title><item><title>Wounds and their invented closing</title>'
        b"<link>https://doi.org/10.5555/abc.1</link></item></channel></rss>",
    )
    installed.configure(WOUNDS, feeds={"journal": feed})
    assert "https://doi.org/10.5555/abc.1" in told(installed, "2021-06-04 12:00")
    installed.pubmed.visible_until = None
    assert told(installed, "2021-06-07 12:00") == []
    with installed.context(at("2021-06-07 12:00")) as context:
        work = context.store.works.get(context.store.identities.holder("pmid:20") or 0)
        assert work is not None
        assert work.record.source == "pubmed"
        assert str(work.doi) == "10.5555/abc.1"


@pytest.mark.parametrize("breakage", [Breakage.RESET, Breakage.CUT, Breakage.RESET_IN_BODY])
def test_a_connection_that_breaks_once_costs_nothing_but_a_wait(installed: World, breakage: Breakage) -> None:
    installed.configure(WOUNDS)
    broken: list[str] = []

    def once_each(request: Request) -> Breakage | None:
        if request.utility in broken:
            return None
        broken.append(request.utility)
        return breakage

    installed.pubmed.faults = once_each
    report = installed.run_once(at("2021-06-04 12:00"))
    assert not report.failed
    assert report.told[0].digest.works == 2
    assert broken == ["esearch", "efetch"]
    assert len(installed.slept) >= 2

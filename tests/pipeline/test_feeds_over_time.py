"""A feed over weeks: it moves, ends, asks for a pause or goes quiet; and what it brings is looked up in PubMed."""

from __future__ import annotations

import socket
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article, article_set
from tests.pipeline.world import WOUNDS, World, at, world
from watcher.cli.standing import standing
from watcher.sources.eutils import Eutils
from watcher.sources.http import Client
from watcher.sources.pubmed_lookup import look_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.models import Run
    from watcher.pipeline.work import Report
    from watcher.told import Receipt

START = "2021-06-04 12:00"
NO_FEED = '<rss version="2.0"><channel><title>Invented news</title>{}</channel></rss>'


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as installation:
        yield installation


def rss(*items: str) -> bytes:
    return NO_FEED.format("".join(f"<item>{item}</item>" for item in items)).encode()


def item(number: int, day: str = "", *, about: str = "A wound closes", doi: str = "", link: str = "") -> str:
    published = f"<pubDate>{date.fromisoformat(day):%a, %d %b %Y} 08:00:00 GMT</pubDate>" if day else ""
    text = f"<description>It is told in https://doi.org/{doi}</description>" if doi else ""
    address = link or f"https://news.example.org/{number}"
    return f"<guid>n{number}</guid><title>{about}, number {number}</title><link>{address}</link>{published}{text}"


def later(days: float) -> str:
    return f"{at(START) + timedelta(days=days):%Y-%m-%d %H:%M}"


def of_feed(report: Report) -> list[Run]:
    return [run for run in report.runs if run.source == "feed:news"]


def receipt(report: Report) -> Receipt:
    """The footer of the digest that this run told; each test puts a new item in, so that there is one to tell."""
    (one,) = report.told
    assert one.digest_id is not None
    return one.digest.receipt


def status(installed: World, now: str) -> str:
    with installed.context(at(now)) as context:
        return standing(context.settings, context.store, context.now).as_text(context.settings)


def with_other_feed(installed: World, url: str) -> None:
    installed.configure(WOUNDS, feeds={"news": url, "other": installed.feeds.root + "/other.xml"})


def tell_other(installed: World, number: int) -> None:
    """Something to tell, from a feed that is well."""
    installed.feeds.put("/other.xml", rss(item(number)))


# -- it moves ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("permanently", [301, 308])
def test_a_moved_feed_is_asked_where_it_is_now_and_that_is_said_once(installed: World, permanently: int) -> None:
    new = installed.feeds.put("/new.xml", rss(item(1)))
    old = installed.feeds.root + "/old.xml"
    installed.feeds.faults = lambda request: (
        Answer(permanently, b"", {"Location": "/new.xml"}) if request.path == "/old.xml" else None
    )
    installed.configure(WOUNDS, feeds={"news": old})
    note = f"it has moved to {new}: write that address into queries.toml"
    assert receipt(installed.run_once(at(START))).notes == (f"news: {note}",)
    installed.feeds.put("/new.xml", rss(item(1), item(2)))
    assert receipt(installed.run_once(at(later(1)))).notes == ()
    assert len(installed.feeds.asked("/old.xml")) == 1
    assert ["if-none-match" in request.headers for request in installed.feeds.asked("/new.xml")] == [False, True]
    installed.configure(WOUNDS, feeds={"news": installed.feeds.put("/third.xml", rss(item(3)))})
    assert installed.run_once(at(later(2))).told[0].digest.works == 1
    assert len(installed.feeds.asked("/new.xml")) == 2


def test_a_passing_redirect_is_no_move(installed: World) -> None:
    installed.feeds.put("/new.xml", rss(item(1)))
    installed.feeds.faults = lambda request: (
        Answer(302, b"", {"Location": "/new.xml"}) if request.path == "/old.xml" else None
    )
    installed.configure(WOUNDS, feeds={"news": installed.feeds.root + "/old.xml"})
    for day in range(2):
        (run,) = of_feed(installed.run_once(at(later(day))))
        assert run.notes == ()
    assert len(installed.feeds.asked("/old.xml")) == 2


@pytest.mark.parametrize("absent", [404, 410])
def test_where_nothing_is_left_after_a_move_the_configured_address_is_asked_again(
    installed: World, absent: int
) -> None:
    old = installed.feeds.put("/old.xml", rss(item(1), item(2)))
    installed.feeds.put("/new.xml", rss(item(1)))
    installed.feeds.faults = lambda request: (
        Answer(301, b"", {"Location": "/new.xml"}) if request.path == "/old.xml" else None
    )
    installed.configure(WOUNDS, feeds={"news": old})
    installed.run_once(at(START))
    installed.feeds.faults = lambda request: Answer(absent) if request.path == "/new.xml" else None
    report = installed.run_once(at(later(1)))
    assert [(run.error, run.new) for run in of_feed(report)] == [(None, 1)]


def test_a_move_outside_that_has_come_to_lead_inside_is_forgotten(
    installed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host may come to resolve otherwise after the move: then it is asked where it was configured, and not there."""
    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **named: look_up("127.0.0.1", *rest, **named))
    old, new = (
        f"http://{host}.example:{installed.feeds.root.rpartition(':')[2]}/{host}.xml" for host in ("old", "new")
    )
    installed.feeds.put("/new.xml", rss(item(1)))
    installed.feeds.faults = lambda request: Answer(301, b"", {"Location": new}) if request.path == "/old.xml" else None
    installed.configure(WOUNDS, feeds={"news": old})
    for day in range(2):
        (run,) = of_feed(installed.run_once(at(later(day))))
        assert run.error is None
    assert [request.path for request in installed.feeds.requests] == ["/old.xml", "/new.xml"] * 2


# -- it ends ----------------------------------------------------------------------------------------------------------


def test_a_feed_that_is_gone_is_not_asked_again_until_its_url_is_edited(installed: World) -> None:
    url = installed.feeds.root + "/gone.xml"
    with_other_feed(installed, url)
    tell_other(installed, 1)
    installed.feeds.faults = lambda request: Answer(410, b"Gone") if request.path == "/gone.xml" else None
    report = installed.run_once(at(START))
    assert report.failed
    (failure,) = receipt(report).failures
    assert failure.what == "news"
    assert "HTTP 410: Gone; it is gone for good: it is not asked any more, until its url" in failure.why
    tell_other(installed, 2)
    again = installed.run_once(at(later(1)))
    assert not again.failed
    assert of_feed(again) == []
    assert receipt(again).failures == ()
    assert len(installed.feeds.asked("/gone.xml")) == 1
    (line,) = [line for line in status(installed, later(1)).splitlines() if line.startswith("news")]
    assert line.startswith("news: STOPPED on Fri 04 Jun 2021 14:00: ")
    assert "; next" not in line
    with_other_feed(installed, installed.feeds.put("/back.xml", rss(item(3))))
    (run,) = of_feed(installed.run_once(at(later(2))))
    assert (run.error, run.new) == (None, 1)
    assert "STOPPED" not in status(installed, later(2))


def test_the_end_of_a_feed_waits_for_the_next_digest_that_is_sent(installed: World) -> None:
    with_other_feed(installed, installed.feeds.root + "/gone.xml")
    installed.feeds.put("/other.xml", rss())
    installed.feeds.faults = lambda request: Answer(410) if request.path == "/gone.xml" else None
    assert [one.digest_id for one in installed.run_once(at(START)).told] == [None]
    tell_other(installed, 1)
    assert [failure.what for failure in receipt(installed.run_once(at(later(1)))).failures] == ["news"]


def test_a_month_of_404_ends_a_feed_and_less_is_a_failure(installed: World) -> None:
    with_other_feed(installed, installed.feeds.root + "/missing.xml")
    for day in range(0, 40, 5):
        tell_other(installed, day)
        report = installed.run_once(at(later(day)))
        whys = [failure.why for failure in receipt(report).failures]
        if day <= 30:
            assert [run.error for run in of_feed(report)] == whys
            assert ("so in each poll since 4 June 2021: it is not asked any more" in whys[0]) == (day == 30)
        else:
            assert (of_feed(report), whys, report.failed) == ([], [], False)
    assert len(installed.feeds.asked("/missing.xml")) == 7


@pytest.mark.parametrize("between", [200, 500])
def test_anything_but_404_in_between_begins_the_month_anew(installed: World, between: int) -> None:
    installed.configure(WOUNDS, feeds={"news": installed.feeds.root + "/missing.xml"})
    for day in range(0, 50, 10):
        installed.feeds.faults = lambda request, day=day: Answer(
            between if day == 20 else 404, rss(item(1)) if day == 20 else b""
        )
        (run,) = of_feed(installed.run_once(at(later(day))))
        assert "not asked any more" not in (run.error or "")


# -- it wants to be left alone ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("busy", [429, 503])
def test_a_long_retry_after_keeps_the_feed_from_being_asked(installed: World, busy: int) -> None:
    url = installed.feeds.put("/busy.xml", rss(item(1)))
    with_other_feed(installed, url)
    tell_other(installed, 2)
    installed.feeds.faults = lambda request: (
        Answer(busy, b"", {"Retry-After": "7200"}) if request.path == "/busy.xml" else None
    )
    (run,) = of_feed(installed.run_once(at(START)))
    assert "asks for a pause of 7200 s" in (run.error or "")
    installed.feeds.faults = lambda request: None
    tell_other(installed, 3)
    early = installed.run_once(at("2021-06-04 13:59"))
    assert of_feed(early) == []
    assert "next Fri 04 Jun 2021 17:00" in status(installed, "2021-06-04 13:59").splitlines()[1]
    assert len(installed.feeds.asked("/busy.xml")) == 1
    (run,) = of_feed(installed.run_once(at("2021-06-04 14:00")))
    assert (run.error, run.new) == (None, 1)


def test_a_pause_without_end_is_not_granted(installed: World) -> None:
    installed.configure(WOUNDS, feeds={"news": installed.feeds.put("/busy.xml", rss(item(1)))})
    installed.feeds.faults = lambda request: (
        Answer(503, b"", {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}) if request.path == "/busy.xml" else None
    )
    assert len(of_feed(installed.run_once(at(START)))) == 1
    assert of_feed(installed.run_once(at(later(29)))) == []
    assert len(of_feed(installed.run_once(at(later(30))))) == 1


# -- it goes quiet ----------------------------------------------------------------------------------------------------


def test_a_feed_that_has_gone_quiet_is_mentioned_once(installed: World) -> None:
    # Every ten days, also with what no query matches; so thirty days are three times the usual.
    shown = [item(1, "2021-05-01", about="Weather"), item(2, "2021-05-11"), item(3, "2021-05-21", about="Sport")]
    with_other_feed(installed, installed.feeds.put("/news.xml", rss(*shown)))
    said = {}
    for day in (0, 15, 16, 20, 30):
        tell_other(installed, 10 + day)
        said[day] = receipt(installed.run_once(at(later(day)))).notes
    assert said == {0: (), 15: (), 16: ("news: nothing new since 21 May 2021, usually every 10 days",), 20: (), 30: ()}
    installed.feeds.put("/news.xml", rss(item(4, "2021-07-05"), item(5, "2031-01-01", about="To come")))
    tell_other(installed, 90)
    assert receipt(installed.run_once(at("2021-07-06 12:00"))).notes == ()
    tell_other(installed, 91)
    (note,) = receipt(installed.run_once(at("2021-09-06 12:00"))).notes
    assert "since 5 July 2021" in note


def test_a_daily_feed_may_be_silent_for_a_fortnight(installed: World) -> None:
    shown = [item(day, f"2021-06-0{day}") for day in (1, 2, 3)]
    installed.configure(WOUNDS, feeds={"news": installed.feeds.put("/news.xml", rss(*shown))})
    notes = {day: of_feed(installed.run_once(at(f"2021-06-{day} 12:00")))[0].notes for day in ("04", "16", "17", "18")}
    assert notes == {"04": (), "16": (), "17": ("nothing new since 3 June 2021, usually every day",), "18": ()}


# -- what it brings is looked up --------------------------------------------------------------------------------------


def lookups(installed: World) -> list[str]:
    terms = [request.parameters["term"] for request in installed.pubmed.asked("esearch")]
    return [term for term in terms if "[crdt]" not in term and "[lr]" not in term]


def record(pmid: int, doi: str) -> bytes:
    """One that no query finds by itself."""
    return article(
        pmid, title="How tissue closes, an invented study", doi=doi, crdt=date(2020, 1, 1), authors=("Muster, Erika",),
        abstract="All is told here.", mesh=("Skin",),
    )  # fmt: skip


@pytest.mark.parametrize(
    "entry",
    [
        item(1, doi="10.5555/S0140-6736(20)30183-5"),
        item(1, link="https://doi.org/10.5555/s0140-6736(20)30183-5"),
        item(1, link="https://pubmed.ncbi.nlm.nih.gov/77/"),
    ],
)
def test_what_a_feed_brought_is_led_by_its_pubmed_record(installed: World, entry: str) -> None:
    installed.pubmed.collection.add(record(77, "10.5555/S0140-6736(20)30183-5"))
    installed.configure(WOUNDS, feeds={"news": installed.feeds.put("/news.xml", rss(entry))})
    report = installed.run_once(at(START))
    (one,) = report.told
    (told,) = [shown.work for section in one.digest.sections for shown in section.entries]
    assert (told.pmid, told.record.source, told.kind) == ("77", "pubmed", "article")
    assert told.record.mesh[0].descriptor == "Skin"
    assert told.record.abstract[0].text == "All is told here."
    assert len(lookups(installed)) == 1
    installed.run_once(at(later(2)))
    assert len(lookups(installed)) == len(installed.pubmed.asked("efetch")) == 1


def test_one_that_pubmed_does_not_have_yet_is_asked_about_daily_for_sixty_days(installed: World) -> None:
    entries = rss(item(1, doi="10.5555/late.1"))
    installed.configure(WOUNDS, feeds={"news": installed.feeds.put("/news.xml", entries)})
    for hours in range(0, 72, 6):
        installed.run_once(at(later(hours / 24)))
    assert lookups(installed) == ['"10.5555/late.1"[doi]'] * 3
    for day in range(10, 100, 10):
        installed.run_once(at(later(day)))
    assert len(lookups(installed)) == 3 + 6
    assert installed.pubmed.asked("efetch") == []


def test_one_that_comes_later_is_joined_and_not_told_again(installed: World) -> None:
    entries = rss(item(1, doi="10.5555/late.1"))
    installed.configure(WOUNDS, feeds={"news": installed.feeds.put("/news.xml", entries)})
    assert installed.run_once(at(START)).told[0].digest.works == 1
    installed.pubmed.collection.add(record(77, "10.5555/Late.1"))
    assert installed.run_once(at(later(1))).told[0].digest.works == 0
    with installed.context(at(later(1))) as context:
        work = context.store.works.get(context.store.identities.holder("pmid:77") or 0)
        assert work is not None
        assert (work.record.source, work.doi) == ("pubmed", "10.5555/late.1")


def test_sixty_works_are_two_searches_and_no_other_is_made_where_none_waits(installed: World) -> None:
    entries = [item(n, doi=f"10.5555/many.{n}") for n in range(60)]
    url = installed.feeds.put("/news.xml", rss(*entries))
    installed.configure(WOUNDS, feeds={"news": url})
    for n in range(60):
        installed.pubmed.collection.add(record(100 + n, f"10.5555/many.{n}"))
    installed.run_once(at(START))
    assert sorted(term.count("[doi]") for term in lookups(installed)) == [10, 50]
    assert len(installed.pubmed.asked("efetch")) == 2
    installed.feeds.put("/news.xml", rss(item(99)))
    installed.run_once(at(later(1)))
    assert len(lookups(installed)) == 2


def test_a_search_that_fails_is_in_the_footer_and_made_again_by_the_next_poll(installed: World) -> None:
    entries = rss(item(1, doi="10.5555/late.1"))
    installed.configure(WOUNDS, feeds={"news": installed.feeds.put("/news.xml", entries)})
    installed.pubmed.collection.add(record(77, "10.5555/late.1"))
    down = Answer(502, b"Bad Gateway")
    installed.pubmed.faults = lambda request: down if "[doi]" in request.parameters.get("term", "") else None
    report = installed.run_once(at(START))
    assert report.failed
    assert [failure.what for failure in receipt(report).failures] == ["PubMed, for what feeds brought"]
    assert "PubMed, for what feeds brought: FAILING since" in status(installed, START)
    installed.pubmed.faults = lambda request: None
    again = installed.run_once(at("2021-06-04 13:00"))
    assert not again.failed
    assert [run.new for run in again.runs if run.source == "pubmed:lookup"] == [1]


def test_records_that_bear_none_of_the_keys_are_left_out() -> None:
    """PubMed takes a phrase that it does not know apart: hits by its words are not what was asked for."""
    asked: list[str] = []

    def play(method: str, url: str, fields: str, headers: object) -> tuple[int, dict[str, str], bytes]:
        values = {name: value[0] for name, value in parse_qs(fields).items()}
        if "efetch" in url:
            return 200, {}, article_set(*(record(int(n), f"10.5555/x.{n}") for n in values["id"].split(",")))
        asked.append(values["term"])
        ids = range(1, 501) if "unknown" in values["term"] else [7, 8]
        listed = "".join(f"<Id>{n}</Id>" for n in ids)
        return 200, {}, f"<eSearchResult><Count>{len(ids)}</Count><IdList>{listed}</IdList></eSearchResult>".encode()

    client = Client(play=play, sleep=lambda _: None)
    eutils = Eutils(client, base_url="https://eutils.example/", email="tests@example.org")
    found = look_up(eutils, ["doi:10.5555/x.7", "doi:10.5555/unknown", "pmid:9"])
    assert [one.doi for one in found] == ["10.5555/x.7"]
    assert len(asked) == 5
    assert "9[uid]" in asked[-1]

"""Which days are asked about, and that every PMID of an answer is accounted for."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import needs_update_file
from tests.fakes.eutils_server import EutilsServer
from tests.fakes.loopback import Answer as Reply
from tests.fakes.pubmed_fixture import article, article_set
from tests.fakes.pubmed_index import Collection
from watcher.errors import SourceError
from watcher.models import Pmid, Run, Window
from watcher.sources import pubmed
from watcher.sources.eutils import Eutils
from watcher.sources.http import Client

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOON = datetime(2021, 6, 8, 16, tzinfo=UTC)


def run(last: date, term: str = "skin") -> Run:
    days = Window(last - timedelta(days=3), last)
    return Run(id=1, source="pubmed", query="q", started_at=NOON, window=days, term=term)


def days(last: Run | None, now: datetime = NOON, term: str = "skin") -> Window:
    return pubmed.window(last, term, now, lookback=30, overlap=7)


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client(sleep=lambda _: None)
    yield client
    client.close()


# -- windows ------------------------------------------------------------------------------------------------------


def test_a_first_poll_looks_back() -> None:
    assert days(None) == Window(date(2021, 5, 9), date(2021, 6, 8))


def test_a_later_one_begins_where_the_last_success_ended_less_the_overlap() -> None:
    assert days(run(date(2021, 6, 7))) == Window(date(2021, 5, 31), date(2021, 6, 8))
    assert days(run(date(2021, 1, 1))).first == date(2020, 12, 25)


def test_an_edited_term_looks_back_again_and_loses_no_downtime() -> None:
    assert days(run(date(2021, 6, 7)), term="other").first == date(2021, 5, 9)
    assert days(run(date(2021, 1, 1)), term="other").first == date(2020, 12, 25)


def test_days_are_those_of_new_york() -> None:
    assert days(None, datetime(2021, 6, 9, 3, 59, tzinfo=UTC)).last == date(2021, 6, 8)
    assert days(None, datetime(2021, 6, 9, 4, 0, tzinfo=UTC)).last == date(2021, 6, 9)
    assert days(None, datetime(2021, 12, 9, 4, 59, tzinfo=UTC)).last == date(2021, 12, 8)


def test_a_clock_that_was_set_back_asks_about_no_backward_window() -> None:
    future = days(run(date(2021, 7, 30)))
    assert future.first <= future.last == date(2021, 6, 8)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=10))
def test_consecutive_windows_leave_no_day_out(gaps: list[int]) -> None:
    now, last, covered = NOON, run(date(2021, 6, 8)), date(2021, 6, 8)
    for gap in gaps:
        now += timedelta(hours=gap)
        window = days(last, now)
        assert window.first <= covered
        covered = window.last
        last = Run(id=1, source="pubmed", query="q", started_at=now, window=window, term="skin")


# -- search -------------------------------------------------------------------------------------------------------


def test_either_date_finds_a_record(client: Client) -> None:
    """Most have an EDAT a day after CRDT; of some, EDAT is years before."""
    collection = Collection([
        article(1, title="Skin one.", crdt=date(2021, 6, 3)),
        article(2, title="Skin two.", crdt=date(2021, 6, 3), edat=date(2016, 1, 1)),
        article(3, title="Skin three.", crdt=date(2016, 1, 1), edat=date(2021, 6, 3)),
        article(4, title="Skin four.", crdt=date(2021, 6, 5)),
    ])  # fmt: skip
    with EutilsServer(collection) as server:
        eutils = Eutils(client, base_url=server.url, email="a@example.org")
        found = pubmed.search(eutils, "skin[ti] OR nothing[ti]", Window(date(2021, 6, 3), date(2021, 6, 3)))
        assert set(found.pmids) == {"1", "2", "3"}
        assert len(server.requests) == 1
        assert pubmed.search(eutils, "skin[ti]", Window(date(2021, 6, 4), date(2021, 6, 4))).pmids == ("1",)


class Crowd:
    """A PubMed with so many works a day, PMIDs numbered from the day, that answers windows in its search term."""

    def __init__(self, a_day: int) -> None:
        self.a_day, self.asked = a_day, 0

    def __call__(self, method: str, url: str, fields: str, _: object) -> tuple[int, Mapping[str, str], bytes]:
        from urllib.parse import parse_qs

        self.asked += 1
        term = parse_qs(fields)["term"][0]
        first, last = (date(*map(int, day.split("/"))) for day in term.split("AND (")[1].split("[")[0].split(":"))
        numbers = range(first.toordinal() * 10_000, last.toordinal() * 10_000 + 10_000)
        ids = [number for number in numbers if number % 10_000 < self.a_day]
        listed = "".join(f"<Id>{number}</Id>" for number in reversed(ids[-9_999:]))
        body = f"<eSearchResult><Count>{len(ids)}</Count><IdList>{listed}</IdList></eSearchResult>"
        return 200, {}, body.encode()


def test_what_is_more_than_pubmed_gives_is_asked_for_in_slices() -> None:
    crowd = Crowd(4_000)
    eutils = Eutils(Client(play=crowd, sleep=lambda _: None), base_url="https://e.example/", email="a@example.org")
    found = pubmed.search(eutils, "skin", Window(date(1, 6, 3), date(1, 6, 7)))
    assert len(found.pmids) == len(set(found.pmids)) == 20_000


JUNE_3 = Window(date(2021, 6, 3), date(2021, 6, 3))


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Iterator[EutilsServer]:
    """Gives 9 ids of a search at most, and holds 100 records of one day, in two clusters of PMIDs."""
    monkeypatch.setattr("watcher.sources.eutils.LARGEST_RESULT", 9)
    monkeypatch.setattr("tests.fakes.eutils_server.MOST_IDS", 9)
    numbers = [*range(1, 31), *range(34_000_000, 34_000_070)]
    with EutilsServer(Collection(article(n, title="Skin.", crdt=JUNE_3.first) for n in numbers)) as server:
        yield server


def test_a_single_day_that_is_too_full_is_sliced_by_pmid(client: Client, crowded: EutilsServer) -> None:
    eutils = Eutils(client, base_url=crowded.url, email="a@example.org")
    found = pubmed.search(eutils, "skin[ti]", Window(date(2021, 5, 28), date(2021, 6, 8)))
    newest_first = sorted(crowded.collection, key=int, reverse=True)
    assert list(found.pmids) == newest_first
    assert "AND 50000000:99999999[uid]" in " ".join(request.parameters["term"] for request in crowded.requests)


@pytest.mark.parametrize("at_fault", ["1:49999999[uid]", "50000000:99999999[uid]"])
def test_slices_that_do_not_sum_to_the_count_are_an_error(client: Client, crowded: EutilsServer, at_fault: str) -> None:
    """Ranges that PubMed passes over, or a slice that it cuts: neither is taken for the whole."""
    nothing = Reply(200, b"<eSearchResult><Count>1</Count><IdList><Id>7</Id></IdList></eSearchResult>")
    crowded.faults = lambda request: nothing if at_fault in request.parameters["term"] else None
    eutils = Eutils(client, base_url=crowded.url, email="a@example.org")
    with pytest.raises(
        SourceError, match=re.escape("100 works on the one day 2021-06-03 with PMIDs from 1 to 99999999")
    ):
        pubmed.search(eutils, "skin[ti]", JUNE_3)


def test_days_that_give_fewer_than_were_counted_are_an_error(client: Client, crowded: EutilsServer) -> None:
    empty = Reply(200, b"<eSearchResult><Count>0</Count><IdList></IdList></eSearchResult>")
    crowded.faults = lambda request: empty if "2021/06/03:2021/06/03[crdt]" in request.parameters["term"] else None
    eutils = Eutils(client, base_url=crowded.url, email="a@example.org")
    with pytest.raises(SourceError, match="100 works from 2021-06-02 to 2021-06-03, and in slices gives 0"):
        pubmed.search(eutils, "skin[ti]", Window(date(2021, 6, 2), date(2021, 6, 3)))


def test_a_pubmed_that_passes_over_ranges_of_pmids_is_found_out_at_once() -> None:
    """Each day's answer is the same whatever PMIDs are asked for."""
    crowd = Crowd(10_000)
    with closing(Client(play=crowd, sleep=lambda _: None)) as client:
        eutils = Eutils(client, base_url="https://e.example/", email="a@example.org")
        with pytest.raises(SourceError, match="in its halves 20,000"):
            pubmed.search(eutils, "skin", Window(date(1, 6, 3), date(1, 6, 3)))
    assert crowd.asked == 3


CREATED = re.compile(rb'(PubStatus="entrez">\s*)<Year>\d+</Year>\s*<Month>\d+</Month>\s*<Day>\d+</Day>')


@needs_update_file
@pytest.mark.long
@pytest.mark.parametrize("on_one_day", [False, True])
def test_twenty_thousand_real_records_come_in_whole(client: Client, update_file: Collection, on_one_day: bool) -> None:
    """20,783 PMIDs, 9,999 at a time: by their dates; and by PMID, as if all had been created on one day."""
    days, collection = Window(date(1900, 1, 1), date(2021, 12, 31)), update_file
    if on_one_day:
        third = rb"\1<Year>2021</Year><Month>6</Month><Day>3</Day>"
        days, collection = JUNE_3, Collection(CREATED.sub(third, update_file.record(pmid)) for pmid in update_file)
    with EutilsServer(collection) as server:
        eutils = Eutils(client, base_url=server.url, email="a@example.org")
        found = pubmed.search(eutils, "1:99999999[uid]", days)
    assert len(found.pmids) == len(set(found.pmids)) > 20_000
    assert set(found.pmids) == set(update_file)
    by_pmid = [request for request in server.requests if request.parameters["term"].endswith("[uid]")]
    assert bool(by_pmid) is on_one_day


def test_what_was_indexed_in_the_window_is_asked_for_where_the_query_says_so(client: Client) -> None:
    """MeSH came in June, years after the record itself."""
    old = article(1, title="Skin.", crdt=date(2019, 1, 1), mhda=date(2021, 6, 3))
    with EutilsServer(Collection([old])) as server:
        eutils = Eutils(client, base_url=server.url, email="a@example.org")
        assert pubmed.search(eutils, "skin[ti]", JUNE_3).pmids == ()
        assert pubmed.search(eutils, "skin[ti]", JUNE_3, when_indexed=True).pmids == ("1",)


# -- fetch --------------------------------------------------------------------------------------------------------


def fetched(asked: list[str], *elements: bytes) -> pubmed.Fetched:
    client = Client(play=lambda *_: (200, {}, article_set(*elements)), sleep=lambda _: None)
    eutils = Eutils(client, base_url="https://e.example/", email="a@example.org")
    return pubmed.fetch(eutils, [Pmid(pmid) for pmid in asked])


def test_what_did_not_come_is_named() -> None:
    found = fetched(["1", "2", "3"], article(3), article(1))
    assert {record.pmid for record in found.records} == {"1", "3"}
    assert found.missing == ("2",)


def test_what_was_not_asked_for_is_left_out() -> None:
    found = fetched(["1"], article(1), article(9))
    assert [record.pmid for record in found.records] == ["1"]


def test_of_two_versions_of_a_pmid_the_later_is_taken() -> None:
    old, new = article(1, title="Old.", version=1), article(1, title="New.", version=2)
    for order in ((old, new), (new, old)):
        (record,) = fetched(["1"], *order).records
        assert (record.version, record.title) == (2, "New.")


@given(st.integers(0, 1000))
def test_batches_hold_each_pmid_once(count: int) -> None:
    pmids = [Pmid(str(n)) for n in range(count)]
    batches = pubmed.batches(pmids)
    assert [pmid for batch in batches for pmid in batch] == pmids
    assert all(1 <= len(batch) <= 200 for batch in batches)
    assert len(batches) == -(-count // 200)

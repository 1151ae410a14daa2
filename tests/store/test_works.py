"""Works, their records, keys, matches and relations; and that a record comes out as it went in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.invented import NOW, article, keep, news
from watcher.models import Doi, Kind, Match, Pmcid, Pmid, Record, RelatedRecord
from watcher.store.arrival import arrivals
from watcher.store.codec import decode_record, decode_time, encode_record, encode_time
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("empty") / "watcher.db") as opened:
        yield opened


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store._connection.rows(sql)]


# -- codec --------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.builds(Record, version=st.integers(0, 999)))
def test_any_record_comes_back_equal(record: Record) -> None:
    text = encode_record(record)
    assert decode_record(text) == record
    assert encode_record(decode_record(text)) == text


@settings(max_examples=40)
@given(
    st.builds(Record, source=st.just("a"), source_id=st.just("b"), title=st.just("c"), kind=st.sampled_from(Kind),
              authors=st.just(()), other_ids=st.tuples(st.tuples(st.text(), st.text())), version=st.integers(0, 999))
)  # fmt: skip
def test_what_is_empty_is_not_written(record: Record) -> None:
    assert decode_record(encode_record(record)) == record
    assert '"authors"' not in encode_record(record)


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2200, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001 - zones follow
def test_times_are_utc_and_sort_as_text(moment: datetime, hours: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    assert decode_time(encode_time(aware)) == aware
    assert encode_time(aware).endswith("+00:00")
    assert encode_time(aware) < encode_time(aware + timedelta(seconds=1))


# -- works and records --------------------------------------------------------------------------------------------


def test_the_tables_are_as_contracted(store: Store) -> None:
    contract = {
        "works": "id kind title doi pmid pmcid url published first_seen_at",
        "records": "id work_id source source_id retrieved_at",
        "matches": "work_id query phrases",
        "relations": "work_id kind other_id",
        "runs": "id source query started_at finished_at found new error",
        "digests": "id name composed_at since until",
        "entries": "digest_id work_id section position",
        "deliveries": "id digest_id recipient message_id state attempts message",
    }
    for table, columns in contract.items():
        there = {row[1] for row in rows(store, f"PRAGMA table_info({table})")}
        assert set(columns.split()) <= there, table


def test_a_work_is_kept_with_its_record(store: Store) -> None:
    record = article(1, "Skin &amp; <i>wounds</i>, an invented result", doi="10.1000/a")
    work_id = keep(store, record)
    work = store.works.get(work_id)
    assert work is not None
    assert (work.record, work.first_seen_at, work.pmid, work.doi, work.kind) == (
        record,
        NOW,
        "1",
        "10.1000/a",
        "article",
    )
    assert rows(store, "SELECT kind, title, doi, pmid, published, first_seen_at FROM works") == [
        ("article", "Skin & wounds, an invented result", "10.1000/a", "1", "2026-03", "2026-03-02T06:00:00+00:00")
    ]
    assert store.works.provenance(work_id) == [("pubmed", "1", NOW, "", "")]
    assert store.works.get(work_id + 1) is None


def test_a_record_joins_its_work_and_adds_its_identifiers(store: Store) -> None:
    first = keep(store, news("g1", url="https://news.example/a", doi="10.1000/a"))
    second = keep(store, replace(article(1, doi="10.1000/a"), pmcid=Pmcid("PMC1234")), NOW + timedelta(days=1))
    assert first == second
    work = store.works.get(first)
    assert work is not None
    assert (work.kind, work.pmid, work.pmcid, work.url) == (Kind.ARTICLE, "1", "PMC1234", "https://news.example/a")
    assert work.first_seen_at == NOW
    assert [row[3:] for row in store.works.provenance(first)] == [("DOI in the news", "10.1000/a")] * 2
    assert [record.source for record in store.works.records(first)] == ["feed:News", "pubmed"]
    assert store.works.counts() == {"article": 1}


def test_a_lesser_description_does_not_lead_nor_take_away(store: Store) -> None:
    work_id = keep(store, article(1, doi="10.1000/a"))
    keep(store, news("g1", doi="10.1000/a"))
    work = store.works.get(work_id)
    assert work is not None
    assert (work.kind, work.record.source) == (Kind.ARTICLE, "pubmed")
    better = replace(article(1), source="feed:J", source_id="x", kind=Kind.PREPRINT, published="2025")
    early = keep(store, replace(better, pmid=None, title="An invented preprint on skin and its wounds"))
    keep(store, replace(article(9, "An invented preprint on skin and its wounds"), published="2025-12"))
    assert rows(store, f"SELECT kind, published FROM works WHERE id = {early}") == [("article", "2025-12")]


def test_whatever_a_record_adds_to_its_work_is_seen_when_it_comes(store: Store) -> None:
    full = article(1, doi="10.1000/a")
    bare = replace(full, pmid=None, doi=None, source="feed:J")
    bears = product((None, Doi("10.1000/a"), Doi("10.1000/b")), (None, Pmid("2")), (None, Pmcid("PMC2")), (None, "u"))
    # Where nothing else tells which of two is the better, the one with the lesser id is.
    cases = product((full, bare), (full, bare), "az", (-1, 0, 1), bears)
    for number, (before, after, letter, days, (doi, pmid, pmcid, url)) in enumerate(cases):
        first = replace(before, source_id=f"{number} m")
        second = replace(after, source_id=f"{number} {letter}", doi=doi, pmid=pmid, pmcid=pmcid, url=url)
        with store.transaction():
            one, other = arrivals([first, second])
            _, work_id = store.works.add(one, None, NOW)
            store.works.add(other, work_id, NOW + timedelta(days=days))
            came = rows(store, f"SELECT * FROM works WHERE id = {work_id}")
            store.works.settle([work_id])
        assert rows(store, f"SELECT * FROM works WHERE id = {work_id}") == came, (first, second)


def test_known_ids_of_a_source(store: Store) -> None:
    one, two = keep(store, article(1)), keep(store, article(2))
    assert store.works.of_source("pubmed", ["1", "2", "3", "'"]) == {"1": one, "2": two}
    assert store.works.of_source("feed:News", ["1"]) == {}
    assert len(store.works.of_source("pubmed", [str(n) for n in range(50_000)])) == 2


def test_works_are_found_by_identifier(store: Store) -> None:
    work_id = keep(store, article(1, doi="10.1000/a"))
    other = keep(store, news("g", url="https://www.news.example/a/?utm_source=x"))

    holder = store.identities.holder
    assert holder("pmid:1") == holder("doi:10.1000/a") == work_id
    assert holder("url:https://news.example/a") == other
    assert holder("pmid:2") is None


# -- matches and relations ----------------------------------------------------------------------------------------


def test_a_match_once_noted_stays(store: Store) -> None:
    work_id = keep(store, article(1))
    with store.transaction():
        store.matches.keep("pubmed", "1", "q", ("skin*", "Ä"), NOW)
        store.matches.keep("pubmed", "1", "q", (), NOW)
        store.matches.keep("pubmed", "1", "other", (), NOW)
    assert store.matches.of_work(work_id) == (Match(work_id, "other"), Match(work_id, "q", ("skin*", "Ä")))
    assert store.matches.works("q", [work_id, 99]) == {work_id}
    assert store.matches.missing("p", "pubmed", ["1", "2"]) == {"1"}
    assert store.matches.missing("q", "pubmed", ["1", "2"]) == set()


def test_relations_find_the_other_whichever_came_first(store: Store) -> None:
    related = (RelatedRecord("ErratumFor", article(1).pmid, "J Invent"), RelatedRecord("CommentOn", None, "no PMID"))
    erratum = replace(article(2, "Erratum to an invented result"), kind=Kind.NOTICE, related=related)
    notice = keep(store, erratum)
    assert store.relations.of_work(notice) == [("ErratumFor", None, "1")]
    about = keep(store, article(1))
    assert store.relations.of_work(notice) == [("ErratumFor", about, "1")]
    later = keep(
        store, replace(erratum, source_id="3", pmid=article(3).pmid, title="Another erratum, likewise invented")
    )
    assert store.relations.of_work(later) == [("ErratumFor", about, "1")]


def test_a_work_that_only_a_feed_named_is_related_to(store: Store) -> None:
    about = keep(store, replace(news("g1"), pmid=article(1).pmid))
    notice = keep(
        store, replace(article(2), kind=Kind.NOTICE, related=(RelatedRecord("RetractionOf", article(1).pmid),))
    )
    assert store.relations.of_work(notice) == [("RetractionOf", about, "1")]


# -- transactions -------------------------------------------------------------------------------------------------


class Interrupted(Exception):
    """Whatever ends a block."""


def half(store: Store, record: Record) -> None:
    with store.transaction():
        keep(store, record)
        store.runs.start("pubmed", "q", NOW)
        raise Interrupted


def test_a_transaction_rolled_back_leaves_nothing(store: Store) -> None:
    with pytest.raises(Interrupted):
        half(store, article(1))
    for table in ("works", "records", "keys", "runs"):
        assert rows(store, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert keep(store, article(1)) == 1


def test_an_inner_block_that_fails_takes_only_itself_back(store: Store) -> None:
    with store.transaction():
        keep(store, article(1))
        with pytest.raises(Interrupted):
            half(store, article(2))
    assert store.works.of_source("pubmed", ["1", "2"]).keys() == {"1"}


# -- search -------------------------------------------------------------------------------------------------------


def found(store: Store, *words: str) -> list[str]:
    return [work.record.source_id for work in store.works.search(words, 10)]


def test_search_finds_words_phrases_and_beginnings(store: Store) -> None:
    keep(store, article(1, "Exosomes close diabetic wounds in invented mice"))
    keep(store, article(2, "Keratinocytes of naïve α-SMA+ skin"))
    assert found(store, "EXOSOMES", "wounds") == ["1"]
    assert found(store, "diabetic wounds") == found(store, "exosom*") == found(store, '"diabetic wounds"') == ["1"]
    assert found(store, "wounds diabetic") == found(store, "exosom") == []
    assert found(store, "naive") == found(store, "α-SMA") == ["2"]
    assert set(found(store, "invented")) == {"1", "2"}
    assert len(store.works.search(["invented"], 1)) == 1


@pytest.mark.parametrize(
    "words",
    [[], [""], ['"'], ["*"], ["AND"], ["a", "AND"], ["NOT"], ["NEAR(", "x)"], ["-"], ["...", "!"], ["title:x"], ["^zz"],
     ["a-b"], ["'"], ["\x00"], ["a\x00b"], ["\udcff"], ["(", ")"], ["**"], ["a*b"], ["{x}"], ["a" * 100_000], ["²"]],
)  # fmt: skip
def test_odd_words_find_nothing_and_fail_nothing(store: Store, words: list[str]) -> None:
    keep(store, article(1))
    assert found(store, *words) == []


@settings(max_examples=50, deadline=None)
@given(words=st.lists(st.text(st.characters(codec=None), max_size=5), max_size=3))
def test_any_words_can_be_searched_for(empty: Store, words: list[str]) -> None:
    assert found(empty, *words) == []

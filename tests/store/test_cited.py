"""The cited works are found by their identifiers, whatever else bears these, and by number as the file has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.store.invented import NOW, article, keep, news
from watcher.models import CitedWork, Doi, Kind, Pmcid, Pmid
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BY_DOI = CitedWork(1, "https://journal.example.org/one", doi=Doi("10.5555/one"))
BY_PMCID = CitedWork(2, "", pmcid=Pmcid("PMC2000"))
BY_PMID = CitedWork(3, "", pmid=Pmid("33"))
PAGE = CitedWork(4, "https://news.example.org/four")
CITED = (BY_DOI, BY_PMCID, BY_PMID, PAGE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def test_stored_works_are_found_by_doi_pmid_and_pmcid(store: Store) -> None:
    one = keep(store, article(11, doi="10.5555/one"))
    two = keep(store, replace(article(22), pmcid=Pmcid("PMC2000")))
    assert {number: work.id for number, work in store.cited.works(CITED).items()} == {1: one, 2: two}
    three = keep(store, article(33))
    assert store.cited.works(CITED)[3].id == three


def test_an_edit_of_the_file_is_all_that_it_takes(store: Store) -> None:
    keep(store, article(11, doi="10.5555/one"))
    assert set(store.cited.works([replace(BY_DOI, number=7)])) == {7}
    assert store.cited.works([]) == {}


def test_a_later_version_of_a_preprint_is_the_cited_work(store: Store) -> None:
    one = keep(store, article(11, doi="10.21203/rs.3.rs-1/v2", kind=Kind.PREPRINT))
    cited = CitedWork(1, "", doi=Doi("10.21203/rs.3.rs-1/v1"))
    assert store.cited.works([cited])[1].id == one


def test_news_of_a_cited_work_is_not_the_cited_work(store: Store) -> None:
    keep(store, news("a", doi="10.5555/one"))
    assert store.cited.works([BY_DOI]) == {}


def test_a_notice_that_bears_its_doi_is_not_the_cited_work(store: Store) -> None:
    keep(store, article(10, "Erratum: another tale", doi="10.5555/one", kind=Kind.NOTICE))
    one = keep(store, article(11, "A tale of its own on skin", doi="10.5555/one"))
    assert store.cited.works([BY_DOI])[1].id == one


def test_its_pmids_are_those_of_the_file_and_of_all_its_records(store: Store) -> None:
    keep(store, article(11, "One tale in two records", doi="10.5555/one"))
    keep(store, article(12, "One tale in two records", doi="10.5555/one"))
    assert store.cited.pmids(CITED, store.cited.works(CITED)) == {"11": 1, "12": 1, "33": 3}


def test_those_without_a_record_of_pubmed_wait_until_they_were_asked_about(store: Store) -> None:
    keep(store, article(33))
    assert store.cited.waiting(CITED, NOW) == ("doi:10.5555/one", "pmcid:PMC2000")
    with store.transaction():
        store.cited.asked(["doi:10.5555/one"], NOW + timedelta(hours=1))
    assert store.cited.waiting(CITED, NOW) == ("pmcid:PMC2000",)
    assert store.cited.waiting(CITED, NOW + timedelta(hours=1)) == ("doi:10.5555/one", "pmcid:PMC2000")


def test_what_only_a_feed_described_waits_for_its_record(store: Store) -> None:
    entry = replace(news("a", "A tale in a journal's own feed", doi="10.5555/one"), kind=Kind.ARTICLE)
    one = keep(store, entry)
    assert store.cited.works([BY_DOI])[1].id == one
    assert store.cited.waiting([BY_DOI], NOW) == ("doi:10.5555/one",)

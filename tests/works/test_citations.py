"""Which cited works a record cites: by PMID and DOI, as the file and the store know them."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.models import CitedWork, Doi, Pmcid, Pmid, Record, Work
from watcher.works.citations import cites, numbers

CITED = (
    CitedWork(1, "", doi=Doi("10.5555/one")),
    CitedWork(2, "https://news.example.org/two"),
    CitedWork(3, "", pmcid=Pmcid("PMC3000")),
    CitedWork(4, "", doi=Doi("10.21203/rs.3.rs-44/v1")),
)
STORED = Work(
    9, datetime(2026, 3, 2, tzinfo=UTC), Record(source="pubmed", source_id="333", title="Three"),
    pmid=Pmid("333"), doi=Doi("10.5555/three"),
)  # fmt: skip
KNOWN = numbers(CITED, {3: STORED})


def citing(*references: str, pmid: str = "77", doi: str = "10.5555/citing") -> Record:
    return Record(source="pubmed", source_id=pmid, title="A tale", pmid=Pmid(pmid), doi=Doi(doi), references=references)


def test_a_reference_by_pmid_or_doi_is_a_citation() -> None:
    assert cites(citing("12", "333", "10.5555/other"), KNOWN) == (3,)
    assert cites(citing("10.5555/three", "10.5555/one"), KNOWN) == (1, 3)


def test_each_number_is_there_once_and_in_order() -> None:
    assert cites(citing("10.5555/three", "333", "10.5555/one"), KNOWN) == (1, 3)


def test_any_version_of_a_preprint_is_the_cited_one() -> None:
    assert cites(citing("10.21203/rs.3.rs-44/v2"), KNOWN) == (4,)


def test_what_is_not_stored_is_known_by_what_the_file_says() -> None:
    assert cites(citing("333", "10.5555/one"), numbers(CITED, {})) == (1,)


def test_a_cited_work_does_not_cite_itself() -> None:
    assert cites(citing("333", "10.5555/one", pmid="333", doi="10.5555/three"), KNOWN) == (1,)


def test_without_a_reference_list_nothing_is_cited() -> None:
    assert cites(citing(), KNOWN) == ()

"""Cited works: their records are fetched once, never told as new, and followed for as long as the file cites them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import WOUNDS, World, at, world
from watcher.digest.receipt import receipt
from watcher.pipeline.tell import composed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.models import Run
    from watcher.pipeline.work import Report

TITLE = "How tissue closes, an invented study"
BY_DOI = '[[cited]]\ndoi = "10.5555/one"'
BY_PMCID = '[[cited]]\npmcid = "PMC2000"'
BY_PMID = '[[cited]]\npmid = "33"'


def record(pmid: int, **about: Any) -> bytes:
    """One that no query finds by itself."""
    return article(pmid, **{"title": f"{TITLE}, number {pmid}", "crdt": date(2020, 1, 1), **about})


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    records = [record(11, doi="10.5555/One"), record(22, pmcid="PMC2000"), record(33), record(44)]
    with world(tmp_path, Collection(records)) as installation:
        installation.configure(WOUNDS, extra=f"{BY_DOI}\n{BY_PMCID}\n{BY_PMID}")
        yield installation


def on(installation: World, day: str, hour: str = "12:00") -> Report:
    installation.pubmed.visible_until = date.fromisoformat(day)
    return installation.run_once(at(f"{day} {hour}"))


def cited(report: Report) -> Run | None:
    return next((run for run in report.runs if run.source == "cited"), None)


def lookups(installation: World) -> list[str]:
    """What PubMed was asked about identifiers since this was last called."""
    terms = [request.parameters["term"] for request in installation.pubmed.asked("esearch")]
    installation.pubmed.requests.clear()
    return [term for term in terms if "[crdt]" not in term and "[lr]" not in term]


def stored(installation: World) -> dict[int, str | None]:
    """The PMID of each cited work that is stored, by number."""
    with installation.context(at("2021-06-04 12:00")) as context:
        works = context.store.cited.works(context.settings.cited)
        return {number: work.pmid for number, work in works.items()}


# -- their records ----------------------------------------------------------------------------------------------------


def test_the_first_poll_fetches_them_by_one_search_and_no_later_one_asks_again(installed: World) -> None:
    run = cited(on(installed, "2021-06-04"))
    assert run is not None
    assert (run.found, run.new, run.error) == (3, 3, None)
    assert stored(installed) == {1: "11", 2: "22", 3: "33"}
    assert lookups(installed) == ['"10.5555/one"[doi] OR PMC2000[pmcid] OR 33[uid]']
    assert cited(on(installed, "2021-06-08")) is None
    assert lookups(installed) == []


def test_one_that_pubmed_lacks_is_asked_about_once_a_day_until_it_comes(installed: World) -> None:
    installed.configure(WOUNDS, extra='[[cited]]\ndoi = "10.5555/late"')
    for hour in ("06:00", "12:00", "18:00"):
        on(installed, "2021-06-04", hour)
    on(installed, "2021-06-05", "06:00")
    assert lookups(installed) == ['"10.5555/late"[doi]'] * 2
    installed.pubmed.collection.add(record(55, doi="10.5555/late"))
    on(installed, "2021-06-06")
    assert stored(installed) == {1: "55"}


def test_only_a_record_that_bears_the_identifier_is_taken(installed: World) -> None:
    """PubMed looks for the words of a phrase that it does not have."""
    installed.configure(WOUNDS, extra='[[cited]]\ndoi = "10.5555/other"')
    strange = Answer(200, b"<eSearchResult><Count>1</Count><IdList><Id>44</Id></IdList></eSearchResult>")
    installed.pubmed.faults = lambda request: strange if "[doi]" in request.parameters.get("term", "") else None
    run = cited(on(installed, "2021-06-04"))
    assert run is not None
    assert (run.found, run.new) == (0, 0)
    assert stored(installed) == {}


def test_one_that_is_added_to_the_file_is_asked_about_by_the_next_poll(installed: World) -> None:
    on(installed, "2021-06-04")
    lookups(installed)
    installed.configure(WOUNDS, extra=f'{BY_PMID}\n[[cited]]\npmid = "44"\n{BY_DOI}')
    on(installed, "2021-06-04", "13:00")
    assert lookups(installed) == ["44[uid]"]
    assert stored(installed) == {1: "33", 2: "44", 3: "11"}


def test_one_that_a_query_brought_is_not_asked_about(installed: World) -> None:
    installed.configure(WOUNDS, extra='[[cited]]\npmid = "66"')
    installed.pubmed.collection.add(article(66, title="A wound, invented", crdt=date(2021, 6, 1)))
    on(installed, "2021-06-04")
    assert lookups(installed) == []
    assert stored(installed) == {1: "66"}


def test_a_search_that_fails_is_told_and_made_again_by_the_next_poll(installed: World) -> None:
    down = Answer(502, b"Bad Gateway")
    installed.pubmed.faults = lambda request: down if "[doi]" in request.parameters.get("term", "") else None
    installed.pubmed.collection.add(article(66, title="A wound, invented", crdt=date(2021, 6, 1)))
    report = on(installed, "2021-06-04")
    assert report.failed
    (one,) = report.told
    assert [failure.what for failure in one.digest.receipt.failures] == ["PubMed, for the cited works"]
    installed.pubmed.faults = lambda _: None
    assert not on(installed, "2021-06-04", "12:30").failed
    assert stored(installed) == {1: "11", 2: "22", 3: "33"}


# -- known to the reader ----------------------------------------------------------------------------------------------


def test_a_source_without_a_title_in_the_file_is_named_by_its_record(installed: World) -> None:
    installed.configure(WOUNDS, extra=f'{BY_DOI}\n{BY_PMID}\ntitle = "As the reader calls it"')
    on(installed, "2021-06-04")
    with installed.context(at("2021-06-04 13:00")) as context:
        (plan,) = context.settings.digests
        assert [one.title.rstrip(".") for one in composed(context, plan).cited] == [
            f"{TITLE}, number 11", "As the reader calls it"
        ]  # fmt: skip


@pytest.mark.parametrize("watch", ["", "watch = false"])
def test_a_cited_work_is_never_told_as_new(installed: World, watch: str) -> None:
    installed.configure(WOUNDS, extra=f'[[cited]]\npmid = "66"\n{watch}')
    for pmid in (66, 67):
        installed.pubmed.collection.add(article(pmid, title=f"A wound, invented as {pmid}", crdt=date(2021, 6, 1)))
    digest = on(installed, "2021-06-04").told[0].digest
    assert [entry.work.pmid for section in digest.sections for entry in section.entries] == ["67"]
    assert dict(receipt(digest))["Found"][0].startswith("1 new work,")
    assert on(installed, "2021-06-05").told[0].digest.empty


def test_the_journal_version_of_a_cited_preprint_is_told_once(installed: World) -> None:
    title = "Gels that close tissue within eleven invented days"
    preprint = {"title": title, "doi": "10.1101/2021.01.01.425001", "publication_types": ("Preprint",)}
    installed.pubmed.collection.add(record(77, journal="Invented preprints", **preprint))
    installed.configure(WOUNDS, extra='[[cited]]\ndoi = "10.1101/2021.01.01.425001"')
    assert on(installed, "2021-06-04").told[0].digest.empty
    version = {"title": title, "journal": "Journal of invented gels", "related": (("UpdateOf", "77"),)}
    installed.pubmed.collection.add(record(78, crdt=date(2021, 6, 5), **version))
    later = record(
        77, journal="Invented preprints", related=(("UpdateIn", "78"),), revised=date(2021, 6, 5), **preprint
    )
    installed.pubmed.collection.revise(later)
    (entry,) = on(installed, "2021-06-06").told[0].digest.sources
    assert entry.change == "Now in Journal of invented gels; source [1] is its preprint"
    assert on(installed, "2021-06-07").told[0].digest.empty


# -- followed ---------------------------------------------------------------------------------------------------------


def test_it_is_followed_for_as_long_as_the_file_cites_it(installed: World) -> None:
    installed.configure(WOUNDS, extra=BY_PMID)
    on(installed, "2021-06-04")
    installed.pubmed.collection.revise(
        record(33, abstract="It was revised.", revised=date(2023, 8, 1), related=(("RetractionIn", "90"),))
    )
    retraction = {"publication_types": ("Retraction of Publication",), "related": (("RetractionOf", "33"),)}
    installed.pubmed.collection.add(record(90, title=f"Retraction: {TITLE}", crdt=date(2023, 8, 1), **retraction))
    (entry,) = on(installed, "2023-08-02").told[0].digest.sources
    assert entry.change == f"Retracts source [1], “{TITLE}, number 33”"
    installed.configure(WOUNDS)
    installed.pubmed.requests.clear()
    on(installed, "2023-08-04")
    assert [r for r in installed.pubmed.asked("esearch") if "33[uid]" in r.parameters["term"]] == []


def test_one_that_is_not_watched_is_fetched_and_no_more(installed: World) -> None:
    installed.configure(WOUNDS, extra=f"{BY_PMID}\nwatch = false")
    on(installed, "2021-06-04")
    assert stored(installed) == {1: "33"}
    retraction = {"publication_types": ("Retraction of Publication",), "related": (("RetractionOf", "33"),)}
    installed.pubmed.collection.add(record(90, title="Retraction of wounds", crdt=date(2021, 6, 5), **retraction))
    digest = on(installed, "2021-06-06").told[0].digest
    assert (digest.sources, digest.works) == ((), 1)
    assert [r for r in installed.pubmed.asked("esearch") if "[lr]" in r.parameters["term"]] == []

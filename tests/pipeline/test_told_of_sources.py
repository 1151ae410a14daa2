"""What a digest tells of the article's sources, in a section of its own: each item once under one name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.eutils_answers import elink
from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import SKIN, WOUNDS, World, at, world
from watcher.digest.opening import subject
from watcher.digest.render import html_page, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.told import Digest

TITLE = "How tissue closes, an invented study"
CITED = '[[cited]]\npmid = "33"'
RETRACTION: dict[str, Any] = {"publication_types": ("Retraction of Publication",), "related": (("RetractionOf", "33"),)}
COMMENT: dict[str, Any] = {"publication_types": ("Comment",), "related": (("CommentOn", "33"),)}


def source(**about: Any) -> bytes:
    return article(33, title=TITLE, crdt=date(2020, 1, 1), **about)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, Collection([source()])) as installation:
        installation.configure(WOUNDS, extra=CITED)
        yield installation


def told(installed: World, day: int, month: int = 6) -> Digest:
    """The digest of a day in 2021, told or with nothing to tell, with PubMed as it stands on it."""
    installed.pubmed.visible_until = date(2021, month, day)
    (one,) = installed.run_once(at(f"2021-{month:02}-{day:02} 12:00")).told
    return one.digest


def said(digest: Digest) -> list[str]:
    return [entry.change for entry in digest.sources]


def add(installed: World, pmid: int, day: int, title: str = "A notice, invented", **about: Any) -> None:
    installed.pubmed.collection.add(article(pmid, title=title, crdt=date(2021, 6, day), **about))


def revise(installed: World, day: int, *related: tuple[str, str]) -> None:
    installed.pubmed.collection.revise(source(revised=date(2021, 6, day), related=related))


# -- notices and comments ---------------------------------------------------------------------------------------------


def test_a_retraction_of_a_source_is_told_once_in_a_section_of_its_own(installed: World) -> None:
    assert told(installed, 4).empty
    revise(installed, 5, ("RetractionIn", "90"))
    add(installed, 90, 5, **RETRACTION)
    digest = told(installed, 6)
    assert said(digest) == [f"Retracts source [1], “{TITLE}”"]
    assert (digest.works, digest.updates) == (0, ())
    assert subject(digest) == f"1 retracted on all: Retracts source [1], “{TITLE}”"
    for part in (plain_text(digest), html_page(digest)):
        shown = " ".join(part.split())
        assert "Nothing new · 1 item on the sources" in shown
        assert "The sources themselves" in shown
        assert "What has become of what the article cites · 1 item" in shown
        assert "Retracts source [1]" in shown
        assert "Sources of the article" in shown
    assert told(installed, 7).empty


def test_it_is_told_in_each_digest_and_kept_under_its_section(installed: World) -> None:
    other = f'{CITED}\n[[digest]]\nname = "other"\nto = ["other@example.org"]\nschedule = "0 7 * * *"'
    installed.configure(WOUNDS, extra=other)
    add(installed, 90, 1, title="A wound: retraction", **RETRACTION)
    installed.pubmed.visible_until = date(2021, 6, 4)
    report = installed.run_once(at("2021-06-04 12:00"))
    assert [said(one.digest) for one in report.told] == [[f"Retracts source [1], “{TITLE}”"]] * 2
    with installed.context(at("2021-06-04 13:00")) as context:
        (work,) = context.store.works.of_source("pubmed", ["90"]).values()
        assert [telling.section for telling in context.store.digests.tellings(work)] == [":sources"] * 2


def test_a_notice_is_no_new_work_though_a_query_matches_it(installed: World) -> None:
    add(installed, 90, 1, title="A wound: erratum", related=(("ErratumFor", "33"),))
    digest = told(installed, 4)
    assert said(digest) == [f"Corrects source [1], “{TITLE}”"]
    assert digest.works == 0


def test_a_source_that_was_retracted_before_it_was_cited_is_told_at_once(installed: World) -> None:
    revise(installed, 1, ("RetractionIn", "90"))
    add(installed, 90, 1, **RETRACTION)
    assert said(told(installed, 4)) == [f"Retracts source [1], “{TITLE}”"]


def test_a_retraction_of_which_pubmed_has_no_record_stands_in_the_footer(installed: World) -> None:
    add(installed, 50, 1, title="A wound, for there to be a digest")
    told(installed, 4)
    revise(installed, 5, ("RetractionIn", "90"))
    add(installed, 51, 5, title="A wound, for there to be another")
    digest = told(installed, 6)
    assert said(digest) == []
    assert f"Retracted since: {TITLE} (PMID 33), by PMID 90" in digest.receipt.notes


def test_a_comment_on_a_source_is_told_and_one_that_was_there_before_is_not(installed: World) -> None:
    revise(installed, 1, ("CommentIn", "80"))
    add(installed, 80, 1, **COMMENT)
    assert told(installed, 4).empty
    revise(installed, 5, ("CommentIn", "80"), ("CommentIn", "81"))
    add(installed, 81, 5, **COMMENT)
    assert said(told(installed, 6)) == [f"Comments on source [1], “{TITLE}”"]
    assert told(installed, 7).empty


def test_the_gravest_comes_first(installed: World) -> None:
    add(installed, 80, 1, title="On wounds", **COMMENT)
    add(installed, 81, 1, title="On wounds again", related=(("ErratumFor", "33"),))
    add(installed, 82, 1, title="On wounds at last", **RETRACTION)
    assert [change.split()[0] for change in said(told(installed, 4))] == ["Retracts", "Corrects", "Comments"]


# -- what cites them --------------------------------------------------------------------------------------------------


def cites(installed: World, pmid: int, day: int, *references: str, title: str = "") -> None:
    add(installed, pmid, day, title=title or f"An invented sequel, number {pmid}", references=references)


def elinks(installed: World) -> list[tuple[str, ...]]:
    """The PMIDs that PubMed was asked about since this was last called, by request."""
    requests = installed.pubmed.asked("elink")
    installed.pubmed.requests.clear()
    return [tuple(value for field, value in request.given if field == "id") for request in requests]


def test_what_cites_a_source_already_is_counted_and_what_comes_later_is_told(installed: World) -> None:
    for pmid in (71, 72):
        cites(installed, pmid, 1, "33")
    add(installed, 50, 1, title="A wound, for there to be a digest")
    digest = told(installed, 4)
    assert digest.sources == ()
    (note,) = digest.receipt.notes
    assert note == (
        "PubMed, for what cites the sources: 2 records in PubMed cite source [1] so far; from now on, those that come "
        "are told"
    )
    cites(installed, 73, 5, "33")
    digest = told(installed, 6)
    assert [(entry.change, entry.work.pmid) for entry in digest.sources] == [("Cites source [1]", "73")]
    assert digest.receipt.notes == ()
    assert told(installed, 7).empty


def test_only_what_is_new_is_fetched(installed: World) -> None:
    cites(installed, 71, 1, "33")
    told(installed, 4)
    cites(installed, 73, 5, "33")
    told(installed, 6)
    fetched = [request.parameters["id"] for request in installed.pubmed.asked("efetch")]
    assert "73" in fetched
    assert "71" not in ",".join(fetched)


def test_all_sources_are_asked_about_once_a_day_in_one_request(installed: World) -> None:
    installed.pubmed.collection.add(article(34, title="Another source, invented", crdt=date(2020, 1, 1)))
    installed.configure(WOUNDS, extra=f'{CITED}\n[[cited]]\npmid = "34"\n[[cited]]\ndoi = "10.5555/unknown"')
    installed.pubmed.visible_until = date(2021, 6, 8)
    for hour in ("06:00", "12:00", "18:00"):
        installed.run_once(at(f"2021-06-04 {hour}"))
    installed.run_once(at("2021-06-05 06:00"))
    assert elinks(installed) == [("33", "34")] * 2
    installed.run_once(at("2021-06-06 06:00"))
    assert elinks(installed) == [("33", "34")]


def test_one_that_cites_two_sources_names_both_and_the_newest_comes_first(installed: World) -> None:
    installed.pubmed.collection.add(article(34, title="Another source, invented", crdt=date(2020, 1, 1)))
    installed.configure(WOUNDS, extra=f'{CITED}\n[[cited]]\npmid = "34"')
    told(installed, 4)
    told(installed, 5)
    cites(installed, 75, 6, "34")
    cites(installed, 76, 6, "34", "33")
    assert said(told(installed, 7)) == ["Cites sources [1], [2]", "Cites source [2]"]


def test_an_empty_first_answer_is_doubted(installed: World) -> None:
    """ELink may leave out the links of a work that is cited by many, and give them the next day."""
    cites(installed, 71, 1, "33")
    empty = elink("pubmed_pubmed_citedin", [(["33"], [])])
    installed.pubmed.faults = lambda request: empty if request.utility == "elink" else None
    assert told(installed, 4).empty
    installed.pubmed.faults = lambda _: None
    assert told(installed, 5).empty
    cites(installed, 73, 5, "33")
    assert said(told(installed, 6)) == ["Cites source [1]"]


def test_a_work_that_a_query_matched_is_in_its_section_and_not_told_twice(installed: World) -> None:
    told(installed, 4)
    told(installed, 5)
    cites(installed, 73, 6, "33", title="A wound, invented, of which a source told")
    digest = told(installed, 7)
    assert (digest.works, digest.sources) == (1, ())
    assert told(installed, 8).empty


def test_a_reference_list_tells_what_another_digest_s_query_brought(installed: World) -> None:
    """PubMed links what is in PubMed Central alone; a record may bring the list itself."""
    other = '[[digest]]\nname = "skin"\nto = ["skin@example.org"]\nschedule = "0 7 * * *"\nqueries = ["skin"]'
    installed.configure(WOUNDS, SKIN, digest='schedule = "0 7 * * *"\nqueries = ["wounds"]', extra=f"{CITED}\n{other}")
    installed.pubmed.faults = lambda request: (
        elink("pubmed_pubmed_citedin", [(["33"], [])]) if request.utility == "elink" else None
    )
    installed.pubmed.visible_until = date(2021, 6, 4)
    installed.run_once(at("2021-06-04 12:00"))
    cites(installed, 73, 5, "33", title="Skin, invented")
    installed.pubmed.visible_until = date(2021, 6, 6)
    by_name = {one.digest.name: one.digest for one in installed.run_once(at("2021-06-06 12:00")).told}
    assert (by_name["skin"].works, said(by_name["skin"])) == (1, [])
    assert (by_name["all"].works, said(by_name["all"])) == (0, ["Cites source [1]"])


def test_nothing_is_asked_or_told_of_one_that_is_not_watched(installed: World) -> None:
    installed.configure(WOUNDS, extra=f"{CITED}\nwatch = false")
    told(installed, 4)
    cites(installed, 73, 5, "33")
    assert told(installed, 6).empty
    assert elinks(installed) == []


@pytest.mark.parametrize("utility", ["elink", "efetch"])
def test_what_fails_is_told_and_asked_again_by_the_next_poll(installed: World, utility: str) -> None:
    cites(installed, 71, 1, "33")
    told(installed, 4)
    cites(installed, 73, 5, "33")
    add(installed, 50, 5, title="A wound, for there to be a digest")
    down = Answer(502, b"Bad Gateway")
    installed.pubmed.faults = lambda request: (
        down if request.utility == utility and request.parameters["id"] in {"33", "73"} else None
    )
    digest = told(installed, 6)
    failed = [failure.what for failure in digest.receipt.failures]
    assert "PubMed, for what cites the sources" in failed
    assert digest.sources == ()
    installed.pubmed.faults = lambda _: None
    (one,) = installed.run_once(at("2021-06-07 06:00")).told
    assert said(one.digest) == ["Cites source [1]"]

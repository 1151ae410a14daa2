"""What PubMed lists and does not give: asked for again, named once, awaited, and told when it comes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.fakes.eutils_answers import efetch
from tests.fakes.loopback import Answer, Request
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import SKIN, WOUNDS, World, at, world
from watcher.pipeline.poll_pubmed import poll_pubmed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from watcher.models import Run

NAMED = "PubMed lists 12 and does not have the record: withdrawn, or merged"


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    records = [
        article(11, title="Wounds elsewhere, an invented tale", crdt=date(2021, 6, 1)),
        article(12, title="Wounds of the skin, invented as well", crdt=date(2021, 6, 2)),
    ]
    with world(tmp_path, Collection(records)) as installation:
        installation.configure(WOUNDS)
        yield installation


def withhold(installation: World, *pmids: str) -> None:
    """EFetch omits these, as it does what was merged, while ESearch lists them still."""

    def omit(request: Request) -> Answer | None:
        if request.utility != "efetch":
            return None
        given = [pmid for pmid in request.parameters["id"].split(",") if pmid not in pmids]
        return efetch([installation.pubmed.collection.record(pmid) for pmid in given])

    installation.pubmed.faults = omit


def poll(installation: World, now: str) -> Sequence[Run]:
    with installation.context(at(now)) as context:
        return poll_pubmed(context, context.settings.queries)


def fetches(installation: World) -> list[str]:
    """The PMIDs of each EFetch since this was last asked."""
    asked = [request.parameters["id"] for request in installation.pubmed.asked("efetch")]
    installation.pubmed.requests.clear()
    return asked


def matched(installation: World, pmid: str) -> list[str]:
    with installation.context(at("2021-12-31 12:00")) as context:
        work_id = context.store.identities.holder(f"pmid:{pmid}")
        return [match.query for match in context.store.matches.of_work(work_id)] if work_id else []


def test_what_did_not_come_is_asked_for_once_more_over_all_batches(installed: World) -> None:
    for pmid in range(1000, 1250):
        installed.pubmed.collection.add(article(pmid, title="Wounds, invented", crdt=date(2021, 6, 2)))
    answered: list[list[str]] = []

    def half_of_each_at_first(request: Request) -> Answer | None:
        if request.utility != "efetch" or len(answered) == 2:
            return None
        pmids = request.parameters["id"].split(",")
        answered.append(pmids)
        return efetch([installed.pubmed.collection.record(pmid) for pmid in pmids[::2]])

    installed.pubmed.faults = half_of_each_at_first
    (run,) = poll(installed, "2021-06-04 12:00")
    assert [len(pmids.split(",")) for pmids in fetches(installed)] == [200, 52, 126]
    assert (run.found, run.new, run.error, run.notes) == (252, 252, None, ())


def test_what_does_not_come_at_all_is_named_once_and_asked_for_once_a_day(installed: World) -> None:
    withhold(installed, "12")
    (run,) = poll(installed, "2021-06-04 12:00")
    assert (run.error, run.notes) == (None, (NAMED,))
    assert fetches(installed) == ["12,11", "12"]
    (run,) = poll(installed, "2021-06-04 18:00")
    assert (fetches(installed), run.notes) == ([], ())
    (run,) = poll(installed, "2021-06-05 12:00")
    assert (fetches(installed), run.notes) == (["12"], ())


def test_what_no_window_lists_any_more_is_awaited_for_sixty_days_by_all_who_listed_it(installed: World) -> None:
    installed.configure(WOUNDS, SKIN)
    withhold(installed, "12")
    poll(installed, "2021-06-04 12:00")
    fetches(installed)
    poll(installed, "2021-07-20 12:00")
    poll(installed, "2021-08-02 12:00")
    assert fetches(installed) == ["12", "12"]
    installed.pubmed.faults = lambda request: None
    runs = poll(installed, "2021-08-03 12:00")
    assert [(run.found, run.new) for run in runs] == [(0, 1), (0, 1)]
    assert matched(installed, "12") == ["skin", "wounds"]
    with installed.context(at("2021-08-03 12:00")) as context:
        assert context.store.absences.of_query("wounds", at("2021-01-01 12:00")) == ()
    fetches(installed)
    poll(installed, "2021-08-04 12:00")
    assert fetches(installed) == []


def test_after_sixty_days_it_is_let_go_of(installed: World) -> None:
    withhold(installed, "12")
    poll(installed, "2021-06-04 12:00")
    poll(installed, "2021-07-01 12:00")
    fetches(installed)
    poll(installed, "2021-08-04 12:00")
    assert fetches(installed) == []


def test_a_query_that_lists_it_later_awaits_it_too_without_another_question(installed: World) -> None:
    withhold(installed, "12")
    poll(installed, "2021-06-04 12:00")
    fetches(installed)
    installed.configure(WOUNDS, SKIN)
    runs = poll(installed, "2021-06-04 18:00")
    assert [run.notes for run in runs] == [(), (NAMED,)]
    assert fetches(installed) == []
    installed.pubmed.faults = lambda request: None
    poll(installed, "2021-06-05 12:00")
    assert matched(installed, "12") == ["skin", "wounds"]


def test_an_edited_term_awaits_nothing_of_the_one_before(installed: World) -> None:
    withhold(installed, "12")
    poll(installed, "2021-06-04 12:00")
    poll(installed, "2021-06-20 12:00")
    fetches(installed)
    installed.configure(("wounds", "Wounds", "elsewhere[tiab]"))
    poll(installed, "2021-07-15 12:00")
    poll(installed, "2021-07-16 12:00")
    assert fetches(installed) == []


def test_where_the_second_question_fails_nothing_is_concluded(installed: World) -> None:
    asked = []

    def withheld_then_down(request: Request) -> Answer | None:
        if request.utility != "efetch":
            return None
        asked.append(request.parameters["id"])
        return efetch([installed.pubmed.collection.record("11")]) if len(asked) == 1 else Answer(500, b"down")

    installed.pubmed.faults = withheld_then_down
    (run,) = poll(installed, "2021-06-04 12:00")
    assert run.error is not None
    assert run.error.startswith("1 of 2 records could not be fetched")
    assert (run.notes, run.new) == ((), 1)
    installed.pubmed.faults = lambda request: None
    (run,) = poll(installed, "2021-06-04 12:30")
    assert (run.error, run.new) == (None, 1)


def test_how_pubmed_read_the_term_is_kept_with_the_run(installed: World) -> None:
    (run,) = poll(installed, "2021-06-04 12:00")
    assert run.translation.startswith('"wound*"[Title/Abstract] AND (2021/05/05:')


def test_an_old_record_is_found_when_it_is_indexed_by_a_query_that_asks_for_that(installed: World) -> None:
    old = article(9, title="Wounds of long ago, invented", crdt=date(2019, 1, 1), mhda=date(2021, 6, 3))
    installed.pubmed.collection.add(old)
    installed.configure(WOUNDS, ("mesh", "MeSH", "wound*[tiab]"))
    text = installed.path.read_text(encoding="utf-8")
    installed.path.write_text(text.replace('title = "MeSH"', 'title = "MeSH"\nwhen_indexed = true'), encoding="utf-8")
    assert [run.found for run in poll(installed, "2021-06-04 12:00")] == [2, 3]
    assert matched(installed, "9") == ["mesh"]

"""What PubMed lists and does not give: asked for again, taken for a short answer, named once, awaited, told at last."""

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
OTHERS = range(20, 30)  # ten: of eleven records, one may be missing without a doubt about the answer
ALL = ",".join(map(str, [*reversed(OTHERS), 12]))


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    records = [article(n, title=f"Wounds elsewhere, invented tale {n}", crdt=date(2021, 6, 1)) for n in OTHERS]
    records.append(article(12, title="Wounds of the skin, invented as well", crdt=date(2021, 6, 2)))
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
    assert [len(pmids.split(",")) for pmids in fetches(installed)] == [200, 61, 130]
    assert (run.found, run.new, run.error, run.notes) == (261, 261, None, ())


def test_what_does_not_come_at_all_is_named_once_and_asked_for_once_a_day(installed: World) -> None:
    withhold(installed, "12")
    (run,) = poll(installed, "2021-06-04 12:00")
    assert (run.error, run.notes) == (None, (NAMED,))
    assert fetches(installed) == [ALL, "12"]
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
        if len(asked) > 1:
            return Answer(500, b"down")
        return efetch([installed.pubmed.collection.record(str(pmid)) for pmid in OTHERS])

    installed.pubmed.faults = withheld_then_down
    (run,) = poll(installed, "2021-06-04 12:00")
    assert run.error is not None
    assert run.error.startswith("1 of 11 records could not be fetched")
    assert (run.notes, run.new) == ((), 10)
    installed.pubmed.faults = lambda request: None
    (run,) = poll(installed, "2021-06-04 12:30")
    assert (run.error, run.new) == (None, 1)


# -- an answer that is short, or PubMed's whole answer -----------------------------------------------------------------


SHORT = "PubMed gave {} of {} records that it lists (asked twice)"


@pytest.mark.parametrize(("listed", "error"), [(11, None), (10, None), (9, SHORT.format(8, 9))])
def test_an_answer_is_short_that_lacks_more_than_a_tenth_when_asked_twice(
    installed: World, listed: int, error: str | None
) -> None:
    for pmid in OTHERS[: 11 - listed]:
        installed.pubmed.collection.remove(str(pmid))
    withhold(installed, "12")
    (run,) = poll(installed, "2021-06-04 12:00")
    assert (run.error, run.new, run.notes) == (error, listed - 1, () if error else (NAMED,))


def test_what_a_short_answer_lacks_is_asked_for_by_the_very_next_run_and_told(installed: World) -> None:
    withhold(installed, "12", "20")
    report = installed.run_once(at("2021-06-04 12:00"))
    assert report.failed
    (failure,) = report.told[0].digest.receipt.failures
    assert (failure.what, failure.why) == ("PubMed, wounds", SHORT.format(9, 11))
    assert fetches(installed) == [ALL, "20,12"]
    installed.pubmed.faults = lambda request: None
    (run,) = poll(installed, "2021-06-04 12:01")
    assert fetches(installed) == ["20,12"]
    assert (run.error, run.new, run.notes) == (None, 2, ())
    report = installed.run_once(at("2021-06-05 12:00"))
    assert not report.failed
    assert report.told[0].digest.works == 2
    assert report.told[0].digest.receipt.failures == ()


def test_what_is_missing_in_the_next_run_too_is_absent_and_no_failure(installed: World) -> None:
    withhold(installed, "12", "20")
    poll(installed, "2021-06-04 12:00")
    fetches(installed)
    (run,) = poll(installed, "2021-06-04 12:01")
    assert fetches(installed) == ["20,12", "20,12"]
    named = "PubMed lists 20, 12 and does not have the record: withdrawn, or merged"
    assert (run.error, run.new, run.notes) == (None, 0, (named,))
    (run,) = poll(installed, "2021-06-04 18:00")
    assert (fetches(installed), run.error, run.notes) == ([], None, ())
    (run,) = poll(installed, "2021-06-05 12:01")
    assert (fetches(installed), run.error, run.notes) == (["20,12"], None, ())
    installed.pubmed.faults = lambda request: None
    (run,) = poll(installed, "2021-06-06 12:01")
    assert (run.error, run.new) == (None, 2)


def test_what_is_not_listed_any_more_is_still_asked_for(installed: World) -> None:
    withhold(installed, "12", "20")
    poll(installed, "2021-06-04 12:00")
    fetches(installed)
    installed.pubmed.faults = lambda request: None
    installed.pubmed.collection.add(article(12, title="Under another title, invented", crdt=date(2021, 6, 2)))
    (run,) = poll(installed, "2021-06-04 12:01")
    assert (fetches(installed), run.found, run.error) == (["20,12"], 10, None)


def test_a_short_answer_fails_those_queries_alone_that_want_what_it_lacks(installed: World) -> None:
    installed.configure(WOUNDS, SKIN, ("elsewhere", "Elsewhere", "elsewhere[tiab] NOT 20[uid]"))
    withhold(installed, "12", "20")
    said = {run.query: run.error for run in poll(installed, "2021-06-04 12:00")}
    assert said == {"wounds": SHORT.format(9, 11), "skin": SHORT.format(9, 11), "elsewhere": None}


def test_what_one_query_is_sure_of_another_need_not_ask_for(installed: World) -> None:
    installed.configure(WOUNDS, SKIN)
    withhold(installed, "12", "20")
    poll(installed, "2021-06-04 12:00")
    wounds, skin = installed.settings.queries
    with installed.context(at("2021-06-04 12:01")) as context:
        poll_pubmed(context, [wounds])
    fetches(installed)
    with installed.context(at("2021-06-04 12:02")) as context:
        (run,) = poll_pubmed(context, [skin])
    assert (fetches(installed), run.error, run.notes) == ([], None, (NAMED,))


def test_what_is_absent_stays_so_over_a_failure(installed: World) -> None:
    withhold(installed, "12")
    poll(installed, "2021-06-04 12:00")
    installed.pubmed.faults = lambda request: Answer(400, b"no") if request.utility == "efetch" else None
    (run,) = poll(installed, "2021-06-05 12:00")
    assert run.error is not None
    withhold(installed, "12")
    (run,) = poll(installed, "2021-06-05 12:30")
    assert (run.error, run.notes) == (None, ())


def test_each_batch_is_judged_by_itself(installed: World) -> None:
    """A batch of 200 that is whole does not make up for one of eleven that is not."""
    for pmid in range(1000, 1200):
        installed.pubmed.collection.add(article(pmid, title="Wounds, invented", crdt=date(2021, 6, 2)))
    withhold(installed, "12", "20")
    (run,) = poll(installed, "2021-06-04 12:00")
    assert (run.error, run.new) == (SHORT.format(9, 11), 209)


def test_what_is_known_to_be_absent_counts_neither_way(installed: World) -> None:
    """Else a few that are gone, asked for once a day, would hide a short answer, or make each answer one."""
    withhold(installed, "12")
    poll(installed, "2021-06-04 12:00")
    installed.pubmed.collection.add(article(40, title="Wounds anew, invented", crdt=date(2021, 6, 4)))
    (run,) = poll(installed, "2021-06-05 12:00")
    assert (run.error, run.new) == (None, 1)
    installed.pubmed.collection.add(article(41, title="Wounds once more, invented", crdt=date(2021, 6, 5)))
    withhold(installed, "12", "41")
    (run,) = poll(installed, "2021-06-06 12:00")
    assert (run.error, run.new) == (SHORT.format(0, 1), 0)


def test_a_run_that_fails_for_both_reasons_says_both(installed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.sources.pubmed.BATCH", 6)

    def first_batch_is_down(request: Request) -> Answer | None:
        if request.utility != "efetch":
            return None
        pmids = request.parameters["id"].split(",")
        if "29" in pmids:
            return Answer(400, b"no")
        return efetch([installed.pubmed.collection.record(pmid) for pmid in pmids if pmid not in {"12", "20"}])

    installed.pubmed.faults = first_batch_is_down
    (run,) = poll(installed, "2021-06-04 12:00")
    assert run.error is not None
    first, _, second = run.error.partition("; ")
    assert first.startswith("6 of 11 records could not be fetched: PubMed refused the question: ")
    assert (second, run.new) == (SHORT.format(3, 5), 3)


def test_what_the_second_question_fails_for_is_not_counted_as_given(
    installed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of two: of 23 and 22 one came; of 21 and 20 none, and why 20 did not come is another matter."""
    monkeypatch.setattr("watcher.sources.pubmed.BATCH", 2)
    withhold(installed, "22", "21", "20", "12")
    omit = installed.pubmed.faults
    assert callable(omit)
    installed.pubmed.faults = lambda request: (
        Answer(400, b"no") if request.parameters.get("id") == "20,12" else omit(request)
    )
    (run,) = poll(installed, "2021-06-04 12:00")
    assert run.error is not None
    assert run.error.startswith("2 of 11 records could not be fetched: ")
    assert run.error.endswith("; " + SHORT.format(1, 4))


# -- what else a run keeps --------------------------------------------------------------------------------------------


def test_how_pubmed_read_the_term_is_kept_with_the_run(installed: World) -> None:
    (run,) = poll(installed, "2021-06-04 12:00")
    assert run.translation.startswith('"wound*"[Title/Abstract] AND (2021/05/05:')


def test_an_old_record_is_found_when_it_is_indexed_by_a_query_that_asks_for_that(installed: World) -> None:
    old = article(9, title="Wounds of long ago, invented", crdt=date(2019, 1, 1), mhda=date(2021, 6, 3))
    installed.pubmed.collection.add(old)
    installed.configure(WOUNDS, ("mesh", "MeSH", "wound*[tiab]"))
    text = installed.path.read_text(encoding="utf-8")
    installed.path.write_text(text.replace('title = "MeSH"', 'title = "MeSH"\nwhen_indexed = true'), encoding="utf-8")
    assert [run.found for run in poll(installed, "2021-06-04 12:00")] == [11, 12]
    assert matched(installed, "9") == ["mesh"]

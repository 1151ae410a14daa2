"""What is stored and told is followed for a year: revised as PubMed revises it, and what befell it is said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fakes.eutils_answers import efetch
from tests.fakes.loopback import Answer, Request
from tests.fakes.pubmed_fixture import article, article_set
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import SKIN, WOUNDS, World, at, world
from watcher.pipeline.follow import follow
from watcher.pipeline.load import load
from watcher.pipeline.poll_pubmed import poll_pubmed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.models import Record, Run
    from watcher.pipeline.work import Report
    from watcher.told import Receipt

TITLE = "Wounds and their closing, an invented tale"
FIRST = date(2021, 6, 1)
FAILED = "PubMed, for changes to what is stored"


def early(pmid: int = 11, title: str = TITLE) -> bytes:
    """A record ahead of print: of 1 June, without an abstract."""
    return article(pmid, title=title, doi=f"10.5555/early.{pmid}", crdt=FIRST)


def late(day: str, pmid: int = 11, *, related: tuple[tuple[str, str], ...] = (), version: int = 1) -> bytes:
    """The same in print, as it was revised on a day."""
    return article(
        pmid, title=TITLE, doi=f"10.5555/late.{pmid}", crdt=FIRST, revised=date.fromisoformat(day), status="MEDLINE",
        abstract="Skin closes over it, in this invention.", mesh=("Wound Healing",), volume="7", pages="1-9",
        related=related, version=version,
    )  # fmt: skip


def notice(pmid: int, day: str, kind: str = "RetractionOf", types: str = "Retraction of Publication") -> bytes:
    return article(
        pmid, title=f"Notice {pmid} about an invented tale", crdt=date.fromisoformat(day), related=((kind, "11"),),
        publication_types=(types,),
    )  # fmt: skip


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, Collection([early()])) as installation:
        installation.configure(WOUNDS)
        yield installation


def on(installation: World, day: str, hour: str = "12:00") -> Report:
    """The whole job at an hour (UTC) of a day, with PubMed as it stands on it."""
    installation.pubmed.visible_until = date.fromisoformat(day)
    return installation.run_once(at(f"{day} {hour}"))


def followed(report: Report) -> Run | None:
    return next((run for run in report.runs if run.source == "pubmed:follow"), None)


def asked(installation: World) -> list[str]:
    """What PubMed was asked about stored records since this was last called."""
    terms = [request.parameters["term"] for request in installation.pubmed.asked("esearch")]
    installation.pubmed.requests.clear()
    return [term for term in terms if "[lr]" in term]


def stored(installation: World, pmid: str = "11") -> Record:
    with installation.context(at("2023-01-01 12:00")) as context:
        record = context.store.works.record("pubmed", pmid)
    assert record is not None
    return record


def history(installation: World) -> list[tuple[object, ...]]:
    """The forms that were replaced: PMID and DOI of each."""
    with installation.context(at("2023-01-01 12:00")) as context:
        rows = context.store._connection.rows(
            "SELECT source_id, revisions.content ->> 'doi' FROM revisions JOIN records ON records.id = record_id"
        )
    return [tuple(row) for row in rows]


def queries_of(installation: World, pmid: str = "11") -> list[str]:
    with installation.context(at("2023-01-01 12:00")) as context:
        work_id = context.store.identities.holder(f"pmid:{pmid}")
        assert work_id is not None
        return [match.query for match in context.store.matches.of_work(work_id)]


def receipt(installation: World, day: str, number: int) -> Receipt:
    """The footer of a digest of that day, for which there is something new to tell."""
    installation.pubmed.collection.add(
        article(number, title=f"Wounds, invented as number {number}", crdt=date.fromisoformat(day) - timedelta(days=1))
    )
    (one,) = on(installation, day).told
    assert one.digest_id is not None
    return one.digest.receipt


# -- what is revised --------------------------------------------------------------------------------------------------


def test_a_record_that_pubmed_revises_is_revised_here_and_what_it_was_is_kept(installed: World) -> None:
    assert on(installed, "2021-06-04").told[0].digest.works == 1
    installed.pubmed.collection.revise(late("2021-09-20"))
    report = on(installed, "2021-09-21")
    run = followed(report)
    assert run is not None
    assert (run.found, run.new, run.error) == (1, 0, None)
    assert report.told[0].digest.works == 0
    record = stored(installed)
    assert (record.doi, record.status, record.volume) == ("10.5555/late.11", "MEDLINE", "7")
    assert [passage.text for passage in record.abstract] == ["Skin closes over it, in this invention."]
    assert [heading.descriptor for heading in record.mesh] == ["Wound Healing"]
    assert history(installed) == [("11", "10.5555/early.11")]
    with installed.context(at("2021-09-21 13:00")) as context:
        holder = context.store.identities.holder
        assert holder("doi:10.5555/early.11") is None
        work = context.store.works.get(holder("doi:10.5555/late.11") or 0)
        assert work is not None
        assert work.record == record
        assert [found.id for found in context.store.works.search(["closes", "invention"], 9)] == [work.id]


def test_what_waits_to_be_told_is_told_as_it_has_become(installed: World) -> None:
    installed.configure(WOUNDS, digest='schedule = "0 7 10 * *"')
    installed.pubmed.collection.revise(late("2021-06-06"))
    for day in ("2021-06-04", "2021-06-07"):
        installed.pubmed.visible_until = date.fromisoformat(day)
        with installed.context(at(f"{day} 12:00")) as context:
            poll_pubmed(context, context.settings.queries)
            follow(context)
    (one,) = installed.run_once(at("2021-06-10 12:00")).told
    assert [entry.work.record.volume for section in one.digest.sections for entry in section.entries] == ["7"]


def test_a_second_revision_of_one_day_counts_and_an_older_form_does_not(installed: World) -> None:
    on(installed, "2021-06-04")
    installed.pubmed.collection.revise(late("2021-06-05"))
    on(installed, "2021-06-06")
    installed.pubmed.collection.revise(late("2021-06-05", related=(("ErratumIn", "90"),)))
    installed.pubmed.collection.add(notice(90, "2021-06-05", "ErratumFor", "Published Erratum"))
    on(installed, "2021-06-07")
    assert [related.pmid for related in stored(installed).related] == ["90"]
    assert len(history(installed)) == 2
    installed.pubmed.faults = lambda request: (
        efetch([late("2021-06-04")]) if request.utility == "efetch" and request.parameters["id"] == "11" else None
    )
    on(installed, "2021-06-08")
    assert [related.pmid for related in stored(installed).related] == ["90"]
    assert len(history(installed)) == 2


def test_what_has_not_changed_is_not_kept_twice(installed: World) -> None:
    for day in ("2021-06-04", "2021-06-05", "2021-06-06"):
        on(installed, day)
    assert history(installed) == []


# -- which records, on which days, how often --------------------------------------------------------------------------


def test_what_a_poll_has_just_brought_is_not_asked_about(installed: World) -> None:
    report = on(installed, "2021-06-04")
    assert followed(report) is None
    assert asked(installed) == []


def test_it_is_asked_once_a_day_in_new_yorks_days_from_the_last_time_less_the_overlap(installed: World) -> None:
    on(installed, "2021-06-04", "03:00")  # still the 3rd in New York
    for hour in ("02:59", "03:00", "12:00", "23:00"):
        on(installed, "2021-06-05", hour)
    assert asked(installed) == ["(11[uid]) AND 2021/05/27:2021/06/04[lr]"]
    on(installed, "2021-07-20")
    assert asked(installed) == ["(11[uid]) AND 2021/05/28:2021/07/20[lr]"]


def test_a_poll_asks_one_search_a_query_and_once_a_day_one_more(installed: World) -> None:
    """Also where records come at other hours than that: they wait for it."""
    installed.configure(WOUNDS, SKIN)
    installed.pubmed.collection.add(article(12, title="Wounds of the skin, invented", crdt=date(2021, 6, 5)))
    counts = []
    for day in ("2021-06-04", "2021-06-05", "2021-06-06"):
        for hour in ("00:15", "06:15", "12:15", "18:15"):
            installed.pubmed.requests.clear()
            on(installed, day, hour)
            counts.append(len(installed.pubmed.asked("esearch")))
    assert counts == [2, 2, 2, 2, 3, 2, 2, 2, 3, 2, 2, 2]


def test_many_are_asked_about_by_post_two_hundred_at_a_time(installed: World) -> None:
    for pmid in range(1000, 1450):
        installed.pubmed.collection.add(early(pmid, f"Wounds, invented as number {pmid}"))
    on(installed, "2021-06-20")
    asked(installed)
    on(installed, "2021-07-10")
    requests = [request for request in installed.pubmed.asked("esearch") if "[lr]" in request.parameters["term"]]
    assert {request.method for request in requests} == {"POST"}
    assert [request.parameters["term"].count("[uid]") for request in requests] == [200, 200, 51]
    assert installed.pubmed.asked("efetch") == []


def test_what_was_told_is_followed_for_a_year_from_when_it_was_told(installed: World) -> None:
    installed.configure(WOUNDS, digest='schedule = "0 7 1 12 *"')
    with installed.context(at("2021-06-04 12:00")) as context:
        poll_pubmed(context, context.settings.queries)
    installed.run_once(at("2021-12-02 12:00"))
    asked(installed)
    seen = {}
    for day in ("2022-06-10", "2022-12-01", "2022-12-03", "2023-06-01"):
        installed.run_once(at(f"{day} 12:00"))
        seen[day] = len(asked(installed))
    assert seen == {"2022-06-10": 1, "2022-12-01": 1, "2022-12-03": 0, "2023-06-01": 0}


def test_what_is_told_after_more_than_a_year_is_brought_up_to_date_over_all_that_time(installed: World) -> None:
    """A digest under a new name tells all that is stored, and that has not been asked about for a while."""
    on(installed, "2021-06-04")
    on(installed, "2021-06-06")
    installed.pubmed.collection.revise(late("2022-08-01"))
    on(installed, "2022-09-01")
    asked(installed)
    assert stored(installed).volume == ""
    with installed.path.open("a", encoding="utf-8") as file:
        file.write('\n[[digest]]\nname = "new"\nto = ["new@example.org"]\nschedule = "0 7 * * *"')
    report = on(installed, "2022-09-02")
    assert [one.digest.works for one in report.told] == [0, 1]
    on(installed, "2022-09-03")
    assert asked(installed) == ["(11[uid]) AND 2021/05/30:2022/09/03[lr]"]
    assert stored(installed).volume == "7"


def test_what_only_a_file_brought_is_followed_too(installed: World, tmp_path: Path) -> None:
    file = tmp_path / "saved.xml"
    file.write_bytes(article_set(early(12, "Wounds of a file, invented")))
    with installed.context(at("2021-06-04 12:00")) as context:
        assert load(context, file).new == 1
    installed.pubmed.collection.add(late("2021-06-20", 12))
    on(installed, "2021-06-21")
    assert stored(installed, "12").volume == "7"


# -- what befell it ---------------------------------------------------------------------------------------------------


def test_a_retraction_is_stored_tied_and_said_once_to_those_who_were_told(installed: World) -> None:
    other = '[[digest]]\nname = "skin"\nto = ["skin@example.org"]\nschedule = "0 7 * * *"\nqueries = ["skin"]'
    installed.configure(WOUNDS, SKIN, extra=other)
    installed.pubmed.collection.add(early(31, "Skin, invented"))
    for day in ("2021-06-04", "2021-06-10"):
        on(installed, day)
    installed.pubmed.collection.add(notice(90, "2021-06-19"))
    installed.pubmed.collection.revise(late("2021-06-19", related=(("RetractionIn", "90"),)))
    installed.pubmed.collection.add(article(32, title="Skin and wounds, invented", crdt=date(2021, 6, 19)))
    report = on(installed, "2021-06-20")
    run = followed(report)
    assert run is not None
    said = f"Retracted since: {TITLE} (PMID 11), by PMID 90"
    assert (run.found, run.new, run.error, run.notes) == (1, 1, None, (said,))
    told = {one.digest.name: [entry.change for entry in one.digest.updates] for one in report.told}
    assert told == {"skin": [], "all": [f"Retracts “{TITLE}” (told on Friday, 4 June 2021)"]}
    assert {one.digest.receipt.notes for one in report.told} == {()}
    with installed.context(at("2021-06-20 13:00")) as context:
        works = context.store.works.of_source("pubmed", ["11", "90"])
        assert context.store.relations.of_work(works["11"]) == [("RetractionIn", works["90"], "90")]
        assert context.store.relations.of_work(works["90"]) == [("RetractionOf", works["11"], "11")]
        assert works["11"] != works["90"]
    installed.pubmed.collection.add(article(33, title="Skin and wounds again, invented", crdt=date(2021, 6, 20)))
    assert [one.digest.updates for one in on(installed, "2021-06-21").told] == [(), ()]


def test_each_notice_is_told_when_it_comes_though_there_is_nothing_new(installed: World) -> None:
    on(installed, "2021-06-04")
    installed.pubmed.collection.add(notice(90, "2021-06-06"))
    installed.pubmed.collection.add(notice(91, "2021-06-04", "ErratumFor", "Published Erratum"))
    related = (("ErratumIn", "91"), ("RetractionIn", "90"))
    installed.pubmed.collection.revise(late("2021-06-05", related=related[:1]))
    installed.pubmed.collection.revise(late("2021-06-07", related=related))
    said = {}
    for day in ("2021-06-06", "2021-06-07", "2021-06-08", "2021-06-20"):
        (one,) = on(installed, day).told
        said[day] = [entry.change for entry in one.digest.updates]
    about = f"“{TITLE}” (told on Friday, 4 June 2021)"
    expected = [[f"Corrects {about}"], [f"Retracts {about}"], [], []]
    assert list(said.values()) == expected


def test_what_has_no_notice_here_stands_in_the_next_footer(installed: World) -> None:
    """PubMed names some notices that it does not have."""
    on(installed, "2021-06-04")
    installed.pubmed.collection.revise(late("2021-06-05", related=(("RetractionIn", "90"),)))
    assert [one.digest_id for one in on(installed, "2021-06-06").told] == [None]
    assert f"Retracted since: {TITLE} (PMID 11), by PMID 90" in receipt(installed, "2021-06-20", 33).notes
    assert receipt(installed, "2021-06-21", 34).notes == ()


def test_what_befell_a_work_before_it_was_told_is_no_news(installed: World) -> None:
    installed.pubmed.collection.add(notice(90, "2021-06-02"))
    installed.pubmed.collection.add(late("2021-06-02", related=(("RetractionIn", "90"),)))
    (one,) = on(installed, "2021-06-04").told
    assert one.digest.receipt.notes == ()
    assert receipt(installed, "2021-06-05", 33).notes == ()


def test_the_notices_of_what_is_found_are_stored_with_it(installed: World) -> None:
    installed.pubmed.collection.add(notice(90, "2021-01-02", "ErratumFor", "Published Erratum"))
    installed.pubmed.collection.add(late("2021-06-02", related=(("ErratumIn", "90"), ("CommentIn", "91"))))
    on(installed, "2021-06-04")
    with installed.context(at("2021-06-04 13:00")) as context:
        assert context.store.works.of_source("pubmed", ["90", "91"]).keys() == {"90"}
    assert [request.parameters["id"] for request in installed.pubmed.asked("efetch")] == ["11", "90"]


def test_a_notice_that_a_query_finds_later_is_an_update_all_the_same(installed: World) -> None:
    on(installed, "2021-06-04")
    found = article(90, title="Retraction: wounds, invented", crdt=date(2021, 6, 19), related=(("RetractionOf", "11"),),
                    publication_types=("Retraction of Publication",))  # fmt: skip
    with installed.context(at("2021-06-04 13:00")) as context, context.store.transaction():
        context.store._connection.run("UPDATE records SET retrieved_at = '2021-06-01T00:00:00+00:00'")
    installed.pubmed.collection.add(found)
    installed.pubmed.collection.revise(late("2021-06-19", related=(("RetractionIn", "90"),)))
    (one,) = on(installed, "2021-06-20").told
    assert [entry.work.pmid for entry in one.digest.updates] == ["90"]
    assert one.digest.sections == ()


def test_what_a_file_says_befell_a_told_work_is_said_too(installed: World, tmp_path: Path) -> None:
    on(installed, "2021-06-04")
    file = tmp_path / "update.xml"
    file.write_bytes(article_set(late("2021-06-10", related=(("ExpressionOfConcernIn", "90"),))))
    with installed.context(at("2021-06-11 11:00")) as context:
        load(context, file)
    installed.pubmed.collection.add(notice(90, "2021-06-10", "ExpressionOfConcernFor", "Expression of Concern"))
    (one,) = on(installed, "2021-06-11").told
    said = f"Expresses concern about “{TITLE}” (told on Friday, 4 June 2021)"
    assert [entry.change for entry in one.digest.updates] == [said]


# -- which queries it matches -----------------------------------------------------------------------------------------


def test_a_revision_that_brings_the_words_of_another_query_is_told_to_who_waits_for_that(installed: World) -> None:
    """Its abstract came long after the days that any poll of that query asks about."""
    other = '[[digest]]\nname = "skin"\nto = ["skin@example.org"]\nschedule = "0 7 * * *"\nqueries = ["skin"]'
    installed.configure(WOUNDS, SKIN, extra=other)
    for day in ("2021-06-04", "2021-06-20"):
        on(installed, day)
    installed.pubmed.collection.revise(late("2021-09-20"))
    told = {one.digest.name: one.digest.works for one in on(installed, "2021-09-21").told}
    assert told == {"skin": 1, "all": 0}
    assert queries_of(installed) == ["wounds", "skin"]


def test_a_query_that_it_would_have_matched_before_takes_no_old_work_by_a_revision(installed: World) -> None:
    on(installed, "2021-06-04")
    installed.configure(WOUNDS, ("closing", "Closing", "closing[tiab]"))
    installed.pubmed.collection.revise(late("2021-09-20"))
    on(installed, "2021-09-21")
    assert stored(installed).volume == "7"
    assert queries_of(installed) == ["wounds"]


def test_a_match_stays_when_its_words_are_gone(installed: World) -> None:
    on(installed, "2021-06-04")
    installed.pubmed.collection.revise(
        article(11, title="Under another title, invented", crdt=FIRST, revised=date(2021, 6, 10))
    )
    on(installed, "2021-06-11")
    assert stored(installed).title == "Under another title, invented"
    assert queries_of(installed) == ["wounds"]


# -- what fails -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("utility", ["esearch", "efetch"])
def test_what_fails_is_said_and_asked_again_over_the_days_that_it_owes(installed: World, utility: str) -> None:
    on(installed, "2021-06-04")
    asked(installed)
    installed.pubmed.collection.revise(late("2021-06-05"))

    def down(request: Request) -> Answer | None:
        meant = request.utility == utility and ("[lr]" in request.parameters.get("term", "") or utility == "efetch")
        return Answer(502, b"Bad Gateway") if meant else None

    installed.pubmed.faults = down
    failing = on(installed, "2021-06-06")
    assert failing.failed
    run = followed(failing)
    assert run is not None
    assert "HTTP 502: Bad Gateway (4 attempts)" in (run.error or "")
    asked(installed)
    installed.pubmed.faults = lambda _: None
    installed.pubmed.collection.add(article(33, title="Wounds, invented", crdt=date(2021, 7, 18)))
    report = on(installed, "2021-07-20", "18:00")
    assert not report.failed
    (failure,) = report.told[0].digest.receipt.failures
    assert (failure.what, failure.why.partition(": ")[0]) == (FAILED, "it failed, and works again")
    assert asked(installed) == ["(11[uid]) AND 2021/05/28:2021/07/20[lr]"]
    assert stored(installed).volume == "7"


def test_a_failure_stands_in_the_footer_while_it_lasts(installed: World) -> None:
    on(installed, "2021-06-04")
    installed.pubmed.faults = lambda request: (
        Answer(400, b"no") if "[lr]" in request.parameters.get("term", "") else None
    )
    for day, number in (("2021-06-06", 33), ("2021-06-07", 34)):
        (failure,) = receipt(installed, day, number).failures
        assert (failure.what, failure.since) == (FAILED, at("2021-06-06 12:00"))
        assert failure.why.startswith("PubMed refused the question: ")


def test_batches_that_succeeded_are_kept_and_not_asked_about_again(
    installed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.sources.pubmed.BATCH", 2)
    for pmid in range(12, 17):
        installed.pubmed.collection.add(early(pmid, f"Wounds, invented as number {pmid}"))
    on(installed, "2021-06-04")
    asked(installed)
    for pmid in range(11, 17):
        installed.pubmed.collection.revise(late("2021-06-05", pmid))
    installed.pubmed.faults = lambda request: (
        Answer(400, b"no") if "13[uid]" in request.parameters.get("term", "") else None
    )
    on(installed, "2021-06-06")
    (other,) = {pmid for term in asked(installed) if "13[uid]" in term for pmid in _pmids(term)} - {"13"}
    volumes = {str(pmid): stored(installed, str(pmid)).volume for pmid in range(11, 17)}
    assert {pmid for pmid, volume in volumes.items() if not volume} == {"13", other}
    installed.pubmed.faults = lambda _: None
    on(installed, "2021-06-06", "18:00")
    (term,) = asked(installed)
    assert set(_pmids(term)) == {"13", other}
    assert stored(installed, "13").volume == "7"


def _pmids(term: str) -> list[str]:
    return [part.rpartition("(")[2] for part in term.partition(")")[0].replace("[uid]", "").split(" OR ")]


def test_an_answer_about_other_records_is_none(installed: World) -> None:
    on(installed, "2021-06-04")
    installed.pubmed.collection.add(article(99, title="Of nothing here, invented", crdt=date(2021, 6, 5)))

    def astray(answer: Answer) -> Answer:
        return Answer(200, answer.body.replace(b"<Id>11<", b"<Id>99<"), answer.headers)

    installed.pubmed.faults = lambda request: astray if "[lr]" in request.parameters.get("term", "") else None
    run = followed(on(installed, "2021-06-06"))
    assert run is not None
    assert run.error == "PubMed was asked which of 1 records were revised, and names others"
    with installed.context(at("2021-06-06 13:00")) as context:
        assert context.store.works.of_source("pubmed", ["99"]) == {}


def test_a_run_that_was_cut_short_is_made_up_for_by_the_next_poll(installed: World) -> None:
    on(installed, "2021-06-04")
    installed.pubmed.collection.revise(late("2021-06-05"))
    with installed.context(at("2021-06-06 06:00")) as context:
        context.store.runs.start("pubmed:follow", None, context.now)
    on(installed, "2021-06-06", "06:01")
    assert stored(installed).volume == "7"


def test_a_failure_with_nothing_left_to_ask_is_over(installed: World) -> None:
    on(installed, "2021-06-04", "06:00")
    with installed.context(at("2021-06-04 06:30")) as context:
        context.store.runs.start("pubmed:follow", None, context.now)
    run = followed(on(installed, "2021-06-04", "12:00"))
    assert run is not None
    assert (run.error, asked(installed)) == (None, [])
    assert followed(on(installed, "2021-06-04", "12:30")) is None


def test_a_revised_record_that_does_not_come_is_a_short_answer_first_and_then_absent(installed: World) -> None:
    on(installed, "2021-06-04")
    installed.pubmed.collection.revise(late("2021-06-05"))
    installed.pubmed.faults = lambda request: (
        efetch([]) if request.utility == "efetch" and request.parameters["id"] == "11" else None
    )
    runs = [followed(on(installed, "2021-06-06", hour)) for hour in ("12:00", "12:30", "13:00")]
    said = [(run.error, run.notes) if run else None for run in runs]
    assert said == [
        ("PubMed gave 0 of 1 records that it lists (asked twice)", ()),
        (None, ("PubMed lists 11 and does not have the record: withdrawn, or merged",)),
        None,
    ]
    on(installed, "2021-06-20")
    asked(installed)
    on(installed, "2021-07-10")
    assert asked(installed) == ["(11[uid]) AND 2021/06/13:2021/07/10[lr]"]
    installed.pubmed.faults = lambda _: None
    on(installed, "2021-07-20")
    assert stored(installed).volume == "7"


def test_a_notice_that_fails_to_come_is_fetched_by_the_next_poll(installed: World) -> None:
    on(installed, "2021-06-04")
    installed.pubmed.collection.add(notice(90, "2021-06-05"))
    installed.pubmed.collection.revise(late("2021-06-05", related=(("RetractionIn", "90"),)))
    installed.pubmed.faults = lambda request: Answer(400, b"no") if request.parameters.get("id") == "90" else None
    run = followed(on(installed, "2021-06-06"))
    assert run is not None
    assert (run.error or "").startswith("1 of 1 records could not be fetched: ")
    installed.pubmed.faults = lambda _: None
    run = followed(on(installed, "2021-06-06", "12:30"))
    assert run is not None
    assert (run.error, run.new) == (None, 1)
    assert followed(on(installed, "2021-06-06", "13:00")) is None

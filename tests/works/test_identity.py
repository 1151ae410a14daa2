"""Which work a record is, among those that share a key with it; and which record leads a work. All records invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.works.invented import TITLE, article, entry, news, notice, preprint, record
from watcher.models import Kind, Passage, Record
from watcher.works.identity import Decision, Member, NewWork, SameWork, Tangled, decide, examine, newer, rank
from watcher.works.signature import signature


def decided(record: Record, *works: tuple[Record, ...], tangled: bool = False) -> Decision:
    """What is decided of a record that comes to a store with these works."""
    members = {
        number: [Member(100 * number + n, number, signature(each)) for n, each in enumerate(work)]
        for number, work in enumerate(works, 1)
    }
    everyone = [member for work in members.values() for member in work]
    findings = examine(signature(record), everyone)
    touched = {member.work_id for member in everyone if member.record_id in findings.same}
    return decide(signature(record), findings, {number: members[number] for number in touched}, tangled=tangled)


ARTICLE = article(doi="10.5555/a", pmid="999001")
OTHER = article("Breakfast habits of fictional islanders", doi="10.5555/b", pmid="999002", pages="7")


# -- which work ---------------------------------------------------------------------------------------------------


def test_a_record_that_is_like_none_is_a_new_work() -> None:
    assert decided(ARTICLE) == NewWork()
    assert decided(ARTICLE, (OTHER,)) == NewWork()
    assert decided(ARTICLE, (notice(doi="10.5555/a"),)) == NewWork()


def test_a_record_that_is_the_same_as_those_of_one_work_is_of_it() -> None:
    assert decided(entry(doi="10.5555/a"), (OTHER,), (ARTICLE,)) == SameWork(2)
    assert decided(entry(doi="10.5555/a"), (ARTICLE, preprint())) == SameWork(1)


def test_a_record_between_two_works_has_them_parted_anew() -> None:
    story, listed = news("A", doi="10.5555/a"), news("B", pmid="999001", source_id="n")
    assert decided(ARTICLE, (story,), (listed,)) == Tangled()


def test_a_record_that_contradicts_one_of_the_work_that_it_is_like_has_it_parted_anew() -> None:
    retitled = entry("Minipigs of an invented kind heal in a fortnight", doi="10.5555/a", authors=())
    assert decided(
        record(TITLE, journal="Annals of fictional burns", volume="3", pages="7"), (preprint(), ARTICLE)
    ) == (SameWork(1))
    assert decided(record(retitled.title, authors=()), (ARTICLE, retitled)) == Tangled()


def test_news_is_no_reason_to_take_a_record_for_the_work_that_it_reports() -> None:
    story = news("Patches close wounds", doi="10.5555/a", pmid="999002")
    assert decided(ARTICLE, (story,)) == SameWork(1), "nothing else is known of what it reports"
    faint = article("Invented hydrogels close the burns of minipigs, too", pmid="999002", pages="7")
    assert decided(replace(ARTICLE, pmid=None, source_id="a"), (story, faint)) == Tangled()
    assert decided(news("More of it", doi="10.5555/a", source="feed:Other"), (story, ARTICLE)) == SameWork(1)


def test_a_work_that_hangs_together_with_others_is_parted_anew_with_them() -> None:
    assert decided(entry(doi="10.5555/a"), (ARTICLE,), tangled=True) == Tangled()


def test_what_speaks_for_one_work_and_does_not_suffice_is_kept_with_the_reason() -> None:
    congress = article(journal="Annals of fictional burns", volume="3", pages="7")
    findings = examine(signature(article()), [Member(7, 1, signature(congress)), Member(8, 2, signature(OTHER))])
    assert findings.same == {}
    assert {number: doubt.why for number, doubt in findings.undecided.items()} == {
        7: "one title and its authors, but another place"
    }


# -- which record leads -------------------------------------------------------------------------------------------


def test_the_best_description_leads() -> None:
    ranked = [
        news("News of it"),
        preprint(),
        preprint(published="2026-01-12"),
        preprint(published="2025-12-01", doi="10.21203/rs.3.rs-999999/v2"),
        preprint(published="2025-11-01", doi="10.21203/rs.3.rs-999999/v11"),
        preprint(source="pubmed"),
        entry(),
        article(volume="", pages=""),
        article(),
        replace(article(volume="", pages=""), abstract=(Passage("Text."),)),
        replace(article(), abstract=(Passage("Text."),)),
        replace(article(), abstract=(Passage("Text."),), revised=date(2026, 3, 4)),
        replace(article(), abstract=(Passage("Text."),), revised=date(2026, 11, 1)),
    ]
    assert sorted(ranked, key=rank) == ranked
    assert len({rank(each) for each in ranked}) == len(ranked)


def test_a_notice_leads_its_own_work_as_an_article_does() -> None:
    assert rank(notice()) == rank(article())
    assert rank(replace(notice(), source="feed:J")) == rank(replace(article(), source="feed:J", kind=Kind.ARTICLE))


# -- a later form of the same record ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "stored", "is_newer"),
    [
        (article(version=2), article(version=1), True),
        (article(version=1), article(version=2), False),
        (article(version=1, revised=date(2026, 5, 1)), article(version=2, revised=date(2026, 4, 1)), False),
        (article(revised=date(2026, 5, 1)), article(revised=date(2026, 4, 1)), True),
        (article(revised=date(2026, 4, 1)), article(revised=date(2026, 4, 1)), False),
        (article(revised=date(2026, 4, 1)), article(), True),
        (article(), article(), False),
    ],
)
def test_a_form_is_newer_by_its_version_then_by_its_day_of_revision(
    record: Record, stored: Record, is_newer: bool
) -> None:
    assert newer(record, stored) == is_newer

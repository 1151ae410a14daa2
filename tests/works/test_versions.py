"""Versions are one work: preprint, its second version, ahead of print, in print. An edition of a review is not one of
them. All records are invented.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.works.invented import (
    AUTHORS,
    BREAKFASTS,
    OTHERS,
    PATCHES,
    TITLE,
    are_one,
    are_undecided,
    article,
    preprint,
    record,
    told,
    why,
    works,
)
from watcher.models import Kind, Pmid, Record, RelatedRecord
from watcher.works.signature import signature
from watcher.works.verdicts import Different

FIRST = preprint("Exosome patches and radiation wounds: a first invented look", doi="10.21203/rs.3.rs-999999/v1",
                 abstract=PATCHES, source_id="v1")  # fmt: skip
SECOND = replace(FIRST, source_id="v2", doi=record(doi="10.21203/rs.3.rs-999999/v2").doi, title=TITLE)
JOURNAL = article(
    pmid="999001", doi="10.5555/jiw.1", abstract=PATCHES.replace("fourteen", "fifteen"), published="2026-11"
)


MOVED = "Closes radiation wounds in aged minipigs: an invented exosome patch"


def named_by(one: Record, kind: str, other: Record) -> Record:
    return replace(one, related=(RelatedRecord(kind, other.pmid),))


# -- preprints ----------------------------------------------------------------------------------------------------


def test_a_preprint_its_second_version_and_its_journal_version_are_one_work() -> None:
    ahead = replace(
        JOURNAL, source_id="999000", pmid=Pmid("999000"), volume="", issue="", pages="", published="2026-09"
    )
    assert works(FIRST, SECOND, ahead, JOURNAL) == {frozenset({"v1", "v2", "999000", "999001"})}
    assert works(FIRST, JOURNAL) == {frozenset({"v1", "999001"})}, "without the version between"


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        (preprint(), article(doi="10.5555/a"), "preprint: title"),
        (preprint(authors=()), article(), "preprint: title"),
        (preprint(), article("An invented exosome patch closes radiation wounds"), "preprint: nearly one title"),
        (
            preprint(MOVED, abstract=PATCHES),
            article(abstract=PATCHES, authors=()),
            "preprint: similar title and text",
        ),
        (preprint(MOVED), article(), "preprint: similar title and authors"),
        (preprint("A first look at made-up patches", abstract=PATCHES), JOURNAL, "preprint: text"),
        (preprint(doi="10.1101/2026.01.10.999999"), preprint("Two", doi="10.64898/2026.01.10.999999"), "DOI"),
        (record(journal="bioRxiv", source_id="s"), article(published="2027"), "preprint: title"),
        (record(doi="10.1101/2026.01.10.999999"), article(published="2027", doi="10.5555/a"), "preprint: title"),
    ],
)  # fmt: skip
def test_a_preprint_and_what_came_of_it(one: Record, other: Record, rule: str) -> None:
    assert why(told(one, other)) == rule


@pytest.mark.parametrize("kind", ["UpdateIn", "UpdateOf"])
def test_pubmed_names_the_other_version(kind: str) -> None:
    early = preprint("Quite another title", pmid="999010", source="pubmed", source_id="999010", authors=OTHERS)
    assert why(told(named_by(early, kind, JOURNAL), JOURNAL)) == "PubMed names it as a version"
    assert why(told(early, named_by(JOURNAL, kind, early))) == "PubMed names it as a version"
    assert not are_one(early, JOURNAL)


def test_a_record_says_that_it_is_a_preprint_by_its_kind_its_doi_or_its_journal() -> None:
    by = [preprint(), record(doi="10.21203/rs.3.rs-999999/v1"), record(journal="medRxiv : the preprint server")]
    assert all(signature(each).preprint for each in by)
    assert not signature(JOURNAL).preprint
    assert not signature(replace(by[1], kind=Kind.NEWS)).preprint


@pytest.mark.parametrize(
    "other",
    [
        article(authors=OTHERS, abstract=BREAKFASTS),
        article(published="2031"),
        article(TITLE.replace("with", "without").replace("in aged", "without aged")),
        article(f"Reply to: {TITLE}"),
        article(f"{TITLE}: study protocol"),
    ],
)
def test_a_preprint_and_another_work(other: Record) -> None:
    assert isinstance(told(preprint(abstract=PATCHES), other), Different)


def test_one_groups_preprints_of_a_series_are_doubted() -> None:
    kidney = preprint(
        "A single-cell census of the invented kidney during its made-up growth reveals unknown progenitors"
    )
    lung = article(kidney.title.replace("kidney", "lung"), abstract="")
    assert are_undecided(kidney, lung)
    assert are_undecided(preprint("Invented aspirin closes wounds"), article("Invented ibuprofen closes wounds"))
    assert isinstance(told(preprint(TITLE + ", part I"), preprint(TITLE + ", part II")), Different)
    assert isinstance(told(preprint("Invented patches in men"), preprint("Invented patches in women")), Different)


def shared(words: int) -> str:
    """A text of which so many words are those of the preprint."""
    return " ".join(PATCHES.split()[:words] + BREAKFASTS.split()[words:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Invented patches close wounds of mice", "Invented patches close wounds of rats"),
        ("Invented patches for ageing men: a cohort", "Invented patches for ageing women: a cohort"),
        ("An invented atlas of skin, part 1", "An invented atlas of skin, part 2"),
        ("Invented patches: protocol of a trial", "Invented patches: a made-up trial"),
        ("Invented patches: a living review, update 1", "Invented patches: a living review, update 2"),
    ],
)
@pytest.mark.parametrize("words", [20, 25, 30])
def test_a_part_of_its_text_in_another_work_of_the_group_does_not_make_it_a_version(
    one: str, other: str, words: int
) -> None:
    first = preprint(one, doi="10.1101/2026.01.10.999991", abstract=PATCHES)
    assert not are_one(first, article(other, doi="10.5555/a", abstract=shared(words)))
    assert not are_one(first, preprint(other, doi="10.1101/2026.01.10.999992", abstract=PATCHES))


def test_nearly_the_whole_text_makes_a_version_of_it_although_the_title_was_put_right() -> None:
    first = preprint("Invented patches close wounds of adult mice within 14 days", abstract=PATCHES)
    second = article("Invented patches close wounds of adult mice within 15 days", abstract=PATCHES + " Amended.")
    assert are_one(first, second)
    assert are_undecided(first, replace(second, abstract=record(abstract=shared(25)).abstract))
    protocol = replace(second, title=f"{second.title}: study protocol")
    assert isinstance(told(first, protocol), Different)


# -- editions -----------------------------------------------------------------------------------------------------

REVIEW = article(
    "Invented patches for radiation wounds in adults", pmid="999021", doi="10.1002/14651858.cd999999.pub2",
    journal="Invented reviews", volume="1", issue="1", pages="CD999999", published="2025-01",
)  # fmt: skip
UPDATE = replace(REVIEW, source_id="999022", pmid=Pmid("999022"), doi=record(doi="10.1002/14651858.cd999999.pub3").doi,
                 published="2026-01")  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (REVIEW, UPDATE),
        (REVIEW, named_by(UPDATE, "UpdateOf", REVIEW)),
        (named_by(REVIEW, "UpdateIn", UPDATE), UPDATE),
        (replace(REVIEW, doi=None), named_by(replace(UPDATE, doi=None), "UpdateOf", REVIEW)),
        (replace(REVIEW, pmid=None, source="a"), replace(UPDATE, pmid=None, source="b")),
    ],
)
def test_the_update_of_a_review_is_a_work_of_its_own(one: Record, other: Record) -> None:
    assert isinstance(told(one, other), Different)


def test_two_editions_stay_two_works_where_records_without_identifiers_come_between() -> None:
    bare = [
        replace(each, source="set", source_id=f"{each.source_id}b", pmid=None, doi=None) for each in (REVIEW, UPDATE)
    ]
    found = works(REVIEW, UPDATE, *bare)
    assert not any({"999021", "999022"} <= work for work in found)
    protocol = replace(REVIEW, source_id="p", pmid=Pmid("999020"), doi=record(doi="10.1002/14651858.cd999999").doi)
    assert len(works(protocol, REVIEW, UPDATE)) == 3


def test_all_of_it_in_print_twice_is_one_work_after_all() -> None:
    """The rule for editions is about DOIs of one review: a journal's translation has another altogether."""
    assert are_one(article(doi="10.5555/es.1"), article(doi="10.5555/en.1", authors=AUTHORS[:2]))

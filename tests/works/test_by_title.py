"""Records that no identifier joins or parts: what makes one work of them, and what two. All of them are invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
    entry,
    record,
    told,
    why,
    works,
)
from watcher.models import Author, Pmid, Record
from watcher.works.verdicts import Different, Same

ARTICLE = article(source_id="it")
ELSEWHERE: dict[str, Any] = {"journal": "Annals of fictional burns", "volume": "3", "pages": "7"}


def another(title: str = TITLE, **changes: Any) -> Record:
    """The same article as another database may have it."""
    return replace(article(title, source="embase", source_id="other"), **changes)


# -- what databases do to a record --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"journal": "J Invent Wounds"},
        {"journal": ""},
        {"authors": ()},
        {"authors": AUTHORS[:1]},
        {"authors": (Author("Nunez A"), Author("Brandvold B"), Author("Castellanos C"))},
        {"authors": tuple(Author(author.given, author.family) for author in AUTHORS)},
        {"authors": (Author("NÃºÃ±ez", "Ada"), *AUTHORS[1:])},
        {"volume": "", "issue": ""},
        {"pages": ""},
        {"pages": "101"},
        {"pages": "101; discussion 110"},
        {"published": None},
        {"published": "2027"},
        {"published": "2036"},  # a figure mistaken, where all of the place agrees
        {"volume": "12 Suppl 1", "issue": ""},
        {"title": TITLE.upper()},
        {"title": f"[{TITLE}]. German"},
        {"title": "An <i>invented</i> exosome&#8209;patch closes radiation wounds in aged mini&shy;pigs"},
        {"title": f"{TITLE} (Provisional abstract)"},
        {"title": "An invented exosome patch closes radiation wounds"},
        {"title": f"{TITLE}: a made-up trial of a thousand and one nights"},
        {"title": TITLE.replace("exosome", "exosone")},
        {"title": f"RETRACTED: {TITLE}"},
    ],
)
def test_what_databases_do_to_a_record_is_forgiven(changes: dict[str, Any]) -> None:
    assert are_one(ARTICLE, another(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"authors": (), "journal": ""},
        {"journal": "", "volume": "", "issue": "", "pages": ""},
        {"pages": "", "volume": "", "title": f"{TITLE}."},
        {"authors": AUTHORS[1:], "journal": "J Inv Wounds", "published": "2026"},
    ],
)
def test_several_things_at_once_are_forgiven_as_well(changes: dict[str, Any]) -> None:
    assert are_one(ARTICLE, another(**changes))


def test_an_article_ahead_of_print_is_the_one_in_print() -> None:
    early = article(volume="", issue="", pages="", published="2025-12-20")
    assert are_one(early, ARTICLE)
    assert are_one(replace(early, pmid=Pmid("999001")), replace(ARTICLE, pmid=Pmid("999002")))


def test_a_feeds_entry_without_identifier_of_its_own_is_its_article() -> None:
    assert are_one(ARTICLE, entry(source_id="g", journal="Journal of invented wounds: latest articles"))


def test_an_abstract_in_common_stands_for_a_place_that_is_missing() -> None:
    one = record(f"{TITLE}, a trial", abstract=PATCHES, published="2026", journal="Journal of invented wounds")
    other = record(f"Trial: {TITLE}", abstract=PATCHES, published="2027")
    assert why(told(one, other)) == "similar title, authors and text"
    assert not are_one(one, replace(other, abstract=record(abstract=BREAKFASTS).abstract))


def test_a_translated_title_is_known_by_text_authors_and_page() -> None:
    one = article("Patches of an invented kind on wounds of old minipigs", abstract=PATCHES)
    other = another("Pflaster of an invented kind auf Wunden alter Minischweine", abstract=one.abstract)
    assert why(told(one, other)) == "text, authors and page"


# -- two works ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("An invented atlas of the ageing skin. Part I", "An invented atlas of the ageing skin. Part II"),
        ("Invented patches at 10 mg for radiation wounds", "Invented patches at 20 mg for radiation wounds"),
        ("Wound closure in minipigs with invented patches", "Wound closure in minipigs without invented patches"),
        ("Invented patches for radiation wounds in men", "Invented patches for radiation wounds in women"),
        (TITLE, f"Reply to: {TITLE}"),
        (TITLE, f"Comment on: {TITLE}"),
        (TITLE, f"Re: {TITLE}"),
        (TITLE, f"{TITLE}: study protocol for a made-up trial"),
        (TITLE, f"{TITLE}: rationale and design"),
        (TITLE, f"{TITLE}: an update"),
        (TITLE, f"Erratum to: {TITLE}"),
    ],
)
@pytest.mark.parametrize("placed", [True, False])
def test_titles_that_tell_two_works_apart_do_so_whatever_else_agrees(one: str, other: str, placed: bool) -> None:
    kind = article if placed else record
    assert isinstance(told(kind(one, abstract=""), kind(other, abstract="")), Different)


@pytest.mark.parametrize(
    "other",
    [
        another(authors=OTHERS, **ELSEWHERE),
        another(authors=OTHERS, journal="", volume="", issue="", pages=""),
        another(published="2029", **ELSEWHERE),
        another("Breakfast habits of fictional islanders and their provinces", authors=OTHERS),
    ],
)
def test_other_people_another_time_another_title(other: Record) -> None:
    assert isinstance(told(ARTICLE, other), Different)


@pytest.mark.parametrize(
    "other",
    [
        another(**ELSEWHERE),
        another(authors=(), **ELSEWHERE),
        another(TITLE.replace("closes", "never shuts"), pages="", volume="", issue=""),
    ],
)
def test_a_congress_abstract_and_its_article_are_kept_apart_with_the_doubt(other: Record) -> None:
    assert are_undecided(ARTICLE, other)


def test_titles_that_many_works_have_need_their_place() -> None:
    report = article("Case report", source_id="one")
    assert are_one(report, replace(report, source_id="other", journal="J Invent Wounds", authors=AUTHORS[:1]))
    assert not are_one(report, replace(report, source_id="other", pages="7"))
    assert not are_one(report, replace(report, source_id="other", **ELSEWHERE))
    assert not are_one(report, record("Case report"))


def test_one_groups_abstracts_on_one_page_are_as_many_as_their_titles() -> None:
    titles = [
        "Invented patches in burned skin",
        "Invented patches in frozen skin",
        "Invented patches in irradiated skin",
    ]
    found = works(*(article(title, source_id=title, issue="Suppl 1") for title in titles))
    assert found == {frozenset({title}) for title in titles}


def test_a_record_without_identifiers_is_no_bridge_between_two_works() -> None:
    """Two DOIs under one title stay two works where a record without either has joined the one."""
    one, two = article(pmid="999001", doi="10.5555/a"), article(pmid="999002", doi="10.5555/b", **ELSEWHERE)
    between = entry(source_id="g")
    assert works(one, two, between) in (
        {frozenset({"999001", "g"}), frozenset({"999002"})},
        {frozenset({"999001"}), frozenset({"999002", "g"})},
    )


def test_the_surer_the_evidence_the_stronger_it_is() -> None:
    def strength(other: Record) -> int:
        found = told(ARTICLE, other)
        assert isinstance(found, Same)
        return found.strength

    full, no_page, no_place = another(), another(pages=""), another(journal="", volume="", issue="", pages="")
    assert strength(full) > strength(no_page) >= strength(no_place)

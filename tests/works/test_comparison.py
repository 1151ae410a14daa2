"""Identifiers come first, and none is proof. Each record here is invented."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from random import Random
from typing import Any

import pytest

from tests.works.invented import (
    BREAKFASTS,
    OTHERS,
    PATCHES,
    TITLE,
    are_one,
    are_undecided,
    article,
    entry,
    preprint,
    record,
    told,
    why,
    works,
)
from watcher.models import Author, Pmcid, Record
from watcher.works.verdicts import Different, Same

ELSEWHERE: dict[str, Any] = {"journal": "Annals of fictional burns", "volume": "3", "pages": "7"}

# -- one identifier -----------------------------------------------------------------------------------------------


def test_the_same_record_come_again_is_one_work() -> None:
    assert why(told(article(pmid="999001"), article("Retitled altogether", pmid="999001"))) == "the same record"


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        (article(pmid="999001"), entry("Retitled by its feed", pmid="999001", source_id="g"), "PMID"),
        (article(doi="10.5555/a"), entry("Retitled by its feed", doi="10.5555/a", authors=()), "DOI"),
        (article(doi="10.5555/a"), record(TITLE.upper(), doi="10.5555/a"), "DOI"),
        (article(pmid="999001", doi="10.5555/a", pages=""), article(pmid="999002", doi="10.5555/a"), "DOI"),
        (article(pmcid=Pmcid("PMC999001")), entry("Retitled", pmcid=Pmcid("PMC999001"), authors=()), "PMCID"),
        (entry(url="https://j.example/a"), entry(TITLE[:30], url="https://j.example/a"), "address"),
        (record("Heilt", doi="10.5555/a", abstract=PATCHES), record(doi="10.5555/a", abstract=PATCHES), "DOI and text"),
    ],
)  # fmt: skip
def test_an_identifier_makes_one_work(one: Record, other: Record, rule: str) -> None:
    assert why(told(one, other)) == rule


def test_a_feeds_entry_with_the_articles_title_is_surer_than_one_with_another() -> None:
    named, retitled = entry(doi="10.5555/a"), entry("Wounds close in no time", doi="10.5555/a")
    sure, less = (told(article(doi="10.5555/a"), each) for each in (named, retitled))
    assert isinstance(sure, Same)
    assert isinstance(less, Same)
    assert sure.strength > less.strength


# -- one DOI, and two works ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (article(doi="10.5555/a"), record("Breakfast habits of fictional islanders", doi="10.5555/a", authors=OTHERS)),
        (article(doi="10.5555/a"), entry("Breakfast habits of fictional islanders", doi="10.5555/a", authors=OTHERS)),
        (record("Patches for invented boys", doi="10.5555/a"), record("Patches for invented girls", doi="10.5555/a")),
        (article("Case report", doi="10.5555/a"), article("Case report", doi="10.5555/a", authors=OTHERS, pages="7")),
        (record(doi="10.5555/journal.999.s001"), record(doi="10.5555/journal.999.s002")),
    ],
)  # fmt: skip
def test_a_shared_doi_is_no_proof(one: Record, other: Record) -> None:
    assert isinstance(told(one, other), Different)


def test_a_namesakes_doi_is_doubted_where_all_of_the_place_is_another() -> None:
    assert are_undecided(article(doi="10.5555/a"), article(doi="10.5555/a", **ELSEWHERE))


# A supplement: 21 abstracts of five groups, all under its one DOI, and each group's are alike.
GROUPS = [
    tuple(Author(family, "Ada") for family in names.split())
    for names in ("Ambrose Quill", "Brandvold Reyes", "Castellanos Saar", "Dimitrov Thorne", "Eriksson Ulloa")
]
TITLES = [
    f"Invented {agent} in {tissue}"
    for agent in ("exosomes", "scaffolds", "hydrogels", "peptides", "phototherapy")
    for tissue in ("burned skin", "irradiated skin", "frozen skin", "the cornea", "cartilage")
]
SUPPLEMENT: dict[str, Any] = {
    "journal": "Journal of invented wounds",
    "volume": "12",
    "issue": "Suppl 1",
    "doi": "10.5555/suppl.1",
}


def abstract(number: int, **changes: Any) -> Record:
    placed = SUPPLEMENT | {"pages": f"S{number // 4 + 1}", "authors": GROUPS[number // 5]}  # four stand on a page
    return record(TITLES[number], **({"source_id": f"a{number}", **placed} | changes))


def expected(*records: Record) -> set[frozenset[str]]:
    """One work for each number."""
    numbers: dict[str, set[str]] = {}
    for each in records:
        numbers.setdefault(each.source_id.strip("abcd"), set()).add(each.source_id)
    return {frozenset(ids) for ids in numbers.values()}


def test_a_supplement_whose_21_abstracts_share_one_doi_is_21_works() -> None:
    abstracts = [abstract(number) for number in range(21)]
    assert works(*abstracts) == expected(*abstracts)
    assert len(works(*abstracts)) == 21


@pytest.mark.parametrize("seed", range(5))
def test_records_of_some_of_them_without_the_doi_come_in_between(seed: int) -> None:
    random = Random(seed)
    abstracts = [abstract(number) for number in range(21)]
    bare = [abstract(number, source_id=f"b{number}", doi=None) for number in random.sample(range(21), 12)]
    loud = [replace(each, source_id=f"c{each.source_id[1:]}", title=each.title.upper() + ".") for each in bare[:6]]
    everything = [*abstracts, *bare, *loud]
    random.shuffle(everything)
    assert works(*everything) == expected(*everything)


def test_an_entry_that_lists_the_whole_supplement_makes_no_two_of_them_one() -> None:
    whole = entry(
        "Abstracts of the first invented congress on wounds", doi=SUPPLEMENT["doi"], authors=(), source_id="e"
    )
    found = works(whole, *(abstract(number) for number in range(21)))
    assert sorted(len(work) for work in found) in ([1] * 22, [1] * 20 + [2])
    named = entry(TITLES[7], doi=SUPPLEMENT["doi"], authors=(), source_id="b7")
    assert frozenset({"a7", "b7"}) in works(named, *(abstract(number) for number in range(21)))


def test_abstracts_with_texts_of_their_own_stay_apart_too() -> None:
    one, other = abstract(5, abstract=PATCHES), abstract(6, abstract=BREAKFASTS)
    assert isinstance(told(one, other), Different)
    assert are_one(one, abstract(5, abstract=PATCHES.replace("slowly", "fast"), source_id="b5"))


# -- other identifiers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (article(doi="10.5555/a"), article(doi="10.5555/b", **ELSEWHERE)),
        (article(pmid="999001"), article(pmid="999002", **ELSEWHERE)),
        (article("Case report", pmid="999001"), article("Case report", pmid="999002")),
        (record(TITLE, doi="10.5555/a"), record(TITLE.replace("radiation", "frost"), doi="10.5555/b")),
        (record("Invented patches on skin", doi="10.5555/a"), record("Made-up breakfasts", doi="10.5555/b")),
    ],
)  # fmt: skip
def test_other_identifiers_make_two_works(one: Record, other: Record) -> None:
    assert isinstance(told(one, other), Different)


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        (
            article(pmid="999001", doi="10.5555/es.1", journal="Revista de heridas inventadas"),
            article(pmid="999002", doi="10.5555/en.1", journal="Revista de heridas inventadas (English ed.)"),
            "all but the identifier",
        ),
        (
            article(pmid="999001", volume="", issue="", pages="", published="2025-11"),
            article(pmid="999002", doi="10.5555/a"),
            "title, authors and journal: ahead of print",
        ),
        (record(doi="10.5281/zenodo.999001"), record(doi="10.5281/zenodo.999002"), "versions in one repository"),
        (record(doi="10.5281/zenodo.999001", published="2026"), article(doi="10.5555/a", published="2026"), "a copy"),
    ],
)  # fmt: skip
def test_copies_versions_and_records_that_were_made_twice(one: Record, other: Record, rule: str) -> None:
    assert why(told(replace(one, source_id="one"), replace(other, source_id="two"))) == rule


def test_what_is_not_in_print_yet_is_known_by_its_text_where_that_is_known() -> None:
    early = article(pmid="999001", volume="", issue="", pages="", published="2025-11", abstract=PATCHES)
    printed = article(pmid="999002", doi="10.5555/a", abstract=PATCHES + " Amended.")
    assert are_one(early, printed)
    assert not are_one(early, article(pmid="999002", doi="10.5555/a", abstract=BREAKFASTS)), "a congress abstract"
    yearly = article(pmid="999003", doi="10.5555/b", volume="", issue="", pages="", abstract=PATCHES[:-90])
    assert not are_one(yearly, article(pmid="999002", doi="10.5555/a", abstract=PATCHES[90:])), "a yearly guideline"


def test_two_identifiers_that_differ_are_doubted_where_all_else_agrees() -> None:
    one = article(pmid="999001", doi="10.5555/a", volume="12", issue="3")
    assert are_undecided(one, article(pmid="999002", doi="10.5555/b", volume="13", issue="1"))


ON_ONE_PAGE: dict[str, Any] = {"issue": "Suppl 1", "pages": "S12"}
COHORT = "A prospective cohort of invented patches in arthritis of the {}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (COHORT.format("hip"), COHORT.format("knee")),
        (f"Efficacy of {TITLE}", f"Safety of {TITLE}"),
        (f"{TITLE}: interim analysis", f"{TITLE}: final analysis"),
        (TITLE, f"{TITLE} in children"),
    ],
)
@pytest.mark.parametrize("texts", [("", ""), (PATCHES, BREAKFASTS)])
def test_one_groups_abstracts_on_one_page_with_identifiers_of_their_own_are_several(
    one: str, other: str, texts: tuple[str, str]
) -> None:
    first, second = (
        article(title, doi=f"10.5555/ia.{number}", abstract=text, **ON_ONE_PAGE)
        for number, (title, text) in enumerate(zip((one, other), texts, strict=True))
    )
    assert not are_one(first, second)
    assert not are_one(first, replace(second, doi=None)) or not any(texts)


def test_other_texts_on_one_page_under_one_title_are_doubted() -> None:
    one = article(doi="10.5555/ia.1", abstract=PATCHES, **ON_ONE_PAGE)
    assert are_undecided(one, article(doi="10.5555/ia.2", abstract=BREAKFASTS, **ON_ONE_PAGE))


def test_a_record_made_twice_may_lack_a_subtitle_or_a_letter() -> None:
    one = article(doi="10.5555/a", pmid="999001")
    assert are_one(one, article(f"{TITLE}: a made-up trial", doi="10.5555/aa", pmid="999002"))
    assert are_one(one, article(TITLE.replace("exosome", "exosone"), doi="10.5555/aa", pmid="999002"))


@pytest.mark.parametrize("title", ["Response to the letter to the editor on patches", TITLE])
@pytest.mark.parametrize("other", [entry, article])
def test_two_dois_of_one_journal_are_two_works_of_one_title(title: str, other: Any) -> None:
    one = entry(title, doi="10.5555/j.77", journal="Journal of invented wounds")
    assert not are_one(one, other(title, doi="10.5555/j.99", journal="Journal of invented wounds"))
    assert not are_one(replace(one, journal=""), other(title, doi="10.5555/j.99"))


def test_a_reply_has_no_copies() -> None:
    reply = record("Reply of the authors to a letter on patches", doi="10.5281/zenodo.1")
    assert not are_one(reply, article(reply.title, doi="10.5555/a"))


# -- a feed's address ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [(1, 2, 3), (1, 1, 1)])
@pytest.mark.parametrize("dois", [(None, None, None), ("10.5555/a", "10.5555/b", "10.5555/c")])
def test_a_feed_that_gives_all_entries_one_link_lists_as_many_works_as_titles(
    days: tuple[int, ...], dois: tuple[str | None, ...]
) -> None:
    titles = ("Invented patches for wounds", "Breakfasts on made-up islands", "Porridge and marmalade, told at length")
    entries = [
        entry(title, source_id=title, url="https://j.example/toc", published=f"2026-03-0{day}", doi=doi, authors=())
        for title, day, doi in zip(titles, days, dois, strict=True)
    ]
    for order in permutations(entries):
        assert works(*order) == {frozenset({title}) for title in titles}


# -- an edited title ----------------------------------------------------------------------------------------------


def test_a_word_edited_on_the_way_into_print_is_forgiven_where_the_doi_is_the_same() -> None:
    early = article(TITLE.replace("closes", "heals"), doi="10.5555/a", pmid="999001", volume="", issue="", pages="")
    assert are_one(early, article(doi="10.5555/a", pmid="999002"))
    assert not are_one(replace(early, pages="7"), article(doi="10.5555/a", pmid="999002"))


@pytest.mark.parametrize("source", ["pubmed", "feed:Server"])
def test_the_versions_of_a_preprint_share_a_doi_whatever_became_of_the_title(source: str) -> None:
    first = preprint("A first word on invented patches", doi="10.1101/2026.01.10.999999", source=source)
    second = preprint("Updated: patches close radiation wounds", doi="10.1101/2026.01.10.999999", source=source)
    assert are_one(first, second)

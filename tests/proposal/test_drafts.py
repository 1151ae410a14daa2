"""From statements to drafts: which concepts meet in a query, and which sentences go together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SHARED
from watcher.article.reading import Article, Source, Statement, read_article
from watcher.models import MeshHeading, Record
from watcher.proposal.drafts import Draft, drafts_of
from watcher.proposal.terms import term_of
from watcher.terms.term import Term

ARTICLES = Path(__file__).parents[1] / "article" / "articles"
REAL = SHARED / "article" / "do-stem-cells-regenerate-skin.txt"


def article(title: str, *sentences: str) -> Article:
    """An article in which one mark, [1], stands behind the last of these sentences."""
    statements = tuple(Statement(text, (1,), "", 1) for text in sentences)
    return Article(title, statements, (Source(1, "https://example.org/1"),), sentences)


def blocks(draft: Draft) -> list[list[str]]:
    return [[concept.key for concept in block] for block in draft.blocks]


def drafted(title: str, *sentences: str) -> list[list[list[str]]]:
    return [blocks(draft) for draft in drafts_of(article(title, *sentences))[1]]


def test_what_acts_and_what_is_wrong_are_blocks_and_what_is_listed_is_one_block() -> None:
    said = drafted("Do probiotics help?", "Probiotics eased asthma, eczema and acne.")
    assert said == [[["probiotic"], ["asthma", "eczema", "acne"]]]


def test_a_noun_of_three_letters_counts_in_both_numbers() -> None:
    (draft,) = drafts_of(article("Why Do Bats Live Long?", "Bats dampen the NLRP3 inflammasome."))[1]
    assert "bat[tiab] OR bats[tiab]" in term_of(draft.blocks)


def test_what_is_set_against_another_must_occur_with_it_and_what_is_listed_need_not() -> None:
    against = drafted("What helps against migraine?", "An antibody against CGRP prevented attacks.")
    assert against == [[["antibod"], ["cgrp"], ["headache"]]]
    because = drafted("On skin", "People with psoriasis sleep badly because many have sleep apnoea.")
    assert ["psoriasis"] in because[0]
    listed = drafted("What helps against migraine?", "Antibodies and CGRP play a part.")
    assert ["antibod", "cgrp"] in listed[0]


def test_drinking_is_no_alcohol_by_itself() -> None:
    assert drafted("Coffee and headache", "People who stop drinking coffee have headaches.") == [
        [["coffee"], ["headache"]]
    ]
    assert ["alcohol"] in drafted("Coffee and headache", "Binge drinking brings headaches.")[0]


def test_where_a_sentence_is_silent_the_title_speaks() -> None:
    assert drafted("Do probiotics help against asthma?", "Bacteria of the lung matter, too.") == [
        [["bacteria"], ["lung"], ["probiotic"]]
    ]
    assert drafted("Do probiotics help against asthma?", "Vitamin D may do as well.") == [[["vitamin d"], ["asthma"]]]


def test_a_query_that_has_lost_the_subject_gets_it_as_a_block() -> None:
    said = drafted("Can exercise mend the heart?", "Mitochondria grow in the muscle.")
    assert said == [[["mitochondria"], ["muscle"], ["exercise"]]]


def test_under_a_title_of_one_thing_statements_are_what_is_new_of_it() -> None:
    said = drafted("What is killing the bees?", "A mite called Varroa weakens the bees.")
    assert said == [[["varroa"], ["bee"]]]


def test_another_place_beside_the_subjects_own_is_where_it_happens_to_be() -> None:
    assert drafted("On bees", "Insecticides on crops confuse bees.") == [[["pesticide"], ["bee"]]]


def test_a_problem_listed_beside_one_of_the_subjects_place_is_of_that_place() -> None:
    (draft,) = drafts_of(
        article("Exercise and the heart", "Exercise helps in heart failure and diabetes of the muscle.")
    )[1]
    assert blocks(draft) == [["exercise"], ["heart failure", "diabetes"]]
    term = Term.parse(term_of(draft.blocks))

    def finds(title: str) -> bool:
        return term.evaluate(Record(source="pubmed", source_id="1", title=title)).matched

    assert finds("Exercise in heart failure")
    assert finds("Exercise and the diabetic heart")
    assert not finds("Exercise in diabetes of the muscle")


def test_they_are_those_of_the_sentence_before() -> None:
    said = drafted("On asthma", "Platelets and macrophages gather in the lung.", "They also make eczema worse.")
    assert said[1] == [["platelet", "macrophage"], ["eczema"]]


def test_a_sentence_that_goes_on_about_the_same_is_joined_to_it() -> None:
    found = drafts_of(article("On asthma", "Macrophages scar the lung.", "The lung stiffens."))[1]
    assert [draft.sentences for draft in found] == [("Macrophages scar the lung.", "The lung stiffens.")]


def test_a_place_that_something_was_taken_from_is_not_what_it_is_about() -> None:
    said = drafted("On arthritis", "Stem cells taken from fat or bone marrow eased arthritis.")
    assert said == [[["stem cell"], ["arthritis"]]]


def test_a_word_of_the_titles_concept_means_that_concept() -> None:
    said = drafted("Gut bacteria and asthma", "The bacteria may calm asthma.")
    assert said == [[["gut bacteria"], ["asthma"]]]


def test_a_general_word_is_left_out_beside_a_special_one() -> None:
    assert drafted("Sleep and memory", "In deep sleep, sleeping brains keep memories.") == [
        [["deep sleep"], ["memory"]]
    ]


def test_unknown_words_are_taken_where_they_look_technical_or_come_back() -> None:
    said = drafted("On asthma", "A drug called wonderolimab and the protein MYOG2 ease asthma.")
    assert said == [[["wonderolimab", "myog2"], ["asthma"]]]


def test_one_concept_alone_is_no_query() -> None:
    assert drafted("On asthma", "Asthma is common.") == []


def test_an_abbreviation_of_the_article_is_searched_for_too() -> None:
    text = "The wonder cell sprouts (WCS) ease asthma. The wonder cell sprouts are small."
    (draft,) = drafts_of(article("Wonder cell sprouts and asthma", text))[1]
    assert '"wonder cell sprout*"[tiab]' in term_of(draft.blocks)
    assert "WCS[tiab]" in term_of(draft.blocks)


def test_headings_and_keywords_of_the_cited_works_are_taken_up() -> None:
    record = Record(
        source="pubmed", source_id="1", title="Wonder drops in an invented trial", keywords=("wonder drops",),
        mesh=(MeshHeading("Stem Cell Transplantation"), MeshHeading("Skin Neoplasms"), MeshHeading("Humans")),
    )  # fmt: skip
    said = article("On asthma and skin", "Stem cells and wonder drops ease asthma of the skin.")
    (draft,) = drafts_of(said, {1: record})[1]
    assert blocks(draft) == [["stem cell", "wonder drop"], ["asthma", "skin"]] or blocks(draft)[0] == [
        "stem cell",
        "wonder drop",
    ]
    headings = [heading for block in draft.blocks for concept in block for heading in concept.headings]
    assert "Stem Cell Transplantation" in headings
    assert "Skin Neoplasms" not in headings


def test_a_statement_that_says_too_little_is_read_with_the_title_of_its_source() -> None:
    record = Record(source="pubmed", source_id="1", title="Vitamin D and asthma, an invented study")
    assert [blocks(d) for d in drafts_of(article("A short story", "Asthma eased."), {1: record})[1]] == [
        [["asthma"], ["vitamin d"]]
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in ARTICLES.iterdir()))
def test_every_draft_has_two_or_three_blocks_and_parses(name: str) -> None:
    _, drafts = drafts_of(read_article((ARTICLES / name).read_bytes()))
    assert len(drafts) > 5
    assert len({draft.name for draft in drafts}) == len(drafts)
    for draft in drafts:
        assert 2 <= len(draft.blocks) <= 4
        assert draft.cites
        messages = [problem.message for problem in Term.parse(term_of(draft.blocks)).notes]
        assert all("narrower" in message for message in messages), messages


def test_of_an_article_on_corals() -> None:
    _, drafts = drafts_of(read_article((ARTICLES / "coral-reefs.txt").read_bytes()))
    found = {draft.cites: blocks(draft) for draft in drafts}
    assert found[5,] == [["oil spill", "pollution"], ["coral reef"]]
    assert found[2,] == [["heat stress"], ["coral reef"], ["adaptation"]]


def test_of_an_article_on_sleep() -> None:
    _, drafts = drafts_of(read_article((ARTICLES / "sleep-and-memory.html").read_bytes()))
    found = {draft.cites: blocks(draft) for draft in drafts}
    assert found[5,] == [["exercise"], ["sleep"], ["depression"]]
    assert found[3,] == [["rem sleep"], ["memory"]]
    assert found[1, 2] == [["sleep spindle"], ["memory"]]


@pytest.mark.skipif(not REAL.exists(), reason="../shared/article, which is not part of the project, is absent")
def test_of_the_article_that_the_project_began_with() -> None:
    _, drafts = drafts_of(read_article(REAL.read_bytes()))
    found = [blocks(draft) for draft in drafts]
    assert [
        ["mesenchymal stem cell", "extracellular vesicle", "exosome"],
        ["burn", "diabetic ulcer", "radiation injury"],
    ] in found
    assert [["stem cell"], ["cartilage", "arthritis"]] in found
    assert [["stem cell"], ["skin"], ["paracrine"]] in found

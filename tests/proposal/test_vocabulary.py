"""The table of concepts: each row can be searched by as it stands, and the longest way of saying something wins."""

from __future__ import annotations

from itertools import chain

from watcher.proposal.phrases import everyday
from watcher.proposal.terms import heading_term, phrase_term
from watcher.proposal.vocabulary import Concept, Facet, match, table
from watcher.proposal.words import words
from watcher.terms.term import lint


def found(text: str) -> list[tuple[str, Facet]]:
    return [(concept.key, concept.facet) for _, _, concept in match(words(text))]


def test_every_way_to_write_a_concept_passes_the_projects_own_lint() -> None:
    for concept in table():
        for term in chain(map(phrase_term, concept.phrases)):
            assert lint(term) == [], term
        for heading in concept.headings:
            assert len(lint(f"{heading_term(heading)} OR {phrase_term(concept.phrases[0])}")) == 1, (
                heading
            )  # it is wider there


def test_no_two_rows_claim_the_same_words() -> None:
    ways = [way for concept in table() for way in concept.ways]
    assert sorted(ways) == sorted(set(ways))


def test_no_everyday_word_is_a_concept() -> None:
    ways = {way for concept in table() for way in concept.ways if concept.facet in {Facet.AGENT, Facet.PROBLEM}}
    assert ways & everyday() == set()


def test_the_longest_way_wins_whatever_its_form() -> None:
    assert found("heart attacks") == [("heart attack", Facet.PROBLEM)]
    assert found("a healing heart") == [("healing", Facet.PROCESS), ("heart", Facet.PLACE)]
    assert found("mesenchymal stem cells in joints") == [("mesenchymal stem cell", Facet.AGENT), ("joint", Facet.PLACE)]


def test_lay_words_lead_to_what_researchers_write() -> None:
    (concept,) = (each for _, _, each in match(words("high blood pressure")))
    assert isinstance(concept, Concept)
    assert "hypertensi*" in concept.phrases
    assert concept.headings == ("Hypertension",)

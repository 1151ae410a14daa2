"""What is counted of a record."""

from __future__ import annotations

from watcher.models import MeshHeading, Passage, Record
from watcher.works.vocabulary import words


def record(title: str, *abstract: str, mesh: tuple[str, ...] = ()) -> Record:
    return Record(
        source="pubmed",
        source_id="1",
        title=title,
        abstract=tuple(Passage(text) for text in abstract),
        mesh=tuple(MeshHeading(name) for name in mesh),
    )


def test_the_title_counts_twice_and_the_abstract_once() -> None:
    assert words(record("Wound healing", "Wounds heal.", "A wound closes.")) == {"wound": 4, "heal": 3, "close": 1}


def test_words_of_grammar_letters_and_numbers_do_not_count() -> None:
    assert words(record("The effect of 12 x in 3 of these", "")) == {"effect": 2}


def test_markup_and_case_are_no_part_of_a_word() -> None:
    assert words(record("CD34<sup>+</sup> <i>Ex vivo</i> &amp; IL-17")) == {"cd34": 2, "ex": 2, "vivo": 2, "il": 2}


def test_a_heading_counts_once_and_is_no_word_of_the_text() -> None:
    found = words(record("Healing", mesh=("Wound Healing",)))
    assert found == {"heal": 2, "mesh:wound healing": 1}


def test_a_record_without_words_has_none() -> None:
    assert not words(record("", ""))

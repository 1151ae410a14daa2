"""Whom and what a news item names. Nobody and nothing of this exists."""

from __future__ import annotations

from watcher.models import Author
from watcher.works.mentions import MOST_NAMES, full_names, mentioned, names_journal, shared_words, story

TOLD = (
    "Patches close wounds, says Dr Ada B. Núñez of the Invented Institute. Bo van der Brandvold, who was not involved, "
    "called it “made up”. It was published in Invented Wounds & Burns on Monday."
)


def test_full_names_are_found_with_middle_initials_particles_and_after_a_title() -> None:
    assert {"ada nunez", "bo van der brandvold"} <= set(mentioned(TOLD))
    assert "invented institute" in mentioned(TOLD), "which no author is called"
    assert mentioned("a text without any name") == ()


def test_no_more_than_some_names_are_kept() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    crowd = ". ".join(f"{one}da {other}nvented" for one in letters for other in letters)
    assert len(mentioned(crowd)) == MOST_NAMES


def test_authors_are_known_by_their_first_given_name_and_family_name() -> None:
    assert full_names([Author("Núñez", "Ada Bea", "AB")]) == ("ada nunez",)
    assert full_names([Author("Ada Núñez")]) == ("ada nunez",)
    assert full_names([Author("Wei LI"), Author("Núñez AB")]) == ("wei li", "nunez ab"), "a surname, or in a citation"
    initials = [Author("Núñez", "A. B."), Author("Núñez", "AB"), Author("Núñez", "", "A")]
    for unknown in (*initials, Author("Núñez, A."), Author("Núñez A"), Author("Núñez A. B.")):
        assert full_names([unknown]) == ()
    assert full_names([Author("Invented Patch Group", collective=True)]) == ()


def test_of_many_authors_the_first_ones_and_the_last_are_looked_for() -> None:
    many = [Author(f"Invented{letter}", "Ada") for letter in "abcdefghij"]
    assert [name[-1] for name in full_names(many)] == list("abcdej")


def test_a_journal_of_one_word_counts_only_where_it_is_called_one() -> None:
    assert names_journal(story(TOLD), ["invented wounds burns"])
    assert not names_journal(story(TOLD), ["fictional wounds", ""])
    assert not names_journal(story("The skin of minipigs was told of."), ["skin"])
    assert names_journal(story("It was published in Skin on Monday."), ["skin"])
    assert names_journal(story("The journal Skin has it."), ["skin"])


def test_which_part_of_a_titles_long_words_a_story_has() -> None:
    assert shared_words("patches closed wounds of minipigs", "patches for minipigs wounds") == 1
    assert shared_words("patches closed wounds of minipigs", "patches minipigs hydrogels irradiated") == 0.5
    assert shared_words("patches closed wounds", "patches and wounds") == 0, "two words say too little"

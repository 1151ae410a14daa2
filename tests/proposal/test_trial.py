"""A draft on trial: what finds nothing goes, what finds too much is narrowed, and it is said what was done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.proposal.drafts import Draft
from watcher.proposal.trial import tried, untried
from watcher.proposal.units import Subject
from watcher.proposal.vocabulary import Concept, Facet

if TYPE_CHECKING:
    from collections.abc import Callable

CELLS = Concept("cell", Facet.AGENT, ("stem cell*", "progenitor*"), ("Stem Cells",))
WOUNDS = Concept("wound", Facet.PROBLEM, ("wound*", "sore*", "ulcer*"))
SKIN = Concept("skin", Facet.PLACE, ("skin",), said="skin")
DRAFT = Draft("wounds", "Stem cells · wounds", ("Stem cells close wounds.",), (1,), ((CELLS,), (WOUNDS,)))
NOTHING = Subject(())


def counting(**found: int) -> Callable[[str], int]:
    """How many works PubMed has: of a phrase by its first word, and a hundred of whatever else."""

    def count(term: str) -> int:
        words = re.findall(r"\w+", term)
        return found.get(words[0], 100) if term.count("[") == 1 else 100

    return count


def test_ways_without_a_hit_are_left_out_and_named() -> None:
    done = tried(DRAFT, NOTHING, 40, counting(progenitor=0, sore=0), lambda _: 3.0)
    assert done is not None
    assert "progenitor" not in done.term
    assert "sore" not in done.term
    assert done.remarks == ("without a hit on PubMed, left out: progenitor*[tiab], sore*[tiab]",)
    assert done.per_week == 3.0


def test_without_two_blocks_that_find_something_there_is_no_query() -> None:
    assert tried(DRAFT, NOTHING, 40, counting(wound=0, sore=0, ulcer=0), lambda _: 3.0) is None


def test_one_that_finds_few_is_left_as_it_is() -> None:
    done = tried(DRAFT, Subject((SKIN,)), 40, counting(), lambda _: 40.0)
    assert done is not None
    assert (done.term, done.remarks) == (untried(DRAFT).term, ())


def test_too_many_are_narrowed_to_the_articles_subject_first() -> None:
    done = tried(DRAFT, Subject((SKIN,)), 40, counting(), lambda term: 30.0 if "skin" in term else 90.0)
    assert done is not None
    assert done.term.endswith("AND (skin[tiab])")
    assert done.per_week == 30.0
    assert done.remarks == ("narrowed to the article's subject: skin",)


def test_then_a_broad_synonym_goes_but_never_the_concepts_own_name() -> None:
    found = counting(wound=99, sore=60, ulcer=20, progenitor=20, Stem=20)
    weekly = {True: 90.0, False: 20.0}
    done = tried(DRAFT, NOTHING, 40, found, lambda term: weekly["sore*" in term])
    assert done is not None
    assert "sore*" not in done.term
    assert "wound*" in done.term
    assert done.remarks == ("narrowed: without sore*[tiab]",)


def test_at_last_titles_and_major_topics_alone() -> None:
    done = tried(DRAFT, NOTHING, 40, counting(), lambda term: 90.0 - 30 * term.count("[ti]"))
    assert done is not None
    assert "[ti]" in done.term
    assert "in titles or as a major topic" in done.remarks[-1]


def test_what_stays_too_much_is_said() -> None:
    done = tried(DRAFT, NOTHING, 40, counting(), lambda _: 500.0)
    assert done is not None
    assert done.term == untried(DRAFT).term
    assert done.remarks == ("still more than 40 a week: add a block, or take [ti] for [tiab]",)


def test_a_step_after_which_nothing_is_found_is_not_taken() -> None:
    done = tried(DRAFT, Subject((SKIN,)), 40, counting(), lambda term: 0.0 if "skin" in term else 90.0)
    assert done is not None
    assert "skin" not in done.term


def test_a_third_block_goes_where_many_works_never_meet_but_not_where_there_are_few() -> None:
    three = Draft("w", "w", ("S.",), (1,), ((CELLS,), (WOUNDS,), (SKIN,)))

    def never_together(of_each: int) -> Callable[[str], int]:
        return lambda term: 0 if term.count("\nAND ") == 2 else of_each

    many, few = (tried(three, NOTHING, 40, never_together(number), lambda _: 1.0) for number in (5_000, 50))
    assert many is not None
    assert few is not None
    assert "skin" not in many.term
    assert many.remarks == ("together nothing on PubMed, so without: skin[tiab]",)
    assert "skin" in few.term

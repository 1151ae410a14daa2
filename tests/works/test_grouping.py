"""From pairs to works: what holds records together, what keeps them apart, and what a person says. All invented."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.works.invented import PATCHES, TITLE, article, entry, news, notice, preprint, record, told, works
from watcher.works.comparison import compare
from watcher.works.grouping import Correction, pairs, partition
from watcher.works.signature import signature
from watcher.works.verdicts import Different, Same, Unrelated

if TYPE_CHECKING:
    from watcher.models import Record

ELSEWHERE = {"journal": "Annals of fictional burns", "volume": "3", "pages": "7"}


def sets(*groups: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in groups}


def in_any_order(*records: Record, said: tuple[tuple[Record, Record, bool], ...] = ()) -> set[frozenset[str]]:
    """The works of these records, which are the same in whichever order they are given."""
    found = {frozenset(works(*order, said=said)) for order in permutations(records)}
    (only,) = found
    return set(only)


# -- what holds together ------------------------------------------------------------------------------------------


def test_records_hang_together_by_others_between_them() -> None:
    first = preprint("A first invented look at wounds", doi="10.1101/2026.01.10.999999", source_id="v1")
    second = preprint(TITLE, doi="10.1101/2026.01.10.999999", source_id="v2")
    final = article(doi="10.5555/a", source_id="final")
    assert in_any_order(first, final) == sets("v1", "final")
    assert in_any_order(first, second, final) == sets("v1 v2 final")


def test_a_record_that_stands_alone_is_a_work() -> None:
    assert works() == set()
    assert works(article(source_id="it")) == sets("it")


def test_what_is_found_the_same_of_records_that_are_not_among_these_changes_nothing() -> None:
    one = {1: signature(article())}
    assert partition(one, {}, [Correction(1, 2, True), Correction(3, 1, False)]) == [frozenset({1})]


# -- what keeps apart ---------------------------------------------------------------------------------------------


def test_two_records_that_contradict_each_other_are_never_one_work_whatever_lies_between() -> None:
    one, two = article(doi="10.5555/a", source_id="a"), article(doi="10.5555/b", source_id="b", **ELSEWHERE)
    entries = [entry(source_id=f"e{n}", source=f"feed:{n}") for n in range(3)]
    found = in_any_order(one, two, *entries)
    assert len(found) == 2
    assert not any({"a", "b"} <= work for work in found)


def test_the_surest_pairs_come_first() -> None:
    """An entry has the DOI of one article and the title of another: it is of the one whose DOI it has."""
    one = article("A made-up patch that was renamed since it was listed", doi="10.5555/a", source_id="a")
    two = article(doi="10.5555/b", source_id="b")
    assert in_any_order(one, two, entry(doi="10.5555/a", source_id="e")) == sets("a e", "b")


def test_news_of_two_works_makes_no_one_work_of_them() -> None:
    """Each work gets the news that is surest of it; a text in common makes one item of news of two, and no more."""
    one = article("Invented patches close wounds of minipigs", doi="10.5555/a", source_id="a")
    two = article("Invented hydrogels close burns of minipigs, too", pmid="999002", source_id="b", pages="7")
    assert told(one, two) == Unrelated(), "nothing in them contradicts that they are one"
    of_one = news("Patches close wounds", doi="10.5555/a", source_id="n", abstract=PATCHES)
    of_two = news("Patches for burns", pmid="999002", source_id="m", abstract=PATCHES, source="feed:Other")
    assert in_any_order(one, two, of_one, of_two) == sets("a n", "b m")
    assert in_any_order(of_one, of_two) == sets("n m"), "as long as neither work is known"
    assert in_any_order(one, of_one, of_two) == sets("a n m"), "and while the other is not"


def test_a_news_item_that_names_people_of_two_articles_goes_to_the_one_whose_title_it_tells() -> None:
    text = f"{TITLE}, Ada Núñez and Cy Castellanos report in the Journal of invented wounds."
    other = article(
        "Breakfasts of fictional islanders in seventeen provinces", doi="10.5555/b", source_id="b", pages="7"
    )
    story = news("Wounds close", abstract=text, source_id="n")
    assert in_any_order(article(doi="10.5555/a", source_id="a"), other, story) == sets("a n", "b")


def test_what_names_the_doi_of_an_article_and_its_erratum_is_of_the_article() -> None:
    about = article(doi="10.5555/a", source_id="2")
    erratum = notice(doi="10.5555/a", source_id="1")
    assert in_any_order(about, erratum, entry(doi="10.5555/a", source_id="e")) == sets("2 e", "1")


# -- what a person says -------------------------------------------------------------------------------------------

ONE = article(doi="10.5555/a", source_id="a")
TWO = article("Quite another title of a made-up work", doi="10.5555/b", source_id="b", **ELSEWHERE)


def test_a_person_makes_one_work_of_two_that_contradict_each_other() -> None:
    assert in_any_order(ONE, TWO) == sets("a", "b")
    assert in_any_order(ONE, TWO, said=((ONE, TWO, True),)) == sets("a b")


def test_what_comes_later_of_either_belongs_to_the_work_that_a_person_made() -> None:
    later = [entry(doi="10.5555/a", source_id="a2"), entry(TWO.title, doi="10.5555/b", source_id="b2", source="feed:B")]
    twin = replace(TWO, source_id="b3", source="set")
    assert in_any_order(ONE, TWO, *later, twin, said=((ONE, TWO, True),)) == sets("a b a2 b2 b3")


def test_a_person_makes_two_works_of_one_and_what_comes_later_goes_to_either() -> None:
    twin, later = replace(ONE, source_id="a2", source="set"), entry(doi="10.5555/a", source_id="a3")
    assert in_any_order(ONE, twin) == sets("a a2")
    assert in_any_order(ONE, twin, said=((ONE, twin, False),)) == sets("a", "a2")
    found = in_any_order(ONE, twin, later, said=((ONE, twin, False),))
    assert len(found) == 2
    assert not any({"a", "a2"} <= work for work in found)


def test_of_two_things_said_that_cannot_both_be_true_apart_wins() -> None:
    third = entry(doi="10.5555/a", source_id="c")
    found = in_any_order(ONE, TWO, third, said=((ONE, TWO, True), (TWO, third, True), (ONE, third, False)))
    assert not any({"a", "c"} <= work for work in found)


# -- laws ---------------------------------------------------------------------------------------------------------

POOL = [
    ONE, replace(ONE, source_id="a2", source="set", doi=None), entry(doi="10.5555/a", source_id="e1"),
    TWO, replace(TWO, source_id="b2", source="set", doi=None), entry(source_id="e2"),
    replace(TWO, source_id="b3", source="set", title=TITLE, doi=None), record(f"{TITLE}, part 2", source_id="r"),
    preprint(source_id="p", doi="10.1101/2026.01.10.999999", abstract=PATCHES), notice(doi="10.5555/a", source_id="x"),
    preprint(TWO.title, source_id="q", doi="10.1101/2026.01.10.999999"),
    news(TITLE, source_id="n3", authors=ONE.authors),
    news("News", doi="10.5555/a", source_id="n1", abstract=PATCHES),
    news("More", doi="10.5555/b", source_id="n2", abstract=PATCHES),
]  # fmt: skip
PAIRS = st.tuples(st.sampled_from(POOL), st.sampled_from(POOL), st.booleans()).filter(lambda said: said[0] != said[1])


@settings(max_examples=60, deadline=None)
@given(st.permutations(POOL), st.integers(2, len(POOL)), st.lists(PAIRS, max_size=1))
def test_the_order_of_records_does_not_matter(
    order: list[Record], some: int, said: list[tuple[Record, Record, bool]]
) -> None:
    chosen = order[:some]
    known = [each for each in said if each[0] in chosen and each[1] in chosen]
    ordered = sorted(chosen, key=POOL.index)
    assert works(*chosen, said=known) == works(*ordered, said=known)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(POOL), unique_by=lambda each: each.source_id))
def test_each_record_is_of_one_work_and_no_work_holds_a_contradiction(chosen: list[Record]) -> None:
    found = works(*chosen)
    assert sorted(name for work in found for name in work) == sorted(each.source_id for each in chosen)
    by_id = {each.source_id: signature(each) for each in chosen}
    for work in found:
        verdicts = [compare(by_id[a], by_id[b]) for a in work for b in work]
        assert not any(isinstance(verdict, Different) for verdict in verdicts)
        assert len(work) == 1 or sum(isinstance(verdict, Same) for verdict in verdicts) > len(work)


@pytest.mark.parametrize(("group", "expected"), [((), []), ((2,), []), ((3, 1, 2), [(1, 2), (1, 3), (2, 3)])])
def test_the_pairs_of_a_group(group: tuple[int, ...], expected: list[tuple[int, int]]) -> None:
    assert list(pairs(group)) == expected

"""Records become works in the store: whatever the order, whatever the batches, and back again. All records invented."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pipeline.arrivals import NOW, come, rows, sets, undone
from tests.works.invented import PATCHES, TITLE, article, entry, news, notice, preprint, works
from tests.works.variants import FORMS, OTHERS, population, variant
from watcher.models import Doi, Pmid, RelatedRecord
from watcher.pipeline.recognise import recognise_new, revise
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("store") / "watcher.db") as store:
        yield store


@pytest.fixture
def store(opened: Store) -> Iterator[Store]:
    """An empty store."""
    with undone(opened):
        yield opened


# -- whatever the order -------------------------------------------------------------------------------------------

RECORDS = population(120, 14, seed=4)


def test_the_records_of_these_tests_join_works_and_are_parted_again() -> None:
    """A hundred records of some dozens of works, among them many that were found the same and are not one work."""
    found = works(*RECORDS)
    assert len(RECORDS) == 120
    assert 25 < len(found) < 80
    assert sum(len(work) > 3 for work in found) >= 8


@pytest.mark.parametrize("batch", [1, 7, 200])
@pytest.mark.parametrize("shuffle", range(5))
def test_neither_order_nor_batches_change_the_works(tmp_path: Path, shuffle: int, batch: int) -> None:
    arriving = Random(shuffle).sample(RECORDS, len(RECORDS))
    with Store(tmp_path / "watcher.db") as store:
        for start in range(0, len(arriving), batch):
            come(store, *arriving[start : start + batch])
        assert sets(store) == works(*RECORDS)
        parted = "SELECT count(*) FROM links JOIN records a ON a.id = one JOIN records b ON b.id = other "
        assert rows(store, parted + "WHERE strength IS NOT NULL AND a.work_id != b.work_id") > [(10,)]


CHANGES = st.lists(st.sampled_from([*FORMS, *OTHERS]), max_size=3)
FEW = st.lists(st.tuples(st.integers(0, 2), CHANGES), min_size=2, max_size=9)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FEW, st.randoms(use_true_random=False))
def test_some_records_in_any_order(opened: Store, some: list[tuple[int, list[str]]], random: Random) -> None:
    records = [variant(number, changes, f"v{n}") for n, (number, changes) in enumerate(some)]
    for order in (records, random.sample(records, len(records))):
        with undone(opened):
            decided = come(opened, *order)
            assert sets(opened) == works(*records)
            assert rows(opened, "SELECT work_id FROM records ORDER BY id DESC LIMIT 1") == [(decided[-1],)]


def test_news_that_names_two_papers_ties_them_in_no_order(store: Store) -> None:
    one = article("Invented patches close wounds of minipigs", doi="10.5555/a", source_id="a")
    two = article("Invented hydrogels close burns of minipigs, too", pmid="999002", source_id="b", pages="7")
    items = [news("Patches", doi="10.5555/a", source_id="n", abstract=PATCHES)]
    items += [news("Burns", pmid="999002", source_id="m", abstract=PATCHES, source="feed:Other")]
    items += [news("Both", doi="10.5555/a", pmid="999002", source_id="o")]
    for order in permutations((one, two, *items)):
        with undone(store):
            come(store, *order)
            assert sets(store) == works(one, two, *items)
            assert not any({"a", "b"} <= work for work in sets(store))


# -- one work that grows ------------------------------------------------------------------------------------------


def test_a_preprint_its_versions_and_the_news_of_it_are_one_work_that_the_article_leads(store: Store) -> None:
    first = preprint("A first look at an invented patch", doi="10.21203/rs.3.rs-999999/v1", abstract=PATCHES)
    second = replace(first, source_id="v2", doi=Doi("10.21203/rs.3.rs-999999/v2"), title=TITLE)
    ahead = article(pmid="999001", doi="10.5555/a", volume="", pages="", abstract=PATCHES, published="2026-02-20")
    final = article(pmid="999002", doi="10.5555/a", abstract=PATCHES)
    story = news("It heals", doi="10.5555/a", url="https://n.example/1")
    (work_id,) = set(come(store, first, second, ahead, final, story))
    work = store.works.get(work_id)
    assert work is not None
    assert (work.kind, work.record.pmid, work.url) == ("article", "999002", "https://n.example/1")
    assert [rule for *_, rule, _ in store.works.provenance(work_id)] == ["DOI"] * 4 + ["DOI in the news"]


def test_a_record_that_ties_two_works_makes_one_of_them_under_the_older_number(store: Store) -> None:
    one, other = news("It heals", doi="10.5555/a"), news("Healed", pmid="999001", source_id="other")
    first, second = come(store, one, other)
    assert first != second
    assert come(store, article(doi="10.5555/a", pmid="999001")) == [first]
    assert len(sets(store)) == 1
    assert store.works.get(second) is None


def test_a_supplement_of_21_abstracts_comes_with_records_that_lack_its_doi_in_between(store: Store) -> None:
    titles = [f"Invented {what} for {whom}" for what in ("patches", "salves", "lamps") for whom in "ABCDEFG"]
    abstracts = [
        article(title, doi="10.5555/suppl.1", pages=f"S{n}", source_id=title) for n, title in enumerate(titles)
    ]
    bare = [replace(each, source="set", doi=None, source_id=f"{each.source_id}, bare") for each in abstracts[::2]]
    come(store, *Random(2).sample(abstracts + bare, 32))
    assert sets(store) == {
        frozenset({each, f"{each}, bare"} if n % 2 == 0 else {each}) for n, each in enumerate(titles)
    }


def test_a_notice_is_a_work_of_its_own_tied_to_the_one_it_is_about(store: Store) -> None:
    erratum = notice(pmid="999002", doi="10.5555/a", related=(RelatedRecord("ErratumFor", Pmid("999001")),))
    about = article(pmid="999001", doi="10.5555/a")
    for order in ((erratum, about), (about, erratum)):
        with undone(store):
            tied, work = sorted(come(store, *order), key=lambda each: store.relations.of_work(each) == [])
            assert store.relations.of_work(tied) == [("ErratumFor", work, "999001")]


# -- revised ------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FEW, st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2), CHANGES), min_size=1, max_size=3))
def test_a_revised_record_is_as_if_it_had_come_in_its_last_form(
    opened: Store, some: list[tuple[int, list[str]]], revisions: list[tuple[int, int, list[str]]]
) -> None:
    records = [variant(number, changes, f"v{n}") for n, (number, changes) in enumerate(some)]
    with undone(opened):
        come(opened, *records)
        for place, number, changes in revisions:
            which = place % len(records)
            newer = replace(variant(number, changes, f"v{which}"), source=records[which].source)
            revise(opened, newer, NOW)
            records[which] = newer
            assert sets(opened) == works(*records)


def test_of_what_a_source_lists_each_id_is_recognised_once(store: Store) -> None:
    known, one, two = (entry(doi=f"10.5555/{letter}", source_id=letter) for letter in "abc")
    come(store, known)
    listed = [two, known, one, replace(two, title="Breakfasts of fictional islanders"), one]
    assert recognise_new(store, listed, NOW) == 2
    assert rows(store, "SELECT source_id, title FROM records JOIN works ON leading_record = records.id") == [
        ("a", TITLE), ("c", TITLE), ("b", TITLE)
    ]  # fmt: skip
    assert recognise_new(store, listed, NOW) == 0
    assert recognise_new(store, [], NOW) == 0


def test_a_record_may_leave_its_work_and_come_back(store: Store) -> None:
    one, other = article(pmid="999001", doi="10.5555/a"), entry(doi="10.5555/a", source_id="g")
    come(store, one, other)
    revise(store, replace(one, doi=Doi("10.5555/b"), title="Breakfasts of fictional islanders"), NOW)
    assert sets(store) == {frozenset({"999001"}), frozenset({"g"})}
    revise(store, one, NOW)
    assert sets(store) == {frozenset({"999001", "g"})}
    assert rows(store, "SELECT count(*) FROM revisions") == [(2,)]

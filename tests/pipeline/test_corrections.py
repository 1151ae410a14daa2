"""Works that a person joins and parts, and what is matched and told of them meanwhile. All records are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.pipeline.arrivals import NOW, come, correct, rows, sets, undone
from tests.store.invented import digest
from tests.works.invented import article, entry, news
from watcher.models import Kind, RelatedRecord
from watcher.pipeline.recognise import revise
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from watcher.models import Record


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("store") / "watcher.db") as store:
        yield store


@pytest.fixture
def store(opened: Store) -> Iterator[Store]:
    """An empty store."""
    with undone(opened):
        yield opened


# -- corrected by hand --------------------------------------------------------------------------------------------

ONE = article(pmid="999001", doi="10.5555/a")
TWO = article("Breakfasts of fictional islanders", pmid="999002", doi="10.5555/b", pages="7", abstract="")


def later(*about: Record) -> list[Record]:
    """What may come afterwards of each."""
    return [
        form
        for n, each in enumerate(about)
        for form in (
            entry(each.title, doi=each.doi, source_id=f"e{n}"),
            replace(each, source="embase", source_id=f"s{n}", pmid=None),
            news(f"Told: {each.title}", doi=each.doi, source_id=f"n{n}"),
        )
    ]


@pytest.mark.parametrize("seed", range(4))
def test_what_a_person_joined_stays_joined_whatever_comes_later(store: Store, seed: int) -> None:
    come(store, ONE, TWO)
    correct(store, ONE, TWO, same=True)
    come(store, *Random(seed).sample(later(ONE, TWO), 6))
    assert sets(store) == {frozenset({"999001", "999002", "e0", "s0", "n0", "e1", "s1", "n1"})}
    revise(store, replace(TWO, abstract=ONE.abstract, volume="13"), NOW)
    assert len(sets(store)) == 1


@pytest.mark.parametrize("seed", range(4))
def test_what_a_person_parted_stays_parted_whatever_comes_later(store: Store, seed: int) -> None:
    twin = replace(ONE, source="embase", source_id="twin", pmid=None)
    come(store, ONE, twin)
    assert len(sets(store)) == 1
    correct(store, ONE, twin, same=False)
    assert sets(store) == {frozenset({"999001"}), frozenset({"twin"})}
    come(store, *Random(seed).sample(later(ONE), 3))
    revise(store, replace(ONE, volume="13"), NOW)
    assert not any({"999001", "twin"} <= work for work in sets(store))
    correct(store, ONE, twin, same=True)
    assert len(sets(store)) == 1


# -- matched and told ---------------------------------------------------------------------------------------------


def match(store: Store, records: Iterable[Record]) -> None:
    for each in records:
        store.matches.keep(each.source, each.source_id, "q", ("patch*",), NOW)


def tell(store: Store) -> list[str]:
    """What the next digest tells: the leading records' source ids."""
    untold = store.works.untold("skin", ["q"])
    if untold:
        store.digests.keep(digest(*untold), "Subject")
    return sorted(work.record.source_id for work in untold)


def works_told(store: Store) -> set[object]:
    return {row[0] for row in rows(store, "SELECT DISTINCT work_id FROM entries")}


@pytest.mark.parametrize("told_before", [(), (ONE,), (TWO,), (ONE, TWO)])
def test_nothing_is_told_twice_and_nothing_untold_is_lost_as_works_are_joined_and_parted(
    store: Store, told_before: Sequence[Record]
) -> None:
    come(store, ONE, TWO)
    match(store, told_before)
    assert tell(store) == [each.source_id for each in told_before]
    match(store, (ONE, TWO))
    correct(store, ONE, TWO, same=True)
    assert tell(store) == ([] if told_before else ["999001"]), "what has one work told is told"
    correct(store, ONE, TWO, same=False)
    told = {each.source_id for each in told_before} or {"999001"}
    assert tell(store) == sorted({"999001", "999002"} - told), "and each keeps what is its own"
    correct(store, ONE, TWO, same=True)
    assert tell(store) == []


def test_a_match_is_of_the_record_that_was_found_and_goes_with_it(store: Store) -> None:
    twin = replace(ONE, source="embase", source_id="twin", pmid=None)
    (work_id,) = set(come(store, ONE, twin))
    match(store, [twin])
    assert [each.query for each in store.matches.of_work(work_id)] == ["q"]
    correct(store, ONE, twin, same=False)
    assert store.matches.of_work(work_id) == ()
    assert tell(store) == ["twin"]
    correct(store, ONE, twin, same=True)
    assert works_told(store) == {work_id}
    assert tell(store) == []


def test_a_work_is_as_old_as_its_oldest_record(store: Store) -> None:
    twin = replace(ONE, source="embase", source_id="twin", pmid=None)
    come(store, ONE)
    come(store, twin, at=NOW + timedelta(days=3))
    (work_id,) = {row[0] for row in rows(store, "SELECT work_id FROM records")}
    correct(store, ONE, twin, same=False)
    seen = {row[0]: row[1] for row in rows(store, "SELECT pmid, first_seen_at FROM works")}
    assert seen == {"999001": "2026-03-09T06:00:00+00:00", None: "2026-03-12T06:00:00+00:00"}
    correct(store, ONE, twin, same=True)
    assert rows(store, "SELECT id, first_seen_at FROM works") == [(work_id, "2026-03-09T06:00:00+00:00")]


def test_what_a_record_says_of_others_goes_with_it(store: Store) -> None:
    about = article(pmid="999009")
    tied = replace(ONE, kind=Kind.NOTICE, related=(RelatedRecord("ErratumFor", about.pmid),))
    one, _, work = come(store, TWO, tied, about)
    correct(store, TWO, tied, same=True)
    assert store.relations.of_work(one) == [("ErratumFor", work, "999009")]
    correct(store, TWO, tied, same=False)
    (other,) = set(store.works.of_source("pubmed", [tied.source_id]).values())
    assert store.relations.of_work(one) == []
    assert store.relations.of_work(other) == [("ErratumFor", work, "999009")]
    correct(store, TWO, about, same=True)
    assert store.relations.of_work(other) == [("ErratumFor", one, "999009")]

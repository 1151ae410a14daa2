"""The index of keys: what is in memory alone is found as well, and is undone with its transaction. All is invented."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.pipeline.arrivals import NOW, come, numbers, rows, undone
from tests.works.invented import article, entry
from watcher.models import Doi, Pmid, RelatedRecord
from watcher.pipeline.recognise import revise
from watcher.store import keys
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE = article("Moss on the roof tiles of four made-up towns", pmid="999001", doi="10.5555/a", pages="3")
SAME = entry("Retitled", doi="10.5555/a", authors=(), source_id="e")
OTHER = article("Breakfasts of fictional islanders, counted", pmid="999002", doi="10.5555/b", pages="7")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "watcher.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as opened:
        yield opened


def on_disk(store: Store) -> int:
    ((number,),) = rows(store, "SELECT count(DISTINCT record_id) FROM keys")
    return int(str(number))


def test_new_keys_are_in_memory_until_the_index_catches_up(store: Store) -> None:
    (work,) = come(store, ONE)
    assert (on_disk(store), store.identities.holder("doi:10.5555/a")) == (0, work)
    store.catch_up()
    assert (on_disk(store), store.identities.holder("doi:10.5555/a")) == (1, work)
    assert come(store, SAME) == [work]


def test_the_index_catches_up_by_itself_when_much_is_in_memory(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_IN_MEMORY", 2)
    come(store, ONE)
    assert on_disk(store) == 0
    come(store, OTHER)
    assert on_disk(store) == 2
    assert come(store, SAME) == come(store, replace(ONE, source="set"))


def test_a_key_that_a_record_has_twice_is_kept_once(store: Store) -> None:
    twice = (RelatedRecord("UpdateOf", Pmid("999002")), RelatedRecord("UpdateIn", Pmid("999002")))
    come(store, replace(ONE, related=twice), replace(OTHER, pmid=Pmid("999003"), source_id="999003", related=twice))
    store.catch_up()
    assert on_disk(store) == 2


def test_who_opens_the_file_finds_what_another_had_in_memory_when_it_was_killed(path: Path, store: Store) -> None:
    (work,) = come(store, ONE)
    with Store(path) as later:
        assert on_disk(later) == 0
        assert come(later, SAME) == [work]
        later.catch_up()
        assert on_disk(later) == 2
    assert come(store, OTHER, replace(SAME, source_id="e2"))[1] == work
    store.catch_up()
    assert on_disk(store) == 4


def test_what_is_undone_is_found_no_more_and_its_number_is_anothers(path: Path, store: Store) -> None:
    with undone(store):
        come(store, ONE)
    assert store.identities.holder("doi:10.5555/a") is None
    with Store(path) as second:
        (work,) = come(second, OTHER)
    assert store.identities.holder("doi:10.5555/b") == work
    assert come(store, replace(OTHER, source="set")) == [work]
    assert store.identities.holder("doi:10.5555/a") is None


def test_what_is_undone_after_the_index_caught_up_is_not_on_the_disk(store: Store) -> None:
    come(store, OTHER)
    with undone(store):
        come(store, ONE)
        store.identities.catch_up()
    assert on_disk(store) == 0
    assert store.identities.holder("doi:10.5555/b")
    assert store.identities.holder("doi:10.5555/a") is None


def test_a_record_that_another_process_revised_is_found_by_what_it_says_now(path: Path, store: Store) -> None:
    (work,) = come(store, ONE)
    assert store.identities.holder("doi:10.5555/a") == work
    with Store(path) as second, second.transaction():
        revise(second, replace(ONE, doi=Doi("10.5555/z")), NOW)
    assert store.identities.holder("doi:10.5555/z") == work
    store.catch_up()
    assert store.identities.holder("doi:10.5555/a") is None


def test_a_relation_to_what_is_in_memory_alone_is_tied(store: Store) -> None:
    listed = entry("Moss, as a feed lists it", pmid="999007", source_id="e7")
    (work,) = come(store, listed)
    comment = article("On moss", pmid="999008", doi="10.5555/h", related=(RelatedRecord("CommentOn", Pmid("999007")),))
    (commenting,) = come(store, comment)
    assert store.relations.of_work(commenting) == [("CommentOn", work, "999007")]
    assert numbers(store, listed) != numbers(store, comment)


def test_what_is_undone_within_a_transaction_takes_nothing_else_along(store: Store) -> None:
    with store.transaction():
        (work,) = come(store, ONE)
        with undone(store):
            assert come(store, SAME) == [work]
            come(store, OTHER)
        assert store.identities.holder("doi:10.5555/b") is None
        assert store.identities.holder("doi:10.5555/a") == work
        assert come(store, replace(SAME, source_id="again")) == [work]
    store.catch_up()
    assert on_disk(store) == 2
    assert store.identities.holder("doi:10.5555/a") == work


def test_what_another_process_has_put_on_the_disk_is_found_there(path: Path, store: Store) -> None:
    (work,) = come(store, ONE)
    with Store(path) as second:
        second.catch_up()
        with second.transaction():
            revise(second, replace(ONE, doi=Doi("10.5555/z")), NOW)
    assert store.identities.holder("doi:10.5555/a") is None
    assert store.identities.holder("doi:10.5555/z") == work
    assert come(store, replace(SAME, doi=Doi("10.5555/z"))) == [work]


def test_what_was_kept_before_is_found_under_the_keys_of_what_was_undone(store: Store) -> None:
    (work,) = come(store, ONE)
    with undone(store):
        assert come(store, SAME) == [work]
    assert store.identities.holder("doi:10.5555/a") == work
    assert on_disk(store) == 0


def test_what_another_process_revises_is_found_by_who_has_stored_much(
    path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "MOST_IN_MEMORY", 1)
    third = article("Third of the invented titles, on kites", pmid="999003", doi="10.5555/c", pages="9")
    one, other, last = come(store, ONE, OTHER, third)
    assert come(store, SAME, replace(OTHER, source="set")) == [one, other]
    with Store(path) as second, second.transaction():
        revise(second, replace(ONE, doi=Doi("10.5555/z")), NOW)
    assert come(store, entry("Retitled", doi="10.5555/z", authors=(), source_id="z")) == [one]
    with store.transaction():
        revise(store, replace(third, doi=Doi("10.5555/y")), NOW)
    assert come(store, entry("Renamed", doi="10.5555/y", authors=(), source_id="y")) == [last]


def test_what_is_revised_and_undone_is_found_by_what_it_says_though_much_was_stored_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "MOST_IN_MEMORY", 1)
    (work,) = come(store, ONE)
    store.identities._keys._filter = None  # as if it had been opened now
    with undone(store):
        revise(store, replace(ONE, doi=Doi("10.5555/z"), title="Kites, counted"), NOW)
        come(store, OTHER)
    assert come(store, SAME) == [work]

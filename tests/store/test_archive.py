"""The archive's sums in the store: advanced by what came, and the same as if all were counted anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.invented import NOW, article, keep, news
from watcher.models import Passage, Pmid
from watcher.pipeline.recognise import revise
from watcher.store.archive import Archives
from watcher.store.connection import Connection
from watcher.store.store import Store
from watcher.works import vocabulary
from watcher.works.archive import Archive, sums
from watcher.works.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Record

WOUND = article(11, "Wounds close under a patch")
NICHE = article(12, "The niche of the follicle")
LATER = replace(WOUND, title="Wounds close under no patch", abstract=(Passage("Gels do."),))
TITLES = st.lists(st.sampled_from(["wound", "skin", "cell", "gel", "niche"]), max_size=9).map(" ".join)
PORTIONS = st.lists(st.lists(TITLES, max_size=4), max_size=3)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def same(archive: Archive, *records: Record) -> bool:
    """Whether it holds these records and nothing else."""
    expected = Archive(*sums(map(words, records)))
    assert archive.shares.keys() == expected.shares.keys()
    assert all(tuple(archive.shares[term]) == pytest.approx(tuple(share)) for term, share in expected.shares.items())
    return archive.records == expected.records


def put(store: Store, record: Record) -> None:
    with store.transaction():
        revise(store, record, NOW)


def test_nothing_is_counted_before_it_is_asked_for(store: Store) -> None:
    keep(store, WOUND)
    assert same(store.archive.read())
    store.archive.advance()
    assert same(store.archive.read(), WOUND)


def test_what_came_since_is_added(store: Store) -> None:
    for record in (WOUND, NICHE, news("n1", "Patches in the news")):
        keep(store, record)
        store.archive.advance()
        store.archive.advance()
    assert same(store.archive.read(), WOUND, NICHE, news("n1", "Patches in the news"))


@settings(max_examples=30, deadline=None)
@given(PORTIONS, st.data())
def test_whatever_portions_come_and_are_revised_it_is_as_if_counted_anew(
    portions: list[list[str]], data: st.DataObject
) -> None:
    now: list[Record] = []
    with Store(Path(":memory:")) as store:
        for portion in portions:
            for title in portion:
                now.append(replace(WOUND, source_id=str(len(now) + 1), pmid=Pmid(str(len(now) + 1)), title=title))
                keep(store, now[-1])
            for at in data.draw(st.sets(st.sampled_from(range(len(now))))) if now else ():
                now[at] = replace(now[at], title=data.draw(TITLES))
                put(store, now[at])
            store.archive.advance()
            assert same(store.archive.read(), *now)


def test_a_record_revised_after_it_was_counted_counts_once_as_it_is_now(store: Store) -> None:
    keep(store, WOUND)
    keep(store, NICHE)
    store.archive.advance()
    put(store, replace(WOUND, title="A form between"))
    put(store, LATER)
    store.archive.advance()
    assert same(store.archive.read(), LATER, NICHE)
    put(store, WOUND)
    store.archive.advance()
    assert same(store.archive.read(), WOUND, NICHE)


def test_a_record_revised_before_it_was_counted_counts_once_too(store: Store) -> None:
    keep(store, WOUND)
    put(store, LATER)
    store.archive.advance()
    store.archive.advance()
    assert same(store.archive.read(), LATER)


def test_of_what_is_counted_nothing_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(record: Record) -> dict[str, int]:
        read.append(record.source_id)
        return words(record)

    with Store(tmp_path / "watcher.db") as store:
        for pmid in range(30):
            keep(store, article(100 + pmid))
        store.archive.advance()
        monkeypatch.setattr("watcher.store.archive.words", counted)
        keep(store, WOUND)
        store.archive.advance()
    assert read == ["11"]


def test_words_that_are_made_in_another_way_are_counted_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store, WOUND)
    store.archive.advance()
    put(store, LATER)
    monkeypatch.setattr("watcher.store.archive.VERSION", vocabulary.VERSION + 1)
    assert same(store.archive.read())
    store.archive.advance()
    assert same(store.archive.read(), LATER)


def test_the_latest_are_the_leading_records_of_the_last_works(store: Store) -> None:
    for record in (WOUND, NICHE, article(13)):
        keep(store, record)
    assert [record.source_id for record in store.archive.latest(2)] == ["13", "12"]


def test_an_empty_store_has_an_empty_archive(tmp_path: Path) -> None:
    archives = Archives(Connection(tmp_path / "watcher.db"))
    archives.advance()
    assert same(archives.read())

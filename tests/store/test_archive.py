"""The archive's sums in the store: advanced by what came, and the same as if all were counted anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.store.invented import NOW, article, keep, news
from watcher.models import Passage
from watcher.pipeline.recognise import revise
from watcher.store.archive import Archives
from watcher.store.connection import Connection
from watcher.store.store import Store
from watcher.works import vocabulary
from watcher.works.archive import Archive
from watcher.works.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.models import Record

WOUND = article(11, "Wounds close under a patch")
NICHE = article(12, "The niche of the follicle")
LATER = replace(WOUND, title="Wounds close under no patch", abstract=(Passage("Gels do."),))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def same(archive: Archive, *records: Record) -> bool:
    """Whether it holds these records and nothing else."""
    expected = Archive().with_records(map(words, records))
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

"""Ratings are kept by record: merged and split works keep what was said of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.store.invented import NOW, article, keep
from watcher.pipeline.correct import merge, split
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WOUND, NICHE = article(11, "Wounds close under a patch"), article(12, "The niche of the follicle")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def rated(store: Store) -> tuple[list[str], list[str]]:
    good, bad = store.ratings.records()
    return [record.source_id for record in good], [record.source_id for record in bad]


def test_the_last_word_counts_and_can_be_taken_back(store: Store) -> None:
    work = keep(store, WOUND)
    store.ratings.keep(work, NOW, good=True)
    assert (store.ratings.of_work(work), rated(store)) == (True, (["11"], []))
    store.ratings.keep(work, NOW, good=False)
    assert (store.ratings.of_work(work), rated(store)) == (False, ([], ["11"]))
    store.ratings.keep(work, NOW, good=None)
    assert (store.ratings.of_work(work), rated(store)) == (None, ([], []))


def test_a_merged_work_has_the_later_word_and_counts_once(store: Store) -> None:
    one, other = keep(store, WOUND), keep(store, NICHE)
    store.ratings.keep(one, NOW, good=True)
    store.ratings.keep(other, NOW + timedelta(hours=1), good=False)
    work = merge(store, [one, other], NOW)
    assert store.ratings.of_work(work) is False
    assert [len(records) for records in store.ratings.records()] == [0, 1]


def test_what_is_split_keeps_what_was_said_of_it(store: Store) -> None:
    merged = merge(store, [keep(store, WOUND), keep(store, NICHE)], NOW)
    store.ratings.keep(merged, NOW, good=True)
    (gone,) = store.works.record_ids("pubmed", ["12"]).values()
    assert [store.ratings.of_work(work) for work in split(store, merged, {gone}, NOW)] == [True, True]

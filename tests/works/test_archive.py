"""What an archive's sums make of it: the weights of its words, and its mean."""

from __future__ import annotations

from math import sqrt

import pytest

from watcher.works.archive import Archive, sums


def test_a_word_counts_the_more_the_fewer_records_hold_it() -> None:
    archive = Archive(*sums([{"skin": 1, "niche": 1}, {"skin": 3}, {"skin": 1, "gel": 1}]))
    assert archive.weights["skin"] < archive.weights["niche"] == archive.weights["gel"] < archive.unseen


def test_the_mean_is_that_of_the_records_where_they_are_alike() -> None:
    archive = Archive(*sums([{"skin": 1, "niche": 1}, {"skin": 1, "gel": 1}]))
    skin, other = archive.weights["skin"], archive.weights["gel"]
    length = sqrt(skin**2 + other**2)
    assert archive.mean == pytest.approx(
        {"skin": skin / length, "niche": other / length / 2, "gel": other / length / 2}
    )


def test_an_empty_archive_has_no_mean() -> None:
    assert Archive().mean == {}
    assert Archive().unseen == 1

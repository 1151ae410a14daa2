"""The archive's sums: what is added can be taken out again, in whatever portions it came."""

from __future__ import annotations

from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.works.archive import Archive

RECORDS = st.lists(
    st.dictionaries(st.sampled_from(["wound", "skin", "cell", "gel", "niche"]), st.integers(1, 9), max_size=5),
    max_size=8,
)


def same(one: Archive, other: Archive) -> bool:
    return (
        one.records == other.records
        and one.shares.keys() == other.shares.keys()
        and all(
            mine.records == theirs.records
            and isclose(mine.total, theirs.total, abs_tol=1e-9)
            and isclose(mine.squares, theirs.squares, abs_tol=1e-9)
            for mine, theirs in ((one.shares[term], other.shares[term]) for term in one.shares)
        )
    )


@given(RECORDS, RECORDS)
def test_portions_make_no_difference(some: list[dict[str, int]], more: list[dict[str, int]]) -> None:
    assert same(Archive().with_records(some).with_records(more), Archive().with_records([*more, *some]))


@given(RECORDS, RECORDS)
def test_what_was_added_and_taken_out_leaves_nothing(kept: list[dict[str, int]], revised: list[dict[str, int]]) -> None:
    assert same(Archive().with_records(kept + revised).with_records([], revised), Archive().with_records(kept))


def test_a_word_counts_the_more_the_fewer_records_hold_it() -> None:
    archive = Archive().with_records([{"skin": 1, "niche": 1}, {"skin": 3}, {"skin": 1, "gel": 1}])
    assert archive.weights["skin"] < archive.weights["niche"] == archive.weights["gel"] < archive.unseen


def test_the_mean_is_that_of_the_records_where_they_are_alike() -> None:
    archive = Archive().with_records([{"skin": 1, "niche": 1}, {"skin": 1, "gel": 1}])
    skin, other = archive.weights["skin"], archive.weights["gel"]
    length = sqrt(skin**2 + other**2)
    assert archive.mean == pytest.approx(
        {"skin": skin / length, "niche": other / length / 2, "gel": other / length / 2}
    )


def test_an_empty_archive_has_no_mean() -> None:
    assert Archive().mean == {}
    assert Archive().unseen == 1

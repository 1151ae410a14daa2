"""The filter of keys: none that was added is missed, and of others few pass."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.store.key_filter import KeyFilter

KEYS = st.integers(-(1 << 63), (1 << 63) - 1)


@settings(max_examples=20, deadline=None)
@given(st.lists(KEYS), st.lists(KEYS))
def test_what_was_added_passes_in_its_order(first: list[int], then: list[int]) -> None:
    found = KeyFilter(first)
    found.add(then)
    assert found.among([*then, *first]) == [*then, *first]


def test_most_others_are_held_back() -> None:
    chance = random.Random(1)
    found = KeyFilter(chance.getrandbits(63) for _ in range(100_000))
    assert len(found.among(chance.getrandbits(63) for _ in range(100_000))) < 200

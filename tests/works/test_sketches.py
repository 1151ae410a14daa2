"""How much two texts have in common, told from their sketches. The texts are invented."""

from __future__ import annotations

from random import Random

import pytest

from tests.works.invented import BREAKFASTS, PATCHES
from watcher.works.sketches import SIZE, resemblance, sketch


def text(*numbers: range) -> str:
    """Made-up words in a fixed order."""
    return " ".join(f"madeupword{number}" for some in numbers for number in some)


def test_a_text_is_like_itself_whatever_its_case_and_punctuation() -> None:
    assert resemblance(sketch(PATCHES), sketch(PATCHES)) == 1
    assert resemblance(sketch(PATCHES), sketch(PATCHES.upper().replace(";", " –"))) == 1


def test_other_texts_have_nothing_in_common() -> None:
    assert resemblance(sketch(PATCHES), sketch(BREAKFASTS)) == 0


@pytest.mark.parametrize("shared", [0.25, 0.5, 0.75])
def test_about_the_part_that_two_texts_share(shared: float) -> None:
    found = []
    for start in Random(7).sample(range(1_000_000), 40):
        # Of 200 runs in all, so many are in both.
        both, alone = int(200 * shared), int(200 * (1 - shared) / 2)
        one = text(range(start, start + both + alone))
        other = text(range(start, start + both), range(start + 5_000, start + 5_000 + alone))
        likeness = resemblance(sketch(one), sketch(other))
        assert likeness is not None
        found.append(likeness)
    assert sum(found) / len(found) == pytest.approx(shared, abs=0.06)


def test_short_and_missing_texts_are_compared_with_none() -> None:
    assert sketch("Wounds heal.") == sketch("") == ()
    assert resemblance(sketch(PATCHES), ()) is None


def test_a_sketch_is_small_and_of_the_beginning() -> None:
    assert len(sketch(text(range(10_000)))) == SIZE
    assert sketch(text(range(10_000))) == sketch(text(range(20_000)))

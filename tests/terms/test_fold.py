"""Folding and its way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.terms.fold import fold, spans


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Stem-Cell Niche", "stem cell niche"),
        ("Ménière's naïve Ångström", "meniere s naive angstrom"),
        ("TGF-β1 (TGFβ)", "tgf β1 tgfβ"),
        ("Ca²⁺ at 5 µg/m²", "ca2 at 5 μg m2"),
        ("re\u00adgenerate", "regenerate"),
        ("ΣΑΣ", "σασ"),
        ("½", "1 2"),
        ("… — ", ""),
        ("", ""),
    ],
)
def test_two_spellings_of_a_thing_fold_to_the_same_words(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_the_way_back_knows_the_same_words_in_order(text: str) -> None:
    found = spans(text)
    assert " ".join(word for word, _, _ in found) == fold(text)
    assert [start for _, start, _ in found] == sorted(start for _, start, _ in found)
    assert all(0 <= start < end <= len(text) for _, start, end in found)


def test_a_word_is_found_where_it_stands() -> None:
    text = "Ménière’s  \u00c5ngström"
    assert [text[start:end] for _, start, end in spans(text)] == ["Ménière", "s", "Ångström"]

"""Citation marks: what is one, what it names, and what only looks like one."""

from __future__ import annotations

import pytest

from watcher.article.marks import marks, without


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Skin renews itself.[4]", (4,)),
        ("Vesicles calm swelling [2][5].", (2, 5)),
        ("It heals [1-3, 7].", (1, 2, 3, 7)),
        ("It heals [1–3;7].", (1, 2, 3, 7)),
        ("It heals.¹²", (12,)),
        ("It heals¹⁻³ and closes.", (1, 2, 3)),
        ("It heals.¹,²", (1, 2)),
    ],
)
def test_numbers_in_brackets_and_raised_figures(text: str, numbers: tuple[int, ...]) -> None:
    assert tuple(n for mark in marks(text) for n in mark.numbers) == numbers


@pytest.mark.parametrize(
    "text", ["An area of 3 m².", "10⁶ cells", "kg/m² and cm³", "[see above]", "[1-999] is no range"]
)
def test_units_powers_and_other_brackets_are_no_marks(text: str) -> None:
    assert marks(text) == []


def test_names_with_years_in_parentheses_and_in_the_text() -> None:
    text = "It heals (Muster et al., 2020; Beispiel and Exemple 2019a), as Probe (2018) saw."
    assert [mark.names for mark in marks(text)] == [("muster 2020", "beispiel 2019a"), ("probe 2018",)]


@pytest.mark.parametrize(
    ("mark", "names"),
    [
        ("[Muster 2020]", ("muster 2020",)),
        ("(Muster, Beispiel, & Exemple, 2020)", ("muster 2020",)),
        ("(Muster & Probe, 2020, p. 12)", ("muster 2020",)),
        ("(Muster & Probe, 2020, pp. 12–14; Beispiel 2019)", ("muster 2020", "beispiel 2019")),
        ("(O’Muster & de Probe 2020)", ("o’muster 2020",)),
        ("(van Muster, 2020)", ("van muster 2020",)),
        ("(Muster 2020a, 2020b)", ("muster 2020a", "muster 2020b")),
        ("(Muster 2020a, b)", ("muster 2020a", "muster 2020b")),
        ("(see Muster 2020)", ("muster 2020",)),
    ],
)
def test_the_ways_in_which_names_and_years_are_written(mark: str, names: tuple[str, ...]) -> None:
    assert [found.names for found in marks(f"It heals {mark}.")] == [names]


@pytest.mark.parametrize("text", ["(ibid.)", "(in June 2020)", "(Figure 3)", "[sic]"])
def test_what_names_nobody_is_no_mark(text: str) -> None:
    assert marks(f"It heals {text}.") == []


def test_the_text_without_marks_and_where_they_stood() -> None:
    text = "One.[1] Two [2], three."
    bare, places = without(text, marks(text))
    assert bare == "One. Two, three."
    assert [bare[: place + 1] for place in places] == ["One.", "One. Two"]

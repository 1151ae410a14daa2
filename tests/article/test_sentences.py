"""Sentences are told apart in the scripts and spellings in which articles and pages come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.article.sentences import sentences


def told(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Smith et al. Reported that skin heals.", "See Fig. 2 for the invented minipigs.", "Dr. Muster saw it heal.",
        "It heals, e.g. In mice.", "It weighs 3.5 g in all.", "It was E. Muster who saw it.", "It heals … and closes.",
    ],
)  # fmt: skip
def test_an_abbreviation_or_a_number_ends_none(text: str) -> None:
    assert told(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ("It heals.", "Then it stops!", "Does it?", "“Yes.”", "(It does.)"), ("Sie heilt.", "Über Nacht."),
        ("Кожа заживает.", "Это выдумка."), ("Skóra się goi.", "Łatwo."), ("It took days.", "3 of them."),
    ],
)  # fmt: skip
def test_a_stop_and_a_capital_of_any_script_part_two(parts: tuple[str, ...]) -> None:
    assert told(" ".join(parts)) == list(parts)


def test_in_chinese_no_space_parts_them_and_a_closing_quote_stays() -> None:
    assert told("皮肤更新。“伤口愈合。”没有人见过！") == ["皮肤更新。", "“伤口愈合。”", "没有人见过！"]


@given(st.text('aZ1.!? \n"”。É[(', max_size=80))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    found = "".join(text[start:end] for start, end in sentences(text))
    assert "".join(found.split()) == "".join(text.split())

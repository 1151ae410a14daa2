"""Journals, volumes and pages as they are compared. All journals are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.works.places import compared_journal, figures, first_page, is_preprint_server, same_journal


def one_journal(one: str, other: str) -> bool | None:
    a, b = compared_journal(one), compared_journal(other)
    assert same_journal(a, b) == same_journal(b, a)
    return same_journal(a, b)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Journal of Invented Wounds", "JOURNAL OF INVENTED WOUNDS"),
        ("Journal of Invented Wounds", "J Invent Wounds"),
        ("Journal of Invented Wounds", "J. Invent. Wounds"),
        ("Journal of Invented Wounds & Burns", "Journal of invented wounds and burns"),
        ("Journal of Invented Wounds", "The Journal of Invented Wounds (Online)"),
        ("Journal of Invented Skin Wounds", "JISW"),
        ("Zeitschrift für erfundene Wunden", "Z Erfund Wunden"),
        ("Zhonghua faming zazhi [Invented Chinese journal]", "Zhonghua faming zazhi"),
        ("Inventedskin", "Invented Skin"),
    ],
)
def test_one_journal_by_its_names(one: str, other: str) -> None:
    assert one_journal(one, other) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Journal of Invented Wounds", "Annals of Fictional Burns"),
        ("Invented Dermatology", "Invented Nephrology"),
        ("J Invent Wounds", "J Fict Burns"),
    ],
)
def test_two_journals(one: str, other: str) -> None:
    assert one_journal(one, other) is False


def test_a_journal_that_is_not_told_agrees_with_none() -> None:
    assert one_journal("", "Journal of Invented Wounds") is None


def test_preprint_servers_are_known_by_name() -> None:
    assert is_preprint_server(compared_journal("bioRxiv : the preprint server for biology"))
    assert not is_preprint_server(compared_journal("Journal of Invented Wounds"))


@pytest.mark.parametrize(
    ("written", "page"),
    [
        ("139-54", "139"), ("139–154", "139"), ("139", "139"), ("pp. 139-154", "139"), ("p 139", "139"),
        ("0139", "139"), ("139; discussion 155", "139"), ("139, 155", "139"), ("H1425-31", "h1425"), ("S12-S13", "s12"),
        ("e12345", "e12345"),
        ("139a", "139"), ("Mar-48", "3"), ("", ""), ("in press", ""), ("n/a", ""), ("CD099999", "cd99999"),
    ],
)  # fmt: skip
def test_the_first_page(written: str, page: str) -> None:
    assert first_page(written) == page


def test_the_figures_of_a_volume_or_issue() -> None:
    assert figures("88 Suppl 1") == {"88", "1"}
    assert figures("Vol. 07") == {"7"}
    assert figures("") == frozenset()


WORDS = [
    "journal",
    "of",
    "invented",
    "wounds",
    "j",
    "invent",
    "wound",
    "annals",
    "the",
    "burns",
    "jiw",
    "inventedwounds",
]
NAMES = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


@given(NAMES, NAMES)
def test_which_name_is_first_does_not_matter(one: str, other: str) -> None:
    one_journal(one, other)


@given(NAMES)
def test_a_journal_is_itself(name: str) -> None:
    assert one_journal(name, name) is (True if compared_journal(name) else None)

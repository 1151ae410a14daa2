"""How far two lists of authors agree, however databases write them. Nobody of these exists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.models import Author
from watcher.works.names import MOST, Agreement, agreement, compared_names


def people(*names: str | tuple[str, str]) -> tuple[Author, ...]:
    return tuple(Author(*(name if isinstance(name, tuple) else (name,))) for name in names)


def agree(one: tuple[Author, ...], other: tuple[Author, ...]) -> Agreement:
    a, b = compared_names(one), compared_names(other)
    assert agreement(a, b) == agreement(b, a)
    return agreement(a, b)


# -- one person ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        ("Núñez", "Ada B"),
        ("Nunez", "A"),
        ("NÚÑEZ", "A. B."),
        "Núñez, Ada B.",
        "Núñez AB",
        "Ada B. Núñez",
        ("NÃºÃ±ez", "Ada"),
        ("Núñez", ""),
        ("Ada", "Núñez"),
        ("Núñez-Brandvold", "Ada"),
        ("de Núñez", "Ada"),
        ("Nuñes", "Ada"),
    ],
)
def test_one_person_however_the_name_is_written(written: str | tuple[str, str]) -> None:
    assert agree(people(("Núñez", "Ada B")), people(written)) is Agreement.ALL


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Müller", "Jo"), ("Mueller", "J")),
        (("Böhm", "Jo"), ("Boehm", "J")),
        (("Løw", "Jo"), ("Loew", "Jo")),
        (("Øye", "Kim"), ("Oye", "K")),
        (("Łęcki", "Jan"), ("Lecki", "J")),
        (("van den Brandvold", "Bo"), ("Brandvold", "B")),
        (("Groß", "Eva"), ("Gross", "E")),
        ("Ludwig van der Berg-Invented", ("Berg-Invented", "L")),
    ],
)
def test_transliteration_and_particles(one: str | tuple[str, str], other: str | tuple[str, str]) -> None:
    assert agree(people(one), people(other)) is Agreement.ALL


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Núñez", "Ada"), ("Núñez", "Bo")),
        (("Núñez", "Ada"), ("Brandvold", "Ada")),
        (("Wu", "X"), ("Wo", "X")),
    ],
)
def test_two_people(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert agree(people(one), people(other)) is Agreement.DIFFERENT


# -- lists --------------------------------------------------------------------------------------------------------

ALL = people(("Núñez", "Ada"), ("Brandvold", "Bo"), ("Castellanos", "Cy"), ("Dimitrov", "Di"))


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (ALL, Agreement.ALL),
        (ALL[:2], Agreement.ALL),
        (ALL[::-1], Agreement.ALL),
        ((*ALL[:3], *people(("Somebody", "Else"))), Agreement.ALL),
        (ALL[:1], Agreement.FIRST),
        ((ALL[0], *people(("Somebody", "Else"), ("Quennell", "Ruth"))), Agreement.FIRST),
        ((*people(("Somebody", "Else"), ("Quennell", "Ruth")), ALL[0]), Agreement.SOME),
        (people(("Somebody", "Else")), Agreement.DIFFERENT),
        ((), Agreement.UNKNOWN),
        (people("et al"), Agreement.UNKNOWN),
        (people("N. A."), Agreement.UNKNOWN),
        (people("Anonymous"), Agreement.UNKNOWN),
        (people("[No authors listed]"), Agreement.UNKNOWN),
    ],
)
def test_how_far_two_lists_agree(other: tuple[Author, ...], found: Agreement) -> None:
    assert agree(ALL, other) is found


def test_a_group_has_a_name_without_parts() -> None:
    group = Author("Invented Patch Study Group", collective=True)
    assert compared_names([group]) == (("inventedpatchstudygroup", ""),)


def test_who_is_called_as_nobody_is_in_another_order_is_somebody() -> None:
    assert compared_names(people("Al ET")) == (("al", "et"),)


def test_only_the_first_authors_are_compared() -> None:
    many = people(*((f"Invented{n}", "A") for n in range(500)))
    assert len(compared_names(many)) == MOST
    assert agree(many, many[:40]) is Agreement.ALL


# -- laws ---------------------------------------------------------------------------------------------------------

FAMILIES = st.sampled_from(["Núñez", "Nunez", "Brandvold", "van Brandvold", "Brand", "Wu", "Ada", "Castellanos", ""])
GIVEN = st.sampled_from(["", "Ada", "A", "Bo", "Núñez", "Wu"])
LISTS = st.lists(st.builds(Author, FAMILIES, GIVEN), max_size=5).map(tuple)


@given(LISTS, LISTS)
def test_which_list_is_first_does_not_matter(one: tuple[Author, ...], other: tuple[Author, ...]) -> None:
    agree(one, other)


@given(LISTS)
def test_a_list_agrees_with_itself(names: tuple[Author, ...]) -> None:
    assert agree(names, names) is (Agreement.ALL if compared_names(names) else Agreement.UNKNOWN)

"""Who is surely one person by name, and who is not said to be. All names are invented or millions bear them."""

from __future__ import annotations

import pytest

from watcher.models import Author
from watcher.works.persons import share_author

ADAEZE = Author("Chukwuemeka", "Adaeze Ngozi", "AN")


@pytest.mark.parametrize(
    "other",
    [
        Author("Chukwuemeka", "Adaeze Ngozi", "AN"),
        Author("CHUKWUEMEKA", "Adaeze N.", "AN"),
        Author("Chukwuemeka", initials="AN"),
    ],
)
def test_a_whole_name_or_two_initials_of_a_rare_one_show_a_person(other: Author) -> None:
    assert share_author([Author("Albright", "Q"), ADAEZE], [other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ADAEZE, Author("Chukwuemeka", initials="A")),
        (ADAEZE, Author("Chukwuemeka", "Obinna", "O")),
        (ADAEZE, Author("Chukwu", "Adaeze Ngozi", "AN")),
        (Author("Wang", "Wei", "W"), Author("Wang", "Wei", "W")),
        (Author("Smith", "Jane B", "JB"), Author("Smith", "Jane B", "JB")),
        (Author("Eklun", initials="QX"), Author("Eklun", initials="QX")),
        (Author("Consortium of Wounds", collective=True), Author("Consortium of Wounds", collective=True)),
    ],
    ids=["one initial", "another given name", "another family name", "Wang", "Smith", "short name", "group"],
)
def test_less_does_not(one: Author, other: Author) -> None:
    assert not share_author([one], [other])

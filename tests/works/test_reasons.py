"""The reasons that a reader is given: invented titles and abstracts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from watcher.models import Author, CitedWork, MeshHeading, Passage, Pmid, Record, Work
from watcher.told import Why
from watcher.works.archive import Archive, sums
from watcher.works.reasons import Reasons
from watcher.works.relatedness import Profile
from watcher.works.vocabulary import words


def record(title: str, abstract: str = "", *headings: str, **more: Any) -> Record:
    plain: dict[str, Any] = {"source": "pubmed", "source_id": title, "title": title}
    texts = {"abstract": (Passage(abstract),), "mesh": tuple(MeshHeading(name) for name in headings)}
    return Record(**plain | texts | more)


PATCH = record(
    "Patches of exosomes for wounds after irradiation",
    "Exosomes of adipose stem cells were put on irradiated wounds. Wound closure was faster, and CD34 was found.",
    "Wound Healing",
    "Humans",
    pmid=Pmid("90000001"),
    authors=(Author("Iwuanyo", "Obiageli", "O"),),
)
NICHE = record("The hair follicle keeps its niche", "Bulge cells rest; melanocytes of the follicle do, too.")
CITED = {1: PATCH, 2: NICHE}
OTHERS = [record(f"{what} in city children", "Children were asked at school.") for what in ("Asthma", "Sleep", "Diet")]


def why(work: Record, cited: dict[int, Record] = CITED) -> Why:
    archive = Archive(*sums(map(words, [*cited.values(), *OTHERS, work])))
    listed = [CitedWork(number, "", pmid=one.pmid) for number, one in cited.items()]
    works = {number: Work(number, datetime(2026, 1, 1, tzinfo=UTC), one, one.pmid) for number, one in cited.items()}
    return Reasons(Profile(archive, cited), listed, works).of(work)


def test_the_nearest_cited_work_is_named_with_what_is_shared_as_the_work_writes_it() -> None:
    found = why(record("Adipose stem-cell exosomes", "Irradiated wounds closed within days of the patch."))
    assert found.near == (1,)
    assert {"adipose stem-cell", "exosomes", "irradiated wounds"} <= set(found.shared)


def test_two_are_named_where_both_are_near() -> None:
    both = {1: record("Exosomes, wounds and mice"), 2: record("Exosomes, wounds and rats")}
    assert why(record("Exosomes for wounds"), both).near == (1, 2)


def test_three_to_five_are_said_of_a_work_that_shares_many() -> None:
    copy = record(PATCH.title, PATCH.abstract[0].text)
    assert 3 <= len(why(copy).shared) <= 5


def test_a_phrase_goes_before_its_parts() -> None:
    shared = why(record("Adipose stem cells", "Stem cells of fat, and exosomes.")).shared
    assert "adipose stem cells" in shared
    assert not {"adipose stem", "stem cells", "stem"} & set(shared)


def test_no_word_stands_twice() -> None:
    shared = why(record("Exosomal patches, exosomes, wound closure of irradiated wounds")).shared
    assert sum("exosom" in phrase for phrase in shared) == 1
    assert sum("wound" in phrase for phrase in shared) == 1


def test_names_keep_their_capitals_and_words_lose_them() -> None:
    shared = why(record("CD34 And EXOSOMES", "CD34 in wounds.")).shared
    assert {"CD34", "exosomes"} <= set(shared)


def test_words_of_every_abstract_are_no_reason() -> None:
    found = why(record("Significant results", "Data analyzed."), {1: record("Results of a study", "Significant data.")})
    assert found == Why()


def test_one_word_in_common_is_not_enough() -> None:
    assert why(record("Melanocytes of fish")) == Why()


def test_a_shared_heading_is_named_unless_it_says_on_whom_something_was_done() -> None:
    found = why(record("Exosomes", "", "Wound Healing", "Humans"))
    assert "wound healing" in found.shared
    assert "humans" not in found.shared


@pytest.mark.parametrize("references", [("90000001",), ("80000000", "90000001")])
def test_a_work_that_cites_one_of_them_is_said_to(references: tuple[str, ...]) -> None:
    assert why(record("On fish", references=references)) == Why(cites=(1,))


def test_a_work_by_an_author_of_one_is_said_to_be() -> None:
    assert why(record("On fish", authors=(Author("Iwuanyo", "Obiageli", "O"),))) == Why(by_author_of=(1,))


def test_without_anything_in_common_nothing_is_said() -> None:
    assert not why(record("On fish", "They swim."))
    assert not why(record(""))

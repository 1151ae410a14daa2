"""What the sieve lets through is all that it would let through if it read each record in full."""

from __future__ import annotations

import gzip
import io
from itertools import product
from pathlib import Path

import pytest

from tests.conftest import UPDATE_FILE, needs_update_file
from tests.fakes.pubmed_fixture import article, article_set
from watcher.config import read_settings
from watcher.models import Query
from watcher.pipeline.sieve import Caught, Sieve
from watcher.terms.presearch import Presearch

SHIPPED = read_settings(Path(__file__).parents[2] / "queries.toml").queries
# Others find much, in other ways: by more than words, by truncation, behind a NOT.
OTHERS = tuple(
    Query(f"other {number}", "", term)
    for number, term in enumerate(
        [
            "(cell*[tiab] OR patient*[ti]) AND (treatment*[ab] OR mice[tiab]) NOT review[pt]",
            '"risk factor*"[tiab] OR "risk disease"[tiab:~5]',
            "COVID-19[mh] OR β[tiab] AND humans[mh]",
            "skin[tw]",
        ]
    )
)
BEGINNING = 5_000_000  # bytes of the real file, unpacked: some 400 records


def caught(data: bytes, *queries: Query, stored: frozenset[str] = frozenset()) -> list[Caught]:
    """What comes through of a set, which may break off."""
    batches = Sieve(queries, stored).batches(io.BytesIO(data), where="n.xml", done=0)
    return [each for batch in batches for each in batch.caught]


def in_full(monkeypatch: pytest.MonkeyPatch, data: bytes, *queries: Query) -> list[Caught]:
    with monkeypatch.context() as patch:
        patch.setattr(Presearch, "may_match", lambda *_: True)
        return caught(data, *queries)


def test_of_records_that_match_all_comes_through_and_nothing_of_others() -> None:
    wound = Query("wounds", "Wounds", "wound*[tiab] OR sato[au]")
    made = article_set(
        article(1, title="A wound"), article(2, title="A scar"), article(3, title="A burn", authors=["Sato, Mika"])
    )
    first, second = caught(made, wound)
    assert (first.record.pmid, first.matches) == ("1", (("wounds", ("wound*",)),))
    assert first.record.journal == "Journal of invented results"
    assert (second.record.pmid, second.matches) == ("3", (("wounds", ("sato [author]",)),))


def test_later_versions_and_what_is_stored_come_through_without_a_match() -> None:
    made = article_set(article(1, title="A scar", version=2), article(2, title="A scar"), article(3, title="A scar"))
    first, second = caught(made, Query("wounds", "Wounds", "wound*[tiab]"), stored=frozenset({"3"}))
    assert [(each.record.pmid, each.record.journal, each.matches) for each in (first, second)] == [
        ("1", "Journal of invented results", ()),
        ("3", "Journal of invented results", ()),
    ]


def test_what_is_not_read_in_full_matches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = product(
        ("Wound healing", "Epidermal stem cells", "Exosomes", "<i>Psoriasis</i>", "Risks"),
        ("hair follicles", "stromal cells", "keratinocytes", "the cornea"),
        ((), ("Skin", "*Stem Cells"), ("Humans", "COVID-19")),
        ("", "Secretome hydrogels regenerate the skin of diabetic wounds in mice."),
        ((), ("TGF-β", "disease")),
    )
    made = article_set(
        *(
            article(number, title=f"{first} and {second}", mesh=mesh, abstract=abstract, keywords=keywords)
            for number, (first, second, mesh, abstract, keywords) in enumerate(kinds, start=1)
        )
    )
    found = caught(made, *SHIPPED, *OTHERS)
    assert found == in_full(monkeypatch, made, *SHIPPED, *OTHERS)
    assert {name for each in found for name, _ in each.matches} >= {
        "vesicles-in-wounds",
        "clinic",
        "other 0",
        "other 3",
    }


@needs_update_file
@pytest.mark.parametrize("size", [BEGINNING, pytest.param(-1, marks=pytest.mark.long)], ids=["beginning", "whole"])
def test_what_is_not_read_in_full_of_the_real_file_matches_nothing(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    with gzip.open(UPDATE_FILE) as file:
        data = file.read(size)
    for queries in SHIPPED, OTHERS:
        found = caught(data, *queries)
        assert found == in_full(monkeypatch, data, *queries)
        assert found

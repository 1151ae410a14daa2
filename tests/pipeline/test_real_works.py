"""Works of real records: no notice of PubMed is what it is about, and the small public sets keep their measure.

The records are in ../shared/data, and nothing of them is written here but what was counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import BytesIO
from math import comb
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.bibliography import lines, records
from tests.conftest import SHARED, needs_update_file
from tests.pipeline.arrivals import come, rows, undone
from tests.works.invented import told
from watcher.models import Kind, Record
from watcher.sources.pubmed_xml import read_records
from watcher.store.store import Store
from watcher.works.verdicts import Different

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.pubmed_index import Collection

ABOUT = {"ErratumFor", "RetractionOf", "ExpressionOfConcernFor", "CommentOn"}
SETS = SHARED / "data" / "dedupe"
needs_sets = pytest.mark.skipif(not SETS.exists(), reason="../shared/data/dedupe, the public sets, is absent")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("store") / "watcher.db") as store:
        yield store


def works_of(store: Store, arriving: list[Record]) -> dict[str, object]:
    """The number of each record's work, by the source's ids; nothing stays in the store."""
    with undone(store):
        come(store, *arriving)
        return {str(name): work for name, work in rows(store, "SELECT source_id, work_id FROM records")}


# -- PubMed's notices ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def related(update_file: Collection) -> list[Record]:
    """The update file's records that PubMed ties to others."""
    elements = (update_file.record(pmid) for pmid in update_file)
    body = b"".join(element for element in elements if element is not None and b" RefType=" in element)
    found = read_records(BytesIO(b"<PubmedArticleSet>%s</PubmedArticleSet>" % body), where="the update file")
    return [each for each in found if isinstance(each, Record)]


@needs_update_file
def test_no_real_notice_is_of_one_work_with_what_it_is_about(opened: Store, related: list[Record]) -> None:
    kinds = Counter(kind for each in related for kind in {tie.kind for tie in each.related})
    assert (kinds["ErratumFor"], kinds["RetractionOf"]) == (204, 8)
    works = works_of(opened, related)
    ties = [(each.source_id, tie.pmid) for each in related for tie in each.related if tie.kind in ABOUT]
    present = [(one, other) for one, other in ties if other in works]
    assert len(present) > 300
    assert [pair for pair in present if works[pair[0]] == works[str(pair[1])]] == []


@needs_update_file
def test_nor_would_it_be_if_all_else_were_the_same(related: list[Record]) -> None:
    """Each notice, against an article that says of itself exactly what the notice says, its publication type aside."""
    notices = [each for each in related if each.kind is Kind.NOTICE]
    assert len(notices) > 400
    for each in notices:
        about = replace(each, kind=Kind.ARTICLE, source_id="about", pmid=None, title=each.title.partition(": ")[2])
        assert isinstance(told(each, about), Different), each.source_id


@needs_update_file
def test_a_real_update_is_of_one_work_with_a_preprint_and_with_nothing_else(
    opened: Store, related: list[Record]
) -> None:
    by_pmid = {each.source_id: each for each in related}
    works = works_of(opened, related)
    ties = [(each, by_pmid.get(str(tie.pmid))) for each in related for tie in each.related if tie.kind == "UpdateOf"]
    both = [(each, other) for each, other in ties if other is not None]
    assert both
    for each, other in both:
        one_work = works[each.source_id] == works[other.source_id]
        assert one_work == (Kind.PREPRINT in {each.kind, other.kind})


# -- public sets --------------------------------------------------------------------------------------------------


def labels(name: str, kind: str) -> list[Any]:
    return list(lines(SETS / name, kind))


def precision_and_recall(works: dict[str, object], clusters: list[list[str]]) -> tuple[float, float]:
    """Over all pairs of records. A record of no cluster stands alone."""
    truth = {name: number for number, cluster in enumerate(clusters) for name in cluster}
    said = sum(comb(n, 2) for n in Counter(works.values()).values())
    true = sum(comb(len(cluster), 2) for cluster in clusters)
    both = Counter((work, truth[name]) for name, work in works.items() if name in truth)
    hits = sum(comb(n, 2) for n in both.values())
    return hits / said, hits / true


@needs_sets
def test_stroke(opened: Store) -> None:
    precision, recall = precision_and_recall(
        works_of(opened, list(records(SETS / "stroke"))), labels("stroke", "clusters")
    )
    assert precision == 1
    assert recall >= 0.99


@needs_sets
def test_the_cases_that_bib_dedupe_tests_itself_with(opened: Store) -> None:
    works = works_of(opened, list(records(SETS / "bibdedupe_test_cases")))
    pairs = labels("bibdedupe_test_cases", "pairs")
    assert len(pairs) == 25
    assert sum((works[pair["a"]] == works[pair["b"]]) == pair["same"] for pair in pairs) >= 23


@needs_sets
def test_sra_copper(opened: Store) -> None:
    works = works_of(opened, list(records(SETS / "sra_copper")))
    size = Counter(works.values())
    verdicts = Counter((flag["dup"], size[works[flag["id"]]] > 1) for flag in labels("sra_copper", "flags"))
    hits, wrong = verdicts[True, True], verdicts[True, False] + verdicts[False, True]
    assert 2 * hits / (2 * hits + wrong) >= 0.99

"""The benchmark of relatedness: its measures, worked out by hand, and a set as small as one can be."""

from __future__ import annotations

import json
from math import log2
from typing import TYPE_CHECKING

import pytest

from benchmarks.ranking import interval, means, measures
from benchmarks.relatedness import OURS, Clock, rank

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = {
    "wounds:1": ("Exosomes close wounds", "Exosomes of stem cells in rats."),
    "wounds:2": ("Exosomes in burns", "Stem cells send exosomes."),
    "wounds:3": ("Asthma in cities", "Children and air."),
    "wounds:4": ("Sleep and noise", ""),
    "other:1": ("Exosomes again", ""),
}


def test_measures_of_a_ranking_of_four() -> None:
    found = measures("t", {"a": 2, "b": 0, "c": 1, "d": 0}, {"a": 4, "b": 3, "c": 2, "d": 1})
    assert found == pytest.approx(
        {
            "AP": (1 + 2 / 3) / 2,
            "nDCG@10": (3 + 1 / 2) / (3 + 1 / log2(3)),
            "P@10": 0.2,
            "AUC": 3 / 4,
            "WSS@95": 1 / 4 - 0.05,
        }
    )


def test_equal_scores_are_no_skill() -> None:
    found = measures("t", {"a": 2, "b": 0, "c": 1, "d": 0}, dict.fromkeys("abcd", 0.0))
    assert found is not None
    assert found["AUC"] == 0.5


def test_where_all_or_none_are_relevant_there_is_nothing_to_measure() -> None:
    assert measures("t", {"a": 1}, {"a": 1.0}) is None
    assert measures("t", {"a": 0}, {"a": 1.0}) is None


def test_draws_of_a_review_are_one() -> None:
    found = {"a#1": 0.0, "a#2": 1.0, "b#1": 1.0}
    names = ("AP", "nDCG@10", "P@10", "AUC", "WSS@95")
    reviews = means({topic: dict.fromkeys(names, value) for topic, value in found.items()})
    assert [review["AP"] for review in reviews.values()] == [0.5, 1.0]


def test_an_interval_holds_the_mean_and_lies_within_the_values() -> None:
    mean, low, high = interval([0.1, 0.2, 0.3, 0.4])
    assert 0.1 <= low < mean < high <= 0.4
    assert interval([0.5, 0.5]) == (0.5, 0.5, 0.5)


def test_a_set_of_documents_and_topics_is_ranked_and_written(tmp_path: Path) -> None:
    topic = {
        "topic": "wounds#r0",
        "seeds": ["wounds:1"],
        "relevant": ["wounds:2"],
        "irrelevant": ["wounds:3", "wounds:4"],
    }
    folder, out = tmp_path / "tiny", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    lines = [{"id": name, "title": title, "abstract": abstract} for name, (title, abstract) in DOCUMENTS.items()]
    (folder / "docs.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (folder / "topics.jsonl").write_text(json.dumps(topic), encoding="utf-8")
    clock = Clock()
    found = rank(folder, "topics.jsonl", clock, out)
    assert found[OURS]["wounds#r0"]["AP"] == 1
    assert set(found) == {OURS, "BM25", "PMRA", "TF-IDF mean", "TF-IDF centred"}
    assert clock.works == {"counted": 4, "ranked": 3}  # of the other topic's documents none is in the archive
    written = [json.loads(line) for line in (out / "tiny.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["id"] for line in written} == {"wounds:2", "wounds:3", "wounds:4"}
    assert max(written, key=lambda line: line["score"])["id"] == "wounds:2"

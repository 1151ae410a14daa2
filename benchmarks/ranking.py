"""How good a ranking is, and how sure that is: measures of one topic, and bootstrap intervals over many."""

from __future__ import annotations

import random
from hashlib import sha1
from math import ceil, log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MEASURES = ("AP", "nDCG@10", "P@10", "AUC", "WSS@95")
RESAMPLES = 2000


def measures(topic: str, gains: Mapping[str, int], scores: Mapping[str, float]) -> dict[str, float] | None:
    """Of one topic; `gains` by candidate: 2 relevant, 1 partly, 0 not. None where all or none are relevant.

    nDCG gains 2^g - 1; the rest takes both degrees for relevant. Candidates with one score stand in the order of a
    hash, which favours nobody; in AUC they count half.
    """
    ranked = sorted(gains, key=lambda one: (-scores[one], sha1(f"{topic}|{one}".encode()).digest()))
    hits = [gains[one] > 0 for one in ranked]
    relevant, all_ = sum(hits), len(hits)
    if relevant in {0, all_}:
        return None
    ranks = [rank for rank, hit in enumerate(hits, 1) if hit]
    ideal = sorted(gains.values(), reverse=True)
    last = ranks[ceil(0.95 * relevant) - 1]  # until then one has to read, to have 95 of 100
    return {
        "AP": sum(number / rank for number, rank in enumerate(ranks, 1)) / relevant,
        "nDCG@10": _gain([gains[one] for one in ranked]) / _gain(ideal),
        "P@10": sum(hits[:10]) / 10,
        "AUC": _auc(gains, scores),
        "WSS@95": (all_ - last) / all_ - 0.05,
    }


def _gain(gains: Sequence[int]) -> float:
    return sum(((1 << gain) - 1) / log2(rank + 1) for rank, gain in enumerate(gains[:10], 1))


def _auc(gains: Mapping[str, int], scores: Mapping[str, float]) -> float:
    by_score: dict[float, list[int]] = {}
    for one, gain in gains.items():
        by_score.setdefault(scores[one], [0, 0])[gain > 0] += 1
    below, won = 0, 0.0
    for score in sorted(by_score):
        others, relevant = by_score[score]
        won += relevant * (below + others / 2)
        below += others
    return won / (below * sum(relevant for _, relevant in by_score.values()))


def means(topics: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """By review the means over its topics, called REVIEW#DRAW: draws of one review are not independent."""
    reviews: dict[str, list[Mapping[str, float]]] = {}
    for topic, measured in topics.items():
        reviews.setdefault(topic.partition("#")[0], []).append(measured)
    return {
        review: {name: sum(one[name] for one in several) / len(several) for name in MEASURES}
        for review, several in sorted(reviews.items())
    }


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean, and where it lies in 95 of 100 resamples (percentile bootstrap, always the same resamples)."""
    chance = random.Random(7)
    count = len(values)
    found = sorted(sum(chance.choices(values, k=count)) / count for _ in range(RESAMPLES))
    return sum(values) / count, found[round(0.025 * RESAMPLES)], found[round(0.975 * RESAMPLES) - 1]

"""Pairs of real records, labelled by reading, against what the product makes of them: see benchmarks/own_pairs.py."""

from collections import Counter

import pytest

from benchmarks import own_pairs

LABELLED = own_pairs.pairs()


def test_there_are_at_least_300_pairs_each_once() -> None:
    assert len(LABELLED) >= 300
    assert len({frozenset((pair.a, pair.b)) for pair in LABELLED}) == len(LABELLED)
    assert sum(pair.doubtful for pair in LABELLED) < 0.05 * len(LABELLED)
    labels = Counter((pair.stratum, pair.same) for pair in LABELLED)
    assert sum(number for (_, same), number in labels.items() if same) >= 150


@pytest.mark.long
@pytest.mark.skipif(not own_pairs.DATA.exists(), reason="the real files are not beside this checkout")
def test_no_two_works_are_taken_for_one_and_few_are_missed() -> None:
    outcomes = own_pairs.run(own_pairs.read(own_pairs.DATA, LABELLED), LABELLED)
    precision, recall = own_pairs.measures([one for one in outcomes if not one.pair.doubtful])
    assert precision == 1.0, [one for one in outcomes if one.wrong and one.joined]
    assert recall >= 0.95, [one for one in outcomes if one.wrong and not one.joined]
    assert own_pairs.measures(outcomes)[1] >= 0.95

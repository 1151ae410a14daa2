"""Which works a digest tells, in which order, and what it holds back. All works are invented."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.digest.invented import record
from watcher.digest.compose import BEST, compose
from watcher.models import Match, Query, Work
from watcher.told import Digest, Entry, Rank, Receipt, Why

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NEAR = Why(near=(1,), shared=("exosome", "wound closure"))
WOUNDS, SKIN = Query("wounds", "Wounds", "wound"), Query("skin", "Skin", "skin")


def composed(
    *found: tuple[int, str],
    ranks: dict[int, tuple[float, int]] | None = None,
    queries: tuple[Query, ...] = (WOUNDS, SKIN),
) -> Digest:
    """Of works by number, each with its queries ("wounds skin"); `ranks` are score and percent."""
    return compose(
        name="skin",
        article="",
        zone="UTC",
        now=NOW,
        queries=queries,
        cited=(),
        untold=[
            (
                Work(number, NOW, record(number, published=f"2026-01-{number:02}")),
                [Match(number, query) for query in names.split()],
            )
            for number, names in found
        ],
        receipt=Receipt(since=None, until=NOW),
        ranks={number: Rank(score, percent, NEAR) for number, (score, percent) in (ranks or {}).items()},
    )


def numbers(entries: tuple[Entry, ...]) -> list[int]:
    return [entry.work.id for entry in entries]


def test_the_most_related_come_first_and_the_newest_of_those_that_are_equal() -> None:
    ranks = {1: (0.1, 10), 2: (0.9, 90), 3: (0.1, 10)}
    (section,) = composed((1, "wounds"), (2, "wounds"), (3, "wounds"), ranks=ranks).sections
    assert numbers(section.entries) == [2, 3, 1]
    assert section.entries[0].why == NEAR


def test_without_ranks_the_newest_come_first_and_none_is_best() -> None:
    digest = composed(*((number, "wounds") for number in range(1, 10)))
    assert numbers(digest.sections[0].entries) == list(range(9, 0, -1))
    assert digest.best == ()


def test_the_best_across_sections_are_named_and_stay_in_their_sections() -> None:
    found = [(number, "wounds" if number % 2 else "skin") for number in range(1, 2 * BEST + 2)]
    digest = composed(*found, ranks={number: (number / 10, 50) for number, _ in found})
    assert numbers(digest.best) == [7, 6, 5]
    assert sorted(number for section in digest.sections for number in numbers(section.entries)) == list(range(1, 8))


def test_a_short_digest_has_no_best() -> None:
    found = [(number, "wounds") for number in range(1, 2 * BEST + 1)]
    assert composed(*found, ranks={number: (number / 10, 50) for number, _ in found}).best == ()


def test_the_most_related_of_all_sections_leads_a_digest_of_whatever_length() -> None:
    for many in (2, 2 * BEST + 1):
        found = [(number, "skin" if number == 2 else "wounds") for number in range(1, many + 1)]
        digest = composed(*found, ranks={number: (1.0 if number == 2 else 0.1, 50) for number, _ in found})
        assert digest.lead is not None
        assert digest.lead.work.id == 2
        assert digest.sections[0].query == "wounds"


def test_without_ranks_the_newest_of_all_sections_leads() -> None:
    lead = composed((1, "wounds"), (3, "skin"), (2, "wounds")).lead
    assert lead is not None
    assert lead.work.id == 3
    assert composed().lead is None


def test_what_is_less_related_than_its_query_asks_is_held_back() -> None:
    strict = Query("wounds", "Wounds", "wound", min_relatedness=30)
    digest = composed((1, "wounds"), (2, "wounds"), ranks={1: (0.1, 29), 2: (0.2, 30)}, queries=(strict,))
    assert [numbers(section.entries) for section in digest.sections] == [[2]]
    assert [(section.query, numbers(section.entries)) for section in digest.held] == [("wounds", [1])]


@pytest.mark.parametrize(("percent", "home"), [(80, "wounds"), (40, "skin"), (10, None)])
def test_it_is_told_under_the_first_query_that_it_is_related_enough_to(percent: int, home: str | None) -> None:
    queries = (
        Query("wounds", "Wounds", "wound", min_relatedness=50),
        Query("skin", "Skin", "skin", min_relatedness=20),
    )
    digest = composed((1, "skin wounds"), ranks={1: (0.1, percent)}, queries=queries)
    assert [section.query for section in digest.sections] == ([home] if home else [])
    assert [section.query for section in digest.held] == ([] if home else ["wounds"])


def test_what_has_no_rank_is_never_held_back() -> None:
    strict = Query("wounds", "Wounds", "wound", min_relatedness=99)
    assert composed((1, "wounds"), queries=(strict,)).works == 1


def test_a_digest_that_only_holds_back_has_nothing_to_tell() -> None:
    strict = Query("wounds", "Wounds", "wound", min_relatedness=30)
    assert composed((1, "wounds"), ranks={1: (0.1, 0)}, queries=(strict,)).empty

"""An article's queries on PubMed: headings that PubMed knows for its words, and how many new works a week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.fakes.eutils_server import EutilsServer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import at
from watcher.pipeline.propose import Pubmed, mapped_headings
from watcher.sources.eutils import Eutils
from watcher.sources.http import Client

NOW = at("2021-06-04 12:00")


@pytest.mark.parametrize(
    ("translation", "phrase", "headings"),
    [
        ('"invented cells"[MeSH Terms] OR ("cells"[All Fields]) OR "invented cells"[All Fields]',
         "invented cells", ("invented cells",)),
        ('"wounds, invented"[MeSH Terms] OR "sore spot"[All Fields]', "sore spot", ("wounds, invented",)),
        ('"tandem"[All Fields] AND ("sun"[MeSH Terms] OR "sun"[All Fields])', "tandem sun", ()),
        ('"nothing"[All Fields]', "nothing", ()),
    ],
)  # fmt: skip
def test_pubmeds_own_mapping_counts_where_it_is_of_the_whole_phrase(
    translation: str, phrase: str, headings: tuple[str, ...]
) -> None:
    assert mapped_headings(translation, phrase) == headings


def weekly(days_ago: list[int]) -> float:
    today = date(2021, 6, 4)
    records = [
        article(number, title="A wound", crdt=today - timedelta(days=days)) for number, days in enumerate(days_ago, 1)
    ]
    with EutilsServer(Collection(records)) as server:
        client = Client(sleep=lambda _: None)
        found = Pubmed(Eutils(client, base_url=server.url, email="tests@example.org"), NOW).weekly("wound[tiab]")
        client.close()
    return found


def test_new_works_a_week_are_those_of_the_last_90_days() -> None:
    assert weekly([5] * 45 + [200] * 100) == 3.5


def test_where_these_hold_hardly_any_three_years_tell_more() -> None:
    assert weekly([5] + [400] * 312) == pytest.approx(2.0, abs=0.01)
    assert weekly([5] * 9) == pytest.approx(0.7)
    assert weekly([]) == 0

"""queries.toml as it is shipped: for the article, complete, without a mistake, and runnable without a mail server."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import SHARED
from watcher.config import read_settings, warnings
from watcher.pipeline.context import opened
from watcher.pipeline.deliver import transport_for
from watcher.pipeline.work import work
from watcher.sample import MORNINGS, SampleNetwork
from watcher.terms.term import Term

if TYPE_CHECKING:
    from watcher.settings import Settings

SHIPPED = Path(__file__).parents[1] / "queries.toml"
ARTICLE = SHARED / "article" / "do-stem-cells-regenerate-skin.txt"


@cache
def shipped() -> Settings:
    return read_settings(SHIPPED)


@pytest.mark.skipif(not ARTICLE.exists(), reason="../shared/article, which is no part of the project, is absent")
def test_the_cited_works_are_the_article_s_sources_in_its_order() -> None:
    text = ARTICLE.read_text(encoding="utf-8")
    title, sources = text.splitlines()[0], text.partition("\nSources\n")[2].split()
    assert shipped().article == title
    assert [cited.url for cited in shipped().cited] == sources


def test_the_cited_works_have_the_identifiers_that_their_addresses_hold() -> None:
    found = [(cited.number, cited.doi, cited.pmcid) for cited in shipped().cited]
    assert found == [
        (1, "10.1021/acsnano.4c06921", None),
        (2, None, None),
        (3, None, None),
        (4, None, None),
        (5, None, "PMC12730715"),
        (6, None, None),
    ]


def test_there_is_a_query_for_each_thing_that_the_article_says() -> None:
    queries = shipped().queries
    assert len(queries) >= 8
    assert all(query.cites and len(query.title.split()) >= 3 for query in queries)
    assert {number for query in queries for number in query.cites} == {1, 2, 3, 4, 5, 6}
    assert len({query.title for query in queries}) == len(queries)


@pytest.mark.parametrize("name", [query.name for query in shipped().queries])
def test_each_term_is_a_pubmed_search_of_tags_headings_and_truncation(name: str) -> None:
    term = next(query.term for query in shipped().queries if query.name == name)
    assert Term.parse(term).phrases
    assert all(part in term for part in ("[tiab]", "[mh]", "*"))


def test_there_is_nothing_grave_to_warn_of() -> None:
    said = [str(warning) for warning in warnings(shipped())]
    harmless = ("narrower than one in the term", "is still the example's")
    assert [warning for warning in said if not any(each in warning for each in harmless)] == []


def test_feeds_are_held_against_all_queries_and_the_digest_tells_of_all() -> None:
    names = tuple(query.name for query in shipped().queries)
    assert len(shipped().feeds) >= 8
    assert all(feed.queries == names for feed in shipped().feeds)
    assert [digest.queries for digest in shipped().digests] == [names]


def test_it_runs_without_a_mail_server(tmp_path: Path) -> None:
    assert shipped().mail is None
    settings = replace(shipped(), store=tmp_path / "db" / "watcher.db")
    network = SampleNetwork(MORNINGS[0].date())
    with opened(settings, MORNINGS[0], play=network, sleep=lambda _: None) as context:
        report = work(context, lambda: transport_for(settings, None), only_due=False)
    assert [run.error for run in report.runs if run.query] == [None] * len(settings.queries)
    assert report.told[0].digest.works > 5
    assert report.refusal is None
    assert len(list((tmp_path / "db" / "outbox").glob("*.html"))) == 1

"""Errata, retractions, expressions of concern, comments and replies are works of their own, whatever they share with
what they are about. All of them are invented.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from tests.works.invented import (
    OTHERS,
    PATCHES,
    TITLE,
    are_one,
    article,
    entry,
    news,
    notice,
    preprint,
    record,
    told,
    works,
)
from watcher.models import Pmid, Record, RelatedRecord
from watcher.works.verdicts import Different, Same

ARTICLE = article(pmid="999001", doi="10.5555/a", abstract=PATCHES)


@pytest.mark.parametrize(
    "other",
    [
        notice(pmid="999002"),
        notice(pmid="999002", doi="10.5555/a"),
        notice(pmid="999002", doi="10.5555/a", pages="101-9", abstract=PATCHES),
        notice(doi="10.5555/a", source="set"),
        notice(pmid="999001", source="set"),
        notice(f"Erratum to: {TITLE}", pmid="999002"),
        notice(f"Retraction: {TITLE}", pmid="999002", doi="10.5555/a"),
        notice(f"Expression of Concern: {TITLE}", pmid="999002"),
        notice(f"Comment on: {TITLE}", pmid="999002", authors=OTHERS),
        notice(f"Reply: {TITLE}", pmid="999002"),
        notice(related=(RelatedRecord("ErratumFor", Pmid("999001")),)),
        record(f"Correction to: {TITLE}", doi="10.5555/a"),
        entry(f"Correction to: {TITLE}", doi="10.5555/a"),
        entry(f"Retraction Note: {TITLE}", pmid="999001", source_id="g"),
    ],
)
@pytest.mark.parametrize("about", [ARTICLE, replace(ARTICLE, title=f"RETRACTED: {TITLE}"), preprint(source="pubmed")])
def test_a_notice_is_never_what_it_is_about(about: Record, other: Record) -> None:
    assert isinstance(told(about, other), Different)


def test_a_retracted_article_is_still_the_article() -> None:
    assert are_one(ARTICLE, record(f"RETRACTED ARTICLE: {TITLE}"))
    assert are_one(ARTICLE, record(f"{TITLE} [Retraction appears in J Invent. 2027;1:1]"))


# -- a notice on several ways -------------------------------------------------------------------------------------

ERRATUM = notice(pmid="999002", doi="10.5555/e")  # PubMed calls it as it calls the article


@pytest.mark.parametrize(
    ("other", "one"),
    [
        (entry(doi="10.5555/e"), True),  # feeds do not say what they list
        (entry(pmid="999002", source_id="g"), True),
        (entry(f"Erratum to: {TITLE}", doi="10.5555/e"), True),
        (record(doi="10.5555/e"), False),  # databases do
        (entry(doi="10.5555/a"), False),
    ],
)
def test_a_feeds_entry_for_an_erratum_is_pubmeds_erratum(other: Record, one: bool) -> None:
    assert are_one(ERRATUM, other) == one


def test_an_erratum_that_says_so_on_both_ways_is_one_work() -> None:
    called = replace(ERRATUM, title=f"Erratum to: {TITLE}")
    assert are_one(called, entry(f"Erratum to: {TITLE}", doi="10.5555/e"))
    assert are_one(called, record(f"ERRATUM TO: {TITLE}", doi="10.5555/e"))
    assert are_one(called, entry(f"Erratum to: {TITLE}", kind=news("x").kind))
    assert not are_one(ARTICLE, entry(f"Erratum to: {TITLE}", kind=news("x").kind))


def test_two_errata_of_one_article_are_two_works() -> None:
    assert isinstance(told(ERRATUM, notice(pmid="999003", doi="10.5555/f", pages="402")), Different)


# -- with everything else that comes in ---------------------------------------------------------------------------


@pytest.mark.parametrize("pmid", ["999000", "999002"])
def test_what_names_only_a_doi_that_the_article_and_its_erratum_share_is_of_the_article(pmid: str) -> None:
    erratum = notice(pmid=pmid, doi="10.5555/a", related=(RelatedRecord("ErratumFor", Pmid("999001")),))
    listed, told_of = (
        entry(doi="10.5555/a", source_id="g"),
        news("Made-up wounds close", doi="10.5555/a", source_id="n"),
    )
    for order in permutations((ARTICLE, erratum, listed, told_of)):
        assert works(*order) == {frozenset({"999001", "g", "n"}), frozenset({pmid})}


def test_neither_a_feeds_entry_nor_news_makes_an_article_and_its_notice_one() -> None:
    entries = (entry(doi="10.5555/e", source_id="g"), entry(doi="10.5555/a", source_id="h"))
    story = news("Wounds of minipigs close", doi="10.5555/e", source_id="n")
    assert works(ARTICLE, ERRATUM, *entries, story) == {frozenset({"999001", "h"}), frozenset({"999002", "g", "n"})}


def test_news_names_the_authors_of_an_article_and_not_of_the_erratum_to_it() -> None:
    story = news(
        "Wounds close", abstract=f"{TITLE}, say Ada Núñez and Cy Castellanos in the Journal of invented wounds."
    )
    assert isinstance(told(story, ARTICLE), Same)
    assert not are_one(story, replace(ERRATUM, published="2026-03-09"))

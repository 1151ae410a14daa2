"""News folds onto the work that it reports, and onto the same press release elsewhere. All of it is invented."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from tests.works.invented import (
    AUTHORS,
    BREAKFASTS,
    OTHERS,
    PATCHES,
    TITLE,
    are_one,
    are_undecided,
    article,
    news,
    told,
    why,
    works,
)
from watcher.models import Doi, Kind, Passage, Pmcid, Pmid, Record

ARTICLE = article(doi="10.5555/a", pmid="999001", pmcid=Pmcid("PMC999001"))
HEADLINE = "Healing as in a fairy tale: what a patch can do"


def text(words: str) -> tuple[Passage, ...]:
    return (Passage(words),)


# -- the work that is reported ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "rule"),
    [
        ({"doi": "10.5555/a"}, "DOI in the news"),
        ({"pmid": "999001"}, "PMID in the news"),
        ({"pmcid": Pmcid("PMC999001")}, "PMCID in the news"),
    ],
)
def test_an_identifier_in_the_text_says_what_is_reported(named: dict[str, str], rule: str) -> None:
    assert why(told(news(HEADLINE, **({"source_id": "n"} | named)), ARTICLE)) == rule


def reported(story: str, *, published: str = "2026-03-05", about: Record = ARTICLE) -> Record:
    """News that gives no identifier."""
    assert about.authors
    return news(HEADLINE, abstract=story, published=published)


BOTH = "Ada Núñez and Cy Castellanos"


@pytest.mark.parametrize(
    "story",
    [
        f"{BOTH} have laid an exosome patch upon radiation wounds of minipigs; an invented one, of course.",
        "Ada Núñez reports in the Journal of invented wounds how an exosome patch closes invented radiation wounds.",
    ],
)
def test_words_of_the_title_with_people_or_the_journal_say_it_as_well(story: str) -> None:
    assert why(told(reported(story), ARTICLE)) == "people, journal and words in the news"


@pytest.mark.parametrize(
    "story",
    [
        "Ada Núñez was interviewed for the Journal of invented wounds.",
        "Ada Núñez lays an exosome patch upon radiation wounds of invented minipigs.",
        f"{BOTH} report in the Journal of invented wounds that it works.",
    ],
)
def test_people_and_little_else_is_doubted(story: str) -> None:
    assert are_undecided(reported(story), ARTICLE)


@pytest.mark.parametrize(
    "story",
    [
        reported(f"{BOTH} were seen at breakfast."),
        reported("The Journal of invented wounds tells of exosome patches on radiation wounds of invented minipigs."),
        reported("A. Núñez and C. Castellanos report in the Journal of invented wounds."),
        reported(f"{BOTH} report in the Journal of invented wounds.", published="2026-09-01"),
        reported(f"{BOTH} report in the Journal of invented wounds.", published=""),
    ],
)
def test_too_little_or_too_late_says_nothing(story: Record) -> None:
    assert not are_one(replace(story, published=story.published or None), ARTICLE)


def test_nothing_counts_against_an_identifier_of_another_work() -> None:
    story = f"{BOTH} report in the Journal of invented wounds: {TITLE}."
    assert are_one(reported(story), ARTICLE)
    assert not are_one(replace(reported(story), doi=Doi("10.5555/b")), ARTICLE)
    assert not are_one(replace(reported(story), pmid=Pmid("999002")), ARTICLE)


# -- a journal's entry that gives no identifier -------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "AN INVENTED <i>EXOSOME</i>-PATCH CLOSES RADIATION WOUNDS IN AGED MINIPIGS."},
        {"authors": AUTHORS[:1]},
        {"published": None},
    ],
)
def test_an_entry_with_the_articles_title_and_authors_is_the_article(changes: dict[str, Any]) -> None:
    entry = replace(news(TITLE, authors=AUTHORS), **changes)
    assert why(told(entry, ARTICLE)) == "title and authors"


@pytest.mark.parametrize(
    "changes",
    [
        {"authors": ()},
        {"authors": OTHERS},
        {"published": "2023-03-05"},
        {"title": "Case report"},
        {"title": f"Erratum to: {TITLE}"},
    ],
)
def test_one_without_them_is_not(changes: dict[str, Any]) -> None:
    entry = replace(news(TITLE, authors=AUTHORS), **changes)
    assert not are_one(entry, replace(ARTICLE, title="Case report" if entry.title == "Case report" else TITLE))


# -- a press release on several sites -----------------------------------------------------------------------------


def release(feed: str, title: str = HEADLINE, words: str = PATCHES, **changes: Any) -> Record:
    site = {"source": f"feed:{feed}", "source_id": feed, "url": f"https://{feed.lower()}.example/1", "abstract": words}
    return news(title, **(site | changes))


def test_one_press_release_on_three_sites_is_one_item_of_news() -> None:
    sites = (
        release("Institute"),
        release("Wire", "Invented minipigs heal overnight", f"Nowhere, 5 March. {PATCHES}", published="2026-03-06"),
        release("Paper", "Patches: a fairy tale", PATCHES.replace("fourteen", "14"), published="2026-03-09"),
    )
    for order in permutations(sites):
        assert works(*order) == {frozenset({"Institute", "Wire", "Paper"})}


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (release("Wire", url="https://institute.example/1?utm_source=wire"), "address"),
        (release("Wire", words=""), "title in two feeds"),
        (release("Wire", words=BREAKFASTS), "title in two feeds"),  # a teaser of its own, on the same day
        (release("Wire", "Minipigs heal"), "text of a press release"),
        (release("Wire", "Minipigs heal", published=None), "text of a press release"),
        (release("Wire", "Minipigs heal", words="", doi="10.5555/a"), "news of one DOI"),
    ],
)
def test_what_makes_one_item_of_two_sites(other: Record, rule: str) -> None:
    assert why(told(release("Institute", doi="10.5555/a"), other)) == rule


@pytest.mark.parametrize(
    "other",
    [
        release("Wire", words=BREAKFASTS, published="2026-05-15"),
        release("Wire", published="2026-05-30", title="Minipigs heal"),
        release("Wire", "Breakfasts of islanders", BREAKFASTS),
        release("Wire", "Porridge again", BREAKFASTS + " " + PATCHES),
        release("Wire", "Wounds", words=""),
    ],
)
def test_and_what_does_not(other: Record) -> None:
    assert not are_one(release("Institute"), other)


def test_what_an_institute_says_of_itself_below_each_release_makes_no_one_of_two() -> None:
    boilerplate = f"About the institute. {BREAKFASTS} {BREAKFASTS.replace('were', 'had been').replace('and', 'or')}"
    one = release(
        "Institute", "Hydrogels cool burns", f"Hydrogels of an invented kind were laid upon burns. {boilerplate}"
    )
    two = replace(
        release("Institute", "New library", f"A library of imaginary books opens its doors. {boilerplate}"),
        source_id="2",
        url="https://institute.example/2",
    )
    assert not are_one(one, two)


# -- columns, and what drifts in a feed ---------------------------------------------------------------------------

WEEK = [PATCHES, BREAKFASTS, PATCHES[::-1]]


@pytest.mark.parametrize("days", [(1, 8, 15), (1, 2, 3), (None, None, None)])
@pytest.mark.parametrize("one_link", [True, False])
def test_a_column_under_one_title_is_as_many_items_as_it_has_texts(
    days: tuple[int | None, ...], one_link: bool
) -> None:
    column = [
        news(
            "This week in invented skin research",
            source_id=str(number),
            abstract=words,
            published=f"2026-03-{day:02}" if day else None,
            url=f"https://n.example/column{'' if one_link else number}",
        )
        for number, (words, day) in enumerate(zip(WEEK, days, strict=True))
    ]
    assert works(*column) == {frozenset("0"), frozenset("1"), frozenset("2")}


def test_a_column_of_short_texts_is_parted_by_its_days_and_links() -> None:
    first = news("This week in invented skin research", abstract="Of patches.", url="https://n.example/1")
    assert are_undecided(first, replace(first, source_id="2", published="2026-03-12", url="https://n.example/2"))


@pytest.mark.parametrize("published", ["2026-03-05", None])
def test_a_feed_that_gives_all_its_entries_one_link_lists_as_many_items_as_titles(published: str | None) -> None:
    titles = ["Invented lab grows skin overnight", "University opens a made-up library", "Porridge", "Deans meet"]
    items = [news(title, source_id=title, url="https://n.example/all", published=published) for title in titles]
    assert works(*items) == {frozenset({title}) for title in titles}


ITEM = news("Invented lab grows skin overnight", source_id="1", url="https://n.example/1", abstract=PATCHES)


@pytest.mark.parametrize(
    "drifted",
    [
        {},
        {"url": "https://n.example/articles/1"},
        {"published": "2026-04-20"},
        {"title": "Invented lab grows skin over night (updated)"},
        {"title": "A lab grows skin", "abstract": text(PATCHES + " Amended.")},
        {"published": "2026-03-06", "abstract": ()},
        {"published": None, "url": None},
    ],
)
def test_an_entry_whose_guid_changed_is_the_same_whatever_else_drifted(drifted: dict[str, Any]) -> None:
    assert are_one(ITEM, replace(ITEM, source_id="other", **drifted))


def test_news_is_the_kind_of_what_a_feed_lists_without_an_identifier() -> None:
    assert ITEM.kind is Kind.NEWS
    assert not are_one(
        ITEM, replace(ITEM, source_id="2", source="feed:Other", title="Deans meet", abstract=(), url=None)
    )

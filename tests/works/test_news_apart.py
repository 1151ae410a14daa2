"""News, and entries without identifiers, that look like a work or like each other and are not. All of it invented."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

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
    notice,
    told,
    works,
)
from watcher.works.verdicts import Different, Unrelated

if TYPE_CHECKING:
    from watcher.models import Record

ARTICLE = article(pmid="999001", doi="10.5555/a", abstract=PATCHES)
LISTED = "Publication date: March 2026 Source: Journal of invented wounds, Volume 12 Author(s): "
TEAM = "Ada Núñez, Bo Brandvold, Cy Castellanos"


def listed(title: str, people: str = TEAM, **told: Any) -> Record:
    """An entry as a publisher's feed has it that gives authors and journal in place of a text."""
    return news(title, **({"abstract": LISTED + people, "source": "feed:Publisher"} | told))


# -- an entry and an article of its authors -----------------------------------------------------------------------


def test_an_entry_of_the_same_team_in_the_same_journal_is_another_article() -> None:
    assert are_one(listed(TITLE), ARTICLE)
    assert not are_one(listed("Breakfast habits of fictional islanders and their porridge"), ARTICLE)


@pytest.mark.parametrize(
    "about",
    [
        "Withdrawal notice to “{}” [J. Inv. Wounds 12 (2026) 101]",
        "Withdrawal: {}",
        "Response to “Comments on: {}”",
        "Comments on “{}”",
        "Answer to “{}”",
        "Discussion: {}",
        "Reprint of: {}",
        "Republished: {}",
        "Dataset on {}",
        "{}: dataset",
        "Retraction notice to “{}”",
        "Corrigendum to “{}” [J. Inv. Wounds 12 (2026) 101]",
    ],
)
def test_what_is_about_an_article_is_not_the_article(about: str) -> None:
    assert not are_one(listed(about.format(TITLE)), ARTICLE)
    assert not are_one(listed(about.format(TITLE)), listed(TITLE))


@pytest.mark.parametrize("words", [("closes", "spares"), ("exosome", "hydrogel"), ("radiation", "frost")])
def test_a_word_in_the_place_of_another_makes_it_doubtful(words: tuple[str, str]) -> None:
    assert are_undecided(listed(TITLE.replace(*words)), ARTICLE)


def test_neither_people_nor_journal_tie_an_entry_to_a_notice() -> None:
    erratum = notice(pmid="999002")  # under the title of its article
    retraction = listed(f"Retraction notice to “{TITLE}”")
    assert not are_one(retraction, erratum)
    assert not are_one(retraction, replace(erratum, title=f"Erratum to “{TITLE}”"))
    assert are_one(retraction, replace(erratum, title=f"Retraction notice to “{TITLE}”"))


def test_a_comment_with_a_title_of_its_own_is_the_entry_of_that_title_and_its_authors() -> None:
    comment = notice(
        "Old skin, invented patches: what minipigs tell us",
        authors=OTHERS,
        publication_types=("Comment",),
        pmid="999004",
    )
    entry = news(comment.title, authors=OTHERS[:1], abstract="No abstract available")
    assert are_one(entry, comment)
    assert not are_one(replace(entry, authors=AUTHORS), comment)
    assert not are_one(replace(entry, title=f"{entry.title}, again"), comment)
    erratum = replace(comment, publication_types=("Published Erratum", "Comment"))
    assert not are_one(entry, erratum)


# -- what befell a work -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headline",
    [
        "Journal withdraws study of exosome patches",
        "Exosome patch paper retracted after concerns about images",
        "A celebrated patch, and its retraction",
        "Publisher voices concern about a study of patches",
        "Paper on patches corrected for the second time",
    ],
)
def test_news_of_a_retraction_that_names_the_work_is_told_by_itself(headline: str) -> None:
    befell = news(headline, doi="10.5555/a", source_id="befell")
    report = news("Minipigs heal", doi="10.5555/a", source_id="report")
    assert are_undecided(befell, ARTICLE)
    assert works(befell, report, ARTICLE) == {frozenset({"befell"}), frozenset({"report", "999001"})}


@pytest.mark.parametrize(
    "headline", ["Patients withdraw from smoking", "Lenses that correct sight", "A concern of many: wounds"]
)
def test_other_things_are_withdrawn_and_corrected_too(headline: str) -> None:
    assert are_one(news(headline, doi="10.5555/a"), ARTICLE)


def test_news_of_an_article_on_corrections_is_news_of_it() -> None:
    work = article("Why a journal corrects: invented errors of a thousand papers", doi="10.5555/c")
    assert are_one(news("Journals correct too little, study finds", doi="10.5555/c"), work)


# -- one title ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Authors' Reply: Skin", "Response to the letter to the editor"])
@pytest.mark.parametrize("feed", ["feed:News", "feed:Other"])
def test_replies_of_other_people_under_one_title_are_two(title: str, feed: str) -> None:
    one = news(title, authors=AUTHORS, abstract="No abstract available", url="https://j.example/1")
    other = replace(one, source_id="2", source=feed, authors=OTHERS, url="https://j.example/2")
    assert not are_one(one, other)
    assert not are_one(one, replace(other, url=one.url))


@pytest.mark.parametrize("title", ["Correction", "In This Issue", "An invented column under a long and lasting title"])
@pytest.mark.parametrize("text", ["", "No abstract available", "This week in wounds."])
def test_entries_under_a_title_that_comes_again_are_parted_by_their_addresses(title: str, text: str) -> None:
    one = news(title, abstract=text, url="https://j.example/1")
    assert not are_one(one, replace(one, source_id="2", url="https://j.example/2"))
    assert are_one(one, replace(one, source_id="2")), "the same address"
    assert are_one(one, replace(one, source_id="2", url=None)), "none that differs"


# -- one text -----------------------------------------------------------------------------------------------------


def test_a_list_of_authors_is_no_text_in_common() -> None:
    many = ", ".join(f"Ada{letter} Nobody{letter}son" for letter in "bcdfghjklmnpqrstvw")
    one = listed("Breakfast habits of fictional islanders and their porridge", many)
    other = listed(TITLE, many, source="feed:Search")
    assert isinstance(told(one, other), Different | Unrelated)


@pytest.mark.parametrize("feed", ["feed:News", "feed:Wire"])
def test_a_firms_releases_share_what_it_says_of_itself(feed: str) -> None:
    boilerplate = f"{PATCHES} {BREAKFASTS}"
    one = news("Madeupcell to present at the Hartwell conference", abstract=f"On 3 June. {boilerplate}")
    other = news("Madeupcell to present at the Marigold conference", abstract=boilerplate, source=feed)
    assert are_undecided(one, other)

"""How one work drifts between feeds, editions and servers, and what looks like it and is two. All of it is invented."""

from typing import Any

import pytest

from tests.works.invented import finds
from watcher.models import Author, Doi, Kind, Passage, Pmid, Record
from watcher.works.comparison import compare
from watcher.works.places import first_page
from watcher.works.signature import signature
from watcher.works.verdicts import Different, Same, Undecided, Unrelated, Verdict

TITLE = "Imaginary moss slows the drying of invented roof tiles in four made-up towns"
PEOPLE = (Author("Ottermole", "Jutta"), Author("Quillfeather", "Ivo"), Author("Sandpiper", "Wanda"))
TEXT = (
    "Background paragraphs of nobody's manuscript describe fictitious mosses growing over nonexistent rooftops, whose "
    "pretended dampness persisted throughout fourteen imagined summers; observers recorded temperatures, shadows, "
    "gutters, sparrows and complaints, concluding that whatever grows slowly also dries slowly in every invented town."
)
OTHER_TEXT = (
    "Unrelated sentences concerning counterfeit lighthouses enumerate staircases, lanterns, foghorns, keepers and "
    "their improbable breakfasts, comparing thirty hypothetical coastlines without reaching conclusions, because "
    "lighthouses that nobody built cannot illuminate anything whatsoever during "
    "storms which meteorologists never predicted either."
)


def record(**told: Any) -> Record:
    text = told.pop("text", "")
    told = {"source": "pubmed", "title": TITLE, "authors": PEOPLE, "published": "2025-04-02"} | told
    told.setdefault("source_id", str(told.get("doi") or told.get("pmid") or told.get("url") or told["title"]))
    return Record(abstract=(Passage(text),) if text else (), **told)


def item(feed: str = "Gazette", **told: Any) -> Record:
    return record(**({"source": f"feed:{feed}", "kind": Kind.NEWS, "authors": ()} | told))


def verdict(one: Record, other: Record) -> Verdict:
    a, b = signature(one), signature(other)
    assert compare(a, b) == compare(b, a)
    return compare(a, b)


def same(one: Record, other: Record) -> bool:
    found = isinstance(verdict(one, other), Same)
    assert not found or finds(signature(one), signature(other)), "they would never be compared"
    return found


# -- editions and preprints ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "first"), [("421.e1-421.e4", "421e1"), ("421e1-4", "421e1"), ("88-91.e2", "88"), ("H14a-9", "h14")]
)
def test_pages_that_are_on_line_only_are_pages(pages: str, first: str) -> None:
    assert first_page(pages) == first


def edition(**told: Any) -> Record:
    place = {"journal": "Annals of Tiles", "volume": "9", "pages": "31-8", "text": TEXT}
    return record(**(place | told))


def test_an_edition_in_another_language_is_the_work_before_it_has_pages_too() -> None:
    printed = edition(doi=Doi("10.5555/tile.1"), pmid=Pmid("1"))
    ahead = edition(
        doi=Doi("10.5555/tile.en.1"), pmid=Pmid("2"), journal="Annals of Tiles (English edition)", volume="", pages=""
    )
    assert same(printed, ahead)
    other_text = edition(doi=Doi("10.5555/tile.2"), pmid=Pmid("3"), volume="", pages="", text=OTHER_TEXT)
    assert isinstance(verdict(printed, other_text), Different)


def test_sister_journals_print_one_work_under_names_and_in_years_of_their_own() -> None:
    english = edition(doi=Doi("10.5555/tile.1"), pmid=Pmid("1"), published="2022")
    other = edition(doi=Doi("10.5555/telha.7"), pmid=Pmid("2"), journal="Revista de telhas inventadas")
    assert same(english, other)
    reprinted = edition(doi=Doi("10.5555/x"), pmid=Pmid("3"), journal="Revista de telhas inventadas", pages="70-7")
    assert not same(english, reprinted)


def test_two_preprints_of_one_group_on_one_server_are_two_works() -> None:
    paper = {"kind": Kind.PREPRINT, "journal": "bioRxiv", "text": TEXT}
    first = record(doi=Doi("10.1101/2025.01.01.111111"), title="Moss on roofs keeps invented sparrows cool", **paper)
    second = record(doi=Doi("10.64898/2026.01.01.222222"), title="Lichen on walls keeps invented lizards warm", **paper)
    parts = TEXT.partition("recorded")
    another = record(
        doi=Doi("10.1101/2025.05.05.333333"),
        title="Lichen on walls keeps invented lizards warm",
        **(paper | {"text": f"{parts[0]} {OTHER_TEXT}"}),
    )
    assert not same(first, another)
    assert same(first, second), "nearly the whole text is the same: it was sent in twice"
    journal = record(doi=Doi("10.5555/tile.9"), title="Invented sparrows stay cool under moss", text=TEXT)
    assert same(first, journal)


# -- feeds --------------------------------------------------------------------------------------------------------


def test_an_entry_comes_again_under_another_guid_and_link() -> None:
    one = item(url="https://feed.example/read?id=8f3", text=TEXT)
    assert same(one, item(url="https://feed.example/read?id=c07", text=TEXT))


def test_letters_under_one_title_in_one_feed_stay_apart() -> None:
    one, other = (
        item(url=f"https://journal.example/{n}", text=f"Published in May. Author(s): {who}")
        for n, who in ((1, "Jutta Ottermole"), (2, "Wanda Sandpiper"))
    )
    assert not same(one, other)


def test_two_notes_of_a_day_behind_one_address_stay_apart() -> None:
    page = "https://diary.example/2025/04/02"
    morning = item(url=f"{page}#8am", title="Somebody counts the swallows again", text=TEXT)
    evening = item(url=f"{page}#8pm", title="A lamp that nobody had ordered", text=OTHER_TEXT)
    assert isinstance(verdict(morning, evening), Unrelated)
    corrected = item(url=f"{page}#later", title="Somebody counts the swallows again, twice", text=TEXT)
    assert same(morning, corrected)


def test_two_releases_of_one_maker_stay_apart_although_their_texts_are_alike() -> None:
    releases = [
        item("Maker", title=f"Tilekit {number}", url=f"https://maker.example/{number}", text=TEXT)
        for number in ("3.5.0beta1", "3.5.0rc1", "3.4.3")
    ]
    assert not same(releases[0], releases[1])
    assert not same(releases[1], releases[2])
    assert same(item("A", title="Moss dries slowly", text=TEXT), item("B", title="What roofs tell us", text=TEXT))


def test_a_search_engine_s_alert_is_the_entry_of_the_journal() -> None:
    journal = item("Journal", text=TEXT, url="https://journal.example/7")
    assert same(item("Alerts", text=OTHER_TEXT, published="2025-04-20", url="https://search.example/9"), journal)
    assert same(item("Alerts", published=None, url="https://search.example/9"), journal)
    assert same(item("Reader", text=TEXT, published="2025-09-20", url="https://reader.example/9"), journal)
    assert not same(item("Alerts", text=OTHER_TEXT, published="2025-09-20", url="https://search.example/9"), journal)


def test_a_journal_s_entry_without_doi_and_authors_is_the_work_of_its_title() -> None:
    work = record(doi=Doi("10.5555/tile.1"), pmid=Pmid("1"), text=TEXT)
    assert same(item("Journal", text="Publication date: May. Author(s): J. Ottermole, I. Quillfeather"), work)
    assert isinstance(verdict(item("Journal", text="Publication date: May. Author(s): K. Zaunkönig"), work), Undecided)
    longer = item("Journal", title=f"{TITLE}: a second look", text="By J. Ottermole")
    assert same(longer, work)
    assert isinstance(verdict(longer, record(title=TITLE, authors=(), source="feed:Other")), Undecided)
    assert not same(item("Journal", text="By J. Ottermole", published="2019-04-02"), work)


def test_a_notice_is_kept_from_its_article_in_the_news_too() -> None:
    article = record(doi=Doi("10.5555/tile.1"))
    assert isinstance(verdict(item(title=f"Corrigendum: {TITLE}", doi=Doi("10.5555/tile.1")), article), Different)
    erratum = record(kind=Kind.NOTICE, pmid=Pmid("9"))  # under the very title of its article, as PubMed has many
    assert isinstance(verdict(item(text="By J. Ottermole"), erratum), Unrelated)
    assert same(item(title=f"Erratum: {TITLE}", pmid=Pmid("9")), erratum)

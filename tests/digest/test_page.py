"""What a reader finds on the page and in the text part, and in which order. All works are invented."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.digest import invented
from tests.digest.test_render import Seen, flat
from watcher.digest.render import body_of, html_page, plain_text
from watcher.models import Doi, Kind, Pmcid, Pmid
from watcher.told import Section


def words(page: str) -> str:
    return flat(Seen(page).words)


def test_updates_come_first_and_in_brief() -> None:
    digest = invented.with_updates()
    page = words(body_of(digest).html)
    assert page.index("Updates") < page.index("The sources themselves") < page.index(invented.SECTIONS[0][1])
    title = invented.TITLES[4].rstrip(".")
    assert f"Retracts “{title}” (told on Tuesday, 1 June 2021)" in page
    assert page.count(title) == 2  # in the preheader, and in brief
    assert "Now in Imaginary Wound Letters; told as a preprint on Tuesday, 1 June 2021" in page


def test_news_is_folded_under_its_work() -> None:
    digest = invented.with_updates()
    said = f"In the news: Imaginary Newsroom, “{invented.title(33).rstrip('.')}”"
    assert said in words(body_of(digest).html)
    assert said in flat(plain_text(digest))
    assert "https://news.example.edu/33" in Seen(body_of(digest).html).links
    assert plain_text(digest).count("https://news.example.edu/33") == 1


def test_the_free_full_text_stands_beside_outlet_and_date() -> None:
    digest = invented.digest(invented.entry(3, journal="Imaginary Wound Letters", published="2021-06-02"))
    assert "Imaginary Wound Letters · 2 June 2021 · free full text (PMC7000003)" in words(body_of(digest).html)
    assert "Free full text: https://pmc.ncbi.nlm.nih.gov/articles/PMC7000003/" in plain_text(digest)


def test_no_link_is_made_of_what_is_no_identifier() -> None:
    entry = invented.entry(1)
    bad = replace(entry.work, doi=Doi("javascript:alert(1)"), pmid=Pmid("1/../x"), pmcid=Pmcid("PMC1?x"), url=None)
    digest = replace(invented.digest(replace(entry, work=bad)), cited=())
    assert Seen(body_of(digest).html).links == []


def test_an_address_that_is_the_doi_in_capitals_is_no_second_link() -> None:
    entry = invented.entry(1)
    work = replace(entry.work, url="https://doi.org/10.5555/INVENTED.2021.000001")
    digest = replace(invented.digest(replace(entry, work=work)), cited=())
    assert len(set(Seen(body_of(digest).html).links)) == 2


def test_what_was_held_back_is_named_on_the_page_and_counted_in_the_mail() -> None:
    back = invented.entry(20, title="Of something else.")
    digest = replace(invented.of(2), held=(Section("wounds", "Wounds", (1,), (back,)),))
    assert "Of something else" in words(html_page(digest))
    assert "Held back, as less related than min_relatedness asks · 1 work" in words(html_page(digest))
    assert "Of something else" not in words(body_of(digest).html) + plain_text(digest)
    assert "Held back: 1 work" in words(body_of(digest).html)
    assert "Found: 3 new works" in words(body_of(digest).html)


def test_the_foot_says_where_to_edit_and_how_to_pause() -> None:
    digest = invented.of(1)
    digest = replace(digest, receipt=replace(digest.receipt, settings="~/watcher/queries.toml"))
    for part in (words(body_of(digest).html), flat(plain_text(digest))):
        assert "Edit: ~/watcher/queries.toml says what is watched, and who is told" in part
        assert "Pause: write pause_until = 2021-07-03 there, under the [[digest]] that is named skin-stem-cells" in part


@pytest.mark.parametrize("count", [0, 1, 12])
def test_it_has_landmarks_a_language_and_headings_in_order(count: int) -> None:
    tags = Seen(body_of(invented.of(count)).html).tags
    assert tags.count("main") == tags.count("footer") == tags.count("h1") == 1
    headings = [int(tag[1]) for tag in tags if tag in {"h1", "h2", "h3"}]
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert '<html lang="en"' in body_of(invented.of(count)).html
    assert "img" not in tags


def test_news_alone_is_called_by_its_outlet() -> None:
    told = invented.entry(4, kind=Kind.NEWS, source="feed:Imaginary Newsroom", journal="", published=None)
    assert "Imaginary Newsroom · news" in words(body_of(invented.digest(told)).html)

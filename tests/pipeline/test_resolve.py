"""Sources become works: by what the entry says, PubMed Central, the page's tags, and at last the title."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fakes.eutils_server import EutilsServer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from watcher.article.reading import Source
from watcher.pipeline.resolve import Resolved, by_text, resolve, title_in
from watcher.sources.eutils import Eutils
from watcher.sources.http import Client

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TITLE = "Patches of invented vesicles for wounds of the invented skin"
PAGES = {
    "https://journal.example.org/1": b'<meta name="citation_doi" content="10.5555/tale.11">',
    "https://journal.example.org/2": f'<meta name="citation_title" content="{TITLE}">'.encode(),
    "https://news.example.org/3": f"<title>{TITLE}</title>".encode(),
}


@pytest.fixture
def pubmed() -> Iterator[EutilsServer]:
    records = [
        article(11, title="An invented tale.", doi="10.5555/tale.11", pmcid="PMC5511"),
        article(12, title=f"{TITLE}.", doi="10.5555/tale.12", published="2020-03"),
        article(13, title="Patches of invented vesicles in the invented bowel of mice", published="2020"),
    ]
    with EutilsServer(Collection(records)) as server:
        yield server


def play(method: str, url: str, data: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
    if "idconv" in url:
        return 200, {}, json.dumps({"records": [{"pmcid": "PMC5511", "pmid": 11}]}).encode()
    return (200, {}, PAGES[url]) if url in PAGES else (404, {}, b"")


def resolved(pubmed: EutilsServer, text: str, url: str = "") -> Resolved:
    pages, client = Client(play=play, sleep=lambda _: None), Client(sleep=lambda _: None)
    eutils = Eutils(client, base_url=pubmed.url, email="tests@example.org")
    (found,) = resolve([Source(1, text or url, url)], eutils, pages, "tests@example.org", lambda _: None)
    client.close()
    return found


@pytest.mark.parametrize(
    "url",
    [
        "https://doi.org/10.5555/tale.11", "https://pubmed.ncbi.nlm.nih.gov/11/", "https://journal.example.org/1",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC5511/",
    ],
)  # fmt: skip
def test_a_doi_pmid_or_pmcid_in_the_address_or_the_pages_tags_leads_to_the_record(
    pubmed: EutilsServer, url: str
) -> None:
    found = resolved(pubmed, "", url)
    assert found.record is not None
    assert (found.cited.pmid, found.cited.doi, found.cited.pmcid) == ("11", "10.5555/tale.11", "PMC5511")
    assert (found.cited.url, found.cited.title, found.why_not) == (url, "An invented tale", "")


def test_the_title_that_a_page_gives_its_work_is_looked_for(pubmed: EutilsServer) -> None:
    assert resolved(pubmed, "", "https://journal.example.org/2").cited.pmid == "12"


def test_the_title_of_a_news_page_is_not(pubmed: EutilsServer) -> None:
    found = resolved(pubmed, "", "https://news.example.org/3")
    assert (found.record, found.cited.pmid) == (None, None)
    assert (found.cited.title, found.why_not) == (TITLE, "its page names no work")


def test_an_entry_without_address_is_found_by_its_title_in_its_year(pubmed: EutilsServer) -> None:
    assert resolved(pubmed, f"Muster E. {TITLE}. J Invent Res. 2020;1:1.").cited.pmid == "12"
    late = resolved(pubmed, f"Muster E. {TITLE}. J Invent Res. 2024;1:1.")
    assert (late.record, late.why_not) == (None, f"PubMed has no one work of the title “{TITLE}”")


@pytest.mark.parametrize(
    "entry",
    [
        f'Muster E. "{TITLE}." J Invent Res 2020',
        f"Muster E. “{TITLE}” Journal of Invented Research of the Skin and of Everything that is Around it, 2020",
        f"Muster, Beispiel, Exemple: {TITLE}. J Invent Res 2020",
        f"Muster E, Probe A and Exemple C: {TITLE}. 2020",
        f"Muster E et al.: {TITLE}. J Invent Res 2020",
        f"Muster E (2020) {TITLE}. J Invent Res 1:1",
        f"Muster E, 2020. {TITLE}. J Invent Res 1:1",
        f"Muster E. {TITLE}? J Invent Res 2020",
    ],
)
def test_the_title_is_found_in_an_entry_however_it_is_written(pubmed: EutilsServer, entry: str) -> None:
    assert title_in(entry) == TITLE
    assert resolved(pubmed, entry).cited.pmid == "12"


def test_a_colon_within_a_title_parts_nothing() -> None:
    assert title_in("Vesicles: the invented side of healing. 2020") == "Vesicles: the invented side of healing"


def test_an_entry_without_a_title_says_so(pubmed: EutilsServer) -> None:
    assert resolved(pubmed, "Muster, 2020").why_not == "it names no title long enough to be looked for"


def test_a_work_of_another_title_is_not_taken_however_many_words_it_shares(pubmed: EutilsServer) -> None:
    assert resolved(pubmed, "Patches of invented vesicles in the invented bowel of rats").record is None


def test_what_pubmed_does_not_have_keeps_its_names(pubmed: EutilsServer) -> None:
    found = resolved(pubmed, "", "https://doi.org/10.5555/unknown.1")
    assert (found.cited.doi, found.record, found.why_not) == ("10.5555/unknown.1", None, "PubMed does not have it")


def test_a_page_that_is_gone_leaves_the_work_by_its_address(pubmed: EutilsServer) -> None:
    found = resolved(pubmed, "", "https://journal.example.org/gone")
    assert found.cited.url == "https://journal.example.org/gone"
    assert "404" in found.why_not


def test_a_page_that_is_not_for_programs_is_not_asked_for(pubmed: EutilsServer) -> None:
    found = resolved(pubmed, "", "https://www.ncbi.nlm.nih.gov/books/NBK5511/")  # which would answer 404
    assert found.why_not == "its page is not for programs to read, and its address has no identifier"


def test_by_the_text_alone_nothing_is_asked() -> None:
    (found,) = by_text([Source(1, "Muster E. A book of 2020", "")])
    assert (found.cited.title, found.why_not) == ("Muster E. A book of 2020", "not looked up")

"""What a publisher's page says of its work, and what PubMed Central says of its numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from watcher.errors import SourceError
from watcher.models import Doi, Pmcid, Pmid
from watcher.sources.http import Client
from watcher.sources.pmc_ids import MOST, convert
from watcher.sources.publisher_pages import Page, page_of, read_page

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = b"""<html><head><title>Invented | Journal</title>
<meta name="citation_title" content="An invented  title"><meta name="citation_doi" content="doi:10.5555/INV.1">
<meta name="citation_pmid" content="123"></head><body>10.5555/other</body></html>"""


def playing(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Client:
    def play(method: str, url: str, data: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        return status, headers or {}, body

    return Client(play=play, sleep=lambda _: None)


def test_a_publishers_tags_name_the_work() -> None:
    assert read_page(PAGE) == Page(Doi("10.5555/inv.1"), Pmid("123"), None, "An invented title", of_work=True)


@pytest.mark.parametrize(
    ("body", "title"),
    [(b"<title>News of today</title><p>About 10.5555/other.", "News of today"), (b"", ""), (b"\x00\xff", ""),
     (b'<meta property="og:title" content="News">', "News")],
)  # fmt: skip
def test_a_page_without_them_names_none_whatever_its_text_says(body: bytes, title: str) -> None:
    page = read_page(body)
    assert (page.doi, page.pmid, page.pmcid, page.of_work) == (None, None, None, False)
    assert page.title == title


def test_a_page_is_read_from_its_address() -> None:
    assert page_of(playing(200, PAGE), "https://example.org/a").pmid == "123"
    with pytest.raises(SourceError, match="404"):
        page_of(playing(404, b""), "https://example.org/a")


def test_utf_8_without_a_declaration_is_read_as_such_and_the_header_goes_before() -> None:
    page = '<meta name="citation_title" content="Über β-Zellen">'
    assert read_page(page.encode()).title == "Über β-Zellen"
    latin = page.replace("β", "B").encode("latin-1")
    client = playing(200, latin, {"Content-Type": 'text/html; charset="ISO-8859-1"; x=y'})
    assert page_of(client, "https://example.org/a").title == "Über B-Zellen"


def test_an_address_that_somebody_else_named_leads_into_no_private_network() -> None:
    with pytest.raises(SourceError):
        page_of(Client(sleep=lambda _: None), "http://127.0.0.1:9/")


def test_numbers_of_pubmed_central_become_pmids_and_dois() -> None:
    body = json.dumps({"records": [
        {"pmcid": "PMC5512", "pmid": 12, "doi": "10.5555/a"}, {"pmcid": "PMC5513", "status": "error"},
    ]}).encode()  # fmt: skip
    known = convert(playing(200, body), [Pmcid("PMC5512"), Pmcid("PMC5513")], email="me@example.org")
    assert known == {"PMC5512": ("12", "10.5555/a"), "PMC5513": (None, None)}


def test_more_numbers_than_one_request_takes_are_asked_for_in_several() -> None:
    asked: list[list[str]] = []

    def play(method: str, url: str, data: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        asked.append(parse_qs(urlsplit(url).query)["ids"][0].split(","))
        records = [{"pmcid": pmcid, "pmid": int(pmcid.removeprefix("PMC"))} for pmcid in asked[-1]]
        return 200, {}, json.dumps({"records": records}).encode()

    pmcids = [Pmcid(f"PMC{number}") for number in range(5001, 5001 + 2 * MOST + 1)]
    known = convert(Client(play=play, sleep=lambda _: None), pmcids, email="me@example.org")
    assert [len(ids) for ids in asked] == [MOST, MOST, 1]
    assert known == {pmcid: (pmcid.removeprefix("PMC"), None) for pmcid in pmcids}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"records": 3}', b'{"status": "error"}'])
def test_any_other_answer_is_a_failure(body: bytes) -> None:
    with pytest.raises(SourceError, match="not what it promises"):
        convert(playing(200, body), [Pmcid("PMC5512")], email="me@example.org")

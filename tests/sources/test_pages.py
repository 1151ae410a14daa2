"""A look at a page: one polite question, and whatever comes of it is a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.feed_server import FeedServer
from tests.sources.played import Play, Played, redirect
from watcher.sources.http import Client
from watcher.sources.pages import LARGEST_PAGE, Absent, Look, Read, Unread, body_of, look, may_be_read
from watcher.sources.validators import Validators

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = b"<title>Skin</title><p>Skin renews itself in eleven invented days.</p>"
SENTENCES = ("Skin renews itself in eleven invented days.",)
HTML = {"Content-Type": "text/html; charset=utf-8"}
URL = "https://news.example.org/skin"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


def played(*answers: Played) -> Look:
    return look(Client(play=Play(*answers), sleep=lambda _: None), URL, Validators())


def test_it_is_asked_for_once_by_name_and_conditionally(server: FeedServer) -> None:
    url = server.put("/skin", PAGE, content_type="text/html; charset=utf-8")
    client = Client()
    first = look(client, url, Validators())
    assert isinstance(first, Read)
    assert first.text is not None
    assert (first.text.title, first.text.sentences) == ("Skin", SENTENCES)
    second = look(client, url, first.validators)
    assert second == Read(None, first.validators, url)
    client.close()
    assert len(server.requests) == 2
    assert {request.headers["user-agent"].partition("/")[0] for request in server.requests} == {"watcher"}
    assert server.requests[1].headers["if-none-match"] == first.validators.etag


def test_a_permanent_redirect_is_a_move_and_another_is_none() -> None:
    for status, moved in ((301, "https://news.example.org/new"), (302, None)):
        found = played(redirect("/new", status), (200, HTML, PAGE))
        assert isinstance(found, Read)
        assert found.moved_to == moved


@pytest.mark.parametrize("status", [404, 410])
def test_404_and_410_say_that_nothing_is_there(status: int) -> None:
    assert played((status, HTML, b"<p>Not here</p>")) == Absent(f"{URL}: HTTP {status}: Not here")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((403, HTML, b"<p>Forbidden</p>"), "HTTP 403: Forbidden"),
        ((451, HTML, b""), "HTTP 451"),
        ((503, HTML, b""), "HTTP 503"),
        ((429, {"Retry-After": "86400"}, b""), "asks for a pause of 86400 s"),
        ((200, HTML, b"<title>Just a moment...</title><p>Are you human?</p>"), "it asks whether its reader is human"),
        ((200, HTML, b"<p>x</p>" + b" " * LARGEST_PAGE), "the answer is larger than 5 MB"),
        ((301, {"Location": "http://127.0.0.1/skin"}, b""), "a private network"),
    ],
)
def test_what_cannot_be_read_says_why_and_is_not_gone(answer: Played, said: str) -> None:
    found = played(answer)
    assert isinstance(found, Unread)
    assert said in found.why


def test_what_is_no_html_is_there_and_has_no_text() -> None:
    found = played((200, {"Content-Type": "application/pdf"}, b"%PDF-1.7"))
    assert isinstance(found, Read)
    assert found.text is not None
    assert found.text.sentences == ()


@pytest.mark.parametrize(
    ("url", "may"),
    [
        (URL, True),
        ("https://pubs.acs.org/doi/10.5555/x", True),
        ("https://pubmed.ncbi.nlm.nih.gov/33/", False),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC2000/", False),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC2000/", False),
        ("https://notncbi.nlm.nih.gov.example.org/", True),
    ],
)
def test_ncbi_s_pages_are_not_for_programs(url: str, may: bool) -> None:
    assert may_be_read(url) is may


@pytest.mark.parametrize(
    ("kind", "charset"),
    [("text/html; charset=UTF-8", "UTF-8"), ("text/plain;charset='x'; a=b", "x"), ("text/plain", None), ("", None)],
)
def test_the_bytes_of_an_address_come_with_the_encoding_of_the_header(kind: str, charset: str | None) -> None:
    client = Client(play=Play((200, {"Content-Type": kind}, PAGE)), sleep=lambda _: None)
    assert body_of(client, URL) == (PAGE, charset)

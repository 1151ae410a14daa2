"""A feed's bytes, whatever they are, give entries or words about what they are; and unchanged ones are not sent."""

from __future__ import annotations

import gzip
import re
import time
from html import escape
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fakes.feed_server import FeedServer
from tests.fakes.loopback import Answer as Reply
from watcher.errors import SourceError
from watcher.models import Feed, Kind, Record
from watcher.sources import feeds
from watcher.sources.feeds import FeedAnswer, read_feed
from watcher.sources.http import Answer, Client
from watcher.sources.validators import Validators

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = "https://news.example/feed"


def feed(url: str = URL) -> Feed:
    return Feed("Invented news", url, ("*",), "0 * * * *")


def read(body: bytes, url: str = URL, content_type: str = "") -> tuple[Record, ...]:
    return read_feed(Answer(200, url, {"Content-Type": content_type} if content_type else {}, body), feed(url))


def item(title: str = "", link: str = "", guid: str = "", description: str = "", more: str = "") -> str:
    parts = {"title": title, "link": link, "description": description}
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items() if text)
    identity = f'<guid isPermaLink="false">{escape(guid)}</guid>' if guid else ""
    return f"<item>{inside}{identity}{more}</item>"


def rss(*items: str) -> bytes:
    names = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
    head = (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {names}><channel><title>Invented &amp; news</title>'
    )
    return f"{head}{''.join(items)}</channel></rss>".encode()


def one(*arguments: str, **named: str) -> Record:
    (record,) = read(rss(item(*arguments, **named)))
    return record


# -- conditional GET ----------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


def poll(url: str, validators: Validators | None = None) -> FeedAnswer:
    client = Client(sleep=lambda _: None)
    try:
        return feeds.poll(client, feed(url), validators or Validators())
    finally:
        client.close()


def test_validators_go_back_as_they_came_and_an_unchanged_feed_sends_nothing(server: FeedServer) -> None:
    modified = "Wed, 03 Jun 2026 07:00:00 GMT"
    url = server.put("/news.xml", rss(item("One", guid="1")), last_modified=modified)
    first = poll(url)
    assert (first.changed, len(first.records)) == (True, 1)
    again = poll(url, first.validators)
    assert again == FeedAnswer((), first.validators, changed=False)
    asked = server.requests[-1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == (first.validators.etag, modified)
    assert "if-none-match" not in server.requests[0].headers


def test_a_changed_feed_is_read_again(server: FeedServer) -> None:
    url = server.put("/news.xml", rss(item("One", guid="1")))
    first = poll(url)
    server.put("/news.xml", rss(item("Two", guid="2"), item("One", guid="1")))
    again = poll(url, first.validators)
    assert again.changed
    assert [record.source_id for record in again.records] == ["2", "1"]
    assert again.validators != first.validators


def test_a_validator_that_cannot_be_sent_back_is_not(server: FeedServer) -> None:
    url = server.put("/news.xml", rss(item("One", guid="1")))
    assert poll(url, Validators('"folded\r\n line"', "\u20ac")).changed
    assert "if-none-match" not in server.requests[0].headers


def test_a_feed_that_has_moved_says_where(server: FeedServer) -> None:
    there = server.put("/new.xml", rss(item("One", guid="1")))
    server.fail_next(Reply(301, b"", {"Location": "/new.xml"}))
    answer = poll(server.root + "/old.xml")
    assert (answer.moved_to, len(answer.records)) == (there, 1)


def test_a_feed_that_is_gone_says_so(server: FeedServer) -> None:
    with pytest.raises(SourceError, match="HTTP 404: 404 Not Found"):
        poll(server.root + "/none.xml")
    server.fail_next(Reply(410))
    with pytest.raises(SourceError, match="HTTP 410"):
        poll(server.root + "/none.xml")


def test_a_feed_that_is_too_large_is_cut_off() -> None:
    client = Client(play=lambda *_: (200, {}, b" " * (feeds.LARGEST_FEED + 1)))
    with pytest.raises(SourceError, match="larger than 10 MB"):
        feeds.poll(client, feed(), Validators())
    with pytest.raises(SourceError, match="larger than 10 MB, unpacked"):
        read(gzip.compress(b" " * (feeds.LARGEST_FEED + 1)))


# -- what is no feed ----------------------------------------------------------------------------------------------


def refusal(body: bytes, content_type: str = "") -> str:
    with pytest.raises(SourceError) as caught:
        read(body, content_type=content_type)
    return str(caught.value)


def test_a_web_page_is_called_one_and_the_feeds_it_offers_are_named() -> None:
    page = (
        b"<!DOCTYPE html><html><head><title>x</title><link rel='stylesheet' href='/a.css'>"
        b'<link rel="alternate" type="application/rss+xml" title="News" href="/rss?a=1&amp;b=2">'
        b"<link href=https://other.example/atom type=application/atom+xml><link type='application/rss+xml' href='http://['>"
        b"<link type='application/rss+xml' href='javascript:alert(1)'></head></html>"
    )
    assert refusal(page) == (
        f"{URL}: a web page, not a feed; it offers these feeds: https://news.example/rss?a=1&b=2, https://other.example/atom"
    )
    assert refusal(b"<html><body>Validate User</body></html>") == f"{URL}: a web page, not a feed"


def test_other_things_are_called_what_they_are() -> None:
    assert refusal(b" \n") == f"{URL}: the answer is empty"
    assert refusal(b"%PDF-1.4", "application/pdf; x=y") == f"{URL}: not a feed (application/pdf)"
    assert refusal(b'{"error": "no"}', "application/json") == f"{URL}: not a feed (application/json)"
    assert refusal(b"\x1f\x8bnothing") == f"{URL}: compressed data (gzip) that cannot be unpacked"


def test_an_address_with_a_password_is_not_repeated() -> None:
    with pytest.raises(SourceError) as caught:
        read(b"", "https://me:secret@news.example/feed")
    assert "secret" not in str(caught.value)


def test_bytes_that_name_a_file_are_not_that_file(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_bytes(rss(item("What stands in a file here", guid="1")))
    assert "not a feed" in refusal(str(secret).encode())


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss()) == ()


def test_a_packed_feed_is_unpacked() -> None:
    assert [record.title for record in read(gzip.compress(rss(item("One", guid="1"))))] == ["One"]


# -- entries ------------------------------------------------------------------------------------------------------


def test_an_entry_is_what_its_feed_says() -> None:
    record = one(
        "Wounds &amp; <i>skin</i>", "/a?utm_source=x", "tag:1", "<p>Heals in <sub>2</sub> days</p><script>x</script>",
        "<dc:creator>Ada Invented</dc:creator><category>skin</category>"
        "<pubDate>Wed, 03 Jun 2026 23:00:00 -0400</pubDate>",
    )  # fmt: skip
    assert (record.source, record.source_id, record.kind) == ("feed:Invented news", "tag:1", Kind.NEWS)
    assert record.title == "Wounds &amp; <i>skin</i>"
    assert record.url == "https://news.example/a?utm_source=x"
    assert record.abstract[0].text == "Heals in <sub>2</sub> days"
    assert [str(author) for author in record.authors] == ["Ada Invented"]
    assert (record.published, record.journal, record.keywords) == ("2026-06-04", "Invented & news", ("skin",))


@pytest.mark.parametrize(
    ("more", "journal"),
    [
        ("<prism:publicationName>Journal of Tales</prism:publicationName>", "Journal of Tales"),
        ("<prism:publicationName>A title</prism:publicationName><dc:source>Tales</dc:source>", "Tales"),
        ("<dc:source>https://tales.example/</dc:source>", "Invented & news"),
    ],
)
def test_the_journal_is_the_entry_s_or_else_the_feed_s_name(more: str, journal: str) -> None:
    assert one("A title", more=more).journal == journal


def test_without_a_guid_the_link_is_the_identity_and_without_that_the_title() -> None:
    assert one("A", "http://www.news.example/a/?utm_source=x").source_id == "https://news.example/a"
    assert one("Only a title").source_id == "Only a title"
    assert one("Only a title").url is None


def test_entries_that_share_one_link_stay_apart() -> None:
    records = read(rss(item("One", "/news"), item("Two", "/news"), item("Three"), item("Four")))
    assert len({record.source_id for record in records}) == 4
    same = read(rss(item("One", "/news"), item("One", "/news")))
    assert len({record.source_id for record in same}) == 1


def test_an_entry_that_says_nothing_is_none() -> None:
    assert read(rss("<item/>", item(link="/x"), item(guid="1"), item("<i></i>", description="<b> </b>"))) == ()


@pytest.mark.parametrize(
    ("named", "kind", "ids"),
    [
        ({"guid": "pubmed:34158094"}, Kind.ARTICLE, ("34158094", None, None)),
        ({"link": "https://pubmed.ncbi.nlm.nih.gov/34158094/?fc=1"}, Kind.ARTICLE, ("34158094", None, None)),
        ({"link": "https://doi.org/10.1000/ABC"}, Kind.ARTICLE, (None, "10.1000/abc", None)),
        ({"more": "<dc:identifier>doi:10.1000/ABC</dc:identifier>"}, Kind.ARTICLE, (None, "10.1000/abc", None)),
        ({"more": "<prism:doi>10.1000/ABC</prism:doi>"}, Kind.ARTICLE, (None, "10.1000/abc", None)),
        ({"more": "<prism:doi>10.1101/060012</prism:doi>"}, Kind.PREPRINT, (None, "10.1101/060012", None)),
        ({"link": "https://www.biorxiv.org/content/10.64898/2026.01.19.700241v1?rss=1"}, Kind.PREPRINT,
         (None, "10.64898/2026.01.19.700241", None)),
        ({"description": "The paper (doi: 10.1000/abc) says so."}, Kind.NEWS, (None, "10.1000/abc", None)),
        ({"description": "Two: 10.1000/abc and 10.1000/def."}, Kind.NEWS, (None, None, None)),
        ({"description": "The paper (PMID: 34158094) says so."}, Kind.NEWS, ("34158094", None, None)),
        ({"description": "Two: PMID 34158094 and PMID 34158095."}, Kind.NEWS, (None, None, None)),
        ({"description": "No paper."}, Kind.NEWS, (None, None, None)),
        # As PubMed's own feeds have them, of which feedparser keeps the last.
        ({"guid": "pubmed:34158094",
          "more": "<dc:identifier>pmid:34158094</dc:identifier><dc:identifier>doi:10.1000/ABC</dc:identifier>"},
         Kind.ARTICLE, ("34158094", "10.1000/abc", None)),
        # A link alone tells of a paper where the words do not.
        ({"description": '<p>In <a class="x" href="https://doi.org/10.1000/ABC?a=1&amp;b=2">the paper</a>.</p>'},
         Kind.NEWS, (None, "10.1000/abc", None)),
        ({"description": "<a href=https://pubmed.ncbi.nlm.nih.gov/34158094/>x</a>"}, Kind.NEWS,
         ("34158094", None, None)),
        ({"description": '10.1000/abc, unlike <a href="https://doi.org/10.1000/def">this one</a>'}, Kind.NEWS,
         (None, "10.1000/abc", None)),
        ({"description": '<a href="https://doi.org/10.1000/abc">1</a> <a href="https://doi.org/10.1000/def">2</a>'},
         Kind.NEWS, (None, None, None)),
        ({"description": '<img src="https://doi.org/10.1000/abc"> A figure.'}, Kind.NEWS, (None, None, None)),
        # The address holds the number with which the entry's own DOI closes.
        ({"link": "https://journal.example/article/75391/",
          "description": "DOI: 10.1000/jour.1068.75391. Cf. 10.1000/abc"},
         Kind.ARTICLE, (None, "10.1000/jour.1068.75391", None)),
        ({"link": "http://biorxiv.org/content/early/2026/01/17/2025.05.28.656528",
          "description": "doi: https://doi.org/10.64898/2025.05.28.656528"},
         Kind.PREPRINT, (None, "10.64898/2025.05.28.656528", None)),
        ({"link": "https://news.example/175391/", "description": "It is told in 10.1000/jour.1068.75391"}, Kind.NEWS,
         (None, "10.1000/jour.1068.75391", None)),
    ],
)  # fmt: skip
def test_identifiers_and_kind(named: dict[str, str], kind: Kind, ids: tuple[str | None, ...]) -> None:
    record = one("An invented title", **named)
    assert (record.kind, (record.pmid, record.doi, record.pmcid)) == (kind, ids)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<script>alert(1)</script>Skin", "Skin"),
        ("<img src=x onerror=alert(1)>Skin", "Skin"),
        ("Skin\r\nBcc: x@example.org", "Skin Bcc: x@example.org"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<a href='javascript:x'>Skin</a>", "Skin"),
        ("Skin &#x202e;niks&#0;", "Skin niks"),
        ("<em>Hydra</em> <strong>x</strong>", "<i>Hydra</i> <b>x</b>"),
    ],
)
def test_hostile_titles_are_text(title: str, shown: str) -> None:
    assert one(title, guid="1").title.replace("\ufffd", "") == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("&#xD83D;&#xDE00;", "😀"),
        ("&#55357;&#x0de00;", "😀"),
        ("&#xD83D;", "\ufffd"),
        ("&#xDE00;&#xD83D;", "\ufffd\ufffd"),
        ("&#55000;", chr(55000)),
        ("&#57999;", chr(57999)),
    ],
)
def test_halves_of_a_character_in_references_are_what_they_mean_together(written: str, shown: str) -> None:
    (record,) = read(rss(f"<item><title>Skin {written} x</title><guid>1</guid></item>"))
    assert record.title == f"Skin {shown} x"


def test_a_long_title_is_cut_between_characters() -> None:
    record = one("<b>" + "&lt; " * 1000 + "</b>", guid="1", description="<i>" + "x&lt; " * 5_000 + "</i>")
    assert len(record.title) < 12_000
    for text in (record.title, record.abstract[0].text):
        assert re.fullmatch(r"(?:[^<>&]|&(?:amp|lt|gt);)*", text)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "http://[", "http://me:pw@news.example/", "//"]
)
def test_hostile_links_are_none(link: str) -> None:
    assert one("A title", link, "1").url is None


@pytest.mark.parametrize(
    "piece", ["<p", "<link", "<em ", "<a href=", "<a ", "&", "<<", "<![CDATA[", "<script>", "10.1000/", " "]
)
def test_no_text_takes_long(piece: str) -> None:
    started = time.process_time()
    text = piece * 3_000
    read(rss(item(text, "/x", text, text, f"<author>{escape(text)}</author>")))
    with pytest.raises(SourceError):
        read(b"<html>" + text.encode())
    assert time.process_time() - started < 3


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
@example(b"/etc/hostname")
def test_any_bytes_are_records_or_a_source_error(body: bytes) -> None:
    whole = rss(item("Title", "/x", "1", "Text"))
    for given_body in (body, b"<rss version='2.0'><channel><item>" + body, whole[:150] + body + whole[150:]):
        try:
            records = read(given_body)
        except SourceError as error:
            assert str(error).startswith(URL)  # noqa: PT017 - either is right
        else:
            assert all(record.title and record.source_id for record in records)


@settings(max_examples=40, deadline=None)
@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_in_its_fields_too(title: str, link: str, guid: str, text: str) -> None:
    for record in read(rss(item(title, link, guid, text, f"<dc:creator>{escape(guid)}</dc:creator>"))):
        str(record).encode()

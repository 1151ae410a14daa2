"""The mail as its reader meets it: what stands in both parts, what hostile material becomes, how large it gets."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default, strict
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.digest import invented
from watcher.digest.dates import Dates
from watcher.digest.envelope import Envelope
from watcher.digest.excerpt import excerpt, pattern_of
from watcher.digest.links import page_address
from watcher.digest.opening import subject
from watcher.digest.render import HTML_LIMIT, body_of, html_page, plain_text, render
from watcher.digest.richtext import RichText, clean
from watcher.mail.outbox import freeze
from watcher.models import Author, Doi, Kind, Passage, Pmid
from watcher.told import Digest, PageEvent, PageKind

if TYPE_CHECKING:
    from email.message import EmailMessage

MESSAGE_ID = "<20210603.1.reader@example.org>"
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "MIME-Version", "Content-Type"]
TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "table",
    "tbody",
    "tr",
    "td",
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "li",
    "a",
    "br",
    "i",
    "b",
    "sub",
    "sup",
    "strong",
    "main",
    "footer",
    "span",
}


class Seen(HTMLParser):
    """The tags, links, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.words += data


def sent(digest: Digest, **changes: str) -> bytes:
    """The bytes of its message."""
    given = {"sender": "Watcher <watcher@example.org>", "recipient": "reader@example.org", "message_id": MESSAGE_ID}
    return freeze(render(body_of(digest), Envelope(**{**given, **changes})))


def received(digest: Digest, **changes: str) -> EmailMessage:
    """Its message as another program reads it."""
    return email.message_from_bytes(sent(digest, **changes), policy=default)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_both_parts_tell_the_same_of_an_entry() -> None:
    told = invented.entry(
        3,
        title="Vesicles raise CD34<sup>+</sup> cells in <i>Mus musculus</i>.",
        authors=(Author("Ibáñez", initials="A"), Author("Skin Group", collective=True)),
        journal="Imaginary Wound Letters",
        publication_types=("Journal Article", "Systematic Review", "Review"),
        published="2021-06",
    )
    told = replace(told, phrases=('"wound healing"[tiab]', "exosome*"), also_in=("Skin renews itself",))
    message = received(invented.digest(told))
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    text, page = flat(plain.get_content()), rich.get_content()
    seen = flat(Seen(page).words)
    for line in (
        "Ibáñez A, Skin Group",
        "Imaginary Wound Letters · systematic review · June 2021",
        "Why: matched wound healing, exosome*",
        "Also in: Skin renews itself",
        "Conclusions: A patch with exosomes",
        "What the article says · source [1] · 1 work",
        "1 new since Tuesday · 1 source failed",
        "Thursday, 3 June 2021 · 1 article",
        "Do Stem Cells Regenerate Skin?",
        "Period: Tuesday, 1 June 2021, 07:00 to Thursday, 3 June 2021, 07:00 (Europe/Berlin)",
        "Asked: 9 queries and 10 feeds, in 57 polls",
        "Found: 1 new work, in 1,340 hits",
        "Failed: feed Imaginary Newsroom: HTTP 503 after 4 attempts (since Wednesday, 2 June 2021, 13:15)",
        "Notes: query vesicles: phrase not found: “exosomee”",
        "Next: Friday, 4 June 2021, 07:00",
        "[1] A patch for wounds",
    ):
        assert line in text
        assert line in seen
    assert "Vesicles raise CD34⁺ cells in Mus musculus" in text
    assert "Vesicles raise CD34<sup>+</sup> cells in <i>Mus musculus</i></a>" in page
    assert "<strong>exosomes</strong>" in page
    assert "<strong>wound healing</strong>" in page


@pytest.mark.parametrize("count", [0, 1, 12, 60, 500])
def test_the_page_stays_small_and_the_text_is_complete(count: int) -> None:
    digest = invented.of(count)
    page, text = body_of(digest).html, plain_text(digest)
    assert len(page.replace("\n", "\r\n").encode()) <= HTML_LIMIT
    assert set(Seen(page).tags) <= TAGS
    assert Seen(page).tags.count("h1") == 1
    assert [link for link in Seen(page).links if link not in text] == []
    for number in range(count):
        assert str(RichText.read(invented.title(number)).without_period()) in flat(text)
        assert f"https://doi.org/10.5555/invented.2021.{number:06}\n" in text


@pytest.mark.parametrize(("sections", "titled"), [(1, 500), (6, 500), (40, 500)])
def test_five_hundred_works_are_all_named_on_the_page_the_first_of_a_section_in_full(
    sections: int, titled: int
) -> None:
    page = Seen(html_page(invented.digest(*(invented.entry(n) for n in range(titled)), sections=sections)))
    assert page.tags.count("h3") + page.tags.count("li") == titled
    assert "more: the complete list" not in page.words


@pytest.mark.long
def test_three_thousand_long_titles_leave_out_openly_what_does_not_fit() -> None:
    digest = invented.digest(*(invented.entry(n, title=invented.CHINESE * 4) for n in range(3000)))
    page = body_of(digest).html
    assert len(page.encode()) <= HTML_LIMIT
    left_out = sum(
        int(found.replace(",", "")) for found in re.findall(r"([\d,]+) more: the complete list is in the text", page)
    )
    assert Seen(page).tags.count("h3") + Seen(page).tags.count("li") + left_out == 3000
    assert html_page(digest).count("<h3") == 3000


def test_hundreds_of_sections_and_failures_fit_too() -> None:
    digest = invented.digest(*(invented.entry(n) for n in range(900)), sections=900)
    failure = digest.receipt.failures[0]
    digest = replace(digest, receipt=replace(digest.receipt, failures=(replace(failure, why="&" * 900),) * 400))
    assert len(body_of(digest).html.encode()) <= HTML_LIMIT


def test_the_same_digest_gives_the_same_bytes_and_another_message_another_boundary() -> None:
    assert sent(invented.of(12)) == sent(invented.of(12))
    assert (
        received(invented.of(1)).get_boundary() != received(invented.of(1), message_id="<2@example.org>").get_boundary()
    )


@pytest.mark.parametrize(
    "digest", [invented.of(0), invented.of(12), invented.hostile()], ids=["none", "twelve", "hostile"]
)
def test_the_wire_is_seven_bit_short_and_without_defect(digest: Digest) -> None:
    raw = sent(digest)
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998
    assert raw.count(b"\n") == raw.count(b"\r\n")
    message = email.message_from_bytes(raw, policy=strict)
    assert [part.defects for part in message.walk() if part.defects] == []
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert message.keys() == HEADERS
    assert b"List-Id: <skin-stem-cells.example.org>\r\n" in raw
    assert b"Message-ID: <20210603.1.reader@example.org>\r\n" in raw
    assert message["Date"] == "Thu, 03 Jun 2021 07:00:00 +0200"
    assert message["Auto-Submitted"] == "auto-generated"


def test_headers_for_machines_are_never_encoded_however_long() -> None:
    long = f"<{'x' * 120}@example.org>"
    digest = replace(invented.of(1), name="Haut, Stammzellen und Wunden: jede Woche das Neue für die ganze Abteilung")
    raw = sent(digest, message_id=long, sender="Wächter <watcher@lists.dermatology.university.example.org>")
    assert f"Message-ID: {long}\r\n".encode() in raw
    assert not re.search(rb"(?im)^(List-[\w-]+|Message-ID):.*=\?", raw)
    assert (
        email.message_from_bytes(raw, policy=default)["From"]
        == "Wächter <watcher@lists.dermatology.university.example.org>"
    )


def test_the_subject_says_what_is_inside() -> None:
    told = invented.entry(0, title="A <i>patch</i> heals.")
    assert subject(invented.digest(told)) == "1 new on skin stem cells: A patch heals"
    culture = invented.entry(0, title="Stem cells in culture: a trial")
    assert subject(invented.digest(culture)) == "1 new on skin stem cells: Stem cells in culture – a trial"
    assert subject(invented.of(0)) == "Nothing new on skin stem cells, 3 June 2021: 1 source failed"
    assert len(subject(invented.hostile())) <= 125


@pytest.mark.parametrize(
    "bad",
    ["\r\nBcc: v@example.org", "\x00", "\u0085", "\u2028", "\x0b\x0c", "\u202e", "\ud800", "=?utf-8?q?a=0D=0ABcc:_v?="],
)
def test_no_title_reaches_a_header_as_anything_but_words(bad: str) -> None:
    message = received(invented.digest(invented.entry(0, title=f"A patch{bad}heals")))
    assert "Bcc" not in message
    assert message["Subject"].startswith("1 new on skin stem cells: A patch")
    assert message["Subject"].endswith("heals")
    assert message["Subject"].isprintable()
    received(
        replace(invented.of(1), name=f"skin{bad}cells"),
        sender=f"W{bad} <w@example.org>",
        recipient=f"R{bad} <r@example.org>",
    )


def test_hostile_material_is_text_and_nothing_else() -> None:
    digest = invented.hostile()
    page, text = body_of(digest).html, plain_text(digest)
    seen = Seen(page)
    assert set(seen.tags) <= TAGS
    assert seen.attributes <= {
        "lang",
        "charset",
        "name",
        "content",
        "class",
        "style",
        "href",
        "role",
        "dir",
        "aria-hidden",
        "data-css-inline",
    }
    assert "<script>alert(1)</script>" in seen.words
    assert all(re.fullmatch(r"https?://[!-~]+", link) and "@" not in link for link in seen.links)
    assert [link for link in seen.links if link not in text] == []
    assert "evil.example" not in page + text
    assert "javascript:" not in page + text
    assert not re.search("[\x00\u202e\u2066\ud800]", page + text)
    assert len(page.encode()) <= HTML_LIMIT
    assert "(400 authors)" in seen.words
    assert "Member0 Z, Member1 Z, Member2 Z … The Wound Consortium" in flat(text)
    assert 'dir="auto" style="' in page
    for title in (invented.HEBREW, invented.ARABIC, invented.CHINESE, "Untitled", "Emoji 🧪👩‍🔬 in a title"):
        assert title in seen.words
        assert title in flat(text)


def test_what_is_told_of_the_sources_stands_in_both_parts_before_the_new_works() -> None:
    rewritten = PageEvent(
        PageKind.CHANGED, None, ("It was so before, in this invention.",), ("It is so now.", "And so.")
    )
    told = replace(
        invented.digest(invented.entry(1)),
        sources=(replace(invented.entry(2), change="Cites source [1]"),),
        pages=(invented.page(4, rewritten), invented.page(6, PageEvent(PageKind.GONE))),
    )
    for part in (plain_text(told), Seen(html_page(told)).words):
        shown = flat(part)
        assert "1 new since Tuesday · 3 items on the sources · 1 source failed" in shown
        assert "The sources themselves What has become of what the article cites · 3 items" in shown
        assert "Cites source [1]" in shown
        assert "Source [4]: the text of its page has changed, 1 sentence removed and 2 sentences added" in shown
        assert "Removed: “It was so before, in this invention.” Added: “It is so now.” Added: “And so.”" in shown
        assert "Source [6]: its page is gone" in shown
        assert shown.index("The sources themselves") < shown.index(invented.SECTIONS[0][1])
    assert "https://news.example.org/4" in Seen(html_page(told)).links


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (PageEvent(PageKind.BACK), "Source [3]: its page is there again"),
        (
            PageEvent(PageKind.MOVED, "https://x.example.org/"),
            "Source [3]: its page has moved to https://x.example.org/",
        ),
        (
            PageEvent(PageKind.CHANGED, None, (), ("One.",)),
            "Source [3]: the text of its page has changed, 1 sentence added",
        ),
    ],
)
def test_a_digest_of_a_page_alone_says_so_in_its_subject(event: PageEvent, said: str) -> None:
    told = replace(invented.digest(), pages=(invented.page(3, event),))
    assert not told.empty
    assert subject(told) == clean(f"1 item on the sources of skin stem cells: {said}", 120)


def test_a_hostile_page_is_text_and_nothing_else() -> None:
    bad = invented.HOSTILE
    event = PageEvent(PageKind.CHANGED, None, (bad, bad + "x" * 5000), (bad,) * 40)
    moved = PageEvent(PageKind.MOVED, "javascript:alert(1)//" + bad)
    told = replace(invented.digest(), pages=(invented.page(1, event, bad), invented.page(2, moved, "")))
    seen = Seen(html_page(told))
    assert set(seen.tags) <= TAGS
    assert all(link.startswith("https://") for link in seen.links)
    assert len(sent(told)) < 40_000
    assert "and 37 more" in seen.words
    assert "Untitled" in seen.words


def test_many_items_on_the_sources_fit_too() -> None:
    event = PageEvent(PageKind.CHANGED, None, ("It was so before, in this invention. " * 8,) * 5, ())
    pages = tuple(invented.page(number, event) for number in range(1, 301))
    told = replace(invented.of(100), sources=tuple(invented.entry(n) for n in range(200, 500)), pages=pages)
    assert len(body_of(told).html.encode()) <= HTML_LIMIT
    assert plain_text(told).count("Removed: “") == 1500


def test_a_template_in_a_title_stays_asleep() -> None:
    page = html_page(invented.digest(invented.entry(0, title="{{ 7 * 7 }} {% raw %}")))
    assert "{{ 7 * 7 }} {% raw %}" in Seen(page).words
    assert "{{" not in page


def test_links_are_built_from_identifiers() -> None:
    told = invented.entry(2)
    told = replace(
        told, work=replace(told.work, doi=Doi("10.5555/a<b>c#d?e@f"), pmid=Pmid("123"), url="https://x.example/p")
    )
    links = [link for link in Seen(html_page(invented.digest(told))).links if "clinic" not in link]
    assert links[1:4] == [
        "https://doi.org/10.5555/a%3Cb%3Ec%23d%3Fe%40f",
        "https://pubmed.ncbi.nlm.nih.gov/123/",
        "https://x.example/p",
    ]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://News.example.edu/a?b=1&c=2#d", "https://news.example.edu/a?b=1&c=2#d"),
        ("https://x.example/@user/ä", "https://x.example/%40user/%C3%A4"),
        ("http://x.example:8080", "http://x.example:8080"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//x.example/", None),
        ("https://doi.org@evil.example/", None),
        ("https://a b.example/", None),
        ("https://x.example/\nq", None),
        ("https://pubmеd.example/", "https://xn--pubmd-2we.example/"),  # the e is Cyrillic
        ("https://x.example:99999/", None),
        ("https://[::1/", None),
        ("https://x.example/" + "a" * 2100, None),
        ("", None),
    ],
)
def test_an_address_is_plain_http_or_no_link(url: str, address: str | None) -> None:
    assert page_address(url) == address


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("2021-06-03", "3 June 2021"),
        ("2021-06", "June 2021"),
        ("2021", "2021"),
        ("2021-06-31", "June 2021"),
        ("2021-13", "2021"),
        ("0000-01-01", "January 0000"),
        ("Spring", ""),
        (None, ""),
    ],
)
def test_dates_are_as_precise_as_they_are_known(published: str | None, words: str) -> None:
    assert Dates("UTC").published(published) == words


def test_notices_preprints_and_news_are_called_what_they_are() -> None:
    told = (
        invented.entry(0, kind=Kind.NOTICE, publication_types=("Retraction of Publication",)),
        invented.entry(1, kind=Kind.NOTICE, publication_types=()),
        invented.entry(2, kind=Kind.PREPRINT, publication_types=("Preprint",)),
        invented.entry(3, kind=Kind.NEWS, source="feed:Imaginary Newsroom", journal="", publication_types=()),
        invented.entry(4, kind=Kind.ARTICLE, publication_types=("Randomized Controlled Trial", "Clinical Trial")),
        invented.entry(5, kind=Kind.ARTICLE, publication_types=("Retracted Publication", "Journal Article")),
    )
    text = plain_text(invented.digest(*told))
    for facts in (
        "· retraction notice",
        "· notice",
        "· preprint",
        "Imaginary Newsroom · news",
        "· randomised trial",
        "· retracted",
    ):
        assert facts in text
    assert "clinical trial" not in text


def test_an_excerpt_begins_with_the_conclusions_and_ends_at_a_word() -> None:
    passages = (
        Passage("Why " * 40, "BACKGROUND"),
        Passage("Much <i>was</i> found " * 40, "RESULTS"),
        Passage("It works.", "Conclusion"),
    )
    shown = excerpt(passages)
    assert str(shown).startswith("Conclusion: It works. Results: Much was found")
    assert str(shown).endswith(" was…") or str(shown).endswith(" found…") or str(shown).endswith("Much…")
    assert len(str(shown)) <= 301
    assert shown.__html__().count("<i>") == shown.__html__().count("</i>")


def test_marks_cross_tags_and_respect_words() -> None:
    marked = RichText.read("Exosomes, <i>wound</i>-healing, Ca<sup>2+</sup>; woundhealing").marked(
        pattern_of(("exosome*", "wound healing"))
    )
    assert marked.__html__() == (
        "<strong>Exosomes</strong>, <strong><i>wound</i>-healing</strong>, Ca<sup>2+</sup>; woundhealing"
    )


def test_what_a_feed_escaped_twice_is_read_as_meant() -> None:
    assert (
        RichText.read("A &amp;lt;i&amp;gt;Mus&amp;lt;/i&amp;gt; &amp;amp; B &lt; C").__html__()
        == "A <i>Mus</i> &amp; B &lt; C"
    )


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            ["<i>", "</i>", "<b>", "</sub>", "<sup>", "<script>", "&lt;", "&#0;", "é", "x y", "<a href='x'>"]
        )
    ).map("".join)
)
def test_any_string_comes_out_balanced_and_harmless(source: str) -> None:
    for rich in (
        RichText.read(source),
        RichText.read(source).cut(7),
        RichText.read(source).marked(pattern_of(("x", "e*"))),
    ):
        page = rich.__html__()
        bare = re.sub(r"</?(?:i|b|sub|sup|strong)>", "", page)
        assert "<" not in bare
        assert ">" not in bare
        while (inner := re.sub(r"<(i|b|sub|sup|strong)>[^<>]*</\1>", "", page)) != page:
            page = inner
        assert not re.search(r"<", page)
        page.encode()


@given(st.text())
def test_cleaned_text_is_one_printable_line_and_cleaning_it_again_changes_nothing(source: str) -> None:
    once = clean(source)
    assert clean(once) == once
    assert len(once.splitlines()) <= 1


def test_a_first_digest_has_no_beginning() -> None:
    digest = invented.of(1)
    text = plain_text(
        replace(
            digest, receipt=replace(digest.receipt, since=None, until=datetime(2021, 6, 3, 5, tzinfo=UTC), next_at=None)
        )
    )
    assert text.startswith("1 new · 1 source failed")
    assert "Period: up to Thursday, 3 June 2021, 07:00 (Europe/Berlin)" in flat(text)
    assert "Next:" not in text

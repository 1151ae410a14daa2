"""The main text of pages: what a reader reads there, and nothing that stands beside it or changes by itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.sources.page_text import PageText, main_text

BODY = (
    "<h1>Skin in an invented tale</h1><p>Skin renews itself in eleven days, as this invented page has it. "
    "It is closed by cells that nobody has seen! Does it keep them for long?</p>"
    "<p>The study, led by <a href='/x'>Ada Invented</a>, had <b>24</b> minipigs in it &amp; no more.</p>"
)
SENTENCES = (
    "Skin renews itself in eleven days, as this invented page has it.",
    "It is closed by cells that nobody has seen!",
    "Does it keep them for long?",
    "The study, led by Ada Invented, had 24 minipigs in it & no more.",
)


def read(inside: str, head: str = "<title>Skin &amp; tale</title>", charset: str | None = None) -> PageText:
    text = main_text(f"<html><head>{head}</head><body>{inside}</body></html>".encode(), charset)
    assert text is not None
    return text


def test_a_page_is_its_title_and_its_sentences() -> None:
    assert read(BODY) == PageText("Skin & tale", SENTENCES)


@pytest.mark.parametrize(
    "beside",
    [
        "<script>var x = 'This is no sentence of the page at all.';</script>",
        "<style>p { content: 'This is no sentence of the page at all.' }</style>",
        "<nav><p>This is no sentence of the page at all.</p></nav>",
        "<footer><p>This is no sentence of the page at all.</p></footer>",
        "<aside><p>This is no sentence of the page at all.</p></aside>",
        "<form><p>This is no sentence of the page at all.</p></form>",
        "<div role='banner'><p>This is no sentence of the page at all.</p></div>",
        "<div hidden><p>This is no sentence of the page at all.</p></div>",
        "<div class='cookie-banner'><p>This is no sentence of the page at all.</p></div>",
        "<section id='relatedArticles'><p>This is no sentence of the page at all.</p></section>",
        "<div class='post-sharing'><p>This is no sentence of the page at all.</p></div>",
        "<!-- This is no sentence of the page at all. -->",
        "<ul><li><a href='/a'>Another page of ours has a whole sentence.</a></li></ul>",
        "<p>Viewed 1,204 times since it was put here.</p>",
        "<p>This page has had 1,204 views since it came.</p>",
        "<p>Published 3 days ago by somebody in the office.</p>",
        "<p>This page was last updated on 3 March 2026.</p>",
        "<p>© 2026 The Invented University, with all that it has.</p>",
        "<p>Read more here</p><p>By Ada Invented</p><p>3 March 2026</p>",
    ],
)
def test_what_stands_beside_the_text_or_counts_and_dates_it_is_left_out(beside: str) -> None:
    assert read(beside + BODY).sentences == read(BODY + beside).sentences == SENTENCES


def test_the_part_that_is_marked_as_the_main_one_is_read_alone() -> None:
    around = "<p>What the house says of itself on each of its pages.</p>"
    for tag in ("main", "article", "div role='main'"):
        assert read(f"{around}<{tag}>{BODY}</{tag.split()[0]}>{around}").sentences == SENTENCES


def test_of_a_page_that_marks_no_main_part_nothing_is_missed() -> None:
    long = "<div>" + "".join(f"<p>The long part number {n} of an invented page.</p>" for n in range(30)) + "</div>"
    found = main_text(f"<body><p>This page was corrected in one place.</p>{long}</body>".encode(), None)
    assert found is not None
    assert "This page was corrected in one place." in found.sentences


def test_a_page_without_head_and_body_is_a_page() -> None:
    """libxml2 takes an element of HTML 5 behind a title for a part of the head."""
    text = main_text(f"<title>Skin</title><main>{BODY}</main>".encode(), None)
    assert text == PageText("Skin", SENTENCES)


def test_a_mark_on_a_part_with_hardly_any_text_is_not_believed() -> None:
    assert read(f"<main><p>Loading</p></main>{BODY}").sentences == SENTENCES


def test_what_holds_most_of_the_text_is_the_text_whatever_it_is_called() -> None:
    assert read(f"<div class='content with-sidebar'>{BODY}</div>").sentences == SENTENCES


def test_a_word_of_retraction_counts_however_short_it_is() -> None:
    assert "RETRACTED ARTICLE" in read(f"<h2>RETRACTED ARTICLE</h2>{BODY}").sentences


def test_a_sentence_that_stands_there_twice_is_one() -> None:
    assert read(BODY + BODY).sentences == SENTENCES


@pytest.mark.parametrize(
    "sentence",
    [
        "Smith et al. Reported eleven invented days of healing.",
        "See Fig. 2 for the minipigs of this invented tale.",
        "Dr. Muster has seen none of the invented cells.",
    ],
)
def test_an_abbreviation_ends_no_sentence(sentence: str) -> None:
    assert read(f"<p>{sentence}</p>{BODY}").sentences == (sentence, *SENTENCES)


def test_sentences_of_chinese_are_told_apart() -> None:
    page = "<p>皮肤干细胞在这个虚构的故事里更新皮肤。伤口在十一天之内愈合，没有人见过它。</p>"
    assert read(page).sentences == (
        "皮肤干细胞在这个虚构的故事里更新皮肤。",
        "伤口在十一天之内愈合，没有人见过它。",
    )


@pytest.mark.parametrize(("encoding", "charset"), [("utf-8", None), ("latin-1", "iso-8859-1"), ("latin-1", "nonsense")])
def test_encodings_are_those_that_the_header_or_the_bytes_tell(encoding: str, charset: str | None) -> None:
    page = '<meta charset="iso-8859-1"><p>Die Haut erneuert sich in elf Tagen, größtenteils erfunden.</p>'
    text = main_text(page.encode(encoding), charset)
    assert text is not None
    assert text.sentences == ("Die Haut erneuert sich in elf Tagen, größtenteils erfunden.",)


@pytest.mark.parametrize(
    "page",
    [
        "<title>Just a moment...</title><p>Checking your browser before you go on.</p>",
        "<p>Please solve this captcha to go on with your reading.</p>",
        "<h1>Access Denied</h1><p>You have no permission to see this.</p>",
    ],
)
def test_a_page_that_asks_whether_one_is_human_is_none(page: str) -> None:
    assert main_text(page.encode(), None) is None


def test_a_long_page_about_captchas_is_a_page() -> None:
    assert (
        read(BODY * 12 + "<p>Some say a captcha is what skin is to the body.</p>").sentences[4].startswith("Some say")
    )


@pytest.mark.parametrize("body", [b"", b" ", b"\x00", b"<", b"<!-- -->", b"%PDF-1.7", b"<a>" * 5000 + b"x"])
def test_what_is_hardly_a_page_has_no_text(body: bytes) -> None:
    text = main_text(body, None)
    assert text is not None
    assert text.sentences == ()


@settings(max_examples=150)
@given(
    st.one_of(st.binary(max_size=300), st.text(alphabet="<>/ap divmainhtml&#;=\"'. x1", max_size=200).map(str.encode))
)
def test_any_bytes_have_a_text(body: bytes) -> None:
    text = main_text(body, None)
    assert text is None or all(sentence.strip() for sentence in text.sentences)

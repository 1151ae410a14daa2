"""Articles are read from text and HTML: title, statements, sources, and which stand behind which."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SHARED
from watcher.article.passages import ArticleError
from watcher.article.reading import Article, read_article
from watcher.proposal.drafts import drafts_of

ARTICLES = Path(__file__).parent / "articles"
REAL = SHARED / "article" / "do-stem-cells-regenerate-skin.txt"


def invented(name: str) -> Article:
    return read_article((ARTICLES / name).read_bytes())


def cites(article: Article, beginning: str) -> tuple[int, ...]:
    (statement,) = (each for each in article.statements if each.text.startswith(beginning))
    return statement.cites


def test_plain_text_has_its_title_first_and_its_sources_last() -> None:
    article = invented("gut-and-mood.txt")
    assert article.title == "Can Gut Bacteria Lift Depression?"
    assert [source.number for source in article.sources] == [1, 2, 3, 4, 5, 6]
    assert article.sources[1].url == "https://pubmed.ncbi.nlm.nih.gov/33677436/"


def test_a_mark_stands_for_the_sentences_before_it_and_not_for_those_behind() -> None:
    article = invented("gut-and-mood.txt")
    assert cites(article, "Trillions of bacteria") == (1,)
    assert cites(article, "How could a microbe") == (2,)
    assert cites(article, "In a few trials") == (2, 5)
    assert not any(statement.text.startswith("For now, the best advice") for statement in article.statements)


def test_lines_that_were_broken_are_joined_and_author_and_year_lead_to_the_source() -> None:
    article = invented("coral-reefs.txt")
    assert cites(
        article, "Tiny algae live in their tissue and feed them sugar made from sunlight, and in exchange"
    ) == (1,)
    assert cites(article, "When the sea stays too warm") == (3,)
    assert cites(article, "Larvae raised in aquaculture") == (4,)
    assert article.sources[2].text.startswith("Okafor N et al. 2021.")
    assert article.sources[2].url == "https://doi.org/10.1016/j.scitotenv.2021.148094"


def test_html_is_read_without_its_menus_and_raised_figures_are_marks_where_they_are_no_units() -> None:
    article = invented("sleep-and-memory.html")
    assert article.title == "How Sleep Builds Memory"
    said = " ".join(article.sentences)
    assert "Home" not in said
    assert "pillows" not in said
    assert "Subscribe" not in said
    assert cites(article, "Short bursts") == (1, 2)
    assert "a bed of 2 m² can" in said
    assert article.statements[-1].section == "What helps"
    assert article.sources[2].url == "https://pmc.ncbi.nlm.nih.gov/articles/PMC7202389/"


def test_numbered_entries_keep_their_numbers_and_go_on_over_lines() -> None:
    text = b"T\nIt heals.[2]\nReferences\n1. One A.\n2. Two B,\nof more words. https://example.org/b\n"
    assert [(s.number, s.url) for s in read_article(text).sources] == [(1, ""), (2, "https://example.org/b")]


@pytest.mark.parametrize(
    "second",
    [
        "Exemple B 2021, PMID 99",
        "Exemple B: A tale, doi 10.5555/2",
        "Exemple, www.example.org",
        "Exemple B (2021) A tale",
    ],
)
def test_an_entry_that_ends_in_no_stop_does_not_end_the_list(second: str) -> None:
    article = read_article(
        f"T\n\nIt heals.[3]\n\nReferences\n\nMuster A (2020) One.\n{second}\nProbe C (2019) Three.".encode()
    )
    assert [source.number for source in article.sources] == [1, 2, 3]
    assert cites(article, "It heals") == (3,)


def test_a_heading_ends_the_list() -> None:
    text = b"T\n\nIt heals.[1]\n\nReferences\n\nMuster A (2020) One.\nAbout the author\nShe lives by the sea.\n"
    assert len(read_article(text).sources) == 1


def test_two_works_of_one_author_and_year_are_told_apart_by_their_letters() -> None:
    article = read_article(b"T\nIt heals (Muster 2020b).\nReferences\nMuster A (2020a) One.\nMuster A (2020b) Two.\n")
    assert cites(article, "It heals") == (2,)


@pytest.mark.parametrize(
    "body", ["T\nHeart\u00adburn\u200b is common.\n", "<html><p>Heart&shy;burn&#x200b; is common.</p>"]
)
def test_what_is_not_seen_parts_no_word(body: str) -> None:
    assert read_article(body.encode()).sentences == ("Heartburn is common.",)


def test_what_is_raised_or_lowered_is_text_and_no_markup() -> None:
    page = b"<p>It holds for x<sub>a&lt;b </sub>in 2 m<sup>2</sup> of skin, and H<sub>2</sub>O &amp; more.</p>"
    assert read_article(page).sentences == ("It holds for xa<b in 2 m² of skin, and H₂O & more.",)


def test_a_figure_and_its_legend_are_no_text() -> None:
    page = b"<article><p>Wounds heal.</p><figure><figcaption><p>A photo of one.</p></figcaption></figure></article>"
    assert read_article(page).sentences == ("Wounds heal.",)


@pytest.mark.parametrize("page", ["{}", "<html><body><p>{}</p></body></html>"])
def test_the_encoding_that_a_server_names_is_taken(page: str) -> None:
    said = "Skóra się goi."
    body = page.format(f"Baśń\n{said}" if page == "{}" else said).encode("iso-8859-2")
    assert read_article(body, "iso-8859-2").sentences == (said,)


def test_without_any_mark_every_sentence_is_a_statement() -> None:
    article = read_article(b"On wounds\nWounds heal. Burns heal, too.\n")
    assert [(s.text, s.cites) for s in article.statements] == [("Wounds heal.", ()), ("Burns heal, too.", ())]


def test_abbreviations_end_no_sentence() -> None:
    article = read_article(b"On wounds\nIt heals, e.g. In mice of Dr. Muster et al. Then it stops.\n")
    assert len(article.sentences) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"%PDF-1.7 ...", "PDF"), (b"", "no text"), (b"\x00\x01\x02", "no text"), (b"<html></html>", "no")],
)
def test_what_is_no_article_is_said_in_words(body: bytes, said: str) -> None:
    with pytest.raises(ArticleError, match=said):
        read_article(body)


@given(st.binary(max_size=300) | st.text("<>/ph1a.[]12 \n&;Sources²", max_size=200).map(str.encode))
def test_any_bytes_are_an_article_or_are_refused_in_words(body: bytes) -> None:
    with contextlib.suppress(ArticleError):
        drafts_of(read_article(body))
        drafts_of(read_article(b"<html><body>" + body))


@pytest.mark.skipif(not REAL.exists(), reason="../shared/article, which is not part of the project, is absent")
def test_the_article_that_the_project_began_with() -> None:
    article = read_article(REAL.read_bytes())
    assert article.title == "Do Stem Cells Regenerate Skin?"
    assert [source.number for source in article.sources] == [1, 2, 3, 4, 5, 6]
    assert cites(article, "In lab tests on mice") == (1,)
    assert cites(article, "These packets calm down") == (2, 5)
    assert cites(article, "Researchers are engineering") == (3,)
    assert cites(article, "These include sprays") == (5, 6)

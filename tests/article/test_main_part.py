"""Which part of a page is its text: as the page marks it, else by its paragraphs, and never what stands beside it."""

from __future__ import annotations

import pytest

from watcher.article.main_part import main_part, parsed
from watcher.article.reading import read_article
from watcher.sources.page_text import main_text

TALE = "<p>Skin heals in eleven invented days, as they say.</p><p>Nobody has seen the cells that close it at all.</p>"
SAID = "Skin heals in eleven invented days, as they say. Nobody has seen the cells that close it at all."
BESIDE = "<p>This is no sentence of the page at all.</p>"


def text_of(page: str) -> str:
    """The words of the main part, in their order, by each of the two that read it."""
    root = parsed(page.encode())
    assert root is not None
    words = " ".join(" ".join(main_part(root).itertext()).split())
    followed = main_text(page.encode(), None)
    assert followed is not None
    assert " ".join(followed.sentences) == words
    assert " ".join(read_article(page.encode()).sentences) == words
    return words


@pytest.mark.parametrize(
    "whole",
    [
        "<div class='site no-sidebar'>{}</div>",
        "<div class='content has-comments'>{}</div>",
        "<form id='aspnetForm'><div>{}</div></form>",
        "<section id='latest'><ul class='menu'></ul>{}</section>",
    ],
)
def test_what_holds_most_of_the_text_is_the_text_whatever_it_is_called(whole: str) -> None:
    assert text_of(f"<html><body>{whole.format(TALE)}</body></html>") == SAID


@pytest.mark.parametrize(
    "beside",
    [
        f"<form>{BESIDE}</form>",
        f"<div class='sidebar'>{BESIDE}</div>",
        f"<div role='complementary'>{BESIDE}</div>",
        f"<div hidden>{BESIDE}</div>",
        f"<nav>{BESIDE}</nav>",
    ],
)
def test_what_stands_beside_it_is_left_out_for_every_reader(beside: str) -> None:
    assert text_of(f"<html><body><div>{beside}{TALE}</div></body></html>") == SAID


def test_what_stands_behind_a_part_that_goes_stays() -> None:
    assert text_of(f"<body><p>Skin <span class='ad'>Buy</span>heals by itself, they say.</p>{TALE}</body>").startswith(
        "Skin heals by itself, they say."
    )


@pytest.mark.parametrize(
    "mark",
    ["<main>{}</main>", "<div role='main'>{}</div>", "<article>{}</article>", "<div itemprop='articleBody'>{}</div>"],
)
def test_the_part_that_is_marked_is_the_main_one(mark: str) -> None:
    around = "<div><p>What the house says of itself on each of its pages.</p></div>" * 9
    tale = TALE + TALE.replace("eleven", "twelve").replace("Nobody", "Somebody") + "<p>And that is all of the tale.</p>"
    assert "house" not in text_of(f"<body>{around}{mark.format(tale)}{around}</body>")


def test_a_main_that_holds_several_articles_is_all_of_them() -> None:
    first, second = (f"<article><p>{name} {'tells of skin ' * 20}.</p></article>" for name in ("Ada", "Bert"))
    words = text_of(f"<body><main>{first}{second}</main></body>")
    assert words.startswith("Ada tells")
    assert "Bert tells" in words


def test_without_a_mark_the_paragraphs_tell_and_menus_of_links_do_not() -> None:
    menu = "".join(f"<li><a href='/{n}'>The page of number {n}</a></li>" for n in range(60))
    assert text_of(f"<body><ul>{menu}</ul><div><div>{TALE}</div></div></body>") == SAID


def test_sections_side_by_side_are_one_text() -> None:
    second = TALE.replace("Skin", "Bone").replace("Nobody", "Somebody")
    words = text_of(f"<body><div><div>{TALE}</div><div>{second}</div></div></body>")
    assert words.startswith(SAID)
    assert "Bone" in words


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [(None, "utf-8"), ("utf-8", "utf-8"), ("iso-8859-2", "iso-8859-2"), ("nonsense", "utf-8"), ("idna", "utf-8"),
     ("utf-8", "iso-8859-1"), (None, "iso-8859-1"), ("shift_jis", "shift_jis")],
)  # fmt: skip
def test_the_header_is_believed_where_the_bytes_fit_it_then_the_page(charset: str | None, encoding: str) -> None:
    said = "皮膚" if encoding == "shift_jis" else "Ärzte"
    root = parsed(f"<meta charset='iso-8859-1'><p>{said}".encode(encoding), charset)
    assert root is not None
    assert (root.findtext(".//p") or "") == said

"""How the reasons, the best and what is held back read in a digest. All works are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.digest import invented
from watcher.digest.entry import why_line
from watcher.digest.opening import subject
from watcher.digest.render import HTML_LIMIT, body_of, html_page, plain_text
from watcher.told import Digest, Section, Why

NEAR = Why(near=(1, 4), shared=("exosome", "fibroblast", "wound closure"), cites=(5,))


def with_best() -> Digest:
    digest = invented.of(12)
    sections = tuple(
        replace(section, entries=tuple(replace(entry, why=NEAR) for entry in section.entries))
        for section in digest.sections
    )
    best = (sections[2].entries[0], sections[0].entries[1])
    return replace(digest, sections=sections, lead=best[0], best=best)


@pytest.mark.parametrize(
    ("why", "line"),
    [
        (NEAR, "near [1] and [4]: exosome, fibroblast, wound closure · cites [5]"),
        (Why(near=(2,), shared=("niche", "hair follicle")), "near [2]: niche, hair follicle"),
        (Why(cites=(1, 2, 3)), "cites [1], [2] and [3]"),
        (Why(by_author_of=(1,)), "by an author of [1]"),
        (Why(), ""),
    ],
)
def test_a_reason_names_works_and_words_and_no_score(why: Why, line: str) -> None:
    assert why_line(why) == line


def test_it_stands_in_both_parts_and_what_it_names_at_the_foot() -> None:
    entry = replace(invented.entry(2), why=Why(near=(3,), shared=("a <b>patch</b>", "gel & skin")))
    digest = replace(invented.digest(entry, sections=1), cited=invented.CITED)
    assert "Why: near [3]: a <b>patch</b>, gel & skin" in plain_text(digest)
    assert "Why: near [3]: a &lt;b&gt;patch&lt;/b&gt;, gel &amp; skin" in html_page(digest)
    assert "\n[3]  news.example.edu" in plain_text(digest)


def test_without_a_reason_no_line_is_there() -> None:
    digest = invented.digest(replace(invented.entry(0), phrases=()))
    assert "Why:" not in plain_text(digest)
    assert "Why:" not in html_page(digest)


def test_the_best_open_the_mail_in_full_and_are_named_in_their_sections() -> None:
    digest = with_best()
    title = str(digest.best[0].work.record.title).rstrip(".").split("<")[0][:30]
    for part in (plain_text(digest), html_page(digest)):
        assert part.index("First of all") < part.index(digest.sections[0].title)
        assert part.count("In full above") == 2
        opening = part[part.index("First of all") : part.index(digest.sections[0].title)]
        assert title in opening
        assert opening.count("Why: near [1] and [4]") == 2
        assert part.count(digest.best[0].work.pmid or "") == opening.count(digest.best[0].work.pmid or "") > 0
    assert title[:10] in subject(digest)


@pytest.mark.parametrize("works", [300, 3000])
def test_what_is_said_to_be_in_full_above_is_so_in_a_digest_that_is_cut_too(works: int) -> None:
    digest = invented.of(works)
    best = tuple(replace(section.entries[0], why=NEAR) for section in digest.sections[:3])
    sections = tuple(
        replace(section, entries=(best[place] if place < 3 else section.entries[0], *section.entries[1:]))
        for place, section in enumerate(digest.sections)
    )
    page = body_of(replace(digest, sections=sections, best=best)).html
    opening = page[page.index("First of all") : page.index(digest.sections[0].title)]
    assert len(page.encode()) <= HTML_LIMIT
    assert opening.count("Why: near [1] and [4]") == (3 if "In full above" in page else 0)


def test_what_is_held_back_is_counted_in_the_footer() -> None:
    one, other, more = (invented.entry(number) for number in range(20, 23))
    held = (Section("wounds", "Wounds", (1,), (one, other)), Section("skin", "Skin", (), (more,)))
    digest = replace(invented.of(3), held=held)
    line = "Held back: 3 works, less related than min_relatedness asks: 2 of Wounds, 1 of Skin (watcher search --held)"
    assert line in " ".join(plain_text(digest).split())
    assert line in html_page(digest)


def test_each_work_can_be_rated_by_mail_where_an_address_is_configured() -> None:
    digest = replace(invented.of(2), rate_to="rate+skin@example.org")
    number = digest.sections[0].entries[0].work.id
    assert f'href="mailto:rate%2Bskin@example.org?subject=watcher%20rate%20{number}%20%2B"' in html_page(digest)
    assert f'href="mailto:rate%2Bskin@example.org?subject=watcher%20rate%20{number}%20-"' in html_page(digest)
    assert f"Rate: watcher rate {number} + (or -)" in plain_text(digest)
    assert "Rating: a mail to rate+skin@example.org" in plain_text(digest)
    assert "mailto:" not in html_page(invented.of(2))

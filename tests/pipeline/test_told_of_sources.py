"""What a digest tells of the article's sources, in a section of its own: each item once under one name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import WOUNDS, World, at, world
from watcher.digest.render import html_page, plain_text, subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.models import Digest

TITLE = "How tissue closes, an invented study"
CITED = '[[cited]]\npmid = "33"'
RETRACTION = {"publication_types": ("Retraction of Publication",), "related": (("RetractionOf", "33"),)}
COMMENT = {"publication_types": ("Comment",), "related": (("CommentOn", "33"),)}


def source(**about: object) -> bytes:
    return article(33, title=TITLE, crdt=date(2020, 1, 1), **about)  # type: ignore[arg-type]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, Collection([source()])) as installation:
        installation.configure(WOUNDS, extra=CITED)
        yield installation


def told(installed: World, day: int, month: int = 6) -> Digest:
    """The digest of a day in 2021, told or with nothing to tell, with PubMed as it stands on it."""
    installed.pubmed.visible_until = date(2021, month, day)
    (one,) = installed.run_once(at(f"2021-{month:02}-{day:02} 12:00")).told
    return one.digest


def said(digest: Digest) -> list[str]:
    return [entry.change for entry in digest.sources]


def add(installed: World, pmid: int, day: int, title: str = "A notice, invented", **about: object) -> None:
    installed.pubmed.collection.add(article(pmid, title=title, crdt=date(2021, 6, day), **about))  # type: ignore[arg-type]


def revise(installed: World, day: int, *related: tuple[str, str]) -> None:
    installed.pubmed.collection.revise(source(revised=date(2021, 6, day), related=related))


# -- notices and comments ---------------------------------------------------------------------------------------------


def test_a_retraction_of_a_source_is_told_once_in_a_section_of_its_own(installed: World) -> None:
    assert told(installed, 4).empty
    revise(installed, 5, ("RetractionIn", "90"))
    add(installed, 90, 5, **RETRACTION)
    digest = told(installed, 6)
    assert said(digest) == [f"Retracts source [1], “{TITLE}”"]
    assert (digest.works, digest.updates) == (0, ())
    assert subject(digest) == f"1 item on the sources of all: Retracts source [1], “{TITLE}”"
    for part in (plain_text(digest), html_page(digest)):
        shown = " ".join(part.split())
        assert "Nothing new · 1 item on the sources" in shown
        assert "The sources themselves" in shown
        assert "What has become of what the article cites · 1 item" in shown
        assert "Retracts source [1]" in shown
        assert "Sources of the article" in shown
    assert told(installed, 7).empty


def test_it_is_told_in_each_digest_and_kept_under_its_section(installed: World) -> None:
    other = f'{CITED}\n[[digest]]\nname = "other"\nto = ["other@example.org"]\nschedule = "0 7 * * *"'
    installed.configure(WOUNDS, extra=other)
    add(installed, 90, 1, title="A wound: retraction", **RETRACTION)
    installed.pubmed.visible_until = date(2021, 6, 4)
    report = installed.run_once(at("2021-06-04 12:00"))
    assert [said(one.digest) for one in report.told] == [[f"Retracts source [1], “{TITLE}”"]] * 2
    with installed.context(at("2021-06-04 13:00")) as context:
        (work,) = context.store.works.of_source("pubmed", ["90"]).values()
        assert [telling.section for telling in context.store.digests.tellings(work)] == [":sources"] * 2


def test_a_notice_is_no_new_work_though_a_query_matches_it(installed: World) -> None:
    add(installed, 90, 1, title="A wound: erratum", related=(("ErratumFor", "33"),))
    digest = told(installed, 4)
    assert said(digest) == [f"Corrects source [1], “{TITLE}”"]
    assert digest.works == 0


def test_a_source_that_was_retracted_before_it_was_cited_is_told_at_once(installed: World) -> None:
    revise(installed, 1, ("RetractionIn", "90"))
    add(installed, 90, 1, **RETRACTION)
    assert said(told(installed, 4)) == [f"Retracts source [1], “{TITLE}”"]


def test_a_comment_on_a_source_is_told_and_one_that_was_there_before_is_not(installed: World) -> None:
    revise(installed, 1, ("CommentIn", "80"))
    add(installed, 80, 1, **COMMENT)
    assert told(installed, 4).empty
    revise(installed, 5, ("CommentIn", "80"), ("CommentIn", "81"))
    add(installed, 81, 5, **COMMENT)
    assert said(told(installed, 6)) == [f"Comments on source [1], “{TITLE}”"]
    assert told(installed, 7).empty


def test_the_gravest_comes_first(installed: World) -> None:
    add(installed, 80, 1, title="On wounds", **COMMENT)
    add(installed, 81, 1, title="On wounds again", related=(("ErratumFor", "33"),))
    add(installed, 82, 1, title="On wounds at last", **RETRACTION)
    assert [change.split()[0] for change in said(told(installed, 4))] == ["Retracts", "Corrects", "Comments"]

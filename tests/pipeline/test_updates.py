"""What was told is told again only when it has changed: once, first in the digest, and in words that say how."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import WOUNDS, World, at, world
from watcher.digest.opening import subject
from watcher.digest.render import html_page, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.told import Digest

TITLE = "Wounds that an invented gel closes within eleven days"
EVERY_DAY = 'schedule = "0 7 * * *"'
PREPRINT = {"publication_types": ("Preprint",), "journal": "Invented preprints"}


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, Collection([])) as installation:
        installation.configure(WOUNDS)
        yield installation


def told(installed: World, day: int) -> Digest | None:
    """The digest of a day in June 2021, if there was something to tell."""
    (one,) = installed.run_once(at(f"2021-06-{day:02} 12:00")).told
    return one.digest if one.digest_id is not None else None


def changes(digest: Digest | None) -> list[str]:
    return [] if digest is None else [entry.change for entry in digest.updates]


def add(installed: World, pmid: int, title: str, day: int, **about: Any) -> None:
    installed.pubmed.collection.add(article(pmid, title=title, crdt=date(2021, 6, day), **about))


def test_the_journal_version_of_a_preprint_is_an_update_once(installed: World) -> None:
    add(installed, 1, TITLE, 1, **PREPRINT)
    first = told(installed, 2)
    assert first is not None
    assert (first.works, first.updates) == (1, ())
    add(installed, 2, TITLE, 5, journal="Journal of invented gels")
    second = told(installed, 6)
    assert second is not None
    assert changes(second) == ["Now in Journal of invented gels; told as a preprint on Wednesday, 2 June 2021"]
    assert second.works == 0
    assert subject(second) == (
        "1 update on all: Now in Journal of invented gels; told as a preprint on Wednesday, 2 June 2021"
    )
    for part in (plain_text(second), html_page(second)):
        assert "Updates" in part
        assert "Now in Journal of invented gels" in " ".join(part.split())
    assert told(installed, 7) is None


def test_it_is_folded_in_silence_where_that_is_wished(installed: World) -> None:
    installed.configure(WOUNDS, digest='schedule = "0 7 * * *"\nversions = "fold"')
    add(installed, 1, TITLE, 1, **PREPRINT)
    assert told(installed, 2) is not None
    add(installed, 2, TITLE, 5, journal="Journal of invented gels")
    assert told(installed, 6) is None


def test_both_versions_before_the_first_digest_are_one_new_work(installed: World) -> None:
    add(installed, 1, TITLE, 1, **PREPRINT)
    add(installed, 2, TITLE, 1, journal="Journal of invented gels")
    digest = told(installed, 2)
    assert digest is not None
    assert (digest.works, changes(digest)) == (1, [])
    assert digest.sections[0].entries[0].work.record.journal == "Journal of invented gels"
    assert told(installed, 3) is None


@pytest.mark.parametrize(
    ("kind", "types", "said"),
    [
        ("RetractionOf", ("Retraction of Publication",), "Retracts"),
        ("ErratumFor", ("Published Erratum",), "Corrects"),
        ("ExpressionOfConcernFor", ("Expression of Concern",), "Expresses concern about"),
    ],
)
def test_a_notice_of_what_was_told_is_an_update_and_no_new_work(
    installed: World, kind: str, types: tuple[str, ...], said: str
) -> None:
    add(installed, 1, TITLE, 1)
    assert told(installed, 2) is not None
    add(installed, 9, f"Notice: {TITLE}", 5, publication_types=types, related=((kind, "1"),))
    digest = told(installed, 6)
    assert changes(digest) == [f"{said} “{TITLE}” (told on Wednesday, 2 June 2021)"]
    assert digest is not None
    assert digest.works == 0
    assert told(installed, 7) is None


def test_a_notice_of_what_was_not_told_is_new(installed: World) -> None:
    add(installed, 9, f"Erratum: {TITLE}", 1, publication_types=("Published Erratum",), related=(("ErratumFor", "1"),))
    digest = told(installed, 2)
    assert digest is not None
    assert (digest.works, digest.updates) == (1, ())


def test_a_comment_leaves_what_it_is_about_as_it_was(installed: World) -> None:
    add(installed, 1, TITLE, 1)
    assert told(installed, 2) is not None
    add(installed, 9, f"On: {TITLE}", 5, publication_types=("Comment",), related=(("CommentOn", "1"),))
    digest = told(installed, 6)
    assert digest is not None
    assert (digest.works, digest.updates) == (1, ())

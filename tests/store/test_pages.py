"""What is known of a page comes back as it was kept, and each change is told once under each digest's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.store.invented import NOW, digest
from watcher.store.pages import PageState
from watcher.store.store import Store
from watcher.told import PageEvent, PageKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL, OTHER = "https://news.example.org/skin", "https://news.example.org/other"
STATE = PageState(
    title="Skin", sentences=("One sentence.", "“Two”, äöü."), pending=(), unsteady=("Three.",), etag='"x"',
    last_modified="Tue, 03 Mar 2026 06:00:00 GMT", found_at=URL, moved_to=OTHER, looked_at=NOW,
    due_at=NOW + timedelta(days=7), missing_since=NOW, gone=True, failing_since=NOW, unread_at=NOW, error="HTTP 403",
)  # fmt: skip
REWRITTEN = PageEvent(PageKind.CHANGED, None, ("One sentence.",), ())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def test_a_state_is_kept_as_it_is_and_one_that_is_not_known_is_empty(store: Store) -> None:
    assert store.pages.get(URL) == PageState()
    for state in (PageState(), PageState(sentences=()), STATE):
        with store.transaction():
            store.pages.keep(URL, state, (), NOW)
        assert store.pages.get(URL) == state
    assert store.pages.get(OTHER) == PageState()


def test_a_change_is_untold_until_a_digest_of_the_name_has_told_it(store: Store) -> None:
    with store.transaction():
        store.pages.keep(URL, STATE, (PageEvent(PageKind.MOVED, OTHER), REWRITTEN), NOW)
        store.pages.keep(OTHER, STATE, (PageEvent(PageKind.GONE),), NOW)
    moved, rewritten = store.pages.untold("skin", {URL: 4})
    assert (moved.number, moved.url, moved.title, moved.event.moved_to) == (4, URL, "Skin", OTHER)
    assert rewritten.event == REWRITTEN
    digest_id = store.digests.keep(replace(digest(), pages=(moved,)), "Subject")
    assert store.pages.told_in([digest_id], {URL: 4}) == [moved]
    assert store.pages.told_in([digest_id], {OTHER: 6}) == store.pages.told_in([], {URL: 4}) == []
    assert store.pages.untold("skin", {URL: 4}) == [rewritten]
    assert store.pages.untold("other", {URL: 4}) == [moved, rewritten]
    assert [page.event.kind for page in store.pages.untold("skin", {URL: 4, OTHER: 6})] == ["changed", "gone"]
    assert store.pages.untold("skin", {}) == []

"""What is known of a feed holds for its configured address, and comes back as it was kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from watcher.store.feeds import FeedState
from watcher.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 3, 2, 6, tzinfo=UTC)
FULL = FeedState(
    terms="terms", etag='"tag"', last_modified="yesterday", moved_to="https://c.example", missing_since=AT,
    stopped=True, not_before=AT, days=(date(2026, 2, 1), date(2026, 3, 1)), quiet_told=date(2026, 3, 1),
)  # fmt: skip


def test_what_is_kept_comes_back_and_another_address_begins_anew(tmp_path: Path) -> None:
    with Store(tmp_path / "watcher.db") as store:
        assert store.feeds.get("News", "https://a.example") == FeedState()
        store.feeds.keep("News", "https://a.example", FULL)
        assert store.feeds.get("News", "https://a.example") == FULL
        assert store.feeds.get("News", "https://b.example") == FeedState()
        store.feeds.keep("News", "https://b.example", FeedState(etag='"b"'))
        assert store.feeds.get("News", "https://b.example") == FeedState(etag='"b"')
        assert store.feeds.get("News", "https://a.example") == FeedState()

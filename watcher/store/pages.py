"""Cited pages as they were when last looked at, and what was found to have changed on them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.store.codec import decode_time, encode_time
from watcher.told import PageChange, PageEvent

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from watcher.store.connection import Connection

SOURCE = "pages"  # of the runs that look at them
NAME = "the pages of the sources"  # as a person reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """What is known of a page; None of its times is set before the first look.

    `sentences` are its text as it was last told or first read, `pending` that of a look which found another one and is
    to be confirmed; `unsteady` are sentences that come and go, and are passed over. `etag` and `last_modified` are of
    the last whole answer, `found_at` the address where that was read, reduced for comparison; `moved_to` is where a
    permanent redirect led. `missing_since` is the first of the looks since which nothing was there, `gone` that this
    was noted; `failing_since` the first of those since which it could not be read, `error` why, and `unread_at` the
    look that found it to have lasted for three weeks.
    """

    title: str = ""
    sentences: tuple[str, ...] | None = None
    pending: tuple[str, ...] | None = None
    unsteady: tuple[str, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    found_at: str | None = None
    moved_to: str | None = None
    looked_at: datetime | None = None
    due_at: datetime | None = None
    missing_since: datetime | None = None
    gone: bool = False
    failing_since: datetime | None = None
    unread_at: datetime | None = None
    error: str | None = None


class Pages:
    """What is known of pages, by address."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, url: str) -> PageState:
        """What is known of a page; nothing, if its address is new."""
        row = self._db.row("SELECT * FROM pages WHERE url = ?", [url])
        if row is None:
            return PageState()
        looked_at, due_at, missing_since, failing_since, unread_at = (
            decode_time(row[name]) if row[name] else None
            for name in ("looked_at", "due_at", "missing_since", "failing_since", "unread_at")
        )
        return PageState(
            title=row["title"], sentences=_listed(row["sentences"]), pending=_listed(row["pending"]),
            unsteady=_listed(row["unsteady"]) or (), etag=row["etag"], last_modified=row["last_modified"],
            found_at=row["found_at"], moved_to=row["moved_to"], looked_at=looked_at, due_at=due_at,
            missing_since=missing_since, gone=bool(row["gone"]), failing_since=failing_since, unread_at=unread_at,
            error=row["error"],
        )  # fmt: skip

    def keep(self, url: str, state: PageState, changes: Iterable[PageEvent], at: datetime) -> None:
        """Keep what is known of a page, and what a look has found to have changed. Call within a transaction."""
        times = (state.looked_at, state.due_at, state.missing_since, state.failing_since, state.unread_at)
        self._db.run(
            "INSERT OR REPLACE INTO pages (url, title, sentences, pending, unsteady, etag, last_modified, found_at, "
            "moved_to, looked_at, due_at, missing_since, failing_since, unread_at, gone, error) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                url, state.title, _encoded(state.sentences), _encoded(state.pending), _encoded(state.unsteady),
                state.etag, state.last_modified, state.found_at, state.moved_to,
                *(time and encode_time(time) for time in times), state.gone, state.error,
            ],
        )  # fmt: skip
        self._db.run_many(
            "INSERT INTO page_changes (url, noted_at, kind, moved_to, removed, added) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (url, encode_time(at), one.kind, one.moved_to, _encoded(one.removed), _encoded(one.added))
                for one in changes
            ],
        )

    def untold(self, digest: str, numbers: Mapping[str, int]) -> list[PageChange]:
        """What has changed on these pages (by address, each with the number of its cited work) and no digest of this
        name has told, in the order in which it was noted.
        """
        sql = """
            SELECT page_changes.*, title FROM page_changes JOIN pages USING (url)
            WHERE url IN (SELECT value FROM json_each(?)) AND page_changes.id NOT IN (
                SELECT change_id FROM told_pages JOIN digests ON digests.id = digest_id WHERE name = ?
            ) ORDER BY page_changes.id
        """
        return [_change(row, numbers) for row in self._db.rows(sql, [json.dumps(list(numbers)), digest])]

    def told_in(self, digests: Iterable[int], numbers: Mapping[str, int]) -> list[PageChange]:
        """What these digests (by their ids) told of these pages, in the order in which it was noted."""
        sql = """
            SELECT page_changes.*, title FROM page_changes JOIN pages USING (url)
            WHERE url IN (SELECT value FROM json_each(?)) AND page_changes.id IN (
                SELECT change_id FROM told_pages WHERE digest_id IN (SELECT value FROM json_each(?))
            ) ORDER BY page_changes.id
        """
        rows = self._db.rows(sql, [json.dumps(list(numbers)), json.dumps(list(digests))])
        return [_change(row, numbers) for row in rows]


def _change(row: sqlite3.Row, numbers: Mapping[str, int]) -> PageChange:
    event = PageEvent(row["kind"], row["moved_to"], _listed(row["removed"]) or (), _listed(row["added"]) or ())
    return PageChange(id=row["id"], number=numbers[row["url"]], url=row["url"], title=row["title"], event=event)


def _encoded(sentences: tuple[str, ...] | None) -> str | None:
    return None if sentences is None else json.dumps(sentences, ensure_ascii=False)


def _listed(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(json.loads(text))

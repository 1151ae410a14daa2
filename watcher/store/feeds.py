"""What is known of each feed: what its server wants to hear, where it has moved to, whether it is still asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from watcher.store.codec import decode_time, encode_time

if TYPE_CHECKING:
    from watcher.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is known of the feed of one configured address; another address begins anew.

    `etag` and `last_modified` are of the last whole answer, which was held against `terms`. `missing_since` is the
    first of the 404s that every poll since has met. `stopped`: it is not asked any more; `not_before`: not until then.
    `days` are those on which its entries were published, in order. `quiet_told` is the newest day when its silence was
    last mentioned.
    """

    terms: str = ""
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    missing_since: datetime | None = None
    stopped: bool = False
    not_before: datetime | None = None
    days: tuple[date, ...] = ()
    quiet_told: date | None = None


class Feeds:
    """What is known of feeds, by name and configured address."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, name: str, url: str) -> FeedState:
        """What is known of a feed; nothing, if its address is new."""
        row = self._db.row("SELECT * FROM feeds WHERE name = ? AND url = ?", [name, url])
        if row is None:
            return FeedState()
        return FeedState(
            terms=row["terms"], etag=row["etag"], last_modified=row["last_modified"], moved_to=row["moved_to"],
            missing_since=decode_time(row["missing_since"]) if row["missing_since"] else None,
            stopped=bool(row["stopped"]), not_before=decode_time(row["not_before"]) if row["not_before"] else None,
            days=tuple(map(date.fromisoformat, json.loads(row["days"]))),
            quiet_told=date.fromisoformat(row["quiet_told"]) if row["quiet_told"] else None,
        )  # fmt: skip

    def keep(self, name: str, url: str, state: FeedState) -> None:
        """Keep what is known of a feed. Call within the transaction that stores its entries, or its failure."""
        with self._db.transaction():
            self._db.run(
                "INSERT OR REPLACE INTO feeds (name, url, terms, etag, last_modified, moved_to, missing_since, "
                "stopped, not_before, days, quiet_told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    name, url, state.terms, state.etag, state.last_modified, state.moved_to,
                    state.missing_since and encode_time(state.missing_since), state.stopped,
                    state.not_before and encode_time(state.not_before),
                    json.dumps([day.isoformat() for day in state.days]),
                    state.quiet_told and state.quiet_told.isoformat(),
                ],
            )  # fmt: skip

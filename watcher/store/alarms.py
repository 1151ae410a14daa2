"""By what the readers of a digest were alarmed, so that it is said once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.store.codec import decode_time, encode_time

if TYPE_CHECKING:
    from watcher.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm: when its cause began, when it was raised, and whether it was since said to be over."""

    since: datetime
    at: datetime
    over: bool


class Alarms:
    """The latest alarm of each cause, by digest."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def of(self, digest: str) -> dict[str, Raised]:
        """By cause."""
        rows = self._db.rows("SELECT * FROM alarms WHERE digest = ? ORDER BY cause", [digest])
        return {
            row["cause"]: Raised(decode_time(row["since"]), decode_time(row["raised_at"]), bool(row["over"]))
            for row in rows
        }

    def keep(self, digest: str, cause: str, raised: Raised) -> None:
        """Keep an alarm in the place of an earlier one of its cause."""
        with self._db.transaction():
            self._db.run(
                "INSERT OR REPLACE INTO alarms (digest, cause, since, raised_at, over) VALUES (?, ?, ?, ?, ?)",
                [digest, cause, encode_time(raised.since), encode_time(raised.at), raised.over],
            )

"""The database as the rest of the program knows it: what is kept, by subject, and transactions over all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.absences import Absences
from watcher.store.alarms import Alarms
from watcher.store.archive import Archives
from watcher.store.cited import Cited
from watcher.store.citing import Citing
from watcher.store.connection import Connection
from watcher.store.deliveries import Deliveries
from watcher.store.digests import Digests
from watcher.store.editions import Editions
from watcher.store.feeds import Feeds
from watcher.store.follows import Follows
from watcher.store.identities import Identities
from watcher.store.keys import KeyIndex
from watcher.store.loads import Loads
from watcher.store.lookups import Lookups
from watcher.store.matches import Matches
from watcher.store.pages import Pages
from watcher.store.ratings import Ratings
from watcher.store.record_texts import RecordTexts
from watcher.store.relations import Relations
from watcher.store.runs import Runs
from watcher.store.updates import Updates
from watcher.store.works import Works

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path


class Store:
    """An open database. Raises StoreError, whatever goes wrong with it."""

    def __init__(self, path: Path) -> None:
        self._connection = Connection(path)
        self.path = path
        keys = KeyIndex(self._connection)
        self.relations = Relations(self._connection, keys)
        self.works = Works(self._connection, self.relations)
        self.identities = Identities(self._connection, keys)
        self.texts = RecordTexts(self._connection)
        self.matches = Matches(self._connection)
        self.runs = Runs(self._connection)
        self.absences = Absences(self._connection)
        self.feeds = Feeds(self._connection)
        self.lookups = Lookups(self._connection)
        self.cited = Cited(self._connection, self.works, self.identities)
        self.citing = Citing(self._connection)
        self.pages = Pages(self._connection)
        self.follows = Follows(self._connection)
        self.loads = Loads(self._connection)
        self.digests = Digests(self._connection)
        self.deliveries = Deliveries(self._connection)
        self.editions = Editions(self._connection)
        self.alarms = Alarms(self._connection)
        self.updates = Updates(self._connection)
        self.archive = Archives(self._connection)
        self.ratings = Ratings(self._connection)

    def catch_up(self) -> None:
        """Index and count the records that have come since the last time, so that who asks need not wait for it."""
        self.identities.catch_up()
        self.texts.catch_up()
        self.archive.advance()

    def transaction(self) -> AbstractContextManager[None]:
        """All that the block keeps, or nothing of it."""
        return self._connection.transaction()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

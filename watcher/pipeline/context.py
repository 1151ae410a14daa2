"""What every stage is given: the settings, the store, the way out, the moment, and where progress is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.settings import Settings
from watcher.sources.eutils import Eutils
from watcher.sources.http import Client, Timeouts
from watcher.store.store import Store
from watcher.told import Failure

if TYPE_CHECKING:
    from watcher.sources.http_session import Play

IN_MEMORY = Path(":memory:")  # SQLite's name for a database without a file
PACE = "eutils.pace"


def _silent(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """One execution. `now` is the moment as of which it acts (aware): the clock is read once, by whoever makes this.

    `bad_edit` says that queries.toml holds a mistake, and that these settings are those before it.
    """

    settings: Settings
    store: Store
    client: Client
    eutils: Eutils
    now: datetime
    bad_edit: Failure | None = None
    progress: Callable[[str], None] = _silent


@contextmanager
def opened(
    settings: Settings,
    now: datetime,
    *,
    api_key: str | None = None,
    bad_edit: Failure | None = None,
    progress: Callable[[str], None] = _silent,
    sleep: Callable[[float], None] = time.sleep,
    play: Play | None = None,
    timeouts: Timeouts | None = None,
) -> Iterator[Context]:
    """A context on the settings' database, with a client of its own. Raises StoreError.

    `sleep` is how the client waits; `play` answers in place of the network.
    """
    pubmed = settings.pubmed
    client = Client(sleep=sleep, play=play, timeouts=timeouts)
    # Without a network there is nobody to be polite to, and without a folder nowhere to keep the pace.
    pace = None if play is not None or settings.store == IN_MEMORY else settings.store.with_name(PACE)
    eutils = Eutils(client, base_url=pubmed.base_url, email=pubmed.email, api_key=api_key, pace=pace)
    try:
        with Store(settings.store) as store:
            yield Context(settings, store, client, eutils, now, bad_edit, progress)
    finally:
        client.close()

"""A whole installation in a folder, with PubMed, feeds and mail on loopback: what the tests of the stages act in."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.eutils_server import EutilsServer
from tests.fakes.feed_server import FeedServer
from tests.fakes.pubmed_search import Vocabulary
from watcher.config import read_settings
from watcher.mail.files import FolderTransport
from watcher.mail.outbox import Transport
from watcher.pipeline.context import Context, opened
from watcher.pipeline.work import Report, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.pubmed_index import Collection
    from watcher.settings import Settings

WOUNDS = ("wounds", "Wounds", "wound*[tiab]")
SKIN = ("skin", "Skin", "skin[tiab]")


def at(text: str) -> datetime:
    """A moment in UTC: "2021-06-03 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class World:
    """Servers, a configuration over them, and `run_once` as `watcher run --once` does it."""

    folder: Path
    pubmed: EutilsServer
    feeds: FeedServer
    slept: list[float] = field(default_factory=list)
    transport: Callable[[], AbstractContextManager[Transport]] | None = None

    @property
    def path(self) -> Path:
        return self.folder / "queries.toml"

    def configure(
        self,
        *queries: tuple[str, str, str],
        feeds: dict[str, str] | None = None,
        digest: str = 'schedule = "0 7 * * *"',
        extra: str = "",
    ) -> Settings:
        """Write queries.toml: name, title and term of each query; name and address of each feed."""
        parts = [
            'timezone = "Europe/Berlin"',
            f'[pubmed]\nemail = "tests@example.org"\nbase_url = "{self.pubmed.url}"',
            extra,
            *(f"[[query]]\nname = {json.dumps(n)}\ntitle = {json.dumps(t)}\nterm = '''{q}'''" for n, t, q in queries),
            *(f'[[feed]]\nname = "{name}"\nurl = "{url}"' for name, url in (feeds or {}).items()),
            f'[[digest]]\nname = "all"\nto = ["reader@example.org"]\n{digest}',
        ]
        self.path.write_text("\n".join(parts), encoding="utf-8")
        return read_settings(self.path)

    @property
    def settings(self) -> Settings:
        return read_settings(self.path)

    @contextmanager
    def context(self, now: datetime) -> Iterator[Context]:
        with opened(self.settings, now, sleep=self.slept.append) as context:
            yield context

    @contextmanager
    def folder_transport(self) -> Iterator[Transport]:
        yield FolderTransport(self.folder / "db" / "outbox")

    def run_once(self, now: datetime) -> Report:
        with self.context(now) as context:
            return work(context, self.transport or self.folder_transport, only_due=False)


@contextmanager
def world(folder: Path, collection: Collection | None = None) -> Iterator[World]:
    """Servers that are up for the block."""
    with EutilsServer(collection, vocabulary=Vocabulary(reports=False)) as pubmed, FeedServer() as feeds:
        yield World(folder, pubmed, feeds)

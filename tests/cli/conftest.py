"""An installation on loopback with records to find, and the command line over it, without a wait between requests."""

from __future__ import annotations

import inspect
import logging
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.cli.shell import Shell
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import SKIN, WOUNDS, World, world
from watcher.pipeline.context import opened
from watcher.sources.http import Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEWS = b"""<rss version="2.0"><channel><title>Invented news</title><item><guid>n1</guid>
<title>A wound, and what an invented newsroom says of it</title><link>https://news.example.org/wound</link></item>
</channel></rss>"""


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    waiting = (Client.__init__.__kwdefaults__, inspect.unwrap(opened).__kwdefaults__)
    for defaults in waiting:
        assert defaults is not None
        monkeypatch.setitem(defaults, "sleep", lambda _: None)
    # Each call is a process of its own, as far as logging can tell.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    yield Shell(monkeypatch, capsys)
    logging.getLogger("watcher").setLevel(logging.NOTSET)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    """Three invented records of early June 2021, two queries, and one feed."""
    records = [
        article(
            11, title="Wounds of the skin, an invented tale", doi="10.5555/tale.11", crdt=date(2021, 6, 1),
            authors=("Muster, Erika",), abstract="The wound heals &amp; is <i>well</i>."
        ),
        article(12, title="Wounds elsewhere, invented as well", pmcid="PMC5512", crdt=date(2021, 6, 2)),
        article(13, title="Unbroken skin, an invented tale too", crdt=date(2021, 6, 3)),
    ]  # fmt: skip
    with world(tmp_path, Collection(records)) as installation:
        installation.configure(WOUNDS, SKIN, feeds={"News": installation.feeds.put("/news.xml", NEWS)})
        yield installation


@pytest.fixture
def polled(installed: World, shell: Shell) -> World:
    """The installation after a first poll on 4 June 2021, with nothing told yet."""
    assert shell("poll", "--now", "2021-06-04T12:00Z", config=installed.path).status == 0
    return installed

"""Real feeds, and other parsers' tests: each file is entries, or words about what it is; none crashes or hangs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import SHARED
from watcher.errors import SourceError
from watcher.models import Feed
from watcher.sources.feeds import LONGEST_TEXT, read_feed
from watcher.sources.http import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CORPUS = SHARED / "data" / "feeds"
URL = "https://news.example/feed"
pytestmark = pytest.mark.skipif(
    not CORPUS.exists(), reason="../shared/data/feeds, real feeds that are not part of the project, is absent"
)


def refused(files: Iterable[Path]) -> dict[str, int]:
    """What those are called that are no feed, and how many of each; the others are held to their form."""
    told: dict[str, int] = {}
    for file in files:
        try:
            records = read_feed(Answer(200, URL, {}, file.read_bytes()), Feed("Real", URL, ("*",), "0 * * * *"))
        except SourceError as error:
            said = str(error).removeprefix(f"{URL}: ").partition(";")[0].partition(" (")[0]
            told[said] = told.get(said, 0) + 1
        else:
            for record in records:
                assert record.title, file.name
                assert record.source_id, file.name
                assert sum(len(passage.text) for passage in record.abstract) < 2 * LONGEST_TEXT, file.name
                str(record).encode()
    return told


NO_FEEDS = {"a web page, not a feed", "not a feed", "the answer is empty"}


def test_a_sample_of_them() -> None:
    """Each folder's in their order, the small ones."""
    files = [
        file
        for folder in sorted(CORPUS.iterdir())
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 20_000)[::120]
    ]
    told = refused(files)
    assert set(told) <= NO_FEEDS
    assert 3 < sum(told.values()) < len(files) - 10


@pytest.mark.long
def test_all_of_them() -> None:
    """But for the long series of one feed, which benchmarks/series.py polls."""
    files = [path for path in CORPUS.rglob("*") if path.is_file() and CORPUS / "series" not in path.parents]
    told = refused(files)
    assert set(told) == NO_FEEDS
    assert len(files) > 3_500
    assert sum(told.values()) < len(files) / 4

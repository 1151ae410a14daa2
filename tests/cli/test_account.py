"""What `show` says of the works from which one was kept apart: each once, with what overruled the likeness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pipeline.arrivals import come
from tests.works.invented import article, entry, news, record
from watcher.cli.account import kept_apart
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.models import Record

ONE = article(pmid="999001", doi="10.5555/a")
OTHER = article(pmid="999002", doi="10.5555/b", journal="Annals of fictional burns", volume="3", pages="7")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def said(store: Store, first: Record) -> list[str]:
    work = store.works.get(store.works.of_source(first.source, [first.source_id])[first.source_id])
    assert work is not None
    return list(kept_apart(store, work))


def test_what_overruled_is_named_once_a_work(store: Store) -> None:
    first, second, *_ = come(store, ONE, OTHER, entry(source_id="g"), entry(source_id="h"))
    (line,) = said(store, OTHER)
    assert line.startswith(
        f"  kept apart from work {first}: one by title, authors and year, but of their records, other "
    )
    (line,) = said(store, ONE)
    assert line.startswith(f"  kept apart from work {second}: ")


def test_news_alone_ties_no_two_works(store: Store) -> None:
    other = article("Breakfasts of fictional islanders", pmid="999003")
    come(store, ONE, other, news("It heals", doi="10.5555/a", pmid="999003"))
    assert all("in the news, but of their records, other " in line for line in said(store, ONE) + said(store, other))


def test_a_doubt_has_its_reason(store: Store) -> None:
    congress = record(source_id="congress", journal="Annals of fictional burns", volume="3", pages="7")
    _, second = come(store, ONE, congress)
    reason = "one title and its authors, but another place"
    assert said(store, ONE) == [f"  kept apart from work {second}: {reason} (pubmed 999001)"]

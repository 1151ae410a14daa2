"""Invented records, works and digests for the store's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from watcher.models import Author, Doi, Kind, Passage, Pmid, Record, Work
from watcher.pipeline.recognise import recognise
from watcher.told import Digest, Entry, Receipt, Section

if TYPE_CHECKING:
    from watcher.store.store import Store

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)


def article(
    pmid: int, title: str = "", *, doi: str = "", kind: Kind = Kind.ARTICLE, published: str = "2026-03"
) -> Record:
    return Record(
        source="pubmed", source_id=str(pmid), pmid=Pmid(str(pmid)), kind=kind, published=published,
        title=title or f"An invented result on skin, number {pmid}", doi=Doi(doi) if doi else None,
        authors=(Author("Invented", "Ada", "A"),), abstract=(Passage("Wounds heal."),), journal="Journal of invention",
    )  # fmt: skip


def news(
    guid: str, title: str = "An invented press release about skin", *, url: str | None = None, doi: str = ""
) -> Record:
    return Record(
        source="feed:News", source_id=guid, title=title, kind=Kind.NEWS, url=url, doi=Doi(doi) if doi else None
    )


def keep(store: Store, record: Record, at: datetime = NOW) -> int:
    """What a poll does with a record."""
    with store.transaction():
        (work_id,) = recognise(store, [record], at)
        return work_id


def digest(*works: Work, name: str = "skin", at: datetime = NOW) -> Digest:
    section = Section("q", "On skin", (1,), tuple(Entry(work) for work in works))
    receipt = Receipt(since=at - timedelta(days=1), until=at)
    return Digest(name=name, composed_at=at, article="An article", zone="UTC", sections=(section,), receipt=receipt)

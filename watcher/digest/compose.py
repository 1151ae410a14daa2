"""Which works go into a digest, in which section and order. Pure: what was not told yet comes as an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.models import Digest, Entry, Section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.models import CitedWork, Match, PageChange, Query, Receipt, Work


def compose(
    *,
    name: str,
    article: str,
    zone: str,
    now: datetime,
    queries: Sequence[Query],
    cited: Sequence[CitedWork],
    untold: Sequence[tuple[Work, Sequence[Match]]],
    receipt: Receipt,
    updates: Sequence[Entry] = (),
    sources: Sequence[Entry] = (),
    pages: Sequence[PageChange] = (),
) -> Digest:
    """A digest of all the works: each once, under the first query of the file that found it, the newest first.

    A work that is an update, or among what is told of the sources, is in no section.
    """
    again = {entry.work.id for entry in (*updates, *sources)}
    sections = []
    for query in queries:
        entries = [
            _entry(work, matches, query, queries)
            for work, matches in untold
            if work.id not in again and _first_query(matches, queries) == query.name
        ]
        if entries:
            ordered = tuple(sorted(entries, key=_newest_first, reverse=True))
            sections.append(Section(query.name, query.title, query.cites, ordered))
    return Digest(
        name=name,
        composed_at=now,
        article=article,
        zone=zone,
        sections=tuple(sections),
        receipt=receipt,
        cited=tuple(cited),
        updates=tuple(updates),
        sources=tuple(sources),
        pages=tuple(pages),
    )


def _first_query(matches: Sequence[Match], queries: Sequence[Query]) -> str | None:
    found = {match.query for match in matches}
    return next((query.name for query in queries if query.name in found), None)


def _entry(work: Work, matches: Sequence[Match], query: Query, queries: Sequence[Query]) -> Entry:
    phrases = {match.query: match.phrases for match in matches}
    others = tuple(other.title for other in queries if other.name in phrases and other.name != query.name)
    return Entry(work, phrases[query.name], others)


def _newest_first(entry: Entry) -> tuple[str, int]:
    """By the day that is shown; by PubMed's where that is no whole day, or lies ahead as an issue's date may."""
    record = entry.work.record
    shown, day = record.published or "", record.entered or record.created
    if day is not None and (len(shown) < len("2021-06-03") or shown > day.isoformat()):
        shown = day.isoformat()
    return (shown, entry.work.id)

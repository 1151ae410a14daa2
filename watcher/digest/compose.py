"""Which works go into a digest, in which section and order. Pure: what was not told yet comes as an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.told import Digest, Entry, Section, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from watcher.models import CitedWork, Match, Query, Record, Work
    from watcher.told import PageChange, Rank, Receipt


BEST = 3  # works that are shown first, of a digest that has more than twice as many


def compose(
    *,
    name: str,
    article: str,
    zone: str,
    language: str = "en",
    now: datetime,
    queries: Sequence[Query],
    cited: Sequence[CitedWork],
    untold: Sequence[tuple[Work, Sequence[Match]]],
    receipt: Receipt,
    ranks: Mapping[int, Rank] | None = None,
    news: Mapping[int, Sequence[Record]] | None = None,
    updates: Sequence[Entry] = (),
    sources: Sequence[Entry] = (),
    pages: Sequence[PageChange] = (),
    rate_to: str = "",
) -> Digest:
    """A digest of all the works: each once, under the first query of the file that found it and to which it is related
    enough; held back under the first where it is so to none. The most related first, by `ranks`, and the newest of
    those that have no rank. `ranks` and `news`, the news items on works, are by the works' ids.

    A work that is an update, or among what is told of the sources, is in no section.
    """
    again = {entry.work.id for entry in (*updates, *sources)}
    ranks, news = ranks or {}, news or {}
    told: dict[str, list[Entry]] = {query.name: [] for query in queries}
    held: dict[str, list[Entry]] = {query.name: [] for query in queries}
    for work, matches in untold:
        found = {match.query: match.phrases for match in matches}
        homes = [query for query in queries if query.name in found]
        if work.id in again or not homes:
            continue
        rank = ranks.get(work.id)
        home = next((query for query in homes if rank is None or rank.percent >= query.min_relatedness), None)
        others = tuple(query.title for query in homes if query != (home or homes[0]))
        entry = Entry(
            work,
            found[(home or homes[0]).name],
            others,
            why=rank.why if rank else Why(),
            news=tuple(news.get(work.id, ())),
        )
        (told if home else held)[(home or homes[0]).name].append(entry)
    sections = _sections(queries, told, ranks)
    entries = [entry for section in sections for entry in section.entries]
    related = _ordered((entry for entry in entries if entry.why), ranks)  # those that have a reason to be first
    return Digest(
        name=name,
        composed_at=now,
        article=article,
        zone=zone,
        language=language,
        sections=sections,
        receipt=receipt,
        cited=tuple(cited),
        updates=tuple(updates),
        sources=tuple(sources),
        pages=tuple(pages),
        lead=next(iter([*related, *_ordered(entries, ranks)]), None),
        best=tuple(related[:BEST]) if len(entries) > 2 * BEST else (),
        held=_sections(queries, held, ranks),
        rate_to=rate_to,
    )


def _sections(
    queries: Sequence[Query], entries: Mapping[str, Sequence[Entry]], ranks: Mapping[int, Rank]
) -> tuple[Section, ...]:
    return tuple(
        Section(query.name, query.title, query.cites, tuple(_ordered(entries[query.name], ranks)))
        for query in queries
        if entries[query.name]
    )


def _ordered(entries: Iterable[Entry], ranks: Mapping[int, Rank]) -> list[Entry]:
    newest = sorted(entries, key=_newest_first, reverse=True)
    return sorted(newest, key=lambda entry: -ranks[entry.work.id].score if entry.work.id in ranks else 0.0)


def _newest_first(entry: Entry) -> tuple[str, int]:
    """By the day that is shown; by PubMed's where that is no whole day, or lies ahead as an issue's date may."""
    record = entry.work.record
    shown, day = record.published or "", record.entered or record.created
    if day is not None and (len(shown) < len("2021-06-03") or shown > day.isoformat()):
        shown = day.isoformat()
    return (shown, entry.work.id)

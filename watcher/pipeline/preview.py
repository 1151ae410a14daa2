"""What a query would bring: works a week over the last 90 days, the newest of them, and what each of its alternatives
contributes; asked of PubMed, or decided on what is stored. Nothing is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.models import Query, Record, Window
from watcher.pipeline.edits import PERIOD
from watcher.sources import pubmed
from watcher.terms.alternatives import alternatives, only
from watcher.terms.term import Term
from watcher.terms.written import in_full, in_short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from watcher.sources.eutils import Eutils
    from watcher.store.store import Store
    from watcher.terms.alternatives import Alternative

WEEK = timedelta(days=7)
_MANY = 10  # works that hang on one phrase alone: fewer are no noise


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one alternative of a term brings: alone in its block, and what only it brings (None where that cannot be
    told, because PubMed names 9,999 works at most). `depth` is of how many others it is part,
    `block` the number of its OR.
    """

    phrase: str
    depth: int
    block: int
    alone: int
    only: int | None

    @property
    def dead(self) -> bool:
        """Whether it brought nothing."""
        return self.alone == 0

    def noisy(self, works: int) -> bool:
        """Whether a third of a term's works, and ten at least, hang on it alone."""
        return self.only is not None and self.only >= _MANY and 3 * self.only >= works


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query brings. `weeks` are numbers of works, the oldest week first; `newest` the newest records; `notes`
    what PubMed says of the term.
    """

    query: Query
    works: int
    weeks: tuple[int, ...]
    newest: tuple[Record, ...]
    contributions: tuple[Contribution, ...]
    notes: tuple[str, ...] = ()

    @property
    def a_week(self) -> float:
        """Works a week."""
        return self.works / (PERIOD / WEEK)


def from_pubmed(
    eutils: Eutils, query: Query, now: datetime, *, most: int, phrases: bool, progress: Callable[[str], None]
) -> Preview:
    """What PubMed has that was created in the last 90 days (a work is created once, so that weeks add up). Raises
    SourceError.
    """
    weeks = []
    for days in _weeks(now):
        progress(f"PubMed: {query.name}, {days.first} to {days.last}")
        weeks.append(pubmed.created(eutils, query.term, days))
    named = [pmid for answer in weeks for pmid in answer.pmids]
    newest = sorted(set(named), key=int, reverse=True)[:most]
    records = pubmed.fetch(eutils, newest).records if newest else ()

    def ask(alternative: Alternative) -> tuple[int, frozenset[str] | None]:
        progress(f"PubMed: {query.name}, {in_short(alternative.node)}")
        answer = pubmed.created(eutils, in_full(alternative.alone), _period(now))
        return answer.count, frozenset(answer.pmids) if answer.whole else None

    return Preview(
        query,
        sum(answer.count for answer in weeks),
        tuple(answer.count for answer in weeks),
        tuple(sorted(records, key=_pmid, reverse=True)),
        tuple(_contributions(query, ask)) if phrases and named else (),
        tuple(dict.fromkeys(note for answer in weeks for note in answer.notes)),
    )


def from_store(store: Store, query: Query, now: datetime, *, most: int, phrases: bool) -> Preview:
    """What is stored and came in the last 90 days: the day is PubMed's of creation, or else that of the first sight."""
    records, works = store.texts.seen_since(now - PERIOD)
    days = dict(_days(store, sorted(store.texts.matching(records, Term.parse(query.term))), now))
    newest: dict[int, int] = {}
    for number in sorted(days, key=lambda number: (days[number], number), reverse=True):
        newest.setdefault(works[number], number)

    def ask(alternative: Alternative) -> tuple[int, frozenset[int]]:
        matching = store.texts.matching(records, Term.parse(in_full(alternative.alone)))
        found = frozenset(works[number] for number in matching if number in days)
        return len(found), found

    shown = store.texts.contents(list(newest.values())[:most])
    return Preview(
        query,
        len(newest),
        tuple(sum(week.first <= days[n] <= week.last for n in newest.values()) for week in _weeks(now)),
        tuple(shown[number] for number in list(newest.values())[:most]),
        tuple(_contributions(query, ask)) if phrases and days else (),
    )


def _contributions(
    query: Query, ask: Callable[[Alternative], tuple[int, frozenset[Any] | None]]
) -> Iterator[Contribution]:
    """Of each alternative what it brings, but for the parts of one that brings nothing, which are not asked about."""
    which = alternatives(Term.parse(query.term).parsed.root)
    found: list[tuple[int, frozenset[Any] | None]] = []
    dead: set[int] = set()
    for number, alternative in enumerate(which):
        found.append((0, frozenset()) if alternative.inside in dead else ask(alternative))
        if found[-1][0] == 0:
            dead.add(number)
    named = [some for _, some in found if some is not None]
    lonely = only(named, which) if len(named) == len(which) else [None] * len(which)
    for alternative, (brought, _), only_it in zip(which, found, lonely, strict=True):
        if alternative.inside not in dead:
            yield Contribution(in_short(alternative.node), alternative.depth, alternative.block, brought, only_it)


def _days(store: Store, numbers: Sequence[int], now: datetime) -> Iterator[tuple[int, date]]:
    """The records that came in the period, each with its day."""
    period = _period(now)
    seen = store.texts.first_seen(numbers)
    for number, record in store.texts.contents(numbers).items():
        day = record.created or record.entered or seen[number].astimezone(pubmed.NEW_YORK).date()
        if period.first <= day <= period.last:
            yield number, day


def _period(now: datetime) -> Window:
    today = now.astimezone(pubmed.NEW_YORK).date()
    return Window(today - PERIOD + timedelta(days=1), today)


def _weeks(now: datetime) -> list[Window]:
    """The weeks of the period, the oldest first, which is short by a day."""
    period, found = _period(now), []
    last = period.last
    while last >= period.first:
        found.append(Window(max(period.first, last - WEEK + timedelta(days=1)), last))
        last -= WEEK
    return found[::-1]


def _pmid(record: Record) -> int:
    return int(record.pmid or 0)

"""How things stand: what `status` tells, gathered once, said to a person or to a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from watcher.cli.output import fate, moment
from watcher.cron import next_due
from watcher.models import Run
from watcher.pipeline.pages import watched_pages
from watcher.pipeline.tell import next_turn
from watcher.store.lock import is_held
from watcher.store.runs import STAGES
from watcher.told import Delivery, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.settings import Settings
    from watcher.store.store import Store


REMEMBERED = timedelta(days=30)  # what failed longer ago is counted, and not named


@dataclass(frozen=True, slots=True)
class Source:
    """A query on PubMed, or a feed: its last run, since when it fails (if it does), and when its next poll is due.

    `stopped`: a feed that is not asked any more, as its last run says.
    """

    name: str
    last: Run | None
    running: bool
    failing_since: datetime | None
    next_at: datetime | None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Cited:
    """A cited work: its PMID if PubMed has it, how many records there cite it if that was asked, when its page was last
    looked at, and since when, if so, it cannot be read, and why. `looked_up`: PubMed was asked about it by
    an identifier.
    """

    number: int
    watched: bool
    looked_up: bool
    pmid: str | None
    cited_by: int | None
    looked_at: datetime | None
    failing_since: datetime | None
    error: str | None
    gone: bool

    def as_text(self, settings: Settings) -> str:
        """In a line."""
        said = []
        if self.pmid:
            known = (
                "what cites it was not asked yet" if self.cited_by is None else f"cited by {self.cited_by} in PubMed"
            )
            said.append(f"PMID {self.pmid}, {known}")
        elif self.looked_up:
            said.append("not found in PubMed so far")
        if self.failing_since:
            said.append(f"its page FAILING since {moment(self.failing_since, settings)}: {self.error}")
        elif self.looked_at:
            said.append(f"its page {'gone, ' * self.gone}looked at {moment(self.looked_at, settings)}")
        so_far = "; ".join(said) or "not asked about yet"
        return f"source [{self.number}]: {so_far if self.watched else 'not watched'}"


@dataclass(frozen=True, slots=True)
class Told:
    """A digest: when it last told how many works, under which id, when it is due next, and until when it is paused."""

    name: str
    last_id: int | None
    last_at: datetime | None
    works: int
    next_at: datetime
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it."""

    sources: tuple[Source, ...]
    cited: tuple[Cited, ...]
    digests: tuple[Told, ...]
    outbox: dict[State, int]
    waiting: tuple[Delivery, ...]
    works: dict[str, int]

    def as_json(self) -> dict[str, object]:
        """For scripts: times in UTC."""
        return {
            "sources": [
                {
                    "name": source.name,
                    "last_run_at": source.last and source.last.started_at.isoformat(),
                    "found": source.last and source.last.found,
                    "new": source.last and source.last.new,
                    "error": None if source.running or source.last is None else source.last.error,
                    "running": source.running,
                    "notes": list(source.last.notes) if source.last else [],
                    "translation": source.last.translation if source.last else "",
                    "failing_since": source.failing_since and source.failing_since.isoformat(),
                    "next_run_at": source.next_at and source.next_at.isoformat(),
                    "stopped": source.stopped,
                }
                for source in self.sources
            ],
            "digests": [
                {
                    "name": told.name,
                    "last_at": told.last_at and told.last_at.isoformat(),
                    "works": told.works,
                    "next_at": told.next_at.isoformat(),
                    "last_id": told.last_id,
                    "paused_until": told.paused_until and told.paused_until.isoformat(),
                }
                for told in self.digests
            ],
            "outbox": {str(state): count for state, count in self.outbox.items()},
            "waiting": [
                {
                    "id": delivery.id,
                    "recipient": delivery.recipient,
                    "state": str(delivery.state),
                    "attempts": delivery.attempts,
                    "next_attempt_at": delivery.next_attempt_at and delivery.next_attempt_at.isoformat(),
                    "error": delivery.error,
                    "digest_id": delivery.digest_id,
                }
                for delivery in self.waiting
            ],
            "works": self.works,
            "cited": [
                {
                    "number": cited.number,
                    "watched": cited.watched,
                    "pmid": cited.pmid,
                    "cited_by": cited.cited_by,
                    "looked_at": cited.looked_at and cited.looked_at.isoformat(),
                    "failing_since": cited.failing_since and cited.failing_since.isoformat(),
                    "error": cited.error,
                    "gone": cited.gone,
                }
                for cited in self.cited
            ],
        }

    def as_text(self, settings: Settings) -> str:
        """For a person: times on their clock."""
        lines = []
        for source in self.sources:
            run = source.last
            if run is None:
                said = "never polled"
            elif source.running:
                said = f"running since {moment(run.started_at, settings)}"
            elif source.stopped:
                said = f"STOPPED on {moment(run.started_at, settings)}: {run.error}"
            elif run.error:
                said = f"FAILING since {moment(source.failing_since, settings)}: {run.error}"
            else:
                said = f"{moment(run.started_at, settings)}: {run.found} found, {run.new} new"
            following = f"; next {moment(source.next_at, settings)}" if source.next_at else ""
            lines += [f"{source.name}: {said}{following}"]
            lines += [f"  {note}" for note in (run.notes if run else ())]
        lines += ["", *(cited.as_text(settings) for cited in self.cited)] if self.cited else []
        lines.append("")
        for told in self.digests:
            works = f"{told.works} work{'s' * (told.works != 1)}"
            said = f"{works} on {moment(told.last_at, settings)}" if told.last_at else "nothing told yet"
            said += f", as digest {told.last_id}" if told.last_id else ""
            said += f"; paused until {told.paused_until}" if told.paused_until else ""
            lines.append(f"digest {told.name}: {said}; next {moment(told.next_at, settings)}")
        counts = ", ".join(f"{count} {fate(state, settings)}" for state, count in self.outbox.items()) or "empty"
        lines.append(f"outbox: {counts}")
        for delivery in self.waiting:
            why = delivery.error or ("an attempt is under way" if delivery.attempts else "not attempted yet")
            what_next = _what_next(delivery, settings)
            lines.append(f"  digest {delivery.digest_id} to {delivery.recipient}: {delivery.state}, {why}{what_next}")
        lines.append("stored: " + (", ".join(f"{count} {kind}" for kind, count in self.works.items()) or "nothing"))
        return "\n".join(lines)


def _what_next(delivery: Delivery, settings: Settings) -> str:
    """What becomes of a delivery that did not arrive, or what a person can do about it."""
    if delivery.next_attempt_at:
        return f"; again {moment(delivery.next_attempt_at, settings)}"
    if delivery.given_up:
        return "; the next digest tells it, or `watcher deliver` sends it"
    if delivery.state is not State.SENDING and delivery.attempts:
        return f"; `watcher digest --resend {delivery.digest_id}` sends it again"
    return ""


def standing(settings: Settings, store: Store, now: datetime) -> Standing:
    """How things stand at a moment."""
    at_work = is_held(store.path)
    failing = {(run.source, run.query): since for run, since in store.runs.failing()}

    def source(name: str, key: str, query: str | None, next_at: datetime | None, *, stopped: bool = False) -> Source:
        run = store.runs.last(key, query)
        running = at_work and run is not None and run.finished_at is None
        return Source(name, run, running, None if running else failing.get((key, query)), next_at, stopped)

    next_poll = next_due(settings.pubmed.poll, now, settings.zone)
    sources = [source(f"PubMed, {query.name}", "pubmed", query.name, next_poll) for query in settings.queries]
    for feed in settings.feeds:
        state = store.feeds.get(feed.name, feed.url)
        next_at = next_due(feed.poll, max(now, state.not_before or now), settings.zone)
        sources += [source(feed.name, feed.source, None, None if state.stopped else next_at, stopped=state.stopped)]
    sources += [source(name, key, None, None) for key, name in STAGES.items() if store.runs.last(key) is not None]
    last = {name: (number, at, works) for number, name, at, works, _ in store.digests.latest()}
    digests = []
    for plan in settings.digests:
        number, at, works = last.get(plan.name, (None, None, 0))
        next_at = next_turn(plan, now, settings.zone)
        digests.append(Told(plan.name, number, at, works, next_at, plan.paused_until(now, settings.zone)))
    lost = [delivery for delivery, _ in store.deliveries.undelivered(now - REMEMBERED)]
    outbox, waiting = store.deliveries.counts(), (*(d for d in store.deliveries.open() if d not in lost), *lost)
    cited = tuple(_cited(settings, store))
    return Standing(tuple(sources), cited, tuple(digests), outbox, waiting, store.works.counts())


def _cited(settings: Settings, store: Store) -> Iterator[Cited]:
    known = store.cited.pmids(settings.cited, store.cited.works(settings.cited))
    pmids = {number: pmid for pmid, number in reversed(known.items())}
    cited_by, pages = store.citing.known(pmids.values()), watched_pages(settings.cited)
    looked_up = store.cited.looked_up(settings.cited)
    for one in settings.cited:
        page, pmid = store.pages.get(one.url if one.url in pages else ""), pmids.get(one.number)
        yield Cited(
            one.number, one.watch, one.number in looked_up, pmid, cited_by.get(pmid) if pmid else None,
            page.looked_at, page.failing_since, page.error, page.gone,
        )  # fmt: skip

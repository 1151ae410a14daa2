"""Compose what is due, and freeze it: a digest, what it tells and its messages are kept before any attempt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.cron import is_due, next_due
from watcher.digest.compose import compose
from watcher.digest.dates import Dates
from watcher.digest.editions import Content, content
from watcher.digest.opening import subject
from watcher.digest.render import Body, body_of, render, render_brief
from watcher.mail import outbox
from watcher.models import Kind
from watcher.pipeline.failures import ended, failing, may_come
from watcher.pipeline.pages import unread, watched_pages
from watcher.pipeline.posting import address_of, envelope
from watcher.pipeline.relate import ranks
from watcher.pipeline.sources import of_sources
from watcher.pipeline.updates import updates
from watcher.sources.pubmed import SOURCE
from watcher.store import citing
from watcher.store.runs import STAGES
from watcher.told import Digest, Entry, Failure, FailureKind, Frozen, Receipt, State
from watcher.works.notices import befallen_since

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from watcher.models import Run, Work
    from watcher.pipeline.context import Context
    from watcher.settings import DigestSettings
    from watcher.store.deliveries import Owed
    from watcher.told import Delivery


@dataclass(frozen=True, slots=True)
class Told:
    """A digest whose turn it was: with its works and, unless there was nothing to tell, its id in the store.

    `waits` where there was nothing, and it stays due.
    """

    digest: Digest
    digest_id: int | None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class _Made:
    """What is to be kept of a digest: its subject, its files unless it is not kept, and its readers' messages, each
    with the earlier digest that it is of where this one is not kept.
    """

    subject: str
    content: Content | None
    mails: tuple[tuple[Frozen, int | None], ...]


def tell(context: Context, digests: Iterable[DigestSettings], *, force: bool = False) -> list[Told]:
    """Compose each digest that is due (all of them with `force`), and keep it with its frozen messages.

    One that has nothing to tell is kept only where its readers want to hear that. Its turn is taken all the same,
    unless its sources may have more to tell as soon as they work: then it stays due, so that what an outage held back
    is told when that is over.
    """
    store = context.store
    told = []
    for plan in digests:
        if not force and not _is_due(context, plan):
            continue
        digest = composed(context, plan)
        made = _made(context, plan, digest)  # which takes its time, so before anything is locked
        with store.transaction():
            digest_id = _keep(context, plan, digest, made)
            waits = digest_id is None and may_come(context, plan)
            if not waits:
                store.digests.take_turn(plan.name, context.now)
        told.append(Told(digest, digest_id, waits))
    return told


def _is_due(context: Context, plan: DigestSettings) -> bool:
    """Whether it is a digest's turn; after a pause, the first one that comes then."""
    zone, last = context.settings.zone, context.store.digests.last_turn(plan.name)
    if plan.paused_until(context.now, zone):
        return False
    if (resumed := plan.resumed_at(zone)) is not None:
        last = max(last or resumed, resumed)
    return is_due(plan.schedule, last, context.now, zone)


def next_turn(plan: DigestSettings, now: datetime, zone: ZoneInfo) -> datetime:
    """When it is a digest's turn next."""
    return next_due(plan.schedule, max(now, plan.resumed_at(zone) or now), zone)


def composed(context: Context, plan: DigestSettings, owed: Owed | None = None) -> Digest:
    """The digest as it would be told now, with what is owed to one of its readers; nothing is changed."""
    settings, store = context.settings, context.store
    wanted = set(plan.queries)
    # What the article cites is known to its readers, whatever matches it.
    stored = store.cited.works(settings.cited)
    cited = {work.id for work in stored.values()}
    works = {work.id: work for work in store.works.untold(plan.name, plan.queries) if work.id not in cited}
    changed, sources = updates(context, plan), of_sources(context, plan, stored)
    watched = watched_pages(settings.watched)
    pages = store.pages.untold(plan.name, watched)
    if owed is not None:
        works |= {work.id: work for work in map(store.works.get, owed.works) if work is not None}
        changed, sources = _with(context, changed, owed.updates), _with(context, sources, owed.sources)
        pages = store.pages.told_in(owed.digests, watched) + pages
    untold = [
        (work, tuple(match for match in store.matches.of_work(work.id) if match.query in wanted))
        for work in works.values()
    ]
    told_of_sources = {entry.work.id for entry in sources}
    again = [entry for entry in changed if entry.work.id not in told_of_sources]
    mail = settings.mail
    return compose(
        name=plan.name,
        article=settings.article,
        zone=settings.zone.key,
        language=plan.language,
        now=context.now,
        queries=settings.chosen(plan.queries),
        cited=[
            replace(one, title=stored[one.number].record.title) if not one.title and one.number in stored else one
            for one in settings.cited
        ],
        untold=untold,
        receipt=_receipt(context, plan, stored, owed),
        ranks=ranks(store, settings, stored, (work for work, _ in untold)),
        news={work.id: store.works.news(work.id) for work, _ in untold if work.kind is not Kind.NEWS},
        updates=again,
        sources=sources,
        pages=pages,
        rate_to=(mail.rate_to or "") if mail else "",
    )


def _with(context: Context, entries: Sequence[Entry], owed: Iterable[tuple[int, str]]) -> tuple[Entry, ...]:
    """The entries and, before them, those works that are owed and not among them, with what was said of each."""
    known = {entry.work.id for entry in entries}
    missed = [(context.store.works.get(work_id), change) for work_id, change in owed if work_id not in known]
    return (*(Entry(work, change=change) for work, change in missed if work is not None), *entries)


def _made(context: Context, plan: DigestSettings, digest: Digest) -> _Made:
    """What is to be kept of a digest: of one that nobody is to hear of, nothing.

    Who is owed what did not reach them gets that with it. If there is nothing else, that goes as a message of the
    digest that owes it.
    """
    store = context.store
    debts = {reader: store.deliveries.owed(plan.name, address_of(reader)) for reader in dict.fromkeys(plan.to)}
    asked = store.runs.first_at() is not None or digest.receipt.loaded[0]  # else that there is nothing is not known
    kept = not digest.empty or bool(plan.when_empty == "send" and asked)
    same = body_of(digest, plan.attach) if kept and not all(debts.values()) else None
    mails = []
    for reader, owed in debts.items():
        if owed is not None:
            own = composed(context, plan, owed)
            frozen = _frozen(context, own, body_of(own, plan.attach), reader, owed.deliveries)
            mails.append((frozen, None if kept else owed.digests[-1]))
        elif same is not None:
            mails.append((_frozen(context, digest, same, reader), None))
    return _Made(subject(digest), content(_public(digest)) if kept else None, tuple(mails))


def _keep(context: Context, plan: DigestSettings, digest: Digest, made: _Made) -> int | None:
    """Keep the digest and its readers' messages; gives its id, None where it is not kept."""
    store, kept = context.store, None
    if (files := made.content) is not None:
        kept = store.digests.keep(digest, made.subject)
        runs = store.runs.between(digest.receipt.since, digest.receipt.until)
        store.digests.keep_notes(plan.name, _notes(runs, plan))
        store.editions.keep(kept, day=files.day, counts=files.counts, page=files.page, works=files.works)
    for frozen, earlier in made.mails:
        if (of := kept if earlier is None else earlier) is not None:
            store.deliveries.add(of, [frozen], context.now)
    return kept


def _public(digest: Digest) -> Digest:
    """The digest without what failed of mail: addresses of readers are not for its pages, which anybody may read."""
    failures = tuple(failure for failure in digest.receipt.failures if not failure.of_mail)
    return replace(digest, receipt=replace(digest.receipt, failures=failures))


def _frozen(context: Context, digest: Digest, body: Body, reader: str, carries: tuple[int, ...] = ()) -> Frozen:
    told = [*(entry.work.id for entry in digest.entries), *(f"page {page.id}" for page in digest.pages)]
    whole, brief = (
        envelope(context, reader, digest.name, digest.composed_at.isoformat(), told, form) for form in ("", "brief")
    )
    return Frozen(
        recipient=address_of(reader),
        message_id=whole.message_id,
        message=outbox.freeze(render(body, whole)),
        brief_id=brief.message_id,
        brief=outbox.freeze(render_brief(body, brief)),
        carries=carries,
    )


def _receipt(context: Context, plan: DigestSettings, cited: Mapping[int, Work], owed: Owed | None) -> Receipt:
    """What was asked since this digest's last edition, what befell the works of it and of those before, and what failed
    and is failing. A note is told once.
    """
    store = context.store
    since = owed.since if owed else store.digests.last_composed(plan.name)
    runs = store.runs.between(since, context.now)
    asked = _asked(runs, plan)
    told = store.digests.told_notes(plan.name)
    refused = [
        Failure(f"mail to {delivery.recipient}", _why_not(delivery), at, FailureKind.MAIL)
        for delivery, at in store.deliveries.undelivered(since, plan.name)
        if owed is None or delivery.id not in owed.deliveries
    ]
    return Receipt(
        since=since,
        until=context.now,
        queries=len({run.query for run in asked if run.query}),
        feeds=len({run.source for run in asked if not run.query}),
        polls=len({run.started_at for run in asked}),
        loaded=store.loads.between(since, context.now),
        found=sum(run.found for run in asked),
        failures=(*failing(context, runs), *ended(context, runs), *unread(context, since), *refused),
        notes=(
            *_why_so_much(context, plan, since, owed),
            *_befallen(context, plan, cited, since),
            *(note for note in _notes(runs, plan) if note not in told),
        ),
        next_at=next_turn(plan, context.now, context.settings.zone),
        paused_until=plan.paused_until(context.now, context.settings.zone),
        settings=_in_words(context.settings.path),
    )


def _why_not(delivery: Delivery) -> str:
    """Why it did not arrive, for readers: the server's words about one of them, and none about the server itself."""
    if delivery.state is State.FAILED:
        return delivery.error or "it was refused"
    return "it may or may not have arrived" if delivery.state is State.UNKNOWN else "it could not be delivered"


def _why_so_much(context: Context, plan: DigestSettings, since: datetime | None, owed: Owed | None) -> Iterator[str]:
    zone = context.settings.zone
    dates = Dates(zone.key, plan.language)
    if owed is not None:
        day = dates.day(owed.composed_at)
        yield f"With what you were to be told on {day}, which could not be delivered: {owed.error}"
    paused, resumed = plan.pause_until, plan.resumed_at(zone)
    if paused and resumed and since and since < resumed <= context.now:
        yield f"Paused until {dates.calendar_day(paused)}: this tells of all since {dates.day(since)}"


def _befallen(context: Context, plan: DigestSettings, cited: Mapping[int, Work], since: datetime | None) -> list[str]:
    """What befell works that were told, and cited works, as far as no notice of it is a work here, which would be told
    as such.
    """
    follows = context.store.follows
    watched = (cited[one.number].id for one in context.settings.watched if one.number in cited)
    changed = follows.changed_of(watched, since)
    changed += follows.changed(plan.name, since) if since else []
    named = {one.pmid for _, now in changed for one in now.related if one.pmid}
    stored = context.store.works.of_source(SOURCE, named)
    return list(dict.fromkeys(line for before, now in changed for line in befallen_since(before, now, stored)))


def _asked(runs: Iterable[Run], plan: DigestSettings) -> list[Run]:
    """The runs that a digest answers for."""
    return [run for run in runs if run.query in plan.queries or run.source.startswith("feed:")]


def _in_words(path: Path) -> str:
    """A path as it is read by others than its owner: who that is, is not told."""
    path, home = path.absolute(), Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _notes(runs: Sequence[Run], plan: DigestSettings) -> tuple[str, ...]:
    """What sources said of the questions in these runs, and what is to be said of the cited works, each once."""
    telling = [*_asked(runs, plan), *(run for run in runs if run.source == citing.SOURCE)]
    said = (f"{_name(run)}: {note}" for run in telling for note in run.notes)
    return tuple(dict.fromkeys(said))


def _name(run: Run) -> str:
    return run.query or STAGES.get(run.source) or run.source.removeprefix("feed:")

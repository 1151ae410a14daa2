"""Compose what is due, and freeze it: a digest, what it tells and its messages are kept before any attempt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.cron import is_due, next_due
from watcher.digest.compose import compose
from watcher.mail import outbox
from watcher.models import Digest, Failure, Kind, Receipt
from watcher.pipeline.failures import ended, failing, may_come
from watcher.pipeline.pages import unread, watched_pages
from watcher.pipeline.relate import ranks
from watcher.pipeline.sources import of_sources
from watcher.pipeline.updates import updates
from watcher.sources.pubmed import SOURCE
from watcher.store import citing
from watcher.store.runs import STAGES
from watcher.works.notices import befallen_since

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from watcher.models import Run
    from watcher.pipeline.context import Context
    from watcher.settings import DigestSettings

# Where no [mail] is configured; RFC 2606 keeps "invalid" free of owners.
NO_SENDER = "Watcher <watcher@watcher.invalid>"


@dataclass(frozen=True, slots=True)
class Told:
    """A digest whose turn it was: with its works and, unless there was nothing to tell, its id in the store.

    `waits` where there was nothing, and it stays due.
    """

    digest: Digest
    digest_id: int | None
    waits: bool = False


def tell(context: Context, digests: Iterable[DigestSettings], *, force: bool = False) -> list[Told]:
    """Compose each digest that is due (all of them with `force`), and keep it with its frozen messages.

    One that has nothing to tell is not kept; its turn is taken all the same, unless its sources may have more to tell
    as soon as they work: then it stays due, so that what an outage held back is told when that is over.
    """
    store, zone = context.store, context.settings.zone
    told = []
    for plan in digests:
        if not force and not is_due(plan.schedule, store.digests.last_turn(plan.name), context.now, zone):
            continue
        digest = composed(context, plan)
        with store.transaction():
            digest_id = None if digest.empty else _keep(context, plan, digest)
            waits = digest_id is None and may_come(context, plan)
            if not waits:
                store.digests.take_turn(plan.name, context.now)
        told.append(Told(digest, digest_id, waits))
    return told


def composed(context: Context, plan: DigestSettings) -> Digest:
    """The digest as it would be told now; nothing is changed."""
    settings = context.settings
    store, wanted = context.store, set(plan.queries)
    # What the article cites is known to its readers, whatever matches it.
    cited = {work.id for work in store.cited.works(settings.cited).values()}
    untold = [
        (work, tuple(match for match in store.matches.of_work(work.id) if match.query in wanted))
        for work in store.works.untold(plan.name, plan.queries)
        if work.id not in cited
    ]
    sources = of_sources(context, plan)
    told_of_sources = {entry.work.id for entry in sources}
    again = [entry for entry in updates(context, plan) if entry.work.id not in told_of_sources]
    new = {work.id for work, _ in untold} - told_of_sources - {entry.work.id for entry in again}
    mail = settings.mail
    return compose(
        name=plan.name,
        article=settings.article,
        zone=settings.zone.key,
        language=plan.language,
        now=context.now,
        queries=settings.chosen(plan.queries),
        cited=settings.cited,
        untold=untold,
        receipt=_receipt(context, plan, len(new)),
        ranks=ranks(store, settings, (work for work, _ in untold)),
        news={work.id: store.works.news(work.id) for work, _ in untold if work.kind is not Kind.NEWS},
        updates=again,
        sources=sources,
        pages=store.pages.untold(plan.name, watched_pages(settings.watched)),
        rate_to=(mail.rate_to or "") if mail else "",
    )


def sender(context: Context) -> str:
    """From whom a digest comes."""
    return context.settings.mail.sender if context.settings.mail else NO_SENDER


def _keep(context: Context, plan: DigestSettings, digest: Digest) -> int:
    from watcher.digest.editions import content
    from watcher.digest.render import render, subject

    messages = []
    for recipient in dict.fromkeys(plan.to):
        identity = _message_id(context, digest, recipient)
        message = render(digest, sender=sender(context), recipient=recipient, message_id=identity, attach=plan.attach)
        messages.append((parseaddr(recipient)[1], identity, outbox.freeze(message)))
    runs = context.store.runs.between(digest.receipt.since, digest.receipt.until)
    context.store.digests.keep_notes(plan.name, _notes(runs, plan))
    digest_id = context.store.digests.keep(digest, subject(digest), messages)
    kept = content(digest)
    context.store.editions.keep(digest_id, day=kept.day, counts=kept.counts, page=kept.page, works=kept.works)
    return digest_id


def _message_id(context: Context, digest: Digest, recipient: str) -> str:
    """One for each digest and recipient, and the same whenever the same digest is composed."""
    works = ",".join([*(str(entry.work.id) for entry in digest.entries), *(f"page {page.id}" for page in digest.pages)])
    seed = f"{context.store.path}|{digest.name}|{digest.composed_at.isoformat()}|{recipient}|{works}"
    domain = parseaddr(sender(context))[1].rpartition("@")[2]
    return f"<{hashlib.sha256(seed.encode()).hexdigest()[:32]}@{domain}>"


def _receipt(context: Context, plan: DigestSettings, new: int) -> Receipt:
    """What was asked since this digest's last edition, what befell the works of it and of those before, and what failed
    and is failing. A note is told once.
    """
    store = context.store
    since = store.digests.last_composed(plan.name)
    runs = store.runs.between(since, context.now)
    asked = _asked(runs, plan)
    told = store.digests.told_notes(plan.name)
    refused = [
        Failure(f"mail to {delivery.recipient}", delivery.error or "it may or may not have arrived", at)
        for delivery, at in store.deliveries.failed_since(since)
    ]
    return Receipt(
        since=since,
        until=context.now,
        queries=len({run.query for run in asked if run.query}),
        feeds=len({run.source for run in asked if not run.query}),
        polls=len({run.started_at for run in asked}),
        found=sum(run.found for run in asked),
        new=new,
        failures=(*failing(context, runs), *ended(context, runs), *unread(context, since), *refused),
        notes=(*_befallen(context, plan, since), *(note for note in _notes(runs, plan) if note not in told)),
        next_at=next_due(plan.schedule, context.now, context.settings.zone),
        settings=_in_words(context.settings.path),
    )


def _befallen(context: Context, plan: DigestSettings, since: datetime | None) -> list[str]:
    """What befell works that were told, and cited works, as far as no notice of it is a work here, which would be told
    as such.
    """
    follows, cited = context.store.follows, context.store.cited.works(context.settings.watched)
    changed = follows.changed_of((work.id for work in cited.values()), since)
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

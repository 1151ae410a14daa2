"""The whole job in its order: poll, compose, deliver; all sources, or those whose turn it is by what the store says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.cron import is_due
from watcher.errors import DeliveryError
from watcher.models import Run
from watcher.pipeline.alarm import raise_alarms
from watcher.pipeline.citing import ask_who_cites
from watcher.pipeline.deliver import deliver
from watcher.pipeline.follow import follow
from watcher.pipeline.look_up import look_up_cited, look_up_works
from watcher.pipeline.pages import look_at_pages
from watcher.pipeline.poll_feeds import can_poll, poll_feed
from watcher.pipeline.poll_pubmed import poll_pubmed
from watcher.pipeline.publish import publish
from watcher.pipeline.tell import Told, tell
from watcher.sources.pubmed import SOURCE
from watcher.told import Delivery, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from watcher.mail.outbox import Transport
    from watcher.models import Feed, Query
    from watcher.pipeline.context import Context


@dataclass(frozen=True, slots=True)
class Report:
    """What one execution came to. `refusal` is why the mail server could not be used at all."""

    runs: tuple[Run, ...]
    told: tuple[Told, ...] = ()
    settled: tuple[Delivery, ...] = ()
    refusal: str | None = None

    @property
    def failed(self) -> bool:
        """Whether a source or a delivery failed."""
        unsent = any(one.state is not State.SENT and one.successor is None for one in self.settled)
        return unsent or self.refusal is not None or any(run.error is not None for run in self.runs)


def work(
    context: Context,
    open_transport: Callable[[], AbstractContextManager[Transport]],
    *,
    only_due: bool,
    stopping: Callable[[], bool] = lambda: False,
) -> Report:
    """Poll (what is due, or everything), compose what is due, deliver what waits."""
    settings = context.settings
    if only_due:
        runs = poll(context, due_queries(context), due_feeds(context), stopping)
    else:
        runs = poll(context, settings.queries, settings.feeds, stopping)
    if stopping():
        return Report(runs)
    told = tuple(tell(context, settings.digests))
    runs += tuple(run for run in [publish(context)] if run is not None)
    if runs:
        raise_alarms(context)
    try:
        return Report(runs, told, tuple(deliver(context, open_transport, stopping=stopping)))
    except DeliveryError as refusal:
        return Report(runs, told, refusal=str(refusal))


def poll(
    context: Context,
    queries: tuple[Query, ...],
    feeds: tuple[Feed, ...],
    stopping: Callable[[], bool] = lambda: False,
) -> tuple[Run, ...]:
    """Ask PubMed about the queries, then the feeds, then PubMed about what those brought, what the article cites, and
    what is stored; then look at the cited pages.
    """
    runs = poll_pubmed(context, queries) if queries else []
    for feed in feeds:
        if stopping():
            break
        if can_poll(context, feed):
            runs.append(poll_feed(context, feed))
    for stage in (look_up_works, look_up_cited, follow, ask_who_cites, look_at_pages) if runs else ():
        if not stopping() and (run := stage(context)) is not None:
            runs.append(run)
    if runs:  # now, when nobody waits for it
        context.store.catch_up()
    return tuple(runs)


def due_queries(context: Context) -> tuple[Query, ...]:
    """The queries whose turn on PubMed it is; one whose term was edited is due at once."""
    settings, runs = context.settings, context.store.runs

    def due(query: Query) -> bool:
        last = runs.last(SOURCE, query.name)
        return (
            last is None or last.term != query.term
            or is_due(settings.pubmed.poll, last.started_at, context.now, settings.zone)
        )  # fmt: skip

    return tuple(query for query in settings.queries if due(query))


def due_feeds(context: Context) -> tuple[Feed, ...]:
    """The feeds whose turn it is, without those that are not to be asked."""

    def due(feed: Feed) -> bool:
        last = context.store.runs.last(feed.source)
        return is_due(feed.poll, last.started_at if last else None, context.now, context.settings.zone) and can_poll(
            context, feed
        )

    return tuple(feed for feed in context.settings.feeds if due(feed))

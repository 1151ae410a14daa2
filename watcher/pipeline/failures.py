"""What fails, and what failed and works again, of all that the settings name: in the words of a digest's footer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher.models import Failure
from watcher.pipeline.deliver import MAIL
from watcher.sources.pubmed import SOURCE
from watcher.store.runs import STAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from watcher.models import Run
    from watcher.pipeline.context import Context
    from watcher.settings import DigestSettings

FRESH = timedelta(days=1)


def failing(context: Context, runs: Collection[Run]) -> list[Failure]:
    """What is failing now, each since its first failure; a mistake in the settings comes first.

    A feed that is not asked any more is named where the run that ended it is among `runs`: once, that is.
    """
    own = [context.bad_edit] if context.bad_edit else []
    stopped, recent = _stopped(context), {run.id for run in runs}
    failures = context.store.runs.failing()
    return own + named(context, [one for one in failures if one[0].source not in stopped or one[0].id in recent])


def ended(context: Context, runs: Iterable[Run]) -> list[Failure]:
    """What failed in some of these runs, and works again: from its first failure among them."""
    still = {(run.source, run.query) for run, _ in context.store.runs.failing()}
    first: dict[tuple[str, str | None], tuple[Run, datetime]] = {}
    for run in runs:
        if run.error is not None and (run.source, run.query) not in still:
            first.setdefault((run.source, run.query), (run, run.started_at))
    found = named(context, first.values())
    return [replace(failure, why=f"it failed, and works again: {failure.why}") for failure in found]


def may_come(context: Context, plan: DigestSettings) -> bool:
    """Whether a digest's sources may have more as soon as they work: never polled, or failing for under a day."""
    runs = context.store.runs
    if any(runs.last(SOURCE, name) is None for name in plan.queries):
        return True
    feeds = {feed.source for feed in context.settings.feeds} - _stopped(context)
    return any(
        context.now - since < FRESH
        for run, since in runs.failing()
        if run.source in feeds or (run.source == SOURCE and run.query in plan.queries)
    )


def _stopped(context: Context) -> set[str]:
    """The feeds that are not asked any more, as sources."""
    return {feed.source for feed in context.settings.feeds if context.store.feeds.get(feed.name, feed.url).stopped}


def named(context: Context, failures: Iterable[tuple[Run, datetime]]) -> list[Failure]:
    """Those that the settings name. Queries that fail for one reason are one failure: PubMed's."""
    feeds = {feed.source: feed.name for feed in context.settings.feeds}
    queries = {query.name for query in context.settings.queries}
    found: list[Failure] = []
    of_queries: dict[str, list[tuple[str, datetime]]] = {}
    for run, since in failures:
        why = run.error or ""
        if run.source == SOURCE and run.query in queries:
            of_queries.setdefault(why, []).append((run.query, since))
        elif run.source == MAIL:
            # Host and login are for `status` and the log: a digest goes to people who have nothing to do with them.
            found.append(Failure("the mail server", "mail could not be sent", since, of_mail=True))
        elif run.source in STAGES:
            found.append(Failure(STAGES[run.source], why, since))
        elif run.source in feeds:
            found.append(Failure(feeds[run.source], why, since))
    for why, named in of_queries.items():
        names = ", ".join(name for name, _ in named)
        what = "PubMed, all queries" if len(named) == len(queries) > 1 else f"PubMed, {names}"
        found.append(Failure(what, why, min(since for _, since in named)))
    return found

"""What must not wait for a digest: polls that fail again and again, and a long silence. Each is said once, by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.digest.alarm import Alarm
from watcher.mail import outbox
from watcher.pipeline.failures import named
from watcher.pipeline.posting import address_of, envelope
from watcher.sources.pubmed import SOURCE
from watcher.store.alarms import Raised
from watcher.store.digests import ALARM
from watcher.store.runs import OF_PUBMED, STAGES
from watcher.told import Frozen

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.models import Run
    from watcher.pipeline.context import Context
    from watcher.settings import DigestSettings
    from watcher.told import Failure

IN_A_ROW = 3
FORTNIGHT = timedelta(days=14)
ANEW = timedelta(days=1)  # what fails, works and fails again within it was said
SILENCE = "silence"  # as a cause; no source has such a name


def raise_alarms(context: Context) -> None:
    """Keep a mail to the readers of each digest that has cause, unless it is paused."""
    for plan in context.settings.digests:
        if not plan.paused_until(context.now, context.settings.zone):
            with context.store.transaction():
                _raise(context, plan)


def _raise(context: Context, plan: DigestSettings) -> None:
    raised = context.store.alarms.of(plan.name)
    failing = {
        _cause(run): (run, since) for run, since in context.store.runs.failing() if _concerns(context, plan, run)
    }
    # While queries fail, that PubMed does not answer other questions either is no news.
    down = any(run.source == SOURCE for run, _ in failing.values())
    new = [
        cause
        for cause, (run, _) in failing.items()
        if not (down and run.source in OF_PUBMED) and _is_news(context, raised.get(cause), run)
    ]
    over = [cause for cause, alarm in raised.items() if not alarm.over and cause not in {*failing, SILENCE}]
    silent_since = _silent_since(context, plan, raised.get(SILENCE))
    runs = context.store.runs
    alarm = Alarm(
        name=plan.name,
        at=context.now,
        zone=context.settings.zone.key,
        language=plan.language,
        in_a_row=IN_A_ROW,
        failed=tuple(named(context, [failing[cause] for cause in new])),
        recovered=_recovered(context, raised, over),
        silent_since=silent_since,
        polls=len({run.started_at for run in runs.between(silent_since, context.now)}) if silent_since else 0,
    )
    for cause in new:
        context.store.alarms.keep(plan.name, cause, Raised(failing[cause][1], context.now, over=False))
    for cause in over:
        context.store.alarms.keep(plan.name, cause, Raised(raised[cause].since, raised[cause].at, over=True))
    if silent_since is not None:
        context.store.alarms.keep(plan.name, SILENCE, Raised(silent_since, context.now, over=False))
    if alarm.failed or alarm.recovered or alarm.silent_since:
        _keep(context, plan, alarm)


def _cause(run: Run) -> str:
    return f"{run.source} {run.query}" if run.query else run.source


def _concerns(context: Context, plan: DigestSettings, run: Run) -> bool:
    """Whether a run's failure keeps something from a digest."""
    if run.source == SOURCE:
        return run.query in plan.queries
    feed = next((feed for feed in context.settings.feeds if feed.source == run.source), None)
    if feed is None:
        return run.source in STAGES
    return bool(set(feed.queries) & set(plan.queries))


def _is_news(context: Context, before: Raised | None, run: Run) -> bool:
    """Whether a failing source is to be told of: often enough, and not told of already."""
    if context.store.runs.failed_in_a_row(run.source, run.query) < IN_A_ROW:
        return False
    return before is None or (before.over and context.now - before.at >= ANEW)


def _recovered(context: Context, raised: dict[str, Raised], over: list[str]) -> tuple[Failure, ...]:
    """What was told of as failing and works: by its last run, each since it first failed."""
    last = {_cause(run): run for run in context.store.runs.latest()}
    return tuple(named(context, [(last[cause], raised[cause].since) for cause in over if cause in last]))


def _silent_since(context: Context, plan: DigestSettings, before: Raised | None) -> datetime | None:
    """Since when there was nothing to tell, if that is long ago and was not said; else None."""
    moments = (
        context.store.digests.last_composed(plan.name) or context.store.runs.first_at(),
        plan.resumed_at(context.settings.zone),
    )
    since = max((moment for moment in moments if moment is not None), default=None)
    if since is None or plan.when_empty == "send" or context.now - since < FORTNIGHT:
        return None
    return None if before is not None and before.since == since else since


def _keep(context: Context, plan: DigestSettings, alarm: Alarm) -> None:
    from watcher.digest.alarm import render_alarm

    digest_id = context.store.digests.keep_alarm(plan.name, context.now, alarm.subject)
    for reader in dict.fromkeys(plan.to):
        whole = envelope(context, reader, ALARM, plan.name, context.now.isoformat())
        earlier = context.store.deliveries.owed(
            ALARM + plan.name, address_of(reader)
        )  # what did not get through is past
        frozen = Frozen(
            recipient=address_of(reader),
            message_id=whole.message_id,
            message=outbox.freeze(render_alarm(alarm, whole)),
            carries=earlier.deliveries if earlier else (),
        )
        context.store.deliveries.add(digest_id, [frozen], context.now)

"""The commands that do something: poll, digest, deliver, run."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.output import Shell, fate, moment, must_be, say_edits, say_json, to_look_into, writing_to

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from watcher.models import Run
    from watcher.pipeline.context import Context
    from watcher.pipeline.tell import Told
    from watcher.settings import DigestSettings, Settings
    from watcher.told import Delivery, Digest, Failure

NOW = click.option("--now", metavar="ISO-TIME", help="Act as of that moment.")


@click.command(short_help="Fetch what is new, match it, and store it.", epilog="Example: watcher poll radiation")
@click.argument("queries", nargs=-1, metavar="[QUERY]...")
@NOW
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def poll(shell: Shell, queries: tuple[str, ...], now: str | None, as_json: bool) -> int:
    """Fetch what is new, recognise and match it, and store it: all queries and feeds, or the queries named."""
    from watcher.pipeline import work
    from watcher.pipeline.last_used import take_up

    settings = shell.settings()
    must_be(queries, [query.name for query in settings.queries], "query")
    with shell.working(settings, shell.now(now, settings)) as context:
        say_edits(take_up(context))
        if queries:
            runs = work.poll(context, settings.chosen(queries), ())
        else:
            runs = work.poll(context, settings.queries, settings.feeds)
    if as_json:
        say_json([_as_json(run) for run in runs])
    else:
        _say_runs(runs)
    return int(any(run.error for run in runs))


@click.command(epilog="Example: watcher digest --preview --out preview")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--force", is_flag=True, help="Whether it is due or not.")
@click.option("--preview", is_flag=True, help="Write text and HTML to standard output, and change nothing.")
@click.option("--out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Preview into a folder.")
@click.option(
    "--resend", metavar="ID", type=int,
    help="Send digest ID (as `watcher status` names it) once more, the same bytes, to those who may not have it.",
)  # fmt: skip
@click.option("--to", metavar="ADDRESS", help="With --resend: to this reader alone, even if they have it.")
@NOW
@click.pass_obj
def digest(
    shell: Shell,
    names: tuple[str, ...],
    force: bool,
    preview: bool,
    out: Path | None,
    resend: int | None,
    to: str | None,
    now: str | None,
) -> int:
    """Compose the digests that are due, and deliver them; or deliver one once more."""
    if resend is not None:
        if names or force or preview or out is not None:
            raise click.UsageError("--resend sends a digest that was composed before: only --to and --now go with it")
        return _resend(shell, resend, to, now)
    if to is not None:
        raise click.UsageError("--to goes with --resend: who is told of new digests stands in the settings")
    from watcher.pipeline.alarm import raise_alarms
    from watcher.pipeline.deliver import deliver as send
    from watcher.pipeline.publish import publish
    from watcher.pipeline.tell import tell

    settings = shell.settings()
    must_be(names, [plan.name for plan in settings.digests], "digest")
    plans = [plan for plan in settings.digests if not names or plan.name in names]
    at = shell.now(now, settings)
    if force and not names and not preview and out is None:
        plans = [plan for plan in plans if not _is_paused(plan, settings, at)]
    if preview or out is not None:
        _preview(settings, plans, at, out)
        return 0
    with shell.working(settings, at) as context:
        told = tell(context, plans, force=force)
        written = publish(context)
        for one in told:
            _say_told(one)
        raise_alarms(context)
        if not told and not force:
            click.echo("no digest is due (--force composes it all the same)", err=True)
        settled = send(context, lambda: shell.transport(settings))
    failed = [run for run in [written] if run is not None and run.error]
    _say_runs(failed)
    return _say_deliveries(settled, settings) or int(bool(failed))


def _is_paused(plan: DigestSettings, settings: Settings, at: datetime) -> bool:
    """Whether it is paused, which is said: whoever wants such a digest all the same names it."""
    until = plan.paused_until(at, settings.zone)
    if until is not None:
        click.echo(f"{plan.name}: paused until {until}; name it to compose it all the same", err=True)
    return until is not None


def _resend(shell: Shell, digest_id: int, to: str | None, now: str | None) -> int:
    from watcher.pipeline.deliver import deliver as send
    from watcher.pipeline.deliver import resend

    settings = shell.settings()
    if to_look_into(settings) is not settings:
        raise click.UsageError("nothing was sent yet")
    with shell.working(settings, shell.now(now, settings)) as context:
        try:
            resend(context, digest_id, to)
        except LookupError as error:
            raise click.UsageError(str(error)) from None
        settled = send(context, lambda: shell.transport(settings))
    return _say_deliveries(settled, settings)


@click.command(epilog="Example: watcher deliver")
@click.pass_obj
def deliver(shell: Shell) -> int:
    """Send what waits in the outbox, now."""
    from watcher.pipeline.deliver import deliver as send

    settings = shell.settings()
    with shell.working(settings, shell.now(None, settings)) as context:
        settled = send(context, lambda: shell.transport(settings), force=True)
        tried = {delivery.id for delivery in settled}
        unknown = [one for one in context.store.deliveries.open() if one.next_attempt_at and one.id not in tried]
    for one in unknown:  # what may have arrived keeps its wait, and all else was tried
        again = f"{one.error}; again {moment(one.next_attempt_at, settings)}"
        click.echo(f"mail to {one.recipient}: {one.state}: {again}", err=True)
    if not settled and not unknown:
        click.echo("nothing waits", err=True)
    return _say_deliveries(settled, settings)


@click.command(
    short_help="Keep watching, as a daemon; --once for cron.",
    epilog="Example: watcher run --once\n\nIn a crontab: 5 * * * * watcher --config /home/me/queries.toml run --once",
)
@click.option("--once", is_flag=True, help="Poll, compose what is due, deliver, and end: for cron or a timer.")
@NOW
@click.pass_obj
def run(shell: Shell, once: bool, now: str | None) -> int:
    """Keep watching, as a daemon; or, with --once, do the whole job one time."""
    if not once:
        if now is not None:
            raise click.UsageError("--now goes with --once: a daemon lives by the clock")
        return _run_daemon(shell)
    from watcher.pipeline.last_used import take_up
    from watcher.pipeline.work import work

    settings = shell.settings()
    with shell.working(settings, shell.now(now, settings)) as context:
        say_edits(take_up(context))
        report = work(context, lambda: shell.transport(settings), only_due=False)
    # Under cron, what is printed is mailed: so only what failed is, unless somebody is looking.
    if sys.stderr.isatty() or shell.verbose:
        _say_runs(report.runs)
        for told in report.told:
            _say_told(told)
        _say_deliveries(report.settled, settings)
    else:
        _say_runs([run for run in report.runs if run.error])
        _say_deliveries([delivery for delivery in report.settled if delivery.error], settings)
    if report.refusal:
        click.echo(f"mail: {report.refusal}", err=True)
    return int(report.failed)


def _run_daemon(shell: Shell) -> int:
    import os

    from watcher.pipeline.context import opened
    from watcher.schedule import Daemon, Outlook
    from watcher.secrets import ncbi_api_key

    logging.basicConfig(
        format="%(asctime)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S", level=logging.WARNING, force=True
    )
    logging.getLogger("watcher").setLevel(logging.INFO)
    path = Path(shell.config)

    def open_for(settings: Settings, now: datetime, bad_edit: Failure | None) -> AbstractContextManager[Context]:
        key = ncbi_api_key(os.environ, settings.pubmed.api_key_file)
        return opened(settings, now, api_key=key, bad_edit=bad_edit, sleep=daemon.sleep)

    daemon = Daemon(Outlook(path), open_for, shell.transport)
    daemon.run()
    return 0


def _preview(settings: Settings, plans: Iterable[DigestSettings], now: datetime, out: Path | None) -> None:
    from watcher.digest.render import html_page, plain_text
    from watcher.pipeline.context import opened
    from watcher.pipeline.tell import composed

    with opened(to_look_into(settings), now) as context:
        digests: list[Digest] = [composed(context, plan) for plan in plans]
    for shown in digests:
        if out is None:
            click.echo(plain_text(shown))
            click.echo(html_page(shown))
            continue
        stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in shown.name)
        for suffix, content in ((".txt", plain_text(shown)), (".html", html_page(shown))):
            target = out / (stem + suffix)
            with writing_to(out):
                target.write_text(content, encoding="utf-8")
            click.echo(str(target))


def _as_json(run: Run) -> dict[str, object]:
    return {
        "source": run.source, "query": run.query, "started_at": run.started_at.isoformat(), "found": run.found,
        "window": [run.window.first.isoformat(), run.window.last.isoformat()] if run.window else None,
        "new": run.new, "error": run.error, "notes": list(run.notes),
    }  # fmt: skip


def _say_runs(runs: Iterable[Run]) -> None:
    from watcher.store.runs import STAGES

    for run in runs:
        what = f"PubMed, {run.query}" if run.query else STAGES.get(run.source, run.source.removeprefix("feed:"))
        if run.error:
            click.echo(f"{what}: FAILED: {run.error}", err=True)
        else:
            click.echo(f"{what}: {run.found} found, {run.new} new")
        for note in run.notes:
            click.echo(f"  {note}", err=bool(run.error))


def _say_told(told: Told) -> None:
    click.echo(f"digest {told.digest.name}: {told.digest.in_short}")


def _say_deliveries(settled: Iterable[Delivery], settings: Settings) -> int:
    from watcher.told import State

    failed = False
    for delivery in settled:
        if delivery.successor is not None:
            click.echo(f"mail to {delivery.recipient}: not taken whole, titles go instead: {delivery.error}", err=True)
            continue
        sent = delivery.state is State.SENT
        failed = failed or not sent
        why = f": {delivery.error}" if delivery.error else ""
        click.echo(f"mail to {delivery.recipient}: {fate(delivery.state, settings)}{why}", err=not sent)
    return int(failed)

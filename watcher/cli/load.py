"""The command that reads NLM's files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.output import Shell, moment, say_edits, say_json

if TYPE_CHECKING:
    from watcher.pipeline.load import Loaded
    from watcher.settings import Settings


@click.command(
    short_help="Hold NLM's PubMed files against the queries.",
    epilog="Example: watcher load --jobs 4 updatefiles/pubmed26n*.xml.gz",
)
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Read in so many processes.")
@click.option("--again", is_flag=True, help="Read from the beginning what was loaded before.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def load(shell: Shell, files: tuple[Path, ...], jobs: int, again: bool, as_json: bool) -> int:
    """Hold NLM's PubMed files (baseline, daily updates, a saved search's XML; .gz too) against all queries, and store
    what matches, without asking PubMed. A stored record that is newer there is brought up to date. A file that was
    loaded whole is skipped; one that was cut short goes on where it stopped. The next digest tells what is new.
    """
    from watcher.pipeline.last_used import take_up
    from watcher.pipeline.load import load as read

    settings = shell.settings()
    _say_limits(settings)
    with shell.working(settings, shell.now(None, settings)) as context:
        say_edits(take_up(context))
        reports = []
        for path in files:
            report = read(context, path, jobs=jobs, again=again)
            reports.append(report)
            if not as_json:
                _say(report, settings)
    if as_json:
        say_json([_as_json(report) for report in reports])
    return int(any(report.error for report in reports))


def _say_limits(settings: Settings) -> None:
    """What of the terms cannot be evaluated here, each finding once, with the queries that it is about."""
    from watcher.terms.term import Term

    found: dict[str, list[str]] = {}
    for query in settings.queries:
        for message in dict.fromkeys(problem.message for problem in Term.parse(query.term).unknowable):
            found.setdefault(message, []).append(query.name)
    for message, names in found.items():
        click.echo(f"{', '.join(names)}: {message}", err=True)


def _say(report: Loaded, settings: Settings) -> None:
    name = report.path.name
    if report.loaded_at is not None:
        click.echo(f"{name}: loaded already, {moment(report.loaded_at, settings)} (--again reads it once more)")
        return
    if report.error:
        click.echo(f"FAILED: {report.error}", err=True)
    resumed = f", from {report.resumed_at + 1:,} on" if report.resumed_at else ""
    more = "".join(
        f", {count} {what}" for count, what in ((report.revised, "revised"), (report.withdrawn, "withdrawn")) if count
    )
    counts = (
        f"{report.members:,} record{'s' * (report.members != 1)}{resumed}: {report.found} found, {report.new} new{more}"
    )
    if report.members or not report.error:
        click.echo(f"{name}: {counts}")


def _as_json(report: Loaded) -> dict[str, object]:
    return {
        "path": str(report.path), "members": report.members, "resumed_at": report.resumed_at, "found": report.found,
        "new": report.new, "revised": report.revised, "withdrawn": report.withdrawn,
        "loaded_at": report.loaded_at.isoformat() if report.loaded_at else None, "error": report.error,
    }  # fmt: skip

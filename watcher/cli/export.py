"""The command that gives stored works to other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.cli import account
from watcher.cli.output import Shell, look_into, must_be

if TYPE_CHECKING:
    from datetime import datetime

_FORMS = ("jsonl", "csv", "ris", "bibtex")


@click.command(
    short_help="Stored works as RIS, BibTeX, CSV or JSON lines.",
    epilog="Example: watcher export --as ris --query wound-closure > works.ris",
)
@click.argument("works", nargs=-1, metavar="[WORK...]")
@click.option("--as", "form", type=click.Choice(_FORMS), default="jsonl", show_default=True, help="The form.")
@click.option("--query", "queries", multiple=True, metavar="NAME", help="What this query matched; may be repeated.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="What was first seen on that day or later."
)
@click.pass_obj
def export(shell: Shell, works: tuple[str, ...], form: str, queries: tuple[str, ...], since: datetime | None) -> int:
    """Write works to standard output: those named (a number here, a PMID, a DOI, a PMCID or an address), or else all
    that a query matched.
    """
    from watcher.digest.bibtex import bibtex
    from watcher.digest.ris import ris
    from watcher.digest.rows import csv_table, json_lines

    if works and (queries or since):
        raise click.UsageError("works are named, or chosen by --query and --since: not both")
    settings = shell.settings()
    must_be(queries, [query.name for query in settings.queries], "query")
    write = {"jsonl": json_lines, "csv": csv_table, "ris": ris, "bibtex": bibtex}[form]
    with look_into(settings) as store:
        if works:
            chosen = [account.found(store, name) for name in works]
        else:
            day = since.replace(tzinfo=settings.zone) if since else None
            chosen = store.works.matched(queries or None, day)
        click.echo(write(chosen), nl=False)
    if not chosen:
        click.echo("nothing stored is like that", err=True)
    return 0

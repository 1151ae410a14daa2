"""The command that gives stored works to other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.cli.account import find
from watcher.cli.output import Shell, look_into

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from watcher.models import Work
    from watcher.store.store import Store

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
    known = [query.name for query in settings.queries]
    if unknown := [name for name in queries if name not in known]:
        raise click.UsageError(f"there is no query {unknown[0]!r}; there are {', '.join(known)}")
    write = {"jsonl": json_lines, "csv": csv_table, "ris": ris, "bibtex": bibtex}[form]
    with look_into(settings) as store:
        if works:
            chosen = list(_named(store, works))
        else:
            day = since.replace(tzinfo=settings.zone) if since else None
            chosen = store.works.matched(queries or None, day)
        click.echo(write(chosen), nl=False)
    if not chosen:
        click.echo("nothing stored is like that", err=True)
    return 0


def _named(store: Store, names: tuple[str, ...]) -> Iterator[Work]:
    for name in names:
        work = find(store, name)
        if work is None:
            raise click.UsageError(f"no stored work is {name!r}")
        yield work

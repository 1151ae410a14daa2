"""The commands that look into the store: status, search, show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.cli import account
from watcher.cli.output import Shell, look_into, say_json

if TYPE_CHECKING:
    from watcher.models import Work
    from watcher.settings import Settings
    from watcher.store.store import Store


@click.command(short_help="Last and next runs, failures, outbox, counts.", epilog="Example: watcher status --json")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def status(shell: Shell, as_json: bool) -> int:
    """Last and next runs, what fails, what waits in the outbox, and how much is stored."""
    from watcher.cli.standing import standing

    settings = shell.settings()
    with look_into(settings) as store:
        found = standing(settings, store, shell.now(None, settings))
    if as_json:
        say_json(found.as_json())
    else:
        click.echo(found.as_text(settings))
    return 0


@click.command(
    short_help="The stored works that hold all the words.",
    epilog="Example: watcher search exosome 'wound healing' 'diabet*'",
)
@click.argument("words", nargs=-1)
@click.option("--held", is_flag=True, help="Instead, what digests held back as too little related, the last first.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def search(shell: Shell, words: tuple[str, ...], held: bool, limit: int, as_json: bool) -> int:
    """The stored works that hold all the words or "phrases", the best first; a trailing * truncates."""
    words = tuple(word for word in words if any(map(str.isalnum, word)))
    if held and words:
        raise click.UsageError("--held lists all that is held back: give no words with it")
    if not words and not held:
        raise click.UsageError("there is nothing to look for: give a word, or a phrase in quotes")
    settings = shell.settings()
    with look_into(settings) as store:
        found = store.works.held(limit) if held else store.works.search(words, limit)
    if as_json:
        say_json([_as_json(work) for work in found])
    else:
        for work in found:
            click.echo(account.line(work))
        if not found:
            click.echo("nothing is held back" if held else "nothing stored holds that", err=True)
    return 0


@click.command(
    short_help="One work: whence, why, and when it was told.",
    epilog="Example: watcher show 34158094    (a work's number here, a PMID, a DOI, a PMCID or an address)",
)
@click.argument("work")
@click.pass_obj
def show(shell: Shell, work: str) -> int:
    """One work: its records, why they are one, which queries matched it, and when it was told."""
    settings = shell.settings()
    with look_into(settings) as store:
        _show(store, account.found(store, work), settings)
    return 0


def _show(store: Store, work: Work, settings: Settings) -> None:
    from watcher import markup

    click.secho(account.title(work), bold=True)
    for line in (*account.facts(work), "", *account.whence(store, work, settings), *account.matches(store, work)):
        click.echo(line)
    rank = account.rank_of(store, work, settings, store.cited.works(settings.cited))
    for line in (
        *account.relatedness(store, work, rank),
        *account.relations(store, work),
        *account.tellings(store, work, settings, rank),
    ):
        click.echo(line)
    for passage in work.record.abstract:
        click.echo("\n" + (f"{passage.label}: " if passage.label else "") + markup.plain(passage.text))


def _as_json(work: Work) -> dict[str, object]:
    record = work.record
    return {
        "id": work.id, "kind": str(work.kind), "title": account.title(work), "doi": work.doi, "pmid": work.pmid,
        "pmcid": work.pmcid, "url": work.url, "journal": record.journal, "published": record.published,
        "first_seen_at": work.first_seen_at.isoformat(),
    }  # fmt: skip

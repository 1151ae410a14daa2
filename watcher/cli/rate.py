"""The command by which a reader says what is worth more of its like, and less."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from watcher.cli import account
from watcher.cli.output import Shell, to_look_into

if TYPE_CHECKING:
    from watcher.pipeline.rate import Rated

_SIGNS = {"+": True, "-": False, "0": None}
_SAID = {"+": "good", "-": "bad", "0": "neither good nor bad"}


@click.command(
    short_help="Call a work good (+) or bad (-); 0 takes it back.",
    epilog="Example: watcher rate 34158094 +    (a number here, a PMID, a DOI, a PMCID or an address)",
)
@click.argument("work", required=False)
@click.argument("sign", required=False, type=click.Choice(list(_SIGNS)), metavar="+|-|0")
@click.option("--mail", is_flag=True, help="Instead, read a mail with such a subject from standard input.")
@click.pass_obj
def rate(shell: Shell, work: str | None, sign: str | None, mail: bool) -> int:
    """Call a work good or bad: works like it come first, or last, from now on. Says what that changes."""
    from watcher.mail.rating import read
    from watcher.pipeline.rate import rate as keep
    from watcher.store.store import Store

    if mail == (work is not None) or (work is None) != (sign is None):
        raise click.UsageError("name a work and + or -, or give a mail on standard input with --mail")
    settings = shell.settings()
    if mail:
        allowed = [recipient for digest in settings.digests for recipient in digest.to]
        try:
            work, sign = read(sys.stdin.buffer, allowed)
        except ValueError as refusal:
            raise click.UsageError(str(refusal)) from None
    if work is None or sign is None:
        raise AssertionError
    if to_look_into(settings) is not settings:
        raise click.UsageError("there is nothing to rate yet")
    with Store(settings.store) as store:
        rated = account.found(store, work)
        changed = keep(store, settings, rated, shell.now(None, settings), good=_SIGNS[sign])
        click.echo(f"work {rated.id} is called {_SAID[sign]}: {account.title(rated)}")
    _say(changed)
    return 0


def _say(changed: Rated) -> None:
    for what, words in (("counts for more", changed.gained), ("counts for less", changed.lost)):
        if words:
            click.echo(f"{what}: {', '.join(words)}")
    for what, moved in (("rose", changed.rose), ("fell", changed.fell)):
        for one in moved:
            click.echo(f"{what} from {one.before} to {one.after} of what is untold: {one.title}")
    if not (changed.gained or changed.lost or changed.rose or changed.fell):
        click.echo("nothing changed by that")

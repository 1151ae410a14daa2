"""The commands by which a person corrects what was recognised: merge and split."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from watcher.cli import account
from watcher.cli.output import Shell, to_look_into

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.store.store import Store


@click.command(
    short_help="Say that several works are one.",
    epilog="Example: watcher merge 12 57    (numbers here, PMIDs, DOIs, PMCIDs or addresses)",
)
@click.argument("works", nargs=-1, required=True, metavar="WORK WORK...")
@click.pass_obj
def merge(shell: Shell, works: tuple[str, ...]) -> int:
    """Say that several works are one. It is never undone by a poll, only by `watcher split`."""
    from watcher.pipeline.correct import merge as make_one

    with _correcting(shell) as store:
        found = list(dict.fromkeys(account.found(store, text).id for text in works))
        if len(found) < 2:
            raise click.UsageError("these are one work already" if len(works) > 1 else "name two works or more")
        click.echo(f"work {make_one(store, found, shell.now(None, shell.settings()))}")
    return 0


@click.command(
    short_help="Say that records of a work are another work.",
    epilog="Example: watcher split 12 34023579    (records as `watcher show 12` names them)",
)
@click.argument("work")
@click.argument("records", nargs=-1, required=True, metavar="RECORD...")
@click.pass_obj
def split(shell: Shell, work: str, records: tuple[str, ...]) -> int:
    """Say that records of a work are another work. It is never undone by a poll, only by `watcher merge`."""
    from watcher.pipeline.correct import split as part

    with _correcting(shell) as store:
        found = account.found(store, work)
        chosen = {_record(store, found.id, text) for text in records}
        if len(chosen) == len(store.works.provenance(found.id)):
            raise click.UsageError(f"these are all the records of work {found.id}: name those that are of another")
        rest, other = part(store, found.id, chosen, shell.now(None, shell.settings()))
        click.echo(f"work {rest}\nwork {other}")
    return 0


@contextmanager
def _correcting(shell: Shell) -> Iterator[Store]:
    """The store, alone on it."""
    from watcher.store.lock import exclusive
    from watcher.store.store import Store

    settings = shell.settings()
    if to_look_into(settings) is not settings:
        raise click.UsageError("there is nothing to correct yet")
    with exclusive(settings.store), Store(settings.store) as store:
        yield store


def _record(store: Store, work_id: int, text: str) -> int:
    """A record of a work by its source's id, or by source and id where that is needed to tell two apart."""
    members = store.identities.of_works([work_id])[work_id]
    named = [m.record_id for m in members if text == m.signature.ref or m.signature.ref.endswith(f" {text}")]
    if len(named) != 1:
        known = ", ".join(repr(member.signature.ref) for member in members)
        said = "several records" if named else "no record"
        raise click.UsageError(f"{said} of work {work_id} named {text!r}; it has {known}")
    return named[0]

"""`diff`: what the edits of queries.toml change among the stored works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.cli import account
from watcher.cli.output import Shell, look_into, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.models import Work
    from watcher.pipeline.edits import Edit
    from watcher.store.store import Store
    from watcher.terms.term import Term

_STORED_ONLY = (
    "\nThis is decided on what is stored: works that a query, a feed or a loaded file has brought. What an edit gains "
    "besides on PubMed, `watcher preview QUERY --online` tells."
)
_NARROWER = "Narrower MeSH headings, which PubMed finds as well, are not known here."


@click.command(
    short_help="What the edits of queries.toml gain and lose.",
    epilog="Example: watcher diff    (after an edit, before the next poll takes it up)",
)
@click.option("--limit", type=click.IntRange(0), default=10, show_default=True, help="How many works to name of each.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: all works.")
@click.option("--now", metavar="ISO-TIME", help="Act as of that moment.")
@click.pass_obj
def diff(shell: Shell, limit: int, as_json: bool, now: str | None) -> int:
    """The edited file against the one that was last used: which stored works of the last 90 days each query gains and
    loses. Nothing is changed.
    """
    from watcher.pipeline.edits import edits
    from watcher.pipeline.last_used import last_used

    settings = shell.settings()
    before = last_used(settings)
    if before is None:
        click.echo(f"{settings.path} was not used yet: there is nothing to compare it with", err=True)
    with look_into(settings) as store:
        found = edits(store, before.queries, settings.queries, shell.now(now, settings)) if before else ()
        if as_json:
            say_json([_as_json(store, edit) for edit in found])
            return 0
        for edit in found:
            click.echo(edit.in_short)
            for line in _lines(store, edit, limit):
                click.echo(line)
    if found:
        click.echo(_STORED_ONLY)
        if any("narrower" in note.message for edit in found for note in _term(edit).unknowable):
            click.echo(_NARROWER)
    elif before is not None:
        click.echo("no query differs from the version that was last used")
    return 0


def _lines(store: Store, edit: Edit, limit: int) -> Iterator[str]:
    """The works that it gains, each with the phrases that bring it, and those that it loses, each with what fails."""
    from watcher.pipeline.edits import Change
    from watcher.terms.explain import failing

    term = _term(edit)
    for work in _works(store, edit.gained, limit):
        phrases = (phrase for record in store.works.records(work.id) for phrase in term.evaluate(record).phrases)
        yield f"  + {account.line(work)}: {', '.join(dict.fromkeys(phrases))}"
    yield from _rest(edit.gained, limit)
    for work in _works(store, edit.lost, limit):
        why = "" if edit.change is Change.REMOVED else ": " + "; ".join(map(str, failing(term, work.record)))
        yield f"  - {account.line(work)}{why}"
    yield from _rest(edit.lost, limit)


def _works(store: Store, numbers: Sequence[int], limit: int | None = None) -> Iterator[Work]:
    """Works by their numbers, the newest first."""
    newest = sorted(numbers, reverse=True)[:limit]
    return (work for number in newest if (work := store.works.get(number)) is not None)


def _rest(numbers: Sequence[int], limit: int) -> Iterator[str]:
    if limit and len(numbers) > limit:
        yield f"    … and {len(numbers) - limit} more (--limit)"


def _term(edit: Edit) -> Term:
    from watcher.terms.term import Term

    return Term.parse(edit.term)


def _as_json(store: Store, edit: Edit) -> dict[str, object]:
    def named(numbers: Sequence[int]) -> list[dict[str, object]]:
        works = _works(store, numbers)
        return [{"id": work.id, "pmid": work.pmid, "doi": work.doi, "title": account.title(work)} for work in works]

    return {
        "query": edit.query, "change": str(edit.change), "was": edit.was, "matched": edit.matched,
        "min_relatedness": list(edit.least), "gained": named(edit.gained), "lost": named(edit.lost),
    }  # fmt: skip

"""`preview`: what a query would bring, before anybody is told of it."""

from __future__ import annotations

import os
import sys
from functools import partial
from itertools import chain, pairwise, zip_longest
from typing import TYPE_CHECKING

import click

from watcher.cli import account
from watcher.cli.output import Shell, look_into, must_be, progress_line, say_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from watcher.models import Query, Record
    from watcher.pipeline.preview import Preview
    from watcher.settings import Settings
    from watcher.terms.term import Term


@click.command(
    short_help="What a query would bring.",
    epilog="Example: watcher preview radiation    (a query's name; without one, all of them, and not phrase by phrase)",
)
@click.argument("queries", nargs=-1, metavar="[QUERY]...")
@click.option("--online/--store", default=None, help="Ask PubMed, or the store; otherwise PubMed if it can be reached.")
@click.option("--limit", type=click.IntRange(0, 200), default=10, show_default=True, help="How many works to name.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.option("--now", metavar="ISO-TIME", help="Act as of that moment.")
@click.pass_obj
def preview(
    shell: Shell, queries: tuple[str, ...], online: bool | None, limit: int, as_json: bool, now: str | None
) -> int:
    """What a query would bring: works a week over the last 90 days, the newest titles with the matched phrases marked,
    and of a query that is named what each phrase brings alone in its block, and what only it brings.
    """
    settings = shell.settings()
    names = [query.name for query in settings.queries]
    must_be(queries, names, "query")
    chosen = settings.chosen(queries or names)
    source, found = _found(shell, settings, chosen, online, shell.now(now, settings), limit, phrases=bool(queries))
    if as_json:
        say_json([_as_json(source, one) for one in found])
        return 0
    for one in found:
        for line in _lines(source, one, phrases=bool(queries)):
            click.echo(line)
    return 0


def _found(
    shell: Shell,
    settings: Settings,
    queries: Iterable[Query],
    online: bool | None,
    now: datetime,
    limit: int,
    *,
    phrases: bool,
) -> tuple[str, list[Preview]]:
    from watcher.errors import SourceError
    from watcher.pipeline.preview import from_pubmed, from_store

    if online is not False:
        try:
            with shell.pubmed(settings) as eutils, progress_line() as progress:
                ask = partial(from_pubmed, eutils, now=now, most=limit, phrases=phrases, progress=progress)
                return "PubMed", [ask(query) for query in queries]
        except SourceError as error:
            if online:
                raise
            click.echo(f"PubMed cannot be asked ({error}): this is from the store", err=True)
    with look_into(settings) as store:
        return "the store", [from_store(store, query, now, most=limit, phrases=phrases) for query in queries]


def _lines(source: str, found: Preview, *, phrases: bool) -> Iterator[str]:
    from watcher.terms.term import Term

    term, mark = Term.parse(found.query.term), _marker()
    yield click.style(f"{found.query.name}: {found.query.title}", bold=True)
    weeks = " ".join(map(str, found.weeks))
    yield (
        f"from {source}: {found.works} work{'s' * (found.works != 1)} of the last 90 days, {found.a_week:.1f} a week "
        f"(the oldest week first: {weeks})"
    )
    yield from (f"  {note}" for note in found.notes)
    for record in found.newest:
        day = record.created or record.published or ""
        yield f"  {record.pmid or record.source:>10}  {day!s:10}  {_marked(record, term, mark)}"
    if phrases:
        yield from _contributions(found)
    yield ""


def _contributions(found: Preview) -> Iterator[str]:
    if not found.works:
        yield "nothing came in 90 days, so that no phrase can be called dead or noisy"
        return
    if not found.contributions:
        yield "its term has no OR: each of its phrases is needed"
        return
    yield "what each phrase brings alone in its block, and what only it brings:"
    blocks: dict[int, int] = {}
    for one in found.contributions:
        blocks = {depth: block for depth, block in blocks.items() if depth <= one.depth}
        if blocks.setdefault(one.depth, one.block) != one.block:
            yield f"{'':17}{'  ' * one.depth}AND"
            blocks[one.depth] = one.block
        lonely = "?" if one.only is None else one.only
        said = "  dead" if one.dead else "  noisy" if one.noisy(found.works) else ""
        yield f"  {one.alone:>6} {lonely:>6}  {'  ' * one.depth}{one.phrase}{said}"
    dead = [one.phrase for one in found.contributions if one.dead]
    noisy = [one.phrase for one in found.contributions if one.noisy(found.works)]
    if dead:
        yield f"dead, they brought nothing in 90 days: {', '.join(dead)}"
    if noisy:
        yield f"noisy, a third of the works and more hang on each of them alone: {', '.join(noisy)}"


def _marker() -> Callable[[str], str]:
    """Bold on a terminal that may show it, stars elsewhere."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return lambda text: click.style(text, bold=True)
    return lambda text: f"*{text}*"


def _marked(record: Record, term: Term, mark: Callable[[str], str]) -> str:
    """A record's title with the phrases that stand in it."""
    title, spans = account.title_of(record), list[tuple[int, int]]()
    for start, end in sorted((hit.start, hit.end) for hit in term.evaluate(record).hits if hit.field == "title"):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))  # phrases that overlap are marked as one
        else:
            spans.append((start, end))
    marked = [mark(title[start:end]) for start, end in spans]
    between = [title[end:start] for (_, end), (start, _) in pairwise([(0, 0), *spans, (len(title), 0)])]
    return "".join(chain.from_iterable(zip_longest(between, marked, fillvalue="")))


def _as_json(source: str, found: Preview) -> dict[str, object]:
    return {
        "query": found.query.name, "source": source, "works": found.works, "weeks": list(found.weeks),
        "newest": [
            {"pmid": r.pmid, "doi": r.doi, "title": account.title_of(r), "created": r.created, "published": r.published}
            for r in found.newest
        ],
        "phrases": [
            {
                "phrase": one.phrase, "block": one.block, "alone": one.alone, "only": one.only, "dead": one.dead,
                "noisy": one.noisy(found.works),
            }
            for one in found.contributions
        ],
        "notes": list(found.notes),
    }  # fmt: skip

"""The commands that look into the store: status, search, show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.cli.output import Shell, moment, say_json, to_look_into

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
    with _store(settings) as store:
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
    with _store(settings) as store:
        found = store.works.held(limit) if held else store.works.search(words, limit)
    if as_json:
        say_json([_as_json(work) for work in found])
    else:
        for work in found:
            click.echo(_line(work))
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
    with _store(settings) as store:
        found = find(store, work)
        if found is None:
            raise click.UsageError(f"no stored work is {work!r}: `watcher search` looks for words")
        _show(store, found, settings)
    return 0


def _store(settings: Settings) -> Store:
    from watcher.store.store import Store

    return Store(to_look_into(settings).store)


def find(store: Store, text: str) -> Work | None:
    """A stored work by its number here, a PMID, a DOI, a PMCID or an address."""
    from watcher.works.identifiers import canonical_url, find_ids, normal_pmid
    from watcher.works.signature import doi_key

    if text.isdecimal() and (work := store.works.get(int(text))) is not None:
        return work
    pmid, doi, pmcid = find_ids(text)
    named = (("pmid", pmid or normal_pmid(text)), ("pmcid", pmcid), ("url", canonical_url(text)))
    keys = [doi_key(doi)] if doi else []
    for key in keys + [f"{name}:{value}" for name, value in named if value]:
        if (holder := store.identities.holder(key)) is not None:
            return store.works.get(holder)
    return None


def _show(store: Store, work: Work, settings: Settings) -> None:
    from watcher import markup

    record = work.record
    click.secho(markup.plain(record.title), bold=True)
    facts = [", ".join(map(str, record.authors[:6])) + (" …" if len(record.authors) > 6 else ""), _where(work)]
    facts += [
        f"{name} {value}" for name, value in (("PMID", work.pmid), ("DOI", work.doi), ("PMCID", work.pmcid)) if value
    ]
    facts += [str(work.url)] if work.url else []
    click.echo("\n".join(filter(None, facts)))
    click.echo(f"\nwork {work.id}, {work.kind}, first seen {moment(work.first_seen_at, settings)}, from:")
    for source, source_id, at, rule, evidence in store.works.provenance(work.id):
        why = f"; recognised by {rule}: {evidence}" if evidence else ""
        click.echo(f"  {source} {source_id}, {moment(at, settings)}{why}")
    for source, source_id, at in store.follows.revisions(work.id):
        click.echo(f"  {source} {source_id} was revised by {moment(at, settings)}; what it was is kept")
    for ours, theirs, doubt in store.identities.doubts(work.id):
        click.echo(f"  kept apart from work {theirs}: {doubt} ({ours})")
    for match in store.matches.of_work(work.id):
        click.echo(f"matched by {match.query}" + (f": {', '.join(match.phrases)}" if match.phrases else ""))
    _show_relatedness(store, work, settings)
    for kind, other, pmid in store.works.relations(work.id):
        click.echo(f"{kind}: PMID {pmid}" + (f" (work {other})" if other else " (not stored)"))
    tellings = store.digests.tellings(work.id)
    for telling in tellings:
        sent = ", ".join(f"{recipient} ({state})" for recipient, state in telling.deliveries)
        click.echo(f"told in digest {telling.name} of {moment(telling.composed_at, settings)}: {sent}")
    held = store.digests.held_back(work.id)
    for name, at, query in held:
        click.echo(f"held back by digest {name} of {moment(at, settings)}: less related than {query} asks")
    if not tellings and not held:
        click.echo("not told yet")
    for passage in record.abstract:
        click.echo("\n" + (f"{passage.label}: " if passage.label else "") + markup.plain(passage.text))


def _show_relatedness(store: Store, work: Work, settings: Settings) -> None:
    from watcher.digest.entry import why_line
    from watcher.pipeline.relate import ranks

    for rank in ranks(store, settings, [work]).values():
        why = f": {line}" if (line := why_line(rank.why)) else ""
        click.echo(f"more related to the cited works than {rank.percent} of a hundred stored ones{why}")
    rated = store.ratings.of_work(work.id)
    if rated is not None:
        click.echo(f"rated {'+' if rated else '-'}")


def _where(work: Work) -> str:
    record = work.record
    return " · ".join(filter(None, [record.journal, record.published]))


def _line(work: Work) -> str:
    from watcher import markup

    return f"{work.id:>6}  {markup.plain(work.record.title)}  ({_where(work)})"


def _as_json(work: Work) -> dict[str, object]:
    from watcher import markup

    record = work.record
    return {
        "id": work.id, "kind": str(work.kind), "title": markup.plain(record.title), "doi": work.doi, "pmid": work.pmid,
        "pmcid": work.pmcid, "url": work.url, "journal": record.journal, "published": record.published,
        "first_seen_at": work.first_seen_at.isoformat(),
    }  # fmt: skip

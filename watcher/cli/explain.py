"""`explain`: why a work was told, or was not: from where it came, what matched or failed, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.cli import account
from watcher.cli.output import Shell, moment, to_look_into

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.models import Pmid, Query, Record, Work
    from watcher.pipeline.context import Context
    from watcher.settings import Settings
    from watcher.store.store import Store
    from watcher.told import Rank


@click.command(
    short_help="Why a work was told, or was not.",
    epilog="Example: watcher explain 34158094    (a PMID, a DOI, a PMCID, an address, or a work's number here)",
)
@click.argument("work", metavar="ID")
@click.option("--online", is_flag=True, help="Ask PubMed about what is not stored; it is not stored then either.")
@click.option("--now", metavar="ISO-TIME", help="Act as of that moment.")
@click.pass_obj
def explain(shell: Shell, work: str, online: bool, now: str | None) -> int:
    """Why a work was told, or was not: seen or not, from where, by which queries, which block of the others fails, what
    it was merged with, in which digest at which place, sent to whom, and what holds it back.
    """
    from watcher.pipeline.context import opened

    settings = shell.settings()
    with opened(to_look_into(settings), shell.now(now, settings)) as context:
        store = context.store
        found = account.find(store, work)
        if found is not None:
            click.secho(account.title(found), bold=True)
            for line in _known(context, found):
                click.echo(line)
            return 0
        keys = _keys(work)
        click.echo(f"{work}: not seen; nothing that is stored bears this name")
        for line in _missed(store, keys, settings):
            click.echo(line)
        if not online:
            click.echo(_guess(store, keys))
            return 0
        for line in _unknown(shell, store, settings, keys):
            click.echo(line)
    return 0


def _known(context: Context, work: Work) -> Iterator[str]:
    """All of it, in the order in which it happened."""
    store, settings = context.store, context.settings
    cited = store.cited.works(settings.cited)
    source, rank = account.source_of(work, cited), account.rank_of(store, work, settings, cited)
    yield from (*account.facts(work), "", *account.whence(store, work, settings))
    if source:
        yield f"this is your source {source}: what the article cites is known to its readers, and never told as new"
    if work.pmid:
        yield from _missed(store, [f"pmid:{work.pmid}"], settings)
    yield from account.matches(store, work)
    matched = {match.query for match in store.matches.of_work(work.id)}
    others = [query for query in settings.queries if query.name not in matched]
    records = (work.record, *(record for record in store.works.records(work.id) if record != work.record))
    for query, phrases, why in _held(others, records):
        if why:
            yield f"not by {query.name}: {why}"
        else:
            yield f"not by {query.name}, though its term matches: {phrases}; no source has named it for that query yet"
    yield from account.relatedness(store, work, rank)
    yield from account.relations(store, work)
    yield from account.tellings(store, work, settings, rank)
    yield from _prospects(context, work, matched, source, rank)


def _held(queries: Sequence[Query], records: Sequence[Record]) -> Iterator[tuple[Query, str, str]]:
    """Of each query the phrases that hit, and why none of the records matches: what fails in the first of them."""
    from watcher.terms.explain import failing
    from watcher.terms.term import Searchable, Term

    searched = [Searchable(record) for record in records]
    for query in queries:
        term = Term.parse(query.term)
        held = [term.evaluate(each) for each in searched]
        matching = [one for one in held if one.matched]
        phrases = dict.fromkeys(phrase for one in matching for phrase in one.phrases)
        why = "" if matching else "; ".join(map(str, failing(term, searched[0])))
        yield query, ", ".join(phrases), why


def _prospects(context: Context, work: Work, matched: set[str], source: str, rank: Rank | None) -> Iterator[str]:
    """Of each digest that has not told it, why not, or when and where it will: what would be told now is composed."""
    from watcher.pipeline.tell import composed, next_turn

    settings = context.settings
    told = {telling.name for telling in context.store.digests.tellings(work.id)}
    for plan in settings.digests:
        if plan.name in told:
            continue
        if source:
            yield f"not for digest {plan.name}: it is your source {source}"
        elif matched & set(plan.queries):
            digest = composed(context, plan)
            places = [at for at, entry in enumerate(digest.entries, 1) if entry.work.id == work.id]
            due = moment(next_turn(plan, context.now, settings.zone), settings)
            if places:
                place = f"entry {places[0]} of {len(digest.entries)} as things stand"
                yield f"waits for digest {plan.name}, next due {due}: {place}"
            else:
                why = account.by_how_much(rank, settings, matched & set(plan.queries))
                yield f"held back from digest {plan.name}: it would not be told if that were composed now{why}"
        elif matched:
            yield f"not for digest {plan.name}: of its queries none matched"
        else:
            yield f"not for digest {plan.name}: no query matched"


def _keys(text: str) -> list[str]:
    """What PubMed may know it by. Raises UsageError where it is no name of a work."""
    named = account.identifiers(text)
    if not named:
        raise click.UsageError(f"{text!r} is no PMID, DOI, PMCID or address: `watcher search` looks for words")
    return [key for key in named if not key.startswith("url:")]


def _missed(store: Store, keys: Sequence[str], settings: Settings) -> Iterator[str]:
    """What is known of a PMID that PubMed has deleted, or listed and did not give."""
    for pmid in _pmids(keys):
        if (deleted := store.loads.withdrawn(pmid)) is not None:
            at, source = deleted
            yield f"PubMed has deleted PMID {pmid}: noted {moment(at, settings)}, from {source}"
        for absence in store.absences.known([pmid]).values():
            yield (
                f"PubMed has listed PMID {pmid} and not given it, last on {moment(absence.last_missed_at, settings)}: "
                "it is withdrawn, merged into another, or late"
            )


def _pmids(keys: Sequence[str]) -> list[Pmid]:
    from watcher.models import Pmid

    return [Pmid(key.removeprefix("pmid:")) for key in keys if key.startswith("pmid:")]


def _guess(store: Store, keys: Sequence[str]) -> str:
    """What the reason may be, without asking."""
    first = store.runs.asked_from()
    if first is None:
        return "PubMed was not asked yet: `watcher poll` does that"
    reasons = (
        f"it may have come to PubMed before {first}, the first day that was asked about; no query may match it (the "
    )
    reasons += "entries of feeds that none matches are not kept, either); or PubMed has withdrawn it"
    return reasons + ("; --online asks PubMed, and says which" if keys else "")


def _unknown(shell: Shell, store: Store, settings: Settings, keys: Sequence[str]) -> Iterator[str]:
    """What PubMed says of it, and what the queries make of that."""
    from watcher.sources.pubmed_lookup import look_up

    if not keys:
        yield "PubMed is not asked about addresses: give a PMID or a DOI"
        return
    with shell.pubmed(settings) as eutils:
        records = look_up(eutils, keys)
    if not records:
        yield "PubMed has no record of it: it was withdrawn, merged into another, or never there"
        return
    record = records[0]
    days = ", ".join(f"{name} {day}" for name, day in (("created", record.created), ("entered", record.entered)) if day)
    yield f"PubMed has it: {account.title_of(record)} (PMID {record.pmid}; {days})"
    for query, phrases, why in _held(settings.queries, [record]):
        if why:
            yield f"not by {query.name}: {why}"
        else:
            yield f"{query.name} matches it: {phrases}; {_when(store, query, record)}"


def _when(store: Store, query: Query, record: Record) -> str:
    """Why a query that matches a record has not brought it."""
    first = store.runs.asked_from(query.name)
    came = max(filter(None, (record.created, record.entered)), default=None)
    if first is None:
        return "it was not asked about on PubMed yet"
    if came is not None and came < first:
        return f"that is before {first}, the first day that was asked about ([pubmed] lookback)"
    return "it lies in the days that are asked about, so the next poll should bring it"

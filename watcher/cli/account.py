"""What the store knows of a work, in lines for a person: `show`, `explain` and `diff` say it in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.cli.output import fate, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from watcher.models import Record, Work
    from watcher.settings import Settings
    from watcher.store.store import Store
    from watcher.told import Rank


def find(store: Store, text: str) -> Work | None:
    """A stored work by its number here, a PMID, a DOI, a PMCID or an address."""
    from watcher.models import Doi
    from watcher.works.keys import doi_key

    if text.isdecimal() and (work := store.works.get(int(text))) is not None:
        return work
    for key in identifiers(text):
        kind, _, value = key.partition(":")
        if (holder := store.identities.holder(doi_key(Doi(value)) if kind == "doi" else key)) is not None:
            return store.works.get(holder)
    return None


def found(store: Store, text: str) -> Work:
    """As `find`. Raises UsageError where no stored work is named so."""
    work = find(store, text)
    if work is None:
        raise click.UsageError(f"no stored work is {text!r}: `watcher search` looks for words")
    return work


def identifiers(text: str) -> tuple[str, ...]:
    """What the text may name a work by: "doi:…", "pmid:…", "pmcid:…" and, where it is an address, "url:…"."""
    from watcher.works.identifiers import canonical_url, find_ids, normal_pmid

    pmid, doi, pmcid = find_ids(text)
    named = (("doi", doi), ("pmid", pmid or normal_pmid(text)), ("pmcid", pmcid), ("url", canonical_url(text)))
    return tuple(f"{kind}:{value}" for kind, value in named if value)


def title(work: Work) -> str:
    """Its title as plain text."""
    return title_of(work.record)


def title_of(record: Record) -> str:
    """A record's title as plain text."""
    from watcher import markup

    return markup.plain(record.title)


def where(work: Work) -> str:
    """Where and when it was published."""
    record = work.record
    return " · ".join(filter(None, [record.journal, record.published]))


def line(work: Work) -> str:
    """A work on one line, with its number here."""
    return f"{work.id:>6}  {title(work)}  ({where(work)})"


def facts(work: Work) -> Iterator[str]:
    """Who wrote it, where it was published, and its identifiers."""
    authors = work.record.authors
    named = ", ".join(map(str, authors[:6])) + (" …" if len(authors) > 6 else "")
    yield from filter(None, (named, where(work)))
    for name, value in (("PMID", work.pmid), ("DOI", work.doi), ("PMCID", work.pmcid)):
        if value:
            yield f"{name} {value}"
    if work.url:
        yield work.url


def whence(store: Store, work: Work, settings: Settings) -> Iterator[str]:
    """From where it came and when, and why its records are one work, or other works are not."""
    yield f"work {work.id}, {work.kind}, first seen {moment(work.first_seen_at, settings)}, from:"
    for source, source_id, at, rule, evidence in store.works.provenance(work.id):
        why = f"; recognised by {rule}: {evidence}" if evidence else ""
        yield f"  {source} {source_id}, {moment(at, settings)}{why}"
    for source, source_id, at in store.follows.revisions(work.id):
        yield f"  {source} {source_id} was revised by {moment(at, settings)}; what it was is kept"
    yield from kept_apart(store, work)


def kept_apart(store: Store, work: Work) -> Iterator[str]:
    """From which works it was kept apart, each once, and by what."""
    from watcher.works.grouping import overruling

    named: set[int] = set()
    for ours, theirs, doubt, found in store.identities.doubts(work.id):
        if theirs in named:
            continue
        named.add(theirs)
        why = doubt
        if found:
            both = store.identities.of_works([work.id, theirs])
            records = ([member.signature for member in both.get(number, ())] for number in (work.id, theirs))
            why = f"one by {doubt}, but {overruling(*records)}"
        yield f"  kept apart from work {theirs}: {why} ({ours})"


def matches(store: Store, work: Work) -> Iterator[str]:
    """Which queries matched it, by which phrases."""
    for match in store.matches.of_work(work.id):
        yield f"matched by {match.query}" + (f": {', '.join(match.phrases)}" if match.phrases else "")


def rank_of(store: Store, work: Work, settings: Settings, cited: Mapping[int, Work]) -> Rank | None:
    """How related it is by now to the cited works (those that are stored, by number), where that can be said."""
    from watcher.pipeline.relate import ranks

    return ranks(store, settings, cited, [work]).get(work.id)


def relatedness(store: Store, work: Work, rank: Rank | None) -> Iterator[str]:
    """How related it is to the cited works and why, and how it was rated."""
    from watcher.digest.entry import why_line

    if rank is not None:
        why = f": {said}" if (said := why_line(rank.why)) else ""
        yield f"more related to the cited works than {rank.percent} of a hundred stored ones{why}"
    rated = store.ratings.of_work(work.id)
    if rated is not None:
        yield f"rated {'+' if rated else '-'}"


def source_of(work: Work, cited: Mapping[int, Work]) -> str:
    """The number in queries.toml of the cited work that it is: "[6]"; "" where it is none."""
    return next((f"[{number}]" for number, one in cited.items() if one.id == work.id), "")


def by_how_much(rank: Rank | None, settings: Settings, queries: Iterable[str]) -> str:
    """How related it is by now, and how related queries ask it to be, behind a remark; "" where none asks."""
    asked = [query for query in settings.chosen(queries) if query.min_relatedness]
    if rank is None or not asked:
        return ""
    least = ", ".join(f"{query.name} asks for {query.min_relatedness}" for query in asked)
    return f" (more related than {rank.percent} of a hundred by now, and {least})"


def relations(store: Store, work: Work) -> Iterator[str]:
    """What it is to other works."""
    for kind, other, pmid in store.relations.of_work(work.id):
        yield f"{kind}: PMID {pmid}" + (f" (work {other})" if other else " (not stored)")


def tellings(store: Store, work: Work, settings: Settings, rank: Rank | None) -> Iterator[str]:
    """In which digests it was told, where in them, and what became of their mails; which held it back, and how related
    it is by now.
    """
    told = store.digests.tellings(work.id)
    for telling in told:
        sent = ", ".join(
            f"{recipient} ({fate(state, settings)}, {moment(at, settings)})"
            for recipient, state, at in telling.deliveries
        )
        place = f"entry {telling.position} of {telling.entries}"
        yield f"told in digest {telling.name} of {moment(telling.composed_at, settings)}, {place}: {sent}"
    held = store.digests.held_back(work.id)
    for name, at, query in held:
        figures = by_how_much(rank, settings, [query])
        yield f"held back by digest {name} of {moment(at, settings)}: less related than {query} asks{figures}"
    if not told and not held:
        yield "not told yet"

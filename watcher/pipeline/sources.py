"""What a digest tells of the article's sources: what has become of them, each item once under one digest name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.digest.updates import NOTICES_OF_SOURCES, cites_sources, notice_of_source, version_of_cited
from watcher.models import Kind, Pmid
from watcher.told import Entry
from watcher.works.citations import cites, numbers
from watcher.works.identifiers import identifier_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from watcher.models import Work
    from watcher.pipeline.context import Context
    from watcher.settings import DigestSettings


def of_sources(context: Context, plan: DigestSettings, cited: Mapping[int, Work]) -> tuple[Entry, ...]:
    """Each work once: the gravest notices first, comments, then journal versions of cited preprints, and what cites one
    and is in no section, because none of the digest's queries matched it.

    `cited` are the stored works of the cited ones, by number.
    """
    found: dict[int, Entry] = {}
    pmids = context.store.cited.pmids(context.settings.watched, cited)
    versions = _versions(context, plan, cited) if plan.versions == "tell" else ()
    for entry in (*_notices(context, plan, pmids), *versions, *_citing(context, plan, cited, pmids)):
        found.setdefault(entry.work.id, entry)
    return tuple(found.values())


def _notices(context: Context, plan: DigestSettings, pmids: Mapping[Pmid, int]) -> Iterator[Entry]:
    store, gravity = context.store, list(NOTICES_OF_SOURCES)
    notices = store.updates.notices_of(pmids, plan.name, NOTICES_OF_SOURCES)
    for one in sorted(notices, key=lambda one: gravity.index(one.relation)):
        work = store.works.get(one.work_id)
        if work is not None:
            said = notice_of_source(one.relation, one.about_title, pmids[Pmid(one.about_pmid)])
            yield Entry(work, change=said)


def _citing(
    context: Context, plan: DigestSettings, cited: Mapping[int, Work], pmids: Mapping[Pmid, int]
) -> Iterator[Entry]:
    """By PubMed's links, and by the reference lists of what came since the last edition; the newest works first."""
    store, watched = context.store, context.settings.watched
    names = numbers(watched, cited)
    found: dict[int, set[int]] = {}
    for work_id, pmid in store.citing.untold(plan.name, plan.queries, pmids):
        found.setdefault(work_id, set()).add(pmids[pmid])
    since = store.digests.last_composed(plan.name)
    for work_id, record in store.citing.arrived(plan.name, plan.queries, since) if watched else ():
        if named := cites(record, names):
            found.setdefault(work_id, set()).update(named)
    known = {work.id for work in cited.values()}
    citing = [work for work_id in found.keys() - known if (work := store.works.get(work_id)) is not None]
    for work in sorted(citing, key=lambda work: int(work.pmid or 0), reverse=True):
        yield Entry(work, change=cites_sources(found[work.id]))


def _versions(context: Context, plan: DigestSettings, cited: Mapping[int, Work]) -> Iterator[Entry]:
    """Of the works that the article cites as preprints, those that are in a journal, and were not told of."""
    store = context.store
    for one in context.settings.watched:
        work = cited.get(one.number)
        if work is None or work.kind is not Kind.ARTICLE:
            continue
        named = set(identifier_keys(one))
        as_preprint = any(
            record.kind is Kind.PREPRINT and named & set(identifier_keys(record))
            for record in store.works.records(work.id)
        )
        if as_preprint and all(telling.name != plan.name for telling in store.digests.tellings(work.id)):
            yield Entry(work, change=version_of_cited(work, one.number))

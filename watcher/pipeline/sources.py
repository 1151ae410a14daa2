"""What a digest tells of the article's sources: what has become of them, each item once under one digest name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.digest.updates import NOTICES_OF_SOURCES, notice_of_source, version_of_cited
from watcher.models import Entry, Kind, Pmid
from watcher.works.identifiers import identifier_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.pipeline.context import Context
    from watcher.settings import DigestSettings


def of_sources(context: Context, plan: DigestSettings) -> tuple[Entry, ...]:
    """Each work once: the gravest notices first, comments, then journal versions of cited preprints."""
    found: dict[int, Entry] = {}
    for entry in (*_notices(context, plan), *(_versions(context, plan) if plan.versions == "tell" else ())):
        found.setdefault(entry.work.id, entry)
    return tuple(found.values())


def _notices(context: Context, plan: DigestSettings) -> Iterator[Entry]:
    store, gravity = context.store, list(NOTICES_OF_SOURCES)
    cited = store.cited.pmids(context.settings.watched)
    notices = store.updates.notices_of(cited, plan.name, NOTICES_OF_SOURCES)
    for one in sorted(notices, key=lambda one: gravity.index(one.relation)):
        work = store.works.get(one.work_id)
        if work is not None:
            said = notice_of_source(one.relation, one.about_title, cited[Pmid(one.about_pmid)])
            yield Entry(work, change=said)


def _versions(context: Context, plan: DigestSettings) -> Iterator[Entry]:
    """Of the works that the article cites as preprints, those that are in a journal, and were not told of."""
    store, watched = context.store, context.settings.watched
    works = store.cited.works(watched)
    for cited in watched:
        work = works.get(cited.number)
        if work is None or work.kind is not Kind.ARTICLE:
            continue
        named = set(identifier_keys(cited))
        as_preprint = any(
            record.kind is Kind.PREPRINT and named & set(identifier_keys(record))
            for record in store.works.records(work.id)
        )
        if as_preprint and all(telling.name != plan.name for telling in store.digests.tellings(work.id)):
            yield Entry(work, change=version_of_cited(work, cited.number))

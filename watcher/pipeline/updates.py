"""What has become of works since a digest told them, and of the cited works, as entries of the next digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.digest.updates import NOTICES, new_version, notice
from watcher.models import Entry
from watcher.works.signature import doi_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.pipeline.context import Context
    from watcher.settings import DigestSettings


def updates(context: Context, plan: DigestSettings) -> tuple[Entry, ...]:
    """Each work once, the gravest notices first, then journal versions of preprints that were told."""
    found: dict[int, Entry] = {}
    for entry in (*_notices(context, plan), *(_versions(context, plan) if plan.versions == "tell" else ())):
        found.setdefault(entry.work.id, entry)
    return tuple(found.values())


def _notices(context: Context, plan: DigestSettings) -> Iterator[Entry]:
    store, zone = context.store, context.settings.zone.key
    cited = _cited(context)
    gravity = list(NOTICES)
    for one in sorted(store.updates.notices(plan.name, NOTICES, cited), key=lambda one: gravity.index(one.relation)):
        work = store.works.get(one.work_id)
        if work is not None:
            said = notice(one.relation, one.about_title, zone, told_at=one.told_at, number=cited.get(one.about_pmid))
            yield Entry(work, change=said)


def _versions(context: Context, plan: DigestSettings) -> Iterator[Entry]:
    for one in context.store.updates.versions(plan.name):
        work = context.store.works.get(one.work_id)
        if work is not None:
            yield Entry(work, change=new_version(work, one.told_at, context.settings.zone.key))


def _cited(context: Context) -> dict[str, int]:
    """The PMIDs of the cited works, as the file gives them or the store knows them, each with its number."""
    found: dict[str, int] = {}
    for cited in context.settings.cited:
        pmid: str | None = cited.pmid
        if pmid is None and cited.doi is not None:
            holder = context.store.identities.holder(doi_key(cited.doi))
            work = context.store.works.get(holder) if holder is not None else None
            pmid = work.pmid if work else None
        if pmid is not None:
            found.setdefault(pmid, cited.number)
    return found

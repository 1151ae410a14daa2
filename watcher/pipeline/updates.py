"""What has become of works since a digest told them, as entries of the next digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.digest.dates import Dates
from watcher.digest.updates import NOTICES, new_version, notice
from watcher.told import Entry

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
    store, gravity = context.store, list(NOTICES)
    for one in sorted(store.updates.notices(plan.name, NOTICES), key=lambda one: gravity.index(one.relation)):
        work = store.works.get(one.work_id)
        if work is not None:
            yield Entry(work, change=notice(one.relation, one.about_title, one.told_at, _dates(context, plan)))


def _versions(context: Context, plan: DigestSettings) -> Iterator[Entry]:
    for one in context.store.updates.versions(plan.name):
        work = context.store.works.get(one.work_id)
        if work is not None:
            yield Entry(work, change=new_version(work, one.told_at, _dates(context, plan)))


def _dates(context: Context, plan: DigestSettings) -> Dates:
    return Dates(context.settings.zone.key, plan.language)

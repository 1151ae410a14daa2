"""From a record to its work, in the store: whatever source it came from, this is the one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.works import identity

if TYPE_CHECKING:
    from watcher.models import Record
    from watcher.pipeline.context import Context


def recognise(context: Context, record: Record) -> int:
    """The work of a record, which is stored with it. Call within a transaction."""
    works = context.store.works
    return works.add(record, identity.decide(record, works.candidates(record)), context.now)

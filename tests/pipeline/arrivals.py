"""A store into which records come, as the tests of recognition look at it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.pipeline.recognise import part_anew, recognise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Record
    from watcher.store.store import Store

NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)


class Undone(Exception):
    """Ends a block, of which nothing is to stay."""


@contextmanager
def undone(store: Store) -> Iterator[None]:
    """Nothing that the block keeps stays."""
    with suppress(Undone), store.transaction():
        yield
        raise Undone


def come(store: Store, *records: Record, at: datetime = NOW) -> list[int]:
    """Let records come one after another; gives the work of each as it was decided then."""
    with store.transaction():
        return recognise(store, records, at)


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store._connection.rows(sql)]


def sets(store: Store) -> set[frozenset[str]]:
    """The works, each by its records' source ids; each is as it should be."""
    found: dict[object, set[str]] = {}
    for work_id, source_id in rows(store, "SELECT work_id, source_id FROM records"):
        found.setdefault(work_id, set()).add(str(source_id))
    leading = rows(
        store, "SELECT works.id FROM works JOIN records ON records.id = leading_record AND work_id = works.id"
    )
    assert {row[0] for row in leading} == found.keys(), (
        "each work has a record that leads it, and no other work is left"
    )
    assert {row[0] for row in rows(store, "SELECT work_id FROM relations")} <= found.keys()
    return {frozenset(ids) for ids in found.values()}


def numbers(store: Store, *records: Record) -> list[int]:
    return [store.works.record_ids(each.source, [each.source_id])[each.source_id] for each in records]


def correct(store: Store, one: Record, other: Record, *, same: bool) -> None:
    """What a person's `merge` or `split` does."""
    pair = numbers(store, one, other)
    store.identities.correct([(pair[0], pair[1])], NOW, same=same)
    part_anew(store, pair, NOW)

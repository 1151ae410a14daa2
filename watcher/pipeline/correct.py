"""What a person says of works: that several are one, or that records of one are another. No later poll undoes it."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

from watcher.pipeline.recognise import part_anew

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from watcher.store.store import Store


def merge(store: Store, work_ids: Sequence[int], now: datetime) -> int:
    """Make one work of several; gives its id, the oldest of theirs. All their records are said to be of one work."""
    with store.transaction():
        works = [[member.record_id for member in members] for members in store.identities.of_works(work_ids).values()]
        pairs = [pair for one, other in combinations(works, 2) for pair in product(one, other)]
        store.identities.correct(pairs, now, same=True)
        part_anew(store, [record_id for work in works for record_id in work], now)
        (first, *_) = store.identities.members([works[0][0]])
    return first.work_id


def split(store: Store, work_id: int, record_ids: Collection[int], now: datetime) -> tuple[int, int]:
    """Part some records of a work from its others; gives the ids of the work of the others, and of theirs.

    ValueError where none are left on either side.
    """
    with store.transaction():
        everything = [member.record_id for member in store.identities.of_works([work_id]).get(work_id, [])]
        gone = [record_id for record_id in everything if record_id in record_ids]
        left = [record_id for record_id in everything if record_id not in record_ids]
        if not gone or not left:
            raise ValueError(work_id)
        store.identities.correct(product(gone, left), now, same=False)
        part_anew(store, everything, now)
        works = {member.record_id: member.work_id for member in store.identities.members(everything)}
    return works[left[0]], works[gone[0]]

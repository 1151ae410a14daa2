"""From a record to its work, in the store: whatever source it came from, this is the one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.arrival import arrivals
from watcher.works.grouping import partition
from watcher.works.identity import NewWork, SameWork, decide, examine
from watcher.works.keys import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from watcher.models import Record
    from watcher.store.arrival import Arrival
    from watcher.store.store import Store


def recognise(store: Store, records: Sequence[Record], now: datetime) -> list[int]:
    """The work of each of these records, one after another; they are stored with them. Call within a transaction."""
    return [join(store, arrival, now) for arrival in arrivals(records)]


def recognise_new(store: Store, records: Sequence[Record], now: datetime) -> int:
    """Recognise those of a source's records that are not stored, of several with one id the first; gives how many these
    are. Call within a transaction.
    """
    first: dict[str, Record] = {}
    for record in records:
        first.setdefault(record.source_id, record)
    known = store.works.of_source(records[0].source, first) if records else {}
    new = [record for source_id, record in first.items() if source_id not in known]
    recognise(store, new, now)
    return len(new)


def join(store: Store, arrival: Arrival, now: datetime) -> int:
    """The work of one record, which is stored with it. Call within a transaction."""
    identities, record, sig = store.identities, arrival.record, arrival.signature
    candidates = identities.candidates(sig, arrival.keys)
    findings = examine(sig, candidates)
    works, tangled = identities.works_of(findings.same, candidates)
    decision = decide(sig, findings, works, tangled=tangled)
    joined = decision.work_id if isinstance(decision, SameWork) else None
    record_id, work_id = store.works.add(arrival, joined, now)
    identities.keep(record_id, arrival.keys, findings)
    if isinstance(decision, SameWork | NewWork):
        return work_id
    part_anew(store, [record_id], now)
    return store.works.of_source(record.source, [record.source_id])[record.source_id]


def revise(store: Store, record: Record, now: datetime) -> None:
    """Put a newer form of a stored record in its place; its work is decided anew. Call within a transaction."""
    identities = store.identities
    (record_id,) = store.works.record_ids(record.source, [record.source_id]).values()
    (before,) = identities.members([record_id])
    connected = identities.connected([record_id])
    (arrival,) = arrivals([record])
    sig, found_by = arrival.signature, arrival.keys
    store.works.replace(record_id, arrival, now)
    if sig != before.signature:
        findings = examine(sig, identities.candidates(sig, found_by))
        identities.replace(record_id, keys(before.signature), found_by, findings)
    part_anew(store, connected, now)


def part_anew(store: Store, record_ids: Iterable[int], now: datetime) -> None:
    """Decide anew which works the records are that hang together with these. Call within a transaction."""
    identities = store.identities
    connected = identities.connected(record_ids)
    records = {member.record_id: member.signature for member in identities.members(connected)}
    groups = partition(records, identities.links(connected), identities.corrections(connected))
    store.works.assign(groups, now)

"""What was told stays told, and a frozen message keeps its bytes, its state and its next attempt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.store.invented import NOW, article, digest, keep
from watcher.errors import StoreError
from watcher.store.store import Store
from watcher.told import Digest, Frozen, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.models import Work

BYTES = b"Subject: x\r\n\r\n\x00\xff body\r\n"
BRIEF = b"Subject: x\r\n\r\nbrief\r\n"


def frozen(recipient: str, message_id: str, **more: Any) -> Frozen:
    return Frozen(recipient=recipient, message_id=message_id, message=BYTES, **more)


def kept(store: Store, told: Digest, *messages: Frozen) -> int:
    with store.transaction():
        digest_id = store.digests.keep(told, "Subject")
        store.deliveries.add(digest_id, messages, told.composed_at)
    return digest_id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def matched(store: Store, pmid: int, *queries: str) -> Work:
    work_id = keep(store, article(pmid))
    with store.transaction():
        for query in queries:
            store.matches.keep("pubmed", str(pmid), query, (), NOW)
    work = store.works.get(work_id)
    assert work is not None
    return work


def test_a_work_is_told_once_per_digest_name(store: Store) -> None:
    one, two = matched(store, 1, "q"), matched(store, 2, "q", "r")
    assert store.works.untold("skin", ["q", "r"]) == [one, two]
    assert store.works.untold("skin", ["r"]) == [two]
    digest_id = kept(store, digest(one), frozen("a@example.org", "<1@x>"))
    assert store.works.untold("skin", ["q", "r"]) == [two]
    assert store.works.untold("other", ["q", "r"]) == [one, two]
    assert store.works.untold("skin", []) == []
    (telling,) = store.digests.tellings(one.id)
    assert (telling.digest_id, telling.name, telling.section) == (digest_id, "skin", "q")
    assert (telling.position, telling.entries) == (1, 1)
    assert telling.deliveries == (("a@example.org", State.PENDING, NOW),)
    assert store.digests.latest() == [(digest_id, "skin", NOW, 1, "Subject")]
    assert store.digests.last_composed("skin") == NOW
    assert store.digests.last_composed("other") is None


def test_a_turn_never_moves_back(store: Store) -> None:
    assert store.digests.last_turn("skin") is None
    later = NOW.astimezone(timezone(timedelta(hours=-5)))
    for at in (NOW - timedelta(days=1), later, NOW - timedelta(hours=1)):
        store.digests.take_turn("skin", at)
    assert store.digests.last_turn("skin") == NOW


def test_a_digest_with_a_message_that_cannot_be_kept_is_not_kept(store: Store) -> None:
    work = matched(store, 1, "q")
    same_id = [frozen("a@example.org", "<1@x>"), frozen("b@example.org", "<1@x>")]
    with pytest.raises(StoreError):
        kept(store, digest(work), *same_id)
    assert store.digests.latest() == []
    assert store.works.untold("skin", ["q"]) != []


def test_a_delivery_keeps_everything_about_it(store: Store) -> None:
    kept(store, digest(matched(store, 1, "q")), frozen("a@example.org", "<1@x>"))
    (delivery,) = store.deliveries.open()
    assert (delivery.message, delivery.state, delivery.attempts, delivery.next_attempt_at) == (
        BYTES,
        "pending",
        0,
        None,
    )
    at = (NOW + timedelta(minutes=5)).astimezone(timezone(timedelta(hours=2)))
    waiting = replace(delivery, attempts=2, next_attempt_at=at, error="451 later")
    store.deliveries.keep(waiting, NOW)
    assert store.deliveries.open() == [waiting]
    moment = store.deliveries.open()[0].next_attempt_at
    assert moment is not None
    assert moment.tzinfo is UTC or moment.utcoffset() == timedelta(0)
    store.deliveries.keep(replace(waiting, next_attempt_at=None), NOW)
    assert store.deliveries.open()[0].next_attempt_at is None


def test_what_is_settled_is_not_open(store: Store) -> None:
    messages = [frozen(f"{n}@example.org", f"<{n}@x>") for n in range(5)]
    kept(store, digest(matched(store, 1, "q")), *messages)
    for delivery, state in zip(store.deliveries.open(), State, strict=True):
        store.deliveries.keep(replace(delivery, state=state, error="said so"), NOW)
    assert [delivery.state for delivery in store.deliveries.open()] == [State.PENDING, State.SENDING, State.UNKNOWN]
    assert store.deliveries.counts() == dict.fromkeys(State, 1)
    failed = store.deliveries.undelivered(NOW - timedelta(seconds=1))
    assert [(delivery.state, delivery.error, when) for delivery, when in failed] == [
        (State.UNKNOWN, "said so", NOW),
        (State.FAILED, "said so", NOW),
    ]
    assert len(store.deliveries.undelivered(NOW)) == 2  # what failed in the moment of the digest is news to the next
    assert store.deliveries.undelivered(NOW + timedelta(seconds=1)) == []
    assert len(store.deliveries.undelivered(None)) == 2

"""What is made of records before they are held against others. Nothing of this exists."""

from __future__ import annotations

from dataclasses import replace

from tests.store.invented import article, news
from watcher.models import Kind
from watcher.store.arrival import arrivals
from watcher.store.codec import decode_record, decode_signature
from watcher.works.keys import keys
from watcher.works.signature import signature

RECORDS = (
    article(1, doi="10.5555/a"),
    news("guid 1", url="https://n.example/1"),
    replace(article(2, "Of <i>invented</i> skin &amp; bone"), kind=Kind.PREPRINT, abstract=()),
)


def test_records_that_come_together_are_made_ready_as_each_would_be_alone() -> None:
    assert arrivals(RECORDS) == [arrival for record in RECORDS for arrival in arrivals([record])]
    assert arrivals([]) == []


def test_each_has_what_is_made_of_it() -> None:
    for arrival, record in zip(arrivals(RECORDS), RECORDS, strict=True):
        assert arrival.record is record
        assert arrival.signature == decode_signature(arrival.compared) == signature(record)
        assert arrival.keys == keys(signature(record))
        assert decode_record(arrival.content) == record
    assert arrivals(RECORDS)[2].title == "Of invented skin & bone"
    assert arrivals(RECORDS)[0].rank > arrivals(RECORDS)[2].rank > arrivals(RECORDS)[1].rank

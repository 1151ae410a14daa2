"""A poll that is killed with SIGKILL at any point, and finds PubMed faulty besides, loses and repeats nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fakes.pubmed_document import NEW_YORK
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.replay import replay

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LAST = datetime(2021, 6, 3, 6, tzinfo=NEW_YORK), datetime(2021, 6, 8, 22, tzinfo=NEW_YORK)
QUERIES = (("wounds", "wound*[tiab]"), ("skin", "skin[tiab]"))


@pytest.mark.long
def test_the_store_is_in_the_end_that_of_one_undisturbed_poll(tmp_path: Path) -> None:
    titles = ("Wounds of the skin, tale {}", "Wounds elsewhere, tale {}", "Unbroken skin, tale {}", "A tale, {}")
    records = [
        article(n, title=titles[n % 4].format(n), crdt=FIRST - timedelta(hours=12) + n * (LAST - FIRST) / 600)
        for n in range(1, 601)
    ]
    told, disturbed, single = replay(
        tmp_path, Collection(records), QUERIES, FIRST, LAST, every=timedelta(hours=11), seed=1
    )
    assert told.polls == 14
    assert told.kills >= 4
    assert told.faults > 5
    assert disturbed == single
    assert len(single[0]) == 450

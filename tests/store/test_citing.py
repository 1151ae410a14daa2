"""Who cites the cited works: the first answer is what is known, what comes after is news, an empty one is none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.store.invented import NOW, article, digest, keep
from watcher.models import Pmid
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE, TWO = Pmid("1"), Pmid("2")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def answered(store: Store, cited: Pmid, *citing: str, days: int = 0) -> int | None:
    with store.transaction():
        return store.citing.keep(cited, [Pmid(pmid) for pmid in citing], NOW + timedelta(days=days))


def test_the_first_answer_is_known_and_the_rest_is_to_be_fetched(store: Store) -> None:
    assert answered(store, ONE, "11", "12") == 2
    assert store.citing.unstored([ONE]) == []
    assert answered(store, ONE, "11", "13", "14", days=1) is None
    assert store.citing.unstored([ONE]) == ["13", "14"]
    assert store.citing.unstored([TWO]) == []
    keep(store, article(13))
    assert store.citing.unstored([ONE]) == ["14"]
    assert store.citing.known([ONE, TWO]) == {"1": 4}


@pytest.mark.parametrize("second", [(), ("11",)])
def test_an_empty_first_answer_is_none_and_the_second_is_the_first(store: Store, second: tuple[str, ...]) -> None:
    assert answered(store, ONE) is None
    assert answered(store, ONE, *second, days=1) == len(second)
    assert store.citing.unstored([ONE]) == []
    assert answered(store, ONE, *second, "12", days=2) is None
    assert store.citing.unstored([ONE]) == ["12"]


def test_each_is_due_again_after_it_was_asked_about(store: Store) -> None:
    answered(store, ONE)
    assert store.citing.due([ONE, TWO], NOW - timedelta(days=1)) == (TWO,)
    assert store.citing.due([ONE, TWO], NOW) == (ONE, TWO)


def test_what_a_query_of_the_digest_matched_or_one_told_is_not_untold(store: Store) -> None:
    answered(store, ONE, "11")
    answered(store, ONE, "11", "13", "14", days=1)
    thirteen, fourteen = keep(store, article(13)), keep(store, article(14))
    assert store.citing.untold("skin", ["q"], [ONE]) == [(thirteen, "1"), (fourteen, "1")]
    with store.transaction():
        store.matches.keep("pubmed", "13", "q", (), NOW)
    assert store.citing.untold("skin", ["q"], [ONE]) == [(fourteen, "1")]
    assert store.citing.untold("skin", ["r"], [ONE]) == [(thirteen, "1"), (fourteen, "1")]
    work = store.works.get(fourteen)
    assert work is not None
    store.digests.keep(digest(work), "Subject")
    assert store.citing.untold("skin", ["q"], [ONE]) == []
    assert store.citing.untold("skin", ["q"], [TWO]) == []

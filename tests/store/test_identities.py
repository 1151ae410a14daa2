"""What records are recognised by, as the store keeps it: found through an index, forgotten when it is out of date."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.pipeline.arrivals import NOW, come, correct, numbers, rows
from tests.works.invented import OTHERS, PATCHES, TITLE, article, entry, news, preprint
from watcher.models import Doi, Pmid, RelatedRecord
from watcher.pipeline.recognise import revise
from watcher.store.store import Store
from watcher.works.keys import keys
from watcher.works.signature import signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from watcher.models import Record

ONE = article(pmid="999001", doi="10.5555/a", abstract=PATCHES)
OTHER = article("Breakfasts of fictional islanders", pmid="999002", doi="10.5555/b", pages="7", authors=OTHERS)
CONGRESS = article(source_id="congress", source="set", journal="Annals of fictional burns", volume="3", pages="7")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "watcher.db") as opened:
        yield opened


def candidates(store: Store, record: Record) -> list[str]:
    sig = signature(record)
    found = store.identities.candidates(sig, keys(sig))
    return [member.signature.ref.partition(" ")[2] for member in found]


def tangled(store: Store, record: Record) -> bool:
    """Whether the work of a stored record is."""
    ids = numbers(store, record)
    _, found = store.identities.works_of(ids, store.identities.members(ids))
    return found


# -- through an index ---------------------------------------------------------------------------------------------

READ_WHOLE = re.compile(
    r"SCAN (?!json_each\b|CONSTANT ROW|reached\b|keyed\b|records_text VIRTUAL TABLE INDEX (?:0:=|192:))"
)  # the last by rowid
STEPS: dict[str, Callable[[Store], object]] = {
    "candidates": lambda store: candidates(store, ONE),
    "a new work": lambda store: come(store, preprint("Something else altogether, made up", authors=())),
    "one more of a work": lambda store: come(store, entry(doi="10.5555/a", source_id="e2")),
    "two works tied": lambda store: come(store, news("It heals", doi="10.5555/a", pmid="999002", source_id="n2")),
    "a revision": lambda store: revise(store, replace(ONE, doi=Doi("10.5555/b")), NOW),
    "a correction": lambda store: correct(store, ONE, OTHER, same=True),
    "doubts": lambda store: store.identities.doubts(1),
    "a key's holder": lambda store: store.identities.holder("doi:10.5555/a"),
}


@pytest.mark.parametrize("step", STEPS)
def test_nothing_that_recognition_asks_reads_a_whole_table(store: Store, step: str) -> None:
    come(store, ONE, OTHER, CONGRESS, entry(doi="10.5555/a"), news("It heals", doi="10.5555/b"))
    asked: list[str] = []
    database = store._connection._connection
    database.set_trace_callback(asked.append)
    with store.transaction():
        STEPS[step](store)
    database.set_trace_callback(None)
    plans = {
        sql: [row["detail"] for row in store._connection.rows(f"EXPLAIN QUERY PLAN {sql}")]
        for sql in map(str.strip, asked)
        if re.match("SELECT|WITH|UPDATE|DELETE", sql) and "'main'" not in sql  # the last are the text index's own
    }
    assert plans
    assert {sql: plan for sql, plan in plans.items() if any(map(READ_WHOLE.match, plan))} == {}
    if step == "candidates":
        assert any("SEARCH keys USING PRIMARY KEY (key=?)" in plan for plan in plans.values())


# -- candidates ---------------------------------------------------------------------------------------------------


def test_a_records_candidates_are_those_that_share_a_key_and_not_itself(store: Store) -> None:
    come(store, ONE, OTHER, entry("Retitled", doi="10.5555/a", authors=(), source_id="e"))
    assert candidates(store, ONE) == ["e"]
    assert candidates(store, replace(ONE, source="set")) == ["999001", "e"]
    assert candidates(store, article("Fish of a made-up lake", doi="10.5555/c", authors=())) == []


def test_who_names_a_version_is_found_whichever_came_first(store: Store) -> None:
    come(store, preprint("Early", source_id="p", authors=(), related=(RelatedRecord("UpdateIn", Pmid("999001")),)))
    assert candidates(store, ONE) == ["p"]
    come(store, OTHER)
    update = preprint("Early", authors=(), related=(RelatedRecord("UpdateIn", Pmid("999002")),))
    assert "999002" in candidates(store, update)


def test_a_revised_record_is_found_by_what_it_says_now_and_no_more_by_what_it_said(store: Store) -> None:
    come(store, ONE)
    revise(store, replace(ONE, doi=Doi("10.5555/z"), title="Fish of a made-up lake, counted", abstract=()), NOW)
    assert candidates(store, entry("x", doi="10.5555/z", authors=())) == ["999001"]
    assert candidates(store, entry(doi="10.5555/a", authors=())) == []
    assert rows(store, "SELECT count(*) FROM links") == [(0,)]


def test_a_record_comes_out_as_it_is_compared(store: Store) -> None:
    come(store, ONE, OTHER)
    (number,) = numbers(store, OTHER)
    (member,) = store.identities.members([number])
    assert (member.record_id, member.signature) == (number, signature(OTHER))
    assert store.identities.of_works([member.work_id]) == {member.work_id: [member]}


# -- what hangs together ------------------------------------------------------------------------------------------


def test_records_hang_together_by_what_was_found_the_same_however_far(store: Store) -> None:
    chain = [
        preprint("A first look at made-up wounds", doi="10.1101/2026.01.10.999999", source_id="v1", authors=()),
        preprint(TITLE, doi="10.1101/2026.01.10.999999", source_id="v2"),
        entry(doi="10.5555/a", source_id="e"),
        news("It heals", doi="10.5555/a", source_id="n"),
    ]
    come(store, *chain, OTHER)
    ids = numbers(store, *chain)
    assert store.identities.connected(ids[:1]) == set(ids)
    assert store.identities.connected(numbers(store, OTHER)) == set(numbers(store, OTHER))


def test_doubts_are_kept_with_their_reason_and_tie_nothing(store: Store) -> None:
    first, second = come(store, ONE, CONGRESS)
    reason = "one title and its authors, but another place"
    assert store.identities.doubts(first) == [("pubmed 999001", second, reason, False)]
    assert store.identities.doubts(second) == [("set congress", first, reason, False)]
    assert store.identities.connected(numbers(store, ONE)) == set(numbers(store, ONE))
    assert not tangled(store, ONE)
    assert not tangled(store, CONGRESS)


def test_a_work_is_tangled_while_a_record_of_it_is_like_one_of_another_or_a_person_spoke_of_it(store: Store) -> None:
    contradicted = article(pmid="999003", doi="10.5555/c", journal="Annals of fictional burns", volume="3", pages="7")
    between = entry(source_id="g")
    come(store, ONE, OTHER, contradicted, between)
    assert [tangled(store, record) for record in (ONE, OTHER, contradicted, between)] == [True, False, True, True]
    correct(store, ONE, OTHER, same=False)
    assert tangled(store, OTHER)


def test_the_work_of_a_candidate_has_all_its_records(store: Store) -> None:
    (work,) = set(come(store, ONE, entry("Retitled", doi="10.5555/a", authors=(), source_id="e")))
    members = store.identities.of_works([work])[work]
    for candidates in (members, members[:1], members[1:]):
        assert store.identities.works_of([candidates[0].record_id], candidates) == ({work: members}, False)


# -- corrections --------------------------------------------------------------------------------------------------


def test_the_last_word_of_a_person_on_two_records_counts(store: Store) -> None:
    first, second = come(store, ONE, OTHER)
    for same in (True, False, True):
        correct(store, ONE, OTHER, same=same)
        assert len(set(store.works.of_source("pubmed", ["999001", "999002"]).values())) == (1 if same else 2)
    one, other = numbers(store, ONE, OTHER)
    assert store.identities.corrections([other, one])[0].same
    assert len(store.identities.corrections([other, one])) == 1
    assert store.works.provenance(first)[1][3:] == ("a person", "merged by hand")
    assert store.works.get(second) is None

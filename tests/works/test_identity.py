"""Which records are one work, and which never are."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.models import Author, Doi, Kind, Passage, Pmcid, Pmid, Record
from watcher.works.identity import Known, NewWork, SameWork, better, decide, keys

TITLE = "An invented exosome patch closes radiation wounds"
AUTHORS = (Author("Núñez", "Ada", "A"), Author("Other", "Bo", "B"))


def pubmed(pmid: str, title: str = TITLE, *, doi: str | None = None, kind: Kind = Kind.ARTICLE) -> Record:
    return Record(
        source="pubmed", source_id=pmid, pmid=Pmid(pmid), title=title, doi=Doi(doi) if doi else None, kind=kind,
        authors=AUTHORS, published="2026-03-02",
    )  # fmt: skip


def feed(
    guid: str, title: str = TITLE, *, doi: str | None = None, url: str | None = None, pmid: str | None = None,
    authors: tuple[Author, ...] = (), source: str = "feed:News", kind: Kind = Kind.NEWS, published: str = "2026-03-05",
) -> Record:  # fmt: skip
    return Record(
        source=source, source_id=guid, title=title, doi=Doi(doi) if doi else None, url=url, authors=authors,
        pmid=Pmid(pmid) if pmid else None, kind=kind, published=published,
    )  # fmt: skip


def groups(records: list[Record]) -> list[list[Record]]:
    """The works of records that arrive in this order, as the store keeps them."""
    works: list[list[Record]] = []
    for record in records:
        shared = set(keys(record))
        candidates = [
            Known(number, tuple(work))
            for number, work in enumerate(works)
            if any(shared & set(keys(other)) for other in work)
        ]
        decision = decide(record, candidates)
        if isinstance(decision, NewWork):
            works.append([record])
        elif record not in works[decision.work_id]:
            works[decision.work_id].append(record)
    return works


def count(*records: Record) -> int:
    """How many works these are; the same in whichever order they arrive."""
    numbers = {len(groups(list(order))) for order in permutations(records)}
    (number,) = numbers
    return number


# -- one work -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        (pubmed("1"), feed("g", "Retitled by its feed", pmid="1"), "pmid"),
        (pubmed("1", doi="10.1000/a"), feed("g", "Another title", doi="10.1000/a"), "doi"),
        (pubmed("1", doi="10.1000/a"), pubmed("2", doi="10.1000/a"), "doi"),
        (replace(pubmed("1"), pmcid=Pmcid("PMC1")), replace(feed("g", "x"), pmcid=Pmcid("PMC1")), "pmcid"),
        (feed("g1", url="http://www.n.example/a/?utm_source=x"), feed("g2", url="https://n.example/a"), "url"),
        (feed("g1", url="https://n.example/a"), feed("h", url="https://n.example/a", source="feed:Other"), "url"),
        (pubmed("1"), feed("g", TITLE.upper() + ".", authors=(Author("Ada Nunez"),)), "title"),
        (pubmed("1"), feed("g", "An <i>invented</i> exosome-patch closes radiation wounds", authors=AUTHORS), "title"),
        (pubmed("1", doi="10.1000/a"), replace(pubmed("2", doi="10.1101/060012"), kind=Kind.PREPRINT), "title"),
    ],
)
def test_records_of_one_work(one: Record, other: Record, rule: str) -> None:
    assert count(one, other) == 1
    decision = decide(other, [Known(7, (one,))])
    assert isinstance(decision, SameWork)
    assert (decision.work_id, decision.rule) == (7, rule)
    assert decision.evidence in keys(one)
    assert decision.evidence in keys(other)


def test_the_same_record_twice_is_one_work() -> None:
    for record in (pubmed("1"), feed("g", doi="10.1000/a"), feed("g", url="https://n.example/a"), pubmed("1", "Reply")):
        assert count(record, record) == 1


def test_the_surest_key_decides_and_of_several_works_the_oldest() -> None:
    record = pubmed("1", doi="10.1000/a")
    by_doi, by_pmid = Known(1, (feed("g", "x", doi="10.1000/a"),)), Known(2, (feed("h", "y", pmid="1"),))
    assert decide(record, [by_doi, by_pmid]) == SameWork(2, "pmid", "pmid:1")
    assert decide(record, [Known(9, by_doi.records), by_doi]) == SameWork(1, "doi", "doi:10.1000/a")
    assert decide(record, []) == NewWork()


# -- two works ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pubmed("1"), pubmed("2", kind=Kind.NOTICE)),
        (pubmed("1", doi="10.1000/a"), pubmed("2", doi="10.1000/a", kind=Kind.NOTICE)),
        (feed("g", url="https://n.example/a"), feed("h", url="https://n.example/a", kind=Kind.NOTICE)),
        (pubmed("1", doi="10.1000/a"), pubmed("2", doi="10.1000/b")),
        (pubmed("1"), pubmed("2")),
        (pubmed("1", "Case report"), feed("g", "Case report", authors=AUTHORS)),
        (pubmed("1"), replace(feed("g", authors=AUTHORS), published="2024")),
        (pubmed("1"), feed("g", authors=(Author("Someone Else"),))),
        (pubmed("1"), feed("g")),
        (feed("g", "One", url="https://n.example/"), feed("h", "Two", url="https://n.example")),
        (feed("g", "One", url="https://n.example/news", published="2026-03-04"), feed("h", "Two", url="https://n.example/news")),
        (pubmed("1", doi="10.1000/a"), pubmed("2", "Quite another title than that one", doi="10.1000/b")),
    ],
)  # fmt: skip
def test_records_of_two_works(one: Record, other: Record) -> None:
    assert count(one, other) == 2


def test_a_record_without_identifiers_is_no_bridge_between_two_works() -> None:
    """Two DOIs under one title stay two works where a feed's entry without either has joined the first."""
    entry = feed("g", authors=AUTHORS)
    assert count(pubmed("1", doi="10.1000/a"), pubmed("2", doi="10.1000/b"), entry) == 2


def test_a_notice_stays_apart_from_a_work_of_several_records() -> None:
    article, entry = pubmed("1", doi="10.1000/a"), feed("g", doi="10.1000/a")
    notice = pubmed("3", doi="10.1000/a", kind=Kind.NOTICE)
    assert count(article, entry, notice) == 2


# -- keys ---------------------------------------------------------------------------------------------------------


def test_keys_come_the_surest_first() -> None:
    record = replace(
        feed("g", doi="10.1000/a", pmid="1", url="https://www.n.example/a?utm_source=x", authors=AUTHORS),
        pmcid=Pmcid("PMC1"),
    )
    assert keys(record) == (
        "pmid:1", "doi:10.1000/a", "pmcid:PMC1", "url:https://n.example/a",
        "title:an invented exosome patch closes radiation wounds|2026|nunez",
    )  # fmt: skip


def test_what_says_too_little_is_no_key() -> None:
    assert keys(feed("g", "Reply", url="https://n.example/", authors=AUTHORS)) == ()
    assert keys(feed("g", url="javascript:x", authors=())) == ()
    assert keys(replace(pubmed("1"), published=None)) == ("pmid:1",)


# -- which record leads -------------------------------------------------------------------------------------------


def test_the_best_description_leads() -> None:
    ranked = [
        feed("g"),
        replace(feed("h"), kind=Kind.PREPRINT),
        replace(pubmed("2"), kind=Kind.PREPRINT),
        replace(feed("i"), kind=Kind.ARTICLE),
        pubmed("1"),
        replace(pubmed("1"), abstract=(Passage("Text."),)),
    ]
    for position, worse in enumerate(ranked):
        assert not better(worse, worse)
        for best in ranked[position + 1 :]:
            assert better(best, worse)
            assert not better(worse, best)


# -- order --------------------------------------------------------------------------------------------------------

# Duplicates by an identifier or by one address. By title the order does count where a preprint stands beside two
# articles of the same title, or a record without identifiers beside works that contradict each other: the first to come
# gets it. So it does where a record ties two works together that came before it: they stay two.
WORKS = [
    (
        pubmed(str(n), f"{TITLE}, number {n}", doi=f"10.1000/{n}"),
        feed(f"pubmed:{n}", f"{TITLE}, number {n}", pmid=str(n), doi=f"10.1000/{n}"),
        feed(f"g{n}", f"A press release, number {n}", doi=f"10.1000/{n}", url=f"https://n.example/{n}"),
        feed(f"h{n}", f"A press release, number {n}", doi=f"10.1000/{n}", url=f"https://n.example/{n}?utm_source=x"),
    )
    for n in range(1, 5)
]


@given(st.permutations([record for work in WORKS for record in work]), st.integers(1, 16))
def test_the_order_of_arrival_does_not_change_the_groups(arrived: list[Record], some: int) -> None:
    found = {frozenset(record.source_id for record in group) for group in groups(arrived[:some])}
    expected = (frozenset(r.source_id for r in work if r in arrived[:some]) for work in WORKS)
    assert found == {group for group in expected if group}


@settings(max_examples=30)
@given(st.permutations([record for work in WORKS for record in work]))
def test_what_arrives_again_changes_nothing(arrived: list[Record]) -> None:
    assert groups(arrived + arrived) == groups(arrived)

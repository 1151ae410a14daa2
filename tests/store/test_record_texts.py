"""What the index of words decides of many records is what evaluating each of them says. All records are invented."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.invented import NOW, keep
from watcher.models import Author, MeshHeading, Passage, Pmid, Record
from watcher.pipeline.recognise import revise
from watcher.store.store import Store
from watcher.terms.indexed import as_bits, as_numbers
from watcher.terms.term import Term

WORDS = ("skin", "wound", "wounds", "stem", "cells", "heal", "healing", "ménière", "β", "naïve ß", "x¶y", "·", "東京")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
NAMES = st.sampled_from(("Skin", "Stem Cells", "Wounds, Radiation", "Wound Healing"))
AUTHORS = (
    (), (Author("Stem", "Skin", "S"),), (Author("Wound Group", collective=True),), (Author("von Stem", initials="K"),),
    (Author("Skin Stem"), Author("Wound S.")),
)  # fmt: skip
RECORDS = st.builds(
    Record,
    source=st.sampled_from(("pubmed", "pubmed", "feed:News")),
    source_id=st.just(""),
    title=TEXTS,
    abstract=st.lists(TEXTS.map(Passage), max_size=2).map(tuple),
    keywords=st.lists(TEXTS, max_size=2).map(tuple),
    authors=st.sampled_from(AUTHORS),
    journal=st.sampled_from(("", "Skin", "Wound Healing")),
    mesh=st.lists(
        st.builds(MeshHeading, NAMES, major=st.booleans(), qualifiers=st.just(("injuries",))), max_size=2
    ).map(tuple),
    publication_types=st.sampled_from(((), ("Review",), ("Clinical Trial", "Review"))),
    languages=st.sampled_from(((), ("eng",), ("eng", "ger"))),
    substances=st.sampled_from(((), ("Wound factor",))),
    published=st.sampled_from((None, "2021", "2021-06-03")),
)
LEAVES = (
    'skin[ti]', 'wound*[tiab]', '"stem cell*"[tiab]', '"skin wound"[tiab]', "heal*[ab]", "meniere[tw]", "β[ti]",
    "ss[tiab]", "stem[au]", "ste*[au]", "stem s*[au]", "von stem[1au]", "stem s[lastau]", "skin stem[fau]",
    "wound s[au]",
    "x[ti]", "y[tiab]", "東京[ti]", "stem*cells[tiab]", '"stem* cells"[tiab]', "ski*[tiab]", '"skin wound"[tiab:~1]',
    "skin wounds", "healing", '"wound healing"[all]', "skin[ot]", "skin[mh]", '"wounds, radiation"[mh]', "wound*[mh]",
    '"stem cells/injuries"[mh]', "skin[majr]", '"wound factor"[nm]', "injuries[sh]", "skin/dh[mh]", "review[pt]",
    "clin*[pt]", "english[la]", "german[la]", '"stem s"[au]', "wound group[cn]", "skin[ta]", "2021[dp]", "12[vi]",
    "wound heal*[ta]",
    "medline[sb]", "1[uid]", "skin[tt]", "1:5[uid]",
)  # fmt: skip
TERMS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.builds(
        lambda operator, parts: f"({f' {operator} '.join(parts)})",
        st.sampled_from(("AND", "OR", "NOT")),
        st.lists(inner, min_size=2, max_size=4),
    ),
    max_leaves=8,
)


def numbered(records: list[Record]) -> list[Record]:
    return [
        Record(**{
            **{name: getattr(record, name) for name in Record.__dataclass_fields__},
            "source_id": str(number),
            "pmid": Pmid(str(number)) if record.source == "pubmed" else None,
        })
        for number, record in enumerate(records, 1)
    ]  # fmt: skip


def matched(store: Store, term: Term) -> set[str]:
    """The source ids of what the index says, with what it leaves open evaluated."""
    records, _ = store.texts.seen_since(None)
    found = store.texts.contents(sorted(store.texts.matching(records, term)))
    return {record.source_id for record in found.values()}


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=5).map(numbered), st.lists(TERMS, min_size=1, max_size=6))
def test_index_and_evaluation_agree_on_every_term_and_record(records: list[Record], texts: list[str]) -> None:
    with Store(Path(":memory:")) as store:
        for record in records:
            keep(store, record)
        for text in texts:
            term = Term.parse(text)
            expected = {record.source_id for record in records if term.evaluate(record).matched}
            assert matched(store, term) == expected, text


@pytest.mark.parametrize("indexed", [True, False])
def test_a_revised_record_is_found_by_its_new_words_alone(indexed: bool) -> None:
    before, after = (
        Record(source="pubmed", source_id="1", pmid=Pmid("1"), title=title, mesh=(MeshHeading(heading),))
        for title, heading in (("Old skin", "Skin"), ("New wounds", "Wounds"))
    )
    with Store(Path(":memory:")) as store:
        keep(store, before)
        if indexed:
            store.texts.catch_up()
        with store.transaction():
            revise(store, after, NOW)
        assert matched(store, Term.parse("skin[tiab] OR skin[mh]")) == set()
        assert matched(store, Term.parse("wounds[tiab] AND wounds[mh]")) == {"1"}
        assert store.texts.headings() == ["wounds"]


def test_only_works_that_were_seen_since_then_are_looked_at() -> None:
    with Store(Path(":memory:")) as store:
        for number in (1, 2):
            record = Record(source="pubmed", source_id=str(number), pmid=Pmid(str(number)), title=f"Skin {number}")
            keep(store, record, NOW - timedelta(days=100 * number))
        records, works = store.texts.seen_since(NOW - timedelta(days=150))
        assert list(as_numbers(records.all)) == [1]
        assert store.texts.matching(records, Term.parse("skin[ti]")) == {1}
        assert works == {1: 1}


def test_what_came_since_it_was_last_asked_is_found_as_well() -> None:
    with Store(Path(":memory:")) as store:
        for number in range(1, 4):
            keep(store, Record(source="pubmed", source_id=str(number), pmid=Pmid(str(number)), title="Skin"))
            assert matched(store, Term.parse("skin[ti]")) == {str(known) for known in range(1, number + 1)}


@given(st.sets(st.integers(0, 300)))
def test_a_set_survives_being_made_bits(numbers: set[int]) -> None:
    assert set(as_numbers(as_bits(numbers, max(numbers, default=0)))) == numbers

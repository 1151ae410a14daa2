"""Each rule by which two records are one work, by an example; and the laws that all of them keep. All invented."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import watcher.works
from tests.works.invented import (
    OTHERS,
    PATCHES,
    article,
    entry,
    news,
    preprint,
    record,
    told,
    why,
    works,
)
from tests.works.variants import FORMS, population, variant
from tests.works.variants import OTHERS as OTHER_WORKS
from watcher.models import Pmcid, Pmid, Record, RelatedRecord
from watcher.works.verdicts import Different, Same, Undecided, Unrelated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

ELSEWHERE: dict[str, Any] = {"journal": "Annals of fictional burns", "volume": "3", "issue": "", "pages": ""}
CUT = "An invented exosome patch closes radiation wounds"
MOVED = "Closes radiation wounds in aged minipigs: an invented exosome patch"
STORY = "Ada Núñez and Cy Castellanos tell of an exosome patch that closes radiation wounds of minipigs."

# The rule, and two records to which it applies.
RULES: dict[str, tuple[Record, Record]] = {
    # Identifiers
    "the same record": (article(pmid="999001"), article("Revised", pmid="999001")),
    "PMID": (article(pmid="999001"), entry(pmid="999001", source_id="g")),
    "DOI": (article(doi="10.5555/a"), record(doi="10.5555/a")),
    "DOI and text": (record("Heilt", doi="10.5555/a", abstract=PATCHES), record(doi="10.5555/a", abstract=PATCHES)),
    "PMCID": (article(pmcid=Pmcid("PMC999001")), entry("Heals", pmcid=Pmcid("PMC999001"))),
    "address": (entry(url="https://j.example/a"), entry("Heals", url="https://j.example/a", source="feed:B")),
    "PubMed names it as a version": (
        article(pmid="999001"),
        preprint("Other", related=(RelatedRecord("UpdateIn", Pmid("999001")),)),
    ),
    # Identifiers that differ
    "all but the identifier": (article(pmid="999001"), article(pmid="999002")),
    "title, authors and journal: ahead of print": (article(pmid="999001", pages=""), article(pmid="999002", volume="")),
    "versions in one repository": (record(doi="10.5281/zenodo.1"), record(doi="10.5281/zenodo.2")),
    "a copy": (record(doi="10.5281/zenodo.1"), article(doi="10.5555/a")),
    "title, authors, text, volume and page": (
        article(abstract=PATCHES, doi="10.5555/a", published="2024", journal="Annals"),
        article(abstract=PATCHES, doi="10.5555/b", published="2027"),
    ),
    # Preprints
    "preprint: title": (preprint(), article()),
    "preprint: nearly one title": (preprint(CUT), article()),
    "preprint: similar title and authors": (preprint(MOVED), article()),
    "preprint: similar title and text": (preprint(MOVED, abstract=PATCHES), article(abstract=PATCHES, authors=())),
    "preprint: text": (preprint("A first look at it", abstract=PATCHES), article(abstract=PATCHES)),
    # One title
    "title and authors": (record(), record()),
    "title, authors and page": (article(), article(published="2027")),
    "title, authors and year": (article(), article(pages="")),
    "title, authors and text": (article(abstract=PATCHES), article(abstract=PATCHES, pages="", journal="Annals")),
    "title, authors, journal and volume": (article(), article(pages="7")),
    "title and page": (article(), article(authors=())),
    "title, volume and page": (article(), article(authors=OTHERS)),
    "title, journal and year": (article(authors=()), article(pages="")),
    "title and text": (article(abstract=PATCHES), article(abstract=PATCHES, authors=(), pages="7")),
    "title and year": (article(authors=()), record()),
    # Nearly one title
    "nearly one title, authors and page": (article(), article(CUT)),
    "nearly one title, authors and text": (article(abstract=PATCHES), article(CUT, abstract=PATCHES, **ELSEWHERE)),
    "nearly one title, authors and year": (article(), article(CUT, pages="")),
    "nearly one title, and page": (article(), article(CUT, authors=())),
    # A title that is only similar
    "similar title, authors, volume and page": (article(), article(MOVED)),
    "similar title, authors and text": (article(abstract=PATCHES), article(MOVED, abstract=PATCHES, pages="")),
    "text, authors and page": (article(abstract=PATCHES), article("An invented patch for old pigs", abstract=PATCHES)),
    # A title that many works have
    "short title, page and volume or journal": (article("Case report"), article("Case report", authors=())),
    "short title, authors and year": (article("Case report"), article("Case report", pages="")),
    "short title, authors and text": (
        record("Case report", abstract=PATCHES),
        record("Case report", abstract=PATCHES, published="2027"),
    ),
    # News
    "title": (news(article().title, abstract="By A. Núñez."), article()),
    "… in the news": (news("It heals", doi="10.5555/a"), article(doi="10.5555/a")),
    "news of one …": (news("It heals", doi="10.5555/a"), news("Healed", doi="10.5555/a")),
    "people, journal and words in the news": (news("It heals", abstract=STORY), article()),
    "title in one feed": (news("It heals"), news("It heals", published="2026-03-06")),
    "title in two feeds": (news("A patch heals, it is said"), news("A patch heals, it is said", source="feed:B")),
    "text of a press release": (news("It heals", abstract=PATCHES), news("Healed", abstract=PATCHES, source="feed:B")),
}  # fmt: skip
NAMED = {"… in the news": "DOI in the news", "news of one …": "news of one DOI"}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_and_what_it_applies_to(rule: str) -> None:
    verdict = told(*RULES[rule])
    assert isinstance(verdict, Same)
    assert verdict.rule == NAMED.get(rule, rule)
    assert verdict.evidence


def rules_of_the_source() -> Iterator[str]:
    """What the first argument of each `Same(…)` says; "…" stands for what an identifier is called."""
    for path in Path(watcher.works.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Same":
                yield from said(call.args[0])


def said(text: ast.expr) -> Iterator[str]:
    match text:
        case ast.Constant(value=str(words)):
            yield words
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from said(one)
            yield from said(other)


def test_no_rule_is_without_an_example() -> None:
    assert set(rules_of_the_source()) == set(RULES)


# -- laws ---------------------------------------------------------------------------------------------------------

CHANGES = st.lists(st.sampled_from([*FORMS, *OTHER_WORKS, "database"]), max_size=4)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 5), st.integers(-1, 1), CHANGES, CHANGES)
def test_a_verdict_is_the_same_both_ways(number: int, step: int, one: list[str], other: list[str]) -> None:
    told(variant(number, one, "a"), variant(abs(number + step), other, "b"))


def test_so_it_is_among_many_records_and_most_rules_come_into_play() -> None:
    verdicts = [told(one, other) for one, other in combinations(population(100, 9, seed=1), 2)]
    assert {type(verdict) for verdict in verdicts} == {Same, Different, Undecided, Unrelated}
    assert len({why(verdict) for verdict in verdicts if isinstance(verdict, Same)}) >= 12


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 3), st.randoms(use_true_random=False))
def test_the_works_of_many_records_do_not_depend_on_their_order(seed: int, random: Random) -> None:
    records = population(30, 4, seed)
    assert works(*random.sample(records, len(records))) == works(*records)


def test_a_copy_of_a_record_is_one_work_with_it_wherever_it_comes_from() -> None:
    for number in range(25):
        one = variant(number, (), "a")
        assert works(one, replace(one, source="set", source_id="b")) == {frozenset("ab")}

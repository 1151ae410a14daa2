"""What has befallen a work since, by what its record names more than it did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from watcher.models import Pmid, Record, RelatedRecord
from watcher.works.notices import BEFALLEN, befallen_since

TALE = Record(source="pubmed", source_id="1", pmid=Pmid("1"), title="A <i>wound</i> &amp; its closing.")


def named(*related: tuple[str, str], cited: str = "J Invent Res. 2021;1(1):1") -> Record:
    """The tale as it is with these: RefType and PMID (empty where a notice has none yet)."""
    notices = tuple(RelatedRecord(kind, Pmid(pmid) if pmid else None, cited) for kind, pmid in related)
    return replace(TALE, title="RETRACTED: under another title", related=notices)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (named(), named(), []),
        (named(), named(("RetractionIn", "2")), ["Retracted since: A wound & its closing (PMID 1), by PMID 2"]),
        (named(("RetractionIn", "2")), named(("RetractionIn", "2")), []),
        (named(("RetractionIn", "2")), named(), []),
        (
            named(("ErratumIn", "2")),
            named(("ErratumIn", "3"), ("ErratumIn", "2"), ("ErratumIn", "4")),
            ["Corrected since: A wound & its closing (PMID 1), by PMID 3, PMID 4"],
        ),
        (
            named(("ErratumIn", "2")),
            named(("UpdateIn", "4"), ("RetractionIn", "3"), ("ErratumIn", "2")),
            [
                "Retracted since: A wound & its closing (PMID 1), by PMID 3",
                "Updated since: A wound & its closing (PMID 1), by PMID 4",
            ],
        ),
        (named(), named(("CommentIn", "2"), ("CommentOn", "3"), ("Cites", "4"), ("ErratumFor", "5")), []),
        (
            named(),
            named(("RetractionIn", "")),
            ["Retracted since: A wound & its closing (PMID 1), by J Invent Res. 2021;1(1):1"],
        ),
    ],
)  # fmt: skip
def test_each_kind_of_notice_that_is_new_is_a_line(before: Record, now: Record, said: list[str]) -> None:
    assert befallen_since(replace(before, title=TALE.title), now) == tuple(said)


def test_a_notice_that_gets_its_pmid_or_its_pages_later_is_the_same() -> None:
    before = named(("RetractionIn", ""), cited="J Invent Res. 2021 Jun 3. doi: 10.5555/retraction")
    assert befallen_since(before, named(("RetractionIn", "2"))) == ()
    assert befallen_since(before, named(("RetractionIn", ""))) == ()


def test_a_long_title_does_not_push_the_rest_out_of_the_line() -> None:
    (line,) = befallen_since(replace(TALE, title="word " * 100), named(("RetractionIn", "2")))
    assert line.endswith("word… (PMID 1), by PMID 2")
    assert len(line) < 220


def test_every_kind_that_befalls_has_words() -> None:
    for kind, words in BEFALLEN.items():
        (line,) = befallen_since(TALE, named((kind, "2")))
        assert line.startswith(f"{words} since: ")

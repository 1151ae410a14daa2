"""What a reader sees before the mail is opened, and in its first lines. All works are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.digest import invented
from watcher.digest.dates import Dates
from watcher.digest.opening import counts, kinds, preheader, subject
from watcher.told import Failure, FailureKind, Receipt

NOW = datetime(2021, 6, 3, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (datetime(2021, 6, 1, 5, 0, tzinfo=UTC), "Tuesday"),
        (datetime(2021, 5, 28, 5, 0, tzinfo=UTC), "Friday"),
        (datetime(2021, 5, 27, 5, 0, tzinfo=UTC), "27 May"),
        (datetime(2020, 12, 24, 5, 0, tzinfo=UTC), "24 December 2020"),
        (datetime(2021, 6, 2, 22, 30, tzinfo=UTC), "00:30"),  # the same day in Berlin
    ],
)
def test_since_when_is_said_as_shortly_as_it_is_clear(since: datetime, words: str) -> None:
    assert Dates("Europe/Berlin").since(since, NOW) == words


def test_the_first_line_counts() -> None:
    digest = invented.with_updates()
    assert counts(digest) == "2 new since Tuesday · 2 updates · 2 items on the sources · 1 source failed"
    assert kinds(digest) == "1 article, 1 preprint"
    quiet = replace(invented.of(0), receipt=Receipt(since=None, until=NOW))
    assert counts(quiet) == "Nothing new"


def test_the_preheader_holds_the_best_work_whole_and_what_it_found() -> None:
    told = invented.entry(1, title="A patch heals.")
    assert preheader(invented.digest(told)).startswith("A patch heals – Conclusions: A patch with exosomes")
    assert len(preheader(invented.digest(told))) <= 201
    best = invented.entry(5, title="The best of them.")
    digest = replace(invented.of(9), lead=best)
    assert preheader(digest).startswith("The best of them – ")
    assert subject(digest) == "9 new on skin stem cells: The best of them"


def test_what_is_retracted_or_doubted_comes_before_what_is_new() -> None:
    digest = invented.with_updates()
    assert subject(digest).startswith("1 retracted, 2 new · 1 update on skin stem cells: ")
    assert preheader(digest).startswith("Retracts “How hair follicles lend their cells to a burn” (told on Tuesday")
    doubt = replace(invented.entry(40), change="Expresses concern about source [1]")
    digest = replace(invented.digest(), updates=digest.updates[1:], sources=(doubt,))
    assert subject(digest) == "1 doubted, 1 update on skin stem cells: Expresses concern about source [1]"
    assert preheader(digest).startswith("Expresses concern about source [1] · Nothing new since Tuesday · 1 update")


def test_other_updates_are_counted_in_the_subject() -> None:
    digest = replace(
        invented.digest(invented.entry(1, title="A patch heals.")), updates=invented.with_updates().updates[1:]
    )
    assert subject(digest) == "1 new · 1 update on skin stem cells: A patch heals"
    assert preheader(digest).startswith("A patch heals – ")


def test_only_what_fails_now_is_counted_as_a_failed_source() -> None:
    kinds_of = (FailureKind.MAIL, FailureKind.OTHER, FailureKind.OTHER)
    failures = tuple(Failure("it", "for a reason", NOW, kind) for kind in kinds_of)
    quiet = replace(invented.of(0), receipt=Receipt(since=None, until=NOW, failures=failures))
    assert counts(quiet) == "Nothing new · 1 mail not delivered"
    assert subject(quiet) == "Nothing new on skin stem cells, 3 June 2021: 1 mail not delivered"
    both = (*failures, Failure("PubMed", "down", NOW))
    quiet = replace(quiet, receipt=replace(quiet.receipt, failures=both))
    assert counts(quiet) == "Nothing new · 1 source failed · 1 mail not delivered"


def test_without_works_it_holds_the_counts() -> None:
    assert preheader(invented.of(0)) == "Nothing new since Tuesday · 1 source failed"

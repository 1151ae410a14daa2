"""A failure is never silent: three failed polls in a row, or a fortnight without anything, send a mail of their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.answering import Answering, text_of
from tests.pipeline.world import SKIN, WOUNDS, World, at, world
from watcher.pipeline.failures import ended, failing
from watcher.told import FailureKind, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READER = "reader@example.org"
DAILY = 'schedule = "0 7 * * *"'
NEWS = b'<rss version="2.0"><channel><title>News</title></channel></rss>'


@pytest.fixture
def server() -> Answering:
    return Answering()


@pytest.fixture
def installed(tmp_path: Path, server: Answering) -> Iterator[World]:
    records = [article(11, title="Wounds of the first day, invented", crdt=date(2021, 6, 1))]
    with world(tmp_path, Collection(records)) as installation:
        installation.configure(WOUNDS, SKIN, digest=DAILY)
        installation.transport = server.open
        installation.run_once(at("2021-06-02 06:00"))  # tells what there is
        server.sent.clear()
        yield installation


def breaks(installed: World, *, broken: bool = True) -> None:
    installed.pubmed.faults = lambda _: Answer(503, b"maintenance") if broken else None


def subjects(server: Answering) -> list[str]:
    return [str(mail["Subject"]) for mail in server.mail(READER)]


def test_three_failed_polls_in_a_row_are_told_once_and_so_is_their_end(installed: World, server: Answering) -> None:
    breaks(installed)
    for hour in (7, 8):
        installed.run_once(at(f"2021-06-02 {hour:02}:30"))
    assert subjects(server) == []
    for hour in (9, 10, 11, 12):
        installed.run_once(at(f"2021-06-02 {hour:02}:30"))
    assert subjects(server) == ["PubMed, all queries fails since Wednesday, 2 June 2021, 09:30"]
    text = text_of(server.mail(READER)[0])
    assert text.startswith(
        "PubMed, all queries has failed in 3 polls in a row or more, since Wednesday, 2 June 2021, 09:30"
    )
    assert "HTTP 503" in text
    assert "what it has missed is made up when it works" in text

    breaks(installed, broken=False)
    installed.run_once(at("2021-06-02 13:30"))
    installed.run_once(at("2021-06-02 14:30"))
    assert subjects(server)[1:] == ["PubMed, all queries works again"]
    text = text_of(server.mail(READER)[1])
    assert text.startswith("PubMed, all queries works again. It had failed since Wednesday, 2 June 2021, 09:30.")


def test_two_failures_and_a_success_alarm_nobody(installed: World, server: Answering) -> None:
    for hour in range(7, 16):
        breaks(installed, broken=hour % 3 != 0)
        installed.run_once(at(f"2021-06-02 {hour:02}:30"))
    assert subjects(server) == []


def test_what_fails_again_within_a_day_is_not_told_anew(installed: World, server: Answering) -> None:
    def outage(day: int, hour: int) -> None:
        breaks(installed)
        for minute in (0, 10, 20):
            installed.run_once(at(f"2021-06-{day:02} {hour:02}:{minute:02}"))
        breaks(installed, broken=False)
        installed.run_once(at(f"2021-06-{day:02} {hour:02}:40"))

    outage(2, 8)
    outage(2, 12)
    assert [subject.partition(" since")[0] for subject in subjects(server)] == [
        "PubMed, all queries fails", "PubMed, all queries works again",
    ]  # fmt: skip
    outage(3, 12)
    assert len(subjects(server)) == 4


def test_one_outage_of_pubmed_is_one_alarm_and_one_failure_whatever_was_asked(
    installed: World, server: Answering
) -> None:
    """Beside the queries, changes to what is stored are asked for, and fail for a reason of their own."""
    installed.pubmed.faults = lambda request: Answer(
        503 if "[tiab]" in request.parameters.get("term", "") else 502, b"maintenance"
    )
    start = at("2021-06-03 07:30")
    for hours in range(5):
        installed.run_once(start + timedelta(hours=hours))
    (subject,) = subjects(server)
    assert subject.startswith("PubMed, all queries fails since")
    with installed.context(start + timedelta(hours=5)) as context:
        (failure,) = failing(context, ())
        assert (failure.what, failure.kind) == ("PubMed", FailureKind.SOURCE)
        assert failure.why.startswith("all queries: http")
        assert "; for changes to what is stored: http" in failure.why
    breaks(installed, broken=False)
    report = installed.run_once(start + timedelta(hours=6))
    assert not report.failed
    assert subjects(server)[1:] == ["PubMed, all queries works again"]
    with installed.context(start + timedelta(hours=7)) as context:
        (again,) = ended(context, context.store.runs.between(start - timedelta(hours=1), context.now))
        assert (again.what, again.kind) == ("PubMed", FailureKind.OTHER)


def test_a_feed_alarms_the_readers_of_its_queries_alone(installed: World, server: Answering) -> None:
    feed = {"News": installed.feeds.root + "/gone.xml"}
    other = f'[[digest]]\nname = "skin alone"\nto = ["other@example.org"]\nqueries = ["skin"]\n{DAILY}'
    installed.configure(WOUNDS, SKIN, feeds=feed, digest=f'{DAILY}\nqueries = ["wounds"]', extra=other)
    text = installed.path.read_text(encoding="utf-8")
    installed.path.write_text(text.replace('name = "News"', 'name = "News"\nqueries = ["wounds"]'), encoding="utf-8")
    for hour in (7, 8, 9, 10):
        installed.run_once(at(f"2021-06-02 {hour:02}:30"))
    assert subjects(server) == ["News fails since Wednesday, 2 June 2021, 09:30"]
    assert server.mail("other@example.org") == []


def test_a_fortnight_without_anything_is_told_once(installed: World, server: Answering) -> None:
    start = at("2021-06-02 06:00")
    for days in range(1, 20):
        installed.run_once(start + timedelta(days=days))
        assert len(subjects(server)) == (days >= 14)
    assert subjects(server) == ["Nothing new on all for 14 days"]
    assert text_of(server.mail(READER)[0]).startswith(
        "There was nothing to tell since Wednesday, 2 June 2021, in 14 polls."
    )
    installed.pubmed.collection.add(article(12, title="Wounds again, invented", crdt=date(2021, 6, 21)))
    for days in range(20, 36):
        installed.run_once(start + timedelta(days=days))
    assert [subject.partition(":")[0] for subject in subjects(server)[1:]] == [
        "1 new on all", "Nothing new on all for 14 days",
    ]  # fmt: skip


def test_who_is_paused_or_told_of_quiet_days_is_not_alarmed_by_silence(installed: World, server: Answering) -> None:
    for more in ("pause_until = 2021-07-20", 'when_empty = "send"'):
        installed.configure(WOUNDS, SKIN, digest=f"{DAILY}\n{more}")
        installed.run_once(at("2021-06-30 06:00"))
    assert not [subject for subject in subjects(server) if "for" in subject]


def test_a_pause_begins_the_fortnight_anew(installed: World, server: Answering) -> None:
    installed.configure(WOUNDS, SKIN, digest=f"{DAILY}\npause_until = 2021-07-20")
    installed.run_once(at("2021-07-20 06:00"))
    assert subjects(server) == []
    installed.run_once(at("2021-08-03 06:00"))
    assert subjects(server) == ["Nothing new on all for 14 days"]


def test_an_alarm_that_cannot_be_delivered_leaves_the_works_of_digests_alone(
    installed: World, server: Answering
) -> None:
    server.answers[READER] = Outcome.DEFERRED
    breaks(installed)
    for hour in (7, 8, 9, 10, 12, 18, 23):
        installed.run_once(at(f"2021-06-02 {hour:02}:30"))
    server.answers.clear()
    breaks(installed, broken=False)
    installed.run_once(at("2021-06-03 02:30"))
    assert subjects(server) == ["PubMed, all queries works again"]  # in the stead of the one that did not get through

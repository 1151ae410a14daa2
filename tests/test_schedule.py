"""The daemon: a fortnight of simulated clock, and a real process that is edited under and told to end."""

from __future__ import annotations

import logging
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import SKIN, WOUNDS, World, at, world
from watcher.errors import ConfigError
from watcher.mail.files import FolderTransport
from watcher.pipeline.context import opened
from watcher.schedule import Daemon, Outlook, Stopping
from watcher.store.lock import exclusive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.loopback import Answer, Request
    from watcher.mail.outbox import Transport
    from watcher.pipeline.context import Context
    from watcher.settings import Settings
    from watcher.told import Failure

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, Collection()) as installation:
        yield installation


def daemon_of(installation: World, clock: list[datetime]) -> Daemon:
    """A daemon that lives by `clock[0]` and puts mail into the outbox folder."""

    @contextmanager
    def opened_for(settings: Settings, now: datetime, bad_edit: Failure | None) -> Iterator[Context]:
        with opened(settings, now, bad_edit=bad_edit, sleep=installation.slept.append) as context:
            yield context

    @contextmanager
    def folder(settings: Settings) -> Iterator[Transport]:
        yield FolderTransport(settings.store.parent / "outbox")

    outlook = Outlook(installation.path)
    return Daemon(outlook, opened_for, folder, clock=lambda: clock[0])


def told(installation: World) -> list[tuple[str, datetime]]:
    """PMIDs in the order in which they were told, with the moment, on Berlin's clock."""
    with sqlite3.connect(installation.folder / "db" / "watcher.db") as database:
        sql = """
            SELECT pmid, composed_at FROM entries
            JOIN works ON works.id = work_id JOIN digests ON digests.id = digest_id
        """
        found = [(row[0], datetime.fromisoformat(row[1]).astimezone(BERLIN)) for row in database.execute(sql)]
    database.close()
    return sorted(found, key=lambda one: one[1])


def test_a_fortnight_with_downtime_daylight_saving_and_a_broken_edit(
    installed: World, caplog: pytest.LogCaptureFixture
) -> None:
    """22 March to 5 April 2026; Berlin moves its clocks on the 29th. Three days of downtime, a broken edit for two."""
    settled = installed.configure(WOUNDS)
    good = installed.path.read_text(encoding="utf-8")
    chance = random.Random(7)
    start = at("2026-03-22 00:00")
    collection = installed.pubmed.collection
    collection.add(article(1, title="Wounds before the start, invented", crdt=date(2026, 3, 20)))
    clock = [start]
    daemon = daemon_of(installed, clock)
    arrived = {"1": start}
    down = (at("2026-03-24 09:00"), at("2026-03-27 09:00"))
    broken = (at("2026-03-30 10:00"), at("2026-04-01 10:00"))
    while clock[0] < at("2026-04-05 06:00"):
        now = clock[0]
        if chance.random() < 0.2:  # a record, sometimes with a day of its own that lies back
            pmid = str(len(arrived) + 1)
            day = now.astimezone(ZoneInfo("America/New_York")).date() - timedelta(days=chance.choice([0, 0, 0, 1, 3]))
            arrived[pmid] = now
            collection.add(article(pmid, title=f"Wounds number {pmid}, invented", crdt=day))
        if now >= broken[0] and now < broken[1]:
            installed.path.write_text(good.replace("[[query]]", "[[qeury]]"), encoding="utf-8")
        elif now >= broken[1]:
            installed.path.write_text(good, encoding="utf-8")
        if not down[0] <= now < down[1]:
            if now == down[1]:
                daemon = daemon_of(installed, clock)  # started again
            daemon.wake()
        clock[0] += timedelta(minutes=15)
    tellings = told(installed)
    counts = Counter(pmid for pmid, _ in tellings)
    last_poll = at("2026-04-05 04:15")  # 06:15 in Berlin, before the last digest at 07:00
    due_to_be_told = {pmid for pmid, moment in arrived.items() if moment < last_poll}
    assert set(counts.values()) == {1}
    assert due_to_be_told <= set(counts)
    assert len(due_to_be_told) > 150
    moments = sorted({moment for _, moment in tellings})
    assert all((m.hour, m.minute) == (7, 0) or m == down[1].astimezone(BERLIN) or m == start for m in moments)
    assert down[1].astimezone(BERLIN) in moments
    days = [moment.date() for moment in moments if moment != start]
    assert len(days) == len(set(days)) == 13  # of fifteen mornings, three of downtime, made up on the last of them
    assert date(2026, 3, 29) in days
    said = [record.getMessage() for record in caplog.records if "last good version" in record.getMessage()]
    assert len(said) == 1
    assert "did you mean 'query'?" in said[0]
    assert settled.digests[0].name == "all"
    mails = sorted((installed.folder / "db" / "outbox").glob("*.eml"))
    assert len(mails) == len(moments)
    spoken = [str(message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))) for mail in mails]
    assert ["unknown table" in text for text in spoken].count(True) == 2  # the digests of the two mornings between


def test_an_edit_is_taken_up_at_the_next_waking(installed: World) -> None:
    installed.pubmed.collection.add(article(1, title="Unbroken skin, invented", crdt=date(2026, 3, 20)))
    installed.configure(WOUNDS)
    clock = [at("2026-03-22 12:00")]
    daemon = daemon_of(installed, clock)
    daemon.wake()
    installed.configure(WOUNDS, SKIN)
    clock[0] += timedelta(seconds=30)
    daemon.wake()
    terms = [request.parameters["term"] for request in installed.pubmed.asked("esearch")]
    assert len(terms) == 2
    assert "skin" in terms[1]
    clock[0] += timedelta(days=1)
    daemon.wake()
    assert [pmid for pmid, _ in told(installed)] == ["1"]


def test_a_broken_file_at_the_start_gives_way_to_the_last_good_one(installed: World) -> None:
    installed.configure(WOUNDS)
    clock = [at("2026-03-22 12:00")]
    daemon_of(installed, clock).wake()
    installed.path.write_text("timezone = Berlin", encoding="utf-8")
    clock[0] += timedelta(days=1)
    daemon_of(installed, clock).wake()
    assert len(installed.pubmed.asked("esearch")) == 2


def test_a_file_that_never_was_good_ends_the_daemon(installed: World) -> None:
    installed.path.write_text("timezone = Berlin", encoding="utf-8")
    with pytest.raises(ConfigError):
        daemon_of(installed, [at("2026-03-22 12:00")]).run()


def test_what_an_edit_changes_is_logged_once_a_line_a_query(installed: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "watcher")
    installed.pubmed.collection.add(article(1, title="Skin, invented"))
    installed.pubmed.collection.add(article(2, title="Wounds of the skin, invented"))
    installed.configure(SKIN)
    clock = [at("2021-06-05 12:00")]
    daemon_of(installed, clock).wake()
    installed.configure(("skin", "Skin", "skin[tiab] NOT wound*[ti]"), WOUNDS)
    restarted = daemon_of(installed, clock)
    for _ in range(2):
        clock[0] += timedelta(minutes=1)
        restarted.wake()
    assert [record.getMessage() for record in caplog.records if "of the last 90 days" in record.getMessage()] == [
        "skin: edited; of the stored works of the last 90 days it gains 0 and loses 1, and matches 1",
        "wounds: new, and matches 1 stored work of the last 90 days",
    ]


def test_beside_a_cron_job_only_one_of_them_works(installed: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "watcher")
    settings = installed.configure(WOUNDS)
    clock = [at("2026-03-22 12:00")]
    with exclusive(settings.store):
        daemon_of(installed, clock).wake()
    assert installed.pubmed.asked("esearch") == []
    assert "another watcher" in caplog.text
    installed.run_once(clock[0])
    daemon_of(installed, clock).wake()
    assert len(installed.pubmed.asked("esearch")) == 1


def test_waiting_ends_when_the_daemon_is_told_to(installed: World) -> None:
    installed.configure(WOUNDS)
    daemon = daemon_of(installed, [at("2026-03-22 12:00")])
    daemon.stop.set()
    with pytest.raises(Stopping):
        daemon.sleep(3600)
    daemon.wake()
    assert installed.pubmed.asked("esearch") == []


def test_a_real_daemon_polls_takes_up_an_edit_and_ends_on_sigterm(
    installed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.now(UTC).date()
    installed.pubmed.collection.add(article(1, title="Wounds of today, invented", crdt=today))
    installed.configure(WOUNDS)
    polled = threading.Event()
    answer = installed.pubmed.answer

    def noticed(request: Request) -> Answer:
        if request.utility == "efetch":
            polled.set()
        return answer(request)

    monkeypatch.setattr(installed.pubmed, "answer", noticed)
    command = [sys.executable, "-m", "watcher", "--config", str(installed.path), "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=installed.folder) as process:
        try:
            assert polled.wait(60), "the daemon did not poll"
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "watching 1 queries" in said
    assert "ended" in said
    with sqlite3.connect(installed.folder / "db" / "watcher.db") as database:
        assert list(database.execute("SELECT pmid FROM works")) == [("1",)]
    database.close()

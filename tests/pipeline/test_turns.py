"""Pauses, and turns at which there is nothing to tell."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.answering import Answering, text_of
from tests.pipeline.world import WOUNDS, World, at, world
from watcher.digest.render import plain_text
from watcher.pipeline.poll_pubmed import poll_pubmed
from watcher.pipeline.tell import tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READER = "reader@example.org"
DAILY = 'schedule = "0 7 * * *"'


@pytest.fixture
def server() -> Answering:
    return Answering()


@pytest.fixture
def installed(tmp_path: Path, server: Answering) -> Iterator[World]:
    with world(tmp_path, Collection([])) as installation:
        installation.transport = server.open
        yield installation


def publish(installed: World, day: int) -> None:
    record = article(day, title=f"Wounds of day {day}, invented", crdt=date(2021, 6, day))
    installed.pubmed.collection.add(record)


def test_a_pause_ends_in_one_digest_of_the_whole_absence_at_its_hour(installed: World, server: Answering) -> None:
    installed.configure(WOUNDS, digest=DAILY)
    publish(installed, 1)
    installed.run_once(at("2021-06-02 05:00"))
    installed.configure(WOUNDS, digest=f"{DAILY}\npause_until = 2021-06-06")
    for day in (2, 3, 4, 5):
        publish(installed, day)
        assert installed.run_once(at(f"2021-06-0{day + 1} 04:55")).told == ()  # on the 6th not before 07:00 in Berlin
    assert len(server.sent) == 1
    installed.run_once(at("2021-06-06 05:00"))
    catch_up = text_of(server.mail(READER)[1])
    assert catch_up.startswith("4 new since Wednesday ")
    assert "Paused until 6 June 2021: this tells of all since Wednesday, 2 June 2021" in catch_up
    publish(installed, 6)
    installed.run_once(at("2021-06-07 05:00"))
    after = text_of(server.mail(READER)[2])
    assert after.startswith("1 new since Sunday ")
    assert "Paused" not in after


def test_a_paused_digest_is_composed_where_a_person_asks_for_it(installed: World) -> None:
    publish(installed, 1)
    installed.configure(WOUNDS, digest=f"{DAILY}\npause_until = 2021-07-01")
    assert installed.run_once(at("2021-06-02 05:00")).told == ()
    with installed.context(at("2021-06-02 06:00")) as context:
        (told,) = tell(context, context.settings.digests, force=True)
    assert told.digest.works == 1
    assert told.digest.receipt.next_at == at("2021-07-01 05:00")
    publish(installed, 2)
    with installed.context(at("2021-06-03 06:00")) as context:
        poll_pubmed(context, context.settings.queries)
        (told,) = tell(context, context.settings.digests, force=True)
    shown = plain_text(told.digest)
    assert "Pause: paused until 1 July 2021" in " ".join(shown.split())
    assert "this tells of" not in shown


def test_a_quiet_day_is_told_where_the_settings_say_so(installed: World, server: Answering) -> None:
    installed.configure(WOUNDS, digest=f'{DAILY}\nwhen_empty = "send"')
    publish(installed, 1)
    for day in (2, 3, 4):
        installed.run_once(at(f"2021-06-0{day} 05:00"))
    first, quiet, quieter = (text_of(mail) for mail in server.mail(READER))
    assert first.startswith("1 new")
    assert quiet.startswith("Nothing new since Wednesday ")
    assert quieter.startswith("Nothing new since Thursday ")
    assert len({mail["Subject"] for mail in server.mail(READER)}) == 3


def test_a_quiet_day_with_a_failure_names_it_at_its_hour(installed: World, server: Answering) -> None:
    installed.configure(WOUNDS, digest=f'{DAILY}\nwhen_empty = "send"')
    installed.pubmed.faults = lambda request: Answer(503, b"maintenance")
    (told,) = installed.run_once(at("2021-06-02 05:00")).told
    assert not told.waits
    (mail,) = server.mail(READER)
    assert text_of(mail).startswith("Nothing new · 1 source failed")


def test_before_the_first_poll_nothing_is_sent_even_so(installed: World) -> None:
    settings = installed.configure(WOUNDS, digest=f'{DAILY}\nwhen_empty = "send"')
    with installed.context(at("2021-06-02 05:00")) as context:
        (told,) = tell(context, settings.digests)
    assert (told.digest_id, told.waits) == (None, True)


def test_a_quiet_day_is_told_where_no_poll_ran_since_the_last_digest(installed: World) -> None:
    installed.configure(WOUNDS, digest=f'{DAILY}\nwhen_empty = "send"')
    installed.run_once(at("2021-06-02 05:00"))
    with installed.context(at("2021-06-03 05:00")) as context:
        (told,) = tell(context, context.settings.digests)
    assert told.digest.receipt.polls == 0
    assert told.digest_id is not None

"""What cannot be delivered: it is told by the next digest, or by titles alone, or said; and nobody is told twice."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.answering import Answering, text_of
from tests.pipeline.world import WOUNDS, World, at, world
from watcher.errors import DeliveryError, SecretError, WatcherError
from watcher.pipeline.deliver import deliver, resend
from watcher.told import Attempt, Frozen, Outcome, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from watcher.pipeline.work import Report
    from watcher.told import Delivery

RETRACTION = article(
    12,
    title="Retraction of an invented tale",
    crdt=date(2021, 6, 4),
    publication_types=("Retraction of Publication",),
    related=(("RetractionOf", "11"),),
)
ONE, OTHER = "one@example.org", "other@example.org"
TO_BOTH = (
    f'schedule = "0 7 * * *"\n[[digest]]\nname = "both"\nto = ["{ONE}", "Other <{OTHER}>"]\nschedule = "0 7 * * *"'
)
FOUR_WAITS = [timedelta(minutes=6), timedelta(minutes=17), timedelta(minutes=67), timedelta(minutes=270)]


@pytest.fixture
def server() -> Answering:
    return Answering()


@pytest.fixture
def installed(tmp_path: Path, server: Answering) -> Iterator[World]:
    records = [article(11, title="Wounds of the first day, invented", crdt=date(2021, 6, 1))]
    with world(tmp_path, Collection(records)) as installation:
        installation.configure(WOUNDS, digest=TO_BOTH)
        installation.transport = server.open
        yield installation


def publish(installed: World, pmid: int, title: str, day: int) -> None:
    installed.pubmed.collection.add(article(pmid, title=f"{title}, invented", crdt=date(2021, 6, day)))


def deliveries(installed: World, recipient: str) -> list[Delivery]:
    with installed.context(at("2021-06-30 12:00")) as context:
        found = [context.store.deliveries.of_digest(digest_id) for digest_id in range(1, 20)]
    return [delivery for each in found for delivery in each if delivery.recipient == recipient]


def give_up(installed: World, now: datetime) -> Report:
    """Run the job, and again after each wait, until the last retry has passed."""
    report = installed.run_once(now)
    for wait in FOUR_WAITS:
        now += wait
        installed.run_once(now)
    return report


def test_after_the_last_retry_the_next_digest_carries_it_to_the_one_who_missed_it(
    installed: World, server: Answering
) -> None:
    server.answers[OTHER] = Outcome.DEFERRED
    give_up(installed, at("2021-06-04 06:00"))
    (waiting,) = deliveries(installed, OTHER)
    assert (waiting.state, waiting.attempts, waiting.given_up) == (State.PENDING, 5, True)
    installed.run_once(at("2021-06-05 04:00"))  # a further wait changes nothing
    assert len([attempt for attempt in server.attempts if attempt.recipient == OTHER]) == 5

    server.answers.clear()
    publish(installed, 12, "Wounds of the second day", 4)
    (told,) = (one for one in installed.run_once(at("2021-06-05 06:00")).told if one.digest.name == "both")
    assert told.digest.works == 1

    first, second = (text_of(mail) for mail in server.mail(ONE))
    assert "first day" in first
    assert "first day" not in second
    (all_of_it,) = (text_of(mail) for mail in server.mail(OTHER))
    assert all_of_it.startswith("2 new ")
    assert all(day in all_of_it for day in ("first day", "second day"))
    assert (
        "Notes: With what you were to be told on Friday, 4 June 2021, which could not be delivered: "
        "deferred, says the server" in all_of_it
    )
    old, new = deliveries(installed, OTHER)
    assert (old.state, old.successor, new.state) == (State.FAILED, new.id, State.SENT)
    assert old.error == "told by the next digest, because it could not be delivered: deferred, says the server"

    installed.run_once(at("2021-06-06 06:00"))
    assert len(server.mail(OTHER)) == 1


def test_what_was_missed_goes_by_itself_where_there_is_nothing_new(installed: World, server: Answering) -> None:
    server.answers[OTHER] = Outcome.DEFERRED
    give_up(installed, at("2021-06-04 06:00"))
    server.answers.clear()
    installed.run_once(at("2021-06-05 06:00"))
    assert len(server.mail(ONE)) == 1
    (mail,) = server.mail(OTHER)
    assert "first day" in text_of(mail)


def test_two_missed_digests_in_a_row_are_both_carried(installed: World, server: Answering) -> None:
    server.answers[OTHER] = Outcome.DEFERRED
    give_up(installed, at("2021-06-04 06:00"))
    publish(installed, 12, "Wounds of the second day", 4)
    give_up(installed, at("2021-06-05 06:00"))
    server.answers.clear()
    publish(installed, 13, "Wounds of the third day", 5)
    installed.run_once(at("2021-06-06 06:00"))
    (mail,) = server.mail(OTHER)
    assert text_of(mail).startswith("3 new ")
    assert "Friday, 4 June 2021" in text_of(mail)
    assert [delivery.state for delivery in deliveries(installed, OTHER)] == [State.FAILED, State.FAILED, State.SENT]
    assert len({mail["Message-ID"] for mail in server.mail(ONE)}) == 3


def test_an_update_that_was_missed_is_told_again_as_it_was(installed: World, server: Answering) -> None:
    installed.run_once(at("2021-06-04 06:00"))
    installed.pubmed.collection.add(RETRACTION)
    server.answers[OTHER] = Outcome.DEFERRED
    installed.configure(("wounds", "Wounds", "wound*[tiab] OR retraction[ti]"), digest=TO_BOTH)
    give_up(installed, at("2021-06-05 06:00"))
    server.answers.clear()
    installed.run_once(at("2021-06-06 06:00"))
    changed = "Retracts “Wounds of the first day, invented” (told on Friday, 4 June 2021)"
    assert changed in text_of(server.mail(ONE)[1])
    assert changed in text_of(server.mail(OTHER)[1])


def test_a_reader_who_is_refused_is_named_to_the_others_and_the_rest_goes_on(
    installed: World, server: Answering
) -> None:
    server.answers[OTHER] = Outcome.REFUSED
    report = installed.run_once(at("2021-06-04 06:00"))
    assert report.failed
    assert [delivery.state for delivery in deliveries(installed, OTHER)] == [State.FAILED]
    publish(installed, 12, "Wounds of the second day", 4)
    installed.run_once(at("2021-06-05 06:00"))
    assert f"Failed: mail to {OTHER}: refused, says the server" in text_of(server.mail(ONE)[1])
    assert "the mail server" not in text_of(server.mail(ONE)[1]).lower()  # which did its work
    publish(installed, 13, "Wounds of the third day", 5)
    server.answers.clear()
    installed.run_once(at("2021-06-06 06:00"))
    assert [text_of(mail).startswith("1 new") for mail in server.mail(OTHER)] == [True]  # what was refused is not owed


def test_a_reader_who_is_refused_is_named_to_no_reader_of_another_digest_and_in_no_page(
    installed: World, server: Answering
) -> None:
    server.answers[OTHER] = Outcome.REFUSED
    installed.run_once(at("2021-06-04 06:00"))
    publish(installed, 12, "Wounds of the second day", 4)
    installed.run_once(at("2021-06-05 06:00"))
    assert OTHER in text_of(server.mail(ONE)[1])
    (_, unrelated) = server.mail("reader@example.org")
    assert "second day" in text_of(unrelated)
    assert OTHER not in unrelated.as_string()
    assert "Failed" not in text_of(unrelated)
    pages = [path.read_text(encoding="utf-8") for path in (installed.folder / "db" / "archive").iterdir()]
    assert len(pages) == 11  # four digests, two files each, and those that lead to them
    assert [page for page in pages if OTHER in page or "failed" in page] == []


def test_a_refused_alarm_is_told_to_the_readers_of_its_digest(installed: World) -> None:
    with installed.context(at("2021-06-04 06:00")) as context, context.store.transaction():
        alarm_id = context.store.digests.keep_alarm("both", context.now, "Invented")
        context.store.deliveries.add(alarm_id, [Frozen(recipient=OTHER, message_id="<1@x>", message=b"")], context.now)
        (delivery,) = context.store.deliveries.of_digest(alarm_id)
        context.store.deliveries.keep(replace(delivery, state=State.FAILED), context.now)
        found = {name: context.store.deliveries.undelivered(None, name) for name in ("both", "all")}
    assert {name: len(lost) for name, lost in found.items()} == {"both": 1, "all": 0}


def test_what_the_mail_server_says_of_us_is_for_no_reader_and_no_page(installed: World, server: Answering) -> None:
    def refuse() -> NoReturn:
        raise DeliveryError("127.0.0.1:2526 does not accept user w with this password; it said: 535")

    installed.transport = refuse
    installed.run_once(at("2021-06-04 06:00"))
    installed.transport = server.open
    publish(installed, 12, "Wounds of the second day", 4)
    installed.run_once(at("2021-06-05 06:00"))
    text = text_of(server.mail(ONE)[1])
    assert "Failed: the mail server: mail could not be sent (since Friday, 4 June 2021" in text
    assert not [mail for mail in server.sent if b"2526" in mail.message or b"user w" in mail.message]
    pages = [path.read_text(encoding="utf-8") for path in (installed.folder / "db" / "archive").iterdir()]
    assert pages
    assert [page for page in pages if "2526" in page or "mail server" in page] == []


def test_what_is_too_large_goes_as_titles_alone_under_an_id_of_its_own(installed: World, server: Answering) -> None:
    server.answers[OTHER] = Outcome.TOO_LARGE
    installed.run_once(at("2021-06-04 06:00"))
    whole, brief = deliveries(installed, OTHER)
    assert (whole.state, whole.successor) == (State.FAILED, brief.id)
    assert brief.state is State.FAILED  # the server finds this too large as well, and there is nothing smaller
    assert brief.message_id != whole.message_id
    assert brief.message_id.encode() in brief.message
    assert whole.recipient == brief.recipient
    with installed.context(at("2021-06-04 12:00")) as context:
        assert [one.id for one, _ in context.store.deliveries.undelivered(None)] == [brief.id]
        resend(context, whole.digest_id)
        server.answers.clear()
        deliver(context, server.open)
    (mail,) = server.mail(OTHER)
    assert mail["Message-ID"] == brief.message_id
    text = text_of(mail)
    why = "Titles and links alone: your mail server did not take the whole digest (too large, or a full mailbox). "
    assert text.startswith(why)
    assert "- Wounds of the first day, invented https://pubmed.ncbi.nlm.nih.gov/11/" in text
    assert "Matched" not in text


def test_what_befell_a_source_and_was_missed_is_told_again_as_it_was(installed: World, server: Answering) -> None:
    queries = (WOUNDS, ("retracted", "Retracted", "retraction[ti]"))
    cited = '[[cited]]\npmid = "11"\nurl = "https://pubmed.ncbi.nlm.nih.gov/11/"'
    installed.configure(*queries, digest=TO_BOTH, extra=cited)
    installed.run_once(at("2021-06-04 06:00"))
    installed.pubmed.collection.add(RETRACTION)
    server.answers[OTHER] = Outcome.DEFERRED
    (told,) = (one for one in give_up(installed, at("2021-06-05 06:00")).told if one.digest.name == "both")
    (entry,) = told.digest.sources
    server.answers.clear()
    installed.run_once(at("2021-06-06 06:00"))
    assert entry.change
    assert entry.change in text_of(server.mail(ONE)[-1])
    assert entry.change in text_of(server.mail(OTHER)[-1])


@pytest.mark.parametrize("kind", [DeliveryError, SecretError])
def test_a_server_that_refuses_us_as_a_whole_is_asked_again_after_half_an_hour_or_by_a_person(
    installed: World, server: Answering, kind: type[WatcherError]
) -> None:
    asked = []

    def refuse() -> NoReturn:
        asked.append("login")
        raise kind("the mail server does not accept user watcher")

    installed.transport = refuse
    start = at("2021-06-04 06:00")
    for minutes in (0, 1, 29):
        with suppress(SecretError):  # which makes the command end with 2
            installed.run_once(start + timedelta(minutes=minutes))
    assert len(asked) == 1
    with suppress(SecretError):
        installed.run_once(start + timedelta(minutes=31))
    assert len(asked) == 2
    assert [delivery.attempts for delivery in deliveries(installed, ONE)] == [0]
    with installed.context(start + timedelta(minutes=32)) as context:
        deliver(context, server.open, force=True)
    assert len(server.mail(ONE)) == 1


def test_a_digest_is_sent_again_to_those_who_may_not_have_it(installed: World, server: Answering) -> None:
    server.answers[OTHER] = Outcome.REFUSED
    installed.run_once(at("2021-06-04 06:00"))
    (refused,) = deliveries(installed, OTHER)
    server.answers.clear()
    with installed.context(at("2021-06-04 12:00")) as context:
        resend(context, refused.digest_id)
        (sent,) = deliver(context, server.open)
        assert (sent.state, sent.message) == (State.SENT, refused.message)
        with pytest.raises(LookupError, match="everyone has digest"):
            resend(context, refused.digest_id)
        with pytest.raises(LookupError, match=r"does not go to nobody@example\.org; it goes to one@.*, other@"):
            resend(context, refused.digest_id, "nobody@example.org")
        with pytest.raises(LookupError, match="there is no digest 99"):
            resend(context, 99)
        resend(context, refused.digest_id, ONE.upper())
        deliver(context, server.open)
    assert [mail["Message-ID"] for mail in server.mail(ONE)] == [deliveries(installed, ONE)[0].message_id] * 2


@pytest.mark.parametrize("first", [Outcome.SENT, Outcome.UNKNOWN])
def test_what_may_have_arrived_and_is_sent_again_in_vain_is_not_told_by_the_next_digest(
    installed: World, server: Answering, first: Outcome
) -> None:
    server.answers[OTHER] = first
    installed.run_once(at("2021-06-04 06:00"))
    installed.run_once(at("2021-06-04 06:16"))  # where nobody knows: a second time
    (before,) = deliveries(installed, OTHER)
    server.answers[OTHER] = Outcome.DEFERRED
    now = at("2021-06-04 08:00")
    with installed.context(now) as context:
        resend(context, before.digest_id, OTHER)
    give_up(installed, now)
    assert len([one for one in server.attempts if one.recipient == OTHER]) >= 6
    publish(installed, 12, "Wounds of the second day", 4)
    server.answers.clear()
    installed.run_once(at("2021-06-05 06:00"))
    again, new = deliveries(installed, OTHER)
    assert (again.state, again.message_id, again.successor) == (State.SENT, before.message_id, None)
    assert b"first day" in again.message
    assert b"first day" not in new.message
    assert b"second day" in new.message


def test_titles_in_the_stead_of_what_may_have_arrived_are_not_carried_over(
    installed: World, server: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed.run_once(at("2021-06-04 06:00"))
    (sent,) = deliveries(installed, OTHER)

    def send(delivery: Delivery, hand_over: Callable[[], None]) -> Attempt:
        whole = delivery.message_id == sent.message_id
        server.answers[OTHER] = Outcome.TOO_LARGE if whole else Outcome.DEFERRED
        return Answering.send(server, delivery, hand_over)

    monkeypatch.setattr(server, "send", send)
    now = at("2021-06-04 08:00")
    with installed.context(now) as context:
        resend(context, sent.digest_id, OTHER)
    give_up(installed, now)
    whole, brief = deliveries(installed, OTHER)
    assert (whole.state, whole.successor, brief.attempts) == (State.FAILED, brief.id, 5)
    publish(installed, 12, "Wounds of the second day", 4)
    installed.run_once(at("2021-06-05 06:00"))
    assert b"first day" not in deliveries(installed, OTHER)[-1].message


def test_a_message_that_may_have_arrived_is_not_owed(installed: World, server: Answering) -> None:
    installed.run_once(at("2021-06-04 06:00"))
    (sent,) = deliveries(installed, OTHER)
    with installed.context(at("2021-06-04 07:00")) as context:
        waiting = replace(sent, state=State.PENDING, attempts=5, next_attempt_at=None)
        context.store.deliveries.keep(waiting, context.now)
        assert waiting.given_up
        assert context.store.deliveries.owed("both", OTHER) is not None
        maybe = replace(waiting, dots=1)
        context.store.deliveries.keep(maybe, context.now)
        assert not maybe.given_up
        assert context.store.deliveries.owed("both", OTHER) is None

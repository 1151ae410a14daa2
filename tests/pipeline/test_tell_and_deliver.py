"""What is composed when, kept before it is attempted, and delivered once."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import date
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.fakes.pubmed_search import Vocabulary
from tests.fakes.smtp_server import PASSWORD, USER, Certificate, MailServer
from tests.pipeline.world import SKIN, WOUNDS, World, at, world
from watcher.digest.render import Body, body_of
from watcher.errors import DeliveryError
from watcher.mail.smtp import SmtpTransport
from watcher.pipeline.deliver import deliver
from watcher.pipeline.poll_pubmed import poll_pubmed
from watcher.pipeline.tell import composed, tell
from watcher.told import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from watcher.mail.outbox import Transport
    from watcher.told import Attempt, Delivery, Digest


ODD = ("wounds", "Wounds", "wound*[tiab] OR cicatrixoid[tiab]")


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    records = [article(11, title="Wounds of the skin, an invented tale", crdt=date(2021, 6, 1))]
    with world(tmp_path, Collection(records)) as installation:
        yield installation


def states(installation: World) -> list[tuple[str, str]]:
    with sqlite3.connect(installation.folder / "db" / "watcher.db") as database:
        found = list(database.execute("SELECT recipient, state FROM deliveries ORDER BY id"))
    database.close()
    return found


def test_a_digest_is_composed_at_its_turn_and_not_before(installed: World) -> None:
    installed.configure(WOUNDS, digest='schedule = "0 7 * * mon-fri"')
    friday = installed.run_once(at("2021-06-04 12:00"))
    assert friday.told[0].digest.works == 1
    installed.pubmed.collection.add(article(12, title="Wounds again, invented", crdt=date(2021, 6, 4)))
    assert installed.run_once(at("2021-06-05 12:00")).told == ()
    assert installed.run_once(at("2021-06-07 04:59")).told == ()  # 06:59 in Berlin
    assert installed.run_once(at("2021-06-07 05:00")).told[0].digest.works == 1


def test_nothing_new_makes_no_digest(installed: World) -> None:
    installed.configure(WOUNDS)
    assert installed.run_once(at("2021-06-04 12:00")).told[0].digest_id is not None
    (one,) = installed.run_once(at("2021-06-05 12:00")).told
    assert one.digest_id is None
    assert states(installed) == [("reader@example.org", "sent")]


def test_without_a_mail_server_the_digest_lies_in_the_outbox_folder(installed: World) -> None:
    installed.configure(WOUNDS)
    installed.run_once(at("2021-06-04 12:00"))
    found = sorted(path.suffix for path in (installed.folder / "db" / "outbox").iterdir())
    assert found == [".eml", ".html"]
    (mail,) = (installed.folder / "db" / "outbox").glob("*.eml")
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert message["To"] == "reader@example.org"
    body = message.get_body(("plain",))
    assert body is not None
    assert "Wounds of the skin, an invented tale" in body.get_content()


def test_what_another_digest_told_is_told_by_this_one_too(installed: World) -> None:
    extra = '[[digest]]\nname = "other"\nto = ["other@example.org", "third@example.org"]\nschedule = "0 7 * * *"'
    installed.configure(WOUNDS, SKIN, extra=extra)
    report = installed.run_once(at("2021-06-04 12:00"))
    assert [(one.digest.name, one.digest.works) for one in report.told] == [("other", 1), ("all", 1)]
    recipients = ["other@example.org", "third@example.org", "reader@example.org"]
    assert states(installed) == [(recipient, "sent") for recipient in recipients]


def test_what_all_readers_get_is_made_once(installed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(digest: Digest, attach: Sequence[str]) -> Body:
        made.append(digest.name)
        return body_of(digest, attach)

    monkeypatch.setattr("watcher.pipeline.tell.body_of", counted)
    installed.configure(WOUNDS, digest='attach = ["ris"]')
    text = installed.path.read_text(encoding="utf-8")
    text = text.replace('"reader@example.org"', '"one@example.org", "two@example.org"')
    installed.path.write_text(text, encoding="utf-8")
    report = installed.run_once(at("2021-06-04 12:00"))
    one, two = (message_from_bytes(delivery.message, policy=policy.SMTP) for delivery in report.settled)
    assert made == ["all"]
    assert (one["To"], two["To"]) == ("one@example.org", "two@example.org")
    assert one["Message-ID"] != two["Message-ID"]
    parts = [[part.get_content() for part in message.walk() if not part.is_multipart()] for message in (one, two)]
    assert len(parts[0]) == 3
    assert parts[0] == parts[1]


def test_a_crash_between_composing_and_delivering_loses_and_repeats_nothing(installed: World) -> None:
    settings = installed.configure(WOUNDS)

    class Killed(BaseException):
        pass

    @contextmanager
    def killed() -> Iterator[Transport]:
        raise Killed
        yield

    installed.transport = killed
    with pytest.raises(Killed):
        installed.run_once(at("2021-06-04 12:00"))
    assert states(installed) == [("reader@example.org", "pending")]
    installed.transport = None
    report = installed.run_once(at("2021-06-04 12:30"))
    assert report.told == ()
    assert states(installed) == [("reader@example.org", "sent")]
    with installed.context(at("2021-06-04 13:00")) as context:
        assert tell(context, settings.digests, force=True)[0].digest_id is None


def test_killed_in_the_middle_of_sending_a_message_is_unknown_and_sent_once_more(installed: World) -> None:
    installed.configure(WOUNDS)
    seen: list[bytes] = []

    class Killed(BaseException):
        pass

    class Dying:
        unreachable = None

        def send(self, delivery: Delivery, hand_over: Callable[[], None]) -> Attempt:
            seen.append(delivery.message)
            raise Killed

    @contextmanager
    def dying() -> Iterator[Transport]:
        yield Dying()

    installed.transport = dying
    with pytest.raises(Killed):
        installed.run_once(at("2021-06-04 12:00"))
    assert states(installed) == [("reader@example.org", "sending")]
    installed.transport = None
    installed.run_once(at("2021-06-04 12:05"))
    assert states(installed) == [("reader@example.org", "unknown")]
    installed.run_once(at("2021-06-04 12:30"))
    assert states(installed) == [("reader@example.org", "sent")]
    (mail,) = (installed.folder / "db" / "outbox").glob("*.eml")
    assert mail.read_bytes() == seen[0]


def test_over_starttls_with_login_and_with_the_server_down_once(installed: World, tmp_path: Path) -> None:
    installed.configure(WOUNDS)
    certificate = Certificate.made_in(tmp_path)
    with MailServer(certificate) as server:
        port = server.port

        @contextmanager
        def smtp() -> Iterator[Transport]:
            transport = SmtpTransport(
                "localhost",
                port,
                "starttls",
                sender="watcher@example.org",
                user=USER,
                password=PASSWORD,
                ssl_context=certificate.for_client(),
            )
            with transport:
                yield transport

        installed.transport = smtp
        first = installed.run_once(at("2021-06-04 12:00"))
        assert not first.failed
        assert len(server.received) == 1
    installed.pubmed.collection.add(article(12, title="Wounds again, invented", crdt=date(2021, 6, 4)))
    down = installed.run_once(at("2021-06-05 12:00"))
    assert down.failed
    assert down.told[0].digest.works == 1
    assert states(installed)[-1] == ("reader@example.org", "pending")
    with MailServer(certificate, port=port) as server:
        up = installed.run_once(at("2021-06-06 12:00"))
        assert not up.failed
        assert [delivery.state for delivery in up.settled] == [State.SENT]
        assert installed.run_once(at("2021-06-07 12:00")).settled == ()
        assert len(server.received) == 1
        assert "Wounds again, invented" in str(message_from_bytes(server.received[0].content, policy=policy.default))


def test_a_server_that_refuses_our_login_is_said_and_everything_waits(installed: World) -> None:
    installed.configure(WOUNDS)

    @contextmanager
    def refusing() -> Iterator[Transport]:
        raise DeliveryError("the mail server does not accept user watcher")
        yield

    installed.transport = refusing
    report = installed.run_once(at("2021-06-04 12:00"))
    assert report.refusal == "the mail server does not accept user watcher"
    assert states(installed) == [("reader@example.org", "pending")]
    installed.pubmed.collection.add(article(12, title="Wounds again, invented", crdt=date(2021, 6, 4)))
    (one,) = installed.run_once(at("2021-06-05 12:00")).told
    assert [failure.what for failure in one.digest.receipt.failures] == ["the mail server"]
    installed.transport = None
    with installed.context(at("2021-06-05 13:00")) as context:
        assert len(deliver(context, installed.folder_transport)) == 2


def test_what_an_outage_held_back_is_told_when_it_is_over_and_the_outage_with_it(installed: World) -> None:
    installed.configure(WOUNDS)
    installed.pubmed.faults = lambda request: Answer(503, b"maintenance")
    (during,) = installed.run_once(at("2021-06-04 05:05")).told
    assert (during.digest_id, during.waits) == (None, True)
    installed.pubmed.faults = lambda request: None
    (after,) = installed.run_once(at("2021-06-04 06:05")).told
    assert after.digest.works == 1
    (failure,) = after.digest.receipt.failures
    assert failure.what == "PubMed, wounds"
    assert failure.why.startswith("it failed, and works again: ")
    assert "HTTP 503" in failure.why
    assert installed.run_once(at("2021-06-04 07:05")).told == ()


def test_a_source_that_stays_dead_does_not_move_digests_to_odd_hours_for_ever(installed: World) -> None:
    installed.configure(WOUNDS, feeds={"gone": installed.feeds.root + "/gone.xml"})
    installed.run_once(at("2021-06-04 12:00"))
    (same_day,) = installed.run_once(at("2021-06-05 06:00")).told
    assert same_day.waits
    (later,) = installed.run_once(at("2021-06-05 12:30")).told
    assert not later.waits
    assert installed.run_once(at("2021-06-05 13:00")).told == ()


def test_a_digest_before_the_first_poll_keeps_its_turn(installed: World) -> None:
    settings = installed.configure(WOUNDS)
    with installed.context(at("2021-06-04 12:00")) as context:
        (told,) = tell(context, settings.digests)
    assert told.waits
    assert installed.run_once(at("2021-06-04 12:01")).told[0].digest.works == 1


def test_what_pubmed_says_of_a_term_is_told_once_while_it_says_so(installed: World) -> None:
    """And once to each digest; when it has ceased for an edition and comes back, it is news again."""
    installed.pubmed.vocabulary = Vocabulary()  # says what it has not got
    installed.configure(ODD)
    said = "wounds: PubMed did not find “cicatrixoid”"

    def notes(day: int) -> tuple[str, ...]:
        crdt = date(2021, 6, day - 1)
        installed.pubmed.collection.add(article(100 + day, title=f"Wounds of day {day}, invented", crdt=crdt))
        (one,) = installed.run_once(at(f"2021-06-{day:02} 12:00")).told
        assert one.digest_id is not None
        return tuple(note for note in one.digest.receipt.notes if note == said)

    assert [notes(4), notes(5), notes(6)] == [(said,), (), ()]
    installed.configure(WOUNDS)
    assert notes(7) == ()
    installed.configure(ODD)
    assert [notes(8), notes(9)] == [(said,), ()]


def test_a_preview_takes_no_note_for_told(installed: World) -> None:
    installed.pubmed.vocabulary = Vocabulary()
    settings = installed.configure(ODD)
    with installed.context(at("2021-06-04 12:00")) as context:
        poll_pubmed(context, settings.queries)
        for _ in range(2):
            notes = composed(context, settings.digests[0]).receipt.notes
            assert notes == ("wounds: PubMed did not find “cicatrixoid”",)

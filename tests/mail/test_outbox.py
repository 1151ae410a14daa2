from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.mail.outbox import after, anew, claim, due, freeze, handed_over, put_off, recovered
from watcher.told import Attempt, Delivery, Outcome, State

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
FRESH = Delivery(
    id=1, digest_id=1, recipient="r@example.org", message_id="<1@example.org>", message=b"Subject: x\r\n\r\n"
)
PAST = NOW - timedelta(minutes=1)
AHEAD = NOW + timedelta(minutes=1)


def attempted(delivery: Delivery, outcome: Outcome, now: datetime = NOW) -> Delivery:
    return after(claim(delivery, now), Attempt(outcome, "the server's words"), now)


@pytest.mark.parametrize(
    ("state", "next_attempt_at", "is_due", "is_due_by_force"),
    [
        (State.PENDING, None, False, True),  # given up
        (State.PENDING, PAST, True, True),
        (State.PENDING, NOW, True, True),
        (State.PENDING, AHEAD, False, True),
        (State.UNKNOWN, PAST, True, True),
        (State.UNKNOWN, AHEAD, False, False),
        (State.UNKNOWN, None, False, False),
        (State.SENDING, None, False, False),
        (State.SENDING, PAST, False, False),
        (State.SENT, None, False, False),
        (State.FAILED, None, False, False),
    ],
)
def test_what_is_due(state: State, next_attempt_at: datetime | None, is_due: bool, is_due_by_force: bool) -> None:
    delivery = replace(FRESH, state=state, attempts=1, next_attempt_at=next_attempt_at)
    assert due(delivery, NOW) is is_due
    assert due(delivery, NOW, force=True) is is_due_by_force


def test_what_was_never_attempted_is_due_at_once() -> None:
    assert due(FRESH, NOW)


@pytest.mark.parametrize(
    ("outcome", "state", "error"),
    [
        (Outcome.SENT, State.SENT, None),
        (Outcome.DEFERRED, State.PENDING, "the server's words"),
        (Outcome.REFUSED, State.FAILED, "the server's words"),
        (Outcome.TOO_LARGE, State.FAILED, "the server's words"),
        (Outcome.UNKNOWN, State.UNKNOWN, "the server's words"),
    ],
)
def test_the_first_attempt(outcome: Outcome, state: State, error: str | None) -> None:
    delivery = attempted(FRESH, outcome)
    assert (delivery.state, delivery.attempts, delivery.error) == (state, 1, error)


@pytest.mark.parametrize(
    ("outcome", "state", "again"),
    [
        (Outcome.SENT, State.SENT, False),
        (Outcome.DEFERRED, State.UNKNOWN, True),
        (Outcome.REFUSED, State.FAILED, False),
        (Outcome.UNKNOWN, State.UNKNOWN, False),
    ],
)
def test_the_second_copy_of_an_unknown_one(outcome: Outcome, state: State, again: bool) -> None:
    unknown = attempted(FRESH, Outcome.UNKNOWN)
    assert unknown.next_attempt_at == NOW + QUARTER

    repeated = attempted(unknown, outcome, NOW + QUARTER)

    assert (repeated.state, repeated.attempts) == (state, 2)
    assert due(repeated, NOW + timedelta(days=365), force=True) is again
    assert (repeated.message, repeated.message_id) == (FRESH.message, FRESH.message_id)


def test_a_deferred_one_waits_longer_each_time_and_up_to_a_tenth_more_then_for_the_next_digest() -> None:
    delivery, now, waits = FRESH, NOW, []
    for _ in range(4):
        delivery = attempted(delivery, Outcome.DEFERRED, now)
        assert delivery.next_attempt_at is not None
        waits.append((delivery.next_attempt_at - now) / timedelta(minutes=1))
        now = delivery.next_attempt_at
    bases = [5, 15, 60, 240]
    assert all(base <= wait <= 1.1 * base for base, wait in zip(bases, waits, strict=True)), waits
    other = attempted(replace(FRESH, message_id="<2@example.org>"), Outcome.DEFERRED)
    assert other.next_attempt_at != attempted(FRESH, Outcome.DEFERRED).next_attempt_at
    assert attempted(FRESH, Outcome.DEFERRED) == attempted(FRESH, Outcome.DEFERRED)

    given_up = attempted(delivery, Outcome.DEFERRED, now)
    assert given_up.given_up
    assert (given_up.state, given_up.attempts, given_up.next_attempt_at) == (State.PENDING, 5, None)
    assert not due(given_up, now + timedelta(days=365))
    assert attempted(given_up, Outcome.SENT).state is State.SENT  # by `watcher deliver`


def test_the_second_copy_of_an_unknown_one_is_never_given_up_because_no_other_message_tells_it() -> None:
    delivery, now = attempted(FRESH, Outcome.UNKNOWN), NOW
    for _ in range(9):
        assert delivery.next_attempt_at is not None
        assert delivery.next_attempt_at - now < timedelta(hours=4.5)
        now = delivery.next_attempt_at
        delivery = attempted(delivery, Outcome.DEFERRED, now)
        assert (delivery.state, delivery.given_up) == (State.UNKNOWN, False)
    assert attempted(delivery, Outcome.UNKNOWN, now + timedelta(hours=5)).next_attempt_at is None


def test_a_success_clears_what_went_wrong_before() -> None:
    deferred = attempted(FRESH, Outcome.DEFERRED)
    assert deferred.error
    assert attempted(deferred, Outcome.SENT).error is None


def test_a_kill_at_the_dot_leaves_it_unknown_and_a_second_one_for_good() -> None:
    once = recovered(handed_over(claim(FRESH, NOW)), NOW)
    assert (once.state, once.next_attempt_at) == (State.UNKNOWN, NOW + QUARTER)
    twice = recovered(handed_over(claim(once, NOW + QUARTER)), NOW + QUARTER)
    assert (twice.state, twice.next_attempt_at, twice.attempts) == (State.UNKNOWN, None, 2)


def test_kills_before_the_dot_are_made_up_as_often_as_they_come() -> None:
    delivery, now = FRESH, NOW
    for _ in range(9):
        delivery = recovered(claim(delivery, now), now)
        assert (delivery.state, delivery.next_attempt_at) == (State.UNKNOWN, now + QUARTER)
        now += QUARTER
    assert attempted(delivery, Outcome.SENT, now).state is State.SENT


@pytest.mark.parametrize("before", [FRESH, attempted(FRESH, Outcome.UNKNOWN)], ids=["fresh", "unknown"])
def test_a_refusal_of_us_as_a_whole_is_no_attempt_and_waits_half_an_hour_or_for_a_person(before: Delivery) -> None:
    waiting = put_off(before, "login refused", NOW)
    half_an_hour = NOW + timedelta(minutes=30)
    assert waiting == replace(before, next_attempt_at=half_an_hour, error="login refused")
    assert not due(waiting, half_an_hour - timedelta(seconds=1))
    assert due(waiting, half_an_hour)
    assert due(put_off(FRESH, "", NOW), NOW, force=True)


def test_what_a_person_asks_for_again_is_as_new_in_the_same_bytes_but_for_that_it_may_have_arrived() -> None:
    once = attempted(FRESH, Outcome.UNKNOWN)
    assert anew(attempted(FRESH, Outcome.REFUSED)) == FRESH
    for before in (once, attempted(once, Outcome.UNKNOWN, NOW + QUARTER), attempted(FRESH, Outcome.SENT)):
        assert anew(before) == replace(FRESH, dots=1)
    assert anew(attempted(once, Outcome.REFUSED, NOW + QUARTER)) == replace(FRESH, dots=1)


def test_what_may_have_arrived_is_not_given_up_when_a_person_asks_for_it_again() -> None:
    delivery, now = anew(attempted(FRESH, Outcome.SENT)), NOW
    for _ in range(9):
        delivery = attempted(delivery, Outcome.DEFERRED, now)
        assert (delivery.state, delivery.given_up) == (State.UNKNOWN, False)
        assert delivery.next_attempt_at is not None
        now = delivery.next_attempt_at
    assert attempted(delivery, Outcome.SENT, now).state is State.SENT


@pytest.mark.parametrize("state", [State.SENDING, State.SENT, State.FAILED, State.UNKNOWN])
def test_what_must_not_be_attempted_cannot_be_claimed(state: State) -> None:
    with pytest.raises(ValueError, match=f"is {state}"):
        claim(replace(FRESH, state=state), NOW)


def test_only_a_claimed_one_can_have_been_attempted() -> None:
    with pytest.raises(ValueError, match="not claimed"):
        after(FRESH, Attempt(Outcome.SENT), NOW)
    with pytest.raises(ValueError, match="not claimed"):
        recovered(FRESH, NOW)
    with pytest.raises(ValueError, match="not claimed"):
        handed_over(FRESH)


Happening = Outcome | str
HAPPENINGS: list[Happening] = [*Outcome, "killed before the dot", "killed at the dot", "refused as a whole"]


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 600), st.booleans()), max_size=30))
def test_whatever_happens_nothing_sent_is_due_again_and_nothing_is_lost_in_silence(
    story: list[tuple[Happening, int, bool]],
) -> None:
    delivery, now = FRESH, NOW
    dots = 0
    for happening, minutes, force in story:
        now += timedelta(minutes=minutes)
        if not due(delivery, now, force=force):
            continue
        assert delivery.state not in {State.SENT, State.FAILED}
        before, claimed = delivery, claim(delivery, now)
        match happening:
            case Outcome():
                delivery = after(claimed, Attempt(happening), now)
            case "killed before the dot":
                delivery = recovered(claimed, now)
            case "killed at the dot":
                delivery = recovered(handed_over(claimed), now)
            case _:
                delivery = put_off(before, "", now)
        dots += happening in {Outcome.UNKNOWN, "killed at the dot"}
        assert delivery.dots == dots
        assert (delivery.state is State.SENT) is (happening is Outcome.SENT)
        assert (delivery.message, delivery.message_id) == (FRESH.message, FRESH.message_id)
    assert dots <= 2
    settled = delivery.state in {State.SENT, State.FAILED} or delivery.given_up or delivery.next_attempt_at is None
    assert due(delivery, now + timedelta(days=1)) is (not settled or delivery == FRESH)


def message(subject: str = "Two new works", text: str = "Text.\n", page: str = "<p>Text.</p>") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Watcher <watcher@example.org>"
    made["To"] = "reader@example.org"
    made["Subject"] = subject
    made["Message-ID"] = "<1@example.org>"
    made["List-Unsubscribe"] = f"<mailto:watcher@example.org?subject=stop>, <https://example.org/{'stop/' * 15}>"
    made.set_content(text)
    made.add_alternative(page, subtype="html")
    return made


def test_frozen_bytes_are_seven_bit_with_crlf_and_read_back_the_same() -> None:
    text = "Über 300 µm: κ-Carrageenan, 幹細胞.\n.\nFrom the start\n" + "long " * 400 + "\n"
    frozen = freeze(message("Exosomes – 皮膚 and more " * 6, text))
    assert frozen.isascii()
    assert frozen.endswith(b"\r\n")
    assert b"\n" not in frozen.replace(b"\r\n", b"")
    assert max(len(line) for line in frozen.split(b"\r\n")) <= 998
    read_back = message_from_bytes(frozen, policy=policy.default)
    body = read_back.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == text
    assert read_back["Subject"] == "Exosomes – 皮膚 and more " * 6


def test_a_long_list_unsubscribe_is_folded_but_never_encoded() -> None:
    made = message()
    raw = freeze(made).partition(b"\r\n\r\n")[0]
    assert b"=?" not in raw
    unfolded = raw.replace(b"\r\n ", b" ").decode()
    assert f"List-Unsubscribe: {made['List-Unsubscribe']}" in unfolded.split("\r\n")


def test_a_long_message_id_stays_on_its_line() -> None:
    made = message()
    del made["Message-ID"]
    made["Message-ID"] = f"<{'1' * 90}@example.org>"
    assert f"\r\nMessage-ID: <{'1' * 90}@example.org>\r\n".encode() in freeze(made)


def test_a_message_that_ends_within_a_line_is_ended() -> None:
    made = EmailMessage()
    made["Subject"] = "x"
    made.set_payload("no line end")
    assert freeze(made).endswith(b"\r\n\r\nno line end\r\n")


def test_what_would_break_the_wire_is_not_frozen() -> None:
    made = message()
    made["List-Help"] = f"<https://example.org/{'a' * 1000}>"
    with pytest.raises(ValueError, match="998"):
        freeze(made)
    with pytest.raises(ValueError, match="7-bit text with CRLF"):
        freeze(message(text="\0"))


def test_a_text_that_holds_the_boundary_is_not_frozen() -> None:
    made = message(text="before\n--the-boundary\n\nafter\n")
    made.set_boundary("the-boundary")
    with pytest.raises(ValueError, match="read back"):
        freeze(made)


PRINTED = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))


WITHOUT_NUL = st.text(max_size=300).map(lambda text: text.replace("\0", ""))


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(st.text(PRINTED, max_size=150), WITHOUT_NUL, st.text(PRINTED, max_size=150))
def test_any_text_without_nul_can_be_frozen(subject: str, text: str, page: str) -> None:
    assert freeze(message(subject, text, page)).isascii()

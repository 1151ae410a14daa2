"""When a cron line is due: no turn is taken twice, none is passed over, on a clock that jumps twice a year."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.cron import CronError, check_cron, is_due, last_due, next_due

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
# The two changes of each place in 2026, in UTC.
CHANGES = [
    (BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC)),
]
LINES = [
    "30 2 * * *", "0 2 * * *", "0 3 * * *", "30 1 * * *", "59 1 * * 0", "5,35 1-3 * * *", "0 0 * * *",
    "0 7 * * mon-fri", "*/30 2 * * *", "0 */2 * * *", "15 */6 * * *", "0 * * * *", "*/20 * * * *", "0 0 1 * *",
    "0 2 29 3 *",
]  # fmt: skip


def turns(line: str, zone: ZoneInfo, first: datetime, last: datetime) -> list[datetime]:
    found = []
    while (first := next_due(line, first, zone)) <= last:
        found.append(first)
    return found


def local(zone: ZoneInfo, *parts: int) -> datetime:
    year, month, day, *clock = parts
    hour, minute = (*clock, 0, 0)[:2]
    return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize("line", [*LINES, "0 0 29 2 *", "0 0 * * 0", "0 0 * * 7", "0 0 * * sun", "0 0 l * *"])
def test_a_cron_line_is_taken(line: str) -> None:
    check_cron(line)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "0 fields"),
        ("0 7 * *", "4 fields"),
        ("0 0 7 * * *", "6 fields"),
        ("@daily", "1 fields"),
        ("60 * * * *", "bad minute"),
        ("0 24 * * *", "bad hour"),
        ("0 7 * * 8", "bad day-of-week"),
        ("0 0 30 2 *", "bad day-of-month"),
        ("0 7 * * montag", "bad day-of-week"),
        ("0 0 */29 2 sun#5", "no such day ever comes"),
        ("² * * * *", "bad minute"),
        ("0" * 5000 + " 7 * * *", "fields"),
    ],
)
def test_what_is_no_cron_line_is_refused_with_why_and_an_example(line: str, why: str) -> None:
    with pytest.raises(CronError, match=why) as raised:
        check_cron(line)
    assert '"0 7 * * mon-fri"' in str(raised.value)
    assert len(str(raised.value)) < 250


@given(st.text(max_size=30) | st.from_regex(r"([0-9*/,#LW-]{1,4} ){4}[0-9*/,#LSUN-]{1,5}", fullmatch=True))
@settings(deadline=None, max_examples=100)
def test_any_text_is_a_line_that_comes_due_or_an_error(line: str) -> None:
    try:
        check_cron(line)
    except CronError:
        return
    now = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert last_due(line, now, BERLIN) <= now < next_due(line, now, BERLIN)


@pytest.mark.parametrize("weekday", ["0", "7", "sun", "SUN"])
def test_0_and_7_are_sunday(weekday: str) -> None:
    assert next_due(f"0 7 * * {weekday}", local(BERLIN, 2026, 3, 2), BERLIN) == local(BERLIN, 2026, 3, 8, 7)


def test_7_00_stays_7_00_on_the_clock_of_the_place_when_the_clock_changes() -> None:
    found = turns("0 7 * * *", BERLIN, local(BERLIN, 2026, 3, 28), local(BERLIN, 2026, 3, 30, 12))
    assert [turn.astimezone(BERLIN).strftime("%d %H:%M") for turn in found] == ["28 07:00", "29 07:00", "30 07:00"]
    assert found[1] - found[0] == timedelta(hours=23)


def test_a_time_that_the_clock_skips_falls_on_the_change_and_one_that_it_repeats_counts_once() -> None:
    spring = turns("30 2 * * *", BERLIN, local(BERLIN, 2026, 3, 29), local(BERLIN, 2026, 3, 29, 23))
    assert [turn.astimezone(BERLIN).strftime("%H:%M") for turn in spring] == ["03:00"]
    autumn = turns("30 2 * * *", BERLIN, local(BERLIN, 2026, 10, 25), local(BERLIN, 2026, 10, 25, 23))
    assert autumn == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("line", LINES)
def test_backward_and_forward_agree_on_every_turn_round_a_change(line: str, zone: ZoneInfo, change: datetime) -> None:
    reach = timedelta(days=400 if line in {"0 0 1 * *", "0 2 29 3 *"} else 8)
    everything = turns(line, zone, change - reach, change + reach)
    now = change - timedelta(hours=4)
    while now <= change + timedelta(hours=4):
        following = bisect_right(everything, now)
        assert last_due(line, now, zone) == everything[following - 1]
        assert next_due(line, now, zone) == everything[following]
        now += timedelta(minutes=11, seconds=7)


@given(
    st.sampled_from(CHANGES),
    st.sampled_from(LINES),
    st.lists(st.integers(1, 60 * 24 * 120), min_size=1, max_size=25),
)
@settings(deadline=None, max_examples=100)
def test_whenever_one_looks_each_turn_is_taken_once_and_none_is_passed_over(
    place: tuple[ZoneInfo, datetime], line: str, steps: list[int]
) -> None:
    zone, change = place
    start = now = change - timedelta(days=2)
    last, taken = start, 0
    for step in steps:
        before, now = now, now + timedelta(seconds=step)
        between = turns(line, zone, before, now)
        due = is_due(line, last, now, zone)
        assert due == bool(between)  # at the first look after a turn, and never again
        if due:
            last, taken = now, taken + 1
    assert taken <= len(turns(line, zone, start, now))


def test_what_never_had_a_turn_is_due_at_once_and_a_turn_at_this_very_moment_counts() -> None:
    seven = local(BERLIN, 2026, 3, 2, 7)
    assert is_due("0 7 * * *", None, seven, BERLIN)
    assert is_due("0 7 * * *", seven - timedelta(microseconds=1), seven, BERLIN)
    assert not is_due("0 7 * * *", seven, seven + timedelta(hours=23, minutes=59), BERLIN)

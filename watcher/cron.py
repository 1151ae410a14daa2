"""When something is due by a cron line (five fields, 0 and 7 both Sunday), on the wall clock of a time zone.

Reading the line and daylight saving are cronsim's, which does as Debian's cron does: with hour and minute given, a
time that the clock skips falls on the change, and one that it repeats counts once; a line whose hour or minute begins
with * goes by the clock as it is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_LONGEST_LINE = 200
_LONGEST_REPEAT = timedelta(hours=3)  # more than any clock is set back by


class CronError(ValueError):
    """The line is no cron line; the text says so with an example."""


def check_cron(line: str) -> None:
    """Raises CronError unless the line is one that will ever come due."""
    from cronsim import CronSim, CronSimError

    why = f"{len(line.split())} fields in place of five"
    if len(line.split()) == 5 and len(line) <= _LONGEST_LINE:
        try:
            next(CronSim(line, datetime(2024, 1, 1, tzinfo=UTC)))
        except CronSimError as error:
            why = str(error).lower()
        except StopIteration:
            why = "no such day ever comes"
        else:
            return
    shown = line if len(line) <= 60 else line[:60] + "…"
    raise CronError(
        f'{shown!r} is no cron line ({why}): minute hour day month weekday are meant, such as "0 7 * * mon-fri"'
    )


def last_due(line: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The latest moment at or before `now` at which the line came due, in UTC."""
    from cronsim import CronSim

    # Its reverse direction excludes the moment it starts from, and works on whole minutes; and from within an hour that
    # the clock repeats it does not see the turns of the first time: so it starts behind both.
    behind = now.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    if behind.astimezone(zone).fold:
        behind += _LONGEST_REPEAT
    turns = CronSim(line, behind.astimezone(zone), reverse=True)
    return next(turn for each in turns if (turn := each.astimezone(UTC)) <= now)


def next_due(line: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after `now` at which the line comes due, in UTC."""
    from cronsim import CronSim

    # In an hour that the clock repeats, it offers the turns of the first time again.
    turns = CronSim(line, now.astimezone(zone))
    return next(turn for each in turns if (turn := each.astimezone(UTC)) > now)


def is_due(line: str, last: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a turn of the line lies after `last` and not after `now`. What never had a turn is due at once."""
    return last is None or last < last_due(line, now, zone)

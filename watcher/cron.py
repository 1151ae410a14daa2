"""When something is due by a cron line (five fields, 0 and 7 both Sunday), on the wall clock of a time zone.

Reading the line and daylight saving are cronsim's, which does as Debian's cron does: a time that the clock skips falls
on the change, a time that it repeats counts once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class CronError(ValueError):
    """The line is no cron line; the text says so with an example."""


def check_cron(line: str) -> None:
    """Raises CronError unless the line is one that will ever come due."""
    from cronsim import CronSim, CronSimError

    if len(line.split()) == 5:
        try:
            next(CronSim(line, datetime(2024, 1, 1, tzinfo=UTC)))
        except (CronSimError, StopIteration):
            pass
        else:
            return
    raise CronError(f'{line!r} is no cron line: minute hour day month weekday, such as "0 7 * * mon-fri"')


def last_due(line: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The latest moment at or before `now` at which the line came due, in UTC."""
    from cronsim import CronSim

    # Its reverse direction excludes the moment it starts from, and works on whole minutes.
    start = now.astimezone(zone).replace(second=0, microsecond=0)
    return next(CronSim(line, _minute_later(start), reverse=True)).astimezone(UTC)


def next_due(line: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after `now` at which the line comes due, in UTC."""
    from cronsim import CronSim

    return next(CronSim(line, now.astimezone(zone))).astimezone(UTC)


def is_due(line: str, last: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a turn of the line lies after `last` and not after `now`. What never had a turn is due at once."""
    return last is None or last < last_due(line, now, zone)


def _minute_later(moment: datetime) -> datetime:
    return (moment.astimezone(UTC) + timedelta(minutes=1)).astimezone(moment.tzinfo)

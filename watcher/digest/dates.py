"""Dates and moments in words for readers, in English, whatever the locale of the machine."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PUBLISHED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def in_words(published: str | None) -> str:
    """A publication date as precise as it is given: "3 June 2021", "June 2021", "2021"; empty where there is none.

    A day or month that no calendar has ("2021-06-31") is left out rather than shown.
    """
    found = _PUBLISHED.fullmatch((published or "").strip())
    if found is None:
        return ""
    year, month, day = found[1], int(found[2] or 0), int(found[3] or 0)
    if not 1 <= month <= len(_MONTHS):
        return year
    try:
        return calendar_day(date(int(year), month, day))
    except ValueError:
        return f"{_MONTHS[month - 1]} {year}"


def calendar_day(day: date) -> str:
    """A day with its month in words: "3 June 2021"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def day_in(zone: str, at: datetime) -> str:
    """The day of an aware moment in an IANA zone, with its weekday: "Thursday, 3 June 2021"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_DAYS[local.weekday()]}, {calendar_day(local.date())}"


def since_in(zone: str, at: datetime, now: datetime) -> str:
    """Since when, seen from a later moment, as short as it is clear: "since Tuesday", "since 1 June"; with the year of
    another.
    """
    then, today = at.astimezone(ZoneInfo(zone)).date(), now.astimezone(ZoneInfo(zone)).date()
    if (today - then).days < len(_DAYS):
        return f"since {_DAYS[then.weekday()]}" if then != today else f"since {at.astimezone(ZoneInfo(zone)):%H:%M}"
    return f"since {calendar_day(then)}" if then.year != today.year else f"since {then.day} {_MONTHS[then.month - 1]}"


def moment_in(zone: str, at: datetime) -> str:
    """An aware moment to the minute in an IANA zone: "Thursday, 3 June 2021, 07:00"."""
    return f"{day_in(zone, at)}, {at.astimezone(ZoneInfo(zone)):%H:%M}"

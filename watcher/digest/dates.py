"""Dates and moments in words for readers, whatever the locale of the machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from watcher.digest.date_words import LANGUAGES, DateWords

_PUBLISHED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Dates:
    """Those of an IANA zone, in a language of `date_words`."""

    zone: str
    language: str = "en"

    def published(self, text: str | None) -> str:
        """A publication date as precise as it is given: "3 June 2021", "June 2021", "2021"; empty where there is none.

        A day or month that no calendar has ("2021-06-31") is left out rather than shown.
        """
        found = _PUBLISHED.fullmatch((text or "").strip())
        if found is None:
            return ""
        year, month, day = found[1], int(found[2] or 0), int(found[3] or 0)
        if not 1 <= month <= len(self._words.months):
            return year
        try:
            return self.calendar_day(date(int(year), month, day))
        except ValueError:
            return self._words.month.format(month=self._words.months[month - 1], year=year)

    def calendar_day(self, day: date) -> str:
        """A day with its month in words: "3 June 2021"."""
        return self._words.day.format(day=day.day, month=self._words.months[day.month - 1], year=day.year)

    def day(self, at: datetime) -> str:
        """The day of an aware moment, with its weekday: "Thursday, 3 June 2021"."""
        local = self._local(at).date()
        weekday = self._words.weekdays[local.weekday()]
        return self._words.with_weekday.format(weekday=weekday, date=self.calendar_day(local))

    def moment(self, at: datetime) -> str:
        """An aware moment to the minute: "Thursday, 3 June 2021, 07:00"."""
        return f"{self.day(at)}, {self._local(at):%H:%M}"

    def since(self, at: datetime, now: datetime) -> str:
        """An earlier moment, seen from now, as shortly as it is clear: "Tuesday", "1 June"; with another year's number,
        and the hour of a moment of today.
        """
        then, today = self._local(at), self._local(now).date()
        if then.date() == today:
            return f"{then:%H:%M}"
        if (today - then.date()).days < _WEEK:
            return self._words.weekdays[then.weekday()]
        if then.year != today.year:
            return self.calendar_day(then.date())
        return self._words.without_year.format(day=then.day, month=self._words.months[then.month - 1])

    @property
    def _words(self) -> DateWords:
        return LANGUAGES[self.language]

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))

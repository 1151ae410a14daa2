"""Dates as PubMed's records give them: whole days in figures, and an issue's date in whatever way it is printed."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element as Element

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_HISTORY = frozenset({"entrez", "pubmed", "medline"})
_DATE = re.compile(r"\s*((?:1[5-9]|20)\d\d)(?:\s+([a-z]{3,9}|\d\d?)(?:\s+(\d\d?))?)?\s*", re.IGNORECASE | re.ASCII)
_YEAR_OR_NAME = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|[a-z]+", re.IGNORECASE | re.ASCII)


def history_of(history: Element | None) -> dict[str, date | None]:
    """CRDT, EDAT and MHDA by their names in the XML: "entrez", "pubmed" and "medline"."""
    if history is None:
        return {}
    return {status: day_of(child) for child in history if (status := child.get("PubStatus", "")) in _HISTORY}


def day_of(element: Element | None) -> date | None:
    """A whole date in figures: Year, Month and Day are always in this order, and in History an hour follows."""
    return None if element is None else _day(*_texts(islice(element, 3)))


# Remembered, as issues' dates are below, for thousands of records bear the days of a few weeks.
@lru_cache(1024)
def _day(year: str = "", month: str = "", day: str = "") -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):  # figures that are no date, or too many of them
        return None


def _texts(elements: Iterable[Element] | None) -> list[str]:
    return [] if elements is None else [element.text or "" for element in elements]


def published(issued: Element | None, online: Element | None) -> str | None:
    """The earlier of the issue's date and the electronic one: the more precise where the one lies within the other."""
    first, last = _period(" ".join(_texts(issued)))
    electronic, _ = _period(" ".join(_texts(online)))
    if not first or not electronic:
        return electronic or first or None
    if first <= electronic[: len(first)] and electronic[: len(last)] <= last:
        return electronic
    return min(first, electronic)


@lru_cache(1024)
def _period(text: str) -> tuple[str, str]:
    """The first and last of "2021", "2021-06" or "2021-06-03" in a date as PubMed prints it; empty without a year.

    "2021 Jun 3", "2021 06 03", "2021 May-Jun", "1998 Dec-1999 Jan", "2021 Spring", "2021 3rd Quarter", "Winter 2016",
    "1944-1945". A season, a quarter and January to December are no more precise than their year.
    """
    if whole := _DATE.fullmatch(text):
        year, name, number = whole.groups()
        month = _MONTHS.get((name or "")[:3].lower()) or int(name if name and name.isdigit() else 0)
        if not 1 <= month <= 12:
            return year, year
        try:
            day = date(int(year), month, int(number or 0)).isoformat()
        except ValueError:
            day = f"{year}-{month:02}"
        return day, day
    year, days = "", []
    for word in _YEAR_OR_NAME.findall(text):
        if word.isdigit():
            year = word
            days.append(year)
        elif year and word[:3].lower() in _MONTHS:
            if days[-1] == year:
                days.pop()
            days.append(f"{year}-{_MONTHS[word[:3].lower()]:02}")
    if not days:
        return "", ""
    first, last = days[0], days[-1]
    return (first[:4], last[:4]) if first.endswith("-01") and last.endswith("-12") else (first, last)

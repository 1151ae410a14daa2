"""Dates in each language, as its readers write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.digest import invented
from watcher.digest.date_words import LANGUAGES
from watcher.digest.dates import Dates
from watcher.digest.render import plain_text

AT = datetime(2021, 3, 1, 23, 30, tzinfo=UTC)  # the next day in Berlin


@pytest.mark.parametrize(
    ("language", "moment", "month", "since"),
    [
        ("en", "Tuesday, 2 March 2021, 00:30", "March 2021", "2 March"),
        ("de", "Dienstag, 2. März 2021, 00:30", "März 2021", "2. März"),
        ("es", "martes, 2 de marzo de 2021, 00:30", "marzo de 2021", "2 de marzo"),
        ("fr", "mardi 2 mars 2021, 00:30", "mars 2021", "2 mars"),
        ("it", "martedì 2 marzo 2021, 00:30", "marzo 2021", "2 marzo"),
        ("nl", "dinsdag 2 maart 2021, 00:30", "maart 2021", "2 maart"),
        ("pt", "terça-feira, 2 de março de 2021, 00:30", "março de 2021", "2 de março"),
    ],
)
def test_each_language_has_its_words_and_its_order(language: str, moment: str, month: str, since: str) -> None:
    dates = Dates("Europe/Berlin", language)
    assert dates.moment(AT) == moment
    assert dates.published("2021-03") == month
    assert dates.since(AT, datetime(2021, 6, 1, tzinfo=UTC)) == since


def test_no_language_lacks_a_month_or_a_day() -> None:
    assert all(len(set(words.months)) == 12 and len(set(words.weekdays)) == 7 for words in LANGUAGES.values())


def test_a_digest_has_its_dates_in_its_language() -> None:
    digest = replace(invented.digest(invented.entry(0)), language="de")
    text = " ".join(plain_text(digest).split())
    assert "1 new since Dienstag · 1 source failed" in text
    assert "Donnerstag, 3. Juni 2021 · 1 article" in text
    assert "Annals of Invented Dermatology · 2. Juni 2021" in text
    assert "(since Mittwoch, 2. Juni 2021, 13:15)" in text

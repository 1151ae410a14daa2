"""The words of dates, by language (ISO 639-1), and the order in which they stand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DateWords:
    """A language's months, weekdays (from Monday on), and patterns of a day, a day with its weekday, and a month."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    day: str = "{day} {month} {year}"
    with_weekday: str = "{weekday} {date}"
    month: str = "{month} {year}"
    without_year: str = "{day} {month}"


LANGUAGES = {
    "en": DateWords(
        (
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        with_weekday="{weekday}, {date}",
    ),
    "de": DateWords(
        (
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember",
        ),
        ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        day="{day}. {month} {year}",
        with_weekday="{weekday}, {date}",
        without_year="{day}. {month}",
    ),
    "es": DateWords(
        (
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre",
        ),
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        day="{day} de {month} de {year}",
        with_weekday="{weekday}, {date}",
        month="{month} de {year}",
        without_year="{day} de {month}",
    ),
    "fr": DateWords(
        (
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
            "novembre", "décembre",
        ),
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    ),
    "it": DateWords(
        (
            "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
            "novembre", "dicembre",
        ),
        ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    ),
    "nl": DateWords(
        (
            "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
            "november", "december",
        ),
        ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    ),
    "pt": DateWords(
        (
            "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
            "novembro", "dezembro",
        ),
        (
            "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo",
        ),
        day="{day} de {month} de {year}",
        with_weekday="{weekday}, {date}",
        month="{month} de {year}",
        without_year="{day} de {month}",
    ),
}  # fmt: skip

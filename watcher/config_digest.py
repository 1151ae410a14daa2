"""A [[digest]] of queries.toml → DigestSettings, or every problem in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from watcher.addresses import is_recipient
from watcher.config_mail import no_address
from watcher.digest.date_words import LANGUAGES
from watcher.document import shown
from watcher.settings import DigestSettings

if TYPE_CHECKING:
    from datetime import date

    from watcher.document import Table

_YEARS = range(2000, 2200)
_VERSIONS: tuple[Literal["tell"], Literal["fold"]] = ("tell", "fold")
_WHEN_EMPTY: tuple[Literal["skip"], Literal["send"]] = ("skip", "send")
Word = TypeVar("Word", bound=str)


def read_digest(table: Table, name: str, schedule: str, queries: tuple[str, ...]) -> DigestSettings:
    """The digest of a table, whose name, schedule and queries are read; what is wrong in the rest is noted there."""
    to = table.texts("to")
    for position, recipient in enumerate(to):
        if not is_recipient(recipient):
            table.say(no_address(recipient), "to", position)
    if not to and (table.lacks("to") or "to" in table):
        table.say(f'digest {shown(name)} has no recipient: to = ["you@example.org"]', "to")
    return DigestSettings(
        name, to, schedule, queries, versions=_one_of(table, "versions", _VERSIONS), pause_until=_pause(table),
        when_empty=_one_of(table, "when_empty", _WHEN_EMPTY), attach=_attach(table), language=_language(table),
    )  # fmt: skip


def _one_of(table: Table, key: str, words: tuple[Word, ...]) -> Word:
    """The one of these words that is written; the first where none is."""
    text = table.text(key, words[0])
    for word in words:
        if word == text:
            return word
    named = " or ".join(f'"{word}"' for word in words)
    table.say(f"{key} is {named}, not {shown(text)}", key)
    return words[0]


def _language(table: Table) -> str:
    language = table.text("language", "en")
    if language in LANGUAGES:
        return language
    table.say(f"language is that of the dates: {', '.join(LANGUAGES)}; not {shown(language)}", "language")
    return "en"


def _attach(table: Table) -> tuple[str, ...]:
    attach = table.texts("attach")
    for position, one in enumerate(attach):
        if one != "ris":
            table.say(f'attach is a list of "ris", not of {shown(one)}', "attach", position)
    return attach


def _pause(table: Table) -> date | None:
    day = table.day("pause_until")
    if day is not None and day.year not in _YEARS:
        table.say(f"pause_until: {day} is not of these times", "pause_until")
        return None
    return day

"""The errors that a user can meet.

WatcherError
├── ConfigError      queries.toml, or the call, is wrong: every problem at once (exit status 2)
├── SourceError      PubMed or a feed could not be read: caught per source, told in the footer (exit status 1)
├── DeliveryError    the mail server cannot be used at all: nothing is marked, everything waits (exit status 1)
├── StoreError       the database cannot be read or written: never caught, the run stops (exit status 1)
├── SecretError      a password or key was named and cannot be used (exit status 2)
└── BusyError        another watcher is at work on the same database (exit status 0: it does what we would have done)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class WatcherError(Exception):
    """The root; its text is what a person reads: what happened, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the configuration. `line` counts from 1; None where no line can be named."""

    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        where = (
            "" if self.line is None else f"line {self.line}" + (f", column {self.column}" if self.column else "") + ": "
        )
        return where + self.message


class ConfigError(WatcherError):
    """All that is wrong with the configuration file, by lines; `warnings` is what is doubtful besides."""

    def __init__(self, path: str, problems: list[Problem], warnings: Sequence[Problem] = ()) -> None:
        self.path, self.warnings = path, tuple(warnings)
        self.problems = sorted(problems, key=lambda p: (p.line or 0, p.column or 0))
        super().__init__("\n".join(f"{path}: {problem}" for problem in self.problems))


class SourceError(WatcherError):
    """A source answered with a failure, with nonsense, or not at all. The text names it and never holds a key."""


class DeliveryError(WatcherError):
    """The mail server refuses us as a whole (certificate, STARTTLS, login): no message was attempted."""


class StoreError(WatcherError):
    """The database is unreadable, newer than this program, or its disk is full."""


class SecretError(WatcherError):
    """A password or key was named and cannot be used; the text never holds it (exit status 2)."""


class BusyError(WatcherError):
    """Another process holds the lock."""

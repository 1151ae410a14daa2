"""What commands share: the configuration, the moment, and how things are said to a person or to a script."""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from watcher.mail.outbox import Transport
    from watcher.pipeline.context import Context
    from watcher.pipeline.edits import Edit
    from watcher.settings import Settings
    from watcher.sources.eutils import Eutils
    from watcher.store.store import Store
    from watcher.told import State


_YEARS = range(1950, 2200)  # PubMed begins before them, and no schedule is planned behind them


@dataclass(slots=True)
class Shell:
    """The options before the command, and what follows from them."""

    config: str
    verbose: bool

    def settings(self) -> Settings:
        """The configuration. Raises ConfigError."""
        from watcher.config import read_settings

        if self.verbose:
            logging.getLogger("watcher").setLevel(logging.INFO)
        return read_settings(Path(self.config))

    def now(self, given: str | None, settings: Settings) -> datetime:
        """The moment to act as of, in UTC; one given without a zone is on the user's clock."""
        return acting_at(given, settings.zone)

    @contextmanager
    def working(self, settings: Settings, now: datetime) -> Iterator[Context]:
        """A context to poll, compose and deliver in, alone on the database. Raises BusyError and StoreError."""
        from watcher.pipeline.context import opened
        from watcher.secrets import ncbi_api_key
        from watcher.store.lock import exclusive

        key = ncbi_api_key(os.environ, settings.pubmed.api_key_file)
        with (
            exclusive(settings.store),
            progress_line() as progress,
            opened(settings, now, api_key=key, progress=progress) as context,
        ):
            yield context

    @contextmanager
    def pubmed(self, settings: Settings) -> Iterator[Eutils]:
        """PubMed, to be asked without a store. Raises SecretError."""
        from watcher.pipeline.context import PACE
        from watcher.secrets import ncbi_api_key
        from watcher.sources.eutils import Eutils
        from watcher.sources.http import Client

        asked = settings.pubmed
        key = ncbi_api_key(os.environ, asked.api_key_file)
        client = Client()
        pace = settings.store.with_name(PACE)
        try:
            yield Eutils(client, base_url=asked.base_url, email=asked.email, api_key=key, pace=pace)
        finally:
            client.close()

    def transport(self, settings: Settings) -> AbstractContextManager[Transport]:
        """The way out for mail, by the settings and the secrets of this machine."""
        from watcher.pipeline.deliver import transport_for

        return transport_for(settings, mail_password(settings))


def mail_password(settings: Settings) -> str | None:
    """The mail server's password, where it wants a login and one is given. Raises SecretError."""
    from watcher.secrets import smtp_password

    mail = settings.mail
    if mail is None or mail.user is None:
        return None
    return smtp_password(os.environ, mail.password_file, (mail.host, mail.user) if mail.keyring else None)


def acting_at(given: str | None, zone: tzinfo) -> datetime:
    """The moment that --now gives, in UTC: one without a zone is on the clock of this one. Without any, it is now."""
    if given is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        message = f"{given!r} is no ISO time; an example: 2026-03-02T07:00"
        raise click.BadParameter(message, param_hint="--now") from None
    if moment.year not in _YEARS:
        raise click.BadParameter(f"{given!r} is not of these times", param_hint="--now")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def must_be(given: Iterable[str], names: Sequence[str], what: str) -> None:
    """Raises BadParameter where a name that was given is none of these; `what` says of what they are the names."""
    for name in given:
        if name not in names:
            raise click.BadParameter(f"there is no {what} {name!r}; there are: {', '.join(names)}")


def to_look_into(settings: Settings) -> Settings:
    """The settings for a look into the store: where it was never made, an empty one in memory, so that none is made."""
    from watcher.errors import StoreError

    try:
        settings.store.stat()
    except (FileNotFoundError, NotADirectoryError):
        click.echo(f"there is no database {settings.store} yet: `watcher poll` makes it", err=True)
        return replace(settings, store=Path(":memory:"))
    except OSError as error:
        raise StoreError(f"{settings.store}: {error.strerror}") from None
    return settings


def look_into(settings: Settings) -> Store:
    """The store, to be looked into."""
    from watcher.store.store import Store

    return Store(to_look_into(settings).store)


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Make the folder that --out names, and blame the option for what cannot be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise click.BadParameter(f"{error.filename or folder}: {error.strerror}", param_hint="--out") from None


@contextmanager
def progress_line() -> Iterator[Any]:
    """A line on a terminal's standard error that says what is being done, and then goes; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    width = 0

    def show(text: str) -> None:
        nonlocal width
        shown = text[: os.get_terminal_size(sys.stderr.fileno()).columns - 1]
        sys.stderr.write("\r" + shown.ljust(width))
        sys.stderr.flush()
        width = len(shown)

    try:
        yield show
    finally:
        if width:
            sys.stderr.write("\r" + " " * width + "\r")
            sys.stderr.flush()


def say_edits(found: Iterable[Edit]) -> None:
    """Say what the edits change that are taken up, a line a query, beside what is asked for."""
    for edit in found:
        click.echo(edit.in_short, err=True)


def say_json(value: Any) -> None:
    """Print a value for a script."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def fate(state: State, settings: Settings) -> str:
    """A mail's state in words: without [mail], what was sent was written into the folder beside the database alone."""
    from watcher.told import State

    if state is State.SENT and settings.mail is None:
        return f"written to {settings.store.parent / 'outbox'}, not mailed"
    return str(state)


def moment(at: datetime | None, settings: Settings) -> str:
    """A time on the user's clock, to the minute."""
    return "never" if at is None else at.astimezone(settings.zone).strftime("%a %d %b %Y %H:%M")

"""The version of queries.toml that was last used: kept beside the database, to be compared with an edited one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from watcher import disk
from watcher.config import parse_settings, read_text
from watcher.errors import ConfigError
from watcher.pipeline.edits import edits

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.pipeline.context import Context
    from watcher.pipeline.edits import Edit
    from watcher.settings import Settings

log = logging.getLogger("watcher")


def copy_of(path: Path, store: Path) -> Path:
    """Where the version of a file that was last used is kept."""
    return store.with_name(f"{path.name}.last-good")


def last_used(settings: Settings) -> Settings | None:
    """The settings as they were last used, None where they never were. Raises ConfigError where that version is no good
    any more.
    """
    text = _kept(settings)
    return None if text is None else parse_settings(text, copy_of(settings.path, settings.store))


def take_up(context: Context) -> tuple[Edit, ...]:
    """What the edits since the last use change among stored works; from now on these settings are those last used."""
    settings = context.settings
    try:
        if _kept(settings) == settings.text:  # nearly always: the daemon asks every half minute
            return ()
        before = last_used(settings)
    except ConfigError:  # made for a watcher that read such files otherwise
        before = None
    found = edits(context.store, before.queries, settings.queries, context.now) if before else ()
    _keep(settings.text, copy_of(settings.path, settings.store))
    return found


def _kept(settings: Settings) -> str | None:
    copy = copy_of(settings.path, settings.store)
    return read_text(copy) if copy.exists() else None


def _keep(text: str, copy: Path) -> None:
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        disk.write(copy, text.encode())
    except OSError as error:
        log.warning("%s: no copy of the settings could be kept: %s", copy, error.strerror)

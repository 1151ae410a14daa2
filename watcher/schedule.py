"""The daemon (the only importer of apscheduler): wakes every half minute and does what the store says is due.

Because due is what the store says, downtime, sleep, a changed clock, daylight saving and a cron job beside the daemon
change nothing: what was missed is made up at the next waking, once.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from watcher.config import parse_settings, read_text
from watcher.errors import BusyError, ConfigError, WatcherError
from watcher.mail.outbox import Transport
from watcher.pipeline.context import Context
from watcher.pipeline.last_used import copy_of, take_up
from watcher.pipeline.work import Report, work
from watcher.settings import DEFAULT_STORE, Settings
from watcher.store.lock import exclusive
from watcher.told import Failure, FailureKind

WAKE_SECONDS = 30
LOOK_SECONDS = 1  # between two looks at whether a signal has come
GRACE_SECONDS = 10  # for the work at hand, after SIGTERM

log = logging.getLogger("watcher")


class Stopping(WatcherError):
    """The daemon was told to end while it waited: nothing is lost, the next run takes it up."""


@dataclass(slots=True)
class Outlook:
    """The configuration as the daemon sees it: the file's newest good version, and what is wrong with a newer one.

    The good version is kept beside the database, so that a mistake in the file does not keep a restart from working;
    at a start, when the file cannot say where that is, it is looked for where the database stands by default.
    """

    path: Path
    bad_edit: Failure | None = None
    _settings: Settings | None = None

    def look(self, now: datetime) -> Settings:
        """The settings to work by. Raises ConfigError where there never was a good version."""
        try:
            text = read_text(self.path)
            if self._settings is not None and text == self._settings.text and self.bad_edit is None:
                return self._settings
            settings = parse_settings(text, self.path)
        except ConfigError as error:
            return self._as_before(error, now)
        if self._settings is not None:
            log.info("%s was edited, and is taken up", self.path)
        self._settings, self.bad_edit = settings, None
        return settings

    def _as_before(self, error: ConfigError, now: datetime) -> Settings:
        if self._settings is None:
            copy = copy_of(self.path, self.path.parent / DEFAULT_STORE)
            if not copy.exists():
                raise error
            self._settings = parse_settings(read_text(copy), self.path)
        if self.bad_edit is None or self.bad_edit.why != str(error):
            log.error("%s\nthe last good version stays in use until that is mended", error)
            self.bad_edit = Failure(
                self.path.name, str(error), self.bad_edit.since if self.bad_edit else now, FailureKind.OTHER
            )
        return self._settings


@dataclass(slots=True)
class Daemon:
    """Does what is due, again and again. The clock, the network and the mail server are arguments."""

    outlook: Outlook
    opened: Callable[[Settings, datetime, Failure | None], AbstractContextManager[Context]]
    transport: Callable[[Settings], AbstractContextManager[Transport]]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    stop: threading.Event = field(default_factory=threading.Event)
    _idle: threading.Event = field(default_factory=threading.Event)

    def wake(self) -> None:
        """Do what is due. What fails is logged and kept with its run; the next waking tries again."""
        if self.stop.is_set():
            return
        self._idle.clear()
        now = self.clock()
        try:
            settings = self.outlook.look(now)
            with exclusive(settings.store), self.opened(settings, now, self.outlook.bad_edit) as context:
                for edit in take_up(context):
                    log.info("%s", edit.in_short)
                _log(work(context, lambda: self.transport(settings), only_due=True, stopping=self.stop.is_set))
        except (BusyError, Stopping) as error:
            log.info("%s", error)
        except WatcherError as error:
            log.error("%s", error)
        finally:
            self._idle.set()

    def sleep(self, seconds: float) -> None:
        """How the daemon's client waits: raises Stopping when the daemon is told to end meanwhile."""
        if self.stop.wait(seconds):
            raise Stopping("stopped while waiting for a source: the next run takes it up")

    def run(self) -> None:
        """Wake until SIGTERM or SIGINT; then finish the work at hand, for ten seconds at most. Raises ConfigError."""
        from apscheduler.schedulers.background import BackgroundScheduler
        from apscheduler.triggers.interval import IntervalTrigger

        settings = self.outlook.look(self.clock())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        # A waking that was missed or is overtaken by the next is made up once, and never runs beside another.
        scheduler = BackgroundScheduler(timezone=UTC)
        scheduler.add_job(
            self.wake, IntervalTrigger(seconds=WAKE_SECONDS), next_run_time=datetime.now(UTC), misfire_grace_time=None,
            coalesce=True, max_instances=1,
        )  # fmt: skip
        self._idle.set()
        scheduler.start()
        log.info(
            "watching %s queries and %s feeds of %s", len(settings.queries), len(settings.feeds), self.outlook.path
        )
        # Not without end: a signal that the system gives to another thread is handled when this one next runs.
        while not self.stop.wait(LOOK_SECONDS):
            pass
        scheduler.pause()
        if self._idle.wait(GRACE_SECONDS):
            scheduler.shutdown()
            log.info("ended")
            return
        # Something does not answer. To be killed in the middle is safe everywhere: what is not stored is done again.
        log.warning("ended in the middle of a run, which did not finish within %s s: it will be made up", GRACE_SECONDS)
        logging.shutdown()
        os._exit(0)


def _log(report: Report) -> None:
    for run in report.runs:
        what = run.query or run.source
        if run.error:
            log.warning("%s: %s", what, run.error)
        else:
            log.info("%s: %s found, %s new", what, run.found, run.new)
    for told in report.told:
        if not told.waits:  # it is asked about again every half minute
            log.info("digest %s: %s", told.digest.name, told.digest.in_short)
    for delivery in report.settled:
        log.info(
            "mail to %s: %s%s", delivery.recipient, delivery.state, f" ({delivery.error})" if delivery.error else ""
        )
    if report.refusal:
        log.error("mail: %s", report.refusal)

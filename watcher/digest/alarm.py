"""A short mail of its own, for what must not wait for a digest: what fails again and again, and a long silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.digest.dates import Dates
from watcher.digest.fill import wrap
from watcher.digest.opening import topic
from watcher.digest.richtext import clean
from watcher.told import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from watcher.digest.envelope import Envelope

_GOES_ON = (
    "It is asked again at each poll, and what it has missed is made up when it works; then you hear of it once more. "
    "`watcher status` tells more."
)
_IS_MADE_UP = "What was missed is asked for again, and stands in the next digest."


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What the readers of a digest are alarmed by: what has failed in `in_a_row` polls or more, what works again, and
    since when there was nothing to tell, where that is long ago. `polls` counts those since then.
    """

    name: str
    at: datetime
    zone: str
    in_a_row: int
    failed: tuple[Failure, ...] = ()
    recovered: tuple[Failure, ...] = ()
    silent_since: datetime | None = None
    polls: int = 0
    language: str = "en"

    @property
    def dates(self) -> Dates:
        """How its dates are written."""
        return Dates(self.zone, self.language)

    @property
    def subject(self) -> str:
        """The first thing, and how many more there are."""
        said = [f"{clean(failure.what, 80)} fails since {self.dates.moment(failure.since)}" for failure in self.failed]
        if self.silent_since:
            said.append(f"Nothing new on {topic(self.name)} for {(self.at - self.silent_since).days} days")
        said += [f"{clean(failure.what, 80)} works again" for failure in self.recovered]
        return said[0] + (f", and {len(said) - 1} more" if len(said) > 1 else "")


def render_alarm(alarm: Alarm, envelope: Envelope) -> EmailMessage:
    """The message to one recipient, in plain text."""
    at = alarm.at.astimezone(ZoneInfo(alarm.zone))
    message = envelope.message(subject=alarm.subject, at=at, name=alarm.name)
    message.set_content("\n\n".join(map(wrap, _paragraphs(alarm))) + "\n", cte="quoted-printable")
    return message


def _paragraphs(alarm: Alarm) -> Iterator[str]:
    for failure in alarm.failed:
        since = alarm.dates.moment(failure.since)
        yield (
            f"{clean(failure.what, 120)} has failed in {alarm.in_a_row} polls in a row or more, since {since}: "
            f"{clean(failure.why, 300)}"
        )
    if alarm.failed:
        yield _GOES_ON
    if alarm.silent_since is not None:
        yield (
            f"There was nothing to tell since {alarm.dates.day(alarm.silent_since)}, in {alarm.polls:,} polls. "
            "If you expected more, look whether the terms are too narrow: `watcher check --online` says how many works "
            "each finds. You will not be told of this silence again."
        )
    for failure in alarm.recovered:
        yield f"{clean(failure.what, 120)} works again. It had failed since {alarm.dates.moment(failure.since)}."
    if alarm.recovered:
        yield _IS_MADE_UP

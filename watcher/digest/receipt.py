"""The foot of a digest: what was asked and what came of it, and the sources that its sections rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from watcher.digest import links
from watcher.digest.dates import Dates
from watcher.digest.links import Link
from watcher.digest.opening import count
from watcher.digest.richtext import RichText, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.told import Digest

_AN_ABSENCE = timedelta(days=30)  # as an example


@dataclass(frozen=True, slots=True)
class Source:
    """A cited work at the foot: its number in the article, its title or address, and its link."""

    number: int
    title: str
    link: Link | None


def receipt(digest: Digest) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Its lines, each kind with its name: period, what was asked, found, held back, failed; next, edit, pause."""
    said, dates = digest.receipt, Dates(digest.zone, digest.language)
    until = dates.moment(said.until)
    since = f"{dates.moment(said.since)} to " if said.since else "up to "
    yield "Period", (f"{since}{until} ({digest.zone})",)
    if said.polls:
        asked = f"{count(said.queries, 'query', 'queries')} and {count(said.feeds, 'feed')}"
        yield "Asked", (f"{asked}, in {count(said.polls, 'poll')}",)
    files, records = said.loaded
    if files:
        yield "Loaded", (f"{count(files, 'file')}, {count(records, 'record')} read",)
    held = sum(len(one.entries) for one in digest.held)
    new = count(digest.works + held, "new work") if digest.works + held else "nothing new"
    yield "Found", (f"{new}, in {count(said.found, 'hit')}" if said.polls else new,)
    if digest.held:
        named = ", ".join(f"{len(one.entries)} of {clean(one.title, 100)}" for one in digest.held)
        yield (
            "Held back",
            (f"{count(held, 'work')}, less related than min_relatedness asks: {named} (watcher search --held)",),
        )
    if said.failures:
        failed = (f"{clean(f.what, 120)}: {clean(f.why, 300)} (since {dates.moment(f.since)})" for f in said.failures)
        yield "Failed", tuple(failed)
    if said.notes:
        yield "Notes", tuple(clean(note, 300) for note in said.notes)
    if digest.rate_to:
        yield "Rating", (f"a mail to {clean(digest.rate_to, 200)} with the subject that a work names",)
    if said.next_at:
        yield "Next", (dates.moment(said.next_at),)
    if said.settings:
        where, name = clean(said.settings, 200), clean(digest.name, 60)
        yield "Edit", (f"{where} says what is watched, and who is told",)
        if said.paused_until:
            yield "Pause", (f"paused until {dates.calendar_day(said.paused_until)}",)
        else:
            day = digest.composed_at.astimezone(ZoneInfo(digest.zone)).date() + _AN_ABSENCE
            yield "Pause", (f"write pause_until = {day} there, under the [[digest]] that is named {name}",)


def sources(digest: Digest) -> Iterator[Source]:
    """The cited works that the sections shown rest on, and those that a reason names; all of them where something is
    told of them.
    """
    entries = [entry for section in digest.sections for entry in section.entries]
    wanted = {number for section in digest.sections if section.entries for number in section.cites}
    wanted |= {number for e in entries for number in (*e.why.near, *e.why.cites, *e.why.by_author_of)}
    wanted |= {cited.number for cited in digest.cited if digest.on_sources}
    for cited in sorted(digest.cited, key=lambda cited: cited.number):
        if cited.number in wanted:
            link = next(iter(links.of_cited(cited)), None)
            named = str(RichText.read(cited.title)) or (urlsplit(cited.url or link.url).netloc if link else "")
            yield Source(cited.number, clean(named, 200), link)

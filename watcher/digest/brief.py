"""A digest as titles and links alone: what goes where a mail server does not take the whole."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.digest.dates import Dates
from watcher.digest.entry import EntryLines, lines_of, lines_of_page
from watcher.digest.render import subject
from watcher.digest.richtext import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import EmailMessage

    from watcher.digest.envelope import Envelope
    from watcher.told import Digest, Entry

_WHY = "Titles and links alone: your mail server did not take the whole digest (too large, or a full mailbox)."


def render_brief(digest: Digest, envelope: Envelope) -> EmailMessage:
    """The message to one recipient, in plain text."""
    at = digest.composed_at.astimezone(ZoneInfo(digest.zone))
    message = envelope.message(subject=subject(digest), at=at, name=digest.name)
    message.set_content("\n".join(_lines(digest)) + "\n", cte="quoted-printable")
    return message


def _lines(digest: Digest) -> Iterator[str]:
    def shown(entries: Iterable[Entry]) -> list[EntryLines]:
        return [lines_of(entry, dates) for entry in entries]

    dates = Dates(digest.zone, digest.language)
    yield fill(_WHY, 76)
    dates = Dates(digest.zone, digest.language)
    sources = [*(lines_of(entry, dates) for entry in digest.sources), *map(lines_of_page, digest.pages)]
    told = [("Updates", [lines_of(entry, dates) for entry in digest.updates]), ("The sources", sources)]
    told += [(each.title or each.query, [lines_of(entry, dates) for entry in each.entries]) for each in digest.sections]
    for title, entries in told:
        if entries:
            yield f"\n\n{clean(title, 200)}"
            yield from map(_entry, entries)
    if digest.receipt.failures:
        yield "\n\nFailed"
        yield from (f"- {clean(failure.what, 120)}: {clean(failure.why, 300)}" for failure in digest.receipt.failures)


def _entry(lines: EntryLines) -> str:
    told = [f"- {lines.title}", *([f"  {lines.change}"] if lines.change else [])]
    wrapped = (fill(line, 76, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) for line in told)
    return "\n".join([*wrapped, *([f"  {lines.url}"] if lines.url else [])])

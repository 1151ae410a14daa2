"""A digest as titles and links alone: what goes where a mail server does not take the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.digest.dates import Dates
from watcher.digest.entry import EntryLines, lines_of, lines_of_page
from watcher.digest.fill import wrap
from watcher.digest.richtext import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.told import Digest, Entry

_WHY = "Titles and links alone: your mail server did not take the whole digest (too large, or a full mailbox)."


def text(digest: Digest) -> str:
    """All of it, in the order of the whole."""
    return "\n".join(_lines(digest)) + "\n"


def _lines(digest: Digest) -> Iterator[str]:
    dates = Dates(digest.zone, digest.language)

    def shown(entries: Iterable[Entry]) -> list[EntryLines]:
        return [lines_of(entry, dates) for entry in entries]

    yield wrap(_WHY)
    told = [
        ("Updates", shown(digest.updates)),
        ("The sources", [*shown(digest.sources), *map(lines_of_page, digest.pages)]),
        *((each.title or each.query, shown(each.entries)) for each in digest.sections),
    ]
    for title, entries in told:
        if entries:
            yield f"\n\n{clean(title, 200)}"
            yield from map(_entry, entries)
    if digest.receipt.failures:
        yield "\n\nFailed"
        yield from (f"- {clean(failure.what, 120)}: {clean(failure.why, 300)}" for failure in digest.receipt.failures)


def _entry(lines: EntryLines) -> str:
    told = [wrap(str(lines.title), 2, "-"), *([wrap(lines.change, 2)] if lines.change else [])]
    return "\n".join([*told, *([f"  {lines.url}"] if lines.url else [])])

"""What a reader is told of works that are known, in words: a preprint that is in a journal now, a notice of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.digest.richtext import clean
from watcher.told import PageKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from watcher.digest.dates import Dates
    from watcher.models import Work
    from watcher.told import PageChange, PageEvent

# What a notice does, by the relation in which PubMed's record of it stands (RefTypes of pubmed_250101.dtd), the gravest
# first. Comments leave a work as it was, and are told of cited works alone.
NOTICES = {
    "RetractionOf": "Retracts",
    "RetractedandRepublishedFrom": "Retracts, and replaces,",
    "ExpressionOfConcernFor": "Expresses concern about",
    "ErratumFor": "Corrects",
    "CorrectedandRepublishedFrom": "Corrects, and replaces,",
    "RepublishedFrom": "Republishes",
}
# What must not be overlooked, by the word with which a notice of it begins; the gravest first.
GRAVE = {"Retracts": "retracted", "Expresses concern about": "doubted"}
_MOST_SHOWN = 5  # sentences of a change
NOTICES_OF_SOURCES = NOTICES | {"CommentOn": "Comments on"}


def new_version(work: Work, told_at: datetime, dates: Dates) -> str:
    """Of a work that was told as a preprint."""
    return f"Now in {_journal(work)}; told as a preprint on {dates.day(told_at)}"


def version_of_cited(work: Work, number: int) -> str:
    """Of a work that the article cites as a preprint, by its number."""
    return f"Now in {_journal(work)}; source [{number}] is its preprint"


def _journal(work: Work) -> str:
    return clean(work.record.journal or work.record.journal_abbreviation, 160) or "a journal"


def notice(relation: str, title: str, told_at: datetime, dates: Dates) -> str:
    """Of a notice: what it does to which work, and when that was told."""
    return f"{NOTICES[relation]} {_named(title)} (told on {dates.day(told_at)})"


def notice_of_source(relation: str, title: str, number: int) -> str:
    """Of a notice or comment: what it does to which cited work."""
    return f"{NOTICES_OF_SOURCES[relation]} source [{number}]" + (f", {_named(title)}" if title else "")


def grave(change: str) -> str | None:
    """What a notice, by what is said of it, makes of a work, where that must not be overlooked."""
    return next((what for word, what in GRAVE.items() if change.startswith(word)), None)


def cites_sources(numbers: Iterable[int]) -> str:
    """Of a work that cites these."""
    said = [f"[{number}]" for number in sorted(numbers)]
    return f"Cites source{'s' * (len(said) > 1)} {', '.join(said)}"


def _named(title: str) -> str:
    return f"“{clean(title, 160).rstrip(' .')}”" if title else "a work"


def page_event(change: PageChange) -> str:
    """Of a cited page: what has become of it."""
    source, event = f"Source [{change.number}]", change.event
    match event.kind:
        case PageKind.GONE:
            return f"{source}: its page is gone"
        case PageKind.BACK:
            return f"{source}: its page is there again"
        case PageKind.MOVED:
            return f"{source}: its page has moved to {clean(event.moved_to or '', 300)}"
        case PageKind.CHANGED:
            counts = ((len(event.removed), "removed"), (len(event.added), "added"))
            said = " and ".join(f"{count} sentence{'s' * (count != 1)} {what}" for count, what in counts if count)
            return f"{source}: the text of its page has changed, {said}"


def difference(event: PageEvent) -> tuple[str, ...]:
    """At most five of the sentences that a page has no longer, then of those that it has now; and how many more."""
    added = min(len(event.added), max(_MOST_SHOWN - len(event.removed), _MOST_SHOWN // 2))
    removed = min(len(event.removed), _MOST_SHOWN - added)
    shown = [f"Removed: “{clean(sentence, 300)}”" for sentence in event.removed[:removed]]
    shown += [f"Added: “{clean(sentence, 300)}”" for sentence in event.added[:added]]
    more = len(event.removed) + len(event.added) - len(shown)
    return (*shown, f"and {more} more") if more else tuple(shown)

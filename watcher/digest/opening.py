"""The first words of a digest: the subject and what mail programs show beside it, and the line of counts."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.digest.dates import Dates
from watcher.digest.entry import title_of
from watcher.digest.envelope import header
from watcher.digest.excerpt import excerpt
from watcher.digest.richtext import clean
from watcher.digest.updates import GRAVE, grave, page_event
from watcher.models import Kind
from watcher.told import FailureKind

if TYPE_CHECKING:
    from watcher.told import Digest

_LONGEST_SUBJECT = 120
_LONGEST_PREHEADER = 200  # characters; mail programs show up to about 140 of them
_NAMED = (
    (Kind.ARTICLE, "article", "articles"),
    (Kind.PREPRINT, "preprint", "preprints"),
    (Kind.NEWS, "news item", "news items"),
    (Kind.NOTICE, "notice", "notices"),
)


def subject(digest: Digest) -> str:
    """What is inside, in one line that differs from digest to digest; safe as a header."""
    about, grave = topic(digest.name), _grave(digest)
    befallen = ", ".join(f"{number} {what}" for what, number in Counter(grave.values()).items())
    updates = count(others, "update") if (others := sum(each.change not in grave for each in digest.updates)) else ""
    if digest.lead is not None:
        new = ", ".join(filter(None, (befallen, f"{digest.works} new")))
        start = f"{' · '.join(filter(None, (new, updates)))} on {about}: "
        title = clean(str(title_of(digest.lead.work.record)), max(40, _LONGEST_SUBJECT - len(start)))
        # "health care: a trial" looks like "Re: …" to spam filters (SpamAssassin's GB_FAKE_RF).
        return header(start + re.sub(r"(?i)(?<=re|fw):(?=\s)", " –", title))
    changes = [*grave, *(entry.change for entry in digest.updates)]
    start = f"{', '.join(filter(None, (befallen, updates)))} on {about}: "
    if not changes:
        changes = [*(entry.change for entry in digest.sources), *map(page_event, digest.pages)]
        start = f"{count(len(changes), 'item')} on the sources of {about}: "
    if changes:
        return header(start + clean(changes[0], max(40, _LONGEST_SUBJECT - len(start))))
    day = Dates(digest.zone, digest.language).calendar_day(digest.composed_at.astimezone(ZoneInfo(digest.zone)).date())
    failed = ", ".join(_failed(digest))
    return header(f"Nothing new on {about}, {day}" + (f": {failed}" if failed else ""))


def topic(name: str, limit: int = 60) -> str:
    """A digest's name in words: "skin stem cells"."""
    return clean(name.replace("-", " ").replace("_", " "), limit)


def preheader(digest: Digest) -> str:
    """What is retracted or doubted; then the work that the subject names: its title, which may be cut there,
    and how what is said of it begins.
    """
    if digest.lead is None:
        said = counts(digest)
    else:
        record = digest.lead.work.record
        said = " – ".join(filter(None, (str(title_of(record)), str(excerpt(record.abstract)))))
    return clean(" · ".join((*_grave(digest), said)), _LONGEST_PREHEADER)


def counts(digest: Digest) -> str:
    """The first line: "12 new since Tuesday · 2 updates · 1 source failed"."""
    since, dates = digest.receipt.since, Dates(digest.zone, digest.language)
    said = [f"{digest.works or 'Nothing'} new" + (f" since {dates.since(since, digest.composed_at)}" if since else "")]
    said += [count(len(digest.updates), "update")] if digest.updates else []
    said += [f"{count(digest.on_sources, 'item')} on the sources"] if digest.on_sources else []
    return " · ".join([*said, *_failed(digest)])


def kinds(digest: Digest) -> str:
    """What the new works are: "9 articles, 3 preprints"."""
    found = Counter(entry.work.kind for section in digest.sections for entry in section.entries)
    return ", ".join(count(found[kind], one, many) for kind, one, many in _NAMED if found[kind])


def count(number: int, one: str, many: str = "") -> str:
    """A number with its word: "1 work", "1,340 hits"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _grave(digest: Digest) -> dict[str, str]:
    """What is told of as retracted ("retracted"), and then as doubted ("doubted"), by the sentence that says so."""
    told = {entry.change: grave(entry.change) for entry in (*digest.updates, *digest.sources)}
    return {change: what for wanted in GRAVE.values() for change, what in told.items() if what == wanted}


def _failed(digest: Digest) -> list[str]:
    """The sources that fail now, and the mails that did not arrive. What works again is for the foot alone."""
    failed = Counter(failure.kind for failure in digest.receipt.failures)
    named = ((FailureKind.SOURCE, "source", "failed"), (FailureKind.MAIL, "mail", "not delivered"))
    return [f"{count(failed[kind], one)} {what}" for kind, one, what in named if failed[kind]]

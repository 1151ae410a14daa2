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
from watcher.digest.updates import page_event
from watcher.models import Kind

if TYPE_CHECKING:
    from watcher.models import Digest

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
    about = topic(digest)
    best = digest.lead
    sources = [*(entry.change for entry in digest.sources), *map(page_event, digest.pages)]
    for told, what in (([entry.change for entry in digest.updates], "update"), (sources, "item")):
        if best is None and told:
            start = f"{count(len(told), what)} on {'the sources of ' * (what == 'item')}{about}: "
            return header(start + clean(told[0], max(40, _LONGEST_SUBJECT - len(start))))
    if best is None:
        day = Dates(digest.zone, digest.language).calendar_day(
            digest.composed_at.astimezone(ZoneInfo(digest.zone)).date()
        )
        failed = len(digest.receipt.failures)
        return header(f"Nothing new on {about}, {day}" + (f": {count(failed, 'source')} failed" if failed else ""))
    start = f"{digest.works} new on {about}: "
    title = clean(str(title_of(best.work.record)), max(40, _LONGEST_SUBJECT - len(start)))
    # "health care: a trial" looks like "Re: …" to spam filters (SpamAssassin's GB_FAKE_RF).
    return header(start + re.sub(r"(?i)(?<=re|fw):(?=\s)", " –", title))


def topic(digest: Digest, limit: int = 60) -> str:
    """Its name in words: "skin stem cells"."""
    return clean(digest.name.replace("-", " ").replace("_", " "), limit)


def preheader(digest: Digest) -> str:
    """The best item: its title, which the subject may have had to cut, and how what is said of it begins."""
    if (best := digest.lead) is None:
        return counts(digest)
    record = best.work.record
    said = (str(title_of(record)), str(excerpt(record.abstract)))
    return clean(" – ".join(filter(None, said)), _LONGEST_PREHEADER)


def counts(digest: Digest) -> str:
    """The first line: "12 new since Tuesday · 2 updates · 1 source failed"."""
    since, dates = digest.receipt.since, Dates(digest.zone, digest.language)
    said = [f"{digest.works or 'Nothing'} new" + (f" since {dates.since(since, digest.composed_at)}" if since else "")]
    said += [count(len(digest.updates), "update")] if digest.updates else []
    said += [f"{count(digest.on_sources, 'item')} on the sources"] if digest.on_sources else []
    failed = len(digest.receipt.failures)
    said += [f"{count(failed, 'source')} failed"] if failed else []
    return " · ".join(said)


def kinds(digest: Digest) -> str:
    """What the new works are: "9 articles, 3 preprints"."""
    found = Counter(entry.work.kind for section in digest.sections for entry in section.entries)
    return ", ".join(count(found[kind], one, many) for kind, one, many in _NAMED if found[kind])


def count(number: int, one: str, many: str = "") -> str:
    """A number with its word: "1 work", "1,340 hits"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

"""A digest as a mail: subject, plain text, HTML and headers. Pure: the same digest gives the same bytes."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from watcher.digest import links, page
from watcher.digest.dates import calendar_day, day_in, moment_in
from watcher.digest.entry import lines_of, lines_of_page, title_of
from watcher.digest.envelope import header
from watcher.digest.page import Page, SectionLines, Source
from watcher.digest.richtext import RichText, clean
from watcher.digest.updates import page_event
from watcher.models import Digest, Kind, Section

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from watcher.digest.envelope import Envelope

HTML_LIMIT = 80_000  # bytes: Gmail clips a message's HTML at about 102 KB
_LONGEST_SUBJECT = 120
_NAMED = (
    (Kind.ARTICLE, "article", "articles"),
    (Kind.PREPRINT, "preprint", "preprints"),
    (Kind.NEWS, "news item", "news items"),
    (Kind.NOTICE, "notice", "notices"),
)


def render(digest: Digest, envelope: Envelope) -> EmailMessage:
    """The message to one recipient, text before HTML, in ASCII with lines of CRLF.

    Raises ZoneInfoNotFoundError where the digest's zone is none.
    """
    shown = _page(digest)
    at = digest.composed_at.astimezone(ZoneInfo(digest.zone))
    message = envelope.message(subject=shown.subject, at=at, name=digest.name)
    message.set_content(page.text(shown), cte="quoted-printable")
    message.add_alternative(page.html(shown, HTML_LIMIT), subtype="html", cte="quoted-printable")
    # "=_" cannot stand in quoted-printable (RFC 2045, 6.7), so no body can hold the boundary.
    message.set_boundary("=_" + sha256(envelope.message_id.encode(errors="replace")).hexdigest()[:32])
    return message


def html_page(digest: Digest, *, limit: int | None = HTML_LIMIT) -> str:
    """The HTML part, of at most `limit` bytes; with None every work in full, for a page that no mail server carries."""
    return page.html(_page(digest), limit)


def plain_text(digest: Digest) -> str:
    """The text part: every work, with every link."""
    return page.text(_page(digest))


def subject(digest: Digest) -> str:
    """What is inside, in one line that differs from digest to digest; safe as a header."""
    topic = clean(digest.name.replace("-", " ").replace("_", " "), 60)
    entries = (entry for section in digest.sections for entry in section.entries)
    best = digest.best[0] if digest.best else next(entries, None)
    sources = [*(entry.change for entry in digest.sources), *map(page_event, digest.pages)]
    for told, what in (([entry.change for entry in digest.updates], "update"), (sources, "item")):
        if best is None and told:
            start = f"{_count(len(told), what)} on {'the sources of ' * (what == 'item')}{topic}: "
            return header(start + clean(told[0], max(40, _LONGEST_SUBJECT - len(start))))
    if best is None:
        day = calendar_day(digest.composed_at.astimezone(ZoneInfo(digest.zone)).date())
        failed = len(digest.receipt.failures)
        return header(f"Nothing new on {topic}, {day}" + (f": {_count(failed, 'source')} failed" if failed else ""))
    start = f"{digest.works} new on {topic}: "
    title = clean(str(title_of(best.work.record)), max(40, _LONGEST_SUBJECT - len(start)))
    # "health care: a trial" looks like "Re: …" to spam filters (SpamAssassin's GB_FAKE_RF).
    return header(start + re.sub(r"(?i)(?<=re|fw):(?=\s)", " –", title))


def _page(digest: Digest) -> Page:
    found = (_section(digest, section) for section in digest.sections if section.entries)
    sections = (*_best(digest), *_known(digest), *found)
    titles = [str(entry.title) for section in sections for entry in section.entries[:3]][:3]
    return Page(
        subject=subject(digest),
        preheader=clean(" · ".join(titles) or _counts(digest), 200),
        counts=_counts(digest),
        article=clean(digest.article, 300) or clean(digest.name, 100),
        day=day_in(digest.zone, digest.composed_at),
        sections=sections,
        receipt=tuple(_receipt(digest)),
        sources=tuple(_sources(digest)),
    )


def _best(digest: Digest) -> Iterator[SectionLines]:
    """What opens the mail: in its own section it is named, and not repeated."""
    if digest.best:
        origin = "The works that are most related to what the article cites"
        entries = tuple(lines_of(entry, rate_to=digest.rate_to) for entry in digest.best)
        yield SectionLines("First of all", origin, entries, whole=True)


def _section(digest: Digest, section: Section) -> SectionLines:
    numbers = "".join(f"[{number}]" for number in section.cites)
    said = (
        f"What the article says · {'source' if len(section.cites) == 1 else 'sources'} {numbers} · " if numbers else ""
    )
    return SectionLines(
        title=clean(section.title, 200) or clean(section.query, 100),
        origin=said + _count(len(section.entries), "work"),
        entries=tuple(lines_of(entry, rate_to=digest.rate_to, above=entry in digest.best) for entry in section.entries),
    )


def _known(digest: Digest) -> Iterator[SectionLines]:
    """What was told and has changed, and what is told of the cited works: the first of the sections."""
    if digest.updates:
        origin = f"What has become of works that you know · {_count(len(digest.updates), 'update')}"
        yield SectionLines("Updates", origin, tuple(lines_of(entry) for entry in digest.updates))
    if digest.on_sources:
        origin = f"What has become of what the article cites · {_count(digest.on_sources, 'item')}"
        entries = (*map(lines_of, digest.sources), *map(lines_of_page, digest.pages))
        yield SectionLines("The sources themselves", origin, entries)


def _counts(digest: Digest) -> str:
    """The first line: "12 new since Tuesday, 1 June 2021: 9 articles, 3 preprints · 2 updates · 1 source failed"."""
    kinds = Counter(entry.work.kind for section in digest.sections for entry in section.entries)
    named = ", ".join(_count(kinds[kind], one, many) for kind, one, many in _NAMED if kinds[kind])
    line = f"{digest.works or 'Nothing'} new{_since(digest)}" + (f": {named}" if named else "")
    line += f" · {_count(len(digest.updates), 'update')}" if digest.updates else ""
    line += f" · {_count(digest.on_sources, 'item')} on the sources" if digest.on_sources else ""
    failed = len(digest.receipt.failures)
    return line + (f" · {_count(failed, 'source')} failed" if failed else "")


def _since(digest: Digest) -> str:
    since = digest.receipt.since
    return f" since {day_in(digest.zone, since)}" if since else ""


def _receipt(digest: Digest) -> Iterator[tuple[str, tuple[str, ...]]]:
    receipt, zone = digest.receipt, digest.zone
    until = moment_in(zone, receipt.until)
    since = f"{moment_in(zone, receipt.since)} to " if receipt.since else "up to "
    yield "Period", (f"{since}{until} ({zone})",)
    polls = _count(receipt.polls, "poll")
    yield "Asked", (f"{_count(receipt.queries, 'query', 'queries')} and {_count(receipt.feeds, 'feed')}, in {polls}",)
    yield (
        "Found",
        (f"{_count(receipt.new, 'new work') if receipt.new else 'nothing new'}, in {_count(receipt.found, 'hit')}",),
    )
    if digest.held:
        named = ", ".join(f"{len(one.entries)} of {clean(one.title, 100)}" for one in digest.held)
        works = _count(sum(len(one.entries) for one in digest.held), "work")
        yield "Held back", (f"{works}, less related than min_relatedness asks: {named} (watcher search --held)",)
    if digest.rate_to:
        yield "Rating", (f"a mail to {clean(digest.rate_to, 200)} with the subject that a work names",)
    if receipt.failures:
        yield (
            "Failed",
            tuple(
                f"{clean(f.what, 120)}: {clean(f.why, 300)} (since {moment_in(zone, f.since)})"
                for f in receipt.failures
            ),
        )
    if receipt.notes:
        yield "Notes", tuple(clean(note, 300) for note in receipt.notes)
    if receipt.next_at:
        yield "Next", (moment_in(zone, receipt.next_at),)


def _sources(digest: Digest) -> Iterator[Source]:
    """The cited works that the sections and reasons shown rest on; all of them where something is told of them."""
    wanted = {number for section in digest.sections if section.entries for number in section.cites}
    wanted |= {cited.number for cited in digest.cited if digest.on_sources}
    for section in digest.sections:
        for why in (entry.why for entry in section.entries):
            wanted.update(why.near, why.cites, why.by_author_of)
    for cited in sorted(digest.cited, key=lambda cited: cited.number):
        if cited.number in wanted:
            link = next(iter(links.of_cited(cited)), None)
            named = str(RichText.read(cited.title)) or (urlsplit(cited.url or link.url).netloc if link else "")
            yield Source(cited.number, clean(named, 200), link)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"

"""A feed → records (the only importer of feedparser): a conditional GET, and each entry as its feed describes it."""

from __future__ import annotations

import calendar
import html
import re
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from watcher import markup
from watcher.errors import SourceError
from watcher.models import Author, Kind, Passage, Record
from watcher.sources.addresses import leads_inward, without_secrets
from watcher.sources.feed_ids import own_ids, spoken_of
from watcher.sources.validators import NOT_MODIFIED, Validators
from watcher.works.identifiers import canonical_url, is_preprint_doi, safe_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Feed
    from watcher.sources.http import Answer, Client

LARGEST_FEED = 10_000_000  # bytes, unpacked
LONGEST_TEXT, LONGEST_TITLE = 20_000, 2_000  # characters of an entry that are kept
_LONGEST_SOURCE = 5  # times as many of HTML are looked at for them

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
_IDENTIFYING = ("prism_doi", "dc_identifier", "citation_doi")  # fields of an entry, as feedparser names them
_LINK = re.compile(rb"<link\b[^<>]*>", re.IGNORECASE)
# No character: feedparser fails on them. Programs that count in UTF-16 write an emoji as two.
_SURROGATES = re.compile(rb"(?:&#(?:x0*d[89a-f][0-9a-f]{2}|0*5[567]\d{3});)+", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(x?)([0-9a-f]+);", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*["']?([^"'\s>]+)""")


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """The entries of a feed, in its order; none where it has not changed since the validators."""

    records: tuple[Record, ...]
    validators: Validators
    changed: bool = True
    moved_to: str | None = None


def poll(client: Client, feed: Feed, validators: Validators, moved_to: str | None = None) -> FeedAnswer:
    """Ask a feed for what is new, where it has moved to if it has.

    Raises SourceError, which names the address and what came instead of a feed; InwardError where a feed from outside
    has moved into a private network, be it that its new host came to resolve so after the move.
    """
    headers = {"Accept": _ACCEPT, **validators.headers()}
    answer = client.get(
        moved_to or feed.url, lambda answer: answer, headers=headers, largest=LARGEST_FEED,
        outside_only=moved_to is not None and not leads_inward(feed.url),
    )  # fmt: skip
    if answer.status == NOT_MODIFIED:
        return FeedAnswer((), validators, changed=False, moved_to=answer.moved_to)
    return FeedAnswer(read_feed(answer, feed), Validators.of(answer), moved_to=answer.moved_to)


def read_feed(answer: Answer, feed: Feed) -> tuple[Record, ...]:
    """The entries of a feed's bytes as records. Raises SourceError where they are no feed."""
    import feedparser

    shown = without_secrets(answer.url)
    body = _unpacked(answer.body, shown)
    if not body.strip():
        raise SourceError(f"{shown}: the answer is empty")
    headers = {k.lower(): v for k, v in answer.headers.items() if k.lower() == "content-type"}
    body = _SURROGATES.sub(_as_one_character, body)
    # As a stream, because bytes that happen to name a file here are opened as that file.
    parsed = feedparser.parse(BytesIO(body), response_headers={**headers, "content-location": answer.url})
    if not parsed.entries and not parsed.get("version"):
        raise SourceError(f"{shown}: {_what_it_is(answer, body)}")
    name = markup.tidy(html.unescape(str(parsed.feed.get("title", "")))) or feed.name
    found = (_record(entry, feed, name, answer.url) for entry in parsed.entries)
    return _told_apart([record for record in found if record is not None])


def _as_one_character(found: re.Match[bytes]) -> bytes:
    """Two references to the halves of a surrogate pair as one to what they mean; a half alone means nothing."""
    halves = [int(number, 16) if mark else int(number) for mark, number in _REFERENCE.findall(found[0])]
    text = b"".join(half.to_bytes(2, "big") for half in halves).decode("utf-16-be", "replace")
    return "".join(f"&#{ord(character)};" for character in text).encode()


def _told_apart(records: list[Record]) -> tuple[Record, ...]:
    """The records, with the title in the identity of those that share one, as entries with one link for all do."""
    titles: dict[str, set[str]] = {}
    for record in records:
        titles.setdefault(record.source_id, set()).add(record.title)
    return tuple(
        replace(record, source_id=f"{record.source_id} {markup.plain(record.title)}"[:LONGEST_TITLE])
        if len(titles[record.source_id]) > 1
        else record
        for record in records
    )


def _unpacked(body: bytes, shown: str) -> bytes:
    """The body, or what it holds where a server gives a .gz file as it lies there."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(body, LARGEST_FEED + 1)
    except zlib.error:
        raise SourceError(f"{shown}: compressed data (gzip) that cannot be unpacked") from None
    if len(unpacked) > LARGEST_FEED:
        raise SourceError(f"{shown}: the answer is larger than {LARGEST_FEED / 1e6:.0f} MB, unpacked, and was cut off")
    return unpacked


def _record(entry: Any, feed: Feed, feed_title: str, base: str) -> Record | None:
    """An entry as a record; None for one that has neither title nor text nor link, which says nothing."""
    title = _clamped(_text(entry, "title"), LONGEST_TITLE)
    body = max((_text(entry, "summary"), *(str(c.get("value", "")) for c in entry.get("content", []))), key=len)
    text = _clamped(body, LONGEST_TEXT)
    link = _link(entry, base)
    if not (title or text):
        return None
    guid = markup.tidy(str(entry.get("id", "") or "")[:LONGEST_TITLE])
    identity = guid or (link and canonical_url(link)) or markup.plain(title or text)
    own = own_ids([*(str(entry.get(key, "")) for key in _IDENTIFYING), guid, link or ""], text)
    pmid, doi, pmcid = own if any(own) else spoken_of(text, body[: _LONGEST_SOURCE * LONGEST_TEXT])
    tags = tuple(markup.tidy(str(tag.get("term") or ""))[:200] for tag in entry.get("tags", []))
    kind = Kind.ARTICLE if any(own) else Kind.NEWS
    if any(own) and ((doi is not None and is_preprint_doi(doi)) or "preprint" in {tag.lower() for tag in tags}):
        kind = Kind.PREPRINT
    return Record(
        source=feed.source,
        source_id=identity[:1000],
        kind=kind,
        title=title or markup.escape(markup.plain(text)[:120]),
        pmid=pmid,
        doi=doi,
        pmcid=pmcid,
        url=link,
        authors=tuple(_authors(entry)),
        abstract=(Passage(text),) if text else (),
        journal=_journal(entry) or feed_title[:300],
        volume=markup.tidy(str(entry.get("prism_volume", "")))[:40],
        issue=markup.tidy(str(entry.get("prism_number", "")))[:40],
        published=_published(entry),
        keywords=tuple(filter(None, tags)),
    )


def _clamped(source: str, longest: int) -> str:
    """HTML as rich text, "" where it holds tags alone; beyond that length its beginning, without markup, so that no tag
    or entity is cut in two.
    """
    text = markup.from_html(source[: _LONGEST_SOURCE * longest])
    if not markup.plain(text).strip():
        return ""
    return text if len(text) <= longest else markup.escape(markup.plain(text)[:longest])


def _link(entry: Any, base: str) -> str | None:
    """The entry's own address. None rather than the feed's, which entries without one would all have in common."""
    address = _joined(base, str(entry.get("link", "") or "").strip())
    return address if address and canonical_url(address) != canonical_url(base) else None


def _joined(base: str, reference: str) -> str | None:
    try:
        return safe_url(urljoin(base, reference))
    except ValueError:  # brackets that hold no IPv6 address
        return None


def _text(entry: Any, key: str) -> str:
    """A text of the entry as HTML: feedparser says of each whether it is plain."""
    detail = entry.get(f"{key}_detail")
    value = str(entry.get(key, "") or "")
    return (
        html.escape(value) if detail is not None and detail.get("type") == "text/plain" and "<" not in value else value
    )


def _journal(entry: Any) -> str:
    """The journal that the entry names. PubMed's feeds have it in dc:source; Taylor & Francis's, too, with the entry's
    title where the name belongs.
    """
    title, *names = (
        markup.tidy(str(entry.get(key, "") or ""))[:300] for key in ("title", "prism_publicationname", "dc_source")
    )
    return next((name for name in names if name and name != title and "://" not in name), "")


def _authors(entry: Any) -> Iterator[Author]:
    """Names as they stand; feeds put several into one, with commas or semicolons between."""
    for author in entry.get("authors", []):
        name = markup.tidy(html.unescape(re.sub(r"<[^<>]*>", " ", str(author.get("name", "") or "")[:LONGEST_TEXT])))
        parts = re.split(r"\s*;\s*|\s+and\s+", name) if ";" in name else re.split(r",\s+(?=\S+\s)", name)
        for part in parts:
            if part and "@" not in part:
                yield Author(part[:200])


def _published(entry: Any) -> str | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        if stamp := dict.get(entry, key):  # its own `get` answers with another date, and a warning
            try:
                return datetime.fromtimestamp(calendar.timegm(stamp), UTC).date().isoformat()
            except (TypeError, ValueError, OverflowError, OSError):
                continue
    return None


def _what_it_is(answer: Answer, body: bytes) -> str:
    """What came instead of a feed, in words, and which feeds a web page offers (HTML's link rel=alternate)."""
    start = body[:2000].lstrip().lower()
    if b"<html" not in start and b"<!doctype html" not in start:
        kind = answer.headers.get("Content-Type", "").split(";")[0]
        return "not a feed" + (f" ({kind})" if kind else "")
    offered = []
    for link in _LINK.findall(body[:200_000]):
        attributes = {k.lower(): html.unescape(v) for k, v in _ATTRIBUTE.findall(link.decode("utf-8", "replace"))}
        if (
            attributes.get("type", "").lower() in {"application/rss+xml", "application/atom+xml"}
            and "href" in attributes
        ):
            address = _joined(answer.url, attributes["href"])
            offered += [address] if address else []
    return "a web page, not a feed" + (f"; it offers these feeds: {', '.join(offered[:5])}" if offered else "")

"""A feed → records (the only importer of feedparser): a conditional GET, and each entry as its feed describes it."""

from __future__ import annotations

import calendar
import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from watcher import markup
from watcher.errors import SourceError
from watcher.models import Author, Doi, Kind, Passage, Pmcid, Pmid, Record
from watcher.works.identifiers import canonical_url, find_dois, find_ids, is_preprint_doi, normal_doi, safe_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Feed
    from watcher.sources.http import Answer, Client

LARGEST_FEED = 10_000_000  # bytes, unpacked
LONGEST_TEXT = 20_000  # characters of an entry's text that are kept

Identifiers = tuple[Pmid | None, Doi | None, Pmcid | None]

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
_NOT_MODIFIED = 304
_LINK = re.compile(rb"<link\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*["']?([^"'\s>]+)""")


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "changed since?" with (RFC 9110, section 13): sent back as they came."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """The entries of a feed, in its order; none where it has not changed since the validators."""

    records: tuple[Record, ...]
    validators: Validators
    changed: bool = True
    moved_to: str | None = None


def poll(client: Client, feed: Feed, validators: Validators) -> FeedAnswer:
    """Ask a feed for what is new. Raises SourceError, which names the address and what came instead of a feed."""
    headers = {"Accept": _ACCEPT}
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    answer = client.get(feed.url, lambda answer: answer, headers=headers, largest=LARGEST_FEED)
    if answer.status == _NOT_MODIFIED:
        return FeedAnswer((), validators, changed=False, moved_to=answer.moved_to)
    fresh = Validators(answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
    return FeedAnswer(read_feed(answer, feed), fresh, moved_to=answer.moved_to)


def read_feed(answer: Answer, feed: Feed) -> tuple[Record, ...]:
    """The entries of a feed's bytes as records. Raises SourceError where they are no feed."""
    import feedparser

    if not answer.body.strip():
        raise SourceError(f"{answer.url}: the answer is empty")
    headers = {k.lower(): v for k, v in answer.headers.items() if k.lower() == "content-type"}
    parsed = feedparser.parse(answer.body, response_headers={**headers, "content-location": answer.url})
    if not parsed.entries and not parsed.get("version"):
        raise SourceError(f"{answer.url}: {_what_it_is(answer)}")
    name = markup.tidy(html.unescape(str(parsed.feed.get("title", "")))) or feed.name
    found = (_record(entry, feed, name, answer.url) for entry in parsed.entries)
    return tuple(record for record in found if record is not None)


def _record(entry: Any, feed: Feed, feed_title: str, base: str) -> Record | None:
    """An entry as a record; None for one that has neither title nor text nor link, which says nothing."""
    title = markup.from_html(_text(entry, "title"))[:2000]
    text = max((_text(entry, "summary"), *(str(c.get("value", "")) for c in entry.get("content", []))), key=len)
    text = markup.from_html(text[: 5 * LONGEST_TEXT])
    if len(text) > LONGEST_TEXT:
        text = markup.escape(markup.plain(text)[:LONGEST_TEXT])
    link = safe_url(urljoin(base, str(entry.get("link", ""))))
    if not (title or text):
        return None
    guid = markup.tidy(str(entry.get("id", "")))
    identity = guid or (link and canonical_url(link)) or markup.plain(title or text)
    own = _own_ids(entry, guid, link)
    pmid, doi, pmcid = own if any(own) else _spoken_of(text)
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
        journal=markup.tidy(str(entry.get("prism_publicationname", "") or feed_title))[:300],
        volume=markup.tidy(str(entry.get("prism_volume", "")))[:40],
        issue=markup.tidy(str(entry.get("prism_number", "")))[:40],
        published=_published(entry),
        keywords=tuple(filter(None, tags)),
    )


def _text(entry: Any, key: str) -> str:
    """A text of the entry as HTML: feedparser says of each whether it is plain."""
    detail = entry.get(f"{key}_detail")
    value = str(entry.get(key, "") or "")
    return (
        html.escape(value) if detail is not None and detail.get("type") == "text/plain" and "<" not in value else value
    )


def _own_ids(entry: Any, guid: str, link: str | None) -> Identifiers:
    """PMID, DOI and PMCID of the entry itself: from its fields made for that, its guid and its link."""
    for key in ("prism_doi", "dc_identifier", "citation_doi"):
        if doi := normal_doi(str(entry.get(key, ""))):
            return None, doi, None
    pmid, doi, pmcid = find_ids(guid)
    linked = find_ids(link or "")
    return pmid or linked[0], doi or linked[1], pmcid or linked[2]


def _spoken_of(text: str) -> Identifiers:
    """The one work that a text speaks of, if it is one alone: what a press release is about."""
    words = markup.plain(text)
    dois = list(find_dois(words))
    if dois:
        return None, dois[0] if len(dois) == 1 else None, None
    return find_ids(words)[0], None, None


def _authors(entry: Any) -> Iterator[Author]:
    """Names as they stand; feeds put several into one, with commas or semicolons between."""
    for author in entry.get("authors", []):
        name = markup.tidy(html.unescape(re.sub(r"<[^>]*>", " ", str(author.get("name", "")))))
        parts = re.split(r"\s*;\s*|\s+and\s+", name) if ";" in name else re.split(r",\s+(?=\S+\s)", name)
        for part in parts:
            if part and "@" not in part:
                yield Author(part[:200])


def _published(entry: Any) -> str | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        if stamp := entry.get(key):
            try:
                return datetime.fromtimestamp(calendar.timegm(stamp), UTC).date().isoformat()
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _what_it_is(answer: Answer) -> str:
    """What came instead of a feed, in words, and which feeds a web page offers (HTML's link rel=alternate)."""
    start = answer.body[:2000].lstrip().lower()
    if b"<html" not in start and b"<!doctype html" not in start:
        kind = answer.headers.get("Content-Type", "").split(";")[0]
        return "not a feed" + (f" ({kind})" if kind else "")
    offered = []
    for link in _LINK.findall(answer.body[:200_000]):
        attributes = {k.lower(): html.unescape(v) for k, v in _ATTRIBUTE.findall(link.decode("utf-8", "replace"))}
        if (
            attributes.get("type", "").lower() in {"application/rss+xml", "application/atom+xml"}
            and "href" in attributes
        ):
            address = safe_url(urljoin(answer.url, attributes["href"]))
            offered += [address] if address else []
    return "a web page, not a feed" + (f"; it offers these feeds: {', '.join(offered[:5])}" if offered else "")

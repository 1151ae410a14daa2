"""Kept digests as files for any web server: a page and JSON of each, an index of all, and a feed of their works."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from watcher.digest import opening
from watcher.digest.dates import Dates
from watcher.digest.entry import lines_of, title_of
from watcher.digest.fill import asleep, environment
from watcher.digest.render import html_page
from watcher.digest.richtext import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from watcher.told import Digest, Edition, Entry

INDEX, INDEX_JSON, FEED = "index.html", "index.json", "works.atom"
IN_FEED = 200  # works, the latest


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept of a digest for its files, complete: nothing is left out for its length."""

    day: str
    counts: str
    page: str
    works: str


def stem(edition: Edition) -> str:
    """The name of its files, without an ending: it is no path, no hidden file and none too long."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", edition.name).strip("-")[:60] or "digest"
    return f"{edition.day}_{name}_{edition.id}"


def content(digest: Digest) -> Content:
    """The page, and the works as JSON, those last that were held back; all of it ASCII but the page.

    The page has its dates in the digest's language; what stands beside that of digests in others is in English.
    """
    return Content(
        day=digest.composed_at.astimezone(ZoneInfo(digest.zone)).date().isoformat(),
        counts=opening.counts(replace(digest, language="en")),
        page=html_page(digest, index=INDEX),
        works=json.dumps(list(_works(digest))),
    )


def page_json(edition: Edition, works: str) -> str:
    """An edition with all its works, as JSON."""
    return _json({**_facts(edition), "works": json.loads(works)})


def index_json(editions: Iterable[Edition]) -> str:
    """All editions as JSON, in the order given."""
    return _json([_facts(edition) for edition in editions])


def index(article: str, editions: Sequence[Edition]) -> str:
    """The page that leads to all editions, in the order given."""
    template = environment().get_template("index.html.j2")
    named = [(edition, stem(edition)) for edition in editions]
    return asleep(template.render(article=clean(article, 300), editions=named, feed=FEED))


def feed(article: str, editions: Iterable[tuple[Edition, str]]) -> str:
    """The works of editions, given with their works as JSON, as Atom (RFC 4287): no work twice, 200 at most."""
    entries: dict[str, tuple[Edition, dict[str, Any], str]] = {}
    updated = None
    for edition, works in editions:
        updated = updated or edition.composed_at
        for work in json.loads(works):
            url = work["url"] or f"{stem(edition)}.html"
            if not work["held_back"] and len(entries) < IN_FEED:
                entries.setdefault(_uuid(work["url"] or f"{url} {work['title']}"), (edition, work, url))
    template, title = environment().get_template("works.xml.j2"), clean(article, 300)
    return template.render(article=title, id=_uuid(f"watcher {title}"), updated=updated, entries=entries)


def _works(digest: Digest) -> Iterator[dict[str, Any]]:
    dates = Dates(digest.zone)
    for section, entries in (("Updates", digest.updates), ("The sources themselves", digest.sources)):
        yield from (_work(entry, section, dates) for entry in entries)
    for part, held in ((digest.sections, False), (digest.held, True)):
        for one in part:
            yield from (_work(entry, one.title, dates, held_back=held) for entry in one.entries)


def _work(entry: Entry, section: str, dates: Dates, *, held_back: bool = False) -> dict[str, Any]:
    """What is shown of it: links alone that are safe, text alone that is clean."""
    work, shown = entry.work, lines_of(entry, dates)
    return {
        "title": str(title_of(work.record)), "kind": work.kind, "section": clean(section, 200),
        "also_in": shown.also_in, "authors": shown.authors, "facts": list(shown.facts),
        "published": work.record.published, "doi": work.doi,
        "pmid": work.pmid, "pmcid": work.pmcid, "url": shown.url or None, "links": [link.url for link in shown.links],
        "free_full_text": shown.free.url if shown.free else None, "excerpt": str(shown.excerpt), "change": shown.change,
        "why": shown.reasons, "news": [item.words for item in shown.news], "held_back": held_back,
    }  # fmt: skip


def _facts(edition: Edition) -> dict[str, Any]:
    return {
        "id": edition.id, "name": clean(edition.name, 100), "composed_at": edition.composed_at.isoformat(),
        "day": edition.day, "subject": edition.subject, "counts": edition.counts, "page": f"{stem(edition)}.html",
        "json": f"{stem(edition)}.json",
    }  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, indent=1) + "\n"


def _uuid(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"

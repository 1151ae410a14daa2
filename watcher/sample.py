"""The embedded sample as a network: what PubMed and two feeds answer on its days. All of it is invented."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from watcher.models import Record
from watcher.sources.pubmed_xml import read_records
from watcher.terms.term import Term

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MORNINGS = (datetime(2026, 3, 2, 6, 0, tzinfo=UTC), datetime(2026, 3, 4, 6, 0, tzinfo=UTC))

_FEEDS = {"newsroom.example.edu/feed.xml": "newsroom.xml", "journal.example.org/new.atom": "journal.xml"}
_PAGES = ("newsroom.example.edu", "journal.example.org", "clinic.example.org")
_PAGE = b"<title>A page of the sample</title><p>All that stands on this page is invented, and it stays as it is.</p>"
_ANSWER = '<?xml version="1.0" encoding="UTF-8" ?>\n{}'


def copy_settings(folder: Path) -> Path:
    """The sample's queries.toml, copied into a folder; gives its path."""
    target = folder / "queries.toml"
    with (files("watcher.demo") / "queries.toml").open("rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target


@dataclass
class SampleNetwork:
    """Plays PubMed and the feeds as they are on `day`, which may be moved on."""

    day: date
    requests: int = field(default=0, init=False)

    def __call__(
        self, method: str, url: str, fields: str, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Answer a request, as `watcher.sources.http_session.Play` has it."""
        self.requests += 1
        parts = urlsplit(url)
        asked = {key: values[0] for key, values in parse_qs(fields if method == "POST" else parts.query).items()}
        if parts.path.endswith("/esearch.fcgi"):
            return 200, {"Content-Type": "text/xml"}, self._search(asked["term"])
        if parts.path.endswith("/efetch.fcgi"):
            return 200, {"Content-Type": "text/xml"}, self._fetch(asked["id"].split(","))
        if parts.path.endswith("/elink.fcgi"):
            return 200, {"Content-Type": "text/xml"}, self._links(parse_qs(fields)["id"])
        if (name := _FEEDS.get(parts.netloc + parts.path)) is not None:
            return self._feed(name, headers)
        if parts.netloc in _PAGES:
            return 200, {"Content-Type": "text/html"}, _PAGE
        return 404, {}, b"not in the sample"

    def _search(self, term: str) -> bytes:
        asked = Term.parse(term)
        today = self._today
        found = sorted((pmid for pmid, (record, _) in today.items() if asked.evaluate(record).matched), reverse=True)
        ids = "".join(f"<Id>{pmid}</Id>" for pmid in found)
        answer = (
            f"<eSearchResult><Count>{len(found)}</Count><RetMax>{len(found)}</RetMax><RetStart>0</RetStart>"
            f"<IdList>{ids}</IdList><QueryTranslation>{escape(term)}</QueryTranslation></eSearchResult>"
        )
        return _ANSWER.format(answer).encode()

    def _fetch(self, pmids: list[str]) -> bytes:
        today = self._today
        articles = "".join(today[pmid][1] for pmid in pmids if pmid in today)
        return _ANSWER.format(f"<PubmedArticleSet>{articles}</PubmedArticleSet>").encode()

    def _links(self, pmids: list[str]) -> bytes:
        """What cites each of these, by the reference lists of the day."""
        sets = ""
        for pmid in pmids:
            citing = sorted(one for one, (record, _) in self._today.items() if pmid in record.references)
            links = "".join(f"<Link><Id>{one}</Id></Link>" for one in citing)
            database = f"<DbTo>pubmed</DbTo><LinkName>pubmed_pubmed_citedin</LinkName>{links}"
            sets += f"<LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>{pmid}</Id></IdList>"
            sets += f"<LinkSetDb>{database}</LinkSetDb></LinkSet>" if citing else "</LinkSet>"
        return _ANSWER.format(f"<eLinkResult>{sets}</eLinkResult>").encode()

    def _feed(self, name: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        validators = {"ETag": f'"{self.day}"'}
        if headers.get("If-None-Match") == validators["ETag"]:
            return 304, validators, b""
        body = (files("watcher.demo") / "feeds" / self.day.isoformat() / name).read_bytes()
        return 200, {**validators, "Content-Type": "application/xml"}, body

    @property
    def _today(self) -> dict[str, tuple[Record, str]]:
        """Of each PMID that PubMed has on the day, the latest state of its record, read and as XML."""
        states: dict[str, tuple[Record, str]] = {}
        for record, xml in self._articles:
            if (record.created or self.day) <= self.day and (record.revised or self.day) <= self.day:
                states[record.source_id] = (record, xml)
        return states

    @cached_property
    def _articles(self) -> list[tuple[Record, str]]:
        source = files("watcher.demo") / "pubmed.xml"
        content = source.read_bytes()
        records = [item for item in read_records(BytesIO(content), where=source.name) if isinstance(item, Record)]
        articles = [etree.tostring(article, encoding="unicode") for article in etree.fromstring(content)]
        return list(zip(records, articles, strict=True))

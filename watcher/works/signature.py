"""What identity looks at of a record: its compared form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from watcher.markup import plain
from watcher.models import Kind
from watcher.works import mentions
from watcher.works.identifiers import canonical_url, is_preprint_doi, versionless
from watcher.works.names import Name, compared_names
from watcher.works.places import compared_journal, figures, first_page, is_preprint_server
from watcher.works.sketches import Sketch, sketch
from watcher.works.titles import compared_form_and_head, is_notice

if TYPE_CHECKING:
    from watcher.models import Doi, Record

# Supporting files that publishers register by themselves ("….s001"), and a standard's undated form ("…u").
_PART = re.compile(r"(?<=\d)(?:\.([stg]\d{1,3})|u)$")
_VERSION = re.compile(r"(?<=\d)\.v\d{1,2}$")
# What a publisher's feed has in place of a text (ScienceDirect): one team's articles have it in common.
_LISTING = re.compile(r"\bPublication date:.*?\bAuthor\(s\):.*", re.DOTALL)
_ERRATA = frozenset({"Published Erratum", "Retraction of Publication", "Retraction Notice", "Expression of Concern"})
_REPORTED = range(-3, 2)  # months from a news item to the publication of what it reports
_VERSION_RELATIONS = frozenset({"UpdateOf", "UpdateIn"})


class Signature(NamedTuple):
    """A record as it is compared. Empty strings, sets and tuples, and year 0, stand for what it does not say.

    `ref` names the record: its source and the source's id. `part` is the supporting file that a DOI names; `versions`
    are the PMIDs of other versions that the record names; `mentions` and `story` are a news item's full names and text;
    `head` letters of the title stand before its subtitle; a `comment` is a notice that has a title of its own.
    """

    ref: str
    kind: str
    title: str
    notice: bool = False
    says_notice: bool = False
    pmid: str = ""
    doi: str = ""
    part: str = ""
    pmcid: str = ""
    url: str = ""
    names: tuple[Name, ...] = ()
    full_names: tuple[str, ...] = ()
    journal: str = ""
    abbreviation: str = ""
    volume: frozenset[str] = frozenset()
    issue: frozenset[str] = frozenset()
    page: str = ""
    published: str = ""
    text: Sketch = ()
    versions: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    story: str = ""
    feed: str = ""
    head: int = 0
    comment: bool = False

    @property
    def year(self) -> int:
        """The year of publication; 0 where it is not said."""
        return int(self.published[:4]) if self.published else 0

    @property
    def month(self) -> int:
        """The month of publication, counted from the year 0; 0 where none is said."""
        return self.year * 12 + int(self.published[5:7]) if len(self.published) >= 7 else 0

    @property
    def news(self) -> bool:
        """Whether it tells of works and is none."""
        return self.kind == Kind.NEWS

    @property
    def preprint(self) -> bool:
        """Whether it is one, as far as it, its DOI or its journal's name tells."""
        return self.kind == Kind.PREPRINT

    @property
    def placed(self) -> bool:
        """Whether it says where it appeared."""
        return bool(self.journal or self.volume or self.page)


def signature(record: Record) -> Signature:
    """Of a record as its source described it."""
    title, journal = plain(record.title), compared_journal(record.journal)
    compared, letters_before_subtitle = compared_form_and_head(title)
    doi, part = base_doi(record.doi) if record.doi else ("", "")
    says_notice = is_notice(title)
    feed = record.source if record.source.startswith("feed:") else ""
    abstract = plain(" ".join([passage.text for passage in record.abstract]))
    kind = record.kind
    if kind is not Kind.NEWS and ((record.doi and is_preprint_doi(record.doi)) or is_preprint_server(journal)):
        kind = Kind.PREPRINT
    news = kind is Kind.NEWS
    return Signature(
        ref=f"{record.source} {record.source_id}",
        kind="article" if kind is Kind.NOTICE else kind,
        title=compared,
        notice=says_notice or record.kind is Kind.NOTICE,
        says_notice=says_notice,
        pmid=record.pmid or "",
        doi=doi,
        part=part,
        pmcid=record.pmcid or "",
        url=_own_address(record.url) if feed and record.url else "",
        names=compared_names(record.authors),
        full_names=() if news else mentions.full_names(record.authors),
        journal="" if news else journal,
        abbreviation="" if news else compared_journal(record.journal_abbreviation),
        volume=figures(record.volume),
        issue=figures(record.issue),
        page=first_page(record.pages),
        published=record.published or "",
        text=sketch(_LISTING.sub("", abstract, count=1) if news else abstract),
        versions=tuple(r.pmid for r in record.related if r.pmid and r.kind in _VERSION_RELATIONS),
        mentions=mentions.mentioned(f"{title}. {abstract}") if news else (),
        story=mentions.story(f"{title}. {abstract}") if news else "",
        feed=feed,
        head=letters_before_subtitle,
        comment="Comment" in record.publication_types and _ERRATA.isdisjoint(record.publication_types),
    )


def may_report(news: Signature, work: Signature) -> bool:
    """Whether a news item names the first or last author of a work that is about as old as itself."""
    return work.month - news.month in _REPORTED and not set(reported_by(work)).isdisjoint(reported_by(news))


def reported_by(sig: Signature) -> tuple[str, ...]:
    """The full names by which a news item and the work it reports find each other: first and last authors."""
    if not sig.month:
        return ()
    return sig.mentions if sig.news else tuple(dict.fromkeys((*sig.full_names[:1], *sig.full_names[-1:])))


def _own_address(url: str) -> str:
    """For comparison; empty for a host's front page, which many entries may name."""
    address = canonical_url(url)
    return address if address and address.count("/") > 2 else ""


def base_doi(doi: Doi) -> tuple[str, str]:
    """What the DOIs of a work's versions have in common, and the part of it that this one names.

    bioRxiv and medRxiv changed their prefix at the end of 2025, and kept what stands behind it.
    """
    base: str = versionless(doi)
    part = ""
    if ".v" in base:
        base = _VERSION.sub("", base)
    if found := _PART.search(base):
        base, part = base[: found.start()], found[1] or ""
    return "10.1101/" + base.removeprefix("10.64898/") if base.startswith("10.64898/") else base, part

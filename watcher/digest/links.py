"""The links of a work: built from its identifiers, and a source's own address only where nothing about it deceives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from watcher.models import CitedWork, Doi, Pmcid, Pmid, Work

_LONGEST = 1000
_PLAIN = re.compile(r"https?://[^\s\x00-\x20\x7f-\xa0\\<>\"'`{}|^\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?", re.ASCII)
_KEPT = "/:?#[]!$&'()*+,;=%~"  # as they stand in an address; an at sign is encoded, since it reads like userinfo
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """An address, in ASCII, and the words that a reader presses."""

    label: str
    url: str


def of_work(work: Work) -> tuple[Link, ...]:
    """The best first: DOI, PubMed, the free full text, the page of the source; each address once."""
    return _links(work.doi, work.pmid, work.pmcid, work.url)


def of_cited(cited: CitedWork) -> tuple[Link, ...]:
    """Those of a work that the article cites, best first."""
    return _links(cited.doi, cited.pmid, cited.pmcid, cited.url)


def _links(doi: Doi | None, pmid: Pmid | None, pmcid: Pmcid | None, url: str | None) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    if doi and doi.startswith("10.") and len(doi) <= _LONGEST:
        address = "https://doi.org/" + quote(doi.encode(errors="ignore"), safe="/:;()")
        found[address] = Link("DOI", address)
    if pmid and _DIGITS.fullmatch(pmid):
        address = f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
        found[address] = Link("PubMed", address)
    if pmcid and _DIGITS.fullmatch(pmcid.removeprefix("PMC")):
        address = f"https://pmc.ncbi.nlm.nih.gov/articles/PMC{pmcid.removeprefix('PMC')}/"
        found[address] = Link("Free full text", address)
    page = plain_address(url or "")
    if page is not None and page.rstrip("/") not in {known.rstrip("/") for known in found}:
        found[page] = Link("Page", page)
    return tuple(found.values())


def plain_address(url: str) -> str | None:
    """An http(s) address in ASCII; None for anything else.

    Refused: other schemes, userinfo ("https://doi.org@evil.example"), white space and controls, and hosts that are not
    ASCII, for they can look like others.
    """
    if len(url) > _LONGEST or not _PLAIN.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    netloc = host if port is None else f"{host}:{port}"
    rest = url[url.index("//") + 2 + len(parts.netloc) :]
    address = f"{parts.scheme}://{netloc}{quote(rest.encode(errors='ignore'), safe=_KEPT)}"
    return address if len(address) <= _LONGEST else None

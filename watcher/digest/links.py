"""The links of a work: built from its identifiers, and a source's own address only where nothing about it deceives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from watcher.works.identifiers import doi_link, pubmed_link, safe_url

if TYPE_CHECKING:
    from watcher.models import CitedWork, Doi, Pmcid, Pmid, Work


@dataclass(frozen=True, slots=True)
class Link:
    """An address, in ASCII, and the words that a reader presses."""

    label: str
    url: str


def of_work(work: Work) -> tuple[Link, ...]:
    """The best first: DOI, PubMed, the free full text, the page of the source; each address once."""
    return _links(work.doi, work.pmid, work.pmcid, work.url)


def rating(work_id: int, sign: str) -> str:
    """The subject of a mail that rates a work: "watcher rate 123 +"."""
    return f"watcher rate {work_id} {sign}"


def of_rating(address: str, work_id: int) -> tuple[Link, ...]:
    """Mails that call a work good or bad (RFC 6068)."""
    to = quote(address, safe="@")
    return tuple(
        Link(label, f"mailto:{to}?subject={quote(rating(work_id, sign))}")
        for label, sign in (("More like this", "+"), ("Less like this", "-"))
    )


def of_cited(cited: CitedWork) -> tuple[Link, ...]:
    """Those of a work that the article cites, best first."""
    return _links(cited.doi, cited.pmid, cited.pmcid, cited.url)


def _links(doi: Doi | None, pmid: Pmid | None, pmcid: Pmcid | None, url: str | None) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    if doi:
        found[doi_link(doi)] = Link("DOI", doi_link(doi))
    if pmid:
        found[pubmed_link(pmid)] = Link("PubMed", pubmed_link(pmid))
    if pmcid:
        address = f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/"
        found[address] = Link("Free full text", address)
    page = page_address(url or "")
    if page is not None and page.rstrip("/") not in {known.rstrip("/") for known in found}:
        found[page] = Link("Page", page)
    return tuple(found.values())


def page_address(url: str) -> str | None:
    """A source's own address as a link, in ASCII; None for what is not http(s) to a plain host.

    Of another script's letters the host shows as punycode, so that it looks like no other; an at sign is encoded, since
    it reads like userinfo.
    """
    address = safe_url(url)
    return None if address is None else address.replace("@", "%40")

"""The links of a work: built from its identifiers, and a source's own address only where nothing about it deceives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from watcher.works.identifiers import doi_link, normal_doi, normal_pmcid, normal_pmid, pubmed_link, safe_url

if TYPE_CHECKING:
    from watcher.models import CitedWork, Doi, Pmcid, Pmid, Work

_LONGEST_ID = 60  # characters of an identifier that is shown beside its name


@dataclass(frozen=True, slots=True)
class Link:
    """An address, in ASCII: what it leads to, and the words that a reader presses where they tell more."""

    label: str
    url: str
    shown: str = ""

    @property
    def words(self) -> str:
        """What a reader presses."""
        return self.shown or self.label


def of_work(work: Work) -> tuple[Link, ...]:
    """The best first: DOI, PubMed, the page of the source; each address once. The free full text stands apart."""
    return _links(work.doi, work.pmid, work.url, free_text(work))


def free_text(work: Work) -> Link | None:
    """The free full text, where PubMed Central has it."""
    return _free_text(work.pmcid)


def of_cited(cited: CitedWork) -> tuple[Link, ...]:
    """Those of a work that the article cites, best first."""
    free = _free_text(cited.pmcid)
    found = _links(cited.doi, cited.pmid, None, free)
    return (*found, *([free] if free else []), *_links(None, None, cited.url, free))


def page(address: str) -> Link:
    """A page of a source, called by its host. `address` is one that `page_address` gave."""
    return Link("Page", address, urlsplit(address).netloc)


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


def _free_text(pmcid: Pmcid | None) -> Link | None:
    if not pmcid or normal_pmcid(pmcid) != pmcid:
        return None
    return Link("Free full text", f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/", f"free full text ({pmcid})")


def _links(doi: Doi | None, pmid: Pmid | None, url: str | None, free: Link | None) -> tuple[Link, ...]:
    found = []
    if doi and normal_doi(doi):
        found.append(Link("DOI", doi_link(doi), f"DOI\u00a0{doi}" if len(doi) <= _LONGEST_ID else ""))
    if pmid and normal_pmid(pmid) == pmid:
        found.append(Link("PubMed", pubmed_link(pmid), f"PubMed\u00a0{pmid}"))
    address = page_address(url or "")
    known = {link.url.rstrip("/").casefold() for link in [*found, *([free] if free else [])]}
    if address is not None and address.rstrip("/").casefold() not in known:
        found.append(page(address))
    return tuple(found)


def page_address(url: str) -> str | None:
    """A source's own address as a link, in ASCII; None for what is not http(s) to a plain host.

    Of another script's letters the host shows as punycode, so that it looks like no other; an at sign is encoded, since
    it reads like userinfo.
    """
    address = safe_url(url)
    return None if address is None else address.replace("@", "%40")

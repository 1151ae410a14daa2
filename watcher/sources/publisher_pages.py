"""Web pages of works: what a page says of the work that it is about, in the meta tags made for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.article.main_part import parsed
from watcher.markup import tidy
from watcher.models import Doi, Pmcid, Pmid
from watcher.sources.pages import LARGEST_FILE, charset_of
from watcher.works.identifiers import normal_doi, normal_pmcid, normal_pmid

if TYPE_CHECKING:
    from watcher.sources.http import Client

# Highwire's tags, which Google Scholar asks publishers for, and those of PRISM and Dublin Core.
_DOI = ("citation_doi", "prism.doi", "dc.identifier", "dc.identifier.doi", "bepress_citation_doi")
_PMID = ("citation_pmid",)
_PMCID = ("citation_pmcid",)
_TITLE = ("citation_title", "prism.title", "dc.title", "og:title")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. `title` is that of the work where a tag names it (`of_work`), else the page's own."""

    doi: Doi | None = None
    pmid: Pmid | None = None
    pmcid: Pmcid | None = None
    title: str = ""
    of_work: bool = False


def page_of(client: Client, url: str) -> Page:
    """Read an address that somebody else named: none in a private network. Raises SourceError."""
    return client.get(
        url, lambda answer: read_page(answer.body, charset_of(answer)), largest=LARGEST_FILE, outside_only=True
    )


def read_page(body: bytes, charset: str | None = None) -> Page:
    """What a page's head says; an empty Page where it is no HTML. `charset` is the header's."""
    page = parsed(body, charset)
    if page is None:
        return Page()
    said: dict[str, list[str]] = {}
    for meta in page.iter("meta"):
        name = str(meta.get("name") or meta.get("property") or "").lower()
        said.setdefault(name, []).append(tidy(str(meta.get("content", ""))))

    def first(names: tuple[str, ...]) -> list[str]:
        return [value for name in names for value in said.get(name, []) if value]

    titles = [tidy(title.text or "") for title in page.iter("title")]
    named = first(_TITLE)
    return Page(
        doi=next(filter(None, map(normal_doi, first(_DOI))), None),
        pmid=next(filter(None, map(normal_pmid, first(_PMID))), None),
        pmcid=next(filter(None, map(normal_pmcid, first(_PMCID))), None),
        title=next(iter([*named, *titles]), ""),
        of_work=any(said.get(name) for name in _TITLE[:-1]),
    )

"""Which work an entry of a feed is, or else speaks of: PMID, DOI and PMCID in the many places where feeds put them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from watcher import markup
from watcher.works.identifiers import find_dois, find_ids, find_pmids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.models import Doi, Pmcid, Pmid

Identifiers = tuple["Pmid | None", "Doi | None", "Pmcid | None"]
NONE: Identifiers = (None, None, None)

_HREF = re.compile(r"""<a\s[^<>]*?\bhref\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
_CLOSING_NUMBER = re.compile(r"(?<!\d)\d{5,}$")


def own_ids(names: Sequence[str], body: str) -> Identifiers:
    """The identifiers of the entry itself, by what names it (the surest first): fields made for that, guid, link.

    Some addresses hold no more than a DOI's closing number, which stands in the text: Pensoft's "/article/75391/" with
    10.3897/zookeys.1068.75391, and some of bioRxiv's. `body` is that text as HTML.
    """
    found = [find_ids(name) for name in names]
    pmid, doi, pmcid = (next(filter(None, column), None) for column in zip(*found, strict=True))
    if doi is None:
        numbers = {number for name in names for number in re.findall(r"\d{5,}", name)}
        told = [doi for doi in find_dois(markup.plain(body)) if set(_CLOSING_NUMBER.findall(doi)) & numbers]
        doi = told[0] if len(told) == 1 else None
    return pmid, doi, pmcid


def spoken_of(text: str, body: str) -> Identifiers:
    """The one work that an entry's words speak of or, if they name none, its links lead to; none where it is not one
    alone. `text` is what is read of the entry, `body` the same as HTML with its links.
    """
    for place in (markup.plain(text), " ".join(map(html.unescape, _HREF.findall(body)))):
        dois, pmids = list(find_dois(place)), list(find_pmids(place))
        if dois:
            return (None, dois[0], None) if len(dois) == 1 else NONE
        if pmids:
            return (pmids[0], None, None) if len(pmids) == 1 else NONE
    return NONE

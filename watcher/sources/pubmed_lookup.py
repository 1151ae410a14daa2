"""Keys of works ("pmid:…", "doi:…", "pmcid:…") → the PubMed records that bear them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.sources.pubmed import fetch
from watcher.works.identifiers import identifier_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.models import Pmid, Record
    from watcher.sources.eutils import Eutils

MOST_KEYS = 50  # of one ESearch
_TOO_MANY = 2 * MOST_KEYS  # more hits than that were found by something else than the identifiers


def look_up(eutils: Eutils, keys: Sequence[str]) -> tuple[Record, ...]:
    """The records of at most 50 keys, those alone that bear one. Raises SourceError."""
    if not 0 < len(keys) <= MOST_KEYS:
        raise ValueError(len(keys))
    pmids = _search(eutils, keys)
    wanted = set(keys)
    return (
        tuple(record for record in fetch(eutils, pmids).records if wanted & set(identifier_keys(record)))
        if pmids
        else ()
    )


def _search(eutils: Eutils, keys: Sequence[str]) -> tuple[Pmid, ...]:
    """What PubMed finds by the keys. One that it does not know as a phrase it takes apart, and may find much by."""
    answer = eutils.esearch(" OR ".join(map(_asked, keys)))
    if answer.count <= _TOO_MANY:
        return answer.pmids
    if len(keys) == 1:
        return ()
    half = len(keys) // 2
    return tuple(dict.fromkeys(_search(eutils, keys[:half]) + _search(eutils, keys[half:])))


def _asked(key: str) -> str:
    """A key as PubMed is asked for it. A DOI is quoted, because parentheses, colons and brackets in it are syntax."""
    kind, _, value = key.partition(":")
    match kind:
        case "pmid":
            return f"{value}[uid]"
        case "pmcid":
            return f"{value}[pmcid]"
    return '"{}"[doi]'.format(value.replace('"', ""))

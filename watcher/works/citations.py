"""Which of the cited works a record cites, by the identifiers of its reference list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.models import Doi
from watcher.works.keys import doi_key, kept_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.models import CitedWork, Record, Work


def numbers(cited: Sequence[CitedWork], works: Mapping[int, Work]) -> dict[str, int]:
    """By what a reference list may name each cited work, with its number: the identifiers that the file gives, and
    those of the stored works (`works`, by number). One that several share is that of the first.
    """
    found: dict[str, int] = {}
    for one in cited:
        work = works.get(one.number)
        for key in (*kept_keys(one.pmid, one.doi), *(kept_keys(work.pmid, work.doi) if work else ())):
            found.setdefault(key, one.number)
    return found


def cites(record: Record, known: Mapping[str, int]) -> tuple[int, ...]:
    """The numbers of the cited works (`known`: see `numbers`) that its reference list names, in their order."""
    named = (doi_key(Doi(each)) if each.startswith("10.") else f"pmid:{each}" for each in record.references)
    own = {known[key] for key in kept_keys(record.pmid, record.doi) if key in known}
    return tuple(sorted({known[key] for key in named if key in known} - own))

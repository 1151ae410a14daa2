"""The cited works as the store knows them: by identifiers, so that an edit of queries.toml needs nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from watcher.models import Pmid
from watcher.store.codec import encode_time
from watcher.works.identifiers import identifier_keys
from watcher.works.keys import kept_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from watcher.models import CitedWork, Work
    from watcher.store.connection import Connection
    from watcher.store.identities import Identities
    from watcher.store.works import Works

SOURCE = "cited"  # of the runs that ask PubMed about the cited works
NAME = "PubMed, for the cited works"  # as a person reads it


class Cited:
    """Which works the article's sources are, and when PubMed was asked about them."""

    def __init__(self, connection: Connection, works: Works, identities: Identities) -> None:
        self._db, self._works, self._identities = connection, works, identities

    def works(self, cited: Sequence[CitedWork]) -> dict[int, Work]:
        """The stored works of these, by number; those that are not stored are missing."""
        found = ((one.number, self._of(one)) for one in cited)
        return {number: work for number, work in found if work is not None}

    def pmids(self, cited: Sequence[CitedWork], works: Mapping[int, Work]) -> dict[Pmid, int]:
        """The PMIDs of these, each with its number: as the file gives them, and of all PubMed's records of the stored
        works (`works`, by number).
        """
        found: dict[Pmid, int] = {}
        for one in cited:
            stored = self._described(works[one.number].id) if one.number in works else ()
            for pmid in filter(None, (one.pmid, *stored)):
                found.setdefault(pmid, one.number)
        return found

    def waiting(self, cited: Sequence[CitedWork], until: datetime) -> tuple[str, ...]:
        """The keys (see `identifier_keys`) of those without a record of PubMed's, as far as PubMed was not asked about
        them after `until`.
        """
        works = self.works(cited)
        lacking = [one for one in cited if one.number not in works or not self._described(works[one.number].id)]
        keys = dict.fromkeys(key for one in lacking for key in identifier_keys(one))
        sql = "SELECT key FROM cited_lookups WHERE key IN (SELECT value FROM json_each(?)) AND asked_at > ?"
        asked = {row["key"] for row in self._db.rows(sql, [json.dumps(list(keys)), encode_time(until)])}
        return tuple(key for key in keys if key not in asked)

    def looked_up(self, cited: Iterable[CitedWork]) -> frozenset[int]:
        """The numbers of those about which PubMed was asked by one of their identifiers."""
        asked = {row["key"] for row in self._db.rows("SELECT key FROM cited_lookups")}
        return frozenset(one.number for one in cited if not asked.isdisjoint(identifier_keys(one)))

    def asked(self, keys: Iterable[str], at: datetime) -> None:
        """Note that PubMed has answered about these. Call within a transaction."""
        self._db.run_many(
            "INSERT INTO cited_lookups VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET asked_at = excluded.asked_at",
            [(key, encode_time(at)) for key in keys],
        )

    def _of(self, cited: CitedWork) -> Work | None:
        ids = (self._identities.article(key) for key in kept_keys(cited.pmid, cited.doi, cited.pmcid))
        work_id = next((work_id for work_id in ids if work_id is not None), None)
        return None if work_id is None else self._works.get(work_id)

    def _described(self, work_id: int) -> tuple[Pmid, ...]:
        """The PMIDs of PubMed's records of a work."""
        sql = "SELECT source_id FROM records WHERE work_id = ? AND source = 'pubmed' ORDER BY id"
        return tuple(Pmid(row["source_id"]) for row in self._db.rows(sql, [work_id]))

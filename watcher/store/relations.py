"""What works are to each other, as PubMed's records say: notices, comments, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.codec import listed
from watcher.works.keys import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.models import Record
    from watcher.store.connection import Connection
    from watcher.store.keys import KeyIndex


class Relations:
    """Who names whom. Everything that changes it is called within a transaction."""

    def __init__(self, connection: Connection, keys: KeyIndex) -> None:
        self._db = connection
        self._keys = keys

    def of_work(self, work_id: int) -> list[tuple[str, int | None, str]]:
        """What a work is to others, as its records say: kind, the other work if it is known, its PMID."""
        rows = self._db.rows("SELECT kind, other_id, other_pmid FROM relations WHERE work_id = ?", [work_id])
        return [(row["kind"], row["other_id"], row["other_pmid"]) for row in rows]

    def tie(self, work_id: int, record: Record) -> None:
        """Tie a work to those that its record names, and those that named it before it was known to it."""
        if record.related:
            bearing = {it.pmid: self._keys.records([number(f"pmid:{it.pmid}")]) for it in record.related if it.pmid}
            self._db.run_many(
                "INSERT OR IGNORE INTO relations (work_id, kind, other_id, other_pmid) VALUES (?1, ?2, "
                "coalesce((SELECT work_id FROM records WHERE source = 'pubmed' AND source_id = ?3), "
                "(SELECT min(works.id) FROM records JOIN works ON works.id = work_id "
                "WHERE records.id IN (SELECT value FROM json_each(?4)) AND works.pmid = ?3)), ?3)",
                [(work_id, it.kind, it.pmid, listed(bearing[it.pmid])) for it in record.related if it.pmid],
            )
        if record.pmid and self._db.row("SELECT 1 FROM relations WHERE other_pmid = ?", [record.pmid]):
            self._db.run("UPDATE relations SET other_id = ? WHERE other_pmid = ?", [work_id, record.pmid])

    def tie_anew(self, work_id: int, records: Iterable[Record]) -> None:
        """Tie a work by these records alone."""
        self._db.run("DELETE FROM relations WHERE work_id = ?", [work_id])
        for record in records:
            self.tie(work_id, record)

    def drop(self, work_id: int) -> None:
        """Forget what a work names, which is no more; who names it, names a PMID alone."""
        self._db.run("DELETE FROM relations WHERE work_id = ?", [work_id])
        self._db.run("UPDATE relations SET other_id = NULL WHERE other_id = ?", [work_id])

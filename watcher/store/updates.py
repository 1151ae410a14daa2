"""What has become of works since a digest told them, and of cited works: journal versions, notices about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.store.codec import decode_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.store.connection import Connection


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A work that was last told as a preprint, and that now has a better version."""

    work_id: int
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice (by its work) that was not told, and what it is about: by relation, PMID and title."""

    work_id: int
    relation: str
    about_pmid: str
    about_title: str


@dataclass(frozen=True, slots=True)
class Told(Notice):
    """One about a work that was told, and when."""

    told_at: datetime


_NOTICES = """
    WITH told AS (
        SELECT work_id, max(composed_at) AS at FROM entries JOIN digests ON digests.id = digest_id
        WHERE name = ?1 GROUP BY work_id
    )
    SELECT relations.work_id, relations.kind, other_pmid, works.title, told.at FROM relations
    JOIN works AS notices ON notices.id = relations.work_id
    LEFT JOIN works ON works.id = other_id LEFT JOIN told ON told.work_id = other_id
    WHERE relations.kind IN (SELECT value FROM json_each(?2)) AND {}
    AND relations.work_id NOT IN (SELECT work_id FROM told)
    ORDER BY relations.work_id, other_pmid
"""


class Updates:
    """What a digest's readers should hear of again."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def versions(self, digest: str) -> list[NewVersion]:
        """The works that digests of this name told as preprints, last of all, and that are articles now."""
        # SQLite gives the bare columns of the row that has the maximum: the latest entry.
        sql = """
            SELECT work_id, kind, max(composed_at) AS told_at, json_extract(content, '$.kind') AS told_as FROM (
                SELECT entries.work_id, composed_at, content FROM entries
                JOIN digests ON digests.id = digest_id JOIN contents USING (record_id) WHERE name = ?
            ) JOIN works ON works.id = work_id GROUP BY work_id HAVING told_as = 'preprint' AND kind = 'article'
            ORDER BY work_id
        """
        return [NewVersion(row["work_id"], decode_time(row["told_at"])) for row in self._db.rows(sql, [digest])]

    def notices(self, digest: str, relations: Iterable[str]) -> list[Told]:
        """The notices that no digest of this name told, and that stand in one of these relations (as a notice names
        what it is about: "RetractionOf") to a work which one told before the notice came.
        """
        rows = self._db.rows(_NOTICES.format("notices.first_seen_at > told.at"), [digest, json.dumps(list(relations))])
        return [Told(r["work_id"], r["kind"], r["other_pmid"], r["title"] or "", decode_time(r["at"])) for r in rows]

    def notices_of(self, pmids: Iterable[str], digest: str, relations: Iterable[str]) -> list[Notice]:
        """Those that stand in one of these relations to one of these PMIDs, told or not."""
        named = [digest, json.dumps(list(relations)), json.dumps(list(pmids))]
        rows = self._db.rows(_NOTICES.format("other_pmid IN (SELECT value FROM json_each(?3))"), named)
        return [Notice(r["work_id"], r["kind"], r["other_pmid"], r["title"] or "") for r in rows]

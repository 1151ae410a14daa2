"""Works as rows: CSV for spreadsheets, JSON lines for scripts, with the same columns."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from watcher.digest import links
from watcher.digest.entry import title_of
from watcher.digest.excerpt import readable
from watcher.digest.richtext import unmarked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.models import Work

COLUMNS = (
    "id", "kind", "title", "authors", "journal", "published", "doi", "pmid", "pmcid", "url", "first_seen_at",
    "abstract",
)  # fmt: skip
# Spreadsheets run what begins so as a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_table(works: Iterable[Work]) -> str:
    """RFC 4180, with a line of names; a cell that a spreadsheet would run has an apostrophe before it."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for work in works:
        values = _values(work)
        table.writerow([_inert(_cell(values[name])) for name in COLUMNS])
    return out.getvalue()


def json_lines(works: Iterable[Work]) -> str:
    """An object a line."""
    return "".join(json.dumps(_values(work), ensure_ascii=False) + "\n" for work in works)


def _values(work: Work) -> dict[str, object]:
    record = work.record
    return {
        "id": work.id, "kind": str(work.kind), "title": str(title_of(record)),
        "authors": [unmarked(str(author), 300) for author in record.authors], "journal": unmarked(record.journal),
        "published": record.published, "doi": work.doi, "pmid": work.pmid, "pmcid": work.pmcid,
        "url": next((link.url for link in links.of_work(work)), None),
        "first_seen_at": work.first_seen_at.isoformat(), "abstract": str(readable(record.abstract)),
    }  # fmt: skip


def _cell(value: object) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value or "")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell

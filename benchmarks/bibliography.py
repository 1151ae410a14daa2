"""Records of deduplication sets, as databases exported them, read as the product's own records.

A line is {id, title, authors, year, journal, volume, issue, pages, doi, pmid, abstract, source, entrytype, …}; what
sets write differently is the form of their authors.
"""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any

from watcher import markup
from watcher.models import Author, Kind, Passage, Record
from watcher.works.identifiers import normal_doi, normal_pmid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GLUED = re.compile(r"(?<=\.)(?=[^\s\-.])(?![A-Z]\.)")  # "Adeli K.Lewis G. F."
_INITIALS_FIRST = re.compile(r"(?:\w\. ?-?)+\w{2,}")  # "a. blum, m. furst, and m. j. kearns"
_YEAR = re.compile(r"\d{4}")
# EndNote writes "Title. Language", and the title in that language on the next line.
_OTHER_LANGUAGE = re.compile(r"\.\s+[A-Z][a-z]+\n(.*)", re.DOTALL)


def lines(folder: Path, name: str) -> Iterator[Any]:
    """The lines of NAME.jsonl or NAME.jsonl.gz; none where there is neither."""
    for path in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"):
        if path.exists():
            with (
                gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file
            ):
                yield from (json.loads(line) for line in file if line.strip())
            return


def records(folder: Path) -> Iterator[Record]:
    """A set's records, in its order; `source_id` is the set's id."""
    return map(_record, lines(folder, "records"))


def _record(row: dict[str, Any]) -> Record:
    year = _YEAR.search(str(row.get("year") or ""))
    title = str(row.get("title") or "")
    vernacular = _OTHER_LANGUAGE.search(title)
    preprint = str(row.get("entrytype") or "") == "misc" and str(row.get("source") or "") in {
        "medrxiv",
        "biorxiv",
        "arxiv",
    }
    abstract = str(row.get("abstract") or "")
    return Record(
        source="set",
        source_id=str(row["id"]),
        kind=Kind.PREPRINT if preprint else Kind.ARTICLE,
        title=markup.from_html(title[: vernacular.start()] if vernacular else title),
        vernacular_title=markup.from_html(vernacular[1]) if vernacular else "",
        authors=authors(str(row.get("authors") or "")),
        abstract=(Passage(markup.escape(abstract)),) if abstract else (),
        journal=str(row.get("journal") or ""),
        volume=str(row.get("volume") or ""),
        issue=str(row.get("issue") or ""),
        pages=str(row.get("pages") or ""),
        doi=normal_doi(str(row.get("doi") or "")),
        pmid=normal_pmid(str(row.get("pmid") or "")),
        published=year[0] if year else None,
    )


def authors(text: str) -> tuple[Author, ...]:
    """Names in any of the sets' forms: BibTeX's "and", semicolons, glued initials, initials first with commas."""
    text = " ".join(text.split())
    if _GLUED.search(text) and "," not in text:
        names = _GLUED.split(text)
    elif " and " in text:
        names = re.split(r",?\s+and\s+", text)
    else:
        names = text.split(";")
    if len(names) <= 2 and text.count(",") >= 2 and _INITIALS_FIRST.match(text):
        names = [part for name in names for part in name.split(",")]
    return tuple(author for name in names if (author := _author(name.strip(" ,;"))) is not None)


def _author(name: str) -> Author | None:
    if not name or name.lower() in {"others", "unknown", "n/a"}:
        return None
    family, comma, given = name.partition(",")
    return Author(family.strip(), given.strip()) if comma else Author(name)

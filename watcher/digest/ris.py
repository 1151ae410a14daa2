"""Works as RIS, the exchange format of reference managers (with the tags that Zotero and EndNote read)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.digest import links
from watcher.digest.entry import title_of
from watcher.digest.excerpt import readable
from watcher.digest.richtext import unmarked
from watcher.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.models import Work

_TYPES = {Kind.ARTICLE: "JOUR", Kind.PREPRINT: "UNPB", Kind.NEWS: "NEWS", Kind.NOTICE: "JOUR"}


def ris(works: Iterable[Work]) -> str:
    """One record a work, lines ended by CRLF. No value of a source can begin a line of its own."""
    return "".join("".join(f"{tag}  - {value}\r\n" for tag, value in _lines(work)) + "\r\n" for work in works)


def _lines(work: Work) -> Iterator[tuple[str, str]]:
    record = work.record
    first, _, last = record.pages.partition("-")
    yield "TY", _TYPES[record.kind]
    yield "TI", str(title_of(record))
    for author in record.authors:
        if name := _author(unmarked(author.family, 200), unmarked(author.given or author.initials, 100)):
            yield "AU", name
    found = (
        ("T2", record.journal or record.source.partition("feed:")[2]), ("J2", record.journal_abbreviation),
        ("PY", (record.published or "")[:4]), ("DA", (record.published or "").replace("-", "/")),
        ("VL", record.volume), ("IS", record.issue), ("SP", first), ("EP", last), ("SN", record.issn),
        ("DO", work.doi or ""), ("AN", work.pmid or ""), ("C2", work.pmcid or ""),
        ("AB", str(readable(record.abstract))), *(("KW", keyword) for keyword in record.keywords),
        *(("LA", language) for language in record.languages), *(("UR", link.url) for link in links.of_work(work)),
    )  # fmt: skip
    yield from ((tag, value) for tag, source in found if (value := unmarked(source)))
    yield "ER", ""


def _author(family: str, given: str) -> str:
    """As "Family, Given"; a name that is whole, as of a group, ends with a comma, so that no program parts it."""
    return f"{family}, {given}" if given else f"{family}," if family else ""

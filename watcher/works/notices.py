"""What has befallen a work, as PubMed's record of it says in CommentsCorrections: each notice is a work of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher import markup

if TYPE_CHECKING:
    from collections.abc import Collection

    from watcher.models import Pmid, Record, RelatedRecord

# RefTypes of pubmed_250101.dtd, the gravest first. Comments, reprints and summaries leave a work as it was.
BEFALLEN = {
    "RetractionIn": "Retracted",
    "RetractedandRepublishedIn": "Retracted and republished",
    "ExpressionOfConcernIn": "Under an expression of concern",
    "CorrectedandRepublishedIn": "Corrected and republished",
    "ErratumIn": "Corrected",
    "RepublishedIn": "Republished",
    "UpdateIn": "Updated",
}
_LONGEST_TITLE = 160  # characters


def befallen_since(before: Record, now: Record, stored: Collection[str] = ()) -> tuple[str, ...]:
    """A line for each kind of notice of which a record names more than it did: "Retracted since: TITLE (PMID 1), by
    PMID 2". The title is that of before, under which a reader knows it: a retraction often alters it. Notices that are
    works here (their PMIDs are `stored`) are told as such, and are no line.
    """
    title = markup.plain(before.title).rstrip(" .")
    title = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
    lines = []
    for kind, words in BEFALLEN.items():
        known, named = (
            [one for one in record.related if one.kind == kind and one.pmid not in stored] for record in (before, now)
        )
        # More of them, not others: a citation is completed, and a PMID added, when the notice is indexed.
        if len(named) > len(known):
            notices = dict.fromkeys(map(_name, named))
            by = ", ".join(notice for notice in notices if notice not in map(_name, known))
            lines.append(f"{words} since: {title} (PMID {before.pmid})" + (f", by {by}" if by else ""))
    return tuple(lines)


def comments_on(record: Record) -> tuple[Pmid, ...]:
    """The comments on it that it names."""
    return tuple(one.pmid for one in record.related if one.kind == "CommentIn" and one.pmid)


def _name(notice: RelatedRecord) -> str:
    return f"PMID {notice.pmid}" if notice.pmid else notice.citation.rstrip(" .")

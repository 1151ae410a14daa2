"""An article's bytes → its passages: headings, paragraphs and entries of lists, in order, from plain text or HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from watcher.errors import WatcherError
from watcher.markup import tidy

_HTML = re.compile(rb"<(?:!doctype html|html|head|body|article|main|div|p|h[1-6])\b", re.IGNORECASE)
_UNSEEN = re.compile("[\u00ad\u200b\u2060]")  # soft hyphens, zero-width spaces and joiners: they part no word
_WIDTH = (50, 160)  # characters: a line that was broken is longer than the one and no longer than the other
# What stands over a list of sources.
SOURCES = re.compile(
    r"(?:list of )?(?:sources?|references?|bibliography|literature(?: cited)?|works cited|citations?|notes|footnotes"
    r"|further reading|literatur|quellen|références|referencias)(?: and (?:notes|further reading))?:?",
    re.IGNORECASE,
)
_LONGEST_HEADING = 120  # characters of a line that may be one in plain text


class ArticleError(WatcherError):
    """What was given as an article cannot be read as one (exit status 2)."""


class Part(StrEnum):
    """What a passage is."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage, on one line; citation marks that HTML raises stand in it in brackets ("[3]")."""

    part: Part
    text: str


def passages_of(body: bytes, charset: str | None = None) -> list[Passage]:
    """The passages of a text or HTML file; `charset` is the encoding that a server said it has.

    Raises ArticleError, in a person's words.
    """
    if body.startswith(b"%PDF"):
        raise ArticleError("it is a PDF: save its text (pdftotext, or copy and paste), and give that")
    if _HTML.search(body[:4096]):
        from watcher.article.html import passages_of_html

        found = [replace(each, text=_UNSEEN.sub("", each.text)) for each in passages_of_html(body, charset)]
    else:
        found = _of_text(_UNSEEN.sub("", _decoded(body, charset)))
    if not any(passage.part is Part.TEXT for passage in found):
        raise ArticleError("no text of an article was found in it")
    return found


def _decoded(body: bytes, charset: str | None) -> str:
    marked = body[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-8-sig", "utf-16") if marked else ("utf-8-sig", charset or "cp1252", "cp1252"):
        try:
            text = body.decode(encoding)
        except (ValueError, LookupError):
            continue
        if "\0" in text:
            break
        return text
    raise ArticleError("it is no text: plain text in UTF-8, or HTML, is read")


def _of_text(text: str) -> list[Passage]:
    """Plain text: the first line is the title, each line or block of lines a paragraph, a short one without stop a
    heading. Lines that were broken at a width are joined, where blank lines part the paragraphs.
    """
    lines = [line.rstrip() for line in text.splitlines()]
    blocks = [line for line in lines if line.strip()]
    if _is_wrapped(lines):
        blocks = [block for block in re.split(r"\n\s*\n", "\n".join(lines)) if block.strip()]
    found = [Passage(Part.TITLE, tidy(blocks[0].lstrip("# ")))] if blocks else []
    listing = False
    for block in blocks[1:]:
        first, *rest = block.strip().splitlines()
        is_entry = listing and _OF_ENTRY.search(first) is not None  # an entry need not end in a stop
        if _is_heading(first) and not is_entry and (not rest or SOURCES.fullmatch(first.strip("#: "))):
            listing = SOURCES.fullmatch(first.strip("#: ")) is not None
            found.append(Passage(Part.HEADING, tidy(first.strip("#: "))))
            found += _entries(rest)
        elif listing or all(_ENTRY.match(row) for row in (first, *rest)):
            found += _entries([first, *rest])
        else:
            found.append(Passage(Part.TEXT, tidy(block)))
    return found


def _entries(rows: list[str]) -> list[Passage]:
    """A line each; one that is indented goes on the entry before."""
    joined: list[str] = []
    for row in rows:
        if row[:1].isspace() and joined and not _ENTRY.match(row):
            joined[-1] += row
        else:
            joined.append(row)
    return [Passage(Part.ENTRY, tidy(row)) for row in joined if row.strip()]


_ENTRY = re.compile(r"\s*(?:\[?\d{1,3}[\].)]\s|https?://|[-*•]\s)")
# A year, an identifier or an address: a line that has one in a list of sources is no heading.
_OF_ENTRY = re.compile(
    r"\b(?:1[89]|20)\d\d[a-z]?\b|\b10\.\d{4,9}/|\b(?:pmid|doi)\b|\bpmc\s?\d|https?://|\bwww\.", re.IGNORECASE
)


def _is_wrapped(lines: list[str]) -> bool:
    """Whether paragraphs run over lines: blank lines part them, no line is long, and some end within sentences."""
    apart = any(not line.strip() for line in lines[2:-2])
    goes_on = any(
        _WIDTH[0] < len(line) and line[-1:].isalpha() and then[:1].islower() for line, then in pairwise(lines)
    )
    return apart and goes_on and max(map(len, lines)) <= _WIDTH[1]


def _is_heading(line: str) -> bool:
    text = line.strip()
    return 0 < len(text) <= _LONGEST_HEADING and not re.search(r"[.!?\]…,;]$|https?://", text) and text[:1].isupper()

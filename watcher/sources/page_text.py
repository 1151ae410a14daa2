"""A page's HTML → its title and the sentences of its main text, without what stands around it or changes by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher import markup
from watcher.article.main_part import main_part, parsed
from watcher.article.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

FEWEST_WORDS = 5  # of a sentence: shorter ones are labels
MOST_SENTENCES, LONGEST_SENTENCE = 2_000, 1_000  # and characters, that are kept

_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
_ENDED = re.compile(r"[.!?…。！？:][\"'”’)\]」』）]*$")
_WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{2}|[^\W\d_]{2,}|\d+")
# What a page says of its text in few words, and without a full stop, is what a reader must hear of.
_GRAVE = re.compile(
    r"\b(?:retract(?:ed|ion)|withdrawn|withdrawal|correct(?:ed|ion)|erratum|expression of concern)\b", re.IGNORECASE
)
# What counts or dates a page: it changes with each visit or each day, and says nothing.
_COUNTED = re.compile(
    r"\d[\d.,]*\s*(?:views?|downloads?|reads?|shares?|likes?|comments?|citations?|accesses)\b"
    r"|\b(?:views?|downloads?|accesses|citations?|shares?|viewed|downloaded|cited)\b\W{0,3}\d"
    r"|^\W*(?:updated|published|posted)?\W*\d+\s+(?:second|minute|hour|day|week|month|year)s?\s+ago\b"
    r"|\blast (?:updated|modified|reviewed|checked)\b|©|\bcopyright\b|\ball rights reserved\b|\bcookies?\b"
    r"|\bjavascript\b",
    re.IGNORECASE,
)
_GUARD = re.compile(
    r"captcha|are you (?:a )?(?:human|robot)|you are (?:a )?human|not a robot|unusual traffic|checking your browser|"
    r"enable javascript and cookies|access denied|attention required|just a moment|validate user",
    re.IGNORECASE,
)
_LONGEST_GUARD = 2_000  # characters of a page that asks whether one is human


@dataclass(frozen=True, slots=True)
class PageText:
    """`sentences` in their order, each once, with single spaces; plain text, as is the title."""

    title: str
    sentences: tuple[str, ...]


def main_text(body: bytes, charset: str | None) -> PageText | None:
    """None where the page is one that asks whether its reader is human. Any bytes give a text, maybe an empty one."""
    root = parsed(body, charset)
    if root is None:
        return PageText("", ())
    title = markup.tidy(root.findtext(".//title") or "")[:300]
    everything = " ".join(root.text_content().split())
    if len(everything) <= _LONGEST_GUARD and _GUARD.search(f"{title} {everything}"):
        return None
    part = main_part(root, unmarked_whole=True)
    found = dict.fromkeys(sentence for block in _blocks(part) for sentence in _telling(block))
    return PageText(title, tuple(found)[:MOST_SENTENCES])


def _blocks(root: HtmlElement) -> Iterator[str]:
    """The text of each block, in order. One of links for the most part is a list of other pages, and left out."""
    from lxml.etree import iterwalk

    parts: list[str] = []
    linked = links = 0
    for event, node in iterwalk(root, events=("start", "end")):
        if node.tag not in _INLINE:
            text = markup.tidy(" ".join("".join(parts).split()))
            if text and linked * 2 <= len(text):
                yield text
            parts, linked = [], 0
        if node.tag == "a":
            links += 1 if event == "start" else -1
        said = node.text if event == "start" else node.tail if node is not root else None
        if said:
            parts.append(said)
            linked += len(said.strip()) if links else 0


def _telling(block: str) -> Iterator[str]:
    for sentence in (block[start:end].strip() for start, end in sentences(block)):
        words = len(_WORD.findall(sentence))
        told = (words >= FEWEST_WORDS and _ENDED.search(sentence)) or (len(sentence) <= 300 and _GRAVE.search(sentence))
        if told and not _COUNTED.search(sentence):
            yield sentence[:LONGEST_SENTENCE]

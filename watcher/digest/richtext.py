"""Rich text taken apart into runs, so that it can be cut and marked and can never come out as anything but safe HTML.

What a source wrote is read again here, whoever cleaned it before: only i, b, sub and sup are taken for markup, all else
is text and is escaped.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from watcher.markup import TAGS, is_plain, plain, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAG = re.compile(rf"<(/?)({'|'.join(sorted(TAGS))})>")
# What `tidy` takes out of text may come back by a character reference; surrogates and noncharacters no page may hold.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(0x10000 * n + last) for n in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_SPACE = re.compile(r"\s+")
# Hebrew, Arabic, Syriac and their kin: the blocks that Unicode reserves for bidirectional classes R and AL.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
# Feeds escape twice: "&amp;lt;i&amp;gt;". Nobody writes of "&lt;" or of a bare "<i>" in a title.
_ESCAPED_REFERENCE = re.compile(r"&amp;(?=(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});)", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&lt;(/?)(i|b|em|strong|sub|sup)&gt;", re.IGNORECASE)
_MEANT = {"em": "i", "strong": "b"}
_LONGEST = 20_000  # characters of a source's text that are read at all; far more than is ever shown
_JOINERS = "\u200d\ufe0e\ufe0f"
_EARLIEST_WORD_END = 0.6  # of the limit: before that, a cut goes through the word (CJK has no spaces)


def unmarked(text: str, limit: int = _LONGEST) -> str:
    """A source's plain text (a name, a journal) without the markup and references that it should not have held."""
    return clean(str(RichText.read(text)), limit)


def clean(text: str, limit: int = _LONGEST) -> str:
    """Plain text on one line, without control, direction-changing and unencodable characters, of at most `limit`."""
    text = text[: 4 * limit]
    text = tidy(text if is_plain(text) else _UNFIT.sub("", text))
    return text if len(text) <= limit else text[: _word_end(text, limit)].rstrip(" ,;:.(") + "…"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of plain text under the same tags, outermost first."""

    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RichText:
    """Text with markup. `str()` is its plain form; templates take its HTML by `__html__`, escaped and balanced."""

    runs: tuple[Run, ...] = ()

    @classmethod
    def read(cls, source: str) -> RichText:
        """Any string as rich text: what is no known tag without attributes is text, and unclosed tags end with it."""
        runs: list[Run] = []
        tags: tuple[str, ...] = ()
        source = _unescaped_once(tidy(source[:_LONGEST]))
        start = 0
        for tag in _TAG.finditer(source):
            if tag.start() > start:
                runs.append(Run(_fit(source[start : tag.start()]), tags))
            start = tag.end()
            name = tag[2]
            if not tag[1]:
                tags = tags if name in tags else (*tags, name)
            elif name in tags:
                tags = tuple(kept for kept in tags if kept != name)
        runs.append(Run(_fit(source[start:]), tags))
        return cls(tuple(run for run in runs if run.text))

    @property
    def text(self) -> str:
        """Its characters alone; raised and lowered ones like the rest."""
        return "".join(run.text for run in self.runs)

    @property
    def right_to_left(self) -> bool:
        """Whether any of it is written from right to left."""
        return _RIGHT_TO_LEFT.search(self.text) is not None

    def cut(self, limit: int) -> RichText:
        """At most `limit` characters, ended at a word and with an ellipsis where something was left out."""
        text = self.text
        if len(text) <= limit:
            return self
        end = len(text[: _word_end(text, limit)].rstrip(" ,;:.("))
        runs: list[Run] = []
        for run in self.runs:
            if end <= 0:
                break
            runs.append(Run(run.text[:end], run.tags))
            end -= len(run.text)
        return RichText((*runs, Run("…")))

    def without_period(self) -> RichText:
        """Without the single full stop that PubMed ends each title with."""
        text = self.text
        if not text.endswith(".") or text.endswith("..") or not self.runs:
            return self
        last = self.runs[-1]
        return RichText((*self.runs[:-1], Run(last.text[:-1], last.tags)))

    def marked(self, pattern: re.Pattern[str] | None) -> RichText:
        """With what the pattern finds, across tags, in `strong`."""
        if pattern is None:
            return self
        spans = [found.span() for found in pattern.finditer(self.text) if found.end() > found.start()]
        edges = sorted({edge for span in spans for edge in span})
        runs: list[Run] = []
        start = 0
        for run in self.runs:
            cuts = [start, *(e for e in edges if start < e < start + len(run.text)), start + len(run.text)]
            for left, right in pairwise(cuts):
                inside = any(first <= left < last for first, last in spans)
                tags = ("strong", *run.tags) if inside else run.tags
                runs.append(Run(run.text[left - start : right - start], tags))
            start += len(run.text)
        return RichText(tuple(runs))

    def __add__(self, other: RichText) -> RichText:
        return RichText(self.runs + other.runs)

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def __str__(self) -> str:
        """Its plain form, raised figures as their own characters where there are such."""
        return clean(plain(_html(Run(run.text, tuple(t for t in run.tags if t in TAGS)) for run in self.runs)))

    def __html__(self) -> str:
        """Safe by construction: every character of a source goes through `html.escape`, and the tags are ours."""
        return _html(self.runs)


def _html(runs: Iterable[Run]) -> str:
    pieces: list[str] = []
    opened: tuple[str, ...] = ()
    for run in (*runs, Run("")):
        if run.tags != opened:
            shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(opened, run.tags, strict=False))))
            pieces += [f"</{tag}>" for tag in reversed(opened[shared:])]
            pieces += [f"<{tag}>" for tag in run.tags[shared:]]
            opened = run.tags
        pieces.append(html.escape(run.text, quote=False))
    return "".join(pieces)


def _unescaped_once(source: str) -> str:
    while (fewer := _ESCAPED_REFERENCE.sub("&", source)) != source:
        source = fewer
    return _ESCAPED_TAG.sub(lambda tag: f"<{tag[1]}{_MEANT.get(tag[2].lower(), tag[2].lower())}>", source)


def _fit(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    return text if is_plain(text) else _SPACE.sub(" ", _UNFIT.sub("", text))


def _word_end(text: str, limit: int) -> int:
    """Where to cut: after the last word within the limit, and never inside a cluster of joined characters."""
    space = text.rfind(" ", 0, limit + 1)
    if space >= limit * _EARLIEST_WORD_END:
        return space
    end = limit
    while end > 1 and (unicodedata.combining(text[end]) or text[end] in _JOINERS or text[end - 1] == "\u200d"):
        end -= 1
    return end

"""Where a work appeared: journals, volumes and pages as they are compared."""

from __future__ import annotations

import re
from functools import lru_cache

from watcher.works.identifiers import normal_title

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: str(number) for number, name in enumerate(_MONTH_NAMES, 1)}
_SMALL = frozenset(["the", "of", "and", "for", "in", "on", "de", "la", "et", "der", "die", "und", "a", "an", "e", "y"])
_PREPRINT_SERVERS = frozenset(
    ("biorxiv", "medrxiv", "arxiv", "ssrn", "chemrxiv", "research square", "preprints", "preprints org", "authorea")
)
_TAIL = re.compile(r"[=\[(/:]")  # "Zhonghua … [Chinese journal …]", "… (Online)", "Journal: supplement"
_PAGE_MARK = re.compile(r"^\s*(?:pp?|pages?)[.\s]+")
_BETWEEN = re.compile(r"[\s\-–—,;+]+")
_PAGE = re.compile(r"([a-z]{0,4})0*(\d+)(?:\.?(e\d+)|[a-z])?")  # "420.e1": of what is on line only
_FIGURES = re.compile(r"0*(\d+)")


@lru_cache(maxsize=1_000)  # for a source has many articles of one journal
def compared_journal(name: str) -> str:
    """A journal's name in lower-case words, without small ones and what stands behind it in brackets."""
    return telling_words(_TAIL.split(name.replace("&", " and "), maxsplit=1)[0]) if name else ""


def telling_words(text: str) -> str:
    """A text in lower-case words, without small ones."""
    return " ".join([word for word in normal_title(text).split() if word not in _SMALL])


def is_preprint_server(journal: str) -> bool:
    """Whether a compared name is that of a preprint server."""
    return journal in _PREPRINT_SERVERS


def same_journal(one: str, other: str) -> bool | None:
    """Whether two compared names may be one journal's, as far as abbreviations tell; None where one is missing."""
    if not one or not other:
        return None
    if one == other:
        return True
    few, many = sorted((one.split(), other.split()), key=lambda words: (len(words), words))
    return (
        _abbreviates(few, many)
        or _contains("".join(few), "".join(many))
        or (len(few) == 1 and len(many) > 2 and few[0] == "".join(word[0] for word in many))
        or len(set(few) & set(many)) >= max(3, 0.7 * len(few))
    )


def figures(text: str) -> frozenset[str]:
    """The figures of a volume or issue: "88 Suppl 1" has 88 and 1."""
    return frozenset(_FIGURES.findall(text))


def first_page(text: str) -> str:
    """The page of "139-54" is "139", of "H1425-31" "h1425"; "" where none can be read.

    A spreadsheet makes dates of pages: "Mar-48" were 3-48.
    """
    first = text.partition("-")[0]
    if first.isascii() and first.isdecimal():  # as most are
        return first.lstrip("0") or "0"
    part = _BETWEEN.split(_PAGE_MARK.sub("", text.lower()).strip())[0].strip(".()")
    if part[:3] in _MONTHS and part.isalpha():
        return _MONTHS[part[:3]]
    found = _PAGE.fullmatch(part)
    return found[1] + found[2] + (found[3] or "") if found else ""


def _abbreviates(few: list[str], many: list[str]) -> bool:
    """Whether the words of one, in order, begin words of the other, and leave no more than half of them out."""
    reached = 0
    for word in many:
        if reached < len(few) and (word.startswith(few[reached]) or (len(word) > 2 and few[reached].startswith(word))):
            reached += 1
    return reached == len(few) and len(few) >= max(1, len(many) // 2)


def _contains(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) > 7 and short in long)

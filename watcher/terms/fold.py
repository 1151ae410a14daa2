"""Folding: text as the plain words that two spellings of the same thing share, and the way back to where they stood.

Compatibility forms are resolved, accents and case go, any other sign (the hyphen too) parts words; Greek letters stay.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

# Bytes of UTF-8: letters and figures stay, in lower case, other ASCII signs become spaces.
_SIGNS_OUT = bytes(c if c > 127 else ord(chr(c).lower()) if chr(c).isalnum() else 32 for c in range(256))
_ASCII_WORD = re.compile("[A-Za-z0-9]+")
# Accents of Latin, Greek and Cyrillic letters, and what is invisible inside a word (soft hyphen, joiners).
_DROPPED = re.compile("[\u0300-\u036f\u00ad\u200c\u200d\u2060]")


def spaced(text: str) -> str:
    """A text folded, with a space for each sign."""
    return text.encode("ascii", "watcher.fold").translate(_SIGNS_OUT).decode()


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return spaced(text).split()


def fold(text: str) -> str:
    """The folded words of a text, one space between them; "" where it has none."""
    return " ".join(words_of(text))


# Names of headings, journals and types come back in thousands of records.
fold_name = lru_cache(16384)(fold)


def spans(text: str) -> list[tuple[str, int, int]]:
    """Each word of `fold(text)`, in order, with where it starts and ends in `text`."""
    if text.isascii():
        return [(word[0].lower(), word.start(), word.end()) for word in _ASCII_WORD.finditer(text)]
    found: list[tuple[str, int, int]] = []
    letters: list[str] = []
    start = end = 0
    for at, character in enumerate(text):
        for letter in _folded(character):
            if letter != " ":
                if not letters:
                    start = at
                letters.append(letter)
                end = at + 1
            elif letters:
                found.append(("".join(letters), start, end))
                letters = []
    if letters:
        found.append(("".join(letters), start, end))
    return found


@lru_cache(8192)
def _folded(run: str) -> str:
    """A character, or some, as folded letters, with a space for each sign that is none."""
    letters = _DROPPED.sub("", unicodedata.normalize("NFKD", run)).lower()
    # str.lower() makes the last sigma of a word a final one; a truncated phrase knows no last letter.
    return "".join([letter if letter.isalnum() else " " for letter in letters]).replace("ς", "σ")


def _fold_run(found: UnicodeError) -> tuple[bytes, int]:
    """An error handler for `str.encode`, which finds what is not ASCII faster than any expression."""
    if not isinstance(found, UnicodeEncodeError):
        raise found
    return _folded(found.object[found.start : found.end]).encode(), found.end


codecs.register_error("watcher.fold", _fold_run)

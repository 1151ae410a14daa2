"""The people whom a news item's text names, and what else in it ties it to the work that it reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.works.identifiers import normal_name, normal_title
from watcher.works.places import telling_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.models import Author

MOST_AUTHORS, MOST_NAMES = 6, 60
LONGEST_STORY = 4_000  # characters of a news item's text that are looked at

# "Jane Smith" and "Jane B. Smith", the next beginning within the one before: "Dr Jane Smith".
_FULL_NAME = re.compile(
    r"(?<![\w-])(?=([A-Z][\w'’-]+)\s+(?:[A-Z]\.\s*)*((?:van |von |de |der |den |di |la )*[A-Z][\w'’-]+))"
)
_TELLING_WORD = 6  # letters of the words of a title that may be found in a story


def full_names(authors: Sequence[Author]) -> tuple[str, ...]:
    """First given and family names, normalised, of the first authors and the last, if more than initials are known."""
    chosen = [*authors[: MOST_AUTHORS - 1], authors[-1]] if len(authors) > MOST_AUTHORS else authors
    return tuple(dict.fromkeys(filter(None, map(_full_name, chosen))))


def mentioned(text: str) -> tuple[str, ...]:
    """Whatever stands in a text as a full name may, normalised like `full_names`: names of places and firms, too."""
    found = (normal_title(f"{given} {family}") for given, family in _FULL_NAME.findall(text[:LONGEST_STORY]))
    return tuple(dict.fromkeys(found))[:MOST_NAMES]


def story(text: str) -> str:
    """A news item's text in lower-case words, without small ones."""
    return telling_words(text[:LONGEST_STORY].replace("&", " and "))


def names_journal(told: str, journals: Iterable[str]) -> bool:
    """Whether a story says where it appeared; a name of one word only where "published" or "journal" goes before it."""
    padded = f" {told} "
    return any(
        f" published {name} " in padded or f" journal {name} " in padded or (" " in name and f" {name} " in padded)
        for name in journals
        if name
    )


def shared_words(told: str, title: str) -> float:
    """Which part of a compared title's long words a story has; 0 for a title of fewer than three."""
    words = {word for word in title.split() if len(word) >= _TELLING_WORD}
    return len(words & set(told.split())) / len(words) if len(words) >= 3 else 0.0


def _full_name(author: Author) -> str:
    family, given = author.family, author.given
    if not given:
        if author.collective or "," in family:
            return ""
        given, _, family = family.rpartition(" ")
        if len(family) < 2 or "." in family:  # "Smith J", "Smith J. B.": `mentioned` finds none that ends so
            return ""
    first = given.partition(" ")[0]
    if len(first.strip(".")) < 2 or first.isupper():
        return ""
    return f"{normal_name(first)} {normal_name(family)}".strip()

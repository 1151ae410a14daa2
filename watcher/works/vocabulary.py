"""The words of a record as they are counted for relatedness: stems, each with how often it stands there."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.markup import plain
from watcher.works.stemming import stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Record

VERSION = 1  # of how words are made: what was counted under another one is counted anew
HEADING = "mesh:"  # before a MeSH heading, which no word can look like

WORD = re.compile(r"[^\W_]+")
# Words of grammar, and those of which PubMed's help says that it passes over them ("Stopwords").
_WORDS_OF_GRAMMAR = (
    "about above after again all almost also although always am among an and another any are as at be because been "
    "before being below between both but by can could did do does doing done due during each either enough especially "
    "etc few for found from further had has have having he her here how however if in into is it its itself just kg km "
    "made mainly make may mg might ml mm more most mostly must nearly neither no nor not obtained of off often on only "
    "or other our out over overall own perhaps quite rather really regarding same seem seen several she should show "
    "showed shown shows significantly since so some such than that the their theirs them then there therefore these "
    "they this those through thus to too under until upon use used using various very was we were what when where "
    "which while who whom why will with within without would you"
)
_STOPWORDS = frozenset(_WORDS_OF_GRAMMAR.split())


def words(record: Record) -> Counter[str]:
    """Its stems: those of the title twice, those of the abstract, and each MeSH heading once."""
    title, *abstract = pieces(record)
    found: Counter[str] = Counter()
    for word, times in Counter(WORD.findall(" ".join([title, title, *abstract]).lower())).items():
        if term := term_of(word):
            found[term] += times
    for heading in record.mesh:
        found[HEADING + heading.descriptor.lower()] = 1
    return found


@lru_cache(200_000)
def term_of(word: str) -> str:
    """What a word in lower case is counted as; "" where it is not: a word of grammar, a letter, a number."""
    return "" if len(word) < 2 or word in _STOPWORDS or word.isdigit() else stem(word)


def pieces(record: Record) -> Iterator[str]:
    """The texts that the words stand in, title first, as plain text."""
    yield plain(record.title)
    yield from (plain(passage.text) for passage in record.abstract)

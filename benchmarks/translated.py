"""As many bibliographic records as wanted, made of labelled sets: real structure and real errors, in other words.

    python benchmarks/translated.py RECORDS DIR... | …

Each pass over the sets is a translation. Words of titles and abstracts that are not in all of the sets, whatever these
are about, are spelled with other letters, vowels in the place of vowels, the same throughout the pass: so a misspelt
word is misspelt as before. Family names take the place of others that are about as common and begin with the same
letter, so that each pass has the same people's names. Digits and letters of DOIs, and digits of PMIDs and pages, change
places. Journals, volumes, issues and years stay, as do titles of fewer than 24 characters ("Reply"), which many works
have. So the records of one work stay those of one work, with what databases did to them: the share of duplicates is
that of the sets. What is lost is that a misspelt name resembles what is meant, which parts some of them. Records come
shuffled, each pass by itself, and numbered as they come, as PubMed numbers its own.

On standard output stand pickled lists of 200 records.
"""

from __future__ import annotations

import pickle
import random
import re
import sys
from array import array
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bibliography import records
from watcher.models import Author, Doi, Passage, Pmid, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

BATCH = 200
SHORT = 24

_TOKEN = re.compile(r"&#?\w+;|</?\w+>|[^\W\d_]{3,}|.", re.DOTALL)
_DIGITS, _VOWELS, _CONSONANTS = "0123456789", "aeiouy", "bcdfghjklmnpqrstvwxz"


class Language:
    """The words of some texts, with how often they occur. A text is a list of places in a table of words."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._counts = Counter[str]()

    def learnt(self, text: str) -> array[int]:
        """A text as places in `table`."""
        return array("I", map(self._learnt, _TOKEN.findall(text)))

    def _learnt(self, token: str) -> int:
        forms = (token.lower(), token.capitalize(), token.upper())
        word, form = (forms[0], forms.index(token)) if token in forms else (token, 0)
        self._counts[word] += 1
        return 3 * self._numbers.setdefault(word, len(self._numbers)) + form

    def number(self, word: str) -> int:
        """A third of its place in `table`."""
        return self._numbers[word]

    def words(self) -> list[str]:
        """The commonest first."""
        return [word for word, _ in self._counts.most_common() if len(word) > 2 and word.isalpha()]

    def table(self, said: Mapping[str, str]) -> list[str]:
        """The words in three forms each (as they are, capitalised, in capitals), or what is said in their stead."""
        words = [said.get(word, word) for word in self._numbers]
        return [form for word in words for form in (word, word.capitalize(), word.upper())]


def exchanged(names: Iterable[str], chance: random.Random) -> dict[str, str]:
    """Each of these, the commonest first, with another."""
    groups: dict[tuple[int, str, bool], list[str]] = {}
    for rank, name in enumerate(names):
        groups.setdefault((rank.bit_length(), name[0].lower(), name.islower()), []).append(name)
    pairs = (zip(group, chance.sample(group, len(group)), strict=True) for group in groups.values())
    return {name: other for group in pairs for name, other in group}


class Pool:
    """Records of sets, ready to be translated."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._words, self._names = Language(), Language()
        self._learnt = []
        vocabularies = []
        for folder in folders:
            learnt = [self._learn(record) for record in records(folder)]
            self._learnt += learnt
            vocabularies.append({place // 3 for _, texts, _ in learnt for text in texts for place in text})
        common = frozenset.intersection(*map(frozenset, vocabularies)) if len(vocabularies) > 1 else frozenset()
        self._own = [word for word in self._words.words() if self._words.number(word) not in common]

    def _learn(self, record: Record) -> tuple[Record, list[array[int]], list[array[int]]]:
        texts = [record.title, record.vernacular_title, *(passage.text for passage in record.abstract)]
        return (
            replace(record, abstract=()),
            [self._words.learnt(text) for text in texts],
            [self._names.learnt(author.family) for author in record.authors],
        )

    def translations(self) -> Iterator[Record]:
        """Without end, pass after pass."""
        came = count(1)
        for number in count():
            chance = random.Random(number)
            vowels, consonants, digits = (_changed_places(alike, chance) for alike in (_VOWELS, _CONSONANTS, _DIGITS))
            letters = vowels | consonants
            words = self._words.table({word: word.translate(letters) for word in self._own})
            names = self._names.table(exchanged(self._names.words(), chance))
            for record, texts, families in chance.sample(self._learnt, len(self._learnt)):
                title, vernacular, *abstract = (_said(text, words) for text in texts)
                yield replace(
                    record,
                    source_id=f"{next(came):09}",
                    title=title if len(record.title) >= SHORT else record.title,
                    vernacular_title=vernacular,
                    abstract=tuple(map(Passage, abstract)),
                    authors=tuple(
                        Author(_said(family, names), author.given)
                        for family, author in zip(families, record.authors, strict=True)
                    ),
                    doi=record.doi and _other_doi(record.doi, letters | digits),
                    pmid=record.pmid and Pmid("1" + record.pmid.translate(digits)[-7:]),
                    pages=record.pages.translate(digits),
                )


def _changed_places(alike: str, chance: random.Random) -> dict[int, str]:
    return dict(zip(map(ord, alike), chance.sample(alike, len(alike)), strict=True))


def _said(text: Iterable[int], table: Sequence[str]) -> str:
    return "".join(map(table.__getitem__, text))


def _other_doi(doi: Doi, letters: dict[int, str]) -> Doi:
    registrant, slash, rest = doi.partition("/")
    return Doi(registrant + slash + rest.translate(letters))


def main() -> None:
    wanted, *folders = sys.argv[1:]
    translations = Pool(map(Path, folders)).translations()
    for start in range(0, int(wanted), BATCH):
        batch = [next(translations) for _ in range(min(BATCH, int(wanted) - start))]
        pickle.dump(batch, sys.stdout.buffer)


if __name__ == "__main__":
    main()

"""As many bibliographic records as wanted, made of labelled sets: real structure and real errors, in other words.

    python benchmarks/translated.py RECORDS DIR... | …

Each pass over the sets is a translation. Words of titles and abstracts, but for the 200 commonest, take the place of
others that are about as common and begin with the same letter, the same throughout the pass; so do family names.
Digits of DOIs, PMIDs and pages change places. Journals, volumes, issues and years stay, as do titles of fewer than 24
characters ("Reply"), which many works have. So the records of one work stay those of one work, with what databases did
to them: the share of duplicates is that of the sets. What is lost is that a misspelt word, or one without its accent,
resembles what is meant, which parts some of them. Records come shuffled, each pass by itself.

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
    from collections.abc import Iterable, Iterator, Sequence

BATCH = 200
COMMONEST = 200
SHORT = 24

_TOKEN = re.compile(r"&#?\w+;|</?\w+>|[^\W\d_]{3,}|.", re.DOTALL)
_DIGITS = "0123456789"


class Language:
    """The words of some texts, with how often they occur. A text is a list of places in a table of words."""

    def __init__(self, commonest: int) -> None:
        self._commonest = commonest
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

    def table(self, chance: random.Random) -> list[str]:
        """The words in three forms each (as they are, capitalised, in capitals), some in the places of others."""
        groups: dict[tuple[int, str, bool], list[str]] = {}
        said = {word: word for word in self._numbers}
        words = [word for word, _ in self._counts.most_common() if len(word) > 2 and word.isalpha()]
        for rank, word in enumerate(words[self._commonest :], self._commonest):
            groups.setdefault((rank.bit_length(), word[0].lower(), word.islower()), []).append(word)
        for group in groups.values():
            said.update(zip(group, chance.sample(group, len(group)), strict=True))
        return [form for word in said.values() for form in (word, word.capitalize(), word.upper())]


class Pool:
    """Records of sets, ready to be translated."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._words, self._names = Language(COMMONEST), Language(0)
        self._learnt = [self._learn(folder.name, record) for folder in folders for record in records(folder)]

    def _learn(self, name: str, record: Record) -> tuple[Record, list[array[int]], list[array[int]]]:
        texts = [record.title, record.vernacular_title, *(passage.text for passage in record.abstract)]
        return (
            replace(record, source_id=f"{name} {record.source_id}", abstract=()),
            [self._words.learnt(text) for text in texts],
            [self._names.learnt(author.family) for author in record.authors],
        )

    def translations(self) -> Iterator[Record]:
        """Without end, pass after pass."""
        for number in count():
            chance = random.Random(number)
            words, names = self._words.table(chance), self._names.table(chance)
            digits = str.maketrans(_DIGITS, "".join(chance.sample(_DIGITS, 10)))
            for record, texts, families in chance.sample(self._learnt, len(self._learnt)):
                title, vernacular, *abstract = (_said(text, words) for text in texts)
                yield replace(
                    record,
                    source_id=f"{number} {record.source_id}",
                    title=title if len(record.title) >= SHORT else record.title,
                    vernacular_title=vernacular,
                    abstract=tuple(map(Passage, abstract)),
                    authors=tuple(
                        Author(_said(family, names), author.given)
                        for family, author in zip(families, record.authors, strict=True)
                    ),
                    doi=record.doi and _other_doi(record.doi, digits),
                    pmid=record.pmid and Pmid("1" + record.pmid.translate(digits)[-7:]),
                    pages=record.pages.translate(digits),
                )


def _said(text: Iterable[int], table: Sequence[str]) -> str:
    return "".join(map(table.__getitem__, text))


def _other_doi(doi: Doi, digits: dict[int, int]) -> Doi:
    registrant, slash, rest = doi.partition("/")
    return Doi(registrant + slash + rest.translate(digits))


def main() -> None:
    wanted, *folders = sys.argv[1:]
    translations = Pool(map(Path, folders)).translations()
    for start in range(0, int(wanted), BATCH):
        batch = [next(translations) for _ in range(min(BATCH, int(wanted) - start))]
        pickle.dump(batch, sys.stdout.buffer)


if __name__ == "__main__":
    main()

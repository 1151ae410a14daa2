"""How long `watcher diff` takes over a store of made-up works: the queries' edits decided by the index of words, beside
a naive evaluation of the same terms, before and after, on every stored record; and whether both say the same.

    python benchmarks/diff.py [WORKS]

The words are invented, but for the phrases of the shipped queries, of which each work holds what one of them wants; a
tenth are entries of feeds. Seconds are CPU time of this process; the store is open before, and its pages are in memory
after the first edit. "read" is how many records had to be read and evaluated, because the index left them open.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from watcher.config import read_settings
from watcher.models import Author, Kind, MeshHeading, Passage, Pmid, Query, Record
from watcher.pipeline.edits import Edit, edits
from watcher.store.arrival import arrivals
from watcher.store.record_texts import RecordTexts
from watcher.store.store import Store
from watcher.terms.fields import HEADINGS
from watcher.terms.term import Searchable, Term
from watcher.terms.tree import And, Node, Not, Or, Phrase

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
WORKS = 50_000


def vocabulary(rng: random.Random) -> list[str]:
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
    return ["".join(rng.choices(syllables, k=rng.randint(2, 5))) for _ in range(20_000)]


def fulfilled(node: Node, rng: random.Random) -> list[Phrase]:
    """Phrases that make a term true."""
    match node:
        case And(children):
            return [phrase for child in children for phrase in fulfilled(child, rng)]
        case Or(children):
            return fulfilled(rng.choice(children), rng)
        case Not(base, _):
            return fulfilled(base, rng)
        case Phrase():
            return [node]
        case _:
            return []


def invented(number: int, queries: tuple[Query, ...], words: list[str], rng: random.Random) -> Record:
    phrases = fulfilled(Term.parse(rng.choice(queries).term).parsed.root, rng)
    texts = [phrase.text.replace("*", rng.choice(("", "s", "al"))) for phrase in phrases]
    # Few words are frequent, as in every text.
    said = [words[int(len(words) * rng.random() ** 3)] for _ in range(rng.randint(120, 260))] + texts
    rng.shuffle(said)
    headings = [phrase.text.capitalize() for phrase in phrases if phrase.tag.field in HEADINGS]
    headings += rng.sample(words[:500], 8)
    of_feed = number % 10 == 0
    return Record(
        source="feed:News" if of_feed else "pubmed",
        source_id=str(number),
        pmid=None if of_feed else Pmid(str(number)),
        kind=Kind.NEWS if of_feed else Kind.ARTICLE,
        title=" ".join(said[:14]).capitalize(),
        abstract=(Passage(" ".join(said[14:80])), Passage(" ".join(said[80:]))),
        keywords=tuple(rng.sample(words[:3000], 4)),
        authors=tuple(Author(rng.choice(words).capitalize(), initials="A") for _ in range(6)),
        journal="Journal of invented results",
        published="2026-02",
        mesh=() if of_feed else tuple(map(MeshHeading, headings)),
        publication_types=() if of_feed else ("Journal Article",),
        languages=() if of_feed else ("eng",),
    )


def naive(store: Store, before: tuple[Query, ...], after: tuple[Query, ...]) -> dict[str, tuple[set[int], set[int]]]:
    """The works that each query gains and loses, by evaluation of all the terms on all records."""
    _, works = store.texts.seen_since(None)
    found: dict[str, tuple[set[int], set[int]]] = {query.name: (set(), set()) for query in (*before, *after)}
    then, now = ([(query.name, Term.parse(query.term)) for query in queries] for queries in (before, after))
    for start in range(0, len(works), 1000):
        for number, record in store.texts.contents(list(works)[start : start + 1000]).items():
            searched = Searchable(record)
            for at, terms in enumerate((then, now)):
                for name, term in terms:
                    if term.evaluate(searched).matched:
                        found[name][at].add(works[number])
    return {name: (new - old, old - new) for name, (old, new) in found.items()}


def edited(queries: tuple[Query, ...], names: set[str], edit: str) -> tuple[Query, ...]:
    return tuple(replace(query, term=edit.format(query.term)) if query.name in names else query for query in queries)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else WORKS
    rng = random.Random(1)
    shipped = read_settings(ROOT / "queries.toml").queries
    words, one, every = vocabulary(rng), {"radiation"}, {query.name for query in shipped}
    plans = [
        ("a word in an OR-block of one query", edited(shipped, one, "{} OR " + f"{words[40]}[tiab]")),
        ("a block more in one query", edited(shipped, one, "({}) AND " + f"({words[3]}[tiab] OR stem*[tiab])")),
        ("a NOT in one query", edited(shipped, one, "({}) NOT " + f"{words[9]}[ti]")),
        ("a journal excluded in one query", edited(shipped, one, "({}) NOT nature[ta]")),
        ("an author excluded in one query", edited(shipped, one, "({}) NOT baba a[au]")),
        ("a NOT in each of the nine queries", edited(shipped, every, "({}) NOT " + f"{words[9]}[ti]")),
        ("a word in each of the nine queries", edited(shipped, every, "({}) OR " + f"{words[2]}[ti]")),
    ]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "watcher.db") as store:
        began = time.process_time()
        with store.transaction():
            for number in range(1, count + 1):
                (arrival,) = arrivals([invented(number, shipped, words, rng)])
                store.works.add(arrival, None, NOW)  # which record is which work is of no interest here
        stored = time.process_time()
        store.texts.catch_up()  # as a poll does, and a load
        indexed, size = time.process_time() - stored, store.path.stat().st_size / 1e6
        print(f"{count:,} made-up works, stored in {stored - began:.1f} s CPU, indexed in {indexed:.1f}; {size:.0f} MB")
        texts = store.texts = Counted(store)
        print(f"{'edit':36} {'gained':>7} {'lost':>7} {'read':>7} {'diff s':>8} {'naive s':>8}  same")
        for name, after in plans:
            texts.read, began = 0, time.process_time()
            found = edits(store, shipped, after, NOW)
            seconds = time.process_time() - began
            records = texts.read
            changed = {edit.query for edit in found}
            began = time.process_time()
            expected = naive(store, *(tuple(q for q in some if q.name in changed) for some in (shipped, after)))
            slow = time.process_time() - began
            same = all((set(e.gained), set(e.lost)) == expected[e.query] for e in found)
            print(
                f"{name:36} {total(found, 'gained'):>7,} {total(found, 'lost'):>7,} {records:>7,} {seconds:>8.3f} "
                f"{slow:>8.1f}  {'yes' if same else 'NO'}",
                flush=True,
            )


def total(found: tuple[Edit, ...], which: str) -> int:
    return sum(len(getattr(edit, which)) for edit in found)


class Counted(RecordTexts):
    """Counts the records that are read of a store."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._connection)  # noqa: SLF001  # to stand in the place of the store's own
        self.read = 0

    def contents(self, record_ids: Sequence[int]) -> dict[int, Record]:
        self.read += len(record_ids)
        return super().contents(record_ids)


if __name__ == "__main__":
    main()

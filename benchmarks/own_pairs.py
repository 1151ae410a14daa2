"""What identity makes of pairs of real records that were labelled by reading (tests/works/own_pairs.csv): of feeds and
of PubMed, for what public sets lack.

    python benchmarks/own_pairs.py [--data DIR] [--shuffle SEED]

DIR (../shared/data) holds the files that the pairs name. Every record of the pairs goes the product's own way into a
store, one at a time, among all other records of the same feeds and some thousands of the same PubMed files. Printed
are, per stratum and in total: pairs, precision, recall; and each pair that was missed or wrongly joined, with the
reason that the product gives.

A line of the file is label (1: one work, versions among them; 0: two), stratum, the two records, "doubtful" where one
could label otherwise, and what the pair shows. A record is FILE#ID: a PMID, with ".N" for version N where the file has
several, or the number of an entry in its feed, from 1. A feed is known under its path without the day of the
snapshot, so that an entry that comes again is one that the product has seen.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from watcher.models import Feed, Record
from watcher.pipeline.recognise import recognise, revise
from watcher.sources.feeds import read_feed
from watcher.sources.http import Answer
from watcher.sources.pubmed_xml import read_records
from watcher.store.store import Store
from watcher.works.comparison import compare
from watcher.works.identity import newer
from watcher.works.keys import keys
from watcher.works.signature import signature
from watcher.works.verdicts import Same, Unrelated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
PAIRS = ROOT / "tests" / "works" / "own_pairs.csv"
DATA = ROOT.parent / "shared" / "data"
_SNAPSHOT = re.compile(r"(?<=/)(?:\d{4}-\d\d-\d\d/|\d{8}T\d{4}(?=\.xml\.gz$))")
_EVERY = 8  # of the records of a PubMed file that no pair names, each such one is taken
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records by file and id, and whether they are one work."""

    same: bool
    stratum: str
    a: str
    b: str
    doubtful: bool
    note: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the product made of a pair, and why."""

    pair: Pair
    joined: bool
    why: str

    @property
    def wrong(self) -> bool:
        """Whether the product and the label say otherwise of each other."""
        return self.joined != self.pair.same


def pairs() -> list[Pair]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [
            Pair(row["label"] == "1", row["stratum"], row["a"], row["b"], bool(row["doubt"]), row["note"])
            for row in csv.DictReader(file)
        ]


def files(labelled: Iterable[Pair]) -> list[str]:
    """The files that the pairs name, in the order of their names: so snapshots follow one another by day."""
    return sorted({end.partition("#")[0] for pair in labelled for end in (pair.a, pair.b)})


def read(data: Path, labelled: Sequence[Pair]) -> dict[str, Record]:
    """The records of the pairs and those that are to stand among them, by file and id, in the order of the files."""
    named = {end for pair in labelled for end in (pair.a, pair.b)}
    found: dict[str, Record] = {}
    for name in files(labelled):
        if name.startswith("feeds/"):
            found |= {f"{name}#{number}": record for number, record in enumerate(_entries(data, name), 1)}
            continue
        for number, record in enumerate(_articles(data, name)):
            ref = f"{name}#{record.pmid}"
            version = f"{ref}.{record.version}"
            if version in named or ref in named or number % _EVERY == 0:
                found[version if version in named else ref] = record
    if missing := named - found.keys():
        sys.exit(f"not in {data}: {', '.join(sorted(missing))}")
    return found


def _entries(data: Path, name: str) -> tuple[Record, ...]:
    feed = Feed(_SNAPSHOT.sub("", name), "https://feed.invalid/", (), "")
    return read_feed(Answer(200, feed.url, {}, (data / name).read_bytes()), feed)


def _articles(data: Path, name: str) -> Iterator[Record]:
    with gzip.open(data / name) if name.endswith(".gz") else (data / name).open("rb") as file:
        yield from (record for record in read_records(file, where=name) if isinstance(record, Record))


def run(records: dict[str, Record], labelled: Sequence[Pair]) -> list[Outcome]:
    """Put the records into a store in their order, and see which pairs came to be one work."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "watcher.db") as store:
        for record in records.values():
            with store.transaction():
                _keep(store, record)
        return [_outcome(store, pair, records[pair.a], records[pair.b]) for pair in labelled]


def _keep(store: Store, record: Record) -> None:
    """As polls and loads do: what is known is not recognised again, and a later form of it takes its place."""
    stored = store.works.record(record.source, record.source_id)
    if stored is None:
        recognise(store, [record], _NOW)
    elif record.source == "pubmed" and newer(record, stored):
        revise(store, record, _NOW)


def _outcome(store: Store, pair: Pair, a: Record, b: Record) -> Outcome:
    works = [store.works.of_source(one.source, [one.source_id])[one.source_id] for one in (a, b)]
    joined = works[0] == works[1]
    return Outcome(pair, joined, _why(store, works[0], a, b, joined=joined))


def _why(store: Store, work_id: int, a: Record, b: Record, *, joined: bool) -> str:
    one, other = signature(a), signature(b)
    verdict = compare(one, other)
    if joined:
        if isinstance(verdict, Same):
            return f"{verdict.rule}: {verdict.evidence}"
        rules = sorted({rule for *_, rule, _ in store.works.provenance(work_id) if rule})
        return f"through other records of the work ({'; '.join(rules)})"
    if {*keys(one).sought}.isdisjoint(keys(other).kept):
        return "never compared: no key in common"
    if isinstance(verdict, Same):
        return f"found the same ({verdict.rule}), and parted again"
    return "nothing speaks for one work" if isinstance(verdict, Unrelated) else verdict.why


def measures(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Precision and recall over the pairs."""
    right = sum(outcome.joined and outcome.pair.same for outcome in outcomes)
    joined = sum(outcome.joined for outcome in outcomes)
    same = sum(outcome.pair.same for outcome in outcomes)
    return right / joined if joined else 1.0, right / same if same else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="where the files lie (../shared/data)")
    parser.add_argument("--shuffle", type=int, metavar="SEED", help="let the records come in another order")
    options = parser.parse_args()
    labelled = pairs()
    records = read(options.data, labelled)
    if options.shuffle is not None:
        shuffled = list(records.items())
        random.Random(options.shuffle).shuffle(shuffled)
        records = dict(shuffled)
    outcomes = run(records, labelled)
    print(f"{len(records):,} records\n\n{'':<18}{'pairs':>7}{'one work':>10}{'precision':>11}{'recall':>9}")
    for stratum in [*dict.fromkeys(pair.stratum for pair in labelled), "all"]:
        chosen = [one for one in outcomes if stratum in {one.pair.stratum, "all"}]
        precision, recall = measures(chosen)
        same = sum(one.pair.same for one in chosen)
        print(f"{stratum:<18}{len(chosen):>7}{same:>10}{precision:>11.4f}{recall:>9.4f}")
    for heading, joined in (("Missed", False), ("Wrongly joined", True)):
        wrong = [one for one in outcomes if one.wrong and one.joined == joined]
        print(f"\n{heading}: {len(wrong)}")
        for one in wrong:
            doubt = ", doubtful" if one.pair.doubtful else ""
            print(f"  {one.pair.a}\n  {one.pair.b}\n      {one.pair.stratum}{doubt}: {one.pair.note}\n      {one.why}")


if __name__ == "__main__":
    main()

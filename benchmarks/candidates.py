"""With how many stored records a new one is compared, and what comes of it, by how many records the store has.

    python benchmarks/candidates.py [--records N] FILE.xml.gz DIR...

FILE is one of PubMed's update files. Beside it stand the records that translated.py makes of the sets DIR..., by which
identity_cost.py measures what a record costs. Each row tells of the records that came since the row above it: with how
many one was compared in the mean, by the verdict. "Same" is what is looked for; the others are what it costs.
"""

from __future__ import annotations

import argparse
import gzip
import pickle
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from watcher.models import Record
from watcher.pipeline.recognise import join
from watcher.sources.pubmed_xml import read_records
from watcher.store.arrival import arrivals
from watcher.store.store import Store
from watcher.works.comparison import compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STEP, BATCH = 10_000, 200
VERDICTS = ("Same", "Undecided", "Different", "Unrelated")


def of_file(path: Path) -> Iterator[Record]:
    """The file's records, each PMID once."""
    seen = set[str]()
    with gzip.open(path) as file:
        for item in read_records(file, where=path.name):
            if isinstance(item, Record) and item.source_id not in seen:
                seen.add(item.source_id)
                yield item


def of_sets(folders: Iterable[str], wanted: int) -> Iterator[Record]:
    command = [sys.executable, str(Path(__file__).with_name("translated.py")), str(wanted), *folders]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as made:
        if made.stdout is None:
            raise AssertionError
        for _ in range(0, wanted, BATCH):
            yield from pickle.load(made.stdout)


def tell(name: str, records: Iterator[Record]) -> None:
    print(f"{name}\n{'records':>10}" + "".join(f"{verdict:>12}" for verdict in VERDICTS), flush=True)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "watcher.db") as store:
        came = 0
        while some := list(islice(records, STEP)):
            found = Counter[str]()
            for start in range(0, len(some), BATCH):
                with store.transaction():
                    for arrival in arrivals(some[start : start + BATCH]):
                        sig = arrival.signature
                        candidates = store.identities.candidates(sig, arrival.keys)
                        found.update(type(compare(sig, candidate.signature)).__name__ for candidate in candidates)
                        join(store, arrival, NOW)
            came += len(some)
            print(f"{came:>10,}" + "".join(f"{found[verdict] / len(some):>12.3f}" for verdict in VERDICTS), flush=True)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE.xml.gz", help="an update file of PubMed's")
    parser.add_argument("folders", nargs="+", metavar="DIR", help="a set: a folder with records.jsonl[.gz]")
    parser.add_argument("--records", type=int, default=100_000, help="how many translated ones (100,000)")
    options = parser.parse_args()
    tell(options.file.name, of_file(options.file))
    tell("translated sets", of_sets(options.folders, options.records))


if __name__ == "__main__":
    main()

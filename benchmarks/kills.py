"""Replays 3 to 8 June 2021 of a real update file in polls of some hours, with faults and SIGKILL, and compares the end.

A fifth of the requests fail in a random way; every second poll is killed at a random request. The final store must be
that of one undisturbed poll: the records with their content, the matches with their phrases, by PMID and query. Rounds
with other seeds follow until `--kills` were had. The file is NLM's pubmed21n1298.xml.gz.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.conftest import UPDATE_FILE
from tests.fakes.pubmed_document import NEW_YORK
from tests.fakes.pubmed_index import Collection
from tests.pipeline.replay import replay
from watcher.config import read_settings

FIRST, LAST = datetime(2021, 6, 3, 1, tzinfo=NEW_YORK), datetime(2021, 6, 8, 23, tzinfo=NEW_YORK)
BROAD = ("broad", "stem[tiab] OR wound*[tiab] OR skin[tiab]")  # so that there are batches to be killed between


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=6, metavar="HOURS", help="between two polls: 1, 6 or 24")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kills", type=int, default=1, help="how many, at least, over as many rounds as that takes")
    parser.add_argument("--file", type=Path, default=UPDATE_FILE)
    options = parser.parse_args()
    shipped = read_settings(Path(__file__).resolve().parents[1] / "queries.toml")
    queries = [(query.name, query.term) for query in shipped.queries] + [BROAD]
    collection = Collection.of_files(options.file)
    form = "{:>5} {:>6} {:>6} {:>6} {:>7} {:>8} {:>8} {:>8}  {}"
    print(form.format("seed", "polls", "kills", "faults", "failed", "records", "matches", "seconds", "final store"))
    kills, unequal, seed = 0, 0, options.seed
    while kills < options.kills:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            told, disturbed, single = replay(
                Path(folder), collection, queries, FIRST, LAST, every=timedelta(hours=options.every), seed=seed
            )
        equal, seconds = disturbed == single, time.monotonic() - started
        counts = (told.polls, told.kills, told.faults, told.failed, len(disturbed[0]), len(disturbed[1]))
        print(form.format(seed, *counts, f"{seconds:.0f}", "equal" if equal else "NOT EQUAL"), flush=True)
        kills, unequal, seed = kills + told.kills, unequal + (not equal), seed + 1
        if not told.kills:
            break
    print(f"{kills} kills, {seed - options.seed} rounds of polls every {options.every} h, {unequal} not equal")
    return int(unequal > 0)


if __name__ == "__main__":
    sys.exit(main())

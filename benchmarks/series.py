"""Polls the 399 snapshots of one bioRxiv search, twice a day for seven months, in their order through the whole job.

Each distinct work must be one work of the store, and be told once. Works are counted independently, by bioRxiv's own
name of the article (data-pisa-master), which watcher does not read; versions and reappearances by the entries' guids.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.pipeline.series import BIORXIV, biorxiv, play, reappearances

TERM = "doi[tiab]"  # as stands in the text of each entry


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, metavar="N", help="the first N snapshots alone")
    options = parser.parse_args()
    if not BIORXIV.exists():
        print("../shared/data/feeds/series/biorxiv, which is not part of the project, is absent")
        return 0
    snapshots = list(biorxiv(slice(options.first)))
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = play(Path(folder), snapshots, TERM)
    seconds = time.monotonic() - started
    entries = [entry for snapshot in snapshots for entry in snapshot.entries]
    split, merged = outcome.split(snapshots), outcome.merged(snapshots)
    twice = len(outcome.told) - len(set(outcome.told))
    rows = (
        ("snapshots", len(snapshots)),
        ("  of them without entries", sum(not snapshot.entries for snapshot in snapshots)),
        ("entries in them", len(entries)),
        ("  of them read, and matched by the term", outcome.found),
        ("  reappearances", reappearances(snapshots)),
        ("versions, by guid", len({guid for guid, _ in entries})),
        ("works, by bioRxiv's name of the article", len({work for _, work in entries})),
        ("works in the store", outcome.works),
        ("  one work that is several there", len(split)),
        ("  several that are one there", len(merged)),
        ("works told", len(set(outcome.told))),
        ("  told twice", twice),
        ("polls that failed", len(outcome.errors)),
        ("seconds a poll", f"{seconds / len(snapshots):.2f}"),
    )
    for name, value in rows:
        print(f"{name:<42}{value:>8}")
    for work, guids in split.items():
        print(f"several: {work}: {', '.join(sorted(guids))}")
    for works in merged:
        print(f"one: {', '.join(sorted(works))}")
    whole = outcome.works == len({work for _, work in entries}) == len(set(outcome.told))
    return int(bool(split or merged or twice or outcome.errors) or not whole)


if __name__ == "__main__":
    sys.exit(main())

"""Polls real feeds as they stood at many moments, in that order and through the whole job: is each work one, told once?

    python benchmarks/series.py              399 snapshots of a bioRxiv search, twice a day for seven months
    python benchmarks/series.py --journals   some thirty journals' feeds, on up to four days

bioRxiv's works are counted independently: by its own name of the article (data-pisa-master), which watcher does not
read; versions and reappearances by the entries' guids. The journals' works are counted by their titles: where the store
has several of one title, look whether they are one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.pipeline.series import BIORSS, BIORXIV, biorss, biorxiv, play, reappearances

EACH = "doi[tiab]"  # stands in the text of each entry of bioRxiv's
MOST = "1000:3000[dp] OR of[tiab] OR the[tiab] OR in[tiab] OR n[tiab] OR de[tiab] OR new[tiab] OR issue[tiab]"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--journals", action="store_true")
    parser.add_argument("--first", type=int, metavar="N", help="of bioRxiv's, the first N snapshots alone")
    options = parser.parse_args()
    source = BIORSS if options.journals else BIORXIV
    if not source.exists():
        print("../shared/data/feeds, real feeds that are not part of the project, is absent")
        return 0
    return journals() if options.journals else preprints(options.first)


def preprints(first: int | None) -> int:
    snapshots = list(biorxiv(slice(first)))
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = play(Path(folder), snapshots, EACH)
    seconds = time.monotonic() - started
    entries = [entry for snapshot in snapshots for entry in snapshot.entries]
    works = {work for _, work in entries}
    split, merged = outcome.split(snapshots), outcome.merged(snapshots)
    twice = len(outcome.told) - len(set(outcome.told))
    rows = (
        ("snapshots", len(snapshots)),
        ("  of them without entries", sum(not snapshot.entries for snapshot in snapshots)),
        ("entries in them", len(entries)),
        ("  of them read, and matched by the term", outcome.found),
        ("  reappearances", reappearances(snapshots)),
        ("versions, by guid", len({guid for guid, _ in entries})),
        ("works, by bioRxiv's name of the article", len(works)),
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
    whole = outcome.works == len(works) == len(set(outcome.told))
    return int(bool(split or merged or twice or outcome.errors) or not whole)


def journals() -> int:
    form = "{:40.40} {:>5} {:>8} {:>6} {:>8} {:>7} {:>6} {:>6} {:>6}"
    print(form.format("feed", "polls", "entries", "again", "matched", "titles", "works", "twice", "split"))
    apart, total = [], Counter[int]()
    for name, snapshots in biorss().items():
        with tempfile.TemporaryDirectory() as folder:
            outcome = play(Path(folder), snapshots, MOST)
        entries = [entry for snapshot in snapshots for entry in snapshot.entries]
        titles = {title for _, title in entries}
        again = sum(
            len({title for _, title in now.entries} & {title for then in snapshots[:n] for _, title in then.entries})
            for n, now in enumerate(snapshots)
        )
        split, twice = outcome.split(snapshots), len(outcome.told) - len(set(outcome.told))
        counts = (len(snapshots), len(entries), again, outcome.found, len(titles), outcome.works, twice, len(split))
        total.update(dict(enumerate(counts)))
        print(form.format(name, *counts), flush=True)
        apart += [(title, guid) for title, guids in split.items() for guid in guids]
    print(form.format("all", *total.values()))
    print("\nEntries of a title that is in the store already, as another work:", len(apart))
    for title, guid in sorted(apart):
        print(f"{title:45.45} {guid:.70}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

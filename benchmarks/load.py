"""How fast, and in how much memory, `watcher load` takes a PubMed XML file with the shipped queries, beside a bare lxml
iterparse (which finds the records and looks at none) and read_records alone.

    python benchmarks/load.py FILE [--jobs N]

Each stands in a process of its own. Rates are records per second: of CPU time, imports, the unpacking of .gz and the
store included; and of time on the clock, for which alone --jobs is there. Memory is the process's peak, with --jobs the
largest process's.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parse import bare, ours

ROOT = Path(__file__).resolve().parents[1]


def load(path: str, jobs: int) -> int:
    from watcher.config import read_settings
    from watcher.pipeline.context import opened
    from watcher.pipeline.load import load as loaded

    with tempfile.TemporaryDirectory() as folder:
        settings = replace(read_settings(ROOT / "queries.toml"), store=Path(folder) / "watcher.db")
        with opened(settings, datetime.now(UTC)) as context:
            report = loaded(context, Path(path), jobs=jobs)
    if report.error:
        sys.exit(report.error)
    return report.members


def measure(what: str, path: str, jobs: int) -> None:
    """In the child process: one reading, told in JSON on standard output."""
    start = time.monotonic()
    count = {"bare": bare, "parse": ours}[what](path) if what != "load" else load(path, jobs)
    seconds = time.monotonic() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # bytes there, KiB elsewhere
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in used)
    print(json.dumps([count, cpu, seconds, max(usage.ru_maxrss for usage in used) / unit]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="a PubMed XML file, .gz or not")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes in the last row (2)")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    path = str(Path(options.file).resolve())
    if options.measure:
        measure(options.measure, path, options.jobs)
        return
    rows = (
        ("lxml iterparse, bare", "bare", 1),
        ("read_records", "parse", 1),
        ("load", "load", 1),
        (f"load --jobs {options.jobs}", "load", options.jobs),
    )
    print(f"{'':<22}{'records':>9}{'/CPU s':>9}{'/s':>9}{'of bare':>9}{'peak MB':>9}")
    floor = 0.0
    for name, what, jobs in rows:
        command = [sys.executable, __file__, path, "--measure", what, "--jobs", str(jobs)]
        child = subprocess.run(command, check=True, capture_output=True, text=True)
        count, cpu, seconds, megabytes = json.loads(child.stdout.splitlines()[-1])
        floor = floor or count / cpu
        print(
            f"{name:<22}{count:>9,}{count / cpu:>9,.0f}{count / seconds:>9,.0f}{count / cpu / floor:>9.0%}"
            f"{megabytes:>9.0f}"
        )
    print("\nThe aim: load at 2,000 records per CPU second, in under 150 MB.")


if __name__ == "__main__":
    main()

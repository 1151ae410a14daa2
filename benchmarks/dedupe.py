"""How well, how fast and in how much memory records are recognised, on sets of databases' exports with labels.

    python benchmarks/dedupe.py [--out OUT] [--bib-dedupe PYTHON] [--shuffles N] DIR...

A DIR holds records.jsonl or records.jsonl.gz, and its labels, if there are any: see pairwise.py. The product's own path
is measured: one record after another into a store on disk, in pages and transactions of 200 as in a poll. Beside it
stand

- "same DOI";
- "DOI, or title and year": what reference managers offer;
- bib-dedupe (https://pypi.org/project/bib-dedupe/), with its defaults on one processor, where this Python has it, or
  another one that is named.

Each stands in a process of its own. Rates are records per CPU second, the reading of the set aside; memory is the
process's peak. "pairs" are those of one work by the labels; "impure" works hold records of several. Of flags, records
count instead of pairs. With --out, OUT/NAME.jsonl says which work each record became, a line {"id", "cluster"} each;
with --shuffles, the product also gets the records in N other orders and in transactions of 1, 200 and all, and the
works must be the same.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bibliography import lines, records
from benchmarks.pairwise import Counts, scores
from benchmarks.usage import cpu_seconds, peak_megabytes

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from watcher.models import Record

BATCH = 200  # records in a transaction, as EFetch brings them
OURS, PEER = "watcher", "bib-dedupe"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

# The works of a set by its records' ids, and the CPU seconds that finding them took.
Found = tuple[dict[str, int], float]


def ours(folder: Path, *, seed: int = 0, batch: int = BATCH) -> Found:
    from watcher.pipeline.recognise import recognise
    from watcher.store.store import Store

    seconds = 0.0
    seen: list[str] = []
    with tempfile.TemporaryDirectory() as place, Store(Path(place) / "watcher.db") as store:
        for some in _batches(_shuffled(folder, seed), batch):
            start = time.process_time()
            with store.transaction():
                recognise(store, some, NOW)
            seconds += time.process_time() - start
            seen += [record.source_id for record in some]
        return store.works.of_source("set", seen), seconds


def same_doi(folder: Path) -> Found:
    return _joined(folder, lambda record: [("doi", record.doi)] if record.doi else [])


def doi_or_title_and_year(folder: Path) -> Found:
    from watcher.works.identifiers import normal_title

    def keys(record: Record) -> list[Hashable]:
        title = normal_title(record.title)
        found: list[Hashable] = [("doi", record.doi)] if record.doi else []
        return [*found, ("title", title, record.published)] if title and record.published else found

    return _joined(folder, keys)


def bib_dedupe(folder: Path) -> Found:
    pandas, peer = importlib.import_module("pandas"), importlib.import_module("bib_dedupe.bib_dedupe")
    importlib.import_module("bib_dedupe").verbose_print.verbosity_level = 0
    names = {"id": "ID", "entrytype": "ENTRYTYPE", "authors": "author", "issue": "number"}
    wanted = ("id", "entrytype", "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "abstract")
    rows = [{names.get(key, key): str(row.get(key) or "") for key in wanted} for row in lines(folder, "records")]
    for row in rows:
        row["ENTRYTYPE"] = row["ENTRYTYPE"] or "article"
        row["booktitle"] = row["journal"]  # where it looks for what is no article
    start = cpu_seconds()
    blocked = peer.block(peer.prep(pandas.DataFrame(rows), cpu=1), cpu=1)
    duplicates = peer.cluster(peer.match(blocked, cpu=1)) if len(blocked) else []
    works = {row["ID"]: number for number, row in enumerate(rows)}
    for duplicate in duplicates:
        works.update(dict.fromkeys(duplicate, works[duplicate[0]]))
    return works, cpu_seconds() - start


METHODS: dict[str, Callable[[Path], Found]] = {
    OURS: ours,
    "same DOI": same_doi,
    "DOI, or title and year": doi_or_title_and_year,
    PEER: bib_dedupe,
}


def _batches(some: Iterable[Record], size: int) -> Iterator[list[Record]]:
    rest = iter(some)
    while batch := list(islice(rest, size)):
        yield batch


def _shuffled(folder: Path, seed: int) -> Iterable[Record]:
    """In the set's order for 0, and in another for each other seed."""
    if not seed:
        return records(folder)
    found = list(records(folder))
    random.Random(seed).shuffle(found)
    return found


def _joined(folder: Path, keys: Callable[[Record], list[Hashable]]) -> Found:
    """Records that share a key are one work, and those that hang together by several keys."""
    roots: dict[Hashable, Hashable] = {}

    def root(item: Hashable) -> Hashable:
        while (above := roots.setdefault(item, item)) != item:
            roots[item] = roots[above]
            item = above
        return item

    found = list(records(folder))
    start = time.process_time()
    for record in found:
        for key in keys(record):
            roots[root(key)] = root(record.source_id)
    numbers: dict[Hashable, int] = {}
    works = {record.source_id: numbers.setdefault(root(record.source_id), len(numbers)) for record in found}
    return works, time.process_time() - start


# -- the processes and the table ----------------------------------------------------------------------------------


def measured(method: str, folder: Path, python: str, *, seed: int = 0, batch: int = BATCH) -> Any:
    """What a method finds in a process of its own: works, CPU seconds, peak in MB; or why it failed."""
    command = [python, __file__, str(folder), "--method", method, "--seed", str(seed), "--batch", str(batch)]
    child = subprocess.run(command, check=False, capture_output=True, text=True)
    if child.returncode:
        return (child.stderr.strip().splitlines() or ["no reason given"])[-1]
    return json.loads(child.stdout.splitlines()[-1])


def measure(method: str, folder: Path, seed: int, batch: int) -> None:
    """In the child process, told in JSON on standard output."""
    works, seconds = ours(folder, seed=seed, batch=batch) if method == OURS else METHODS[method](folder)
    print()
    print(json.dumps([works, seconds, peak_megabytes()]))


HEAD = (
    f"{'set':<22}{'by':<24}{'records':>8}{'pairs':>8}{'precision':>10}{'recall':>8}{'uncont.':>8}"
    f"{'specif.':>8}{'F1':>8}{'impure':>7}{'records/s':>10}{'peak MB':>8}"
)


def row(name: str, method: str, count: int, seconds: float, megabytes: float, kind: str, found: Counts | None) -> str:
    figures = ["-"] * 7
    if found is not None:
        apart = f"{found.specificity:.4f}" if kind != "clusters" else "-"
        contested = f"{found.uncontested_recall:.4f}" if kind == "clusters" else "-"
        impure = str(found.impure) if kind == "clusters" else "-"
        exact = (f"{found.precision:.5f}", f"{found.recall:.4f}", contested, apart, f"{found.f1:.4f}", impure)
        figures = [f"{found.true:,}", *exact]
    pairs, precision, recall, uncontested, specificity, f1, impure = figures
    return (
        f"{name:<22}{method:<24}{count:>8,}{pairs:>8}{precision:>10}{recall:>8}{uncontested:>8}"
        f"{specificity:>8}{f1:>8}{impure:>7}{count / seconds if seconds else 0:>10,.0f}{megabytes:>8.0f}"
    )


def table(folders: list[Path], pythons: Mapping[str, str], out: Path | None) -> None:
    print(HEAD, flush=True)
    pooled: dict[tuple[str, str], list[tuple[int, float, float, Counts]]] = {}
    for folder in folders:
        for method, python in pythons.items():
            answer = measured(method, folder, python)
            if isinstance(answer, str):
                print(f"{folder.name:<22}{method:<24} failed: {answer}", flush=True)
                continue
            works, seconds, megabytes = answer
            if method == OURS and out is not None:
                told = (json.dumps({"id": record, "cluster": work}) + "\n" for record, work in works.items())
                (out / f"{folder.name}.jsonl").write_text("".join(told), encoding="utf-8")
            held = scores(folder, works)
            for kind, found in held.items():
                print(row(folder.name, method, len(works), seconds, megabytes, kind, found), flush=True)
                pooled.setdefault((kind, method), []).append((len(works), seconds, megabytes, found))
            if not held:
                print(row(folder.name, method, len(works), seconds, megabytes, "", None), flush=True)
    print()
    for (kind, method), parts in pooled.items():
        if len(parts) > 1:
            counts, seconds_of, peaks, found_of = zip(*parts, strict=True)
            total = sum(found_of, Counts())
            print(row(f"{len(parts)} with {kind}", method, sum(counts), sum(seconds_of), max(peaks), kind, total))


def orders(folders: list[Path], shuffles: int) -> None:
    """The product alone, in other orders and batches: the same works?"""
    for folder in folders:
        plain = None
        for seed in range(shuffles + 1):
            for batch in (1, BATCH, 1_000_000) if seed == 0 else (BATCH,):
                answer = measured(OURS, folder, sys.executable, seed=seed, batch=batch)
                if isinstance(answer, str):
                    sys.exit(f"{folder.name}: {answer}")
                found = _partition(answer[0])
                plain = plain or found
                if found != plain:
                    sys.exit(f"{folder.name}: order {seed} in batches of {batch} gives other works")
        print(
            f"{folder.name}: the same works in {shuffles} other orders, and in batches of 1, {BATCH} and all",
            flush=True,
        )


def _partition(works: Mapping[str, int]) -> set[frozenset[str]]:
    members: dict[int, set[str]] = {}
    for record, work in works.items():
        members.setdefault(work, set()).add(record)
    return set(map(frozenset, members.values()))


def has_peer(python: str) -> bool:
    return not subprocess.run([python, "-c", "import bib_dedupe"], check=False, capture_output=True).returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a set: a folder with records.jsonl[.gz]")
    parser.add_argument("--out", type=Path, help="a folder for the works that were found, as NAME.jsonl")
    parser.add_argument("--bib-dedupe", default=sys.executable, metavar="PYTHON", help="one that has bib-dedupe")
    parser.add_argument(
        "--shuffles", type=int, default=0, metavar="N", help="also in N other orders, and other batches"
    )
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--batch", type=int, default=BATCH, help=argparse.SUPPRESS)
    options = parser.parse_args()
    folders = [folder.resolve() for folder in options.folders]
    for folder in folders:
        if not any(folder.glob("records.jsonl*")):
            parser.error(f"{folder}: neither records.jsonl nor records.jsonl.gz is there")
    if options.method:
        measure(options.method, folders[0], options.seed, options.batch)
        return
    pythons = dict.fromkeys(METHODS, sys.executable) | {PEER: options.bib_dedupe}
    if not has_peer(options.bib_dedupe):
        del pythons[PEER]
        print(f"{PEER} is not installed here: name a Python that has it with --bib-dedupe\n")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    table(folders, pythons, options.out)
    if options.shuffles:
        print()
        orders(folders, options.shuffles)


if __name__ == "__main__":
    main()

"""How fast, and in how much memory, a PubMed XML file is read: by `watcher load` with the shipped queries, in one
process and in several, and by read_records alone; beside a bare lxml iterparse, which finds the records and looks at
none, Bio.Entrez.read in batches of 200, and pubmed_parser where it is installed (best in an environment of its own, for
it brings a package `tests`) and the file is a .gz.

    python benchmarks/load.py FILE [--jobs N] [--limit N]

Each reads in a process of its own, one after the other. Rates are records per second of CPU time (of all processes,
imports, the unpacking of .gz and a new store included), and of time on the clock, for which alone --jobs is there.
Memory is the process's peak, with the interpreter and the libraries; with --jobs, that of the largest process.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import importlib.util
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element as Element

ROOT = Path(__file__).resolve().parents[1]
END = b"</PubmedArticle>"
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n<PubmedArticleSet>'
)


def opened(path: str) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.endswith(".gz") else Path(path).open("rb")


def bare(path: str, _jobs: int) -> int:
    from lxml import etree

    count = 0
    with opened(path) as stream:
        found = etree.iterparse(stream, events=("end",), tag="PubmedArticle", load_dtd=False, no_network=True)
        for _, element in cast("Iterator[tuple[str, Element]]", found):
            count += 1
            element.clear(keep_tail=True)  # type: ignore[call-arg]  # lxml has it since 4.4, its stubs have not
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    return count


def records(path: str, _jobs: int) -> int:
    from watcher.models import Record
    from watcher.sources.pubmed_xml import read_records

    with opened(path) as stream:
        return sum(isinstance(record, Record) for record in read_records(stream, where=path))


def load(path: str, jobs: int) -> int:
    from watcher.config import read_settings
    from watcher.pipeline.context import opened as context_on
    from watcher.pipeline.load import load as loaded

    with tempfile.TemporaryDirectory() as folder:
        settings = replace(read_settings(ROOT / "queries.toml"), store=Path(folder) / "watcher.db")
        with context_on(settings, datetime.now(UTC)) as context:
            report = loaded(context, Path(path), jobs=jobs)
    if report.error:
        sys.exit(report.error)
    return report.members


def biopython(path: str, _jobs: int) -> int:
    entrez = importlib.import_module("Bio.Entrez")
    count = 0
    with opened(path) as stream:
        articles = in_articles(stream)
        while batch := list(islice(articles, 200)):
            body = HEAD + b"".join(batch) + b"</PubmedArticleSet>"
            count += len(entrez.read(io.BytesIO(body), escape=True)["PubmedArticle"])
    return count


def pubmed_parser(path: str, _jobs: int) -> int:
    peer = importlib.import_module("pubmed_parser")
    everything = {
        "year_info_only": False,
        "author_list": True,
        "reference_list": True,
        "parse_downto_mesh_subterms": True,
    }
    return sum(1 for _ in peer.parse_medline_xml(path, **everything))


READERS: dict[str, Callable[[str, int], int]] = {
    "bare": bare,
    "records": records,
    "load": load,
    "biopython": biopython,
    "pubmed_parser": pubmed_parser,
}


def in_articles(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of each PubmedArticle."""
    rest = b""
    while chunk := stream.read(1 << 20):
        *whole, rest = (rest + chunk).split(END)
        for article in whole:
            yield article[article.index(b"<PubmedArticle>") :] + END


def cut_to(limit: int, path: str, folder: str) -> str:
    """A file of the first records of another."""
    short = Path(folder) / "short.xml.gz"
    with opened(path) as stream, gzip.open(short, "wb") as out:
        out.write(HEAD)
        out.writelines(islice(in_articles(stream), limit))
        out.write(b"</PubmedArticleSet>")
    return str(short)


def measure(reader: str, path: str, jobs: int) -> None:
    """In the child process: one reading, told in JSON on standard output."""
    start = time.monotonic()
    count = READERS[reader](path, jobs)
    seconds = time.monotonic() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # bytes there, KiB elsewhere
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in used)
    print(json.dumps([count, cpu, seconds, max(usage.ru_maxrss for usage in used) / unit]))


def table(path: str, jobs: int) -> None:
    rows = [
        ("lxml iterparse, bare", "bare", 1),
        ("read_records", "records", 1),
        ("load", "load", 1),
        (f"load --jobs {jobs}", "load", jobs),
        ("Bio.Entrez.read, batches of 200", "biopython", 1),
    ]
    if importlib.util.find_spec("pubmed_parser") and path.endswith(".gz"):
        rows.append(("pubmed_parser", "pubmed_parser", 1))
    print(f"{'':<34}{'records':>9}{'/CPU s':>9}{'/s':>9}{'of bare':>9}{'peak MB':>9}")
    floor = 0.0
    for name, reader, processes in rows:
        command = [sys.executable, __file__, path, "--reader", reader, "--jobs", str(processes)]
        child = subprocess.run(command, check=True, capture_output=True, text=True)
        count, cpu, seconds, megabytes = json.loads(child.stdout.splitlines()[-1])
        floor = floor or count / cpu
        rates = f"{count / cpu:>9,.0f}{count / seconds:>9,.0f}{count / cpu / floor:>9.0%}"
        print(f"{name:<34}{count:>9,}{rates}{megabytes:>9.0f}", flush=True)
    print("\nThe aims, per CPU second: read_records at half of bare or better, load at 2,000; in under 150 MB.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="a PubMed XML file, .gz or not")
    parser.add_argument("--jobs", type=int, default=2, help="in how many processes the second load reads (2)")
    parser.add_argument("--limit", type=int, help="only the first N records")
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    path = str(Path(options.file).resolve())
    if options.reader:
        sys.path.insert(0, str(ROOT))
        measure(options.reader, path, options.jobs)
    elif options.limit:
        with tempfile.TemporaryDirectory() as folder:
            table(cut_to(options.limit, path, folder), options.jobs)
    else:
        table(path, options.jobs)


if __name__ == "__main__":
    main()

"""How fast, and in how much memory, a PubMed XML file is read: read_records beside a bare lxml iterparse (the floor: it
finds the records and looks at none), Bio.Entrez.read in batches of 200, and pubmed_parser where it is installed.

    python benchmarks/parse.py FILE [--limit N]

Each reader runs in a process of its own. Rates are records per second of CPU time, imports and the unpacking of .gz
included; memory is the process's peak, so it holds the interpreter and the libraries as well.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element as Element

END = b"</PubmedArticle>"
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n<PubmedArticleSet>'
)


def opened(path: str) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.endswith(".gz") else Path(path).open("rb")


def bare(path: str) -> int:
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


def ours(path: str) -> int:
    from watcher.models import Record
    from watcher.sources.pubmed_xml import read_records

    with opened(path) as stream:
        return sum(isinstance(record, Record) for record in read_records(stream, where=path))


def biopython(path: str) -> int:
    entrez = importlib.import_module("Bio.Entrez")
    count = 0
    with opened(path) as stream:
        articles = in_articles(stream)
        while batch := list(islice(articles, 200)):
            body = HEAD + b"".join(batch) + b"</PubmedArticleSet>"
            count += len(entrez.read(io.BytesIO(body), escape=True)["PubmedArticle"])
    return count


def pubmed_parser(path: str) -> int:
    peer = importlib.import_module("pubmed_parser")
    return sum(not article["delete"] for article in peer.parse_medline_xml(path, reference_list=True, parse_subs=True))


READERS: dict[str, Callable[[str], int]] = {
    "lxml iterparse, bare": bare,
    "read_records": ours,
    "Bio.Entrez.read, batches of 200": biopython,
    "pubmed_parser": pubmed_parser,
}
BARE, OURS = "lxml iterparse, bare", "read_records"


def in_articles(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of each PubmedArticle."""
    rest = b""
    while chunk := stream.read(1 << 20):
        *whole, rest = (rest + chunk).split(END)
        for article in whole:
            yield article[article.index(b"<PubmedArticle>") :] + END


def cut_to(limit: int, path: str, folder: str) -> str:
    """A file of the first records of another."""
    short = Path(folder) / "short.xml"
    with opened(path) as stream, short.open("wb") as out:
        out.write(HEAD)
        out.writelines(islice(in_articles(stream), limit))
        out.write(b"</PubmedArticleSet>")
    return str(short)


def measure(reader: str, path: str) -> None:
    """In the child process: one reading, told in JSON on standard output."""
    start = time.process_time()
    count = READERS[reader](path)
    seconds = time.process_time() - start
    usage = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # bytes there, KiB elsewhere
    print(json.dumps([count, seconds, usage.ru_maxrss / unit]))


def table(path: str) -> None:
    rates: dict[str, float] = {}
    print(f"{'reader':<34}{'records':>9}{'CPU s':>9}{'records/s':>11}{'of bare':>9}{'peak MB':>9}")
    for reader in READERS:
        if reader == "pubmed_parser" and importlib.util.find_spec("pubmed_parser") is None:
            print(f"{reader:<34}  not installed")
            continue
        arguments = [sys.executable, __file__, path, "--reader", reader]
        child = subprocess.run(arguments, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
        count, seconds, megabytes = json.loads(child.stdout.splitlines()[-1])
        rates[reader] = count / seconds
        share = rates[reader] / rates[BARE]
        print(f"{reader:<34}{count:>9,}{seconds:>9.2f}{rates[reader]:>11,.0f}{share:>9.0%}{megabytes:>9.0f}")
    print(f"\nread_records at {rates[OURS] / rates[BARE]:.0%} of the bare iterparse; the aim is 50 %, in under 150 MB.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="a PubMed XML file, .gz or not")
    parser.add_argument("--limit", type=int, help="only the first N records")
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    path = str(Path(options.file).resolve())
    if options.reader:
        sys.path.insert(0, str(Path(__file__).parents[1]))
        measure(options.reader, path)
    elif options.limit:
        with tempfile.TemporaryDirectory() as folder:
            table(cut_to(options.limit, path, folder))
    else:
        table(path)


if __name__ == "__main__":
    main()

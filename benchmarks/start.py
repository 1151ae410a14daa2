"""How long a start takes, in CPU seconds: `--help`, and a run with nothing new. Prints a table; peers are bare starts.

Everything is asked of loopback: ten queries of a PubMed that has nothing new, ten feeds that answer 304. Waiting for
the limiter (three searches a second) costs time, but no CPU.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fakes.eutils_server import EutilsServer
from tests.fakes.feed_server import FeedServer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from watcher.config import read_settings

ROUNDS = 7
FEED = b'<rss version="2.0"><channel><title>Invented</title><item><title>A wound closes</title></item></channel></rss>'


def cpu_of(*command: str) -> float:
    """User and system seconds of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def configure(folder: Path, pubmed: EutilsServer, feeds: FeedServer) -> Path:
    """The shipped queries and one more, and ten feeds, all on loopback."""
    shipped = read_settings(Path(__file__).resolve().parents[1] / "queries.toml")
    queries = [(query.name, query.term) for query in shipped.queries] + [("tenth", "fibroblast*[ti] AND scar*[tiab]")]
    parts = [f'[pubmed]\nemail = "benchmark@example.org"\nbase_url = "{pubmed.url}"']
    parts += [f"[[query]]\nname = {json.dumps(name)}\nterm = '''{term}'''" for name, term in queries]
    for number in range(10):
        address = feeds.put(f"/{number}.xml", FEED)
        parts.append(f'[[feed]]\nname = "feed {number}"\nurl = "{address}"')
    parts.append('[[digest]]\nname = "all"\nto = ["reader@example.org"]')
    path = folder / "queries.toml"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def main() -> None:
    """Measure in turns, so that noise falls on all alike, and print the least and the median of each."""
    python = sys.executable
    title = "Wound healing by stem cells {}, invented"
    known = [article(n, title=title.format(n), crdt=date(2021, 6, 1)) for n in range(1, 50)]
    with tempfile.TemporaryDirectory() as folder, EutilsServer(Collection(known)) as pubmed, FeedServer() as feeds:
        config = str(configure(Path(folder), pubmed, feeds))
        once = (python, "-m", "watcher", "--config", config, "run", "--once", "--now")
        cpu_of(*once, "2021-06-03T12:00")
        commands = {
            "python -c pass": (python, "-c", "pass"),
            "import click": (python, "-c", "import click"),
            "watcher --help": (python, "-m", "watcher", "--help"),
            "import requests, sqlite_utils, search_query.parser": (
                python, "-c", "import requests, sqlite_utils, search_query.parser",
            ),
            "watcher run --once, nothing new": (*once, "2021-06-03T18:00"),
        }  # fmt: skip
        figures: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                figures[name].append(cpu_of(*command))
    print(f"CPU seconds, {ROUNDS} rounds, Python {sys.version.split()[0]}, {datetime.now(UTC):%Y-%m-%d}")
    print(f"{'':52} {'least':>7} {'median':>7}")
    for name, seconds in figures.items():
        print(f"{name:52} {min(seconds):7.3f} {statistics.median(seconds):7.3f}")


if __name__ == "__main__":
    main()

"""Polls a feed as it stood at each of many moments, by the whole job; and what the store and the digests hold of it.

The tests judge short series (test_series.py), and benchmarks/series.py prints a long one.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.conftest import SHARED
from tests.pipeline.world import at, world
from watcher.errors import SourceError
from watcher.models import Feed
from watcher.sources.feeds import read_feed
from watcher.sources.http import Answer
from watcher.works.identifiers import normal_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# A real search of bioRxiv, twice a day for seven months; 75 entries each. Its entries hold bioRxiv's own names of the
# article, and of the version, which watcher does not read: so by them it is counted.
BIORXIV = SHARED / "data" / "feeds" / "series" / "biorxiv"
# Some thirty journals' feeds as they were on up to four days; under other file names in November and December.
BIORSS = SHARED / "data" / "feeds" / "biorss" / "cache"
_ENTRY = re.compile(r"<entry>.*?</entry>", re.DOTALL)
_TITLE = re.compile(r"<title>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</title>", re.DOTALL)
_NAMES = re.compile(r'<id>(?P<guid>.*?)</id>.*data-pisa-master="(?P<work>.*?)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A feed at a moment, and by whatever else than watcher: the guid of each entry, and a name of the work it is."""

    at: datetime
    body: bytes
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the polls. `work_of` is the store's work of each guid; `told` the works of all digests, in order."""

    found: int
    errors: tuple[str, ...]
    work_of: Mapping[str, int]
    works: int
    told: tuple[int, ...]

    def split(self, snapshots: Sequence[Snapshot]) -> dict[str, set[str]]:
        """The works that the store holds as several, each with the guids that are not where its first one is."""
        guids = defaultdict(list)
        for guid, work in dict(entry for snapshot in snapshots for entry in snapshot.entries).items():
            guids[work].append(guid)
        apart = {
            work: {guid for guid in named if self.work_of.get(guid) != self.work_of.get(named[0])}
            for work, named in guids.items()
        }
        return {work: others for work, others in apart.items() if others}

    def merged(self, snapshots: Sequence[Snapshot]) -> list[set[str]]:
        """The works that the store holds as one."""
        found = defaultdict(set)
        for guid, work in (entry for snapshot in snapshots for entry in snapshot.entries):
            if guid in self.work_of:
                found[self.work_of[guid]].add(work)
        return [works for works in found.values() if len(works) > 1]


def reappearances(snapshots: Sequence[Snapshot]) -> int:
    """How often an entry (by its guid) stands there again that was there once, and was not in the snapshot before."""
    seen: set[str] = set()
    count = 0
    for before, now in pairwise(snapshots):
        seen |= {guid for guid, _ in before.entries}
        count += len({guid for guid, _ in now.entries} & seen - {guid for guid, _ in before.entries})
    return count


def play(folder: Path, snapshots: Sequence[Snapshot], term: str) -> Outcome:
    """Run the whole job at the moment of each snapshot, and once more a day after the last, so that all is told."""
    found, errors, told = 0, [], []
    with world(folder) as installed:
        url = installed.feeds.put("/feed.xml", snapshots[0].body, content_type="application/atom+xml")
        installed.configure(("all", "All", term), feeds={"series": url})
        source = installed.settings.feeds[0].source
        for snapshot in (*snapshots, Snapshot(snapshots[-1].at + timedelta(days=1), snapshots[-1].body, ())):
            installed.feeds.put("/feed.xml", snapshot.body, content_type="application/atom+xml")
            report = installed.run_once(snapshot.at)
            found += sum(run.found for run in report.runs if run.source == source)
            errors += [run.error for run in report.runs if run.error]
            told += [entry.work.id for one in report.told for part in one.digest.sections for entry in part.entries]
        guids = {guid for snapshot in snapshots for guid, _ in snapshot.entries}
        with installed.context(snapshots[-1].at) as context:
            work_of = context.store.works.of_source(source, guids)
            works = sum(context.store.works.counts().values())
    return Outcome(found, tuple(errors), work_of, works, tuple(told))


def biorxiv(part: slice) -> Iterator[Snapshot]:
    """Those of the real series, in its order."""
    for file in sorted(BIORXIV.iterdir())[part]:
        body = gzip.decompress(file.read_bytes())
        names = [_NAMES.search(entry) for entry in _ENTRY.findall(body.decode())]
        entries = tuple((name["guid"], name["work"]) for name in names if name)
        yield Snapshot(datetime.strptime(file.name[:13], "%Y%m%dT%H%M").replace(tzinfo=UTC), body, entries)


def biorss() -> dict[str, list[Snapshot]]:
    """The real feeds of BIORSS by their titles, each in its order. What names a work is its title, normalised."""
    found = defaultdict(list)
    for file in sorted(BIORSS.glob("2021-*/*")):
        body = file.read_bytes()
        try:
            records = read_feed(Answer(200, "https://feeds.example/", {}, body), Feed("", "", (), ""))
        except SourceError:
            continue
        if records:
            entries = tuple((record.source_id, normal_title(record.title)) for record in records)
            name = _TITLE.search(body.decode(errors="replace"))
            found[name[1] if name else ""].append(Snapshot(at(f"{file.parent.name} 12:00"), body, entries))
    return found

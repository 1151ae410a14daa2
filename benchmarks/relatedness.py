"""How well works are ranked by their relatedness to cited works, on reviews whose included papers are known.

    python benchmarks/relatedness.py [--topics NAME] [--out OUT] DIR...

A DIR holds docs.jsonl ({"id", "title", "abstract", maybe "mesh"} a line) and topics.jsonl ({"topic", "seeds",
"relevant", maybe "partial", "irrelevant"}); --topics takes another file of it, and passes over a DIR without it. The
seeds are the cited works. The archive of a topic is the documents whose id has the topic's name (up to "#") before the
colon, or all documents where there are none.

The product's own code is run, and beside it, in the same run and on the same words: BM25, PubMed Related Articles'
formula, and TF-IDF, as the mean over the cited works and centred by half the archive's mean. Means are over reviews;
intervals hold 95 of 100 bootstrap resamples of reviews, and so do those of the paired differences, ours less the
peer's. Rates are per CPU second, words included. With --out, OUT/NAME.jsonl has a line {"topic", "id", "score"} for
each candidate of the DIR called NAME.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ranking import MEASURES, interval, means, measures
from benchmarks.related_peers import Peers
from watcher import markup
from watcher.models import MeshHeading, Passage, Record
from watcher.works.archive import Archive, sums
from watcher.works.relatedness import Profile
from watcher.works.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OURS = "watcher"

Measured = dict[str, dict[str, dict[str, float]]]  # by ranking and topic


class Clock:
    """CPU seconds spent on our own counting and ranking, and the works that came through."""

    def __init__(self) -> None:
        self.seconds = {"counted": 0.0, "ranked": 0.0}
        self.works = {"counted": 0, "ranked": 0}

    @contextmanager
    def spent(self, what: str, works: int) -> Iterator[None]:
        start = process_time()
        yield
        self.seconds[what] += process_time() - start
        self.works[what] += works

    def said(self) -> str:
        rates = (f"{self.works[what] / self.seconds[what]:,.0f} {what}" for what in self.works)
        return f"works per CPU second: {', '.join(rates)}"


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def record(document: dict[str, Any]) -> Record:
    """A document as a source would have given it."""
    abstract = document.get("abstract") or ""
    return Record(
        source="set",
        source_id=document["id"],
        title=markup.escape(document.get("title") or ""),
        abstract=(Passage(markup.escape(abstract)),) if abstract else (),
        mesh=tuple(MeshHeading(heading.partition(":")[0]) for heading in document.get("mesh") or ()),
    )


def archives(documents: dict[str, Record], topics: list[dict[str, Any]]) -> dict[str, list[str]]:
    """By review the ids of its archive."""
    by_prefix: dict[str, list[str]] = {}
    for name in documents:
        by_prefix.setdefault(name.rpartition(":")[0], []).append(name)
    reviews = {topic["topic"].partition("#")[0] for topic in topics}
    return {review: by_prefix.get(review) or list(documents) for review in sorted(reviews)}


def rank(folder: Path, name: str, clock: Clock, out: Path | None) -> Measured:
    documents = {document["id"]: record(document) for document in lines(folder / "docs.jsonl")}
    topics = list(lines(folder / name))
    found: Measured = {}
    with ExitStack() as stack:
        written = None
        if out:
            written = stack.enter_context((out / f"{folder.resolve().name}.jsonl").open("w", encoding="utf-8"))
        pool: Pool | None = None
        for review, members in archives(documents, topics).items():
            if pool is None or pool.members != members:  # where all documents are the archive, it is one for all
                pool = Pool(members, documents, clock)
            for topic in (topic for topic in topics if topic["topic"].partition("#")[0] == review):
                gains = gains_of(topic)
                scores = pool.scores(topic["seeds"], gains, clock)
                for ranking, scored in scores.items():
                    if measured := measures(topic["topic"], gains, scored):
                        found.setdefault(ranking, {})[topic["topic"]] = measured
                for one, score in scores[OURS].items() if written else ():
                    print(json.dumps({"topic": topic["topic"], "id": one, "score": score}), file=written)
    return found


def gains_of(topic: dict[str, Any]) -> dict[str, int]:
    """The candidates: all but the cited works."""
    gains = dict.fromkeys(topic["irrelevant"], 0) | dict.fromkeys(topic.get("partial", ()), 1)
    gains |= dict.fromkeys(topic["relevant"], 2)
    return {one: gain for one, gain in gains.items() if one not in topic["seeds"]}


class Pool:
    """An archive, counted by us and by the peers."""

    def __init__(self, members: list[str], documents: dict[str, Record], clock: Clock) -> None:
        self.members, self.documents = members, documents
        self.places = {member: place for place, member in enumerate(members)}
        with clock.spent("counted", len(members)):
            self.archive = Archive(*sums(words(documents[member]) for member in members))
        self.peers = Peers([words(documents[member]) for member in members])

    def scores(self, seeds: list[str], candidates: Iterable[str], clock: Clock) -> dict[str, dict[str, float]]:
        """By ranking those of the candidates."""
        wanted = list(candidates)
        with clock.spent("ranked", len(wanted)):
            profile = Profile(self.archive, {number: self.documents[seed] for number, seed in enumerate(seeds, 1)})
            found = {OURS: {one: profile.score(self.documents[one]) for one in wanted}}
        for peer, score in self.peers.rankings([self.places[seed] for seed in seeds]).items():
            found[peer] = {one: score(self.places[one]) for one in wanted}
        return found


def show(title: str, measured: Measured) -> None:
    reviews = {ranking: means(topics) for ranking, topics in measured.items()}
    print(f"\n{title}: {len(reviews[OURS])} reviews, {len(measured[OURS])} topics")
    print(f"{'':22}" + "".join(f"{name:>24}" for name in MEASURES))
    for ranking, by_review in reviews.items():
        print(f"{ranking:22}" + "".join(_cell([one[name] for one in by_review.values()]) for name in MEASURES))
    for peer in (ranking for ranking in reviews if ranking != OURS):
        pairs = [(reviews[OURS][review], reviews[peer][review]) for review in reviews[OURS]]
        print(
            f"{'less ' + peer:22}"
            + "".join(_cell([one[name] - other[name] for one, other in pairs], sign="+") for name in MEASURES)
        )


def _cell(values: list[float], sign: str = "") -> str:
    mean, low, high = interval(values)
    return f"{f'{mean:{sign}.3f} [{low:{sign}.3f}, {high:{sign}.3f}]':>24}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--topics", default="topics.jsonl", metavar="NAME")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    clock = Clock()
    together: Measured = {}
    folders = [folder for folder in options.folders if (folder / options.topics).exists()]
    for folder in folders:
        measured = rank(folder, options.topics, clock, options.out)
        show(folder.resolve().name, measured)
        for ranking, topics in measured.items():
            together.setdefault(ranking, {}).update(topics)
    if len(folders) > 1:
        show("all of these", together)
    if folders:
        print(f"\n{clock.said()}")
    else:
        sys.exit(f"no folder holds {options.topics}")


if __name__ == "__main__":
    main()

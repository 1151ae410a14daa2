"""Invented records for the tests of identity: nobody wrote these works, and none of these people and places exist."""

from __future__ import annotations

from functools import cache
from itertools import combinations, count
from typing import TYPE_CHECKING, Any

from watcher.models import Author, Doi, Kind, Passage, Pmid, Record
from watcher.works.comparison import compare
from watcher.works.grouping import Correction, partition
from watcher.works.keys import keys
from watcher.works.signature import signature
from watcher.works.verdicts import Same, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.works.signature import Signature
    from watcher.works.verdicts import Verdict

TITLE = "An invented exosome patch closes radiation wounds in aged minipigs"
AUTHORS = (Author("Núñez", "Ada", "A"), Author("Brandvold", "Bo", "B"), Author("Castellanos", "Cy", "C"))
OTHERS = (Author("Quennell", "Ruth", "R"), Author("Ibekwe", "Tobe", "T"))
PATCHES = (
    "Radiation wounds of invented minipigs closed within fourteen imaginary days after patches loaded with exosomes "
    "were laid upon them; keratinocytes migrated quickly, fibroblasts contracted slowly, and nothing of this sentence "
    "describes any experiment that anybody performed outside imagination, whatever instruments somebody might possess."
)
BREAKFASTS = (
    "Questionnaires about fictional breakfast habits were returned by pretended households throughout seventeen "
    "nonexistent provinces; porridge dominated northern villages, whereas imaginary islanders preferred roasted "
    "chestnuts, sweetened beverages, philosophical conversation and considerable quantities of marmalade."
)

_numbers = count()
compared = cache(signature)


def record(title: str = TITLE, **told: Any) -> Record:
    """A record that says its title, its authors and a year; identifiers and the abstract may be given as text."""
    told = {"source": "set", "authors": AUTHORS, "published": "2026"} | told
    told.setdefault("source_id", told.get("pmid") or f"invented {next(_numbers)}")
    for name, kind in (("doi", Doi), ("pmid", Pmid)):
        if name in told:
            told[name] = kind(told[name])
    if isinstance(told.get("abstract"), str):
        told["abstract"] = (Passage(told["abstract"]),) if told["abstract"] else ()
    return Record(title=title, **told)


def article(title: str = TITLE, **told: Any) -> Record:
    """An article in print, as PubMed describes it."""
    placed = {"journal": "Journal of invented wounds", "volume": "12", "issue": "3", "pages": "101-9"}
    return record(title, **({"source": "pubmed", "published": "2026-03-02"} | placed | told))


def preprint(title: str = TITLE, **told: Any) -> Record:
    """A preprint, as a server's feed or PubMed lists it."""
    return record(title, **({"source": "feed:Server", "kind": Kind.PREPRINT, "published": "2026-01-10"} | told))


def entry(title: str = TITLE, **told: Any) -> Record:
    """An article as its journal's feed lists it."""
    return record(title, **({"source": "feed:Journal", "published": "2026-03-01"} | told))


def news(title: str, **told: Any) -> Record:
    """An item of news."""
    defaults = {"source": "feed:News", "kind": Kind.NEWS, "authors": (), "published": "2026-03-05"}
    return record(title, **(defaults | told))


def notice(title: str = TITLE, **told: Any) -> Record:
    """An erratum, a retraction or a comment, which PubMed's publication type says it is."""
    return article(title, **({"kind": Kind.NOTICE, "pages": "311"} | told))


def finds(one: Signature, other: Signature) -> bool:
    """Whether the index would give one record as a candidate for the other."""
    return not _looked_for(one).isdisjoint(_kept(other))


@cache
def _kept(sig: Signature) -> frozenset[int]:
    return frozenset(keys(sig).kept)


@cache
def _looked_for(sig: Signature) -> frozenset[int]:
    return frozenset(keys(sig).sought)


def told(one: Record, other: Record) -> Verdict:
    """The verdict on two records: the same both ways. What is one work is also found through the index, both ways."""
    a, b = compared(one), compared(other)
    verdict, back = compare(a, b), compare(b, a)
    assert (type(verdict), why(verdict)) == (type(back), why(back))
    assert finds(a, b) == finds(b, a)
    if isinstance(verdict, Same):
        assert finds(a, b), "no key in common"
    return verdict


def why(verdict: Verdict) -> str:
    """The rule, or the reason, of a verdict."""
    return verdict.rule if isinstance(verdict, Same) else getattr(verdict, "why", "")


def are_one(one: Record, other: Record) -> bool:
    """Whether two records are one work."""
    return isinstance(told(one, other), Same)


def are_undecided(one: Record, other: Record) -> bool:
    """Whether two records are kept apart with the doubt noted."""
    return isinstance(told(one, other), Undecided)


def works(*records: Record, said: Iterable[tuple[Record, Record, bool]] = ()) -> set[frozenset[str]]:
    """The works of these records, each by its source's ids, as the store would find and part them. `said` are pairs
    that a person has called one work, or two.
    """
    signatures = dict(enumerate(map(compared, records)))
    verdicts = {
        (one, other): compare(signatures[one], signatures[other])
        for one, other in combinations(signatures, 2)
        if finds(signatures[one], signatures[other])
    }
    links = {pair: verdict for pair, verdict in verdicts.items() if isinstance(verdict, Same)}
    numbers = {each.source_id: number for number, each in enumerate(records)}
    corrections = [Correction(numbers[one.source_id], numbers[other.source_id], same) for one, other, same in said]
    groups = partition(signatures, links, corrections)
    return {frozenset(records[number].source_id for number in group) for group in groups}

"""Invented works in the many forms in which sources bring them, made by changes on top of each other."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from tests.works.invented import record
from watcher.models import Author, Doi, Kind, Passage, Pmid, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

AGENTS = ("Exosome patches", "Fibrin scaffolds", "Peptide hydrogels", "Mitochondria", "Phototherapy")
DEEDS = ("close radiation wounds", "slow the ageing of skin", "renew hair follicles", "calm inflamed dermis")
WHERE = ("in aged minipigs", "of pretended volunteers", "in a made-up registry", "under imaginary sunlight")
FAMILIES = [f"{one}{two}" for one in ("Bran", "Cas", "Dimi", "Erik", "Fitz", "Grön", "Haki", "Jor", "Núñ", "Kova")
            for two in ("vold", "tell", "trov", "gerald", "lund", "kwe")]  # fmt: skip
GIVEN = ("Ada", "Bo", "Cy", "Di", "Eva", "Fay", "Gus", "Hal", "Ivo")
JOURNALS = (
    ("Journal of invented wounds", "J Invent Wounds"),
    ("Annals of fictional dermatology", "Ann Fict Dermatol"),
    ("Zeitschrift für erfundene Haut", "Z Erfund Haut"),
)


def base(number: int) -> Record:
    """A work as PubMed has it, in print; each number another one. Three in a row are of one group."""
    agent, deed, where = (some[number // step % len(some)] for some, step in ((AGENTS, 1), (DEEDS, 5), (WHERE, 3)))
    group = number // 3 * 7
    people = tuple(Author(FAMILIES[(group + n * 11) % 60], GIVEN[(group + n) % 9]) for n in range(1 + number % 5))
    name, short = JOURNALS[number % 3]
    first = 100 + 7 * number
    return record(
        f"{agent} {deed} {where}: the {number + 3} clinics study", source="pubmed", source_id=f"{999_000 + number}",
        pmid=f"{999_000 + number}", doi=f"10.5555/work.{number}", authors=people, journal=name,
        journal_abbreviation=short, volume=str(10 + number % 5), issue=str(1 + number % 4),
        pages=f"{first}-{first + 4}", published=f"2026-{1 + number % 6:02}-11", abstract=told(number),
    )  # fmt: skip


def told(number: int) -> str:
    """An abstract of made-up words, another one for each number."""
    random = Random(number)
    syllables = ("ka", "lo", "mi", "nu", "pe", "ra", "si", "tu", "ve", "zo")
    return " ".join("".join(random.choices(syllables, k=random.randint(2, 5))) for _ in range(60))


def _with_title(change: Callable[[str], str]) -> Callable[[Record], Record]:
    return lambda it: replace(it, title=change(it.title))


def _news(it: Record) -> Record:
    people = " and ".join(f"{author.given} {author.family}" for author in it.authors[:2])
    story = f"{people} tell in {it.journal} that {it.title.partition(':')[0]}."
    return replace(it, kind=Kind.NEWS, source="feed:News", title=f"Made up: {it.title.split()[0]} at work", pmid=None,
                   abstract=(Passage(story),), authors=(), journal="News", volume="", issue="", pages="")  # fmt: skip


# What sources do to one work.
FORMS: dict[str, Callable[[Record], Record]] = {
    "loud": _with_title(str.upper),
    "plain": _with_title(lambda title: title.replace("é", "e") + "."),
    "bracketed": _with_title(lambda title: f"[{title}]. German"),
    "marked up": _with_title(lambda title: f"<i>{title.split()[0]}</i>{title[len(title.split()[0]) :]} [Review]"),
    "cut": _with_title(lambda title: title.partition(":")[0]),
    "misspelt": _with_title(lambda title: title.replace("imag", "immag").replace("minip", "minnip")),
    "initials": lambda it: replace(it, authors=tuple(Author(a.family, a.given[:1]) for a in it.authors)),
    "whole names": lambda it: replace(it, authors=tuple(Author(f"{a.family} {a.given[:1]}") for a in it.authors)),
    "reversed": lambda it: replace(it, authors=tuple(Author(a.given, a.family) for a in it.authors)),
    "nobody": lambda it: replace(it, authors=()),
    "first author": lambda it: replace(it, authors=it.authors[:1]),
    "abbreviated": lambda it: replace(it, journal=it.journal_abbreviation),
    "first page": lambda it: replace(it, pages=it.pages.partition("-")[0]),
    "no text": lambda it: replace(it, abstract=()),
    "no doi": lambda it: replace(it, doi=None),
    "ahead of print": lambda it: replace(it, volume="", issue="", pages="", published=f"{it.published}"),
    "year": lambda it: replace(it, published=it.published and it.published[:4]),
    "database": lambda it: replace(it, source="embase", pmid=None, doi=None),
    "feed": lambda it: replace(it, source="feed:Journal", pmid=None, volume="", issue="", pages=""),
    "preprint": lambda it: replace(it, kind=Kind.PREPRINT, source="feed:Server", pmid=None, journal="medRxiv",
                                   volume="", issue="", pages="", doi=Doi(f"10.1101/2026.01.10.{it.source_id[-6:]}")),
    "news": _news,
}  # fmt: skip
# What makes another work of it, until a source leaves out what tells them apart.
OTHERS: dict[str, Callable[[Record], Record]] = {
    "erratum": lambda it: replace(it, kind=Kind.NOTICE, title=f"Erratum to: {it.title}", pmid=None),
    "silent erratum": lambda it: replace(it, kind=Kind.NOTICE, source="pubmed", doi=None, pmid=None),
    "reply": lambda it: replace(it, title=f"Reply to: {it.title}", doi=None, pmid=None, source="embase"),
    "protocol": lambda it: replace(it, title=f"{it.title}: study protocol", doi=None, pmid=None, source="embase"),
    "part two": lambda it: _otherwise(it, "2", f"{it.title}, part 2"),
    "without": lambda it: _otherwise(it, "3", it.title.replace(" of ", " in ").replace(" in ", " without ")),
    "elsewhere": lambda it: replace(_otherwise(it, "4", it.title), journal="Congress of inventors",
                                    journal_abbreviation="", volume="99"),
}  # fmt: skip


def _otherwise(it: Record, digit: str, title: str) -> Record:
    """Another record of PubMed, some pages on."""
    pmid, doi = Pmid(f"{digit}{it.pmid}"), Doi(f"{it.doi}.{digit}")
    return replace(it, title=title, pmid=pmid, doi=doi, pages=f"{digit}{it.pages}", abstract=())


def variant(number: int, changes: Sequence[str], name: str) -> Record:
    """A work's form after these changes, in their order, under a source's id of its own."""
    it = base(number)
    for change in changes:
        it = (FORMS | OTHERS)[change](it)
    return replace(it, source_id=name)


def population(size: int, works: int, seed: int) -> list[Record]:
    """So many variants of so many works: most of them forms, half of them bare, some of them of works alike."""
    random = Random(seed)
    found = []
    for n in range(size):
        changes = random.sample(list(FORMS), random.choice((0, 1, 2, 2, 3)))
        if random.random() < 0.5:
            changes.insert(0, "database")
        if random.random() < 0.2:
            changes.insert(0, random.choice(list(OTHERS)))
        found.append(variant(random.randrange(works), changes, f"v{n}"))
    return found

"""Digests of invented works: no title, name, number or sentence here is taken from anybody's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any

from watcher.models import Author, CitedWork, Doi, Kind, Passage, Pmcid, Pmid, Record, Work
from watcher.told import Digest, Entry, Failure, PageChange, PageEvent, PageKind, Receipt, Section

COMPOSED_AT = datetime(2021, 6, 3, 5, 0, tzinfo=UTC)
SECTIONS = (
    ("radiation-wounds", "Exosome and mitochondria patches heal radiation wounds", (1,)),
    ("vesicles", "Vesicles and exosomes speed up the healing of burns and diabetic wounds", (2, 5)),
    ("renewal", "Skin renews itself from its stem cells", (4,)),
    ("paracrine", "Stem cells work through what they secrete", (2, 5)),
    ("psoriasis", "Too much stem-cell activity leads to psoriasis and eczema", (4,)),
    ("secretome-clinic", "Secretomes reach the clinic as sprays, gels and patches", (5, 6)),
)
CITED = (
    CitedWork(
        1,
        "https://pubs.example.org/doi/10.5555/patch.2024.0001",
        doi=Doi("10.5555/patch.2024.0001"),
        title="A patch for wounds",
    ),
    CitedWork(2, "https://press.example.net/article/view/33", title="What mesenchymal cells send out"),
    CitedWork(3, "https://news.example.edu/cartilage/"),
    CitedWork(4, "https://news.example.edu/why-stem-cells-matter/"),
    CitedWork(
        5, "https://pmc.example.org/PMC0000005/", pmcid=Pmcid("PMC7000005"), title="Secretomes of the skin, reviewed"
    ),
    CitedWork(6, "https://clinic.example.com/secretome/"),
)
TITLES = (
    "Patches of adipose exosomes and <i>ex vivo</i> mitochondria close irradiated wounds in mice within twelve days.",
    "CD34<sup>+</sup> cells and Ca<sup>2+</sup> waves at the wound's edge: a lineage tracing study.",
    "A randomised trial of a secretome gel for diabetic foot ulcers of more than 5 cm<sup>2</sup>.",
    "TGF-β<sub>1</sub> & IL-17 in interfollicular stem cells <b>before</b> plaques appear.",
    "How hair follicles lend their cells to a burn.",
    (
        "Small extracellular vesicles carry miR-0000 into keratinocytes and shorten inflammation, with effects that "
        "depend on dose, donor age, route, carrier and the time after injury at which they are given, in a comparison "
        "of four hydrogels."
    ),
    "Notes on the paracrine hypothesis: what leaves the cell?",
)
_NAMES = ("Albright", "Bergström", "Chukwu", "Duarte", "Eklund", "Fontaine", "Ghorbani", "Hayashi", "Ibáñez", "Jansen")
_ABSTRACT = (
    Passage("Wounds after irradiation heal slowly, and what exosomes add to that was not known.", "BACKGROUND"),
    Passage("Sixty invented mice were given a patch, a gel or nothing.", "METHODS"),
    Passage(
        "Wounds under a patch closed in 12.1 ± 0.8 days (<i>p</i> &lt; 0.001), those under a gel in 17.4.", "RESULTS"
    ),
    Passage(
        "A patch with exosomes and mitochondria brought wound healing close to that of healthy skin; vesicles alone "
        "did not. Whether this holds in people is to be shown, and a trial of the gel has begun to take in patients.",
        "CONCLUSIONS",
    ),
)
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'></td></table>\r\nBcc: victim@example.org\x00\u202egnp.exe"
)
HEBREW = "תאי גזע של העור וריפוי פצעים: סקירה"
ARABIC = "الخلايا الجذعية والتئام الجروح: دراسة"
CHINESE = "皮肤干细胞外泌体与线粒体贴片促进放射性伤口愈合的机制研究及其临床应用前景：一项多中心观察"


_SYLLABLES = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "xo", "zu"]
_FORMS = (
    "{0} and {1} guide keratinocytes after a burn in {2} mice",
    "Loss of {0} slows wound closure through {1}: a study of {2} fibroblasts",
    "{0}-loaded hydrogels against {1} in diabetic ulcers",
    "What {0} tells us about {1} and the hair follicle: a review of {2}",
    "Single-cell atlas of {0}<sup>+</sup> {1} cells in {2} skin",
)


def title(number: int) -> str:
    """A title of its own for each number, with names of things that do not exist; the first few are awkward ones."""
    if number < len(TITLES):
        return TITLES[number]
    names = (_name(number * 7919 + step * 104_729) for step in range(3))
    return _FORMS[number % len(_FORMS)].format(*names) + "."


def _name(seed: int) -> str:
    return "".join(_SYLLABLES[seed // 15**place % 15] for place in range(4)).capitalize()


def record(number: int, **changes: Any) -> Record:
    """A record of an invented article; `changes` are fields of `Record`."""
    authors = tuple(
        Author(name, initials="QX"[: 1 + number % 2])
        for name in islice(cycle(_NAMES), number % 10, number % 10 + 1 + number % 7)
    )
    plain = Record(
        source="pubmed",
        source_id=str(90000000 + number),
        title=title(number),
        kind=(Kind.ARTICLE, Kind.ARTICLE, Kind.PREPRINT, Kind.ARTICLE, Kind.NEWS)[number % 5],
        authors=authors,
        abstract=_ABSTRACT if number % 4 else (),
        journal=(
            "Annals of Invented Dermatology",
            "Imaginary Wound Letters",
            "The Journal of Things That Cells Secrete",
        )[number % 3],
        published=("2021-06-02", "2021-06", "2021", None)[number % 4],
        publication_types=("Journal Article", "Review") if number % 6 == 1 else ("Journal Article",),
    )
    return replace(plain, **changes)


def entry(number: int, **changes: object) -> Entry:
    """A work of that record, with a DOI and a PMID of its own."""
    work = Work(
        id=number,
        first_seen_at=COMPOSED_AT,
        record=record(number, **changes),
        doi=Doi(f"10.5555/invented.2021.{number:06}"),
        pmid=Pmid(str(90000000 + number)),
        pmcid=Pmcid(f"PMC{7000000 + number}") if number % 3 == 0 else None,
        url=f"https://journal.example.org/article/{number}" if number % 5 == 4 else None,
    )
    also = (SECTIONS[0][1],) if number % 7 == 3 else ()
    return Entry(work, ("exosome*", "wound healing")[: number % 3], also)


def digest(*entries: Entry, sections: int = len(SECTIONS)) -> Digest:
    """A digest that deals these entries out to so many sections."""
    dealt = tuple(
        Section(name, title, cites, entries[position::sections])
        for position, (name, title, cites) in enumerate(islice(cycle(SECTIONS), sections))
    )
    return Digest(
        name="skin-stem-cells",
        composed_at=COMPOSED_AT,
        article="Do Stem Cells Regenerate Skin?",
        zone="Europe/Berlin",
        sections=dealt,
        receipt=Receipt(
            since=datetime(2021, 6, 1, 5, 0, tzinfo=UTC),
            until=COMPOSED_AT,
            queries=9,
            feeds=10,
            polls=57,
            found=1340,
            failures=(
                Failure(
                    "feed Imaginary Newsroom", "HTTP 503 after 4 attempts", datetime(2021, 6, 2, 11, 15, tzinfo=UTC)
                ),
            ),
            notes=("query vesicles: phrase not found: “exosomee”",),
            next_at=datetime(2021, 6, 4, 5, 0, tzinfo=UTC),
        ),
        cited=CITED,
        lead=next(iter(dealt[0].entries), None) if dealt else None,
    )


def page(number: int, event: PageEvent, title: str = "A page, invented") -> PageChange:
    """A change on the page of a cited work."""
    return PageChange(id=number, number=number, url=f"https://news.example.org/{number}", title=title, event=event)


def of(count: int) -> Digest:
    """A digest of so many works."""
    return digest(*(entry(number) for number in range(count)))


def with_updates() -> Digest:
    """A digest in which works that were told have changed, a source has, and a news item is folded under its work."""
    told = "Retracts “{}” (told on Tuesday, 1 June 2021)"
    retraction = entry(
        30, title=f"Retraction: {TITLES[4]}", kind=Kind.NOTICE, publication_types=("Retraction of Publication",)
    )
    item = record(33, source="feed:Imaginary Newsroom", kind=Kind.NEWS, journal="", url="https://news.example.edu/33")
    return replace(
        digest(replace(entry(31), news=(item,)), entry(32)),
        updates=(
            replace(retraction, change=told.format(TITLES[4].rstrip("."))),
            replace(entry(36), change="Now in Imaginary Wound Letters; told as a preprint on Tuesday, 1 June 2021"),
        ),
        sources=(replace(entry(34), change="Cites source [1]"),),
        pages=(page(4, PageEvent(PageKind.CHANGED, None, ("It was so before.",), ("It is so now.",))),),
    )


def hostile() -> Digest:
    """Each field from outside holds something that should never act, beside right-to-left and CJK titles."""
    people = tuple(Author(f"Member{number}", initials="Z") for number in range(399))
    bad = entry(
        1,
        title=HOSTILE + " x" * 50_000,
        authors=(Author(HOSTILE), Author("The <b>Collective</b>", collective=True)),
        journal=HOSTILE,
        abstract=(Passage(HOSTILE + "</p><style>p{display:none}</style>" + "y" * 100_000, HOSTILE),),
        published="2021-06-31",
    )
    bad = replace(
        bad,
        work=replace(bad.work, doi=Doi('10.5555/x"><script>@evil'), pmid=Pmid("1/../x"), url="javascript:alert(1)"),
        phrases=(HOSTILE, "a" * 5000, "(((", "*", "x*"),
        also_in=(HOSTILE,),
    )
    feed = entry(4, source="feed:" + HOSTILE, journal="", authors=(), abstract=(), published=None)
    feed = replace(feed, work=replace(feed.work, doi=None, pmid=None, pmcid=None, url="https://doi.org@evil.example/x"))
    crowd = entry(
        3, title="Four hundred hands: a consensus.", authors=(*people, Author("The Wound Consortium", collective=True))
    )
    many = digest(
        bad,
        feed,
        crowd,
        entry(5, title=HEBREW),
        entry(6, title=ARABIC, authors=(Author("كاتب"),)),
        entry(7, title=CHINESE, journal="虚构皮肤科学杂志", authors=(Author("王某某"),)),
        entry(8, title="Emoji 🧪👩‍🔬 in a title.", authors=()),
        entry(9, title=""),
        entry(10, title="W" * 3000),
        entry(11, title=" ".join(["forty-word"] * 40)),
    )
    return replace(
        many,
        article=HOSTILE,
        sections=tuple(replace(section, title=HOSTILE + section.title) for section in many.sections),
        receipt=replace(
            many.receipt,
            failures=(Failure(HOSTILE, HOSTILE + "z" * 100_000, COMPOSED_AT),),
            notes=(HOSTILE,),
        ),
    )

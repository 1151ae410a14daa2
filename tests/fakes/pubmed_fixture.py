"""Builds invented PubMed records: the XML of one `PubmedArticle`, in the form of NLM's own files."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY_OF_INVENTED_RECORDS = date(2021, 6, 3)


def article(
    pmid: int | str,
    *,
    title: str = "An invented title.",
    abstract: str | Sequence[tuple[str, str]] = "",
    crdt: date = _DAY_OF_INVENTED_RECORDS,
    edat: date | None = None,
    mhda: date | None = None,
    revised: date | None = None,
    published: str = "2021-06",
    electronic: date | None = None,
    doi: str = "",
    pmcid: str = "",
    authors: Sequence[str] = (),
    mesh: Sequence[str] = (),
    keywords: Sequence[str] = (),
    substances: Sequence[str] = (),
    publication_types: Sequence[str] = ("Journal Article",),
    languages: Sequence[str] = ("eng",),
    journal: str = "Journal of invented results",
    journal_abbreviation: str = "J Invent Res",
    issn: str = "0000-0000",
    volume: str = "",
    issue: str = "",
    pages: str = "",
    vernacular_title: str = "",
    related: Sequence[tuple[str, str]] = (),
    references: Sequence[str] = (),
    status: str = "Publisher",
    version: int = 1,
) -> bytes:
    """The bytes of one `PubmedArticle` element (UTF-8, no XML declaration); wrap several with `article_set`.

    `title`, `vernacular_title` and `abstract` go in as XML, so that a test can write `<i>`, `<sub>` and `&amp;`;
    all the rest is plain text. `abstract` is one text, or pairs of label and text ("METHODS", "…").
    `crdt`, `edat` and `mhda` are New York days (a datetime gives hour and minute as well); EDAT is by default the day
    after CRDT at 06:00, as it is for 98.3 % of real records, and MHDA is EDAT, as for a record without MeSH.
    `published` is "2021", "2021-06" or "2021-06-03", or any other text, which becomes a MedlineDate.
    `authors` are "Family, Given names"; one without a comma is a collective name. `mesh` is written as PubMed prints
    it: "Skin", "*Wound Healing" (major topic), "Skin/*drug effects". `related` are pairs of RefType and PMID;
    `references` are PMIDs (digits) or DOIs.
    """
    entered = edat or datetime.combine(crdt + timedelta(days=1), time(6))
    history = (("entrez", crdt), ("pubmed", entered), ("medline", mhda or entered))
    return "".join(
        (
            f'<PubmedArticle><MedlineCitation Status="{status}" Owner="NLM"><PMID Version="{version}">{pmid}</PMID>',
            _day("DateRevised", revised or crdt),
            '<Article PubModel="Print-Electronic"><Journal>',
            _optional("ISSN", issn, ' IssnType="Electronic"'),
            '<JournalIssue CitedMedium="Internet">',
            _optional("Volume", volume),
            _optional("Issue", issue),
            f"<PubDate>{_publication_date(published)}</PubDate></JournalIssue>",
            _element("Title", journal),
            _element("ISOAbbreviation", journal_abbreviation),
            f"</Journal><ArticleTitle>{title}</ArticleTitle>",
            f"<Pagination><MedlinePgn>{escape(pages)}</MedlinePgn></Pagination>" if pages else "",
            _optional("ELocationID", doi, ' EIdType="doi" ValidYN="Y"'),
            _abstract(abstract),
            _listed("AuthorList", map(_author, authors), ' CompleteYN="Y"'),
            "".join(_element("Language", language) for language in languages),
            _listed("PublicationTypeList", (_element("PublicationType", kind, ' UI=""') for kind in publication_types)),
            f"<VernacularTitle>{vernacular_title}</VernacularTitle>" if vernacular_title else "",
            _day("ArticleDate", electronic, ' DateType="Electronic"') if electronic else "",
            f"</Article><MedlineJournalInfo>{_element('MedlineTA', journal_abbreviation)}</MedlineJournalInfo>",
            _listed("ChemicalList", map(_chemical, substances)),
            _listed("CommentsCorrectionsList", (_related(kind, other) for kind, other in related)),
            _listed("MeshHeadingList", map(_heading, mesh)),
            _listed(
                "KeywordList", (_element("Keyword", word, ' MajorTopicYN="N"') for word in keywords), ' Owner="NOTNLM"'
            ),
            "</MedlineCitation><PubmedData><History>",
            "".join(_moment(name, moment) for name, moment in history),
            "</History><PublicationStatus>aheadofprint</PublicationStatus><ArticleIdList>",
            _identifiers(str(pmid), doi, pmcid),
            "</ArticleIdList>",
            _listed("ReferenceList", map(_reference, references)),
            "</PubmedData></PubmedArticle>",
        )
    ).encode()


def article_set(*elements: bytes, deleted: Sequence[str] = ()) -> bytes:
    """A `PubmedArticleSet` of these elements, with XML declaration and DOCTYPE, and a `DeleteCitation` where asked."""
    gone = _listed("DeleteCitation", (f'<PMID Version="1">{pmid}</PMID>' for pmid in deleted))
    head = f'<?xml version="1.0" encoding="utf-8"?>\n{DOCTYPE}\n<PubmedArticleSet>\n'
    return head.encode() + b"\n".join(elements) + f"{gone}\n</PubmedArticleSet>\n".encode()


def _element(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text)}</{name}>"


def _optional(name: str, text: str, attributes: str = "") -> str:
    return _element(name, text, attributes) if text else ""


def _listed(name: str, elements: Iterable[str], attributes: str = "") -> str:
    inner = "".join(elements)
    return f"<{name}{attributes}>{inner}</{name}>" if inner else ""


def _day(name: str, day: date, attributes: str = "") -> str:
    parts = f"<Year>{day.year}</Year><Month>{day.month:02}</Month><Day>{day.day:02}</Day>"
    return f"<{name}{attributes}>{parts}</{name}>"


def _moment(status: str, moment: date) -> str:
    clock = f"<Hour>{moment.hour}</Hour><Minute>{moment.minute}</Minute>" if isinstance(moment, datetime) else ""
    parts = f"<Year>{moment.year}</Year><Month>{moment.month}</Month><Day>{moment.day}</Day>{clock}"
    return f'<PubMedPubDate PubStatus="{status}">{parts}</PubMedPubDate>'


def _publication_date(published: str) -> str:
    parts = published.split("-")
    if not all(part.isdigit() for part in parts):
        return _element("MedlineDate", published)
    month = f"<Month>{MONTHS[int(parts[1]) - 1]}</Month>" if len(parts) > 1 else ""
    return f"<Year>{parts[0]}</Year>{month}{_element('Day', parts[2]) if len(parts) > 2 else ''}"


def _abstract(abstract: str | Sequence[tuple[str, str]]) -> str:
    if isinstance(abstract, str):
        return f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract>" if abstract else ""
    passages = (f'<AbstractText Label="{label}">{text}</AbstractText>' for label, text in abstract)
    return _listed("Abstract", passages)


def _author(name: str) -> str:
    family, comma, given = name.partition(",")
    if not comma:
        return f'<Author ValidYN="Y">{_element("CollectiveName", name)}</Author>'
    initials = "".join(part[0] for part in given.replace("-", " ").split())
    parts = _element("LastName", family) + _optional("ForeName", given.strip()) + _optional("Initials", initials)
    return f'<Author ValidYN="Y">{parts}</Author>'


def _chemical(substance: str) -> str:
    return f"<Chemical><RegistryNumber>0</RegistryNumber>{_element('NameOfSubstance', substance)}</Chemical>"


def _related(kind: str, pmid: str) -> str:
    source = _element("RefSource", f"J Invent Res. 2021;1(1):{pmid}")
    return f'<CommentsCorrections RefType="{kind}">{source}<PMID Version="1">{pmid}</PMID></CommentsCorrections>'


def _heading(heading: str) -> str:
    descriptor, *qualifiers = heading.split("/")
    topics = _topic("DescriptorName", descriptor) + "".join(_topic("QualifierName", name) for name in qualifiers)
    return f"<MeshHeading>{topics}</MeshHeading>"


def _topic(name: str, text: str) -> str:
    major = "Y" if text.startswith("*") else "N"
    return _element(name, text.removeprefix("*"), f' UI="" MajorTopicYN="{major}"')


def _identifiers(pmid: str, doi: str, pmcid: str) -> str:
    known = (("pubmed", pmid), ("pmc", pmcid), ("doi", doi))
    return "".join(_element("ArticleId", value, f' IdType="{kind}"') for kind, value in known if value)


def _reference(identifier: str) -> str:
    kind = "pubmed" if identifier.isdigit() else "doi"
    ids = _element("ArticleId", identifier, f' IdType="{kind}"')
    return f"<Reference><Citation>An invented reference.</Citation><ArticleIdList>{ids}</ArticleIdList></Reference>"

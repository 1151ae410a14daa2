"""One PubmedArticle or PubmedBookArticle element as a Record. What the elements mean is from NLM's "MEDLINE/PubMed XML
Element Descriptions" (https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html) and the DTD's own comments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.models import Author, Doi, Kind, MeshHeading, Outline, Passage, Pmcid, Pmid, Record, RelatedRecord
from watcher.sources.pubmed_dates import day_of, history_of, published
from watcher.sources.xml_text import line, rich, words
from watcher.works.identifiers import normal_doi, normal_pmcid, normal_pmid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml.etree import _Element as Element

    Wanted = Callable[[Outline], bool]

_NO_TITLE = "[No title]"
_UNTRANSLATED = frozenset({"", "[Not Available].", "[Not Available]", "Not Available."})
_NOTICES = frozenset(
    {"Published Erratum", "Retraction of Publication", "Retraction Notice", "Expression of Concern", "Comment"}
)
_NAMES = ("LastName", "ForeName", "Initials", "Suffix", "CollectiveName")
_CITED_BY: dict[str | None, Callable[[str], str | None]] = {"pubmed": normal_pmid, "doi": normal_doi}


def record_of(element: Element, wanted: Wanted, *, where: str) -> Record | Outline:
    """The record that a PubmedArticle or PubmedBookArticle describes; of an article that is not wanted, the outline.

    Raises SourceError where it has no PMID. Whatever else is missing is left empty; a title is then the vernacular one,
    or "[No title]".
    """
    top = _parts(element)
    if "BookDocument" in top:
        return _book_record(_parts(top["BookDocument"]), _parts(top.get("PubmedBookData")), where)
    if "MedlineCitation" in top:
        return _article_record(top["MedlineCitation"], _parts(top.get("PubmedData")), wanted, where)
    raise SourceError(f"{where}: a {element.tag} that describes nothing")


def _article_record(citation: Element, data: dict[str, Element], wanted: Wanted, where: str) -> Record | Outline:
    about = _parts(citation)
    article = _parts(about.get("Article"))
    title, vernacular = _titles(article)
    outline = Outline(
        pmid=_pmid(about, where),
        version=_version(about["PMID"]),
        title=title,
        abstract=_abstract(article.get("Abstract")),
        keywords=_keywords(citation),
        mesh=tuple(_mesh(about.get("MeshHeadingList"))),
    )
    if not wanted(outline):
        return outline
    journal = _parts(article.get("Journal"))
    issue = _parts(journal.get("JournalIssue"))
    doi, pmcid, others = _identifiers(data.get("ArticleIdList"), about.get("Article"))
    history = history_of(data.get("History"))
    types = tuple(line(child.text) for child in _children(article.get("PublicationTypeList")))
    substances = [
        words(child)
        for listed in _children(about.get("ChemicalList"))
        for child in listed.iterchildren("NameOfSubstance")
    ]
    # PubMed searches diseases, organisms and protocols that have no heading yet together with substances, as [nm].
    substances += [words(child) for child in _children(about.get("SupplMeshList"))]
    related, cited = _related(about.get("CommentsCorrectionsList"))
    return Record(
        source="pubmed",
        source_id=outline.pmid,
        title=outline.title,
        kind=_kind(types),
        pmid=outline.pmid,
        doi=doi,
        pmcid=pmcid,
        other_ids=others,
        authors=_authors(article.get("AuthorList")),
        abstract=outline.abstract,
        journal=words(journal.get("Title")),
        journal_abbreviation=words(journal.get("ISOAbbreviation")) or _journal_info(about, "MedlineTA"),
        issn=words(journal.get("ISSN")) or _journal_info(about, "ISSNLinking"),
        volume=words(issue.get("Volume")),
        issue=words(issue.get("Issue")),
        pages=_pages(article.get("Pagination")),
        published=published(issue.get("PubDate"), article.get("ArticleDate")),
        created=history.get("entrez"),
        entered=history.get("pubmed"),
        indexed=history.get("medline"),
        revised=day_of(about.get("DateRevised")),
        status=citation.get("Status") or "",
        version=outline.version,
        vernacular_title=vernacular,
        languages=_languages(about.get("Article")),
        publication_types=types,
        mesh=outline.mesh,
        keywords=outline.keywords,
        substances=_distinct(substances),
        related=related,
        references=_references(data.get("ReferenceList"), cited),
    )


def _book_record(document: dict[str, Element], data: dict[str, Element], where: str) -> Record:
    book = _parts(document.get("Book"))
    pmid = _pmid(document, where)
    doi, pmcid, others = _identifiers(document.get("ArticleIdList"), None)
    title, vernacular = _titles(document)
    book_title = rich(book.get("BookTitle"))
    history = history_of(data.get("History"))
    whole = document["PMID"].getparent()
    types = tuple(words(child) for child in _children(whole) if child.tag == "PublicationType")
    authors = document.get("AuthorList")
    return Record(
        source="pubmed",
        source_id=pmid,
        title=book_title or title if title == _NO_TITLE else title,
        kind=_kind(types),
        pmid=pmid,
        doi=doi,
        pmcid=pmcid,
        other_ids=others,
        authors=_authors(authors if authors is not None else book.get("AuthorList")),
        abstract=_abstract(document.get("Abstract")),
        journal=words(book.get("BookTitle")),
        volume=words(book.get("Volume")),
        pages=_pages(document.get("Pagination")),
        published=published(book.get("PubDate"), document.get("ContributionDate")),
        created=history.get("entrez"),
        entered=history.get("pubmed"),
        indexed=history.get("medline"),
        revised=day_of(document.get("DateRevised")),
        version=_version(document["PMID"]),
        vernacular_title=vernacular,
        languages=_languages(whole),
        publication_types=types,
        keywords=() if whole is None else _keywords(whole),
        references=_references(document.get("ReferenceList"), ()),
    )


def _parts(element: Element | None) -> dict[str, Element]:
    """The children by name, the last where several have one."""
    return {} if element is None else {child.tag: child for child in element}


def _children(element: Element | None) -> Iterable[Element]:
    return () if element is None else element


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))


def _pmid(parts: dict[str, Element], where: str) -> Pmid:
    pmid = normal_pmid(words(parts.get("PMID")))
    if pmid is None:
        raise SourceError(f"{where}: a record without a PMID")
    return pmid


def _version(pmid: Element) -> int:
    version = pmid.get("Version") or ""
    return int(version) if version.isascii() and version.isdigit() and len(version) < 4 else 1


def _titles(parts: dict[str, Element]) -> tuple[str, str]:
    """The title to show, and the vernacular one."""
    title, vernacular = rich(parts.get("ArticleTitle")), rich(parts.get("VernacularTitle"))
    return (vernacular or title or _NO_TITLE) if title in _UNTRANSLATED else title, vernacular


def _kind(types: tuple[str, ...]) -> Kind:
    """By publication type. A "Retracted Publication" is still the article; the notice of it is a work of its own."""
    if not _NOTICES.isdisjoint(types):
        return Kind.NOTICE
    return Kind.PREPRINT if "Preprint" in types else Kind.ARTICLE


def _identifiers(
    ids: Element | None, article: Element | None
) -> tuple[Doi | None, Pmcid | None, tuple[tuple[str, str], ...]]:
    """DOI, PMCID and the rest of the record's own identifiers, as (kind, value): a second or malformed DOI, too."""
    doi: Doi | None = None
    pmcid: Pmcid | None = None
    named = [(child.get("IdType") or "", line(child.text)) for child in _children(ids)]
    if article is not None:
        places = article.iterchildren("ELocationID")
        named += [(p.get("EIdType") or "", line(p.text)) for p in places if p.get("ValidYN") != "N"]
    others: list[tuple[str, str]] = []
    for kind, text in dict.fromkeys(named):
        if kind == "doi" and (found := normal_doi(text)) is not None:
            if doi is None:
                doi = found
            elif found != doi:
                others.append((kind, found))
        elif kind in {"pmc", "pmcid"} and (number := normal_pmcid(text)) is not None:
            pmcid = pmcid or number
        elif kind != "pubmed" and text:
            others.append((kind, text))
    return doi, pmcid, tuple(others)


def _authors(authors: Element | None) -> tuple[Author, ...]:
    if authors is None:
        return ()
    people: list[dict[str, str]] = []
    person: dict[str, str] = {}
    for part in authors.iterdescendants("Author", *_NAMES):
        if part.tag != "Author":
            person[part.tag] = words(part)
            continue
        person = {}
        if part.get("ValidYN") != "N":  # a misspelt name that the next one corrects
            people.append(person)
    return tuple([author for person in people if (author := _author(person)) is not None])


def _author(names: dict[str, str]) -> Author | None:
    if collective := names.get("CollectiveName"):
        return Author(collective, collective=True)
    family, given, initials = names.get("LastName", ""), names.get("ForeName", ""), names.get("Initials", "")
    if suffix := names.get("Suffix"):
        if initials:  # PubMed writes "King ML Jr"
            initials = f"{initials} {suffix}"
        else:
            given = f"{given} {suffix}".strip()
    if not family:
        return Author(given) if given else None
    return Author(family, given, initials)


def _abstract(abstract: Element | None) -> tuple[Passage, ...]:
    if abstract is None:
        return ()
    passages = (Passage(rich(part), line(part.get("Label"))) for part in abstract.iterchildren("AbstractText"))
    return tuple(passage for passage in passages if passage.text)


def _journal_info(about: dict[str, Element], name: str) -> str:
    return words(_parts(about.get("MedlineJournalInfo")).get(name))


def _pages(pagination: Element | None) -> str:
    parts = _parts(pagination)
    if "MedlinePgn" in parts:
        return words(parts["MedlinePgn"])
    return "-".join(filter(None, (words(parts.get("StartPage")), words(parts.get("EndPage")))))


def _languages(parent: Element | None) -> tuple[str, ...]:
    return () if parent is None else tuple(line(child.text) for child in parent.iterchildren("Language"))


def _mesh(headings: Element | None) -> Iterator[MeshHeading]:
    for heading in _children(headings):
        descriptor, ui, major, qualifiers = "", "", False, []
        for child in heading:
            major = major or child.get("MajorTopicYN") == "Y"
            if child.tag == "DescriptorName":
                descriptor, ui = line(child.text), child.get("UI") or ""
            else:
                qualifiers.append(line(child.text))
        yield MeshHeading(descriptor, ui, major, tuple(qualifiers))


def _keywords(parent: Element) -> tuple[str, ...]:
    return _distinct([words(keyword) for listed in parent.iterchildren("KeywordList") for keyword in listed])


def _related(corrections: Element | None) -> tuple[tuple[RelatedRecord, ...], tuple[str, ...]]:
    """The related records; and the PMIDs that are merely cited, as older files have them in the same list."""
    related, cited = [], []
    for correction in _children(corrections):
        kind, parts = correction.get("RefType") or "", _parts(correction)
        pmid = normal_pmid(words(parts.get("PMID")))
        if kind != "Cites":
            related.append(RelatedRecord(kind, pmid, words(parts.get("RefSource"))))
        elif pmid is not None:
            cited.append(pmid)
    return tuple(related), tuple(cited)


def _references(references: Element | None, cited: tuple[str, ...]) -> tuple[str, ...]:
    if references is None:
        return cited
    found: dict[str, None] = dict.fromkeys(cited)
    for child in references.iterdescendants("ArticleId"):  # lists of references may hold lists
        normal = _CITED_BY.get(child.get("IdType"))
        if normal is not None and (known := normal(child.text or "")) is not None:
            found[known] = None
    return tuple(found)

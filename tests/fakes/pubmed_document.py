"""What of a PubMed record can be searched: its folded text by field, and its dates, read apart from the product."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

from lxml import etree

from tests.fakes.pubmed_fixture import MONTHS

NEW_YORK = ZoneInfo("America/New_York")

_GREEK = re.findall(
    r"\w+",
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon "
    "phi chi psi omega",
)
# PubMed writes Greek letters out, and lets plain letters stand for those that Unicode does not take apart.
_LETTERS = {chr(ord("α") + number): name for number, name in enumerate(_GREEK)}
_LETTERS |= {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th"}
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
_ASCII_WORDS = bytes(ord(chr(i).lower()) if chr(i).isalnum() and i < 128 else ord(" ") for i in range(256))
_ACCENTS = re.compile("[\u0300-\u036f]+")
_NO_WORD = re.compile(r"[\W_]+")
_LANGUAGES = {
    "eng": "english",
    "ger": "german",
    "fre": "french",
    "spa": "spanish",
    "por": "portuguese",
    "ita": "italian",
    "rus": "russian",
    "chi": "chinese",
    "jpn": "japanese",
    "kor": "korean",
    "pol": "polish",
    "dut": "dutch",
    "tur": "turkish",
    "hun": "hungarian",
}
_STATUSES = {
    "MEDLINE": "medline",
    "In-Process": "inprocess",
    "In-Data-Review": "inprocess",
    "Publisher": "publisher",
    "PubMed-not-MEDLINE": "pubmednotmedline",
    "OLDMEDLINE": "oldmedline",
}


@dataclass(frozen=True, slots=True)
class Document:
    """`passages`: by field, each passage as newline, space, its words with single spaces, space, newline.
    The fields of `REST` and the identifiers are apart.

    `dates`: by field, as YYYY/MM/DD. `created` is CRDT with its time of day, in New York.
    """

    passages: Mapping[str, bytes]
    dates: Mapping[str, tuple[str, ...]]
    created: datetime


def fold(text: str) -> bytes:
    """Words in lower case without accents, single spaces between; hyphens and all punctuation divide words."""
    if text.isascii():
        return b" ".join(text.encode().translate(_ASCII_WORDS).split())
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    named = _LETTER.sub(lambda letter: _LETTERS[letter[0]], bare)
    return _NO_WORD.sub(" ", named).strip().encode()


def describe(element: bytes) -> Document:
    """The document of one `PubmedArticle` or `PubmedBookArticle` element."""
    root = etree.fromstring(_without_references(element), _PARSER)
    said: dict[str, list[bytes]] = {field: [] for field in _TEXTS.values()}
    said |= {field: [] for field in ("MeSH Terms", "MeSH Major Topic", "MeSH Subheading", "Language")}
    said["Subset"] = [fold(_STATUSES.get(root[0].get("Status", ""), ""))]
    dates: dict[str, tuple[str, ...]] = {}
    created = datetime.min.replace(tzinfo=NEW_YORK)
    for node in root.iter(*_TEXTS, *_DATES, "PubMedPubDate", "MeshHeading", "Language"):
        tag = str(node.tag)
        if field := _TEXTS.get(tag):
            said[field].append(fold(_text(node)))
        elif tag == "MeshHeading":
            _add_heading(said, node)
        elif tag == "Language":
            code = node.text or ""
            said["Language"] += (fold(code), fold(_LANGUAGES.get(code, "")))
        elif tag != "PubMedPubDate":
            dates[_DATES[tag]] = (*dates.get(_DATES[tag], ()), _day(node))
        elif field := _HISTORY.get(node.get("PubStatus", "")):
            # Year, Month, Day, and mostly Hour and Minute, in this order.
            year, month, day, hour, minute = (*(int(child.text or 0) for child in node), 0, 0)[:5]
            dates[field] = (f"{year}/{month:02}/{day:02}",)
            if field == "Date - Create":
                created = datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)
    said["Marks"] = [b"hasabstract"] if said["Abstract"] else []
    return Document(_joined(said), dates, created)


def describe_rest(element: bytes) -> dict[str, bytes]:
    """The passages of people and journal: half of a record's words, and few searches want them."""
    root = etree.fromstring(_without_references(element), _PARSER)
    said: dict[str, list[bytes]] = {field: [] for field in REST}
    for author in root.iter("Author"):
        part = {str(node.tag): node.text or "" for node in author}
        family, given, initials = (fold(part.get(name, "")) for name in ("LastName", "ForeName", "Initials"))
        group = fold(part.get("CollectiveName", ""))
        said["Author"].append(group or family + b" " + initials)
        said["Author - Corporate"].append(group)
        if not group:
            said["Author - Full"] += (family + b" " + given, given + b" " + family)
        said["Affiliation"] += [fold(_text(node)) for node in author.iterfind("AffiliationInfo/Affiliation")]
    said["Author - First"] = said["Author"][:1]
    for node in root.iter(*_OTHERS):
        said[_OTHERS[str(node.tag)]].append(fold(_text(node)))
    return _joined(said)


def identifiers(element: bytes) -> bytes:
    """Every id and DOI of a record, in lower case as it stands, each between newlines."""
    found = _IDENTIFIER.findall(_without_references(element))
    return b"".join(b"\n" + unescape(name.decode()).strip().lower().encode() + b"\n" for name in found)


_IDENTIFIER = re.compile(rb"<(?:ArticleId|ELocationID)\b[^>]*>([^<]+)<")
REST = (
    "Author",
    "Author - First",
    "Author - Full",
    "Author - Corporate",
    "Affiliation",
    "Journal",
    "Volume",
    "Issue",
    "Pagination",
)
# The fields that PubMed's help defines by others: author keywords count for [tiab].
UNIONS = {
    "Title/Abstract": ("Title", "Abstract", "Other Term"),
    "Text Word": (
        "Title",
        "Abstract",
        "Other Term",
        "Transliterated Title",
        "MeSH Terms",
        "MeSH Subheading",
        "Supplementary Concept",
        "Publication Type",
    ),
}
UNIONS["All Fields"] = (*UNIONS["Text Word"], "Marks", *REST)


_PARSER = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)
_TEXTS = {
    "ArticleTitle": "Title",
    "BookTitle": "Title",
    "AbstractText": "Abstract",
    "Keyword": "Other Term",
    "VernacularTitle": "Transliterated Title",
    "NameOfSubstance": "Supplementary Concept",
    "SupplMeshName": "Supplementary Concept",
    "PublicationType": "Publication Type",
}
_OTHERS = {
    "MedlineTA": "Journal",
    "ISOAbbreviation": "Journal",
    "Title": "Journal",
    "ISSN": "Journal",
    "ISSNLinking": "Journal",
    "NlmUniqueID": "Journal",
    "Volume": "Volume",
    "Issue": "Issue",
    "MedlinePgn": "Pagination",
}
_HISTORY = {"entrez": "Date - Create", "pubmed": "Date - Entry", "medline": "Date - MeSH"}
_DATES = {
    "DateRevised": "Date - Modification",
    "DateCompleted": "Date - Completion",
    "PubDate": "Date - Publication",
    "ArticleDate": "Date - Publication",
}


def _joined(said: dict[str, list[bytes]]) -> dict[str, bytes]:
    return {field: b"".join([b"\n " + words + b" \n" for words in texts if words]) for field, texts in said.items()}


def _without_references(element: bytes) -> bytes:
    """The element less its reference list, which is not searched and makes up much of some records."""
    opening, closing = element.find(b"<ReferenceList>"), element.rfind(b"</ReferenceList>")
    return element if min(opening, closing) < 0 else element[:opening] + element[closing + len(b"</ReferenceList>") :]


def _text(node: etree._Element) -> str:
    return "".join(map(str, node.itertext())) if len(node) else node.text or ""


def _add_heading(said: dict[str, list[bytes]], heading: etree._Element) -> None:
    """A heading alone and with each qualifier; it is a major topic where it, or one of them, has the star."""
    name = b""
    starred: list[bytes] = []
    for node in heading:
        words = fold(node.text or "")
        if node.tag == "DescriptorName":
            name = full = words
        else:
            full = name + b" " + words
            said["MeSH Subheading"].append(words)
        said["MeSH Terms"].append(full)
        if node.get("MajorTopicYN") == "Y":
            starred += {name: 0, full: 0}
    said["MeSH Major Topic"] += starred


def _day(node: etree._Element) -> str:
    """YYYY/MM/DD, the first day of what is named; a MedlineDate counts by its year."""
    part = {str(child.tag): child.text or "" for child in node}
    year = part.get("Year") or "".join(re.findall(r"\d{4}", part.get("MedlineDate", ""))[:1])
    month = part.get("Month", "1")
    number = int(month) if month.isdigit() else MONTHS.index(month[:3]) + 1 if month[:3] in MONTHS else 1
    return f"{year}/{number:02}/{int(part.get('Day', 1)):02}"

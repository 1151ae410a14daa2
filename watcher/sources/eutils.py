"""NCBI's E-utilities: calls and their answers (the only importer of Bio).

Requests carries the bytes, because Biopython's own opener has no timeout; Biopython reads the control answers.
Limits and manners: NLM, "A General Introduction to the E-utilities" (https://www.ncbi.nlm.nih.gov/books/NBK25497/).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from watcher.errors import SourceError
from watcher.models import Pmid, Record
from watcher.sources.failures import first_words
from watcher.sources.http import Answer, Client, HttpError, PassingError
from watcher.sources.limiter import Limiter
from watcher.sources.pubmed_xml import DeletedRecord, read_records
from watcher.works.identifiers import normal_pmid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

T = TypeVar("T")

LARGEST_RESULT = 9_999  # ids of one PubMed search that can be had
BATCH = 200  # PMIDs of one EFetch
REQUESTS_A_SECOND, WITH_A_KEY = 3, 10
MARGIN = 1.1  # on the way, requests catch up with each other: exactly three a second are sometimes four

_NAMESPACE = re.compile(rb"\bxmlns\s*[:=]")
_DTDS = {"eSearchResult": "20060628/esearch.dtd", "eLinkResult": "20101123/elink.dtd"}
_RESULT = {"eSearchResult": "search result", "eLinkResult": "list of links"}
_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE {} SYSTEM "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{}">'


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What ESearch says: how many there are, the PMIDs of this page (newest first), and what it thinks of the term.

    `missing` are phrases that it does not have, as it writes them: perhaps quoted, perhaps with a tag.
    """

    count: int
    pmids: tuple[Pmid, ...]
    notes: tuple[str, ...] = ()
    translation: str = ""
    missing: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether these are all that there are: PubMed gives 9,999 at most."""
        return len(self.pmids) == self.count


class Eutils:
    """PubMed through ESearch, EFetch and ELink. The api_key goes into requests and nowhere else.

    `pace` is the file by which all processes of this machine keep to NCBI's limit together.
    """

    def __init__(
        self, client: Client, *, base_url: str, email: str, api_key: str | None = None, pace: Path | None = None
    ) -> None:
        self._client, self._base_url, self._email, self._api_key = client, base_url, email, api_key
        rate = (WITH_A_KEY if api_key else REQUESTS_A_SECOND) / MARGIN
        self._limiter = Limiter(rate, client.sleep, client.monotonic, pace)

    def esearch(self, term: str) -> SearchAnswer:
        """The first 9,999 PMIDs of a search. Raises SourceError for a failure, and for fewer ids than were promised."""
        return self._search(term, LARGEST_RESULT)

    def count(self, term: str) -> SearchAnswer:
        """How many a search finds, and what PubMed thinks of its term, without PMIDs. Raises SourceError."""
        return self._search(term, 0)

    def efetch(self, pmids: Sequence[Pmid]) -> list[Record]:
        """The records of at most 200 PMIDs, in no order. PubMed omits without a word those that it does not have."""
        if not 0 < len(pmids) <= BATCH:
            raise ValueError(len(pmids))

        def read(answer: Answer) -> list[Record]:
            try:
                records = list(read_records(BytesIO(answer.body), where="PubMed EFetch"))
            except SourceError as error:
                raise PassingError(str(error)) from error
            return [record for record in records if not isinstance(record, DeletedRecord)]

        return self._call("efetch.fcgi", {"id": ",".join(pmids), "retmode": "xml"}, read)

    def cited_in(self, pmids: Sequence[Pmid]) -> dict[Pmid, tuple[Pmid, ...]]:
        """Of each of at most 200 PMIDs, the PMIDs of the records that cite it, as far as these are in PubMed Central.

        Raises SourceError for a failure, and for an answer that is not about these.
        """
        if not 0 < len(pmids) <= BATCH:
            raise ValueError(len(pmids))
        # One field for each: of ids in one field, ELink gives the links of all together.
        fields = {"dbfrom": "pubmed", "linkname": "pubmed_pubmed_citedin", "id": list(pmids)}
        return self._call("elink.fcgi", fields, lambda answer: _read_links(answer, pmids))

    def _search(self, term: str, most: int) -> SearchAnswer:
        named = {"term": term, "retmax": str(most)}
        return self._call("esearch.fcgi", named, lambda answer: _read_search(answer, most))

    def _call(self, utility: str, parameters: Mapping[str, str | Sequence[str]], read: Callable[[Answer], T]) -> T:
        fields: dict[str, str | Sequence[str]] = {"db": "pubmed", "tool": "watcher", "email": self._email, **parameters}
        if self._api_key:
            fields["api_key"] = self._api_key
        try:
            # Always by POST, which NCBI wants for long questions anyway: so no key and no term stands in an address.
            return self._client.post(self._base_url + utility, fields, read, limiter=self._limiter)
        except HttpError as error:
            raise SourceError(f"PubMed refused the question: {error}") from error


def _read_search(answer: Answer, most: int) -> SearchAnswer:
    """An ESearch answer that holds at most so many PMIDs.

    Or a PassingError: NCBI's failures come with HTTP 200, too, and mostly pass.
    """
    body = _control_answer(answer.body, "eSearchResult", "PubMed ESearch")
    try:
        count, named = int(body["Count"]), [normal_pmid(str(pmid)) for pmid in body["IdList"]]
    except (KeyError, ValueError, TypeError):
        raise PassingError("PubMed ESearch: the answer holds no count and no list of PMIDs") from None
    pmids = tuple(dict.fromkeys(pmid for pmid in named if pmid))
    if len(pmids) != min(count, most):
        raise PassingError(f"PubMed ESearch: it counts {count} and gives {len(pmids)}")
    missing = tuple(said for key, said in _said(body) if key.endswith("PhraseNotFound"))
    return SearchAnswer(count, pmids, tuple(_notes(body)), str(body.get("QueryTranslation", "")), missing)


def _read_links(answer: Answer, asked: Sequence[Pmid]) -> dict[Pmid, tuple[Pmid, ...]]:
    """An ELink answer, or a PassingError: a set of links for each PMID, which has none where nothing cites it."""
    found: dict[Pmid, tuple[Pmid, ...]] = {}
    try:
        for links in _control_answer(answer.body, "eLinkResult", "PubMed ELink"):
            (pmid,) = map(str, links["IdList"])
            named = [str(link["Id"]) for database in links["LinkSetDb"] for link in database["Link"]]
            normal = (normal_pmid(citing) for citing in named)
            found[Pmid(pmid)] = tuple(dict.fromkeys(citing for citing in normal if citing and citing != pmid))
    except (KeyError, ValueError, TypeError):
        raise PassingError("PubMed ELink: the answer holds no links of one PMID each") from None
    if found.keys() != set(asked):
        raise PassingError(f"PubMed ELink: it was asked about {len(set(asked))} PMIDs, and answers about others")
    return found


def _control_answer(body: bytes, root: str, where: str) -> Any:
    """Biopython's reading of an answer with this root element, kept from the network and from the user's home.

    Its parser downloads a DTD that it does not know, and makes a cache folder at import: so the prologue is replaced by
    one whose DTD it ships, the cache is its own folder of DTDs, and an answer that names a schema, for which it would
    reach out as well, is refused: ESearch and ELink have none.
    """
    import Bio
    from Bio import Entrez

    Entrez.local_cache = str(Path(Bio.__path__[0]).parent)  # type: ignore[assignment]  # it means: str | None
    from Bio.Entrez.Parser import CorruptedXMLError

    before, start, rest = body.partition(f"<{root}".encode())
    if start and (b"<!ENTITY" in before or _NAMESPACE.search(rest)):
        raise PassingError(f"{where}: the answer holds what no {_RESULT[root]} does: entities, or a schema")
    if not start:
        words = first_words(body)
        raise PassingError(f"{where}: no {_RESULT[root]} came{words or ': the answer is empty'}")
    try:
        prologue = _PROLOGUE.format(root, _DTDS[root]).encode()
        return Entrez.read(BytesIO(prologue + start + rest), validate=False)
    except CorruptedXMLError:
        raise PassingError(f"{where}: the answer is cut off or broken XML") from None
    except (
        RuntimeError,
        ValueError,
        LookupError,
        TypeError,
    ) as error:  # what it raises for an ERROR element, and odd ones
        raise PassingError(f"{where}: {error}") from None


_IN_WORDS = {
    "PhraseNotFound": "PubMed did not find “{}”",
    "FieldNotFound": "PubMed knows no field [{}]",
    "QuotedPhraseNotFound": "PubMed does not have {} as a phrase, and looked for its words",
    "PhraseIgnored": "PubMed ignored “{}”",
    "OutputMessage": "PubMed says: {}",
}


def _notes(body: Any) -> Iterator[str]:
    """What PubMed thinks of the term, in words; "No items found." is no news."""
    for key, said in _said(body):
        if "No items found" not in said:
            yield _IN_WORDS.get(key, "PubMed says: {}").format(said)


def _said(body: Any) -> Iterator[tuple[str, str]]:
    groups = (body.get(name) for name in ("ErrorList", "WarningList"))
    for group in (group for group in groups if isinstance(group, dict)):
        for key, values in group.items():
            for value in values if isinstance(values, list) else [values]:
                if str(value):
                    yield str(key), str(value)

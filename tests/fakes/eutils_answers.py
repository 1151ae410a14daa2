"""The XML and JSON in which the E-utilities answer, in the form of recorded answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.fakes.pubmed_search import Found

Parameters = Mapping[str, str]
XML = {"Content-Type": "text/xml; charset=UTF-8"}
HTML = {"Content-Type": "text/html; charset=UTF-8"}
PLAIN = {"Content-Type": "text/plain; charset=UTF-8"}
JSON = {"Content-Type": "application/json"}
RETSTART_TOO_LARGE = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve "
    "the first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that "
    "contains additional logic to batch PubMed search results automatically so that an arbitrary number can be "
    "retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
_DTDS = {"eSearchResult": "esearch 20060628", "ePostResult": "epost 20090526", "eLinkResult": "elink 20101123"}
_DTDS["eEfetchResult"] = "efetch 20131226"


def _document(name: str, content: str, status: int = 200, *, root: str = "") -> Answer:
    public = _DTDS[name]
    utility, day = public.split()
    address = f"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{day}/{utility}.dtd"
    head = f'<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {name} PUBLIC "-//NLM//DTD {public}//EN" "{address}">\n'
    return Answer(status, f"{head}<{root or name}>{content}</{root or name}>\n".encode(), XML)


def _elements(name: str, texts: Iterable[str]) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for text in texts)


def _list(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>" if content else ""


def esearch(
    found: Found,
    pmids: Sequence[str],
    start: int,
    most: int,
    history: tuple[str, int] | None,
    messages: Iterable[str],
) -> Answer:
    """A page of results: `pmids` are all of them, in order, and `history` is WebEnv and QueryKey."""
    page = pmids[start : start + most]
    kept = "" if history is None else f"<QueryKey>{history[1]}</QueryKey><WebEnv>{history[0]}</WebEnv>"
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in page)
    translations = "".join(
        f"<Translation>     <From>{escape(typed)}</From>     <To>{escape(meant)}</To>    </Translation>"
        for typed, meant in found.translations
    )
    errors = _elements("PhraseNotFound", found.phrases_not_found) + _elements("FieldNotFound", found.fields_not_found)
    warnings = (
        _elements("PhraseIgnored", found.phrases_ignored)
        + _elements("QuotedPhraseNotFound", found.quoted_phrases_not_found)
        + _elements("OutputMessage", messages)
    )
    return _document(
        "eSearchResult",
        f"<Count>{len(pmids)}</Count><RetMax>{len(page)}</RetMax><RetStart>{start}</RetStart>{kept}"
        + (f"<IdList>\n{ids}</IdList>" if page else "<IdList/>")
        + (f"<TranslationSet>{translations}</TranslationSet>" if translations else "<TranslationSet/>")
        + f"<QueryTranslation>{escape(found.translation)}</QueryTranslation>"
        + _list("ErrorList", errors)
        + _list("WarningList", warnings),
    )


def esearch_error(message: str) -> Answer:
    """An ERROR with status 200, as ESearch answers."""
    return _document("eSearchResult", f"\n\t<ERROR>{escape(message)}</ERROR>\n")


def efetch(elements: Sequence[bytes]) -> Answer:
    """A PubmedArticleSet of the elements as they are."""
    return Answer(200, article_set(*elements), XML)


def efetch_error(message: str) -> Answer:
    """An ERROR with status 400, as EFetch answers; the root's name differs from the DOCTYPE's there, too."""
    return _document("eEfetchResult", f"\n\t<ERROR>{escape(message)}</ERROR>\n", 400, root="eFetchResult")


def epost(environment: str, key: int) -> Answer:
    """Where the ids are kept."""
    return _document("ePostResult", f"\n\t<QueryKey>{key}</QueryKey>\n\t<WebEnv>{environment}</WebEnv>\n")


def epost_error(message: str) -> Answer:
    """An ERROR."""
    return _document("ePostResult", f"\n\t<ERROR>{escape(message)}</ERROR>\n")


def elink(name: str, sets: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Answer:
    """A LinkSet for each list of ids, with what they are linked to: LinkSetDb is absent where that is nothing."""
    content = ""
    for ids, linked in sets:
        links = "".join(f"<Link>{_elements('Id', [pmid])}</Link>" for pmid in linked)
        database = f"<DbTo>pubmed</DbTo><LinkName>{escape(name)}</LinkName>{links}" if linked else ""
        listed = f"<DbFrom>pubmed</DbFrom><IdList>{_elements('Id', ids)}</IdList>"
        content += f"\n<LinkSet>{listed}{_list('LinkSetDb', database)}</LinkSet>\n"
    return _document("eLinkResult", content)


def elink_error(message: str) -> Answer:
    """An ERROR with status 200, as ELink answers."""
    return _document("eLinkResult", f"\n\t<ERROR>{escape(message)}</ERROR>\n")


def rate_limit(key: str, count: int, limit: int) -> Answer:
    """The 429 of NCBI's gate; `key` is the client's address where it gave no api_key."""
    body = {"error": "API rate limit exceeded", "api-key": key, "count": str(count), "limit": str(limit)}
    headers = JSON | {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": "0", "Retry-After": "2"}
    return Answer(429, json.dumps(body, separators=(",", ":")).encode(), headers)

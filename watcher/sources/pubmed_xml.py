"""PubMed's XML, from EFetch, NLM's files or a saved search, as a stream of records in little memory.

Whatever else stands in the place of an answer ends as a SourceError that says what it was.
"""

from __future__ import annotations

import html
import json
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, overload

from lxml import etree

from watcher.errors import SourceError
from watcher.markup import tidy
from watcher.models import Pmid
from watcher.sources.pubmed_record import record_of
from watcher.sources.xml_text import words
from watcher.works.identifiers import normal_pmid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import SupportsRead
    from lxml.etree import _Element as Element

    from watcher.models import Outline, Record
    from watcher.sources.pubmed_record import Wanted

_CHUNK = 1 << 16
_LONGEST_FAILURE = 1 << 20  # bytes looked through for the words of an error
_LONGEST_EXCERPT = 200  # characters
_SETS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet"})
_RECORDS = frozenset({"PubmedArticle", "PubmedBookArticle"})
_DELETIONS = frozenset({"DeleteCitation", "DeleteDocument"})
_MEMBERS = _RECORDS | _DELETIONS
_ERROR = re.compile(r"<ERROR>([^<]*[^<\s])", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype html\b|<(?:html|head|body)\b)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_KEY = re.compile(r"(api[-_]?key\W{1,8})[\w.:-]+", re.IGNORECASE)  # NCBI's refusals repeat the key they were sent


@dataclass(frozen=True, slots=True)
class DeletedRecord:
    """That PubMed has deleted a record (DeleteCitation in NLM's files)."""

    pmid: Pmid


def _always(_: Outline) -> bool:
    return True


@overload
def read_records(stream: SupportsRead[bytes], *, where: str) -> Iterator[Record | DeletedRecord]: ...
@overload
def read_records(
    stream: SupportsRead[bytes], *, where: str, wanted: Wanted
) -> Iterator[Record | Outline | DeletedRecord]: ...
def read_records(
    stream: SupportsRead[bytes], *, where: str, wanted: Wanted = _always
) -> Iterator[Record | Outline | DeletedRecord]:
    """The records and deletions of a PubmedArticleSet, in its order; none where the set is empty. Of an article that is
    not `wanted`, no more is read than its outline.

    `where` names the answer in errors ("EFetch", a file's name). Raises SourceError, at the latest after the last whole
    record, where the stream is anything but one complete set of records that each have a PMID: only who has come to the
    end knows that nothing is missing. A set that was cut short and closed again cannot be told: count what was asked.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=[*_MEMBERS, "ERROR"],
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        remove_comments=True,
        remove_pis=True,
    )
    head = chunk = _read(stream, where)
    _refuse_other_documents(head, stream, where)
    try:
        while chunk:
            parser.feed(chunk)
            for element in _elements(parser):
                if element.tag in _RECORDS:
                    yield record_of(element, wanted, where=where)
                else:
                    yield from _deletions(element, where)
                _discard(element, where)
            chunk = _read(stream, where)
        _check_end(parser.close(), where)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{where}: {_described(head, error.msg)}") from None


def _elements(parser: etree.XMLPullParser) -> Iterator[Element]:
    events = cast("Iterator[tuple[str, Element]]", parser.read_events())  # the stubs allow for other kinds of event
    return (element for _, element in events)


def _read(stream: SupportsRead[bytes], where: str) -> bytes:
    try:
        return stream.read(_CHUNK)
    except (OSError, EOFError, zlib.error) as error:  # the last two are a gzip stream's
        raise SourceError(f"{where}: reading stopped: {error}") from error


def _refuse_other_documents(head: bytes, stream: SupportsRead[bytes], where: str) -> None:
    """Before parsing, so that a large document of another kind is never held in memory."""
    root = _root_name(head)
    if root is not None and root not in _SETS:
        text = head[:_LONGEST_FAILURE]
        while len(text) < _LONGEST_FAILURE and (more := _read(stream, where)):
            text += more
        raise SourceError(f"{where}: {_described(text)}")


def _root_name(head: bytes) -> str | None:
    """The first element's name, where it stands in the first bytes and they are XML."""
    parser = etree.XMLPullParser(events=("start",), load_dtd=False, no_network=True, resolve_entities=False)
    with suppress(etree.XMLSyntaxError):  # what comes after the first element is no matter here
        parser.feed(head[:4096])
    return next((str(element.tag) for element in _elements(parser)), None)


def _deletions(element: Element, where: str) -> Iterator[DeletedRecord]:
    if element.tag == "ERROR":
        raise SourceError(f"{where}: PubMed answered with an error: {_excerpt(words(element))}")
    for child in element:
        pmid = normal_pmid(child.text or "")
        if child.tag != "PMID" or pmid is None:
            raise SourceError(f"{where}: a {element.tag} that names no PMID: {_excerpt(child.text or '')}")
        yield DeletedRecord(pmid)


def _discard(element: Element, where: str) -> None:
    """Frees what was read. Only earlier siblings may leave the tree while lxml still builds it."""
    parent = element.getparent()
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # lxml has it since 4.4, its stubs have not
    while parent is not None and (earlier := element.getprevious()) is not None:
        _check_member(earlier, where)
        del parent[0]


def _check_member(element: Element, where: str) -> None:
    if element.tag not in _MEMBERS:
        raise SourceError(f"{where}: an element that is not known among the records: <{_excerpt(str(element.tag))}>")


def _check_end(root: Element, where: str) -> None:
    if root.tag not in _SETS:
        raise SourceError(f"{where}: not PubMed's records but a document of <{_excerpt(str(root.tag))}>")
    for element in root:
        _check_member(element, where)
    if root.text and root.text.strip():
        raise SourceError(f"{where}: words where records should be: {_excerpt(root.text)}")


def _described(body: bytes, flaw: str | None = None) -> str:
    """What stands in the place of records, for a person; never with the key that a refusal repeats.

    `flaw` is the parser's complaint about what would be records.
    """
    if not body.strip():
        return "an empty answer"
    if body.startswith(b"\x1f\x8b"):
        return "compressed data (gzip) where XML should be"
    text = body.decode("utf-8-sig", errors="replace")
    if error := _ERROR.search(text):
        return f"PubMed answered with an error: {_excerpt(html.unescape(error[1]))}"
    if _PAGE.match(text):
        title = _TITLE.search(text)
        return f"a web page, not records: {_excerpt(html.unescape(title[1] if title else _TAG.sub(' ', text)))}"
    if text.lstrip().startswith(("{", "[")):
        return f"JSON, not XML: {_excerpt(_json_error(text))}"
    root = _root_name(body)
    if root in _SETS:
        return f"the answer breaks off or is garbled: {_excerpt(flaw or '')}"
    if root is not None:
        return f"not PubMed's records but a document of <{_excerpt(root.rpartition('}')[2])}>"
    return f"not PubMed's XML: {_excerpt(text)}"


def _json_error(text: str) -> str:
    """What an answer in JSON gives as its error, else all of it."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return text
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, str) else text


def _excerpt(text: str) -> str:
    text = _KEY.sub(r"\1…", tidy(text))
    return text if len(text) <= _LONGEST_EXCERPT else text[: _LONGEST_EXCERPT - 1] + "…"

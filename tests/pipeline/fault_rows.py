"""The rows of the table of faults: each a way in which NCBI, or the way there, has failed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.conftest import SHARED
from tests.fakes import eutils_answers as answers
from tests.fakes.loopback import Answer, Breakage, Fault
from tests.pipeline.faults import PMIDS, Row, Unreachable, Utility
from watcher.sources.http import ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import Iterator

WILD = SHARED / "data" / "eutils" / "wild_errors"
_NOT_STRUCK = {"esearch": 0, "efetch": 4}  # works that come in all the same, of a search that fails, or a batch of 3
_GOOD_ANSWERS = {"200_esearch_bioproject_phrase_not_found.xml"}
_RECORD = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>\s*", re.DOTALL)
_ID = re.compile(rb"<Id>\d+</Id>\s*")

_DTD_OF_2099 = b'PUBLIC "-//NLM//DTD X, 1st January 2099//EN" "https://dtd.example/2099.dtd"'
_PAGE = b"<!DOCTYPE html><html><head><title>NCBI - WWW Error Blocked Diagnostic</title></head><body></body></html>"
_BROKEN = b"<head> <title>WWW Error 500 Diagnostic</title></head> <body> <h1>Server Error</h1> <p>Invented.</p></body>"
_ERRORS = (
    "Search Backend failed: Database is not supported: pubmed",
    "Search Backend failed: Couldn't resolve #PMQuerySrv, the address table is empty.",
    "Can't run executor",
)


def rows() -> Iterator[Row]:
    """All of them; those of real texts only where these are."""
    yield from _connections()
    yield from _refusals()
    yield from _wrong_answers()
    yield from _short_answers()
    yield from (row for row in _wild() if row.lasting)


def _of(utility: Utility, name: str, fault: Fault | Unreachable, footer: str, *, retried: bool = True) -> Iterator[Row]:
    """A fault that lasts and, where another attempt may mend it, one that passes and costs nothing but a wait."""
    attempts = ATTEMPTS if retried else 1
    yield Row(name, utility, fault, True, attempts, _NOT_STRUCK[utility], True, footer)
    if retried:
        yield Row(name, utility, fault, False, 2, len(PMIDS), False)


def _both(name: str, fault: Fault, footer: str, *, retried: bool = True) -> Iterator[Row]:
    yield from _of("esearch", name, fault, footer, retried=retried)
    yield from _of("efetch", name, fault, footer, retried=retried)


def _connections() -> Iterator[Row]:
    yield from _of("esearch", "connection refused", Unreachable.REFUSED, "Connection refused")
    yield from _of("esearch", "DNS failure", Unreachable.UNKNOWN, "the name of the host is not known")
    # Lasting alone: a server has TLS, or it has none.
    no_tls, no_trust = Unreachable.NO_TLS, Unreachable.OWN_CERTIFICATE
    yield from list(_of("esearch", "TLS failure, no TLS there", no_tls, "the TLS connection failed"))[:1]
    trust = "certificate could not be verified"
    yield from _of("esearch", "TLS failure, unknown certificate", no_trust, trust, retried=False)
    yield from _both("reset before headers", Breakage.RESET, "the connection failed")
    yield from _both("reset mid-body", Breakage.RESET_IN_BODY, "the connection failed")
    yield from _both("stall before headers", Breakage.STALL, r"no answer, or no more of it, within 0\.25 s")
    yield from _both("stall mid-body", Breakage.STALL_IN_BODY, r"no answer, or no more of it, within 0\.25 s")
    yield from _both("cut before the announced length", Breakage.CUT, "the answer breaks off")
    yield from _both("truncated chunked", Breakage.CUT_CHUNKED, "the connection failed")


def _refusals() -> Iterator[Row]:
    for key, count in (("192.0.2.7", 5), ("198.51.100.20", 17), ("203.0.113.3", 26)):
        refused = replace(answers.rate_limit(key, count, 3), headers=answers.JSON)  # without the fake's Retry-After
        yield from _both(f"429 burst, count {count}", refused, "HTTP 429: .*API rate limit exceeded")
    yield from _both("500 with HTML", Answer(500, _BROKEN, answers.HTML), "HTTP 500: WWW Error 500 Diagnostic")
    yield from _both("502", Answer(502, b"Bad Gateway", answers.PLAIN), "HTTP 502: Bad Gateway")
    busy = Answer(503, b"", answers.PLAIN | {"Retry-After": "30"})
    yield from (replace(row, waits=30.0) for row in _both("503 with Retry-After", busy, "HTTP 503"))
    shut = Answer(503, b"", answers.PLAIN | {"Retry-After": "3600"})
    yield from _both("503 with an hour's Retry-After", shut, "the server asks for a pause of 3600 s", retried=False)
    relayed = answers.efetch_error("Error: 502 Bad Gateway from the backend")
    yield from _both("400 that relays a 502", relayed, "HTTP 400: .*502 Bad Gateway")
    refusal = answers.efetch_error("ID list is empty! Possibly it has no correct IDs.")
    yield from _both("400 of its own", refusal, "PubMed refused the question: .*HTTP 400", retried=False)


def _wrong_answers() -> Iterator[Row]:
    for text in _ERRORS:
        yield from _both(f"200 with ERROR {text!r}", answers.esearch_error(text), re.escape(text))
    # What an expired WebEnv gives, though no call of ours keeps a history: it must be no answer all the same.
    expired = "Unable to obtain query #1"
    yield from _both("expired history", answers.esearch_error(expired), re.escape(expired))
    yield from _both("200 empty", Answer(200, b"", answers.PLAIN), "empty")
    yield from _both("200 with an HTML page", Answer(200, _PAGE, answers.HTML), "WWW Error Blocked Diagnostic")
    yield from _both("200 with JSON", Answer(200, b'{"error":"an invented one"}', answers.JSON), "an invented one")
    yield from _both("XML cut off, of right length", _first_half, "cut off or broken|breaks off or is garbled")
    for count in (9, 5):
        wrong = f"it counts {count} and gives 7"
        yield from _of("esearch", f"wrong count, {count} of 7", _counting(count), wrong)
    for utility in _NOT_STRUCK:
        chosen: Utility = "esearch" if utility == "esearch" else "efetch"
        yield Row("unknown DTD", chosen, _of_next_year, True, 1, len(PMIDS), False)


def _short_answers() -> Iterator[Row]:
    yield from _of("esearch", "truncated but well-formed", _first_ids(1), "it counts 7 and gives 1")
    yield from _of("esearch", "two thirds of the PMIDs", _first_ids(4), "it counts 7 and gives 4")
    for name, lacking in (
        ("truncated but well-formed", ("103", "102")),
        ("two thirds of the records", ("103",)),
        ("an empty set", ("104", "103", "102")),
    ):
        yield from _short(name, _without(*lacking), 3 - len(lacking))


def _short(name: str, fault: Fault, kept: int) -> Iterator[Row]:
    """An EFetch answer with so many of the three: no attempt fails, but what is missing is asked for once more."""
    footer = rf"PubMed gave {kept} of 3 records that it lists \(asked twice\)"
    yield Row(name, "efetch", fault, True, 2, 4 + kept, True, footer)
    yield Row(name, "efetch", fault, False, 2, len(PMIDS), False)


def _wild() -> Iterator[Row]:
    """The texts of real failures, as the answer to either question."""
    if not WILD.exists():
        return
    statuses = {name: about["status"] for name, about in json.loads((WILD / "INDEX.json").read_text()).items()}
    for file in sorted(WILD.iterdir()):
        if file.name not in statuses or file.name in _GOOD_ANSWERS:
            continue
        headers = {".json": answers.JSON, ".xml": answers.XML, ".html": answers.HTML}.get(file.suffix, answers.PLAIN)
        fault = Answer(statuses[file.name], file.read_bytes(), headers)
        error = re.search(r"<ERROR>\s*([^<\n]{4,60})", fault.body.decode())
        said, retried = re.escape(error[1].strip()) if error else "PubMed|HTTP", fault.status != 400
        yield from _of("esearch", file.stem, fault, said, retried=retried)
        if "empty_set" in file.name:
            yield from _short(file.stem, fault, 0)
        else:
            yield from _of("efetch", file.stem, fault, said, retried=retried)


def _first_half(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _counting(count: int) -> Fault:
    return lambda answer: replace(answer, body=answer.body.replace(b"<Count>7<", b"<Count>%d<" % count))


def _of_next_year(answer: Answer) -> Answer:
    """The DTDs that NLM names change each winter; these are at an address that no test may ask."""
    body, changed = re.subn(rb'PUBLIC "[^"]*" "[^"]*"', _DTD_OF_2099, answer.body)
    if not changed:
        raise AssertionError(answer.body[:300])
    return replace(answer, body=body)


def _first_ids(kept: int) -> Fault:
    """A search's answer, well-formed, with fewer PMIDs than it counts."""

    def shorten(answer: Answer) -> Answer:
        found = iter(range(len(PMIDS)))
        return replace(answer, body=_ID.sub(lambda match: match[0] if next(found) < kept else b"", answer.body))

    return shorten


def _without(*pmids: str) -> Fault:
    """Records, well-formed, less these."""

    def shorten(answer: Answer) -> Answer:
        marks = [f">{pmid}</PMID>".encode() for pmid in pmids]
        body = _RECORD.sub(lambda match: b"" if any(mark in match[0] for mark in marks) else match[0], answer.body)
        return replace(answer, body=body)

    return shorten

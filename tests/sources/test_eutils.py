"""ESearch and EFetch: whatever NCBI answers, there is a result, or words about its absence."""

from __future__ import annotations

import json
import logging
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from tests.fakes.eutils_server import EutilsServer
from tests.fakes.loopback import Answer as Reply
from tests.fakes.loopback import Breakage
from tests.fakes.pubmed_fixture import article, article_set
from tests.fakes.pubmed_index import Collection
from watcher.errors import SourceError
from watcher.models import Pmid
from watcher.sources.eutils import BATCH, MARGIN, Eutils, SearchAnswer
from watcher.sources.http import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.fakes.loopback import Fault

WILD = SHARED / "data" / "eutils" / "wild_errors"
needs_wild_errors = pytest.mark.skipif(
    not WILD.exists(), reason="../shared/data/eutils, real failures that are not part of the project, is absent"
)
KEY, EMAIL = "0123456789abcdefSECRET", "reader+secret@example.org"
HEAD = (
    b'<?xml version="1.0"?><!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" "https://x/esearch.dtd">'
)


def result(inside: str, head: bytes = HEAD) -> bytes:
    return head + f"<eSearchResult>{inside}</eSearchResult>".encode()


def played(
    status: int, body: bytes, asked: list[str] | None = None, headers: Mapping[str, str] | None = None
) -> Eutils:
    def play(method: str, url: str, fields: str, _: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        if asked is not None:
            asked.append(f"{method} {url} {fields}")
        return status, headers or {}, body

    client = Client(play=play, sleep=lambda _: None)
    return Eutils(client, base_url="https://eutils.example/", email=EMAIL, api_key=KEY)


def esearch(body: bytes) -> SearchAnswer:
    return played(200, body).esearch("skin")


def refusal(ask: Callable[[], object]) -> str:
    with pytest.raises(SourceError) as caught:
        ask()
    assert KEY not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def collection() -> Collection:
    return Collection(
        article(30_000 + n, title=f"Invented skin result {n}.", crdt=date(2021, 6, 3)) for n in range(1, 251)
    )


@pytest.fixture
def server(collection: Collection) -> Iterator[EutilsServer]:
    with EutilsServer(collection) as running:
        yield running


@pytest.fixture
def eutils(server: EutilsServer) -> Iterator[Eutils]:
    client = Client(sleep=lambda _: None)
    yield Eutils(client, base_url=server.url, email=EMAIL, api_key=KEY)
    client.close()


# -- what is asked ------------------------------------------------------------------------------------------------


def test_a_search_is_one_request_with_tool_and_email(server: EutilsServer, eutils: Eutils) -> None:
    found = eutils.esearch("skin[ti]")
    assert found.count == len(found.pmids) == 250
    assert found.pmids[0] == "30250"
    (request,) = server.requests
    asked = request.parameters
    assert (request.method, asked["db"], asked["tool"], asked["email"]) == ("POST", "pubmed", "watcher", EMAIL)
    assert (asked["api_key"], asked["retmax"]) == (KEY, "9999")


def test_nothing_of_a_question_stands_in_an_address(server: EutilsServer, eutils: Eutils) -> None:
    eutils.esearch("skin[ti] OR " + " OR ".join(f"word{n}[ti]" for n in range(150)))
    records = eutils.efetch([Pmid(str(30_000 + n)) for n in range(1, BATCH + 1)])
    eutils.efetch([Pmid("30001")])
    assert [request.target for request in server.requests] == [
        f"/entrez/eutils/{utility}.fcgi" for utility in ("esearch", "efetch", "efetch")
    ]
    assert {record.pmid for record in records} == {str(30_000 + n) for n in range(1, BATCH + 1)}


def test_a_batch_is_of_one_to_200(eutils: Eutils) -> None:
    for wrong in ([], [Pmid(str(n)) for n in range(1, BATCH + 2)]):
        with pytest.raises(ValueError, match=str(len(wrong))):
            eutils.efetch(wrong)


@pytest.mark.parametrize(("key", "rate"), [(None, 3), (KEY, 10)])
def test_requests_are_spaced_by_what_ncbi_allows(key: str | None, rate: int) -> None:
    pauses: list[float] = []
    body = result("<Count>0</Count><IdList/>")
    client = Client(play=lambda *_: (200, {}, body), sleep=pauses.append, monotonic=lambda: 0.0)
    eutils = Eutils(client, base_url="https://eutils.example/", email=EMAIL, api_key=key)
    for _ in range(4):
        eutils.esearch("skin")
    assert pauses == pytest.approx([MARGIN * n / rate for n in (1, 2, 3)])


def test_it_keeps_within_the_limit_of_a_server_that_counts(collection: Collection) -> None:
    now = 100.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    with EutilsServer(collection, limited=True, clock=lambda: now * 1.001) as server:
        client = Client(sleep=sleep, monotonic=lambda: now)
        eutils = Eutils(client, base_url=server.url, email=EMAIL)
        for _ in range(8):
            eutils.esearch("skin[ti]")
        client.close()
        assert len(server.requests) == 8


# -- what NCBI says of a term -------------------------------------------------------------------------------------


def test_what_pubmed_thinks_of_the_term_is_kept(eutils: Eutils) -> None:
    found = eutils.esearch('skin[ti] OR nosuchword[ti] OR "invented unheard phrase"[ti]')
    assert found.count == 250
    assert any("nosuchword" in note for note in found.notes)
    assert found.translation


def test_notes_are_words() -> None:
    found = esearch(
        result(
            "<Count>0</Count><IdList/><QueryTranslation>x</QueryTranslation>"
            "<ErrorList><PhraseNotFound>qqq</PhraseNotFound><FieldNotFound>zz</FieldNotFound></ErrorList>"
            '<WarningList><QuotedPhraseNotFound>"a b"</QuotedPhraseNotFound><PhraseIgnored>the</PhraseIgnored>'
            "<OutputMessage>No items found.</OutputMessage><OutputMessage>Slow today</OutputMessage></WarningList>"
        )
    )
    assert set(found.notes) == {
        "PubMed did not find “qqq”",
        "PubMed knows no field [zz]",
        "PubMed ignored “the”",
        'PubMed does not have "a b" as a phrase, and looked for its words',
        "PubMed says: Slow today",
    }


# -- failures -----------------------------------------------------------------------------------------------------

EMPTY_SET = article_set()
FAILURES: dict[str, bytes] = {
    "an ERROR": result("<ERROR>Search Backend failed: Database is not supported: pubmed</ERROR>"),
    "a web page": b"<!DOCTYPE html><html><head><title>NCBI - Blocked</title></head><body></body></html>",
    "nothing": b"",
    "words": b"Unable to route request!",
    "JSON": b'{"esearchresult":{"count":"0","idlist":[]}}',
    "a cut answer": result("<Count>2</Count><IdList><Id>1</Id><Id>2</Id></IdList>")[:-30],
    "too few ids": result("<Count>3</Count><IdList><Id>1</Id><Id>2</Id></IdList>"),
    "the same id twice": result("<Count>2</Count><IdList><Id>1</Id><Id>1</Id></IdList>"),
    "ids that are none": result("<Count>2</Count><IdList><Id>1</Id><Id>x</Id></IdList>"),
    "no count": result("<IdList/>"),
    "no list": result("<Count>0</Count>"),
    "a count that is none": result("<Count>many</Count><IdList/>"),
    "entities": HEAD.replace(b">", b' [<!ENTITY a "b">]>') + b"<eSearchResult><Count>0</Count></eSearchResult>",
    "a schema": result("<Count>0</Count><IdList/>").replace(
        b"<eSearchResult>", b'<eSearchResult xmlns:xsi="x" xsi:noNamespaceSchemaLocation="http://192.0.2.1/a.xsd">'
    ),
}


@pytest.mark.parametrize("what", FAILURES)
def test_each_failure_with_status_200_is_tried_four_times(what: str) -> None:
    asked: list[str] = []
    said = refusal(lambda: played(200, FAILURES[what], asked).esearch("skin"))
    assert len(asked) == 4
    assert said.startswith("PubMed ESearch: ")
    assert said.endswith("(4 attempts)")
    assert "<" not in said


def test_the_words_of_the_failure_are_kept() -> None:
    assert "Database is not supported: pubmed" in refusal(lambda: esearch(FAILURES["an ERROR"]))
    assert "NCBI - Blocked" in refusal(lambda: esearch(FAILURES["a web page"]))
    assert "the answer is empty" in refusal(lambda: esearch(b""))
    assert "it counts 3 and gives 2" in refusal(lambda: esearch(FAILURES["too few ids"]))


@pytest.mark.parametrize("body", [b"", FAILURES["a web page"], EMPTY_SET[:-20], FAILURES["an ERROR"]])
def test_so_is_each_failure_of_efetch(body: bytes) -> None:
    asked: list[str] = []
    said = refusal(lambda: played(200, body, asked).efetch([Pmid("1")]))
    assert len(asked) == 4
    assert "PubMed EFetch" in said
    assert "<" not in said


FAULTS: list[Fault] = [
    *(breakage for breakage in Breakage if breakage not in {Breakage.STALL, Breakage.STALL_IN_BODY}),
    Reply(200, b""),
    Reply(200, FAILURES["a web page"]),
    Reply(200, FAILURES["an ERROR"]),
    Reply(429, b'{"error":"API rate limit exceeded","api-key":"1","count":"4","limit":"3"}', {"Retry-After": "2"}),
    Reply(500, FAILURES["a web page"]),
    Reply(502),
    Reply(503, b"", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    lambda answer: Reply(200, answer.body[: len(answer.body) * 2 // 3], answer.headers),
    lambda answer: Reply(200, re.sub(rb"<Id>30001</Id>\n", b"", answer.body) or b"", answer.headers),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_passes_costs_nothing(server: EutilsServer, eutils: Eutils, fault: Fault) -> None:
    server.fail_next(fault, fault)
    assert eutils.esearch("skin[ti]").count == 250
    assert len(server.requests) == 3


@needs_wild_errors
@pytest.mark.parametrize("utility", ["esearch", "efetch"])
def test_each_failure_seen_in_the_wild_is_said_in_words(utility: str) -> None:
    index = json.loads((WILD / "INDEX.json").read_text())
    told = 0
    for name in sorted(set(index) & {file.name for file in WILD.iterdir()}):
        if (utility, name) in {
            ("efetch", "200_efetch_unknown_pmid_empty_set.xml"),
            ("esearch", "200_esearch_bioproject_phrase_not_found.xml"),
        }:
            continue  # these are answers: PubMed has no such record, and nothing was found
        eutils = played(int(name[:3]) if name[:3].isdigit() else 200, (WILD / name).read_bytes())
        ask = (lambda: eutils.esearch("skin")) if utility == "esearch" else (lambda: eutils.efetch([Pmid("1")]))  # noqa: B023 - asked at once
        said = refusal(ask)
        assert "PubMed" in said or "HTTP" in said, name
        assert "Traceback" not in said
        assert "<ERROR" not in said
        told += 1
    assert told > 18


@needs_wild_errors
def test_the_answers_among_them_are_answers() -> None:
    nothing = (WILD / "200_esearch_bioproject_phrase_not_found.xml").read_bytes()
    assert esearch(nothing).notes == ("PubMed did not find “PRJEB64534”",)
    assert played(200, (WILD / "200_efetch_unknown_pmid_empty_set.xml").read_bytes()).efetch([Pmid("1")]) == []


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=400))
@example(b"/etc/passwd")
def test_any_bytes_are_an_answer_or_a_source_error(body: bytes) -> None:
    for ask in (lambda: esearch(HEAD + b"<eSearchResult>" + body), lambda: esearch(body)):
        refusal(ask)
    refusal(lambda: played(200, body).efetch([Pmid("1")]))


PIECES = [
    "<Count>1</Count>", "<IdList>", "</IdList>", "<Id>1</Id>", "<Id>", "<ErrorList>", "</ErrorList>",
    "<PhraseNotFound>", "x", "&amp;", "&nbsp;", "&#0;", "<a:b>", "<Item Name='a' Type='b'>", "<WarningList/>",
    "<ErrorList>x</ErrorList>",
    "<ERROR>x</ERROR>", "<eSearchResult>", "</eSearchResult>", "<![CDATA[", "<?xml version='1.0'?>", "<!DOCTYPE a>",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_any_order_of_its_own_elements_too(pieces: list[str]) -> None:
    try:
        found = esearch(result("".join(pieces)))
    except SourceError:
        return
    assert len(found.pmids) == found.count


# -- kept to itself -----------------------------------------------------------------------------------------------


def test_key_and_address_are_in_no_log_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        (429, f'{{"error":"API rate limit exceeded","api-key":"{KEY}","count":"4","limit":"3"}}'.encode()),
        (200, f'{{"error":"API rate limit exceeded","api-key":"{KEY}"}}'.encode()),
        (200, result(f"<ERROR>{KEY} and {EMAIL}</ERROR>")),
        (400, f"<ERROR>{KEY} and {EMAIL}</ERROR>".encode()),
        (200, f"<eFetchResult><ERROR>{KEY} and {EMAIL}</ERROR></eFetchResult>".encode()),
    ]
    for status, body in answers:
        eutils = played(status, body)
        for ask in (lambda: eutils.esearch("x"), lambda: eutils.efetch([Pmid("1")])):  # noqa: B023 - asked at once
            with pytest.raises(SourceError) as caught:
                ask()
            error: BaseException | None = caught.value
            while error is not None:
                assert KEY not in str(error)
                assert EMAIL not in str(error)
                error = error.__cause__ or error.__context__
    assert "trying again" in caplog.text
    assert KEY not in caplog.text
    assert EMAIL not in caplog.text


# -- ELink --------------------------------------------------------------------------------------------------------


LINKS_HEAD = (
    b'<?xml version="1.0"?><!DOCTYPE eLinkResult PUBLIC "-//NLM//DTD elink 20101123//EN" "https://x/elink.dtd">'
)


def cited_in(inside: str, *pmids: str) -> dict[Pmid, tuple[Pmid, ...]]:
    return played(200, LINKS_HEAD + f"<eLinkResult>{inside}</eLinkResult>".encode()).cited_in(list(map(Pmid, pmids)))


def links(pmid: str, *citing: str) -> str:
    linked = "".join(f"<Link><Id>{one}</Id></Link>" for one in citing)
    database = f"<LinkSetDb><DbTo>pubmed</DbTo><LinkName>pubmed_pubmed_citedin</LinkName>{linked}</LinkSetDb>"
    listed = f"<DbFrom>pubmed</DbFrom><IdList><Id>{pmid}</Id></IdList>"
    return f"<LinkSet>{listed}{database if citing else ''}</LinkSet>"


def test_what_cites_each_of_several_is_one_request_that_tells_them_apart() -> None:
    asked: list[str] = []
    body = LINKS_HEAD + f"<eLinkResult>{links('2')}{links('1', '30', '40', '30', '1')}</eLinkResult>".encode()
    assert played(200, body, asked).cited_in([Pmid("1"), Pmid("2")]) == {"1": ("30", "40"), "2": ()}
    (request,) = asked
    assert request.startswith("POST https://eutils.example/elink.fcgi ")
    assert "dbfrom=pubmed" in request
    assert "linkname=pubmed_pubmed_citedin" in request
    assert request.count("id=1&id=2") == 1


def test_the_links_of_records_are_read_as_the_server_plays_them() -> None:
    records = (article(101), article(102, references=("101",)), article(103, references=("101", "102")))
    with EutilsServer(Collection(records)) as server:
        client = Client(sleep=lambda _: None)
        found = Eutils(client, base_url=server.url, email=EMAIL).cited_in([Pmid("101"), Pmid("102"), Pmid("103")])
        client.close()
    assert found == {"101": ("103", "102"), "102": ("103",), "103": ()}


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<ERROR>Invented failure</ERROR>", "PubMed ELink: Invented failure"),
        (links("1", "30"), "asked about 2 PMIDs, and answers about others"),
        (links("1") + links("3"), "asked about 2 PMIDs, and answers about others"),
        (
            "<LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>1</Id><Id>2</Id></IdList></LinkSet>",
            "no links of one PMID each",
        ),
        ("<LinkSet><DbFrom>pubmed</DbFrom><IdList/></LinkSet>", "no links of one PMID each"),
    ],
)
def test_an_answer_about_others_or_about_all_together_is_none(inside: str, said: str) -> None:
    assert said in refusal(lambda: cited_in(inside, "1", "2"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no list of links came: the answer is empty"),
        (b"<html><title>Blocked</title></html>", "no list of links came: Blocked"),
        (b"<eLinkResult><LinkSet>", "cut off or broken XML"),
        (b'<eLinkResult xmlns="https://x">', "entities, or a schema"),
    ],
)
def test_what_is_no_list_of_links_is_said(body: bytes, said: str) -> None:
    assert said in refusal(lambda: played(200, body).cited_in([Pmid("1")]))


@needs_wild_errors
def test_real_answers_of_elink_are_read() -> None:
    body = (WILD / "elink_citedin_27899602.xml").read_bytes()
    (citing,) = played(200, body).cited_in([Pmid("27899602")]).values()
    assert len(citing) == body.count(b"<Link>") == 20
    assert citing[0] == "30626441"

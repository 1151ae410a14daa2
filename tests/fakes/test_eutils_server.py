"""The fake PubMed judges the product, so it is itself held against what is known of the real one."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import urllib.error
import urllib.request
from collections import deque
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from Bio import Entrez
from lxml import etree

from tests.conftest import needs_update_file
from tests.fakes.eutils_server import EutilsServer, main
from tests.fakes.loopback import Answer, Breakage, Request
from tests.fakes.pubmed_fixture import article, article_set
from tests.fakes.pubmed_index import Collection
from tests.fakes.test_pubmed_search import INVENTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[EutilsServer]:
    with EutilsServer(Collection(INVENTED)) as running:
        yield running


def call(server: EutilsServer, utility: str, **parameters: str | int) -> bytes:
    form = urlencode({"db": "pubmed"} | parameters).encode()
    with urllib.request.urlopen(f"{server.url}{utility}.fcgi", form) as response:
        body: bytes = response.read()
    return body


def esearch(server: EutilsServer, term: str, **parameters: str | int) -> etree._Element:
    return etree.fromstring(call(server, "esearch", term=term, **parameters))


def found(server: EutilsServer, term: str, **parameters: str | int) -> list[str]:
    return [node.text or "" for node in esearch(server, term, **parameters).iterfind("IdList/Id")]


def refusal(server: EutilsServer, address: str) -> tuple[int, bytes]:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(server.url + address)
    with caught.value as error:
        return error.code, error.read()


def said(answer: etree._Element, path: str) -> list[str]:
    return [node.text or "" for node in answer.iterfind(path)]


def test_results_come_in_pages_by_pmid_from_the_top(server: EutilsServer) -> None:
    answer = esearch(server, "j invent res[ta]", retstart=1, retmax=1)
    assert said(answer, "Count") == ["3"]
    assert said(answer, "RetMax") == ["1"]
    assert said(answer, "RetStart") == ["1"]
    assert said(answer, "IdList/Id") == ["102"]


def test_twenty_ids_are_given_unless_more_are_asked_for() -> None:
    with EutilsServer(Collection(article(pmid) for pmid in range(1, 31))) as server:
        assert len(found(server, "invented")) == 20
        assert len(found(server, "invented", retmax=25)) == 25


def test_what_pubmed_does_not_know_is_said_and_never_fails(server: EutilsServer) -> None:
    answer = esearch(server, 'keratynocyte[tiab] OR "no such thing"[ti] OR skin[nonsense]')
    assert said(answer, "ErrorList/PhraseNotFound") == ["keratynocyte"]
    assert said(answer, "WarningList/QuotedPhraseNotFound") == ['"no such thing"']
    assert said(answer, "ErrorList/FieldNotFound") == ["nonsense"]
    assert said(answer, "IdList/Id") == ["102", "101"]  # in all fields
    assert said(esearch(server, "keratynocyte"), "WarningList/OutputMessage") == ["No items found."]


def test_mindate_and_maxdate_narrow_by_datetype(server: EutilsServer) -> None:
    days = {"mindate": "2021/06/05", "maxdate": "2021/06/06"}
    assert found(server, "j invent res[ta]", datetype="crdt", **days) == ["102"]
    assert found(server, "j invent res[ta]", datetype="edat", **days) == ["102"]


def read(body: bytes) -> Any:
    """By Biopython: a second reader, to see that the answers have NCBI's form."""
    return Entrez.read(io.BytesIO(body), escape=True)


def test_biopython_reads_every_answer(server: EutilsServer) -> None:
    search = read(call(server, "esearch", term="skin AND nonsuch[ti]", usehistory="y"))
    assert search["Count"] == "0"
    assert search["ErrorList"]["PhraseNotFound"] == ["nonsuch"]
    assert search["WarningList"]["OutputMessage"] == ["No items found."]
    posted = read(call(server, "epost", id="101,102"))
    assert posted["QueryKey"] == "1"
    assert read(call(server, "elink", id="101", linkname="pubmed_pubmed_citedin"))[0]["LinkSetDb"] == []
    fetched = read(call(server, "efetch", id="101", retmode="xml"))
    assert str(fetched["PubmedArticle"][0]["MedlineCitation"]["PMID"]) == "101"
    with pytest.raises(RuntimeError, match="Empty term"):
        read(call(server, "esearch", term=""))


def test_efetch_gives_the_original_bytes_and_leaves_out_what_it_does_not_know(server: EutilsServer) -> None:
    body = call(server, "efetch", id="101,999,103,101", retmode="xml")
    assert body.count(b"<PubmedArticle>") == 2
    assert INVENTED[0] in body
    assert INVENTED[2] in body
    assert b"<!DOCTYPE PubmedArticleSet" in body
    assert b"<PubmedArticle>" not in call(server, "efetch", id="999")


def test_efetch_promises_no_order() -> None:
    with EutilsServer(Collection(article(pmid) for pmid in range(1, 31))) as server:
        ids = ",".join(str(pmid) for pmid in range(1, 31))
        orders = {
            tuple(
                node.text
                for node in etree.fromstring(call(server, "efetch", id=ids)).iterfind(".//MedlineCitation/PMID")
            )
            for _ in range(2)
        }
    assert len(orders) == 2
    assert {len(order) for order in orders} == {30}


def test_no_valid_id_at_all_is_a_bad_request(server: EutilsServer) -> None:
    status, body = refusal(server, "efetch.fcgi?db=pubmed&id=abc")
    assert status == 400
    assert b"ID list is empty!" in body


def test_the_history_keeps_a_search_until_it_expires(server: EutilsServer) -> None:
    answer = esearch(server, "skin", usehistory="y")
    kept = {"WebEnv": said(answer, "WebEnv")[0], "query_key": said(answer, "QueryKey")[0]}
    assert call(server, "efetch", retstart=1, retmax=1, **kept).count(b"<PubmedArticle>") == 1
    assert found(server, "", **kept) == ["102", "101"]
    server.expire_history()
    assert said(esearch(server, "", **kept), "ERROR") == ["Unable to obtain query #1"]


def test_records_created_later_do_not_exist_yet(server: EutilsServer) -> None:
    server.visible_until = date(2021, 6, 5)
    assert found(server, "j invent res[ta]") == ["102", "101"]
    assert call(server, "efetch", id="101,103").count(b"<PubmedArticle>") == 1
    server.visible_until = datetime(2021, 6, 4, 23, 59)  # noqa: DTZ001 - naive means New York here
    assert found(server, "j invent res[ta]") == ["101"]


def test_a_record_is_as_it_was_revised_until_then(server: EutilsServer) -> None:
    days = [date(2021, 6, 8), date(2021, 6, 6)]
    for day in days:
        server.collection.revise(article(101, title=f"Renamed {day.day}", crdt=date(2021, 6, 1), revised=day))
    seen = {}
    for until in (date(2021, 6, 5), date(2021, 6, 6), datetime(2021, 6, 8, 3, 59, tzinfo=UTC), date(2021, 6, 8), None):
        server.visible_until = until
        found_by = [n for n in (6, 8) if found(server, f"renamed {n}[ti] AND (101[uid] OR 102[uid])")]
        revised = found(server, "(101[uid] OR 102[uid]) AND 2021/06/06:2021/06/08[lr]")
        titles = [n for n in (6, 8) if f"Renamed {n}".encode() in call(server, "efetch", id="101")]
        assert found_by == titles
        seen[until] = (titles, "101" in revised)
    assert list(seen.values()) == [([], False), ([6], True), ([6], True), ([8], True), ([8], True)]


def test_a_record_can_be_revised_and_deleted(server: EutilsServer) -> None:
    assert found(server, "skin") == ["102", "101"]
    server.collection.add(article(101, title="Renamed"))
    server.collection.remove("102")
    assert found(server, "skin") == []
    assert found(server, "renamed") == ["101"]


def test_of_two_versions_the_higher_one_counts_and_deleted_ones_go(tmp_path: Path) -> None:
    first, second = tmp_path / "first.xml", tmp_path / "second.xml.gz"
    first.write_bytes(article_set(article(1, title="New", version=2), article(1, title="Old"), article(2)))
    second.write_bytes(gzip.compress(article_set(article(3), deleted=["2"])))
    collection = Collection.of_files(first, second)
    assert b"New" in collection.record("1")
    assert "2" not in collection
    assert len(collection) == 2


def test_requests_are_logged_in_order(server: EutilsServer) -> None:
    found(server, "skin")
    urllib.request.urlopen(f"{server.url}efetch.fcgi?db=pubmed&id=101&id=102").close()
    assert [(request.number, request.utility, request.method) for request in server.requests] == [
        (1, "esearch", "POST"),
        (2, "efetch", "GET"),
    ]
    assert server.requests[0].parameters["term"] == "skin"
    assert server.asked("efetch")[0].parameters["id"] == "101,102"


def test_a_long_url_is_refused(server: EutilsServer) -> None:
    assert refusal(server, "esearch.fcgi?term=" + "x" * 4_000)[0] == 414


def test_past_three_requests_a_second_the_answer_is_429() -> None:
    now = 0.0
    with EutilsServer(Collection(INVENTED), limited=True, clock=lambda: now) as server:
        for _ in range(3):
            found(server, "skin")
        status, body = refusal(server, "esearch.fcgi?term=skin")
        assert status == 429
        assert json.loads(body) == {
            "error": "API rate limit exceeded",
            "api-key": "127.0.0.1",
            "count": "4",
            "limit": "3",
        }
        assert found(server, "skin", api_key="invented")
        now = 1.5
        assert found(server, "skin")


@pytest.mark.parametrize(
    ("breakage", "error"),
    [
        (Breakage.RESET, ConnectionError),
        (Breakage.RESET_IN_BODY, (ConnectionError, http.client.IncompleteRead)),
        (Breakage.CUT, http.client.IncompleteRead),
        (Breakage.CUT_CHUNKED, http.client.IncompleteRead),
        (Breakage.STALL, TimeoutError),
        (Breakage.STALL_IN_BODY, TimeoutError),
    ],
)
def test_a_connection_breaks_as_told_once(
    server: EutilsServer,
    breakage: Breakage,
    error: type[Exception] | tuple[type[Exception], ...],
) -> None:
    server.faults = deque([breakage])
    host, port = server.root.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=0.2)
    with pytest.raises(error):  # noqa: PT012 - headers or body, as the breakage has it
        connection.request("GET", "/entrez/eutils/esearch.fcgi?term=skin")
        connection.getresponse().read()
    connection.close()
    assert found(server, "skin") == ["102", "101"]


def test_a_fault_may_be_an_answer_or_a_change_of_the_true_one(server: EutilsServer) -> None:
    def fault(request: Request) -> Answer | None:
        return Answer(503, b"busy", {"Retry-After": "1"}) if request.utility == "esearch" else None

    server.faults = fault
    assert refusal(server, "esearch.fcgi?term=skin") == (503, b"busy")
    assert INVENTED[0] in call(server, "efetch", id="101")
    server.faults = lambda request: lambda answer: Answer(200, answer.body.replace(b"Skin", b"Hide"))
    assert b"Hide" in call(server, "efetch", id="101")


def test_by_hand_it_prints_its_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, log = tmp_path / "some.xml", tmp_path / "log.jsonl"
    file.write_bytes(article_set(*INVENTED))

    def ask_and_interrupt(server: EutilsServer) -> None:
        assert found(server, "skin")
        raise KeyboardInterrupt

    monkeypatch.setattr(EutilsServer, "wait_for_end", ask_and_interrupt)
    assert main([str(file), "--log", str(log)]) == 0
    assert 'base_url = "http://127.0.0.1:' in capsys.readouterr().out
    line = json.loads(log.read_text())
    assert (line["utility"], line["status"], line["parameters"]["term"]) == ("esearch", 200, "skin")


@needs_update_file
@pytest.mark.long
def test_the_real_update_file_is_searched_as_it_stands(update_file: Collection) -> None:
    collection = update_file
    term = '(wound*[tiab] OR "Wound Healing"[mh]) AND (stem cell*[tiab] OR exosome*[tiab])'
    window = "(2021/06/03:2021/06/08[crdt] OR 2021/06/03:2021/06/08[edat])"
    with EutilsServer(collection) as server:
        everything = found(server, term, retmax=9_999)
        assert set(everything) >= {pmid for pmid in collection if plainly_about_wounds(collection.record(pmid))}
        assert all(b"wound" in collection.record(pmid).lower() for pmid in everything)
        week = found(server, f"({term}) AND {window}")
        assert 0 < len(week) < len(everything)
        assert all(pmid in everything for pmid in week)

        days: list[str] = []
        for day in range(3, 9):
            server.visible_until = date(2021, 6, day)
            days += [pmid for pmid in found(server, f"({term}) AND {window}") if pmid not in days]
        assert sorted(days) == sorted(week)
        server.visible_until = None

        answer = esearch(server, "1:99999999[uid]", retmax=20_000)
        assert said(answer, "Count") == [str(len(collection))]
        assert len(said(answer, "IdList/Id")) == 9_999
        assert said(answer, "WarningList/OutputMessage") == [
            "Restrictions achieved. start and count adjusted to 0, 9999"
        ]
        assert "'retstart' cannot be larger than 9998" in said(esearch(server, "skin[ti]", retstart=9_999), "ERROR")[0]
        body = call(server, "efetch", id=",".join(everything), retmode="xml")
        assert all(collection.record(pmid) in body for pmid in everything)


def plainly_about_wounds(element: bytes) -> bool:
    abstract = element.partition(b"<Abstract>")[2].partition(b"</Abstract>")[0].lower()
    return b" wound" in abstract and (b" stem cell" in abstract or b" exosome" in abstract)

"""A loopback PubMed for tests: ESearch, EFetch, EPost and ELink over records of NLM's files, or over invented ones.

By hand: `python -m tests.fakes.eutils_server FILE… [--port N] [--log FILE]`, and the printed URL as `base_url`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes import eutils_answers as answers
from tests.fakes.loopback import Answer, LoopbackServer, Request
from tests.fakes.pubmed_document import NEW_YORK
from tests.fakes.pubmed_index import Collection
from tests.fakes.pubmed_search import Found, Vocabulary, search, span

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_IDS = 9_999  # of one PubMed search
LONGEST_URL = 4_000  # characters of a GET; the real limit differs from proxy to proxy
_DATE_TYPES = {"crdt": "Date - Create", "edat": "Date - Entry", "mhda": "Date - MeSH", "pdat": "Date - Publication"}
_DATE_TYPES |= {"mdat": "Date - Modification", "lr": "Date - Modification", "dp": "Date - Publication"}


class EutilsServer(LoopbackServer):
    """The E-utilities over a collection.

    `visible_until`: records created later do not exist yet, and those revised later are as they were; a date (that
    whole New York day), or a datetime (aware, or naive for New York). `vocabulary` says what becomes of words that the
    collection has not got. With `limited`, more than 3 requests in a second (10 with an api_key) are answered by 429;
    `clock` gives the seconds for that.
    """

    def __init__(
        self,
        collection: Collection | None = None,
        *,
        visible_until: date | None = None,
        vocabulary: Vocabulary | None = None,
        limited: bool = False,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 0,
        port: int = 0,
    ) -> None:
        super().__init__(port)
        self.collection = Collection() if collection is None else collection
        self.visible_until = visible_until
        self.vocabulary = vocabulary or Vocabulary()
        self.limited = limited
        self._clock = clock
        self._seed = seed
        self._moments: defaultdict[str, list[float]] = defaultdict(list)
        self._history: dict[str, list[tuple[str, ...]]] = {}

    @property
    def url(self) -> str:
        """The `base_url` for a client."""
        return f"{self.root}/entrez/eutils/"

    def asked(self, utility: str) -> list[Request]:
        """The requests to one utility, in order: `server.asked("esearch")`."""
        return [request for request in self.requests if request.utility == utility]

    def expire_history(self) -> None:
        """Forget every WebEnv, as NCBI does after some hours."""
        self._history.clear()

    def answer(self, request: Request) -> Answer:
        if request.method == "GET" and len(self.root + request.target) > LONGEST_URL:
            return Answer(414, b"<html><head><title>414 Request-URI Too Large</title></head></html>", answers.HTML)
        if self.limited and (refusal := self._refusal(request)):
            return refusal
        if not request.path.startswith("/entrez/eutils/"):
            return Answer(404, b"<html><head><title>404 Not Found</title></head></html>", answers.HTML)
        match request.utility:
            case "esearch":
                return self._esearch(request)
            case "efetch":
                return self._efetch(request)
            case "epost":
                return self._epost(request)
            case "elink":
                return self._elink(request)
        return Answer(404, b"<html><head><title>404 Not Found</title></head></html>", answers.HTML)

    def _refusal(self, request: Request) -> Answer | None:
        key = request.parameters.get("api_key", "")
        limit = 10 if key else 3
        now = self._clock()
        with self._lock:
            recent = self._moments[key] = [moment for moment in self._moments[key] if now - moment < 1] + [now]
        return answers.rate_limit(key or "127.0.0.1", len(recent), limit) if len(recent) > limit else None

    @property
    def _standing(self) -> Collection:
        """The records as they are until then."""
        until = self.visible_until
        if isinstance(until, datetime):
            until = (until.astimezone(NEW_YORK) if until.tzinfo else until).date()
        return self.collection.as_of(until)

    def _visible(self, pmid: str) -> bool:
        until = self.visible_until
        if until is None:
            return True
        created = self._standing.document(pmid).created
        if isinstance(until, datetime):
            return created <= (until if until.tzinfo else until.replace(tzinfo=NEW_YORK))
        return created.date() <= until

    def _esearch(self, request: Request) -> Answer:
        asked = request.parameters
        if asked.get("db", "pubmed") != "pubmed":
            return answers.esearch_error(f"Invalid db name specified: {asked['db']}")
        earlier: tuple[str, ...] | None = None
        if "query_key" in asked:
            earlier = self._remembered(asked)
            if earlier is None:
                return answers.esearch_error(f"Unable to obtain query #{asked['query_key']}")
        term = asked.get("term", "").strip()
        if not term and earlier is None:
            return answers.esearch_error("Empty term and query_key - nothing todo")
        start, most = int(asked.get("retstart") or 0), int(asked.get("retmax") or 20)
        if start >= MOST_IDS:
            return answers.esearch_error(answers.RETSTART_TOO_LARGE)
        found = self._search(term, asked) if term else Found(self._standing.index.everything)
        if earlier is not None:
            found.pmids &= frozenset(earlier)
        pmids = sorted(filter(self._visible, found.pmids), key=int, reverse=True)
        messages = [] if pmids else ["No items found."]
        if start + most > MOST_IDS:
            messages.append(f"Restrictions achieved. start and count adjusted to {start}, {MOST_IDS - start}")
        history = self._remember(tuple(pmids), asked.get("WebEnv")) if asked.get("usehistory") == "y" else None
        return answers.esearch(found, pmids, start, min(most, MOST_IDS - start), history, messages)

    def _search(self, term: str, asked: answers.Parameters) -> Found:
        """The term, within the dates that mindate and maxdate, or reldate, ask for."""
        index = self._standing.index
        found = search(index, term, self.vocabulary)
        first, last = asked.get("mindate"), asked.get("maxdate")
        if days_back := asked.get("reldate"):
            until = self.visible_until or datetime.now(NEW_YORK)
            first, last = f"{until - timedelta(days=int(days_back)):%Y/%m/%d}", f"{until:%Y/%m/%d}"
        if first and last and (days := span(first, last)):
            name = _DATE_TYPES.get(asked.get("datetype", "pdat"), "Date - Publication")
            found.pmids &= index.dated(name, *days)
            found.translation = f"({found.translation}) AND {first}:{last}[{name}]"
        return found

    def _efetch(self, request: Request) -> Answer:
        asked = request.parameters
        pmids: tuple[str, ...] | None
        if "query_key" in asked:
            pmids = self._remembered(asked)
            if pmids is None:
                return answers.efetch_error(f"Unable to obtain query #{asked['query_key']}")
        else:
            pmids = tuple(dict.fromkeys(_ids(request)))
            if not pmids:
                return answers.efetch_error("ID list is empty! Possibly it has no correct IDs.")
        if asked.get("retmode", "xml") != "xml":
            return Answer(200, b"", answers.PLAIN)
        start = int(asked.get("retstart") or 0)
        wanted = pmids[start : start + int(asked.get("retmax") or MOST_IDS)]
        there = [pmid for pmid in wanted if pmid in self._standing and self._visible(pmid)]
        # EFetch promises no order; this one breaks any that a client may have come to rely on.
        random.Random(f"{self._seed} {request.number}").shuffle(there)
        return answers.efetch([self._standing.record(pmid) for pmid in there])

    def _epost(self, request: Request) -> Answer:
        pmids = tuple(_ids(request))
        if not pmids:
            return answers.epost_error("Empty ID list; Nothing to store")
        return answers.epost(*self._remember(pmids, request.parameters.get("WebEnv")))

    def _elink(self, request: Request) -> Answer:
        """What cites the ids of each `id` field, by the reference lists of the records; no other links are known."""
        name = request.parameters.get("linkname", "")
        asked = [[part for part in value.split(",") if part] for field, value in request.given if field == "id"]
        if not any(asked):
            return answers.elink_error("Empty result - nothing to do")
        return answers.elink(
            name, [(ids, self._citing(ids) if name == "pubmed_pubmed_citedin" else ()) for ids in asked]
        )

    def _citing(self, pmids: list[str]) -> list[str]:
        """The newest first."""
        marks = [f'<ArticleId IdType="pubmed">{pmid}</ArticleId>'.encode() for pmid in pmids]
        there = (pmid for pmid in self._standing if pmid not in pmids and self._visible(pmid))
        citing = [pmid for pmid in there if any(mark in self._standing.record(pmid) for mark in marks)]
        return sorted(citing, key=int, reverse=True)

    def _remember(self, pmids: tuple[str, ...], environment: str | None) -> tuple[str, int]:
        """The WebEnv and the number of a new query in it."""
        with self._lock:
            known = environment is not None and environment in self._history
            name = environment if environment is not None and known else f"MCID_{len(self._history) + 1:024x}"
            queries = self._history.setdefault(name, [])
            queries.append(pmids)
            return name, len(queries)

    def _remembered(self, asked: answers.Parameters) -> tuple[str, ...] | None:
        queries = self._history.get(asked.get("WebEnv", ""), [])
        key = asked["query_key"]
        return queries[int(key) - 1] if key.isdigit() and 1 <= int(key) <= len(queries) else None


def _ids(request: Request) -> list[str]:
    given = (part.strip() for part in request.parameters.get("id", "").split(","))
    return [str(int(part)) for part in given if part.isascii() and part.isdigit()]


def main(arguments: list[str] | None = None) -> int:
    """Serve files until interrupted."""
    parser = argparse.ArgumentParser(description="Play PubMed on loopback over PubMed XML files.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="PubMed XML, .gz too")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="write each request to this file as a line of JSON")
    parser.add_argument("--visible-until", type=datetime.fromisoformat, help="records created later do not exist yet")
    parser.add_argument("--limited", action="store_true", help="answer 429 past 3 requests a second, or 10 with a key")
    options = parser.parse_args(arguments)
    collection = Collection.of_files(*options.files)
    server = _Logged(collection, visible_until=options.visible_until, limited=options.limited, port=options.port)
    server.log = options.log
    with server:
        sys.stdout.write(f'{len(collection)} records\nbase_url = "{server.url}"\n')
        sys.stdout.flush()
        try:
            server.wait_for_end()
        except KeyboardInterrupt:
            return 0
    return 0


class _Logged(EutilsServer):
    log: Path | None = None

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        if self.log is not None:
            line = {"number": request.number, "method": request.method, "utility": request.utility}
            line |= {"status": answer.status, "bytes": len(answer.body), "parameters": dict(request.parameters)}
            with self._lock, self.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        return answer


if __name__ == "__main__":
    sys.exit(main())

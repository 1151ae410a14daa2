"""What can go wrong on the way to PubMed, as a table, and what a whole run makes of each row of it.

The tests judge the rows (test_faults.py), and benchmarks/faults.py prints them.
"""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal
from unittest import mock

from tests.fakes.eutils_server import EutilsServer
from tests.fakes.loopback import Breakage, Fault, Request
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.fakes.smtp_server import Certificate
from tests.pipeline.world import WOUNDS, World, at, world
from watcher.digest.render import plain_text
from watcher.pipeline.context import opened
from watcher.pipeline.work import Report, work
from watcher.sources.http import Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from watcher.told import Digest

PMIDS = tuple(str(pmid) for pmid in range(101, 108))
STRUCK = "103"  # an EFetch fault strikes the batch that holds it: the second of three, 104 103 102
BATCH = 3
# A work that comes in whatever befalls PubMed, so that the first run has a digest to say so in.
NEWS = b'<rss version="2.0"><channel><title>News</title><item><title>A wound closes</title></item></channel></rss>'
HASTE = Timeouts(connect=5, read=0.25, deadline=5)

Utility = Literal["esearch", "efetch"]


class Unreachable(Enum):
    """How a host is not reached at all."""

    UNKNOWN = "DNS failure"
    REFUSED = "connection refused"
    NO_TLS = "TLS failure: the server speaks none"
    OWN_CERTIFICATE = "TLS failure: a certificate that nobody vouches for"

    @property
    def scheme(self) -> str:
        return "https" if self in {Unreachable.NO_TLS, Unreachable.OWN_CERTIFICATE} else "http"


@dataclass(frozen=True, slots=True)
class Row:
    """One fault on one kind of request, `lasting` over the first run or struck once, and what is expected of that run.

    `attempts` at the request that is struck, a second question for what did not come among them; how many of the seven
    works are `stored`; whether the run `failed`; and what the footer of its digest says of it, as a regular expression
    ("": nothing).
    """

    name: str
    utility: Utility
    fault: Fault | Unreachable
    lasting: bool
    attempts: int
    stored: int
    failed: bool
    footer: str = ""
    waits: float = 0.0  # seconds that the server asked for, which must have been waited

    def __str__(self) -> str:
        return f"{self.utility}: {self.name}{', lasting' if self.lasting else ''}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run under a fault came to, and the next one after it was mended. `footer` is the text of all that failed.

    `told` are the PMIDs of both runs' digests, in order.
    """

    attempts: int
    stored: int
    failed: bool
    footer: str
    shown: str
    waited: float
    told: tuple[str, ...]
    next_failed: bool
    next_footer: str
    next_stored: int


def play(row: Row, folder: Path) -> Outcome:
    """Run the whole job twice, a day apart: under the fault, and after it."""
    records = [article(pmid, title=f"Wounds number {pmid}, invented", crdt=date(2021, 6, 2)) for pmid in PMIDS]
    with ExitStack() as stack:
        stack.enter_context(mock.patch("watcher.sources.pubmed.BATCH", BATCH))
        installed = stack.enter_context(world(folder, Collection(records)))
        feed = installed.feeds.put("/news.xml", NEWS)
        installed.configure(WOUNDS, feeds={"news": feed})
        struck: list[Request] = []
        with ExitStack() as fault:
            if isinstance(row.fault, Unreachable):
                fault.enter_context(_unreachable(installed, row.fault, row.lasting))
            else:
                installed.pubmed.faults = _striking(row, row.fault, struck)
            timeouts = HASTE if row.fault in (Breakage.STALL, Breakage.STALL_IN_BODY) else None
            first = _run(installed, "2021-06-04 12:00", timeouts)
        waited = max(installed.slept, default=0.0)
        stored = _stored(installed)
        installed.pubmed.faults = lambda _: None
        installed.configure(WOUNDS, feeds={"news": feed})
        second = _run(installed, "2021-06-05 12:00", None)
        digest = first.told[0].digest
        footer = _footer(digest)
        return Outcome(
            attempts=len(struck) or _attempts_told(footer),
            stored=stored,
            failed=first.failed,
            footer=footer,
            shown=" ".join(plain_text(digest).split()),
            waited=waited,
            told=_told(first) + _told(second),
            next_failed=second.failed,
            next_footer="; ".join(_footer(told.digest) for told in second.told),
            next_stored=_stored(installed),
        )


def _striking(row: Row, fault: Fault, struck: list[Request]) -> Callable[[Request], Fault | None]:
    """The fault for the requests it is meant for, which are noted; once, or each time."""

    def strike(request: Request) -> Fault | None:
        meant = request.utility == row.utility and (
            row.utility == "esearch" or STRUCK in request.parameters["id"].split(",")
        )
        if not meant:
            return None
        struck.append(request)
        return fault if row.lasting or len(struck) == 1 else None

    return strike


@contextmanager
def _unreachable(installed: World, fault: Unreachable, lasting: bool) -> Iterator[None]:
    """PubMed under the name of localhost, whose look-up is ours."""
    port = int(installed.pubmed.root.rpartition(":")[2])
    text = installed.path.read_text(encoding="utf-8")
    address = f"{fault.scheme}://localhost:{port}/"
    installed.path.write_text(text.replace(installed.pubmed.root + "/", address), encoding="utf-8")
    look_up, asked = socket.getaddrinfo, [0]

    def ours(host: str, number: int, *rest: Any, **named: Any) -> Any:
        if host != "localhost":
            return look_up(host, number, *rest, **named)
        asked[0] += 1
        if lasting or asked[0] == 1:
            if fault is Unreachable.UNKNOWN:
                raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
            number = elsewhere or number
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", number))]

    with mock.patch.object(socket, "getaddrinfo", ours), ExitStack() as stack:
        elsewhere = 0
        if fault is Unreachable.REFUSED:
            with socket.create_server(("127.0.0.1", 0)) as closed:
                elsewhere = closed.getsockname()[1]
        elif fault is Unreachable.OWN_CERTIFICATE:
            stranger = EutilsServer()
            tls = Certificate.made_in(installed.folder).for_server()
            stranger._http.socket = tls.wrap_socket(stranger._http.socket, server_side=True)
            elsewhere = int(stack.enter_context(stranger).root.rpartition(":")[2])
        yield


def _run(installed: World, now: str, timeouts: Timeouts | None) -> Report:
    """As `World.run_once`, with the client's patience."""
    with opened(installed.settings, at(now), sleep=installed.slept.append, timeouts=timeouts) as context:
        return work(context, installed.folder_transport, only_due=False)


def _stored(installed: World) -> int:
    with installed.context(at("2021-06-04 12:00")) as context:
        return len(context.store.works.of_source("pubmed", PMIDS))


def _told(report: Report) -> tuple[str, ...]:
    works = [entry.work for one in report.told for section in one.digest.sections for entry in section.entries]
    return tuple(work.pmid for work in works if work.pmid)


def _footer(digest: Digest) -> str:
    return "; ".join(f"{failure.what}: {failure.why}" for failure in digest.receipt.failures)


def _attempts_told(footer: str) -> int:
    """Of requests that never came to the server: as the footer counts them; all well means that the second came."""
    counted = re.search(r"\((\d+) attempts\)", footer)
    return int(counted[1]) if counted else 1 if footer else 2

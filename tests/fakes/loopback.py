"""A web server on loopback for tests: it logs requests, and can be told to fail in the ways that servers fail."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


@dataclass(frozen=True, slots=True)
class Request:
    """One request, numbered from 1 in the order of arrival.

    `parameters` are those of the query and of a form body together; of a name given twice the values are joined by
    commas; `given` are they one by one. `headers` have lower-case names. `target` is path and query as sent.
    """

    number: int
    method: str
    path: str
    target: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    given: tuple[tuple[str, str], ...] = ()

    @property
    def utility(self) -> str:
        """The last part of the path without its extension: "esearch" for …/eutils/esearch.fcgi."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".fcgi")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; Content-Length is added."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({"Content-Type": "text/xml; charset=UTF-8"})
    )


class Breakage(Enum):
    """Ways in which a connection fails. A stall lasts until the client leaves or the server is closed."""

    RESET = "reset before headers"
    RESET_IN_BODY = "reset half-way through the body"
    CUT = "closed half-way through a body of announced length"
    CUT_CHUNKED = "closed half-way through a chunked body"
    STALL = "nothing sent"
    STALL_IN_BODY = "half the body sent, and no more"


# A breakage, an answer in place of the true one, or what to make of the true one.
Fault = Breakage | Answer | Callable[[Answer], Answer]
Faults = deque[Fault | None] | Callable[[Request], Fault | None]


class LoopbackServer(ABC):
    """A server on 127.0.0.1 that runs inside `with`. Subclasses say what it answers, in `answer`.

    `faults` is a queue, one for each request as it comes (None: this one is answered well; nothing left: all are), or a
    function of the request. `requests` is the log. An error in a subclass is answered by 500 and raised when the server
    is closed, so that no test passes over it.
    """

    def __init__(self, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.faults: Faults = deque()
        self._lock = threading.Lock()
        self._errors: list[Exception] = []
        self._closing = threading.Event()
        self._http = _Http(("127.0.0.1", port), _Conversation)
        self._http.owner = self
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def root(self) -> str:
        """The URL of the server, without a path."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """The true answer to a request, which each kind of server gives in its own way. Called from several threads."""

    def fail_next(self, *faults: Fault | None) -> None:
        """Let these befall the next requests, one each, behind those that are in the queue already."""
        waiting = self.faults if isinstance(self.faults, deque) else ()
        self.faults = deque([*waiting, *faults])

    def start(self) -> None:
        """Answer from now on; for those who cannot use `with`."""
        self._thread.start()

    def stop(self) -> None:
        """End all conversations, also stalled ones, and wait for them. Raises what went wrong inside the server."""
        self._closing.set()
        self._http.shutdown()
        self._http.hang_up()
        self._http.server_close()
        self._thread.join()
        if self._errors:
            raise self._errors[0]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def received(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Request, Fault | None]:
        """Log a request, and take the fault that is due."""
        parts = urlsplit(target)
        form = body.decode() if "form-urlencoded" in headers.get("content-type", "") else ""
        parameters: dict[str, str] = {}
        given = parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(form, keep_blank_values=True)
        for name, value in given:
            parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
        with self._lock:
            number = len(self.requests) + 1
            frozen = MappingProxyType(parameters)
            request = Request(number, method, parts.path, target, frozen, MappingProxyType(dict(headers)), tuple(given))
            self.requests.append(request)
            faults = self.faults
            if isinstance(faults, deque):
                return request, faults.popleft() if faults else None
        return request, faults(request)

    def true_answer(self, request: Request) -> Answer:
        """As `answer`, with an error kept for `stop`."""
        try:
            return self.answer(request)
        except Exception as error:  # noqa: BLE001 - raised again by stop(), in the test's own thread
            self._errors.append(error)
            return Answer(500, repr(error).encode(), {"Content-Type": "text/plain"})

    def wait_for_end(self) -> None:
        """Block until the server is closed."""
        self._closing.wait()


class _Http(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    owner: LoopbackServer

    def __init__(self, address: tuple[str, int], conversation: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, conversation)
        self._open: set[socket.socket] = set()

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if isinstance(request, socket.socket):
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Clients may leave when they like; what the server itself does wrong is caught in `true_answer`."""

    def hang_up(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else headers wait some 20 ms for the acknowledgement of what went before
    server: _Http

    def do_GET(self) -> None:
        owner = self.server.owner
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request, fault = owner.received(self.command, self.path, headers, self.rfile.read(length))
        if isinstance(fault, Breakage):
            self._break(fault, owner, request)
            return
        answer = fault if isinstance(fault, Answer) else owner.true_answer(request)
        if callable(fault):
            answer = fault(answer)
        self._head(answer, {} if answer.status == 304 else {"Content-Length": str(len(answer.body))})
        self.wfile.write(b"" if self.command == "HEAD" else answer.body)

    do_POST = do_GET  # noqa: N815 - as above
    do_HEAD = do_GET  # noqa: N815 - as above

    def _break(self, breakage: Breakage, owner: LoopbackServer, request: Request) -> None:
        self.close_connection = True
        if breakage is Breakage.STALL:
            owner.wait_for_end()
            return
        if breakage is not Breakage.RESET:
            answer = owner.true_answer(request)
            half = answer.body[: len(answer.body) // 2]
            if breakage is Breakage.CUT_CHUNKED:
                self._head(answer, {"Transfer-Encoding": "chunked"})
                self.wfile.write(f"{len(answer.body):x}\r\n".encode() + half)
            else:
                self._head(answer, {"Content-Length": str(len(answer.body))})
                self.wfile.write(half)
        if breakage is Breakage.STALL_IN_BODY:
            owner.wait_for_end()
        if breakage in {Breakage.RESET, Breakage.RESET_IN_BODY}:
            # Closing with a linger of nothing sends RST in place of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server._open.discard(self.connection)
            self.connection.close()

    def _head(self, answer: Answer, framing: Mapping[str, str]) -> None:
        self.send_response(answer.status)
        for name, value in {**answer.headers, **framing}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server asks for
        """The log is `LoopbackServer.requests`; nothing goes to standard error."""

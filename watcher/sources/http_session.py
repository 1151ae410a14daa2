"""Requests' sessions as the client uses them: each connection knows whether it leads into a private network.

A name may resolve to an address of the user's own network, or to another one each time it is looked up: so what counts
is the other end of the open connection, looked at before anything is sent over it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from http.client import HTTPException
from io import BytesIO
from typing import TYPE_CHECKING, Any, ClassVar

import requests
import requests.adapters
from urllib3 import HTTPResponse, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from watcher import __version__
from watcher.sources.addresses import is_inside
from watcher.sources.deadline import deadline

if TYPE_CHECKING:
    from urllib3.connectionpool import HTTPConnectionPool

# Method, address, form fields (urlencoded) and headers of a request → status, headers and body of its answer.
Play = Callable[[str, str, str, Mapping[str, str]], tuple[int, Mapping[str, str], bytes]]


class InsideError(Exception):
    """The connection would lead into a private network. Its text is the address; nothing was sent."""


class Session(requests.Session):
    """Requests' session without its own look at redirects, which it takes even where it is not to follow them.

    It reads the whole body of one then, however long, and fails on a Location that is no UTF-8 or no address.
    With `outside_only`, a connection into a private network is an InsideError. `play` answers in place of the network.
    """

    def __init__(self, play: Play | None, *, outside_only: bool) -> None:
        super().__init__()
        self.headers["User-Agent"] = f"watcher/{__version__} (literature monitor)"
        self.trust_env = True  # proxies and CA bundles as the user's environment names them
        transport = _Transport(outside_only=outside_only) if play is None else _PlayedTransport(play)
        self.mount("https://", transport)
        self.mount("http://", transport)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: see `watcher.sources.http`, which follows them."""


def came_from_inside(response: requests.Response) -> bool:
    """Whether the answer, of which nothing may have been read yet, comes from a private network.

    Of one that came through a proxy, or that was played, that is not known: False.
    """
    connection = response.raw.connection
    return isinstance(connection, _Http) and connection.is_inside


def breaker(response: requests.Response) -> Callable[[], None]:
    """What breaks off the reading of an answer, from whichever thread. Of one through a proxy, it waits for a pause."""
    connection, raw = response.raw.connection, response.raw
    return connection.hang_up if isinstance(connection, _Http) else raw.shutdown


class _Http(HTTPConnection):
    """A connection that looks at its other end, before TLS and before the request."""

    outside_only: ClassVar[bool] = False
    is_inside: bool = False
    _reading: socket.socket | None = None  # `sock` is none any more where the server has announced that it will close

    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        with ExitStack() as on_failure:
            on_failure.callback(opened.close)
            address = str(opened.getpeername()[0])
            self.is_inside = is_inside(address)
            if self.is_inside and self.outside_only:
                raise InsideError(address)
            on_failure.pop_all()
        return opened

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 does, too
        """The head of an answer, which is one piece of it: of one that drips, or has answers 100 without end before it,
        each byte is in time. Behind a proxy, where connections are requests' own, such a one is not cut off.
        """
        self._reading, patience = self.sock, self.timeout
        if patience is None:
            return super().getresponse()
        with deadline(patience, self.hang_up) as has_passed:
            try:
                response = super().getresponse()
            except (OSError, HTTPException):
                if not has_passed():
                    raise
        if has_passed():  # the end of the connection may pass for the end of the head
            raise TimeoutError
        return response

    def hang_up(self) -> None:
        """Close both directions: with the one for reading alone, what still comes is read all the same.

        As a plain socket's: TLS's own way forgets that there was TLS.
        """
        if self._reading is not None:
            socket.socket.shutdown(self._reading, socket.SHUT_RDWR)


class _Https(_Http, HTTPSConnection):
    """As such, with TLS."""


class _OutsideHttp(_Http):
    outside_only = True


class _OutsideHttps(_Https):
    outside_only = True


class _Pools(PoolManager):
    """Pools of such connections. Those of proxies are requests' own: see `_Transport`."""

    outside_only = False

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        plain, tls = (_OutsideHttp, _OutsideHttps) if self.outside_only else (_Http, _Https)
        pool.ConnectionCls = tls if scheme == "https" else plain
        return pool


class _Transport(requests.adapters.HTTPAdapter):
    """Requests' transport over such connections.

    Where the environment names a proxy, it is the proxy that connects, and our other end is the proxy, often one in a
    private network: there, addresses are judged by their text alone (`watcher.sources.http`).
    """

    def __init__(self, *, outside_only: bool) -> None:
        super().__init__()
        self.poolmanager.outside_only = outside_only

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **named: Any) -> None:
        """Requests' hook for pools of another kind."""
        self.poolmanager = _Pools(num_pools=connections, maxsize=maxsize, block=block, **named)


class _PlayedTransport(requests.adapters.BaseAdapter):
    """Requests' transport, played by a function."""

    def __init__(self, play: Play) -> None:
        super().__init__()
        self._play = play

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        body = request.body or ""
        fields = body.decode() if isinstance(body, bytes) else str(body)
        status, headers, content = self._play(request.method or "GET", request.url or "", fields, request.headers)
        response = requests.Response()
        response.status_code, response.url, response.request = status, request.url or "", request
        response.headers.update(headers)
        response.raw = HTTPResponse(BytesIO(content), headers=headers, status=status, preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is held."""

"""The one way to the network: polite, bounded, verified, and silent about secrets.

With http_session.py, which is its own, the only importer of requests.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import requests
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL
from urllib3.exceptions import HTTPError as Urllib3Error
from urllib3.exceptions import ReadTimeoutError

from watcher.errors import SourceError
from watcher.sources.addresses import (
    leads_inward,
    redirected,
    same_party,
    secrets_in,
    silence_logs,
    silenced,
    without_secrets,
)
from watcher.sources.deadline import deadline
from watcher.sources.failures import first_words, passes, pause_asked_for, reason
from watcher.sources.http_session import InsideError, Play, Session, breaker, came_from_inside

if TYPE_CHECKING:
    from watcher.sources.limiter import Limiter

T = TypeVar("T")
log = logging.getLogger(__name__)

LARGEST = 50_000_000  # bytes of one answer, unpacked
ATTEMPTS = 4
LONGEST_PAUSE = 120.0  # seconds; a server that asks for more is left until the next run
REDIRECTS = 5

_MOVED = {301, 302, 303, 307, 308}
_MOVED_FOR_GOOD = {301, 308}
_OK, _NOT_MODIFIED, _SEE_OTHER = 200, 304, 303
_PIECE = 65_536  # bytes at most, read at once


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, for the head of an answer or the next piece of its body, for the whole body."""

    connect: float = 10.0
    read: float = 60.0
    deadline: float = 300.0


class HttpError(SourceError):
    """The server answered, with a status that means no."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class InwardError(SourceError):
    """Somebody outside sends us into this machine or a private network, where nothing was sent."""


class PauseError(SourceError):
    """The server asks not to be asked again for `pause` seconds, which are more than a run waits."""

    def __init__(self, message: str, pause: float) -> None:
        super().__init__(message)
        self.pause = pause


class PassingError(SourceError):
    """A failure that another attempt may mend: what `Client.get` and `post` retry, and a `read` may raise.

    `pause` is how many seconds the server asked us to wait before it.
    """

    def __init__(self, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `url` is where it came from in the end; `moved_to` where a permanent redirect leads.

    `from_inside`: over a connection into this machine or a private network.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    moved_to: str | None = None
    from_inside: bool = False


@dataclass(frozen=True, slots=True)
class _Request:
    """What is sent; `secret` where the api_key or the mail address is in it; `outside_only` where it must not lead
    into a private network, because somebody outside named the address.
    """

    method: str
    url: str
    data: Mapping[str, str | Sequence[str]] | None
    headers: Mapping[str, str]
    secret: bool
    outside_only: bool = False


class Client:
    """Sends requests, follows redirects, retries what may pass, and gives whole answers or a SourceError.

    `play` answers in place of the network; with `sleep` and `monotonic` it serves tests and the demo.
    """

    def __init__(
        self,
        *,
        play: Play | None = None,
        timeouts: Timeouts | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        silence_logs()
        # Two, so that no connection of the one is taken for a request of the other; a server's cookies hold for both.
        self._anywhere, self._outside = (Session(play, outside_only=only) for only in (False, True))
        self._outside.cookies = self._anywhere.cookies
        self._timeouts = timeouts or Timeouts()
        self.sleep, self.monotonic = sleep, monotonic

    def close(self) -> None:
        """Give back the connections."""
        self._anywhere.close()
        self._outside.close()

    def get(
        self,
        url: str,
        read: Callable[[Answer], T],
        *,
        headers: Mapping[str, str] | None = None,
        limiter: Limiter | None = None,
        largest: int = LARGEST,
        outside_only: bool = False,
    ) -> T:
        """What `read` makes of the answer to a GET. A PassingError from `read` counts as a failed attempt.

        `outside_only`: an address in a private network is an InwardError, as behind a redirect from outside.
        """
        secrets = secrets_in(url, None)
        request = _Request("GET", url, None, headers or {}, bool(secrets), outside_only)
        return self._retrying(lambda: read(self._follow(request, limiter, largest)), secrets)

    def post(
        self,
        url: str,
        data: Mapping[str, str | Sequence[str]],
        read: Callable[[Answer], T],
        *,
        limiter: Limiter | None = None,
    ) -> T:
        """What `read` makes of the answer to a POST of form fields: for long questions, and such as hold secrets.

        A field of several values is given once for each.
        """
        secrets = secrets_in(url, data)
        request = _Request("POST", url, data, {}, bool(secrets))
        return self._retrying(lambda: read(self._follow(request, limiter, LARGEST)), secrets)

    def _retrying(self, attempt: Callable[[], T], secrets: frozenset[str]) -> T:
        for number in range(1, ATTEMPTS + 1):
            try:
                return attempt()
            except SourceError as error:
                failure = error
            # Raised anew out here, where nothing becomes its context: requests' own errors repeat the whole address.
            said = silenced(str(failure), secrets)
            if isinstance(failure, HttpError):
                raise HttpError(said, failure.status)
            if not isinstance(failure, PassingError):
                raise type(failure)(said)
            tries = "" if number == 1 else f" ({number} attempts)"
            asked = failure.pause or 0.0
            if asked > LONGEST_PAUSE:
                raise PauseError(f"{said}; the server asks for a pause of {asked:.0f} s{tries}", asked)
            if number == ATTEMPTS:
                raise SourceError(f"{said}{tries}")
            pause = max(asked, 2.0 ** (number - 1) * random.uniform(0.5, 1.5))
            log.info("%s; trying again in %.0f s", said, pause)
            self.sleep(pause)
        raise AssertionError  # the last attempt returns or raises

    def _follow(self, request: _Request, limiter: Limiter | None, largest: int) -> Answer:
        moved_to: str | None = None
        only_for_good = True
        for _ in range(REDIRECTS + 1):
            answer = self._once(request, limiter, largest)
            if answer.status not in _MOVED:
                return replace(answer, moved_to=moved_to)
            url = _next_address(request, answer)
            only_for_good = only_for_good and answer.status in _MOVED_FOR_GOOD
            moved_to = url if only_for_good else moved_to
            if answer.status == _SEE_OTHER:
                request = replace(request, method="GET", data=None)
            request = replace(request, url=url, outside_only=not _is_inside(request, answer))
        raise SourceError(f"{without_secrets(request.url)}: more than {REDIRECTS} redirects")

    def _once(self, request: _Request, limiter: Limiter | None, largest: int) -> Answer:
        shown, waits = without_secrets(request.url), self._timeouts
        if not request.url.lower().startswith(("http://", "https://")):
            raise SourceError(f"{shown}: only http and https addresses are read")
        if limiter is not None:
            limiter.wait()
        log.debug("%s %s", request.method, shown)
        session = self._outside if request.outside_only else self._anywhere
        try:
            with session.request(
                request.method, request.url, data=request.data, headers=dict(request.headers), stream=True,
                allow_redirects=False, timeout=(waits.connect, waits.read),
            ) as response:  # fmt: skip
                inside = came_from_inside(response)
                body = b"" if response.status_code in _MOVED else self._whole_body(response, shown, largest)
                answer = Answer(response.status_code, response.url, response.headers, body, from_inside=inside)
        except InsideError as error:
            raise InwardError(
                f"{shown}: a redirect led here, into a private network ({error}), which is refused"
            ) from None
        except requests.exceptions.SSLError as error:
            if "CERTIFICATE_VERIFY_FAILED" not in str(error):
                raise PassingError(f"{shown}: the TLS connection failed: {reason(error)}") from None
            raise SourceError(f"{shown}: its TLS certificate could not be verified: {reason(error)}") from None
        except (InvalidURL, InvalidSchema, InvalidHeader) as error:
            raise SourceError(f"{shown}: not an address that can be read ({type(error).__name__})") from None
        except requests.exceptions.ConnectTimeout:
            raise PassingError(f"{shown}: no connection within {waits.connect:g} s") from None
        except (requests.exceptions.ReadTimeout, ReadTimeoutError):
            raise PassingError(f"{shown}: no answer, or no more of it, within {waits.read:g} s") from None
        except (requests.exceptions.RequestException, Urllib3Error, OSError) as error:
            raise PassingError(f"{shown}: the connection failed: {reason(error)}") from None
        return self._checked(answer, shown)

    def _whole_body(self, response: requests.Response, shown: str, largest: int) -> bytes:
        pieces: list[bytes] = []
        size, patience = 0, self._timeouts.deadline
        with deadline(patience, breaker(response)) as has_passed:
            try:
                for piece in _as_it_comes(response):
                    pieces.append(piece)
                    size += len(piece)
                    if size > largest:
                        raise SourceError(f"{shown}: the answer is larger than {largest / 1e6:.0f} MB and was cut off")
            except (Urllib3Error, OSError, ValueError):  # the last is what TLS has for a connection that was shut down
                if not has_passed():
                    raise
        if has_passed():
            raise PassingError(f"{shown}: the answer was not complete within {patience:g} s")
        return b"".join(pieces)

    def _checked(self, answer: Answer, shown: str) -> Answer:
        if answer.status in {_OK, _NOT_MODIFIED} or (answer.status in _MOVED and answer.headers.get("Location")):
            return answer
        said = f"{shown}: HTTP {answer.status}{first_words(answer.body)}"
        if passes(answer.status, answer.body):
            raise PassingError(said, pause_asked_for(answer.headers.get("Retry-After", "")))
        raise HttpError(said, answer.status)


def _as_it_comes(response: requests.Response) -> Iterator[bytes]:
    """The body, unpacked, in pieces as they come: a slow drip may never bring a full buffer's worth."""
    while piece := response.raw.read1(_PIECE, decode_content=True):
        yield piece


def _is_inside(request: _Request, answer: Answer) -> bool:
    """Whether the server that answered stands in a private network itself: only such a one may send us there."""
    return answer.from_inside or leads_inward(request.url)


def _next_address(request: _Request, answer: Answer) -> str:
    """Where a redirect leads. Raises SourceError where it must not be followed.

    A public server may not send us into the user's own network, nor to where our secrets would be overheard.
    """
    shown = without_secrets(request.url)
    url = redirected(request.url, answer.headers["Location"])
    if url is None:
        raise SourceError(f"{shown}: it redirects to what is no address")
    target = without_secrets(url)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise SourceError(f"{shown}: it redirects to {target}, and only http and https addresses are read")
    if leads_inward(url) and not _is_inside(request, answer):
        raise InwardError(f"{shown}: it redirects into a private network ({target}), which is refused")
    if request.secret and not same_party(request.url, url):
        raise SourceError(f"{shown}: it redirects to {target}, which is not trusted with what was sent")
    return url

"""The one way to the network (the only importer of requests): polite, bounded, verified, and silent about secrets."""

from __future__ import annotations

import html
import logging
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import requests
import requests.adapters
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError as Urllib3Error
from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

from watcher import __version__
from watcher.errors import SourceError

T = TypeVar("T")
# Method, address, form fields (urlencoded) and headers of a request → status, headers and body of its answer.
Play = Callable[[str, str, str, Mapping[str, str]], tuple[int, Mapping[str, str], bytes]]
log = logging.getLogger(__name__)

CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 60.0  # seconds; the second is between two pieces of the answer
DEADLINE = 300.0  # seconds for one whole answer
LARGEST = 50_000_000  # bytes of one answer, unpacked
ATTEMPTS = 4
LONGEST_PAUSE = 120.0  # seconds; a server that asks for more is left until the next run
REDIRECTS = 5
SECRET_PARAMETERS = frozenset({"api_key", "email"})

_MOVED = {301, 302, 303, 307, 308}
_MOVED_FOR_GOOD = {301, 308}
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_OK, _NOT_MODIFIED, _SEE_OTHER = 200, 304, 303


class HttpError(SourceError):
    """The server answered, with a status that means no."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class PassingError(SourceError):
    """A failure that another attempt may mend: what `Client.get` and `post` retry, and a `read` may raise.

    `pause` is how many seconds the server asked us to wait before it.
    """

    def __init__(self, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `url` is where it came from in the end; `moved_to` where a permanent redirect leads."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    moved_to: str | None = None


@dataclass(slots=True)
class Limiter:
    """At most `rate` requests a second, evenly spaced, for all threads together."""

    rate: float
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    _free_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Return when the next request may start."""
        with self._lock:
            now = self.monotonic()
            start = max(now, self._free_at)
            self._free_at = start + 1 / self.rate
        if start > now:
            self.sleep(start - now)


class Client:
    """Sends requests, follows redirects, retries what may pass, and gives whole answers or a SourceError.

    `play` answers in place of the network; with `sleep` and `monotonic` it serves tests and the demo.
    """

    def __init__(
        self,
        *,
        play: Play | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"watcher/{__version__} (literature monitor)"
        self._session.trust_env = True  # proxies and CA bundles as the user's environment names them
        if play is not None:
            self._session.mount("https://", _PlayedAdapter(play))
            self._session.mount("http://", _PlayedAdapter(play))
        self.sleep, self.monotonic = sleep, monotonic

    def close(self) -> None:
        """Give back the connections."""
        self._session.close()

    def get(
        self,
        url: str,
        read: Callable[[Answer], T],
        *,
        headers: Mapping[str, str] | None = None,
        limiter: Limiter | None = None,
        largest: int = LARGEST,
    ) -> T:
        """What `read` makes of the answer to a GET. A PassingError from `read` counts as a failed attempt."""
        return self._retrying(lambda: read(self._follow("GET", url, None, headers or {}, limiter, largest)), url)

    def post(
        self, url: str, data: Mapping[str, str], read: Callable[[Answer], T], *, limiter: Limiter | None = None
    ) -> T:
        """What `read` makes of the answer to a POST of form fields: for questions too long for an address."""
        return self._retrying(lambda: read(self._follow("POST", url, data, {}, limiter, LARGEST)), url)

    def _retrying(self, attempt: Callable[[], T], url: str) -> T:
        for number in range(1, ATTEMPTS + 1):
            try:
                return attempt()
            except PassingError as error:
                asked = error.pause or 0.0
                if number == ATTEMPTS or asked > LONGEST_PAUSE:
                    tries = "" if number == 1 else f" ({number} attempts)"
                    raise SourceError(f"{error}{tries}") from error
                pause = max(asked, 2.0 ** (number - 1) * random.uniform(0.5, 1.5))
                log.info("%s: %s; trying again in %.0f s", without_secrets(url), error, pause)
                self.sleep(pause)
        raise AssertionError  # the last attempt returns or raises

    def _follow(
        self,
        method: str,
        url: str,
        data: Mapping[str, str] | None,
        headers: Mapping[str, str],
        limiter: Limiter | None,
        largest: int,
    ) -> Answer:
        moved_to: str | None = None
        only_for_good = True
        for _ in range(REDIRECTS + 1):
            if urlsplit(url).scheme not in {"http", "https"}:
                raise SourceError(f"{without_secrets(url)}: only http and https addresses are read")
            answer = self._once(method, url, data, headers, limiter, largest)
            location = answer.headers.get("Location")
            if answer.status not in _MOVED or not location:
                return Answer(answer.status, answer.url, answer.headers, answer.body, moved_to)
            url = urljoin(url, location)
            only_for_good = only_for_good and answer.status in _MOVED_FOR_GOOD
            moved_to = url if only_for_good else moved_to
            if answer.status == _SEE_OTHER:
                method, data = "GET", None
        raise SourceError(f"{without_secrets(url)}: more than {REDIRECTS} redirects")

    def _once(
        self,
        method: str,
        url: str,
        data: Mapping[str, str] | None,
        headers: Mapping[str, str],
        limiter: Limiter | None,
        largest: int,
    ) -> Answer:
        if limiter is not None:
            limiter.wait()
        shown = without_secrets(url)
        log.debug("%s %s", method, shown)
        try:
            with self._session.request(
                method, url, data=data, headers=dict(headers), stream=True, allow_redirects=False,
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            ) as response:  # fmt: skip
                body = b"" if response.status_code in _MOVED else self._whole_body(response, shown, largest)
                answer = Answer(response.status_code, response.url, response.headers, body)
        except requests.exceptions.SSLError as error:
            raise SourceError(f"{shown}: its TLS certificate could not be verified: {_reason(error)}") from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise SourceError(f"{shown}: not an address that can be read ({type(error).__name__})") from None
        except requests.exceptions.ConnectTimeout:
            raise PassingError(f"{shown}: no connection within {CONNECT_TIMEOUT:.0f} s") from None
        except requests.exceptions.ReadTimeout:
            raise PassingError(f"{shown}: no answer within {READ_TIMEOUT:.0f} s") from None
        except (requests.exceptions.RequestException, Urllib3Error, OSError) as error:
            raise PassingError(f"{shown}: the connection failed: {_reason(error)}") from None
        return self._checked(answer, shown)

    def _whole_body(self, response: requests.Response, shown: str, largest: int) -> bytes:
        pieces: list[bytes] = []
        size, started = 0, self.monotonic()
        for piece in response.iter_content(65_536):
            pieces.append(piece)
            size += len(piece)
            if size > largest:
                raise SourceError(f"{shown}: the answer is larger than {largest / 1e6:.0f} MB and was cut off")
            if self.monotonic() - started > DEADLINE:
                raise PassingError(f"{shown}: the answer was not complete within {DEADLINE:.0f} s")
        return b"".join(pieces)

    def _checked(self, answer: Answer, shown: str) -> Answer:
        if answer.status in _MOVED or answer.status in {_OK, _NOT_MODIFIED}:
            return answer
        said = f"{shown}: HTTP {answer.status}{first_words(answer.body)}"
        if answer.status in _PASSING:
            raise PassingError(said, _pause_asked_for(answer))
        raise HttpError(said, answer.status)


class _PlayedAdapter(requests.adapters.BaseAdapter):
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


def without_secrets(url: str) -> str:
    """An address as it may be shown: the api_key and the user's mail address out, long questions shortened."""
    parts = urlsplit(url)
    kept = [(k, v if len(v) <= 60 else v[:59] + "…") for k, v in parse_qsl(parts.query) if k not in SECRET_PARAMETERS]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(kept, safe=':/[]"*…'), ""))


def _pause_asked_for(answer: Answer) -> float | None:
    """Seconds that Retry-After asks for, given as a number or as a date (RFC 9110, section 10.2.3)."""
    value = answer.headers.get("Retry-After")
    try:
        return Retry().parse_retry_after(value) if value else None
    except InvalidHeader:
        return None


def first_words(body: bytes) -> str:
    """The start of an error page as plain words, with a colon before them: servers say there what is wrong."""
    text = body[:4000].decode("utf-8", "replace")
    text = re.sub(r"(?is)<(script|style|head)\b.*?</\1>|<[^>]*>", " ", text)
    words = " ".join(html.unescape(text).split())
    return f": {words[:160]}" if words else ""


def _reason(error: BaseException) -> str:
    """The innermost cause's own words: requests wraps them in texts that repeat the whole address, secrets included."""
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        inner = error.__cause__ or error.__context__ or getattr(error, "reason", None)
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        if not isinstance(inner, BaseException):
            inner = next((arg for arg in error.args if isinstance(arg, BaseException)), None)
        if inner is None:
            break
        error = inner
    text = getattr(error, "verify_message", "") or str(error.args[-1] if error.args else type(error).__name__)
    return text.split(": ", 1)[-1] if "object at 0x" in text else text

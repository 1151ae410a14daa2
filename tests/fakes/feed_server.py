"""A loopback server of feeds: paths with content, validators and conditional GET, changeable between polls."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tests.fakes.loopback import Answer, LoopbackServer, Request


@dataclass(frozen=True, slots=True)
class _Page:
    content: bytes
    etag: str
    last_modified: str
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class FeedServer(LoopbackServer):
    """Serves what `put` gave it; anything else is 404. A known validator is answered by 304 without a body."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self._pages: dict[str, _Page] = {}

    def put(
        self,
        path: str,
        content: bytes,
        *,
        etag: bool = True,
        last_modified: str = "",
        content_type: str = "application/rss+xml",
    ) -> str:
        """Set, or replace, what stands at a path ("/news.xml"); returns its URL.

        The ETag follows from the content; `last_modified` is an HTTP date, sent (and compared, letter by letter) only
        where given.
        """
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"' if etag else ""
        self._pages[path] = _Page(content, tag, last_modified, {"Content-Type": content_type})
        return self.root + path

    def remove(self, path: str) -> None:
        """From now on 404."""
        del self._pages[path]

    def asked(self, path: str) -> list[Request]:
        """The requests for a path, in order."""
        return [request for request in self.requests if request.path == path]

    def answer(self, request: Request) -> Answer:
        page = self._pages.get(request.path)
        if page is None:
            return Answer(404, b"<html><head><title>404 Not Found</title></head></html>", {"Content-Type": "text/html"})
        validators = {"ETag": page.etag, "Last-Modified": page.last_modified}
        headers = dict(page.headers) | {name: value for name, value in validators.items() if value}
        if _unchanged(request, page):
            return Answer(304, b"", headers)
        return Answer(200, page.content, headers)


def _unchanged(request: Request, page: _Page) -> bool:
    """If-None-Match alone decides where it is given (RFC 9110, section 13.2.2)."""
    if (known := request.headers.get("if-none-match")) is not None:
        return bool(page.etag) and page.etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
    return bool(page.last_modified) and request.headers.get("if-modified-since") == page.last_modified

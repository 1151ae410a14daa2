"""Conditional GET: what a server gave to ask "changed since?" with (RFC 9110, section 13)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.sources.http import Answer

NOT_MODIFIED = 304
_HEADER = re.compile(r"[\x20-\x7e\x80-\xff]+")  # what can be sent back as it came; a folded line cannot


@dataclass(frozen=True, slots=True)
class Validators:
    """Sent back as they came."""

    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> Validators:
        """Those of a whole answer."""
        return cls(answer.headers.get("ETag"), answer.headers.get("Last-Modified"))

    def headers(self) -> dict[str, str]:
        """What is sent with the next request."""
        given = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return {name: value.strip() for name, value in given if value and _HEADER.fullmatch(value)}

"""What servers and connections say when they fail, in words for a person (the client keeps secrets out of them)."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import IncompleteRead
from socket import gaierror

_RELAYED = re.compile(rb"\b50[0234]\b|bad gateway|backend failed|timed out", re.IGNORECASE)


def passes(status: int, body: bytes) -> bool:
    """Whether another attempt may do better; NCBI relays its own servers' 502 as a 400, too."""
    return status in {408, 425, 429, 500, 502, 503, 504} or (status == 400 and _RELAYED.search(body[:4000]) is not None)


def pause_asked_for(retry_after: str) -> float | None:
    """Seconds that a Retry-After header asks for, given as a number or as a date (RFC 9110, section 10.2.3)."""
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def first_words(body: bytes) -> str:
    """The start of an error page as plain words, with a colon before them: servers say there what is wrong."""
    text = body[:4000].decode("utf-8", "replace")
    text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^<>]*>", " ", text)
    words = " ".join(html.unescape(text).split())
    return f": {words[:160]}" if words else ""


def reason(error: BaseException) -> str:
    """The innermost cause's own words: requests wraps them in texts that repeat the whole address."""
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, gaierror):
            return f"the name of the host is not known ({error.strerror})"
        if isinstance(error, IncompleteRead):
            return "the answer breaks off"
        if isinstance(error, OSError) and error.strerror:
            return getattr(error, "verify_message", "") or error.strerror
        inner = error.__cause__ or error.__context__ or getattr(error, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((arg for arg in error.args if isinstance(arg, BaseException)), None)
        if inner is None:
            break
        error = inner
    text = str(error.args[-1] if error.args else type(error).__name__)
    return text.split(": ", 1)[-1] if "object at 0x" in text else text

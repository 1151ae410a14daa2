"""Web addresses as the client handles them: shown without secrets, and told apart by whether they lead inward."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urljoin, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECRET_PARAMETERS = frozenset({"api_key", "email"})

_SECRET_IN_TEXT = re.compile(rf"\b({'|'.join(sorted(SECRET_PARAMETERS))})=[^&\s\"']*")


def without_secrets(url: str) -> str:
    """An address as it may be shown: the api_key and the user's mail address out, long questions shortened."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no IPv6 address
        return "an address that cannot be read"
    kept = [(k, v if len(v) <= 60 else v[:59] + "…") for k, v in parse_qsl(parts.query) if k not in SECRET_PARAMETERS]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(kept, safe=':/[]"*…'), ""))


def secrets_in(url: str, fields: Mapping[str, str | Sequence[str]] | None) -> frozenset[str]:
    """The secret values that a request carries, in each spelling in which an answer might repeat them."""
    try:
        query = parse_qsl(urlsplit(url).query)
    except ValueError:
        return frozenset()
    given = [(name, value) for name, value in (fields or {}).items() if isinstance(value, str)]
    values = {value for name, value in [*query, *given] if name in SECRET_PARAMETERS and value}
    return frozenset(spelled for value in values for spelled in (value, quote(value, safe=""), quote_plus(value)))


def silenced(text: str, secrets: frozenset[str]) -> str:
    """A text without those secrets: NCBI's refusals repeat the key that they were sent."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "…")
    return text


def leads_inward(url: str) -> bool:
    """Whether an address names this machine or a private network, as far as its text tells: no name is looked up."""
    return is_inside(urlsplit(url).hostname or "")


def is_inside(host: str) -> bool:
    """Whether a host's name or IP address is that of this machine or of a private network, by its text.

    The old spellings of IPv4 ("127.1", "0x7f000001", "2130706433") count as what the system takes them for.
    """
    host = host.rstrip(".").lower()
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    host = host.partition("%")[0]  # the zone of a link-local address
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            address = ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, UnicodeError):
            return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local:  # fec0::/10, which Python counts as global
            return True
        address = address.ipv4_mapped or address.sixtofour or address
    return not address.is_global or address.is_multicast


def redirected(url: str, location: str) -> str | None:
    """Where a Location header leads from an address; None where it holds no address."""
    with contextlib.suppress(UnicodeError):
        # Header bytes reach us as Latin-1, and servers that write other characters mean UTF-8.
        location = location.encode("latin-1").decode()
    try:
        target = urljoin(url, location.strip())
        return target if urlsplit(target).hostname and urlsplit(target).port != 0 else None
    except ValueError:
        return None


def same_party(url: str, target: str) -> bool:
    """Whether what was told to one address may be told to the other: the same host, and no step down from TLS."""
    one, other = urlsplit(url), urlsplit(target)
    return one.hostname == other.hostname and not (one.scheme == "https" and other.scheme != "https")


def _without_secrets(record: logging.LogRecord) -> bool:
    """A filter of log records: the address of each request stands in urllib3's, with its parameters."""
    message = record.getMessage()
    if _SECRET_IN_TEXT.search(message):
        record.msg, record.args = _SECRET_IN_TEXT.sub(r"\1=…", message), ()
    return True


def silence_logs() -> None:
    """Keep secrets out of what urllib3 logs; saying so twice changes nothing."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.connection"):
        logging.getLogger(name).addFilter(_without_secrets)

"""What mail and web addresses and hosts' names are, by their text alone: nothing is looked up."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from watcher.works.identifiers import safe_url

# One address, bare or behind a name, that any mail server takes and that no reader of addresses takes for several.
# No name ends in a full stop right before the address: Python's email package fails on that.
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = rf"{_WORD}(?:\.{_WORD})*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_BARE_ADDRESS = re.compile(_ADDRESS)
_NAMED_ADDRESS = re.compile(rf'(?!.*=\?)(?:[^\W_][^<>"@,;:\\()\[\]]*[ ]|"[^"\\]*"[ ]*)?<{_ADDRESS}>')
_HOST = re.compile(r"[^\s/@<>\[\]\"':]+")


def is_bare_address(text: str) -> bool:
    """Whether it is one mail address and nothing else."""
    return _BARE_ADDRESS.fullmatch(text) is not None


def is_recipient(text: str) -> bool:
    """Whether it is one mail address, bare or as in "Reader <you@example.org>"."""
    return is_bare_address(text) or (text.isprintable() and _NAMED_ADDRESS.fullmatch(text) is not None)


def is_host(text: str) -> bool:
    """Whether it may be a host's name or IP address, without scheme, user and port."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return text.isprintable() and _HOST.fullmatch(text) is not None
    return True


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(url: str) -> bool:
    """Whether it is a web address, and nobody on the way can read what is sent to it."""
    if safe_url(url) is None:
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")

"""[mail] of queries.toml → MailSettings, or every problem in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from watcher.addresses import is_bare_address, is_host, is_loopback, is_recipient
from watcher.document import Document, Table, shown
from watcher.settings import MailSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_NO_HOST = "{} is no host's name: write it without https://, user and port"
_PLAIN_MAIL = 'security = "none" sends mail unencrypted: only to this machine itself, or with allow_plaintext = true'
_PLAIN_LOGIN = 'security = "none" would send the password unencrypted: with user, write "starttls" or "tls"'


def read_mail(document: Document, file: Callable[[Table, str], Path | None]) -> MailSettings | None:
    """The table, if there is one; what is wrong in it is noted in the document. `file` reads a key that names one."""
    if not document.has("mail"):
        return None
    table = document.table("mail")
    sender, host, user = table.text("from"), table.text("host"), table.text("user")
    for key, good in (("from", is_recipient), ("host", is_host)):
        if table.lacks(key):
            table.say(f"[mail] needs {key}")
        elif key in table and not good(table.text(key)):
            table.say(_NO_HOST.format(shown(host)) if key == "host" else no_address(sender), key)
    if "user" in table and not (user and user.isprintable()):
        table.say("user must be a name; leave it out where the server wants no login", "user")
    security, plaintext = _security(table), table.switch("allow_plaintext")
    if security == "none" and not is_loopback(host):
        if not plaintext:
            table.say(_PLAIN_MAIL, "security")
        elif user:
            table.say(_PLAIN_LOGIN, "security")
    port = table.number("port", _PORTS[security])
    if not 0 < port < 65_536:
        table.say(f"{shown(port)} is no port", "port")
    return MailSettings(
        sender, host, port, security, user or None, file(table, "password_file"), plaintext,
        _mailbox(table, "rate_to", "rate@example.org"), _mailbox(table, "unsubscribe", "you@example.org"),
        _keyring(table),
    )  # fmt: skip


def no_address(text: str, example: str = "you@example.org or Reader <you@example.org>") -> str:
    """That a text is no mail address."""
    return f"{shown(text)} is no mail address, such as {example}"


def _mailbox(table: Table, key: str, example: str) -> str | None:
    address = table.text(key)
    if key in table and not is_bare_address(address):
        table.say(no_address(address, example), key)
    return address or None


def _keyring(table: Table) -> bool:
    keyring = table.switch("keyring")
    if keyring and not table.text("user"):
        table.say("keyring has the password of a user: write user, too", "keyring")
    return keyring


def _security(table: Table) -> Literal["starttls", "tls", "none"]:
    match table.text("security", "starttls"):
        case "starttls" | "tls" | "none" as known:
            return known
        case other:
            table.say(f"security is starttls, tls or none, not {shown(other)}", "security")
            return "starttls"

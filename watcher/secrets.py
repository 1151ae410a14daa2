"""Passwords and keys: from where they are read, and how they are kept out of what others read."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.errors import SecretError

if TYPE_CHECKING:
    from collections.abc import Mapping

_REMOVED = "[password removed]"
_SHORTEST_PART = 4


def smtp_password(
    environ: Mapping[str, str], password_file: Path | None, keyring: tuple[str, str] | None = None
) -> str | None:
    """The mail server's password; None where none is given. Raises `SecretError`.

    `keyring`: the service and user under which the system's keyring has it, where nothing before that does.
    """
    given = read_secret(environ, credential="smtp_password", file=password_file, variable="WATCHER_SMTP_PASSWORD")
    return given if given is not None or keyring is None else _in_keyring(*keyring)


def ncbi_api_key(environ: Mapping[str, str], api_key_file: Path | None) -> str | None:
    """NCBI's api_key; None where none is given. Raises `SecretError`."""
    return read_secret(environ, credential="ncbi_api_key", file=api_key_file, variable="NCBI_API_KEY")


def read_secret(environ: Mapping[str, str], *, credential: str, file: Path | None, variable: str) -> str | None:
    """The first that there is: systemd's credential of that name, the file, the environment variable.

    Raises `SecretError` where one of them is there and cannot be read, is empty, or can be read by others.
    """
    if directory := environ.get("CREDENTIALS_DIRECTORY"):
        # systemd guards its credentials itself, and shows them as readable by a group: see systemd.exec(5).
        given = Path(directory) / credential
        if given.exists():
            return _read(given, private=False)
    if file is not None:
        return _read(file, private=True)
    return _one_line(environ[variable], f"${variable}") if environ.get(variable) else None


def redacted(text: str, secret: str | None) -> str:
    """The text without the secret, in plain or in base64, also as a part of a longer base64 text (AUTH PLAIN)."""
    for form in _forms(secret) if secret else ():
        text = text.replace(form, _REMOVED)
    return text


def _in_keyring(service: str, user: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise SecretError(
            "keyring = true needs the package keyring: pip install 'literature-watcher[keyring]'"
        ) from None
    where = f"the keyring's password of {user} at {service}"
    try:
        secret = keyring.get_password(service, user)
    except KeyringError as error:
        raise SecretError(f"{where} cannot be read: {error}") from None
    if secret is None:
        raise SecretError(f"{where} is not there: run `keyring set {service} {user}`")
    return _one_line(secret, where)


def _read(path: Path, *, private: bool) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if private and os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SecretError(f"{path} can be used by others than its owner: run `chmod 600 {path}`")
            content = file.read()
    except OSError as error:
        raise SecretError(f"{path} cannot be read: {error.strerror}") from None
    text = content.decode(errors="replace")
    if text.encode() != content:  # found out in this way, because a UnicodeDecodeError would carry the content along
        raise SecretError(f"{path} is not UTF-8 text")
    return _one_line(text, str(path))


def _one_line(text: str, where: str) -> str:
    secret = text.rstrip("\r\n")
    if not secret:
        raise SecretError(f"{where} is empty")
    if "\n" in secret or "\r" in secret or "\0" in secret:
        raise SecretError(f"{where} holds more than one line")
    return secret


def _forms(secret: str) -> list[str]:
    """How it may stand in a text, longest first.

    Base64 turns three bytes into four characters, so that within a longer text it looks in one of three ways,
    by how many bytes stand before it; its first and last character then depend on its neighbours.
    """
    octets = secret.encode()
    forms = {secret, base64.b64encode(octets).decode()}
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + octets).decode().rstrip("=")
        ends_within = (before + len(octets)) % 3 != 0
        part = encoded[(0, 2, 3)[before] : len(encoded) - ends_within]
        if len(part) >= _SHORTEST_PART:
            forms.add(part)
    return sorted(forms, key=len, reverse=True)

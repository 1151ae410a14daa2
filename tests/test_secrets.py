from __future__ import annotations

import base64
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from watcher.errors import SecretError
from watcher.secrets import ncbi_api_key, redacted, smtp_password

if TYPE_CHECKING:
    from pathlib import Path


def private(path: Path, content: bytes = b"from the file\n") -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_nothing_given_is_none() -> None:
    assert smtp_password({}, None) is None
    assert smtp_password({"WATCHER_SMTP_PASSWORD": ""}, None) is None
    assert ncbi_api_key({}, None) is None


def test_credential_comes_before_file_and_file_before_environment(tmp_path: Path) -> None:
    private(tmp_path / "smtp_password", b"from systemd\n")
    file = private(tmp_path / "password")
    environ = {"WATCHER_SMTP_PASSWORD": "from the environment"}
    assert smtp_password(environ, None) == "from the environment"
    assert smtp_password(environ, file) == "from the file"
    assert smtp_password(environ | {"CREDENTIALS_DIRECTORY": str(tmp_path)}, file) == "from systemd"


def test_a_unit_may_have_credentials_without_this_one(tmp_path: Path) -> None:
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "WATCHER_SMTP_PASSWORD": "from the environment"}
    assert smtp_password(environ, None) == "from the environment"


def test_a_credential_may_be_readable_by_a_group_as_systemd_makes_it(tmp_path: Path) -> None:
    private(tmp_path / "smtp_password", b"from systemd").chmod(0o440)
    assert smtp_password({"CREDENTIALS_DIRECTORY": str(tmp_path)}, None) == "from systemd"


def test_the_key_of_ncbi_has_the_same_three_places(tmp_path: Path) -> None:
    private(tmp_path / "ncbi_api_key", b"k1")
    assert ncbi_api_key({"CREDENTIALS_DIRECTORY": str(tmp_path)}, None) == "k1"
    assert ncbi_api_key({}, private(tmp_path / "key", b"k2\r\n")) == "k2"
    assert ncbi_api_key({"NCBI_API_KEY": "k3"}, None) == "k3"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_that_others_can_use_is_refused_with_the_command_to_mend_it(tmp_path: Path, mode: int) -> None:
    file = private(tmp_path / "password", b"hunter2")
    file.chmod(mode)
    with pytest.raises(SecretError) as raised:
        smtp_password({"WATCHER_SMTP_PASSWORD": "other"}, file)
    assert f"chmod 600 {file}" in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", "empty"), (b"\n", "empty"), (b"hunter2\nmore", "more than one line"), (b"hunter2\xff", "not UTF-8")],
)
def test_a_file_without_one_line_of_text_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    with pytest.raises(SecretError, match=complaint) as raised:
        smtp_password({}, private(tmp_path / "password", content))
    assert "hunter2" not in str(raised.value)
    assert raised.value.__context__ is None


def test_a_missing_file_is_refused_in_the_system_s_words(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="No such file or directory"):
        smtp_password({"WATCHER_SMTP_PASSWORD": "other"}, tmp_path / "password")


def test_blanks_belong_to_a_password(tmp_path: Path) -> None:
    assert smtp_password({}, private(tmp_path / "password", b" two words \n")) == " two words "


LONG_ENOUGH = st.text(min_size=6, max_size=30)


@settings(deadline=None)  # the machine may be busy
@given(LONG_ENOUGH, st.text(max_size=10), st.text(max_size=10))
def test_no_encoding_of_the_secret_is_left_in_a_text(secret: str, before: str, after: str) -> None:
    assume(secret not in "[password removed]")
    wrapped = base64.b64encode(f"{before}{secret}{after}".encode()).decode()
    for text in (secret, base64.b64encode(secret.encode()).decode()):
        assert text not in redacted(f"535 no: {text}", secret)
    left = redacted(wrapped, secret)
    assert left != wrapped
    # What is left cannot be read as more than a neighbour's share of the secret's first or last character.
    assert len(left.replace("[password removed]", "")) <= len(wrapped) - 4 * (len(secret.encode()) - 4) // 3


def test_a_text_without_the_secret_stays_as_it_is() -> None:
    assert redacted("535 5.7.8 no", "hunter2") == "535 5.7.8 no"
    assert redacted("535 5.7.8 no", None) == "535 5.7.8 no"


def test_a_secret_that_is_a_part_of_the_mark_does_not_break_it() -> None:
    assert redacted("535 word", "word") == "535 [password removed]"


def test_the_keyring_is_asked_last_and_only_where_the_settings_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    kept = {("smtp.example.org", "watcher"): "from the keyring"}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)), raising=False)
    monkeypatch.setattr(errors, "KeyringError", RuntimeError, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    where = ("smtp.example.org", "watcher")
    assert smtp_password({}, None, where) == "from the keyring"
    assert smtp_password({}, None) is None
    assert smtp_password({"WATCHER_SMTP_PASSWORD": "from the environment"}, None, where) == "from the environment"
    kept.clear()
    with pytest.raises(SecretError, match=r"is not there: run `keyring set smtp\.example\.org watcher`"):
        smtp_password({}, None, where)

    def locked(service: str, user: str) -> str:
        raise RuntimeError("the keyring is locked")

    monkeypatch.setattr(keyring, "get_password", locked)
    with pytest.raises(SecretError, match="the keyring is locked"):
        smtp_password({}, None, where)


def test_without_the_package_the_keyring_s_absence_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match="pip install 'literature-watcher"):
        smtp_password({}, None, ("smtp.example.org", "watcher"))

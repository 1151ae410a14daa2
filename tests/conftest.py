"""No test reaches past loopback, and none sleeps."""

from __future__ import annotations

import ipaddress
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pytest

from tests.fakes.pubmed_index import Collection

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")
SHARED = Path(__file__).resolve().parents[2] / "shared"
UPDATE_FILE = SHARED / "data" / "pubmed" / "pubmed21n1298.xml.gz"

_absent = "../shared/data/pubmed, real records that are not part of the project, is absent"


def needs_update_file(test: Callable[P, T]) -> Callable[P, T]:
    """Skip the test where the real update file is absent; and run all that have it in one process, which indexes it."""
    return pytest.mark.xdist_group("update_file")(pytest.mark.skipif(not UPDATE_FILE.exists(), reason=_absent)(test))


@pytest.fixture(scope="session")
def update_file() -> Collection:
    """The real records, indexed once for all tests: they leave it as it is."""
    return Collection.of_files(UPDATE_FILE)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            try:
                inward = ipaddress.ip_address(address[0]).is_loopback
            except ValueError:
                inward = address[0] == "localhost"
            if not inward:
                pytest.fail(f"a test reached for {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep = time.sleep

    def refuse(seconds: float) -> None:
        caller = str(sys._getframe(1).f_globals.get("__name__", ""))
        if caller.partition(".")[0] in {"watcher", "tests"}:  # waiting for a process's end is the standard library's
            pytest.fail(f"a test would have slept {seconds} s")
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", refuse)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WATCHER_CONFIG", "NCBI_API_KEY", "WATCHER_SMTP_PASSWORD", "CREDENTIALS_DIRECTORY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

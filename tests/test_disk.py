"""Files that are there whole or not at all, with the permissions that they have."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from watcher import disk

if TYPE_CHECKING:
    from pathlib import Path


def test_what_stands_there_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "queries.toml"
    target.write_bytes(b"before")
    target.chmod(0o640)
    disk.write(target, b"after\r\n")
    assert target.read_bytes() == b"after\r\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [target]


def test_what_the_disk_refuses_leaves_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = tmp_path / "queries.toml"
    target.write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        disk.write(target, b"after")
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]

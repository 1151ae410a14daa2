"""The short form of benchmarks/deliveries.py: a faulty server, and a sender killed with SIGKILL again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.mail.disturbed import send_disturbed
from watcher.told import State

if TYPE_CHECKING:
    from pathlib import Path


def test_every_message_arrives_and_twice_only_where_nobody_could_know(tmp_path: Path) -> None:
    account = send_disturbed(tmp_path, 60, kill_every=20, seed=3)
    assert (account.lost, account.unexplained, account.altered, account.held_more) == ([], [], [], 0)
    assert account.kills >= 2
    assert sum(account.faults.values()) >= 5
    assert set(account.states) <= {State.SENT, State.UNKNOWN}
    assert account.held_once + account.held_twice == 60

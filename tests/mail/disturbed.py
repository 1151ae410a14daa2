"""Many deliveries through a server that fails at random, by a sender that is killed again and again.

The sender is a process of its own, `watcher digest`, whenever something is due, and sixteen minutes later at the least.
What was given up `watcher deliver` sends, as a person would have it.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.faulty_smtp import FaultyServer
from tests.fakes.listening import HOST
from tests.store.invented import digest
from watcher.mail.outbox import freeze
from watcher.store.store import Store
from watcher.told import Frozen, State

if TYPE_CHECKING:
    from tests.fakes.faulty_smtp import Dot
    from watcher.told import Delivery

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
STEP = timedelta(minutes=16)
MOST_ROUNDS = 2000


@dataclass
class Account:
    """How it ended, by the server's own log. `lost` and `unexplained` name recipients."""

    deliveries: int
    rounds: int
    kills: int
    transactions: int
    faults: dict[str, int]
    states: Counter[State]
    held_once: int
    held_twice: int
    held_more: int
    lost: list[str]
    unexplained: list[str]  # a further copy, though the client was told of the one before
    altered: list[str]  # held with other bytes, or under another Message-ID, than those that were frozen

    @property
    def good(self) -> bool:
        return not (self.lost or self.unexplained or self.altered or self.held_more)


def send_disturbed(folder: Path, count: int, *, kill_every: int, seed: int) -> Account:
    """Freeze so many messages, have them sent until nothing waits any more, and count."""
    with FaultyServer(seed, kill_every) as server:
        _configure(folder, server.port)
        _fill(folder, count, random.Random(seed))
        now, rounds = START, 0
        while rounds < MOST_ROUNDS:
            if (due := _next(folder, now)) is not None:
                now = due
                _run(folder, server, "digest", "--now", now.isoformat())
            elif any(delivery.given_up for delivery in _all(folder)):
                # This may leave one unknown, which is to be sent once more: so we are not at the end yet.
                _run(folder, server, "deliver")
            else:
                break
            rounds += 1
        return _account(_all(folder), server, rounds)


def _next(folder: Path, now: datetime) -> datetime | None:
    """When something will next be attempted by itself, a while from now at the earliest; None if nothing will."""
    soon, moments = now + STEP, []
    for delivery in _all(folder):
        match delivery.state:
            case State.SENDING:
                moments.append(soon)
            case State.PENDING | State.UNKNOWN if delivery.next_attempt_at is not None:
                moments.append(max(soon, delivery.next_attempt_at))
            case State.PENDING if delivery.attempts == 0:
                moments.append(soon)
    return min(moments, default=None)


def _configure(folder: Path, port: int) -> None:
    text = f"""
        [[query]]
        name = "q"
        term = "skin[tiab]"
        [[digest]]
        name = "all"
        to = ["reader@example.org"]
        [mail]
        from = "Watcher <watcher@example.org>"
        host = "{HOST}"
        port = {port}
        security = "none"
    """
    (folder / "queries.toml").write_text(text, encoding="utf-8")


def _fill(folder: Path, count: int, chance: random.Random) -> None:
    messages = []
    for number in range(count):
        message = EmailMessage()
        message["From"] = "Watcher <watcher@example.org>"
        message["To"] = recipient = f"reader{number}@example.org"
        message["Subject"] = f"Invented digest {number}"
        message["Message-ID"] = identity = f"<{number}.{chance.getrandbits(64):x}@example.org>"
        message.set_content(
            "".join(f".line {line}: an invented finding on skin\n" for line in range(chance.randint(1, 90)))
        )
        messages.append(Frozen(recipient=recipient, message_id=identity, message=freeze(message)))
    with Store(folder / "db" / "watcher.db") as store, store.transaction():
        store.deliveries.add(store.digests.keep(digest(name="invented"), "Invented"), messages, START)


def _run(folder: Path, server: FaultyServer, *arguments: str) -> None:
    command = [sys.executable, "-m", "watcher", "--config", str(folder / "queries.toml"), *arguments]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environ, stdin=quiet, stdout=quiet, stderr=quiet) as process:

        def kill() -> None:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)

        server.serve(kill)
        status = process.wait(timeout=600)
    server.serve(lambda: None)
    if status not in {0, 1, -signal.SIGKILL}:
        raise AssertionError(f"watcher {arguments[0]} ended with {status}")


def _all(folder: Path) -> list[Delivery]:
    with Store(folder / "db" / "watcher.db") as store:
        return store.deliveries.of_digest(1)


def _account(deliveries: list[Delivery], server: FaultyServer, rounds: int) -> Account:
    dots: dict[str, list[Dot]] = {delivery.recipient: [] for delivery in deliveries}
    for dot in server.log:
        dots[dot.recipient].append(dot)
    copies = {recipient: [dot for dot in came if dot.kept] for recipient, came in dots.items()}
    frozen = {each.recipient: (each.message_id, hashlib.sha256(each.message).hexdigest()) for each in deliveries}
    number = Counter(len(held) for held in copies.values())
    return Account(
        deliveries=len(deliveries),
        rounds=rounds,
        kills=server.kills,
        transactions=server.transactions,
        faults={fault.name: met for fault, met in server.faults.items() if met} | {"connections": server.refusals},
        states=Counter(delivery.state for delivery in deliveries),
        held_once=number[1],
        held_twice=number[2],
        held_more=sum(found for copies_held, found in number.items() if copies_held > 2),
        lost=[recipient for recipient, held in copies.items() if not held],
        unexplained=[recipient for recipient, held in copies.items() if any(not dot.unsure for dot in held[:-1])],
        altered=[dot.recipient for dot in server.log if (dot.message_id, dot.sha256) != frozen[dot.recipient]],
    )

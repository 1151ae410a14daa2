"""A mail server on loopback that fails at random, has its client killed now and then, and logs what it holds.

Faults are drawn for each transaction. Two of them no client can tell from a message that was taken: a drop in the
midst of a message whose end is on its way, and one after the dot of a message that is not kept. Against either twice,
or with a kill, nobody can do anything; so one message meets at most one of these.
"""

from __future__ import annotations

import hashlib
import random
import re
import threading
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO

from tests.fakes.listening import HangUpError, Listening, lines_of, reset

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

STAGES = ("MAIL", "RCPT", "DATA", "body", "dot", "250")
LATE = 0.02  # seconds after a stage, at most, at which a kill strikes
_ID = re.compile(rb"^Message-ID: (\S+)\r\n", re.IGNORECASE | re.MULTILINE)


class Fault(Enum):
    """What a transaction meets, as the verb or stage at which it does, and how."""

    MAIL_451 = "MAIL", "451"
    RCPT_451 = "RCPT", "451"
    DATA_451 = "DATA", "451"
    DOT_451 = "dot", "451"
    MAIL_DROP = "MAIL", "drop"
    RCPT_DROP = "RCPT", "drop"
    DATA_DROP = "DATA", "drop"
    BODY_DROP = "body", "drop"
    DOT_DROP = "dot", "drop"  # kept, and the answer never comes
    DOT_DROP_UNKEPT = "dot", "drop, not kept"
    DOT_GARBLED = "dot", "garbled"  # kept, and the answer is none
    QUIT_DROP = "QUIT", "drop"

    @property
    def stage(self) -> str:
        return self.value[0]


SHARES = {
    Fault.MAIL_451: 0.02, Fault.RCPT_451: 0.03, Fault.DATA_451: 0.01, Fault.DOT_451: 0.02, Fault.MAIL_DROP: 0.01,
    Fault.RCPT_DROP: 0.01, Fault.DATA_DROP: 0.01, Fault.BODY_DROP: 0.02, Fault.DOT_DROP: 0.04,
    Fault.DOT_DROP_UNKEPT: 0.015, Fault.DOT_GARBLED: 0.015, Fault.QUIT_DROP: 0.02, None: 0.78,
}  # fmt: skip
TOO_BUSY = 0.002  # of all connections: then the client knows that the server is not there
UNKEPT = {Fault.BODY_DROP, Fault.DOT_DROP_UNKEPT}
UNSURE = {Fault.DOT_DROP, Fault.DOT_GARBLED, Fault.DOT_DROP_UNKEPT}


@dataclass(frozen=True, slots=True)
class Dot:
    """A message that came with its dot: its digest, whether it is kept, and whether the client may not know that."""

    recipient: str
    message_id: str
    sha256: str
    kept: bool
    unsure: bool


class FaultyServer(Listening):
    """Serves one client at a time, and has it killed at every `kill_every`th message. `log` is what it took in."""

    def __init__(self, seed: int, kill_every: int) -> None:
        self._chance, self._kill_every = random.Random(seed), kill_every
        self._kill: Callable[[], None] = lambda: None
        self.log: list[Dot] = []
        self.transactions = self.kills = self.refusals = 0
        self.faults: dict[Fault, int] = dict.fromkeys(Fault, 0)
        self._spoiled: set[str] = set()
        self._next_kill = kill_every
        self._doomed = False  # whether a kill is on its way

    def serve(self, kill: Callable[[], None]) -> None:
        """From now on there is another client, which `kill` ends."""
        self._kill, self._doomed = kill, False

    def _converse(self, client: socket.socket, file: BinaryIO) -> None:
        fault, fatal, recipient = None, "", ""
        if self._chance.random() < TOO_BUSY:
            self.refusals += 1
            self._say(client, "421 too busy")
            return
        self._say(client, "220 mail.example.org ESMTP")
        while line := file.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb == "MAIL":
                if self._doomed:
                    continue  # until the client is dead: the kill is the transaction's before this one
                self.transactions += 1
                fault, fatal = self._draw(), self._fatal()
            elif verb == "RCPT":
                recipient = rest.partition("<")[2].rstrip(">")
                fault, fatal = self._fair(fault, fatal, recipient)
            self._strike(fatal, verb)
            if fault is not None and fault.stage == verb:
                self._meet(client, fault)
            elif verb == "DATA":
                self._say(client, "354 go ahead")
                self._take(client, file, fault, fatal, recipient)
            else:
                self._say(client, "250 ok")

    def _take(self, client: socket.socket, file: BinaryIO, fault: Fault | None, fatal: str, recipient: str) -> None:
        lines: list[bytes] = []
        for line in lines_of(file):
            lines.append(line)
            if len(lines) == 3:
                self._strike(fatal, "body")
                if fault is Fault.BODY_DROP:
                    self.faults[fault] += 1
                    reset(client)
        message = b"".join(lines)
        found = _ID.search(message)
        assert found is not None
        kept = fault not in {Fault.DOT_451, Fault.DOT_DROP_UNKEPT}
        digest = hashlib.sha256(message).hexdigest()
        self.log.append(Dot(recipient, found[1].decode(), digest, kept, bool(fatal) or fault in UNSURE))
        self._strike(fatal, "dot")
        if fault is not None and fault.stage == "dot":
            self._meet(client, fault)
        else:
            self._say(client, "250 queued")
        self._strike(fatal, "250")

    def _draw(self) -> Fault | None:
        return self._chance.choices(list(SHARES), list(SHARES.values()))[0]

    def _fair(self, fault: Fault | None, fatal: str, recipient: str) -> tuple[Fault | None, str]:
        """The fault and the stage of the kill, unless nobody could do anything against them."""
        if recipient in self._spoiled:
            return None if fault in UNKEPT else fault, ""
        if fatal or fault in UNKEPT:
            self._spoiled.add(recipient)
        return fault, fatal

    def _fatal(self) -> str:
        """The stage at which this transaction's client is to be killed, if it is."""
        return self._chance.choice(STAGES) if self.transactions >= self._next_kill else ""

    def _strike(self, fatal: str, stage: str) -> None:
        """Kill the client if this is the stage: at once, or a moment later, when it may be storing what came of it.

        At MAIL always at once: a moment later may be at the dot of a message that has met its hopeless fault already.
        """
        if fatal != stage:
            return
        self.kills += 1
        self._next_kill += self._kill_every
        if stage == "MAIL" or self._chance.random() < 0.5:
            self._kill()
            raise HangUpError
        self._doomed = True
        threading.Timer(self._chance.uniform(0, LATE), self._kill).start()

    def _meet(self, client: socket.socket, fault: Fault) -> None:
        self.faults[fault] += 1
        match fault.value[1]:
            case "451":
                self._say(client, "451 not now")
            case "garbled":
                self._say(client, "what?")
            case _:
                raise HangUpError

    @staticmethod
    def _say(client: socket.socket, words: str) -> None:
        client.sendall(words.encode() + b"\r\n")

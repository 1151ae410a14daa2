"""One conversation with a mail server, command by command. The only importer of smtplib."""

from __future__ import annotations

import base64
import os
import re
import select
import smtplib
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.mail.replies import Reply, Stage

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

_CHALLENGE = 334


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, for the answer to a command, and for that to the final dot.

    The last is what RFC 5321, 4.5.3.2.6 asks for: a dot given up early is what makes second copies.
    """

    connect: float = 30
    command: float = 300
    dot: float = 600


class Session(smtplib.SMTP):
    """A conversation that notes its stage: smtplib raises the same error before and after the final dot.

    Its own logging in and its own context manager are not used: the first shows a password that is not ASCII in its
    error, the second raises when QUIT is answered oddly.
    """

    def __init__(self, sock: socket.socket, local_hostname: str) -> None:
        super().__init__(local_hostname=local_hostname)
        self.sock = sock
        self.stage = Stage.GREETING

    def ask(self, stage: Stage, command: str = "", argument: str = "") -> Reply:
        """Send a command (none: the server speaks first) and wait for the answer. Raises OSError, as the others do."""
        self.stage = stage
        if command:
            self.putcmd(command, argument)
        return self._reply(*self.getreply())

    def say_hello(self) -> Reply:
        """EHLO; what the server then offers is in `esmtp_features`."""
        self.stage = Stage.EHLO
        return self._reply(*self.ehlo())

    def log_in(self, plain: bool, user: str, password: str) -> Reply:
        """One mechanism and one try: a wrong password tried by each of three is how accounts get locked."""
        if plain:
            return self.ask(Stage.AUTH, "AUTH", "PLAIN " + _base64(f"\0{user}\0{password}"))
        reply = self.ask(Stage.AUTH, "AUTH", "LOGIN")
        for answer in (user, password):
            if reply.code == _CHALLENGE:
                reply = self.ask(Stage.AUTH, _base64(answer))
        return reply

    def transmit(self, message: bytes, timeouts: Timeouts, hand_over: Callable[[], None]) -> Reply:
        """The message, then the dot by itself: until that has begun to leave, the server cannot have the message."""
        self.stage = Stage.BODY
        self.send(re.sub(rb"(?m)^\.", b"..", message) + (b"" if message.endswith(b"\r\n") else b"\r\n"))
        hand_over()
        self._must_be_there()
        self.wait_at_most(timeouts.dot)
        self.stage = Stage.DOT
        self.send(b".\r\n")
        reply = self._reply(*self.getreply())
        self.wait_at_most(timeouts.command)
        return reply

    def _must_be_there(self) -> None:
        """Raise OSError where the server has hung up already: after the dot, nobody could tell what that meant."""
        if self.sock is None or not select.select([self.sock], [], [], 0)[0]:
            return
        # Below TLS, which cannot look without taking.
        with socket.socket(fileno=os.dup(self.sock.fileno())) as raw:
            if not raw.recv(1, socket.MSG_PEEK):
                raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    def wait_at_most(self, seconds: float) -> None:
        """From now on, for each answer."""
        if self.sock is not None:
            self.sock.settimeout(seconds)

    def plain_socket(self) -> socket.socket:
        """The socket, to be encrypted. What came in after the answer to STARTTLS is dropped: it may be anyone's."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        if self.file is not None:
            self.file.close()
            self.file = None
        return self.sock

    def continue_over(self, sock: ssl.SSLSocket) -> None:
        """Forgets, as RFC 3207, 4.2 demands, what was offered in the clear."""
        self.sock = sock
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def _reply(self, code: int, text: bytes) -> Reply:
        return Reply(self.stage, code, text.decode(errors="replace"))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()

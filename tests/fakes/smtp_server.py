"""Two mail servers on loopback: a real one (aiosmtpd, with STARTTLS and login), and a scripted one that misbehaves.

Both are context managers that leave no thread and no socket behind. The certificate is made anew for each run.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fakes.listening import HOST, PATIENCE, HangUpError, Listening, lines_of, reset

if TYPE_CHECKING:
    from collections.abc import Sequence

USER = "watcher"
PASSWORD = "korrekt Pferd 漢 battery"  # invented; not ASCII, which smtplib's own login cannot do


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate for 127.0.0.1 and localhost (or another name), in one PEM file with its key."""

    path: Path

    @classmethod
    def made_in(cls, folder: Path, name: str = "localhost") -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names: list[x509.GeneralName] = [x509.DNSName(name)]
        if name == "localhost":
            names.append(x509.IPAddress(IPv4Address(HOST)))
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        path = folder / f"{name}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return cls(path)

    def for_server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context

    def for_client(self) -> ssl.SSLContext:
        """The default checks, with this certificate as the only authority."""
        return ssl.create_default_context(cafile=str(self.path))


@dataclass(frozen=True, slots=True)
class Received:
    """What the real server holds of one message, and how it came."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    encrypted: bool
    user: str | None


@dataclass
class MailServer:
    """The real one. With a certificate it takes mail only after STARTTLS and a login, or in TLS from the start."""

    certificate: Certificate | None = None
    tls_from_start: bool = False
    user: str = USER
    password: str = PASSWORD
    port: int = 0
    received: list[Received] = field(default_factory=list)
    logins: int = 0
    connections: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._clients: set[asyncio.BaseTransport] = set()
        context = self.certificate.for_server() if self.certificate and self.tls_from_start else None
        self._server = self._loop.run_until_complete(
            self._loop.create_server(self._conversation, HOST, self.port, ssl=context)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail server")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._server.close()
        self._loop.run_until_complete(self._closed())
        self._loop.close()

    async def _closed(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _conversation(self) -> SMTP:
        self.connections += 1
        starttls = self.certificate.for_server() if self.certificate and not self.tls_from_start else None
        conversation = SMTP(
            self,
            hostname="mail.example.org",
            loop=self._loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=self.certificate is not None,
            authenticator=self._authenticate,
        )
        conversation._auth_require_tls = not self.tls_from_start  # aiosmtpd does not see TLS that it did not begin
        return conversation

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, credentials: object
    ) -> AuthResult:
        self.logins += 1
        right = isinstance(credentials, LoginPassword) and (credentials.login, credentials.password) == (
            self.user.encode(),
            self.password.encode(),
        )
        return AuthResult(success=right, handled=False, auth_data=self.user)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        assert isinstance(envelope.content, bytes)
        self.received.append(
            Received(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                content=envelope.content,
                encrypted=self.tls_from_start or session.ssl is not None,
                user=session.auth_data if session.authenticated else None,
            )
        )
        return "250 2.0.0 Ok: queued as 4711"


DROP = None  # as an answer: hang up, without a word


@dataclass(frozen=True, slots=True)
class Script:
    """What the scripted server says at each stage of one connection; `DROP` instead of words hangs up there.

    Answers are whole replies without their last CRLF. DROP as `body` hangs up in the midst of a message; `silent_at`
    names a stage at which it says nothing and waits until the client gives up. `rcpt_of` has the answers to recipients
    for whom that is another than `rcpt`; above the size of `largest` it takes none.
    """

    greeting: str | None = "220 mail.example.org ESMTP"
    ehlo: str | None = "250-mail.example.org\r\n250-SIZE 20000000\r\n250 AUTH PLAIN LOGIN"
    starttls: str | None = "220 go ahead"
    auth: str | None = "235 welcome"
    mail: str | None = "250 ok"
    rcpt: str | None = "250 ok"
    data: str | None = "354 go ahead"
    body: str | None = ""
    dot: str | None = "250 2.0.0 Ok: queued as 4711"
    rset: str | None = "250 ok"
    quit: str | None = "221 bye"
    silent_at: str = ""
    rcpt_of: Mapping[str, str] = field(default_factory=dict)
    largest: int = 0


class ScriptedServer(Listening):
    """Plays one script a connection, the last one again and again. `messages` are those that came with their dot, and
    `held` those of them that it has not turned down.
    """

    def __init__(self, *scripts: Script, certificate: Certificate | None = None, port: int = 0) -> None:
        self._scripts: Sequence[Script] = scripts or (Script(),)
        self._certificate = certificate
        self.port = port
        self.commands: list[str] = []
        self.messages: list[bytes] = []
        self.held: list[bytes] = []
        self.connections = 0

    def _listen(self) -> socket.socket:
        listener = super()._listen()
        # Little room, so that a long message cannot have left the client when the server hangs up in its midst.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        return listener

    def _converse(self, client: socket.socket, file: BinaryIO) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        with closing(_Conversation(self, client, file, script, self._certificate)) as conversation:
            conversation.run()


class _Conversation:
    def __init__(
        self,
        server: ScriptedServer,
        client: socket.socket,
        file: BinaryIO,
        script: Script,
        certificate: Certificate | None,
    ) -> None:
        self._server = server
        self._sock, self._file = client, file
        self._script = script
        self._certificate = certificate

    def run(self) -> None:
        self._say("greeting")
        while line := self._file.readline():
            command = line.decode("latin-1").rstrip("\r\n")  # a TLS greeting, too, if one comes
            self._server.commands.append(command)
            verb = command.split(" ")[0].lower()
            match verb:
                case "data":
                    self._say("data")
                    if (self._script.data or "").startswith("354"):
                        self._take_message()
                        self._say("dot")
                case "starttls":
                    self._say("starttls")
                    if (self._script.starttls or "").startswith("220"):
                        self._encrypt()
                case "quit":
                    self._say("quit")
                    return
                case "mail" if 0 < self._script.largest < int(command.partition(" SIZE=")[2] or 0):
                    self._sock.sendall(b"552 5.3.4 too large\r\n")
                case "rcpt" if (answer := self._script.rcpt_of.get(command[9:].rstrip(">"))) is not None:
                    self._sock.sendall(answer.encode() + b"\r\n")
                case "ehlo" | "auth" | "mail" | "rcpt" | "rset":
                    self._say(verb)
                case _:  # an answer to a challenge
                    self._say("auth")

    def close(self) -> None:
        self._file.close()
        self._sock.close()

    def _say(self, stage: str) -> None:
        if self._script.silent_at == stage:
            self._file.readline()  # until the client gives up
            raise HangUpError
        words = getattr(self._script, stage)
        if words is DROP:
            raise HangUpError
        self._sock.sendall(words.encode() + b"\r\n")

    def _take_message(self) -> None:
        if self._script.body is DROP:
            reset(self._sock)
        message, answer = b"".join(lines_of(self._file)), self._script.dot
        self._server.messages.append(message)
        if answer is DROP or answer[0] not in "45":
            self._server.held.append(message)

    def _encrypt(self) -> None:
        assert self._certificate is not None
        self._file.close()
        self._sock = self._certificate.for_server().wrap_socket(self._sock, server_side=True)
        self._file = self._sock.makefile("rb")

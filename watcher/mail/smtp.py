"""Delivery over SMTP: one verified connection for several messages, and of each whether the server has it, has it not,
or may have it.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
from typing import TYPE_CHECKING, Literal, Self

from watcher.addresses import is_loopback
from watcher.errors import DeliveryError
from watcher.mail.replies import Reply, Stage
from watcher.mail.smtp_session import Session, Timeouts
from watcher.mail.tls import encrypted
from watcher.secrets import redacted
from watcher.told import Attempt, Outcome

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType

    from watcher.told import Delivery

Security = Literal["starttls", "tls", "none"]

_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # printable ASCII without white space and angle brackets
_MOST_WORDS = 400


class SmtpTransport:
    """A mail server, as a context manager: connects once, and again after a drop; `send` attempts one delivery.

    A server that cannot be reached, or puts us off, defers every delivery. One that cannot be used until somebody mends
    something (certificate, STARTTLS, login, sender) raises `DeliveryError`: from the constructor, on entering, or from
    `send`, and the delivery at hand was then not sent. `password` stands in no text that leaves here. `ssl_context`
    stands in for the system's certificates.
    """

    def __init__(
        self,
        host: str,
        port: int,
        security: Security,
        *,
        sender: str,
        user: str | None = None,
        password: str | None = None,
        local_hostname: str | None = None,
        allow_plaintext: bool = False,
        timeouts: Timeouts | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        if security == "none" and not is_loopback(host) and not (allow_plaintext and user is None):
            raise DeliveryError(
                f'security = "none" would send {"mail" if user is None else "the password"} to {host} in the clear: '
                f'write "starttls" or "tls"{", or allow_plaintext = true" if user is None else ""}'
            )
        if user is not None and not password:
            raise DeliveryError(
                f"there is no password for user {user} of {host}: give password_file or $WATCHER_SMTP_PASSWORD"
            )
        if not _ADDRESS.fullmatch(sender):
            raise DeliveryError(f"{sender!r} cannot be a sender: write an address such as watcher@example.org")
        self._host = host
        self._where = f"the mail server {host}:{port}"
        self._port = port
        self._security = security
        self._sender = sender
        self._user = user
        self._password = password
        self._local_hostname = local_hostname
        self._timeouts = timeouts or Timeouts()
        self._ssl_context = ssl_context
        self._session: Session | None = None
        self._unreachable: str | None = None

    @property
    def unreachable(self) -> str | None:
        """Why the server cannot be reached, where that was tried in vain: every delivery is then deferred."""
        return self._unreachable

    def __repr__(self) -> str:
        return f"<SmtpTransport {self._host}:{self._port} {self._security}>"

    def __enter__(self) -> Self:
        self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # However QUIT is answered, nothing that the server has confirmed comes into question by it.
        try:
            if self._session is not None and error is None:
                with contextlib.suppress(OSError):
                    self._session.wait_at_most(self._timeouts.connect)
                    self._session.ask(Stage.QUIT, "QUIT")
        finally:
            self._hang_up()

    def send(self, delivery: Delivery, hand_over: Callable[[], None] = lambda: None) -> Attempt:
        """Attempt one delivery, its bytes as they are, with `hand_over` called before the final dot leaves.

        Raises `DeliveryError` where the server takes none of ours.
        """
        if not _ADDRESS.fullmatch(delivery.recipient):
            return Attempt(Outcome.REFUSED, f"{delivery.recipient!r} is not an ASCII address, as this mail needs it")
        session = self._ready()
        if session is None:
            return Attempt(Outcome.DEFERRED, self._unreachable or "")
        try:
            reply = self._last_word(session, delivery, hand_over)
        except OSError as error:  # which smtplib's errors are
            self._hang_up()
            return Attempt(session.stage.if_lost, f"{self._where} broke off at {session.stage}: {_words(error)}")
        if reply.ends_conversation:
            self._hang_up()
        return Attempt(reply.outcome, self._quoted(reply))

    def _last_word(self, session: Session, delivery: Delivery, hand_over: Callable[[], None]) -> Reply:
        """The server's answer on which the delivery rests: to the final dot, or to the command that it turned down."""
        size = f" SIZE={len(delivery.message)}" if session.has_extn("size") else ""
        reply = session.ask(Stage.MAIL, "MAIL", f"FROM:<{self._sender}>{size}")
        if reply.refuses and not reply.too_large:
            login = "" if self._user else ", or give user and password"
            raise self._refusal(f"does not take mail from {self._sender}: correct from in [mail]{login}", reply)
        if reply.agrees:
            reply = session.ask(Stage.RCPT, "RCPT", f"TO:<{delivery.recipient}>")
        if reply.wants_login:
            raise self._refusal("wants a login first: give user and password in [mail]", reply)
        if reply.stage is Stage.RCPT and reply.agrees:
            reply = session.ask(Stage.DATA, "DATA")
        return session.transmit(delivery.message, self._timeouts, hand_over) if reply.wants_message else reply

    def _ready(self) -> Session | None:
        """The connection, ready for a message; None where the server cannot be reached, which is tried only once."""
        if self._session is not None and self._session.stage is not Stage.READY:
            alive = False
            with contextlib.suppress(OSError):
                alive = self._session.ask(Stage.RSET, "RSET").agrees
            if not alive:
                self._hang_up()
        if self._session is None and self._unreachable is None:
            self._connect()
        return self._session

    def _connect(self) -> None:
        try:
            with contextlib.ExitStack() as undo:
                session = self._open()
                undo.callback(session.close)
                self._introduce(session)
                undo.pop_all()
                self._session = session
        except OSError as error:
            self._unreachable = f"no connection to {self._where}: {_words(error)}"

    def _open(self) -> Session:
        try:
            sock = socket.create_connection((self._host, self._port), self._timeouts.connect)
        except UnicodeError:  # from the codec for international names
            raise DeliveryError(f"{self._host!r} is not a host's name: correct host in [mail]") from None
        with contextlib.ExitStack() as undo:
            undo.callback(sock.close)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the final dot is sent by itself
            if self._security == "tls":
                sock = encrypted(sock, self._host, self._where, self._ssl_context)
                undo.callback(sock.close)
            sock.settimeout(self._timeouts.command)
            session = Session(sock, self._local_hostname or _address_literal(sock))
            undo.pop_all()
        return session

    def _introduce(self, session: Session) -> None:
        self._expect(session.ask(Stage.GREETING), "does not serve us")
        self._expect(session.say_hello(), "does not serve us")
        if self._security == "starttls":
            if not session.has_extn("starttls"):
                raise DeliveryError(
                    f"{self._where} does not offer STARTTLS, and nothing is sent in the clear: "
                    'write the port that does (often 587), or security = "tls" with its port (often 465)'
                )
            reply = session.ask(Stage.STARTTLS, "STARTTLS")
            if not reply.agrees and not reply.closing:
                raise self._refusal("refuses STARTTLS, and nothing is sent in the clear: ask who runs it", reply)
            self._expect(reply, "refuses STARTTLS")
            plain = session.plain_socket()
            session.continue_over(encrypted(plain, self._host, self._where, self._ssl_context))
            self._expect(session.say_hello(), "does not serve us")
        if self._user is not None and self._password is not None:
            mechanisms = session.esmtp_features.get("auth", "").upper().split()
            if "PLAIN" not in mechanisms and "LOGIN" not in mechanisms:
                raise DeliveryError(
                    f"{self._where} offers no login with a password (PLAIN or LOGIN): take user out of [mail], "
                    "or use its port for submission (often 587)"
                )
            reply = session.log_in("PLAIN" in mechanisms, self._user, self._password)
            self._expect(reply, f"does not accept user {self._user} with this password: correct either")
        session.stage = Stage.READY

    def _expect(self, reply: Reply, complaint: str) -> None:
        """Raise `DeliveryError` if it refuses for good, ConnectionError if it does so for now."""
        if reply.refuses:
            raise self._refusal(complaint, reply)
        if not reply.agrees:
            raise ConnectionError(self._quoted(reply))

    def _refusal(self, complaint: str, reply: Reply) -> DeliveryError:
        return DeliveryError(f"{self._where} {complaint}; it said: {self._quoted(reply)}")

    def _quoted(self, reply: Reply) -> str:
        """The server's words on one line, without the password, should it repeat that."""
        words = " ".join(redacted(reply.text, self._password).split())
        printable = "".join(c for c in words if c.isprintable())[:_MOST_WORDS]
        return f"{reply.code if reply.code > 0 else 'no SMTP reply:'} {printable} (at {reply.stage})"

    def _hang_up(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def _address_literal(sock: socket.socket) -> str:
    """Our end of the connection as RFC 5321, 4.1.3 writes it; asking DNS for our own name may hang, and tells more."""
    address = ipaddress.ip_address(sock.getsockname()[0].partition("%")[0])
    return f"[{'IPv6:' if address.version == 6 else ''}{address}]"


def _words(error: OSError) -> str:
    return error.strerror or str(error)

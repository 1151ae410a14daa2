"""The client: polite, bounded, silent about secrets, and no failure of a server's gets out as anything but words."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.loopback import Breakage
from tests.sources.played import KEY, URL, Play, Server, body_of, failure, redirect
from watcher.errors import SourceError
from watcher.sources import http
from watcher.sources.failures import pause_asked_for
from watcher.sources.http import Answer, Client, HttpError, PassingError, Timeouts
from watcher.sources.limiter import Limiter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


# -- retries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int) -> None:
    pauses: list[float] = []
    play = Play((status, {}, b"busy"), (status, {}, b"busy"), (200, {}, b"here"))
    assert Client(play=play, sleep=pauses.append).get(URL, body_of) == b"here"
    assert len(pauses) == 2


def test_pauses_double_and_differ() -> None:
    rounds = []
    for _ in range(20):
        pauses: list[float] = []
        failure(Client(play=Play((500, {}, b"")), sleep=pauses.append))
        rounds.append(pauses)
    for pauses in rounds:
        assert len(pauses) == http.ATTEMPTS - 1
        assert all(0.5 * 2**n <= pause <= 1.5 * 2**n for n, pause in enumerate(pauses))
    assert len({pauses[0] for pauses in rounds}) > 1


def test_after_four_attempts_it_is_an_error_in_the_server_s_words() -> None:
    play = Play((503, {}, b"<html><head><title>Down</title></head><body>for maintenance</body></html>"))
    error = failure(Client(play=play, sleep=lambda _: None))
    assert str(error) == f"{URL}: HTTP 503: Down for maintenance (4 attempts)"
    assert len(play.asked) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 414])
def test_a_plain_no_is_not_asked_again(status: int) -> None:
    play = Play((status, {}, b"no such thing"))
    error = failure(Client(play=play))
    assert isinstance(error, HttpError)
    assert error.status == status
    assert "no such thing" in str(error)
    assert len(play.asked) == 1


def test_a_400_that_relays_another_server_s_502_passes() -> None:
    relayed = b"<eFetchResult><ERROR>Error reading from server: 502 Bad Gateway</ERROR></eFetchResult>"
    play = Play((400, {}, relayed), (200, {}, b"here"))
    assert Client(play=play, sleep=lambda _: None).get(URL, body_of) == b"here"


def test_retry_after_in_seconds_is_honoured() -> None:
    pauses: list[float] = []
    play = Play((429, {"Retry-After": "17"}, b""), (200, {}, b"here"))
    assert Client(play=play, sleep=pauses.append).get(URL, body_of) == b"here"
    assert pauses == [17.0]


def test_retry_after_as_a_date_is_honoured() -> None:
    pauses: list[float] = []
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    play = Play((503, {"Retry-After": date}, b""), (200, {}, b"here"))
    assert Client(play=play, sleep=pauses.append).get(URL, body_of) == b"here"
    assert 50 < pauses[0] <= 60


def test_a_server_that_wants_a_long_pause_gets_it() -> None:
    play = Play((429, {"Retry-After": "121"}, b"slow down"))
    error = failure(Client(play=play))
    assert "the server asks for a pause of 121 s" in str(error)
    assert "slow down" in str(error)
    assert len(play.asked) == 1


@pytest.mark.parametrize("value", ["", "soon", "-3", "1.5", "Fri, 31 Dec 99999 23:59:59 GMT", "inf", "\u0663"])
def test_a_retry_after_that_says_nothing_is_ignored(value: str) -> None:
    assert pause_asked_for(value) is None


@given(st.text())
def test_any_retry_after_is_a_pause_or_none(value: str) -> None:
    pause = pause_asked_for(value)
    assert pause is None or pause >= 0


def test_a_failure_of_reading_counts_as_an_attempt() -> None:
    def read(answer: Answer) -> bytes:
        if answer.body == b"nonsense":
            raise PassingError("nonsense came")
        return answer.body

    play = Play((200, {}, b"nonsense"), (200, {}, b"here"))
    assert Client(play=play, sleep=lambda _: None).get(URL, read) == b"here"
    play = Play((200, {}, b"nonsense"))
    assert str(failure(Client(play=play, sleep=lambda _: None), read=read)) == "nonsense came (4 attempts)"


# -- real connections ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("breakage", [b for b in Breakage if b not in {Breakage.STALL, Breakage.STALL_IN_BODY}])
def test_broken_connections_are_tried_again_and_told(server: Server, breakage: Breakage) -> None:
    pauses: list[float] = []
    client = Client(sleep=pauses.append)
    server.fail_next(breakage, breakage)
    assert client.get(server.root, body_of) == b"x" * 1000
    assert len(pauses) == 2
    server.fail_next(*[breakage] * 4)
    error = failure(client, server.root)
    assert "the connection failed" in str(error)
    assert "Connection" not in str(error).replace("Connection reset", "")
    client.close()


@pytest.mark.parametrize("breakage", [Breakage.STALL, Breakage.STALL_IN_BODY])
def test_a_stalled_answer_is_given_up(server: Server, breakage: Breakage) -> None:
    server.fail_next(*[breakage] * 4)
    client = Client(sleep=lambda _: None, timeouts=Timeouts(read=0.05))
    assert "no answer, or no more of it, within 0.05 s (4 attempts)" in str(failure(client, server.root))
    client.close()


def test_a_slow_drip_ends_at_the_deadline(server: Server) -> None:
    """Half the body comes and then nothing, which for the socket is no matter for a long while yet."""
    server.fail_next(*[Breakage.STALL_IN_BODY] * 4)
    client = Client(sleep=lambda _: None, timeouts=Timeouts(read=60, deadline=0.05))
    assert "the answer was not complete within 0.05 s (4 attempts)" in str(failure(client, server.root))
    client.close()


ENDLESS = {
    "answers 100": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Drip: 1\r\n"),
    "a gzip that holds nothing": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10], b"\0\0\0\xff\xff",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_is_ended(what: str) -> None:
    """Each of them is well-formed so far, brings nothing, and always the next byte of it is in time."""
    start, more = ENDLESS[what]
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for _ in range(http.ATTEMPTS):
                connection, _ = listening.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(5)  # who has gone may leave a window that is shut
                    connection.recv(1000)
                    connection.sendall(start)
                    while True:
                        connection.sendall(more)

        thread = threading.Thread(target=serve)
        thread.start()
        client = Client(sleep=lambda _: None, timeouts=Timeouts(read=0.1, deadline=0.1))
        error = failure(client, f"http://127.0.0.1:{listening.getsockname()[1]}/")
        client.close()
        thread.join()
    assert "within 0.1 s (4 attempts)" in str(error)


def test_no_connection_and_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    error = failure(Client(sleep=lambda _: None), f"http://127.0.0.1:{port}/")
    assert "the connection failed: Connection refused (4 attempts)" in str(error)

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure(Client(sleep=lambda _: None), "http://no-such-host.example/?api_key=" + KEY)
    assert "the name of the host is not known" in str(error)
    assert KEY not in str(error)


def test_an_unverified_certificate_is_told_and_not_tried_again(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    accepted = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            accepted.append(1)
            with connection:
                try:
                    context.wrap_socket(connection, server_side=True).close()
                except (ssl.SSLError, OSError):
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        error = failure(Client(), f"https://127.0.0.1:{listening.getsockname()[1]}/")
        thread.join()
    assert "its TLS certificate could not be verified: " in str(error)
    assert "self-signed certificate" in str(error)
    assert accepted == [1]


def self_signed(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return file


# -- bounds -------------------------------------------------------------------------------------------------------


def test_an_answer_larger_than_allowed_is_cut_off() -> None:
    play = Play((200, {}, b"x" * 2_000_001))
    with pytest.raises(SourceError, match="larger than 2 MB and was cut off"):
        Client(play=play).get(URL, body_of, largest=2_000_000)
    assert len(play.asked) == 1


def test_so_is_one_that_unpacks_to_more() -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    play = Play((200, {"Content-Encoding": "gzip"}, bomb))
    with pytest.raises(SourceError, match="larger than 1 MB and was cut off"):
        Client(play=play).get(URL, body_of, largest=1_000_000)
    assert Client(play=Play((200, {"Content-Encoding": "gzip"}, gzip.compress(b"text")))).get(URL, body_of) == b"text"


def test_a_body_that_cannot_be_unpacked_is_a_failure() -> None:
    error = failure(Client(play=Play((200, {"Content-Encoding": "gzip"}, b"no gzip")), sleep=lambda _: None))
    assert "the connection failed" in str(error)


def test_requests_are_evenly_spaced() -> None:
    now = 0.0
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        pauses.append(seconds)
        now += seconds

    client = Client(play=Play((200, {}, b"")), sleep=sleep, monotonic=lambda: now)
    limiter = Limiter(3, sleep, lambda: now)
    starts = []
    for _ in range(7):
        client.get(URL, body_of, limiter=limiter)
        starts.append(now)
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert gaps == pytest.approx([1 / 3] * 6)
    now += 100
    pauses.clear()
    client.get(URL, body_of, limiter=limiter)
    assert pauses == []


def test_the_limiter_holds_across_threads_and_for_retries_and_redirects() -> None:
    slots: list[float] = []
    limiter = Limiter(10, slots.append, lambda: 0.0)
    threads = [threading.Thread(target=limiter.wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slots) == pytest.approx([n / 10 for n in range(1, 8)])

    waits: list[float] = []
    play = Play((500, {}, b""), redirect("/other"), (200, {}, b"here"))
    client = Client(play=play, sleep=lambda _: None)
    client.get(URL, body_of, limiter=Limiter(1, waits.append, lambda: 0.0))
    assert waits == [1.0, 2.0]

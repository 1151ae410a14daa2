"""A name that leads into a private network is found out when it is connected to, before anything is sent."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.loopback import Answer as Reply
from tests.sources.played import Play, Played, Server, body_of, failure, redirect
from watcher.sources.http import Client, InwardError
from watcher.sources.http_session import _PlayedTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLIC = "http://public.example/feed"


@pytest.fixture(autouse=True)
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each name under "example" is on loopback; gives the names as they are looked up."""
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def ours(host: str, port: int, *rest: Any, **named: Any) -> Any:
        if not host.endswith(".example"):
            return look_up(host, port, *rest, **named)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", ours)
    return asked


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@contextmanager
def client_of(*answers: Played) -> Iterator[Client]:
    """A client to which a server out in the world, which is played, gives these answers; all behind it is real."""
    client = Client(sleep=lambda _: None)
    if answers:
        client._anywhere.mount("http://public.example/", _PlayedTransport(Play(*answers)))
    yield client
    client.close()


def named(server: Server, host: str) -> str:
    return server.root.replace("127.0.0.1", host) + "/secrets"


def test_a_name_that_resolves_to_a_private_address_is_refused_behind_a_redirect(
    server: Server, looked_up: list[str]
) -> None:
    target = named(server, "innocent.example")
    with client_of(redirect(target)) as client:
        error = failure(client, PUBLIC)
    assert isinstance(error, InwardError)
    assert str(error) == f"{target}: a redirect led here, into a private network (127.0.0.1), which is refused"
    assert server.requests == []
    assert looked_up == ["innocent.example"]  # and is not tried again


def test_so_it_is_behind_several(server: Server) -> None:
    with client_of(redirect("/b"), redirect(named(server, "innocent.example"))) as client:
        assert isinstance(failure(client, PUBLIC), InwardError)
    assert server.requests == []


def test_under_tls_nothing_is_sent_either() -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                heard.append(connection.recv(1000))

        thread = threading.Thread(target=serve)
        thread.start()
        with client_of(redirect(f"https://innocent.example:{listening.getsockname()[1]}/")) as client:
            assert isinstance(failure(client, PUBLIC), InwardError)
        thread.join()
    assert heard == [b""]


def test_a_connection_that_the_user_opened_is_not_taken_for_it(server: Server) -> None:
    own = named(server, "intranet.example")
    with client_of(redirect(own)) as client:
        assert client.get(own, body_of) == b"x" * 1000
        assert isinstance(failure(client, PUBLIC), InwardError)
    assert len(server.requests) == 1


def test_a_server_within_may_send_us_to_another(server: Server) -> None:
    for target in (named(server, "other.example"), server.root + "/secrets"):
        server.fail_next(Reply(302, b"", {"Location": target}))
        with client_of() as client:
            assert client.get(named(server, "intranet.example"), body_of) == b"x" * 1000
    assert len(server.requests) == 4


def test_an_answer_says_whether_it_came_from_within(server: Server) -> None:
    with client_of((200, {}, b"news")) as client:
        assert client.get(server.root, lambda answer: answer.from_inside)
        assert not client.get(PUBLIC, lambda answer: answer.from_inside)


def test_through_a_proxy_it_is_the_proxy_that_connects(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our other end is the proxy, which stands where the user wants it; addresses are judged by their text then."""
    monkeypatch.setenv("http_proxy", server.root)
    server.fail_next(Reply(302, b"", {"Location": "http://elsewhere.example/"}))
    with client_of() as client:
        assert client.get(PUBLIC, body_of) == b"x" * 1000
        assert [request.target for request in server.requests] == [PUBLIC, "http://elsewhere.example/"]
        server.fail_next(Reply(302, b"", {"Location": "http://10.0.0.1/"}))
        assert isinstance(failure(client, PUBLIC), InwardError)
    assert len(server.requests) == 3

"""Where a server may send the client, and what it may hear: no private network, no other scheme, no secret."""

from __future__ import annotations

import contextlib
import logging
import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.loopback import Answer as Reply
from tests.fakes.loopback import Breakage
from tests.sources.played import EMAIL, KEY, URL, Play, Played, Server, body_of, failure, redirect
from watcher.errors import SourceError
from watcher.sources.addresses import leads_inward, without_secrets
from watcher.sources.failures import first_words
from watcher.sources.http import Answer, Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


# -- redirects ----------------------------------------------------------------------------------------------------


def answer_of(*answers: Played, url: str = URL) -> Answer:
    return Client(play=Play(*answers)).get(url, lambda answer: answer)


def test_a_permanent_move_is_reported() -> None:
    there = "https://other.example/new"
    assert answer_of(redirect(there, 301), (200, {}, b"")).moved_to == there
    assert answer_of(redirect(there, 308), redirect("/newer", 301), (200, {}, b"")).moved_to == (
        "https://other.example/newer"
    )


def test_a_move_for_now_is_not_nor_what_comes_after_one() -> None:
    answer = answer_of(redirect("/b"), redirect("/c", 301), (200, {}, b"here"))
    assert (answer.moved_to, answer.url, answer.body) == (None, "https://server.example/c", b"here")
    assert answer_of(redirect("/b", 301), redirect("/c"), (200, {}, b"")).moved_to == "https://server.example/b"


def test_loops_end() -> None:
    play = Play(redirect("/page"))
    assert "more than 5 redirects" in str(failure(Client(play=play)))
    assert len(play.asked) == 6


@pytest.mark.parametrize("location", ["ftp://server.example/x", "file://server.example/etc/passwd"])
def test_only_http_and_https_are_followed(location: str) -> None:
    assert "only http and https addresses are read" in str(failure(Client(play=Play(redirect(location)))))


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "javascript:alert(1)", "http://[", "http://", "https://[::1", "http://a:b/"]
)
def test_a_redirect_to_no_address_is_refused(location: str) -> None:
    assert "it redirects to " in str(failure(Client(play=Play(redirect(location)))))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://server.example/", "gopher://x", "", "/etc/passwd"])
def test_nor_is_anything_else_opened(url: str) -> None:
    assert "only http and https addresses are read" in str(failure(Client(), url))


@pytest.mark.parametrize(
    "url", ["http://[", "http://", "http:///x", "https://exa mple:x/", "http://\udcff/", "http://*/"]
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", unknown)
        failure(Client(sleep=lambda _: None), url)


def test_a_redirect_without_an_address_is_an_error() -> None:
    assert "HTTP 301" in str(failure(Client(play=Play((301, {}, b"")))))


INWARD = [
    "http://127.0.0.1/", "http://127.9.9.9:8080/x", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/",
    "http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.9/", "http://169.254.169.254/latest/meta-data/",
    "http://0.0.0.0/", "http://[::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[fec0::1]/", "http://[::ffff:127.0.0.1]/",
    "http://100.64.0.1/", "http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://[::]/", "http://224.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("location", INWARD)
def test_a_public_server_may_not_send_us_inward(location: str) -> None:
    play = Play(redirect(location), (200, {}, b"what only the user may see"))
    assert "it redirects into a private network" in str(failure(Client(play=play)))
    assert len(play.asked) == 1


def test_a_server_on_loopback_may() -> None:
    answer = answer_of(redirect("http://localhost:81/"), (200, {}, b"here"), url="http://127.0.0.1:80/")
    assert answer.body == b"here"
    play = Play(redirect(URL), redirect("http://127.0.0.1/"), (200, {}, b""))
    assert "private network" in str(failure(Client(play=play), "http://127.0.0.1/"))


@pytest.mark.parametrize("url", [URL, "http://8.8.8.8/", "https://[2606:4700::1111]/", "http://1.example/"])
def test_public_addresses_are_public(url: str) -> None:
    assert not leads_inward(url)


def test_other_letters_in_a_location_arrive() -> None:
    location = "/ä".encode().decode("latin-1")
    assert answer_of(redirect(location), (200, {}, b"")).url == "https://server.example/%C3%A4"


@settings(max_examples=50)
@given(st.text(st.characters(max_codepoint=255), min_size=1))
def test_any_location_ends_in_an_answer_or_an_error(location: str) -> None:
    with contextlib.suppress(SourceError):
        assert answer_of(redirect(location), (200, {}, b"here")).body == b"here"


# -- secrets ------------------------------------------------------------------------------------------------------


def asked_with_secrets() -> str:
    return f"https://server.example/x?term=skin&api_key={KEY}&email={EMAIL.replace('+', '%2B').replace('@', '%40')}"


def everything_in(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield str(error)
        yield repr(error.args)
        error = error.__cause__ or error.__context__


ECHOES: list[Played] = [
    (429, {"Retry-After": "500"}, f'{{"error":"API rate limit exceeded","api-key":"{KEY}"}}'.encode()),
    (429, {}, f'{{"error":"API rate limit exceeded","api-key":"{KEY}"}}'.encode()),
    (400, {}, f"<ERROR>{KEY} {EMAIL}</ERROR>".encode()),
    (404, {}, asked_with_secrets().encode()),
    redirect(asked_with_secrets()),
    redirect("ftp" + asked_with_secrets().removeprefix("https")),
    redirect("http://127.0.0.1/?api_key=" + KEY),
]


@pytest.mark.parametrize("echo", ECHOES)
def test_a_secret_that_the_server_repeats_is_in_no_error_and_no_log(
    echo: Played, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    error = failure(Client(play=Play(echo), sleep=lambda _: None), asked_with_secrets())
    for text in (*everything_in(error), caplog.text):
        assert KEY not in text
        assert EMAIL not in text
        assert "%40example.org" not in text


def failure_of(ask: Callable[[], bytes]) -> SourceError | None:
    try:
        ask()
    except SourceError as error:
        return error
    return None


@pytest.mark.parametrize("fault", [None, Breakage.RESET, Breakage.CUT, Reply(503, KEY.encode())])
def test_nor_does_the_library_below_log_it(
    server: Server, caplog: pytest.LogCaptureFixture, fault: Breakage | Reply | None
) -> None:
    caplog.set_level(logging.DEBUG)
    server.faults = lambda _: fault
    client = Client(sleep=lambda _: None)
    url = server.root + f"/x?term=skin&api_key={KEY}&email={EMAIL}"
    said = list(everything_in(failure_of(lambda: client.get(url, body_of))))
    said += everything_in(failure_of(lambda: client.post(server.root, {"api_key": KEY, "email": EMAIL}, body_of)))
    client.close()
    assert not any(KEY in text or EMAIL in text for text in said)
    assert bool(said) == bool(fault)
    assert "term=skin" in caplog.text
    assert KEY not in caplog.text
    assert EMAIL not in caplog.text
    sent = server.requests[0].parameters
    assert sent["api_key"] == KEY


def test_secrets_go_to_no_other_server() -> None:
    for status in (302, 307, 308):
        play = Play(redirect("https://other.example/", status), (200, {}, b""))
        with pytest.raises(SourceError, match="not trusted with what was sent"):
            Client(play=play).post(URL, {"api_key": KEY}, body_of)
        assert len(play.asked) == 1
    play = Play(redirect("http://server.example/?api_key=" + KEY), (200, {}, b""))
    assert "not trusted" in str(failure(Client(play=play), asked_with_secrets()))
    assert answer_of(redirect("/y"), (200, {}, b"here"), url=asked_with_secrets()).body == b"here"


def test_an_address_is_shown_without_secrets() -> None:
    assert without_secrets("https://me:pw@server.example/x?term=skin&api_key=1&email=a#f") == (
        "https://server.example/x?term=skin"
    )
    assert len(without_secrets("https://server.example/?term=" + "a" * 5000)) < 120
    assert without_secrets("http://[") == "an address that cannot be read"


@given(st.binary())
def test_any_error_page_has_first_words(body: bytes) -> None:
    assert len(first_words(body)) <= 162

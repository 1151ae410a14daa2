"""Servers for the client's tests: one that is played, one on loopback, and how a failure is had from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.loopback import Answer as Reply
from tests.fakes.loopback import LoopbackServer, Request
from watcher.errors import SourceError
from watcher.sources.http import Answer, Client, HttpError, InwardError, PauseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY, EMAIL = "0123456789abcdefSECRET", "reader+secret@example.org"
URL = "https://server.example/page"
Played = tuple[int, "Mapping[str, str]", bytes]


class Server(LoopbackServer):
    def answer(self, request: Request) -> Reply:
        return Reply(200, b"x" * 1000)


class Play:
    """Answers in turn, the last one for ever; remembers what was asked."""

    def __init__(self, *answers: Played) -> None:
        self.answers, self.asked = list(answers), list[tuple[str, str, str]]()

    def __call__(self, method: str, url: str, body: str, headers: Mapping[str, str]) -> Played:
        self.asked.append((method, url, body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def body_of(answer: Answer) -> bytes:
    return answer.body


def failure(client: Client, url: str = URL, read: Callable[[Answer], object] = body_of) -> SourceError:
    with pytest.raises(SourceError) as caught:
        client.get(url, read)
    assert type(caught.value) in {SourceError, HttpError, InwardError, PauseError}
    return caught.value


def redirect(location: str, status: int = 302) -> Played:
    return status, {"Location": location}, b""

"""The fake feeds answer conditional requests as RFC 9110 has it."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import deque

import pytest

from tests.fakes.feed_server import FeedServer
from tests.fakes.loopback import Answer


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read(), dict(response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def test_an_unchanged_feed_is_answered_without_a_body() -> None:
    with FeedServer() as server:
        url = server.put("/news.xml", b"<rss/>", last_modified="Thu, 03 Jun 2021 10:00:00 GMT")
        status, body, headers = get(url)
        assert (status, body) == (200, b"<rss/>")
        assert get(url, If_None_Match=headers["ETag"])[:2] == (304, b"")
        assert get(url, If_Modified_Since=headers["Last-Modified"])[:2] == (304, b"")
        server.put("/news.xml", b"<rss>new</rss>")
        assert get(url, If_None_Match=headers["ETag"])[:2] == (200, b"<rss>new</rss>")
        assert len(server.asked("/news.xml")) == 4


def test_without_validators_the_whole_feed_comes_each_time() -> None:
    with FeedServer() as server:
        url = server.put("/news.xml", b"<rss/>", etag=False)
        status, _, headers = get(url)
        assert status == 200
        assert "ETag" not in headers
        assert get(url, If_None_Match='"anything"')[0] == 200


@pytest.mark.parametrize("path", ["/gone.xml", "/never.xml"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    with FeedServer() as server:
        server.put("/gone.xml", b"<rss/>")
        server.remove("/gone.xml")
        assert get(server.root + path)[0] == 404


def test_faults_come_before_the_feed() -> None:
    with FeedServer() as server:
        url = server.put("/news.xml", b"<rss/>")
        server.faults = deque([None, Answer(503, b"busy")])
        assert [get(url)[0] for _ in range(3)] == [200, 503, 200]

"""Parsing keeps to itself: whatever an answer names, no address is asked, no file there read, and none is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.fakes.feed_server import FeedServer
from tests.fakes.pubmed_fixture import article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Ends the process at whatever Python itself is asked to write, start or connect to, from the first import on; what is
# done in C, by lxml and expat, is seen from outside: by the server and the folder that the documents name.
SCRIPT = """
import json, os, sys

def refuse(event, arguments):
    outward = event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostby", "subprocess.", "os.system"))
    changes = event in {"os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
    makes = event == "os.mkdir" and not os.path.isdir(arguments[0])  # Biopython makes sure of a folder that it ships
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if outward or changes or makes or writes:
        os.write(2, f"{event} {arguments}".encode())
        os._exit(3)

sys.addaudithook(refuse)
from watcher.errors import SourceError
from watcher.models import Feed
from watcher.sources import feeds, pages
from watcher.sources.eutils import Eutils
from watcher.sources.http import Client
from watcher.sources.validators import Validators

def read(utility, body):
    client = Client(play=lambda *_: (200, {}, body.encode()), sleep=lambda _: None)
    eutils = Eutils(client, base_url="https://eutils.example/", email="a@example.org")
    try:
        if utility == "esearch":
            return repr(eutils.esearch("skin"))
        if utility == "efetch":
            return repr(eutils.efetch(["7"]))
        if utility == "elink":
            return repr(eutils.cited_in(["7"]))
        if utility == "page":
            return repr(pages.look(client, "https://news.example/", Validators()))
        return repr(feeds.poll(client, Feed("news", "https://news.example/", (), ""), Validators()).records)
    except SourceError as error:
        return f"SourceError: {error}"

print(json.dumps([read(utility, body) for utility, body in json.load(sys.stdin)]))
"""
SECRET = "what stands in a file here"
SEARCH = "<eSearchResult><Count>1</Count><IdList><Id>7</Id></IdList>{}</eSearchResult>"
FETCH = f"<PubmedArticleSet>{article(7, title='A title {}').decode()}</PubmedArticleSet>"
FEED = '<rss version="2.0"><channel><title>News</title><item><title>A title {}</title></item></channel></rss>'
LINKS = "<eLinkResult><LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>7</Id></IdList></LinkSet>{}</eLinkResult>"
PAGE = "<html><head><title>A title</title></head><body><p>This is a sentence of an invented page{}.</p></body></html>"
DOCUMENTS = {
    "esearch": ("eSearchResult", SEARCH), "efetch": ("PubmedArticleSet", FETCH), "elink": ("eLinkResult", LINKS),
    "feed": ("rss", FEED), "page": ("html", PAGE),
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        running.put("/x.dtd", b'<!ENTITY outside "from outside">')
        yield running


def variants(root: str, document: str, there: str, file: str) -> list[str]:
    """A document that points there, and at a file, in each of the ways that XML has."""
    inside = f'<!ENTITY a SYSTEM "{file}"><!ENTITY b SYSTEM "{there}"><!ENTITY % c SYSTEM "{there}"> %c;'
    include = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{}" parse="text"/>'
    schema = f'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="u {there}"'
    plain = document.format("")
    return [
        plain,
        f'<!DOCTYPE {root} SYSTEM "{there}">' + document.format("&amp;"),
        f'<!DOCTYPE {root} PUBLIC "-//NLM//DTD next winter\'s//EN" "{there}">' + document.format("&outside;"),
        f"<!DOCTYPE {root} [{inside}]>" + document.format("&a; &b; &outside;"),
        document.format(include.format(file) + include.format(there)),
        f'<?xml-stylesheet type="text/xsl" href="{there}"?>' + plain,
        plain.replace(f"<{root}", f"<{root} {schema}", 1),
        file.removeprefix("file://"),
    ]


def test_whatever_an_answer_names_nothing_is_asked_read_or_written(server: FeedServer, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    there = server.root + "/x.dtd"
    bodies = [
        (utility, body)
        for utility, (root, document) in DOCUMENTS.items()
        for body in variants(root, document, there, secret.as_uri())
    ]
    done = subprocess.run(
        [sys.executable, "-B", "-c", SCRIPT], check=False, capture_output=True, text=True, cwd=tmp_path,
        input=json.dumps(bodies),
        env={**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert len(said) == len(bodies)
    for (utility, body), result in zip(bodies, said, strict=True):
        assert SECRET not in result, (utility, body)
        assert "from outside" not in result, (utility, body)
        if body == DOCUMENTS[utility][1].format(""):
            assert "A title" in result or "'7'" in result
    assert server.requests == []
    assert list(tmp_path.iterdir()) == [secret]


@pytest.mark.parametrize(
    "mischief",
    [
        "import socket; socket.getaddrinfo('news.example', 80)",
        "import socket; socket.socket().connect(('127.0.0.1', 9))",
        "open('x', 'w')",
        "os.mkdir('x')",
    ],
)
def test_the_watch_that_is_kept_sees_what_it_should(mischief: str, tmp_path: Path) -> None:
    script = SCRIPT[: SCRIPT.index("from watcher")] + mischief
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, cwd=tmp_path)
    assert done.returncode == 3

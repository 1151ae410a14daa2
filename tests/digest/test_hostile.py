"""Each thing that a source may send to deceive or to break, wherever it may stand, in all that is made of a digest:
headers, text, HTML, RIS, the archive. All of it is invented.
"""

from __future__ import annotations

import email
import json
import re
from dataclasses import dataclass, replace
from email.policy import strict
from typing import TYPE_CHECKING

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.digest import invented
from tests.digest.test_render import HEADERS, TAGS, Seen
from watcher.digest.editions import content, feed, index, page_json
from watcher.digest.envelope import Envelope
from watcher.digest.opening import subject
from watcher.digest.render import HTML_LIMIT, body_of, plain_text, render
from watcher.digest.ris import ris
from watcher.mail.outbox import freeze
from watcher.models import Author, CitedWork, MeshHeading, Passage
from watcher.told import Digest, Edition, Failure, PageEvent, PageKind, Section, Why

if TYPE_CHECKING:
    from email.message import EmailMessage

BAD = {
    "script": "<script>fetch('https://evil.example')</script>",
    "image": '<img src="https://evil.example/p.gif" width=1 height=1 onerror=alert(1)>',
    "style": "</style><style>*{display:none}</style>",
    "table": "</td></tr></table></main></body></html>",
    "comment": "<!--full--><!-- <!--[if mso]>",
    "attribute": "\"'><a href=javascript:alert(1) onclick=x>press</a>",
    "escaped": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b onload=x&#62; &amp;lt;iframe&amp;gt;",
    "template": "{{ 7 * 7 }}{% include '/etc/passwd' %}{# x #}",
    "header": "A\r\nBcc: victim@example.org\r\n\r\n<p>body",
    "folded": "A\r\n\tBcc: victim@example.org",
    "encoded": "=?utf-8?q?a=0D=0ABcc:_victim=40example.org?=",
    "record": "A\r\nER  - \r\nTY  - JOUR",
    "nul": "A\x00B\x1b[31mC\x07\x7f\x85",
    "bidi": "\u202egnp.exe\u2066\u2069\u200f\u061c\ufeff",
    "surrogate": "\ud800\udfff\ufffe\uffff\ufdd0",
    "separator": "A\u2028B\u2029C\x0b\x0c\x1c\x1d\x1e",
    "long": "W" * 100_000,
    "many": "word " * 20_000,
    "nested": "<i>" * 5_000 + "<b>x",
    "combining": "a" + "\u0301" * 5_000,
    "cdata": "]]><x/><![CDATA[",
    "dot": ".\r\n.\r\nQUIT",
}
LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "https://doi.org@evil.example/x",
    "https://doi.org:x@evil.example/",
    "//evil.example/x",
    "https://evil.example\\@doi.org/",
    "https://pubmеd.ncbi.nlm.nih.gov/1/",  # the e is Cyrillic
    "https://ⅾoi.org/x",  # a Roman numeral
    "https://x.example/\r\nBcc: victim@example.org",
    'https://x.example/"><script>alert(1)</script>',
    "mailto:victim@example.org?bcc=x",
)


def with_text(bad: str) -> Digest:
    """A digest with this wherever a text from outside, or from queries.toml, can stand; one of its works is good."""
    news = invented.record(4, title=bad, journal=bad, source=f"feed:{bad}")
    entries = (
        invented.entry(1, title=bad),
        invented.entry(2),
        invented.entry(3, title="", vernacular_title=bad),
        invented.entry(4, authors=(Author(bad, given=bad), Author(bad, collective=True))),
        invented.entry(5, journal=bad, journal_abbreviation=bad, published=bad),
        invented.entry(6, journal="", source=f"feed:{bad}"),
        invented.entry(7, abstract=(Passage(bad, bad), Passage(bad))),
        invented.entry(8, publication_types=(bad,), keywords=(bad,), mesh=(MeshHeading(bad),), languages=(bad,)),
        invented.entry(9, volume=bad, issue=bad, pages=bad, issn=bad),
        replace(invented.entry(10), phrases=(bad, f"{bad}*[tiab]")),
        replace(invented.entry(11), why=Why(near=(1,), shared=(bad,))),
        replace(invented.entry(12), also_in=(bad,), news=(news,)),
    )
    digest = invented.digest(*entries, sections=2)
    good, other = digest.sections
    return replace(
        digest,
        name=bad,
        article=bad,
        sections=(good, replace(other, title=bad, query=bad)),
        updates=(replace(invented.entry(20), change=f"Retracts “{bad}”"),),
        pages=(invented.page(1, PageEvent(PageKind.CHANGED, bad, (bad,), (bad,)), bad),),
        held=(Section(bad, bad, (), (invented.entry(21, title=bad),)),),
        cited=(CitedWork(1, bad, title=bad),),
        receipt=replace(digest.receipt, failures=(Failure(bad, bad, digest.composed_at),), notes=(bad,), settings=bad),
        rate_to="rate@example.org",
    )


@dataclass
class Made:
    """All that is made of a digest."""

    digest: Digest

    def __post_init__(self) -> None:
        body = body_of(self.digest, ("ris",))
        envelope = Envelope("Watcher <watcher@example.org>", "reader@example.org", "<1@example.org>")
        self.raw = freeze(render(body, envelope))
        self.message: EmailMessage = email.message_from_bytes(self.raw, policy=strict)
        kept = content(self.digest)
        edition = Edition(
            id=1,
            name=self.digest.name,
            composed_at=self.digest.composed_at,
            day=kept.day,
            subject=subject(self.digest),
            counts=kept.counts,
        )
        self.pages = (body.html, kept.page, index(self.digest.article, [edition]))
        self.atom = feed(self.digest.article, [(edition, kept.works)])
        self.json = page_json(edition, kept.works)
        self.text = plain_text(self.digest)
        self.ris = ris(entry.work for entry in self.digest.entries)


def assert_harmless(made: Made) -> None:
    """That all of it is text, wherever it stands, and that the good work beside it is told."""
    assert made.message.keys() == HEADERS
    assert len(str(made.message["Subject"])) <= 300
    assert len(str(made.message["Subject"]).splitlines()) == 1
    assert [part.defects for part in made.message.walk() if part.defects] == []
    assert made.raw.isascii()
    for page in made.pages:
        seen = Seen(page)
        assert set(seen.tags) <= TAGS | {"link"}
        assert seen.attributes <= {
            "lang", "charset", "name", "content", "class", "style", "href", "role", "dir", "aria-hidden", "rel", "type",
            "title", "data-css-inline",
        }  # fmt: skip
        for link in seen.links:
            assert re.fullmatch(r"https?://[!-~]+|mailto:[!-~]+|[\w.-]+\.(?:html|atom)", link)
            assert "@" not in link or link.startswith("mailto:rate@example.org?")
            assert "evil.example" not in link
        assert page.count("<style") <= 2
        assert "{{" not in page
    assert len(made.pages[0].encode()) <= HTML_LIMIT
    whole = "".join((*made.pages, made.atom, made.text, made.ris, str(json.loads(made.json))))
    assert not re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", whole
    )
    assert len(whole) < 600_000
    parsed = feedparser.parse(made.atom)
    assert not parsed.bozo
    assert all(re.fullmatch(r"https?://[!-~]+|[\w.-]+\.html", entry.link) for entry in parsed.entries)
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in made.ris.split("\r\n") if line)
    assert "10.5555/invented.2021.000002" in made.text
    assert "10.5555/invented.2021.000002" in made.pages[0]
    assert "10.5555/invented.2021.000002" in made.json


@pytest.mark.parametrize("name", BAD)
def test_no_text_of_a_source_is_anything_but_text_anywhere(name: str) -> None:
    assert_harmless(Made(with_text(BAD[name])))


@pytest.mark.parametrize("link", LINKS)
def test_no_address_that_deceives_becomes_a_link(link: str) -> None:
    entry = invented.entry(1)
    work = replace(entry.work, url=link, doi=None, pmid=None, pmcid=None)
    news = invented.record(4, url=link)
    digest = invented.digest(replace(entry, work=work, news=(news,)), invented.entry(2))
    made = Made(replace(digest, cited=(CitedWork(1, link),), pages=(invented.page(1, PageEvent(PageKind.GONE)),)))
    assert_harmless(made)
    shown = [one for page in made.pages for one in Seen(page).links]
    assert not any("pubmed" in one and "/1/" in one for one in shown)
    assert all(one.isascii() for one in shown)


def test_one_bad_work_among_many_costs_none_of_the_others() -> None:
    bad = [invented.entry(600 + n, title=text) for n, text in enumerate(BAD.values())]
    digest = invented.digest(*(invented.entry(n) for n in range(60)), *bad)
    text, works = plain_text(digest), content(digest).works
    for number in range(60):
        assert f"https://doi.org/10.5555/invented.2021.{number:06}\n" in text
        assert f"invented.2021.{number:06}" in works


@settings(max_examples=10, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_nor_is_any_other_text(bad: str) -> None:
    assert_harmless(Made(with_text(bad)))

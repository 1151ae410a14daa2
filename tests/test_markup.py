"""Rich text holds i, b, sub and sup and nothing else, whatever it is made from."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher import markup

ANY = st.text(st.characters(codec=None)) | st.lists(
    st.sampled_from([
        "<i>", "</i>", "<sub>", "</sup>", "<p", ">", "<", "&", "&lt;", "&#x202e;", "&#0;", "&nbsp;", "<script>",
        "x", " ", "\u202e", "\x00", "\u0301", "e", "<b onclick=x>", "<em>", "</EM >", "<!--", "-->",
        "<svg/onload=x>", "\ud800", "2",
    ])
).map("".join)  # fmt: skip
RICH = re.compile(r"(?:[^<>&]|&(?:amp|lt|gt|quot);|</?(?:i|b|sub|sup)>)*")


@given(ANY)
@example("e\u200e\u0301")
@example("a \x00 b")
def test_tidying_twice_changes_nothing(text: str) -> None:
    tidied = markup.tidy(text)
    assert markup.tidy(tidied) == tidied
    assert unicodedata.is_normalized("NFC", tidied)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\s\s|^\s|\s$", tidied)


@given(ANY)
def test_plain_text_comes_back_from_rich(text: str) -> None:
    assert markup.plain(markup.escape(text)) == markup.tidy(text)
    assert RICH.fullmatch(markup.escape(text))


@given(ANY)
@example("&#x202e;reversed")
@example("&amp;lt;script&amp;gt;")
def test_any_html_becomes_rich_text(source: str) -> None:
    rich = markup.from_html(source)
    assert RICH.fullmatch(rich), rich
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\s\s|^\s|\s$", rich)
    for tag in markup.TAGS:
        assert rich.count(f"<{tag}>") == rich.count(f"</{tag}>")
    assert markup.from_html(rich) == rich
    markup.plain(rich).encode()


@pytest.mark.parametrize(
    ("source", "rich"),
    [
        ("BMI of 25 kg/m<sup>2</sup>", "BMI of 25 kg/m<sup>2</sup>"),
        ("<em>Hydra</em> &amp; <STRONG class='x'>wounds</STRONG>", "<i>Hydra</i> &amp; <b>wounds</b>"),
        ("<p>One</p><p>Two<br/>three</p>", "One Two three"),
        ("<i>never closed", "<i>never closed</i>"),
        ("p < 0.05 and q > 3", "p &lt; 0.05 and q &gt; 3"),
        ("<a href='javascript:x'>text</a><img src=x onerror=x>", "text"),
        ("<style>p{}</style><script>x</script>text", "text"),
        ("<embed>x", "x"),
        ("line\u2028separated\x0btext\x85here", "line separated text here"),
    ],
)
def test_html_keeps_what_titles_need(source: str, rich: str) -> None:
    assert markup.from_html(source) == rich


@pytest.mark.parametrize(
    ("rich", "plain"),
    [
        ("25 kg/m<sup>2</sup>", "25 kg/m²"),
        ("Ca<sup>2+</sup> and H<sub>2</sub>O", "Ca²⁺ and H₂O"),
        ("IC<sub>50</sub>, T<sub>reg</sub>", "IC₅₀, Treg"),
        ("<i>p</i> &lt; 0.05 &amp; more", "p < 0.05 & more"),
        ("10<sup>−3</sup>", "10⁻³"),
    ],
)
def test_raised_and_lowered_figures_survive_as_text(rich: str, plain: str) -> None:
    assert markup.plain(rich) == plain


def test_line_breaks_of_every_kind_are_spaces() -> None:
    assert markup.tidy("a\x0bb\x0cc\x85d\u2028e\r\nf") == "a b c d e f"


@pytest.mark.parametrize("piece", ["<p", "<em ", "<", "&", "<i>", "<script>", " ", "</"])
def test_no_source_takes_long(piece: str) -> None:
    started = time.process_time()
    markup.plain(markup.from_html(piece * 20_000))
    assert time.process_time() - started < 2

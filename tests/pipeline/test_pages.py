"""Cited pages through the whole job: looked at weekly, and what becomes of them told once, readably and safely."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import WOUNDS, World, at, world
from watcher.digest.opening import subject
from watcher.digest.render import html_page, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.models import Run
    from watcher.told import Digest

HTML = "text/html; charset=utf-8"
FIRST = "<p>Skin renews itself in eleven invented days.</p><p>Nobody has seen the cells that do it.</p>"
LATER = "<p>Skin renews itself in twelve invented days.</p><p>Nobody has seen the cells that do it.</p>"


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, Collection([])) as installation:
        show(installation, FIRST)
        cite(installation)
        yield installation


def show(installed: World, page: str, path: str = "/skin") -> str:
    content = f"<title>Skin &amp; days</title><main>{page}<p>{'More of it. ' * 30}</p></main>"
    return installed.feeds.put(path, content.encode(), content_type=HTML)


def cite(installed: World, *more: str, watch: str = "") -> None:
    urls = (installed.feeds.root + "/skin", *more)
    installed.configure(WOUNDS, extra="\n".join(f'[[cited]]\nurl = "{url}"\n{watch}' for url in urls))


def told(installed: World, day: str) -> Digest:
    """The digest of a day in 2021 ("06-04"), told or with nothing to tell."""
    installed.pubmed.visible_until = date.fromisoformat(f"2021-{day}")
    (one, *_) = installed.run_once(at(f"2021-{day} 12:00")).told
    return one.digest


def wound(installed: World, day: str, pmid: int = 50) -> None:
    """For there to be a digest."""
    crdt = date.fromisoformat(f"2021-{day}")
    installed.pubmed.collection.add(article(pmid, title=f"A wound, invented as {pmid}", crdt=crdt))


def last_run(installed: World) -> Run | None:
    with installed.context(at("2021-12-01 12:00")) as context:
        return context.store.runs.last("pages")


def test_it_is_looked_at_once_a_week_and_a_poll_with_nothing_due_asks_nothing(installed: World) -> None:
    for day in ("06-04", "06-05", "06-08", "06-11", "06-12", "06-18"):
        assert told(installed, day).empty
    assert len(installed.feeds.asked("/skin")) == 3
    run = last_run(installed)
    assert run is not None
    assert (run.found, run.new, run.error, run.notes) == (1, 0, None, ())


def test_a_rewritten_sentence_is_told_when_it_is_confirmed_with_what_it_was(installed: World) -> None:
    told(installed, "06-04")
    show(installed, LATER)
    assert told(installed, "06-11").empty
    digest = told(installed, "06-12")
    (page,) = digest.pages
    assert page.event.removed == ("Skin renews itself in eleven invented days.",)
    assert page.event.added == ("Skin renews itself in twelve invented days.",)
    assert subject(digest).startswith("1 item on the sources of all: Source [1]: the text of its page has changed, 1")
    text = plain_text(digest)
    assert "Nothing new · 1 item on the sources" in text
    assert "The sources themselves" in text
    assert "1.   Skin & days" in text
    assert "     Removed: “Skin renews itself in eleven invented days.”" in text
    assert "     Added: “Skin renews itself in twelve invented days.”" in text
    assert f"     Page: {installed.feeds.root}/skin" in text
    assert "Added: “Skin renews itself in twelve invented days.”" in html_page(digest)
    assert told(installed, "06-13").empty


def test_a_digest_of_another_name_tells_it_too(installed: World) -> None:
    told(installed, "06-04")
    show(installed, LATER)
    told(installed, "06-11")
    told(installed, "06-12")
    with installed.path.open("a", encoding="utf-8") as file:
        file.write('\n[[digest]]\nname = "new"\nto = ["new@example.org"]\nschedule = "0 7 * * *"')
    found = [one.digest.on_sources for one in installed.run_once(at("2021-06-13 12:00")).told]
    assert found == [0, 1]


def test_what_a_page_says_is_text_in_the_mail(installed: World) -> None:
    told(installed, "06-04")
    show(installed, FIRST + "<p>He wrote &lt;script&gt;alert(1)&lt;/script&gt; and {{ more }} of such things.</p>")
    told(installed, "06-11")
    page = html_page(told(installed, "06-12"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{" not in page


def test_of_a_great_change_five_sentences_are_shown(installed: World) -> None:
    told(installed, "06-04")
    show(installed, "".join(f"<p>This is the new sentence number {n}, and it is invented.</p>" for n in range(1, 13)))
    told(installed, "06-11")
    text = plain_text(told(installed, "06-12"))
    assert (text.count("Removed: “"), text.count("Added: “")) == (2, 3)
    assert "2 sentences removed and 12 sentences added" in " ".join(text.split())
    assert "     and 9 more" in text


def test_one_that_is_gone_is_told_after_two_looks(installed: World) -> None:
    told(installed, "06-04")
    installed.feeds.remove("/skin")
    assert told(installed, "06-11").empty
    assert [page.event.kind for page in told(installed, "06-12").pages] == ["gone"]
    assert told(installed, "06-13").empty


def test_one_that_has_moved_is_told_with_its_new_address(installed: World) -> None:
    told(installed, "06-04")
    new = show(installed, FIRST, "/new")
    moved = Answer(301, b"", {"Location": "/new"})
    installed.feeds.faults = lambda request: moved if request.path == "/skin" else None
    digest = told(installed, "06-11")
    assert f"Source [1]: its page has moved to {new}" in " ".join(plain_text(digest).split())
    assert told(installed, "06-18").empty


def test_one_that_cannot_be_read_for_three_weeks_is_told_in_the_footer_once(installed: World) -> None:
    told(installed, "06-04")
    installed.feeds.faults = lambda _: Answer(403, b"<p>Forbidden</p>", {"Content-Type": HTML})
    failures = {}
    for number, day in enumerate(("06-11", "06-12", "06-19", "06-26", "07-03", "07-04", "07-10"), 60):
        wound(installed, day, number)
        digest = told(installed, day)
        assert digest.pages == ()
        failures[day] = [(failure.what, failure.why) for failure in digest.receipt.failures]
    url = installed.feeds.root + "/skin"
    assert {day: found for day, found in failures.items() if found} == {
        "07-03": [("the page of source [1]", f"{url}: HTTP 403: Forbidden")]
    }
    run = last_run(installed)
    assert run is not None
    assert (run.error, run.notes) == (None, (f"[1] {url}: HTTP 403: Forbidden",))


def test_pages_are_looked_at_one_by_one_and_a_failing_one_does_not_stop_the_next(installed: World) -> None:
    cite(installed, show(installed, FIRST, "/other"))
    installed.feeds.faults = lambda request: Answer(403, b"") if request.path == "/skin" else None
    told(installed, "06-04")
    assert [request.path for request in installed.feeds.requests] == ["/skin", "/other"]
    run = last_run(installed)
    assert run is not None
    assert (run.found, len(run.notes)) == (1, 1)


def test_nothing_is_looked_at_that_is_not_watched(installed: World) -> None:
    cite(installed, watch="watch = false")
    told(installed, "06-04")
    assert installed.feeds.requests == []
    assert last_run(installed) is None

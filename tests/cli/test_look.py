"""status, search and show: what is told of the store, to a person and to a script."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article
from tests.pipeline.world import WOUNDS, at
from watcher.store.lock import exclusive

if TYPE_CHECKING:
    from tests.cli.shell import Shell
    from tests.pipeline.world import World


@pytest.mark.parametrize(
    ("command", "out"),
    [
        (["status"], "never polled"),
        (["status", "--json"], '"last_run_at": null'),
        (["search", "skin", "--json"], "[]"),
        (["search", "skin"], ""),
        (["digest", "--preview"], "<html"),
    ],
)
def test_without_a_database_there_is_little_to_see_and_none_is_made(
    command: list[str], out: str, installed: World, shell: Shell
) -> None:
    said = shell(*command, config=installed.path)
    assert said.status == 0
    assert out in said.out
    assert "there is no database" in said.err
    assert "`watcher poll` makes it" in said.err
    assert not installed.settings.store.parent.exists()


def test_status_tells_of_every_source_the_digest_and_the_outbox(polled: World, shell: Shell) -> None:
    said = shell("status", config=polled.path)
    assert (said.status, said.err) == (0, "")
    assert "PubMed, wounds: Fri 04 Jun 2021 14:00: 2 found, 2 new; next" in said.out
    assert "News: Fri 04 Jun 2021 14:00: 1 found, 1 new; next" in said.out
    assert "digest all: nothing told yet; next" in said.out
    assert "outbox: empty" in said.out
    assert "stored: 3 article, 1 news" in said.out


def test_status_tells_of_each_source_when_it_was_looked_at(installed: World, shell: Shell) -> None:
    page = installed.feeds.put("/skin", b"<p>Skin renews itself, as invented.</p>", content_type="text/html")
    cited = (
        'pmid = "11"', 'doi = "10.5555/unknown"', f'url = "{page}"', f'url = "{installed.feeds.root}/none"',
        'pmid = "12"\nwatch = false',
    )  # fmt: skip
    installed.configure(WOUNDS, extra="\n".join(f"[[cited]]\n{one}" for one in cited))
    installed.feeds.faults = lambda request: Answer(403, b"") if request.path == "/none" else None
    before = shell("status", config=installed.path).out
    assert "source [1]: PMID 11, what cites it was not asked yet\n" in before
    assert "source [2]: not asked about yet" in shell("status", config=installed.path).out
    assert "source [3]: not asked about yet" in before
    assert shell("poll", "--now", "2021-06-04T12:00Z", config=installed.path).status == 0
    said = shell("status", config=installed.path).out
    assert "source [1]: PMID 11, cited by 0 in PubMed\n" in said
    assert "source [2]: not found in PubMed so far\n" in said
    assert "source [3]: its page looked at Fri 04 Jun 2021 14:00\n" in said
    assert f"source [4]: its page FAILING since Fri 04 Jun 2021 14:00: {installed.feeds.root}/none: HTTP 403" in said
    assert "source [5]: not watched\n" in said
    assert "the pages of the sources: Fri 04 Jun 2021 14:00: 1 found, 0 new" in said
    told = json.loads(shell("status", "--json", config=installed.path).out)["cited"]
    assert [(one["number"], one["pmid"], one["watched"]) for one in told] == [
        (1, "11", True), (2, None, True), (3, None, True), (4, None, True), (5, "12", False),
    ]  # fmt: skip


def test_status_names_what_fails_and_since_when(polled: World, shell: Shell) -> None:
    polled.feeds.remove("/news.xml")
    for day in ("05", "06"):
        assert shell("poll", "--now", f"2021-06-{day}T12:00Z", config=polled.path).status == 1
    assert "News: FAILING since Sat 05 Jun 2021 14:00: " in shell("status", config=polled.path).out
    sources = json.loads(shell("status", "--json", config=polled.path).out)["sources"]
    assert {source["name"]: source["failing_since"] for source in sources} == {
        "PubMed, wounds": None,
        "PubMed, skin": None,
        "PubMed, for changes to what is stored": None,
        "News": "2021-06-05T12:00:00+00:00",
    }


def test_status_for_scripts_has_stable_keys(polled: World, shell: Shell) -> None:
    said = shell("run", "--once", "--now", "2021-06-05T12:00Z", config=polled.path)
    assert said.status == 0
    said = shell("status", "--json", config=polled.path)
    found = json.loads(said.out)
    assert (said.status, said.err) == (0, "")
    assert list(found) == ["sources", "digests", "outbox", "waiting", "works", "cited"]
    assert list(found["sources"][0]) == [
        "name", "last_run_at", "found", "new", "error", "running", "notes", "translation", "failing_since",
        "next_run_at", "stopped",
    ]  # fmt: skip
    assert list(found["digests"][0]) == ["name", "last_at", "works", "next_at", "last_id", "paused_until"]
    assert found["digests"][0]["last_at"] == "2021-06-05T12:00:00+00:00"
    assert found["outbox"] == {"sent": 1}
    assert found["works"] == {"article": 3, "news": 1}


def test_search_finds_words_phrases_and_beginnings(polled: World, shell: Shell) -> None:
    def titles(*words: str) -> list[str]:
        found = json.loads(shell("search", "--json", *words, config=polled.path).out)
        return sorted(work["title"] for work in found)

    assert len(titles("wound*")) == 3
    assert titles("invented", "tale") == ["Unbroken skin, an invented tale too", "Wounds of the skin, an invented tale"]
    assert titles("wounds of the skin") == ["Wounds of the skin, an invented tale"]
    assert titles("Muster") == ["Wounds of the skin, an invented tale"]
    assert titles("heals & is well") == ["Wounds of the skin, an invented tale"]
    assert titles("wounds", "*", '"', "--", "-NOT", "-x") == []
    assert titles('wounds" OR "skin') == []
    assert len(titles("invented", "--limit", "1")) == 1


def test_search_prints_a_line_each_and_says_when_there_is_none(polled: World, shell: Shell) -> None:
    said = shell("search", "unbroken", config=polled.path)
    assert (said.status, said.err) == (0, "")
    assert said.out.endswith("  Unbroken skin, an invented tale too  (Journal of invented results · 2021-06)\n")
    assert shell("search", "zebra", config=polled.path).err == "nothing stored holds that\n"


def test_search_for_scripts_has_stable_keys(polled: World, shell: Shell) -> None:
    said = shell("search", "heals", "--json", config=polled.path)
    (work,) = json.loads(said.out)
    assert said.err == ""
    assert work.pop("id") > 0
    assert "url" in work
    del work["url"]
    assert work == {
        "kind": "article", "title": "Wounds of the skin, an invented tale", "doi": "10.5555/tale.11", "pmid": "11",
        "pmcid": None, "journal": "Journal of invented results", "published": "2021-06",
        "first_seen_at": "2021-06-04T12:00:00+00:00",
    }  # fmt: skip


def test_show_finds_a_work_by_each_of_its_names(polled: World, shell: Shell) -> None:
    for given, title in (
        ("11", "Wounds of the skin"),
        ("https://pubmed.ncbi.nlm.nih.gov/11/", "Wounds of the skin"),
        ("PMID: 11", "Wounds of the skin"),
        ("10.5555/tale.11", "Wounds of the skin"),
        ("https://doi.org/10.5555/TALE.11", "Wounds of the skin"),
        ("PMC5512", "Wounds elsewhere"),
        ("https://news.example.org/wound", "A wound, and what"),
        ("http://www.news.example.org/wound/?utm_source=x", "A wound, and what"),
    ):
        said = shell("show", given, config=polled.path)
        assert (said.status, said.err) == (0, "")
        assert said.out.startswith(title)


def test_show_tells_all_that_is_known_of_a_work_by_its_number_here(polled: World, shell: Shell) -> None:
    (work,) = json.loads(shell("search", "heals", "--json", config=polled.path).out)
    before = shell("show", str(work["id"]), config=polled.path).out
    assert "Muster E" in before
    assert "PMID 11\nDOI 10.5555/tale.11" in before
    assert f"work {work['id']}, article, first seen Fri 04 Jun 2021 14:00, from:\n  pubmed 11," in before
    assert "matched by skin: skin" in before
    assert "matched by wounds: wound*" in before
    assert "not told yet" in before
    assert before.endswith("The wound heals & is well.\n")
    assert shell("digest", "--now", "2021-06-05T12:00Z", config=polled.path).status == 0
    after = shell("show", str(work["id"]), config=polled.path).out
    assert (
        "told in digest all of Sat 05 Jun 2021 14:00, entry 2 of 4: reader@example.org "
        f"(written to {polled.path.parent / 'db' / 'outbox'}, not mailed, Sat 05 Jun 2021 14:00)" in after
    )


def test_show_tells_what_befell_a_work_and_where_that_stands(polled: World, shell: Shell) -> None:
    polled.pubmed.collection.add(
        article(90, title="Retraction of an invented tale", crdt=date(2021, 6, 18), related=(("RetractionOf", "11"),))
    )
    retracted = article(11, title="Retracted: wounds of the skin, an invented tale", crdt=date(2021, 6, 1),
                        revised=date(2021, 6, 19), related=(("RetractionIn", "90"), ("CommentIn", "91")))  # fmt: skip
    polled.pubmed.collection.revise(retracted)
    said = shell("poll", "--now", "2021-06-20T12:00Z", config=polled.path)
    assert said.status == 0
    assert "PubMed, for changes to what is stored: 1 found, 1 new\n" in said.out
    assert "  Retracted since: Wounds of the skin, an invented tale (PMID 11), by PMID 90\n" in said.out
    shown = shell("show", "11", config=polled.path).out
    assert shown.startswith("Retracted: wounds of the skin, an invented tale\n")
    assert "  pubmed 11 was revised by Sun 20 Jun 2021 14:00; what it was is kept\n" in shown
    number = re.search(r"^RetractionIn: PMID 90 \(work (\d+)\)$", shown, re.MULTILINE)
    assert number is not None
    assert "CommentIn: PMID 91 (not stored)\n" in shown
    notice = shell("show", number[1], config=polled.path).out
    assert notice.startswith("Retraction of an invented tale\n")
    assert re.search(r"^RetractionOf: PMID 11 \(work \d+\)$", notice, re.MULTILINE)


def test_status_says_of_a_poll_that_is_under_way_that_it_runs(polled: World, shell: Shell) -> None:
    with polled.context(at("2021-06-05 12:00")) as context:
        context.store.runs.start("pubmed", "wounds", context.now)
    with exclusive(polled.settings.store):
        assert "PubMed, wounds: running since" in shell("status", config=polled.path).out
    assert "PubMed, wounds: FAILING since" in shell("status", config=polled.path).out


def test_in_a_folder_that_cannot_be_written_to_all_that_looks_works(
    polled: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    before = polled.settings.store.read_bytes()
    for command in (["status"], ["search", "wound"], ["show", "11"], ["explain", "11"], ["diff"], ["check"],
                    ["preview", "wounds", "--store"]):  # fmt: skip
        said = shell(*command, config=polled.path)
        assert said.status == 0, (command, said)
    assert polled.settings.store.read_bytes() == before

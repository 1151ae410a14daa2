"""A person corrects which records are one work, and no poll undoes it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from tests.fakes.pubmed_fixture import article

if TYPE_CHECKING:
    from tests.cli.shell import Shell
    from tests.pipeline.world import World


def works(installed: World) -> dict[str, int]:
    """The work of each record, by its source's id."""
    with closing(sqlite3.connect(installed.folder / "db" / "watcher.db")) as database:
        return dict(database.execute("SELECT source_id, work_id FROM records"))


def test_merge_makes_one_work_of_two_and_split_parts_them_again(polled: World, shell: Shell) -> None:
    before = works(polled)
    assert len(set(before.values())) == len(before)
    said = shell("merge", "11", "12", config=polled.path)
    assert (said.status, said.out) == (0, f"work {before['11']}\n")
    merged = works(polled)
    assert merged["11"] == merged["12"] == before["11"]
    assert "recognised by a person: merged by hand" in shell("show", "12", config=polled.path).out
    assert shell("poll", "--now", "2021-06-05T12:00Z", config=polled.path).status == 0
    assert works(polled)["12"] == before["11"]
    said = shell("split", "11", "12", config=polled.path)
    assert said.status == 0
    assert re.fullmatch(r"work \d+\nwork \d+\n", said.out)
    parted = works(polled)
    assert parted["11"] != parted["12"]
    assert shell("poll", "--now", "2021-06-06T12:00Z", config=polled.path).status == 0
    assert works(polled) == parted


def test_what_was_parted_by_hand_stays_apart_though_the_rules_say_one(installed: World, shell: Shell) -> None:
    title = "Wounds of the skin, an invented tale told in two places"
    for pmid, journal in ((21, "Invented tales"), (22, "Invented tales")):
        pages = f"{pmid}-{pmid + 9}"
        installed.pubmed.collection.add(
            article(pmid, title=title, doi="10.5555/tale.21", crdt=date(2021, 6, 3), journal=journal, pages=pages)
        )
    assert shell("poll", "--now", "2021-06-04T12:00Z", config=installed.path).status == 0
    assert works(installed)["21"] == works(installed)["22"]
    assert shell("split", "21", "22", config=installed.path).status == 0
    installed.pubmed.collection.add(article(23, title=title, doi="10.5555/tale.21", crdt=date(2021, 6, 4)))
    assert shell("poll", "--now", "2021-06-05T12:00Z", config=installed.path).status == 0
    found = works(installed)
    assert found["21"] != found["22"]
    assert found["23"] in {found["21"], found["22"]}


def test_split_carries_what_matched_and_what_was_told(polled: World, shell: Shell) -> None:
    assert shell("merge", "11", "12", config=polled.path).status == 0
    assert shell("digest", "--force", "--now", "2021-06-04T13:00Z", config=polled.path).status == 0
    assert shell("split", "11", "12", config=polled.path).status == 0
    # The work was told by its better record; the other is a work that nobody has heard of.
    told = {pmid: "told in digest" in shell("show", pmid, config=polled.path).out for pmid in ("11", "12")}
    assert sorted(told.values()) == [False, True]
    assert all("matched by wounds" in shell("show", pmid, config=polled.path).out for pmid in told)
    said = shell("digest", "--force", "--now", "2021-06-04T14:00Z", config=polled.path)
    assert said.out.startswith("digest all: 1 work\n")


def test_what_is_asked_wrongly_is_said(polled: World, shell: Shell) -> None:
    for arguments, words in (
        (("merge", "11"), "name two works or more"),
        (("merge", "11", "11"), "these are one work already"),
        (("merge", "11", "nonsense"), "no stored work is 'nonsense'"),
        (("split", "11", "11"), "these are all the records of work"),
        (("split", "11", "12"), "no record of work"),
    ):
        said = shell(*arguments, config=polled.path)
        assert (said.status, said.out) == (2, "")
        assert words in said.err

"""`watcher load` as a user calls it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.fakes.pubmed_fixture import article, article_set

if TYPE_CHECKING:
    from tests.cli.shell import Shell
    from tests.pipeline.world import World


def test_files_are_loaded_and_what_came_of_each_is_said(polled: World, shell: Shell) -> None:
    file = polled.folder / "later.xml"
    file.write_bytes(article_set(article(14, title="A wound in a file"), article(15, title="Else"), deleted=["11"]))
    said = shell("load", file, config=polled.path)
    assert (said.status, said.out, said.err) == (0, "later.xml: 3 records: 1 found, 1 new, 1 withdrawn\n", "")
    assert shell("load", file, config=polled.path).out.startswith("later.xml: loaded already, ")
    (again,) = json.loads(shell("load", "--again", "--json", file, config=polled.path).out)
    assert (again["members"], again["found"], again["new"], again["error"]) == (3, 1, 0, None)
    assert "A wound in a file" in shell("search", "file", config=polled.path).out


def test_a_broken_file_stops_no_other(polled: World, shell: Shell) -> None:
    broken, whole = polled.folder / "broken.xml", polled.folder / "whole.xml"
    good = article_set(article(14, title="A wound in a file"))
    broken.write_bytes(good.removesuffix(b"</PubmedArticleSet>\n"))
    whole.write_bytes(article_set(article(15, title="A wound in another file")))
    said = shell("load", broken, whole, config=polled.path)
    assert said.status == 1
    assert said.err.startswith("FAILED: broken.xml: the answer breaks off or is garbled")
    assert said.out == "broken.xml: 1 record: 1 found, 1 new\nwhole.xml: 1 record: 1 found, 1 new\n"


def test_what_cannot_be_evaluated_here_is_said_once(installed: World, shell: Shell) -> None:
    installed.configure(
        ("one", "One", '"Skin"[mh] OR skin[ti]'), ("two", "Two", '"Burns"[mh] OR burn[ti] OR medline[sb]')
    )
    file = installed.folder / "one.xml"
    file.write_bytes(article_set(article(14)))
    said = shell("load", file, file, config=installed.path)
    about_narrower, about_subset = said.err.splitlines()
    assert about_narrower.startswith("one, two: PubMed also finds the headings that are narrower")
    assert about_subset.startswith("two: [sb] can be judged by PubMed only")


def test_a_file_that_is_not_there_is_a_wrong_call(installed: World, shell: Shell) -> None:
    assert shell("load", installed.folder / "none.xml", config=installed.path).status == 2

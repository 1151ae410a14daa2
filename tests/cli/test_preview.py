"""preview: what a query would bring, from PubMed or from the store, in the same words."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.fakes.loopback import Answer
from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_search import Vocabulary
from tests.pipeline.world import SKIN, WOUNDS

if TYPE_CHECKING:
    from tests.cli.shell import Shell
    from tests.pipeline.world import World

NOW = ("--now", "2021-06-05T12:00Z")
TALES = (
    "tales",
    "Invented tales",
    '("invented tale"[ti] OR unbroken[ti] OR leprosy[ti]) AND (skin[tiab] OR wound*[tiab])',
)


@pytest.fixture
def asked(polled: World, shell: Shell) -> World:
    """Three records of June that were polled, one of April that was not, and a query about all of them."""
    polled.pubmed.collection.add(article(9, title="Skin, an invented tale of April", crdt=date(2021, 4, 20)))
    polled.configure(WOUNDS, SKIN, TALES)
    return polled


def test_pubmed_says_how_many_works_a_week_and_which_are_the_newest_with_the_phrases_marked(
    asked: World, shell: Shell
) -> None:
    said = shell("preview", "tales", *NOW, config=asked.path)
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[:5] == [
        "tales: Invented tales",
        "from PubMed: 3 works of the last 90 days, 0.2 a week (the oldest week first: 0 0 0 0 0 0 1 0 0 0 0 0 2)",
        "          13  2021-06-03  *Unbroken* *skin*, an *invented tale* too",
        "          11  2021-06-01  *Wounds* of the *skin*, an *invented tale*",
        "           9  2021-04-20  *Skin*, an *invented tale* of April",
    ]


def test_each_phrase_says_what_it_brings_alone_and_what_only_it_brings(asked: World, shell: Shell) -> None:
    said = shell("preview", "tales", *NOW, config=asked.path)
    assert said.out.splitlines()[5:] == [
        "what each phrase brings alone in its block, and what only it brings:",
        '       3      2  "invented tale"[ti]',
        "       1      0  unbroken[ti]",
        "       0      0  leprosy[ti]  dead",
        "                 AND",
        "       3      2  skin[tiab]",
        "       1      0  wound*[tiab]",
        "dead, they brought nothing in 90 days: leprosy[ti]",
        "",
    ]


def test_the_store_says_the_same_of_what_it_holds(asked: World, shell: Shell) -> None:
    asked.pubmed.requests.clear()
    said = shell("preview", "tales", "--store", *NOW, config=asked.path)
    assert (said.status, said.err, asked.pubmed.requests) == (0, "", [])
    assert said.out.splitlines()[1:4] == [
        "from the store: 2 works of the last 90 days, 0.2 a week (the oldest week first: 0 0 0 0 0 0 0 0 0 0 0 0 2)",
        "          13  2021-06-03  *Unbroken* *skin*, an *invented tale* too",
        "          11  2021-06-01  *Wounds* of the *skin*, an *invented tale*",
    ]
    assert '       2      1  "invented tale"[ti]' in said.out


def test_without_a_name_all_queries_are_shown_and_none_phrase_by_phrase(asked: World, shell: Shell) -> None:
    said = shell("preview", "--limit", "1", *NOW, config=asked.path)
    assert [line for line in said.out.splitlines() if ": " in line and "from" not in line] == [
        "wounds: Wounds", "skin: Skin", "tales: Invented tales",
    ]  # fmt: skip
    assert "what each phrase brings" not in said.out
    assert len(asked.pubmed.asked("efetch")) == 1 + 3


def test_a_term_without_or_needs_each_of_its_phrases(polled: World, shell: Shell) -> None:
    assert "its term has no OR" in shell("preview", "skin", "--store", *NOW, config=polled.path).out


def test_the_parts_of_an_alternative_stand_under_it_and_those_of_a_dead_one_are_not_asked_about(
    asked: World, shell: Shell
) -> None:
    asked.pubmed.requests.clear()
    asked.configure(("q", "Q", "(skin[ti] AND (tale[ti] OR leprosy[ti])) OR (lepra[ti] AND (a1[ti] OR a2[ti]))"))
    for source in ("--online", "--store"):
        said = shell("preview", "q", source, "--limit", "0", *NOW, config=asked.path)
        alone = 3 if source == "--online" else 2
        assert said.out.splitlines()[3:7] == [
            f"       {alone}      {alone}  (skin[ti] AND (tale[ti] OR leprosy[ti]))",
            f"       {alone}      {alone}    tale[ti]",
            "       0      0    leprosy[ti]  dead",
            "       0      0  (lepra[ti] AND (a1[ti] OR a2[ti]))  dead",
        ]
    assert len(asked.pubmed.asked("esearch")) == 13 + 4  # the weeks, and these four


def test_where_nothing_came_no_phrase_is_called_dead(polled: World, shell: Shell) -> None:
    polled.configure(("q", "Q", "leprosy[ti] OR lepra[ti]"))
    said = shell("preview", "q", *NOW, config=polled.path)
    assert said.out.splitlines()[2] == "nothing came in 90 days, so that no phrase can be called dead or noisy"


def test_a_phrase_on_which_a_third_of_the_works_hang_is_called_noisy(installed: World, shell: Shell) -> None:
    for number in range(100, 112):
        installed.pubmed.collection.add(article(number, title=f"Burns, invented, number {number}"))
    installed.configure(("burns", "Burns", "burn*[ti] OR scald*[ti]"))
    said = shell("preview", "burns", "--limit", "0", *NOW, config=installed.path)
    assert said.out.splitlines()[2:6] == [
        "what each phrase brings alone in its block, and what only it brings:",
        "      12     12  burn*[ti]  noisy",
        "       0      0  scald*[ti]  dead",
        "dead, they brought nothing in 90 days: scald*[ti]",
    ]
    assert said.out.splitlines()[6] == ("noisy, a third of the works and more hang on each of them alone: burn*[ti]")


def test_where_pubmed_names_no_more_than_a_part_what_only_a_phrase_brings_is_not_told(
    asked: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.sources.eutils.LARGEST_RESULT", 2)
    said = shell("preview", "tales", "--online", *NOW, config=asked.path)
    assert "from PubMed: 3 works" in said.out
    assert '       3      ?  "invented tale"[ti]' in said.out


def test_what_pubmed_says_of_the_term_is_shown(asked: World, shell: Shell) -> None:
    asked.pubmed.vocabulary = Vocabulary(unknown=frozenset({"leprosy"}))
    assert "  PubMed did not find “leprosy”" in shell("preview", "tales", *NOW, config=asked.path).out


def test_where_pubmed_cannot_be_asked_the_store_answers_unless_pubmed_was_wanted(asked: World, shell: Shell) -> None:
    asked.pubmed.faults = lambda _: Answer(400, b"no")
    said = shell("preview", "tales", *NOW, config=asked.path)
    assert said.status == 0
    assert "PubMed cannot be asked (" in said.err
    assert "from the store: 2 works" in said.out
    said = shell("preview", "tales", "--online", *NOW, config=asked.path)
    assert (said.status, said.out) == (1, "")


def test_phrases_are_bold_on_a_terminal_unless_it_wants_no_colour(
    asked: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for colour, marked in (("", "\x1b[1mUnbroken\x1b[0m \x1b[1mskin\x1b[0m"), ("1", "*Unbroken* *skin*")):
        monkeypatch.setenv("NO_COLOR", colour)
        assert marked in shell("preview", "tales", "--store", *NOW, config=asked.path).out


def test_for_scripts_there_are_stable_keys(asked: World, shell: Shell) -> None:
    (found,) = json.loads(shell("preview", "tales", "--store", "--json", *NOW, config=asked.path).out)
    assert list(found) == ["query", "source", "works", "weeks", "newest", "phrases", "notes"]
    assert (found["query"], found["source"], found["works"], sum(found["weeks"])) == ("tales", "the store", 2, 2)
    assert found["newest"][0] == {
        "pmid": "13", "doi": None, "title": "Unbroken skin, an invented tale too", "created": "2021-06-03",
        "published": "2021-06",
    }  # fmt: skip
    assert found["phrases"][2] == {
        "phrase": "leprosy[ti]", "block": 0, "alone": 0, "only": 0, "dead": True, "noisy": False,
    }  # fmt: skip


def test_a_query_that_is_not_there_is_named_with_those_that_are(polled: World, shell: Shell) -> None:
    said = shell("preview", "scars", config=polled.path)
    assert said.status == 2
    assert "there is no query 'scars'; there are: wounds, skin" in said.err

"""init: from an article to a queries.toml that `check` takes, with and without PubMed, and again on an edited one."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.loopback import Answer
from watcher.config import read_settings
from watcher.store.store import Store

if TYPE_CHECKING:
    from tests.cli.shell import Said, Shell
    from tests.pipeline.world import World

ARTICLES = Path(__file__).parents[1] / "article" / "articles"
TALE = """\
Do Wounds of the Skin Heal?
An invented tale.
Wounds of the skin heal by themselves.[1] Burns and ulcers of the skin need keratinocytes, which is another tale.[2]
Sources
https://doi.org/10.5555/tale.11
https://pubmed.ncbi.nlm.nih.gov/99/
"""


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    path = tmp_path / "tale.txt"
    path.write_text(TALE, encoding="utf-8")
    return path


def online(shell: Shell, world: World, article: Path, out: Path, *more: str) -> Said:
    return shell(
        "init", article, "-o", out, "--base-url", world.pubmed.url, "--email", "me@example.org",
        "--now", "2021-06-04T12:00Z", *more,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["gut-and-mood.txt", "coral-reefs.txt", "sleep-and-memory.html"])
def test_offline_it_writes_a_file_that_check_takes_and_says_what_was_not_checked(
    name: str, tmp_path: Path, shell: Shell
) -> None:
    out = tmp_path / "new.toml"
    said = shell("init", ARTICLES / name, "-o", out, "--offline")
    assert said.status == 0
    assert "not checked on PubMed, neither queries nor cited works: it was not to be asked (--offline)" in said.err
    text = out.read_text(encoding="utf-8")
    settings = read_settings(out)
    assert text.count("# Not tried on PubMed") == len(settings.queries) > 5
    assert text.count("not looked up in PubMed") == len(settings.cited) > 4
    assert shell("check", config=out).status == 0


def test_online_works_are_resolved_and_queries_tried(
    installed: World, tale: Path, tmp_path: Path, shell: Shell
) -> None:
    out = tmp_path / "new.toml"
    said = online(shell, installed, tale, out)
    assert said.status == 0
    assert "[2] no PubMed record was found: PubMed does not have it" in said.err
    settings = read_settings(out)
    assert (settings.cited[0].pmid, settings.cited[0].title) == ("11", "Wounds of the skin, an invented tale")
    assert settings.pubmed.email == "me@example.org"
    text = out.read_text(encoding="utf-8")
    assert "# [1] in J Invent Res, by PubMed" in text
    assert "on PubMed, by what was new up to 04 June 2021." in text
    assert "Without a hit on PubMed, left out:" in text
    assert "ulcer" not in settings.queries[0].term  # none of the three records has it
    with Store(settings.store) as store:
        assert store.cited.works(settings.cited)[1].record.title == "Wounds of the skin, an invented tale"
        assert store.works.untold("any", [query.name for query in settings.queries]) == []


def test_pubmed_is_asked_to_count_and_for_no_list(installed: World, tale: Path, tmp_path: Path, shell: Shell) -> None:
    online(shell, installed, tale, tmp_path / "new.toml")
    trials = [each for each in installed.pubmed.asked("esearch") if "[tiab]" in each.parameters["term"]]
    assert trials
    assert {each.parameters["retmax"] for each in trials} == {"0"}


def test_with_pubmed_out_of_reach_it_writes_all_the_same_and_exits_1(
    installed: World, tale: Path, tmp_path: Path, shell: Shell
) -> None:
    installed.pubmed.faults = lambda request: Answer(503, b"down")
    out = tmp_path / "new.toml"
    said = online(shell, installed, tale, out)
    assert said.status == 1
    assert "not checked on PubMed" in said.err
    assert "503" in said.err
    assert read_settings(out).queries


def test_again_it_changes_nothing_and_an_edit_stays(tale: Path, tmp_path: Path, shell: Shell) -> None:
    out = tmp_path / "queries.toml"
    shell("init", tale, "-o", out, "--offline")
    edited = (
        out.read_text(encoding="utf-8").replace('title = "', 'title = "My words: ', 1).replace("UTC", "Europe/Berlin")
    )
    out.write_text(edited, encoding="utf-8")
    said = shell("init", tale, "-o", out, "--offline")
    assert "it holds all that the article says" in said.out
    assert out.read_text(encoding="utf-8") == edited


def test_what_only_a_new_file_takes_is_said_where_there_is_one(tale: Path, tmp_path: Path, shell: Shell) -> None:
    out = tmp_path / "queries.toml"
    for _ in range(2):
        said = shell("init", tale, "-o", out, "--offline", "--email", "me@example.org")
        assert said.status == 0
    assert "are for a new file" in said.err


def test_the_file_keeps_its_permissions_and_nothing_is_left_beside_it(tale: Path, tmp_path: Path, shell: Shell) -> None:
    out = tmp_path / "queries.toml"
    shell("init", tale, "-o", out, "--offline")
    text = out.read_text(encoding="utf-8")
    out.write_text(text.replace('name = "', 'name = "x', 1).replace("keratin", "chitin"), encoding="utf-8")
    out.chmod(0o640)
    assert shell("init", tale, "-o", out, "--offline").status == 0
    assert out.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["queries.toml", "tale.txt"]


def test_standard_input_and_the_file_of_config(tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TALE.encode())))
    out = tmp_path / "queries.toml"
    assert shell("init", "-", "--offline", config=out).status == 0
    assert read_settings(out).article == "Do Wounds of the Skin Heal?"


def test_an_address_is_read(installed: World, tmp_path: Path, shell: Shell) -> None:
    url = installed.feeds.put("/tale.txt", TALE.encode(), content_type="text/plain")
    out = tmp_path / "new.toml"
    said = shell("init", url, "-o", out, "--base-url", installed.pubmed.url, "--now", "2021-06-04T12:00Z")
    assert said.status == 0
    assert f'url = "{url}"' in out.read_text(encoding="utf-8")


def test_where_pubmed_finds_nothing_by_any_query_that_is_said(installed: World, tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "a.txt"
    path.write_text("On asthma\nProbiotics ease asthma.\n", encoding="utf-8")
    done = online(shell, installed, path, tmp_path / "new.toml")
    assert done.status == 0
    assert "PubMed finds nothing by any of the article's queries (asthma-probiotic): one query by" in done.err
    assert read_settings(tmp_path / "new.toml").queries[0].term == '("Asthma"[mh] OR asthma*[tiab])'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.txt",), "nowhere.txt: No such file"),
        (("https://example.org/a", "--offline"), "save the page"),
        (("TALE", "--email", "me"), "no mail address"),
        (("TALE", "--base-url", "http://example.org/"), "https:// is needed"),
        (("TALE", "--per-week", "0"), "--per-week"),
        (("TALE", "--offline", "-o", "no/such/folder/queries.toml"), "No such file or directory"),
    ],
)
def test_a_wrong_call_is_said_in_words_and_exits_2(
    arguments: tuple[str, ...], said: str, tale: Path, tmp_path: Path, shell: Shell
) -> None:
    given = [str(tale) if each == "TALE" else each for each in arguments]
    done = shell("init", *given, config=tmp_path / "queries.toml")
    assert done.status == 2
    assert said in done.err
    assert not (tmp_path / "queries.toml").exists()


def test_an_article_of_which_no_query_can_be_made_gives_its_sources_and_the_words_of_its_title(
    tmp_path: Path, shell: Shell
) -> None:
    path, out = tmp_path / "a.txt", tmp_path / "queries.toml"
    path.write_text("The Tale of the Quokka\nNothing is said.[1]\nSources\nhttps://example.org/1\n", encoding="utf-8")
    done = shell("init", path, "--offline", config=out)
    assert done.status == 0
    assert "no statement of the article names two things to search for: one query by the words of the title" in done.err
    settings = read_settings(out)
    assert [work.url for work in settings.cited] == ["https://example.org/1"]
    assert [query.term for query in settings.queries] == ["(tale*[tiab]) AND (quokka*[tiab])"]
    assert "# TO BE EDITED. No statement of the article names" in out.read_text(encoding="utf-8")


def test_an_article_whose_title_has_no_word_either_is_refused(tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "a.txt"
    path.write_text("???\nNothing is said here.\n", encoding="utf-8")
    done = shell("init", path, "--offline", config=tmp_path / "queries.toml")
    assert (done.status, "and its title has no word" in done.err) == (2, True)


def test_what_nothing_came_of_is_named(tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "Why Bats Live Long\nBats dampen the NLRP3 inflammasome.[1] Bats of the genus Myotis are old.[2]\nSources\n"
        "1. https://example.org/1\n2. https://example.org/2\n3. A book that is not cited.\n",
        encoding="utf-8",
    )
    done = shell("init", path, "-o", tmp_path / "queries.toml", "--offline")
    assert "[3] no statement cites it: A book that is not cited." in done.err
    assert "[1] no statement" not in done.err
    assert "no query came of: “Bats of the genus Myotis are old.” [2]" in done.err
    assert "inflammasome" not in done.err
    path.write_text(path.read_text(encoding="utf-8").replace("[1]", "").replace("[2]", ""), encoding="utf-8")
    done = shell("init", path, "-o", tmp_path / "queries.toml", "--offline")
    assert "no statement cites a source by a mark that is known" in done.err


def test_what_was_found_offline_and_by_pubmed_is_one(installed: World, tmp_path: Path, shell: Shell) -> None:
    article, out = tmp_path / "tale.txt", tmp_path / "new.toml"
    entry = "Muster E. Wounds of the skin, an invented tale. J Invent Res. 2021;1:1."
    article.write_text(
        TALE.replace("https://doi.org/10.5555/tale.11", f"1. {entry}").replace("https://pub", "2. https://pub")
    )
    for first, second in (("--offline", ""), ("", "--offline")):
        out.unlink(missing_ok=True)
        online(shell, installed, article, out, *filter(None, [first]))
        before = out.read_text(encoding="utf-8")
        queries = {query.name for query in read_settings(out).queries}
        online(shell, installed, article, out, *filter(None, [second]))
        assert len(read_settings(out).cited) == 2
        assert before.count("[[cited]]") == 2
        names = [query.name for query in read_settings(out).queries]
        assert len(names) == len(set(names)) >= len(queries)


@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_ends_of_lines_and_a_byte_order_mark_stay_byte_for_byte(
    bom: str, tale: Path, tmp_path: Path, shell: Shell
) -> None:
    out = tmp_path / "queries.toml"
    text = """\
[[query]] # mine
name = "mine"
term = '''
skin[tiab]
'''

[[digest]]
name = "b"
to = ["b@example.org"]"""
    before = (bom + text.replace("\n", "\r\n")).encode()
    out.write_bytes(before)
    assert "added" in shell("init", tale, "-o", out, "--offline").out
    after = out.read_bytes()
    left = iter(after.splitlines(keepends=True))
    assert all(any(line.startswith(mine) for line in left) for mine in before.splitlines(keepends=True))
    assert after.startswith(before[:20])
    assert after.count(b"\n") == after.count(b"\r\n")
    read_settings(out)


def test_mistakes_in_the_file_that_is_added_to_are_named_and_it_stays(tale: Path, tmp_path: Path, shell: Shell) -> None:
    out = tmp_path / "queries.toml"
    out.write_text("[[query]]\n", encoding="utf-8")
    done = shell("init", tale, "--offline", config=out)
    assert done.status == 2
    assert "line 1" in done.err
    assert out.read_text(encoding="utf-8") == "[[query]]\n"

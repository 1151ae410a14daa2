"""diff: what an edit gains and loses, beside the version that was last used; what `poll`, `run --once` and the daemon
say of an edit when they take it up.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.pipeline.world import SKIN, WOUNDS

if TYPE_CHECKING:
    from tests.cli.shell import Shell
    from tests.pipeline.world import World

NOW = ("--now", "2021-06-05T12:00Z")
BROKEN = ("broken", "What is not unbroken", '("invented tale"[ti] OR elsewhere[ti]) NOT unbroken[ti]')


def test_a_file_that_was_never_used_has_nothing_to_compare_with(installed: World, shell: Shell) -> None:
    said = shell("diff", config=installed.path)
    assert (said.status, said.out) == (0, "")
    assert f"{installed.path} was not used yet" in said.err
    assert not installed.settings.store.parent.exists()


def test_a_file_that_is_as_it_was_used_differs_in_nothing(polled: World, shell: Shell) -> None:
    said = shell("diff", *NOW, config=polled.path)
    assert (said.status, said.out) == (0, "no query differs from the version that was last used\n")
    polled.configure(("wounds", "Another title", WOUNDS[2]), SKIN)
    assert shell("diff", *NOW, config=polled.path).out == said.out


def test_an_edited_query_says_what_it_gains_by_which_phrases_and_what_it_loses_and_why(
    polled: World, shell: Shell
) -> None:
    polled.configure(WOUNDS, ("skin", "Skin", "(skin[tiab] OR elsewhere[ti]) NOT unbroken[ti]"))
    said = shell("diff", *NOW, config=polled.path)
    assert (said.status, said.err) == (0, "")
    head, gained, lost, *rest = said.out.splitlines()
    assert head == "skin: edited; of the stored works of the last 90 days it gains 1 and loses 1, and matches 2"
    assert gained.startswith("  + ")
    assert gained.endswith("Wounds elsewhere, invented as well  (Journal of invented results · 2021-06): elsewhere")
    assert lost.startswith("  - ")
    assert "Unbroken skin, an invented tale too" in lost
    assert lost.endswith(": excluded by unbroken[ti]")
    assert "This is decided on what is stored" in " ".join(rest)
    assert "Narrower" not in said.out
    assert shell("diff", *NOW, config=polled.path).out == said.out


def test_new_removed_and_renamed_queries_are_called_so(polled: World, shell: Shell) -> None:
    polled.configure(("wundheilung", "Wounds", WOUNDS[2]), BROKEN)
    said = shell("diff", *NOW, "--limit", "0", config=polled.path)
    assert said.out.splitlines()[:3] == [
        "wundheilung: renamed, before wounds; its term is the same",
        "broken: new, and matches 2 stored works of the last 90 days",
        "skin: removed; it matched 2 stored works of the last 90 days",
    ]


def test_an_edit_of_min_relatedness_is_named_alone_and_beside_that_of_a_term(polled: World, shell: Shell) -> None:
    def ask(least: int) -> None:
        text = polled.path.read_text(encoding="utf-8")
        polled.path.write_text(text.replace('name = "skin"', f'name = "skin"\nmin_relatedness = {least}'), "utf-8")

    ask(40)
    said = shell("diff", *NOW, config=polled.path)
    assert said.out.splitlines()[0] == "skin: min_relatedness is 40, before 0; its term is the same"
    polled.configure(WOUNDS, ("skin", "Skin", "elsewhere[ti]"))
    ask(40)
    edited = shell("diff", *NOW, config=polled.path).out
    assert edited.startswith(
        "skin: edited; min_relatedness is 40, before 0; of the stored works of the last 90 days it"
    )


def test_works_that_were_seen_before_the_last_90_days_are_left_out(polled: World, shell: Shell) -> None:
    polled.configure(WOUNDS)
    said = shell("diff", "--now", "2021-10-05T12:00Z", config=polled.path)
    assert said.out.splitlines()[0] == "skin: removed; it matched 0 stored works of the last 90 days"


def test_that_narrower_headings_are_not_known_here_is_said(polled: World, shell: Shell) -> None:
    polled.configure(WOUNDS, ("skin", "Skin", "skin[tiab] OR skin[mh]"))
    assert "Narrower MeSH headings, which PubMed finds as well" in shell("diff", *NOW, config=polled.path).out


def test_only_some_works_are_named_and_the_rest_counted_and_a_script_gets_all(polled: World, shell: Shell) -> None:
    polled.configure(WOUNDS, SKIN, BROKEN)
    assert "    … and 1 more (--limit)" in shell("diff", *NOW, "--limit", "1", config=polled.path).out
    (edit,) = json.loads(shell("diff", *NOW, "--json", "--limit", "1", config=polled.path).out)
    titles = [work["title"] for work in edit.pop("gained")]
    assert titles == ["Wounds elsewhere, invented as well", "Wounds of the skin, an invented tale"]
    assert edit == {"query": "broken", "change": "new", "was": "", "matched": 2, "lost": [], "min_relatedness": [0, 0]}


def test_what_uses_an_edited_file_first_says_a_line_a_query_once(polled: World, shell: Shell) -> None:
    line = "broken: new, and matches 2 stored works of the last 90 days\n"
    for command in (["poll"], ["run", "--once"]):
        polled.configure(WOUNDS, SKIN, BROKEN)
        assert line in shell(*command, *NOW, config=polled.path).err
        assert line not in shell(*command, *NOW, config=polled.path).err
        assert shell("diff", *NOW, config=polled.path).out.startswith("no query differs")
        polled.configure(WOUNDS, SKIN)
        assert "broken: removed" in shell(*command, *NOW, config=polled.path).err


def test_a_last_version_that_cannot_be_read_any_more_stops_nothing(polled: World, shell: Shell) -> None:
    copy = polled.folder / "db" / "queries.toml.last-good"
    copy.write_text("[[query]]\n", encoding="utf-8")
    assert shell("diff", config=polled.path).status == 2
    assert shell("run", "--once", *NOW, config=polled.path).status == 0
    assert copy.read_text(encoding="utf-8") == polled.path.read_text(encoding="utf-8")

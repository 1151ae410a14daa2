"""Every mistake that `check` finds in a term: its place, the words for it, and whether it is an error.

A row is a term, which begins in line 4 of its file; the status with which `check` ends (2 for what PubMed would not
take, 0 for what it takes for something else than it looks); where it says that the mistake stands, and in which words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_search import Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.shell import Shell
    from tests.pipeline.world import World


class Mistake(NamedTuple):
    term: str
    status: int
    where: str
    said: str


MISTAKES = {
    "a parenthesis that is not closed": Mistake(
        "skin[tiab] AND\n(wound*[tiab] OR burn[tiab]", 2, "line 5, column 1",
        "a parenthesis is opened and not closed: write ) where its group ends",
    ),
    "a parenthesis that is not opened": Mistake(
        "skin[tiab]) AND burn[tiab]", 2, "line 4, column 11",
        "a closing parenthesis without an opening one: take it away, or write ( where its group begins",
    ),
    "a quote that is not closed": Mistake(
        'skin[tiab] AND\n"stem cell[tiab] AND "wound healing"[tiab]', 2, "line 5, column 1",
        'a quote (") is opened and not closed: write another behind the last word of the phrase, "like this"[tiab]',
    ),
    "curly quotes": Mistake(
        "“wound healing”[tiab]", 2, "line 4, column 1",
        'curly quotes mean nothing to PubMed: write straight ones, "wound healing"',
    ),
    "an unknown tag": Mistake(
        "skin[tiabs]", 2, "line 4, column 5", "PubMed has no tag [tiabs]: did you mean [tiab]",
    ),
    "a tag behind a parenthesis": Mistake(
        "(skin OR burn)[tiab]", 2, "line 4, column 15",
        "the tag [tiab] must follow a phrase (PubMed tags each phrase, not a whole parenthesis)",
    ),
    "an operator in small letters": Mistake(
        "skin[tiab] and burn[tiab]", 2, "line 4, column 12",
        'write AND in capitals and between phrases; if "and" is part of a phrase, quote that',
    ),
    "an asterisk outside the quotes": Mistake(
        '"stem cell"*[tiab]', 2, "line 4, column 1",
        '"stem cell"*: quotes must enclose the whole phrase: write "stem cell*", or AND or OR between its parts',
    ),
    "AND and OR without parentheses": Mistake(
        "skin[ti] OR burn[ti]\n  AND healing[ti]", 0, "line 5, column 3",
        "AND and OR meet without parentheses: PubMed reads from left to right, that is (skin[ti] OR burn[ti]) AND "
        "healing[ti]; write these parentheses, or skin[ti] OR (burn[ti] AND healing[ti]) if you mean that",
    ),
    "phrases side by side": Mistake(
        "skin[ti] burn[ti]", 0, "line 4, column 10",
        "two phrases stand side by side: PubMed reads that as AND; write the AND",
    ),
    "a truncation that is too short": Mistake(
        "ski*[tiab]", 0, "line 4, column 1",
        "PubMed ignores the asterisk of ski*: four letters at least must stand before it; write more letters, or "
        "the words themselves with OR between them",
    ),
    "a quoted phrase with a truncation within": Mistake(
        '"stem* cell"[tiab]', 0, "line 4, column 1",
        "in stem* cell an asterisk does not stand at the end, where alone PubMed promises to heed it: write the "
        "phrases that you mean with OR between them",
    ),
    "a quoted heading with a truncation": Mistake(
        'skin[ti] OR "stem cell*"[mh:noexp]', 0, "line 4, column 13",
        "of a truncated heading PubMed does not find the narrower ones: write stem cell* in full, or take it as words, "
        "stem cell*[tiab]",
    ),
    "words without a tag": Mistake(
        "skin wounds", 0, "line 4, column 1",
        "skin wounds has no tag: PubMed adds headings and synonyms of its own, here each word is looked for in all "
        "fields; write skin wounds[tiab] for just these words",
    ),
    "headings alone": Mistake(
        '"skin"[mh:noexp]', 0, "line 4, column 1",
        "a term of MeSH alone finds no article on its first day, for MeSH is added weeks later or never: add words "
        "with OR, such as stem cell*[tiab]",
    ),
}  # fmt: skip


def written(folder: Path, term: str) -> Path:
    path = folder / "queries.toml"
    path.write_text(
        f"[[query]]\nname = \"q\"\nterm = '''\n{term}'''\n"
        '[[digest]]\nname = "all"\nto = ["reader@example.org"]\n[pubmed]\nemail = "tests@example.org"\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_check_names_a_mistake_by_its_place_and_says_what_to_write(
    mistake: Mistake, tmp_path: Path, shell: Shell
) -> None:
    path = written(tmp_path, mistake.term)
    said = shell("check", config=path)
    assert said.status == mistake.status
    (line,) = said.err.splitlines()
    assert line.startswith(f"{path}: {mistake.where}: query 'q': {mistake.said}")


def test_a_quoted_phrase_that_ends_in_an_asterisk_is_as_pubmeds_help_writes_it(tmp_path: Path, shell: Shell) -> None:
    assert shell("check", config=written(tmp_path, '"stem cell*"[tiab]')).err == ""


# As the loopback PubMed answers, which has no "wonds"; the terms begin in line 10 of the file.
ONLINE = {
    "a heading that does not exist": Mistake(
        'skin[ti] OR\n"skin wonds"[mh]', 0, "line 11, column 1",
        'there is no MeSH heading skin wonds: did you mean "skin wounds"[mh]? Else look it up at '
        "https://meshb.nlm.nih.gov, or write it as words, skin wonds[tiab]",
    ),
    "a heading by another of its names": Mistake(
        'skin[ti] OR "cutaneous wounds"[mh]', 0, "line 10, column 13",
        'cutaneous wounds is no heading itself: PubMed reads it as "Skin Wounds"[MeSH Terms]; write that, for here '
        "it is not known",
    ),
    "a phrase that nothing in PubMed holds": Mistake(
        "skin[ti] OR wonds[tiab]", 0, "line 10, column 13",
        "nothing in PubMed holds wonds[tiab]: look whether it is misspelt, or take it away",
    ),
    "a phrase that PubMed does not have, and looks for its words": Mistake(
        'wounds[ti] OR "skin unheard"[tiab]', 0, "line 10, column 15",
        'PubMed does not know "skin unheard"[tiab] as a phrase, and looks for its words wherever they stand (3 works): '
        'write "skin unheard"[tiab:~0] for words next to each other',
    ),
}  # fmt: skip


@pytest.fixture
def indexed(installed: World, shell: Shell) -> World:
    """A PubMed that says what it does not find, whose records have a heading, and a store that has them, too."""
    installed.pubmed.vocabulary = Vocabulary(
        unknown=frozenset({"unheard"}), entry_terms={"cutaneous wounds": "Skin Wounds"}
    )
    installed.pubmed.collection.add(article(14, title="Skin healing", mesh=("Skin Wounds",)))
    assert shell("poll", "--now", "2021-06-04T12:00Z", config=installed.path).status == 0
    return installed


@pytest.mark.parametrize("mistake", ONLINE.values(), ids=ONLINE)
def test_check_online_places_what_pubmed_says_of_a_phrase(mistake: Mistake, indexed: World, shell: Shell) -> None:
    indexed.configure(("q", "Q", f"\n{mistake.term}"))
    said = shell("check", "--online", config=indexed.path)
    assert said.status == mistake.status
    assert f"{indexed.path}: {mistake.where}: query 'q': {mistake.said}" in said.err.splitlines()


def test_headings_that_pubmed_takes_as_they_stand_are_no_mistakes(indexed: World, shell: Shell) -> None:
    indexed.configure(("q", "Q", 'skin[ti] OR "Skin Wounds"[mh:noexp] OR "skin wound*"[tiab]'))
    said = shell("check", "--online", config=indexed.path)
    assert (said.status, said.err) == (0, "")
    assert len(indexed.pubmed.asked("esearch")) == 2 + 1  # the two of the poll


def test_a_phrase_that_nothing_stored_holds_is_named_once_there_is_enough_to_tell(
    indexed: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed.configure(("skin", "Skin", '\nskin[tiab] OR "dermal wound*"[tiab] OR wonds[ti] OR burns[mh:noexp]'))
    assert shell("check", config=indexed.path).err == ""
    monkeypatch.setattr("watcher.pipeline.doubts.TELLING", 3)
    said = shell("check", config=indexed.path)
    assert said.status == 0
    assert said.err.splitlines() == [
        f"{indexed.path}: line 10, column {column}: query 'skin': nothing that is stored holds {phrase}, though 3 "
        "works match the query: look whether it is misspelt, or take it away; `watcher preview skin --online` tells "
        "what it brings on PubMed"
        for column, phrase in ((15, '"dermal wound*"[tiab]'), (40, "wonds[ti]"))
    ]

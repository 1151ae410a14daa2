"""Every mistake that `check` finds in a term: its place, the words for it, and whether it is an error.

A row is a term, which begins in line 4 of its file; the status with which `check` ends (2 for what PubMed would not
take, 0 for what it takes for something else than it looks); where it says that the mistake stands, and in which words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.shell import Shell


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

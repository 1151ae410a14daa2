"""What a term's writer is told about a term that PubMed takes."""

import pytest

from watcher.terms.term import Term, TermError, lint


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("skin wounds", (1, 1), "skin wounds[tiab]"),
        ("skin[ti] AND\nhasabstract", (2, 1), "cannot be known here"),
        ("a[ti] OR b[ti] AND c[ti]", (1, 16), "from left to right"),
        ("(a[ti] OR b[ti] AND c[ti]) OR d[ti]", (1, 17), "from left to right"),
        ("skin[ti] wound[ti]", (1, 10), "reads that as AND"),
        ("ski*[ti]", (1, 1), "four letters at least"),
        ("stem* cells[ti]", (1, 1), "does not stand at the end"),
        ('"stem* cells"[ti]', (1, 1), "does not stand at the end"),
        ('"stem cell*"[ti:~2]', (1, 1), "ignores [ti:~2]"),
        ("sk?n[ti]", (1, 1), "write the spellings with OR"),
        ("skin$[ti]", (1, 1), "write the spellings with OR"),
        ("skin[ab]", (1, 1), "lists no tag [ab]"),
        ("skin[ti] AND nih[gr]", (1, 14), "by PubMed only"),
        ("skin[ti] AND medline[sb]", (1, 14), "by PubMed only"),
        ('skin[ti] AND "last 7 days"[dp]', (1, 14), "by PubMed only"),
        ("skin[ti] OR skin[mh]", (1, 13), "narrower than one in the term"),
        ("skin[ti] OR skin/dh[mh]", (1, 13), "write it in full"),
        ("skin[mh:noexp]", (1, 1), "on its first day"),
    ],
)
def test_a_finding_has_its_place_and_says_what_to_do(text: str, where: tuple[int, int], words: str) -> None:
    found = [(problem.line, problem.column) for problem in lint(text) if words in problem.message]
    assert found == [where]


@pytest.mark.parametrize(
    "text",
    [
        "exosome*[tiab] AND (wound[tiab] OR burn[tiab]) NOT review[pt:noexp]",
        "skin[ti] OR skin[mh:noexp]",
        '"stem cell*"[tiab] AND 2020:3000[dp] AND english[la]',
        "a[ti] OR b[ti] NOT c[ti]",
        '"what heals skin?"[ti]',
    ],
)
def test_a_sound_term_has_no_findings(text: str) -> None:
    assert lint(text) == []


def test_what_does_not_parse_is_no_matter_of_findings() -> None:
    with pytest.raises(TermError):
        lint("(skin[ti]")


def test_the_narrower_headings_are_told_of_once() -> None:
    notes = Term.parse("skin[ti] OR skin[mh] OR burns[mh] OR ulcer[mh]").notes
    assert len([note for note in notes if "narrower" in note.message]) == 1

"""What a term means, and what is wrong with one that PubMed would not take."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.terms.parse import DEEPEST
from watcher.terms.term import Term, TermError
from watcher.terms.tree import And, Node, Not, Or


def meaning(node: Node) -> str:
    match node:
        case And(children):
            return "(" + " & ".join(map(meaning, children)) + ")"
        case Or(children):
            return "(" + " | ".join(map(meaning, children)) + ")"
        case Not(base, excluded):
            return "(" + " - ".join(map(meaning, (base, *excluded))) + ")"
        case _:
            return node.label


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("skin[ti]", "skin"),
        ('"stem cell*"[tiab]', "stem cell*"),
        ("skin[MeSH Terms]", "skin [MeSH]"),
        ("skin [ Mesh  major TOPIC ]", "skin [MeSH major topic]"),
        ("a[ti] OR b[ti] AND c[ti]", "((a | b) & c)"),
        ("a[ti] AND b[ti] OR c[ti] AND d[ti]", "(((a & b) | c) & d)"),
        ("(a[ti] OR b[ti] AND c[ti]) OR (d[ti] AND e[ti] OR f[ti])", "(((a | b) & c) | (d & e) | f)"),
        ("a[ti] NOT b[ti] NOT c[ti]", "(a - b - c)"),
        ("a[ti] OR b[ti] NOT c[ti] AND d[ti]", "(((a | b) - c) & d)"),
        ("a[ti] NOT (b[ti] OR c[ti])", "(a - (b | c))"),
        ("((((a[ti]))))", "a"),
        ("covid-19[ti] vaccine[ti] (children[ti] OR infants[ti])", "(covid-19 & vaccine & (children | infants))"),
        ("skin & wound | burn", "((skin & wound) | burn)"),
        ("skin stem cells", "skin stem cells"),
        ("not-for-profit[tiab] AND AND-gate[ti]", "(not-for-profit & AND-gate)"),
        ('"wound and healing"[tiab]', "wound and healing"),
        ('"wound\n  healing"[tiab]', "wound healing"),
        ('"a [b] (c)"[ti]', "a [b] (c)"),
        ("2020:2021[dp]", "2020:2021 [published]"),
        ("2020[dp]:2021[dp]", "2020:2021 [published]"),
        ('"2020/01/01"[Date - Publication] : "3000"[Date - Publication]', "2020/01/01:3000 [published]"),
        ('"2020":"2021"[crdt]', "2020:2021 [created in PubMed]"),
        ("ratio 1:2[tiab]", "ratio 1:2"),
        ('"radiation wound"[tiab:~3]', "radiation wound (within 3 words)"),
        ("10.1021/acsnano.4c06921[doi]", "10.1021/acsnano.4c06921 [identifier]"),
        ("33000000[uid] OR 34000000[pmid]", "(33000000 [PMID] | 34000000 [PMID])"),
    ],
)
def test_a_term_means(text: str, meant: str) -> None:
    assert meaning(Term.parse(text).parsed.root) == meant


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", (1, 1), "empty"),
        ("  \n ", (1, 1), "empty"),
        ("(skin[ti]", (1, 1), "opened and not closed"),
        ("skin[ti])", (1, 9), "without an opening one"),
        ("skin[ti] AND ()", (1, 15), "nothing stands between"),
        ("skin[ti]\nAND wound[tibb]", (2, 10), "did you mean [tiab]"),
        ("skin[ti:noexp]", (1, 5), "no tag [ti:noexp]"),
        ("skin[ti] and wound[ti]", (1, 10), "write AND in capitals"),
        ("skin[ti] Or wound[ti]", (1, 10), "write OR in capitals"),
        ("wound and healing[tiab]", (1, 7), "quote that"),
        ("AND skin[ti]", (1, 1), "AND cannot come first"),
        ("(OR skin[ti])", (1, 2), "OR cannot come first"),
        ("skin[ti] AND", (1, 10), "ends with AND"),
        ("(skin[ti] OR) AND burn[ti]", (1, 13), "end of a parenthesis"),
        ("skin[ti] AND NOT burn[ti]", (1, 14), "NOT alone says it"),
        ("skin[ti] OR OR burn[ti]", (1, 13), "side by side"),
        ("“stem cell”[ti]", (1, 1), 'straight ones, "stem cell"'),
        ('"stem cell[ti]', (1, 1), "opened and not closed"),
        ('"stem" cell[ti]', (1, 1), "quotes must enclose the whole phrase"),
        ("skin[ti", (1, 5), "without its partner"),
        ("skin]", (1, 5), "without its partner"),
        ("[ti]", (1, 1), "must follow a phrase"),
        ("(skin OR burn)[ti]", (1, 15), "tags each phrase"),
        ('""[ti]', (1, 1), "no word"),
        ("*[ti]", (1, 1), "no word"),
        ("#1 AND #2", (1, 1), "search history"),
        ("June 2021[dp]", (1, 1), "2021/06/03"),
        ("2021/13[dp]", (1, 1), "2021/06/03"),
        ("2020[dp] : 2021[crdt]", (1, 1), "same tag"),
        ("a[ti] : b[ti]", (1, 1), "dates and PMIDs only"),
        ("a:b[tiab]", (1, 1), "dates and PMIDs only"),
        ("smith:jones[au]", (1, 1), "dates and PMIDs only"),
        ("‘stem cell’[tiab]", (1, 1), 'straight double ones, "stem cell"'),
        ("skin[ti] OR 'stem cell'[tiab]", (1, 13), 'straight double ones, "stem cell"'),
        ("skin:ti,ab", (1, 1), "Embase: PubMed's way is skin[tiab]"),
        ("'stem cell':ti", (1, 1), 'PubMed\'s way is "stem cell"[ti]'),
        ("'skin'/exp", (1, 1), 'Embase writes it: PubMed\'s way is "skin"[mh]'),
        ("wound.tw.", (1, 1), "Ovid: PubMed's way is wound[tiab]"),
        ("(wound or burn).ti,ab.", (1, 15), "behind each phrase"),
        ("exp Skin/", (1, 1), 'Ovid writes it: PubMed\'s way is "Skin"[mh]'),
        ("a:b[uid]", (1, 1), "33000000:34000000[uid]"),
        ("burn[tiab:~2]", (1, 1), "two words or more"),
        ('"burn wound"[mh:~2]', (1, 13), "proximity is written"),
        ('"burn wound"[tiab:~x]', (1, 13), "proximity is written"),
        ("(" * 60 + "skin[ti]" + ")" * 60, (1, DEEPEST + 1), "nested more than 50 deep"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, where: tuple[int, int], words: str) -> None:
    with pytest.raises(TermError) as caught:
        Term.parse(text)
    first = caught.value.problems[0]
    assert (first.line, first.column) == where
    assert words in first.message
    assert first.message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["Crohn’s[tiab]", "Crohn's[tiab]", '"patients’ and nurses’ view"[ti]', '"TGF:beta"[tiab]', "Skin/injuries[mh]",
     "u.s.[ti]", '"nurses\' and patients\' view"[ti]', "https://doi.org/10.5555/a[aid]"],
)  # fmt: skip
def test_apostrophes_colons_in_quotes_and_subheadings_are_nothing_wrong(text: str) -> None:
    assert Term.parse(text).phrases


def test_all_that_is_wrong_is_said_at_once_and_in_order() -> None:
    with pytest.raises(TermError) as caught:
        Term.parse("skin[tii] and\nburn[zzz] OR (wound[ti]")
    assert [(p.line, p.column) for p in caught.value.problems] == [(1, 5), (1, 11), (2, 5), (2, 14)]


def test_parsing_again_gives_the_same_term() -> None:
    assert Term.parse("skin[ti] OR burn[ti]") is Term.parse("skin[ti] OR burn[ti]")


PIECES = [
    "skin",
    "stem cell*",
    '"a b"',
    "(",
    ")",
    " AND ",
    " OR ",
    " NOT ",
    " and ",
    "[ti]",
    "[tiab:~2]",
    "[mh]",
    "[dp]",
]
PIECES += [
    ":",
    '"',
    "2020",
    "2021/02",
    "[",
    "]",
    "*",
    "&",
    "|",
    "\n",
    "[au]",
    "[pt]",
    "/",
    "“",
    "é",
    "β",
    "#1",
    "[x]",
    ",",
]


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
def test_any_text_parses_or_is_refused_with_a_place_and_quietly(text: str) -> None:
    try:
        term = Term.parse(text)
        told = list(term.notes)
    except TermError as error:
        told = error.problems
        refused = True
    else:
        refused = False
    assert told or not refused
    assert all(problem.line and problem.column for problem in told)


def test_parsing_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Term.parse("skin OR burns[ti] AND cel*[tiab] OR cel*[tiab] NOT x[mh]")
    assert capsys.readouterr() == ("", "")

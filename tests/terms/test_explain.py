"""Why a term does not match: the blocks that fail, as a reader would write them. The record is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.models import MeshHeading, Record
from watcher.terms.explain import failing
from watcher.terms.term import Term
from watcher.terms.tree import And, Leaf, Node, Not, Or
from watcher.terms.written import in_full, in_short

RECORD = Record(
    source="pubmed", source_id="1", title="Exosome patches heal wounds of the cornea", mesh=(MeshHeading("Cornea"),)
)
ENTRY = Record(source="feed:News", source_id="1", title="Exosome patches heal wounds of the cornea")


@pytest.mark.parametrize(
    ("term", "blocks"),
    [
        ("exosome[tiab] AND wound*[tiab]", []),
        ("skin[tiab]", ["nothing of skin[tiab]"]),
        (
            '("radiation"[tiab] OR irradiat*[tiab]) AND exosome[tiab]',
            ['nothing of ("radiation"[tiab] OR irradiat*[tiab])'],
        ),
        (
            "(a1[ti] OR a2[ti] OR a3[ti] OR a4[ti] OR a5[ti]) AND skin[ti] AND patches[ti]",
            ["nothing of (a1[ti] OR a2[ti] OR a3[ti] OR … 2 more)", "nothing of skin[ti]"],
        ),
        ("exosome[ti] NOT (cornea*[ti] OR ocular[ti])", ["excluded by cornea*[ti]"]),
        ("skin[ti] NOT cornea[mh]", ["nothing of skin[ti]", "excluded by cornea[mh]"]),
        ("exosome[ti] NOT (heal[ti] AND wounds[ti])", ["excluded by (heal[ti] AND wounds[ti])"]),
        (
            "(skin[ti] AND exosome[ti]) OR burn[ti]",
            ["nothing of ((skin[ti] AND exosome[ti]) OR burn[ti]) (nearest to it: nothing of skin[ti])"],
        ),
        (
            "(b[ti] AND a[ti]) OR (heal[ti] NOT cornea[ti])",
            ["nothing of ((b[ti] AND a[ti]) OR (heal[ti] NOT cornea[ti])) (nearest to it: excluded by cornea[ti])"],
        ),
        ('"skin wound"[tiab:~2] AND 2020:2021[dp]', ['nothing of "skin wound"[tiab:~2]', "nothing of 2020:2021[dp]"]),
    ],
)
def test_the_blocks_that_fail_are_named(term: str, blocks: list[str]) -> None:
    assert list(map(str, failing(Term.parse(term), RECORD))) == blocks


def test_what_a_feeds_entry_cannot_say_is_called_so() -> None:
    assert list(map(str, failing(Term.parse("review[pt]"), ENTRY))) == ["what it says cannot tell of review[pt]"]


LEAVES = (
    "exosome[ti]",
    "skin*[tiab]",
    '"heal wounds"[ti]',
    "cornea[mh]",
    "review[pt]",
    "skin wounds",
    "2021[dp]",
    "x[sb]",
)
TERMS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.builds(
        lambda operator, parts: f"({f' {operator} '.join(parts)})",
        st.sampled_from(("AND", "OR", "NOT")),
        st.lists(inner, min_size=2, max_size=4),
    ),
    max_leaves=8,
)


@given(TERMS, st.sampled_from((RECORD, ENTRY)))
def test_something_fails_exactly_where_the_term_does_not_match(text: str, record: Record) -> None:
    term = Term.parse(text)
    assert bool(failing(term, record)) is not term.evaluate(record).matched


@given(TERMS)
def test_a_tree_written_in_full_is_the_same_term(text: str) -> None:
    tree = Term.parse(text).parsed.root
    assert shape(Term.parse(in_full(tree)).parsed.root) == shape(tree)


def test_a_tree_written_in_short_says_how_much_is_left_out() -> None:
    tree = Term.parse("(a[ti] OR b[ti] OR c[ti] OR d[ti]) AND (e[ti] OR f[ti] OR g[ti] OR h[ti] OR i[ti])").parsed.root
    assert in_short(tree) == ("((a[ti] OR b[ti] OR c[ti] OR d[ti]) AND (e[ti] OR f[ti] OR g[ti] OR … 2 more))")


def shape(node: Node) -> object:
    """A tree without the places where its leaves stand."""
    match node:
        case And(children) | Or(children):
            return type(node).__name__, [shape(child) for child in children]
        case Not(base, excluded):
            return "Not", shape(base), [shape(child) for child in excluded]
        case _:
            return leaf(node)


def leaf(node: Leaf) -> object:
    return type(node).__name__, node.label, node.tag.field, node.tag.distance

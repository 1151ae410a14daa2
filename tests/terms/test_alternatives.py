"""What each alternative of a term brings, and what only it brings. All records here are invented."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from watcher.models import Record
from watcher.terms.alternatives import alternatives, only
from watcher.terms.term import Term
from watcher.terms.tree import And, Node, Not, Or
from watcher.terms.written import in_full, in_short

WORDS = ("skin", "wound", "burn", "stem", "cell")
# One record for each set of these words.
TITLES = [" ".join(filter(None, words)) for words in product(*((word, "") for word in WORDS))]
RECORDS = [Record(source="pubmed", source_id=str(number), title=title) for number, title in enumerate(TITLES)]


def found(text: str) -> frozenset[str]:
    term = Term.parse(text)
    return frozenset(record.source_id for record in RECORDS if term.evaluate(record).matched)


def brought(text: str) -> dict[str, tuple[int, int]]:
    """Each alternative, with what it brings and what only it brings."""
    which = alternatives(Term.parse(text).parsed.root)
    sets = [found(in_full(one.alone)) for one in which]
    return {
        in_short(one.node): (len(mine), lonely)
        for one, mine, lonely in zip(which, sets, only(sets, which), strict=True)
    }


def test_an_alternative_brings_what_the_term_finds_by_it_alone_of_its_block() -> None:
    # skin and one of wound, burn: 8 records of the 16 with skin have wound, 8 have burn, 4 have both.
    assert brought("skin[ti] AND (wound[ti] OR burn[ti] OR leprosy[ti])") == {
        "wound[ti]": (8, 4), "burn[ti]": (8, 4), "leprosy[ti]": (0, 0),
    }  # fmt: skip


def test_a_part_of_an_alternative_has_what_stands_beside_that_for_rivals_too() -> None:
    assert brought("skin[ti] OR (wound[ti] AND (burn[ti] OR stem[ti]))") == {
        "skin[ti]": (16, 10), "(wound[ti] AND (burn[ti] OR stem[ti]))": (12, 6), "burn[ti]": (8, 2), "stem[ti]": (8, 2),
    }  # fmt: skip


def test_what_is_excluded_is_no_alternative_and_stays_excluded() -> None:
    assert brought("(skin[ti] OR burn[ti]) NOT (wound[ti] OR stem[ti])") == {"skin[ti]": (4, 2), "burn[ti]": (4, 2)}


def test_a_term_without_or_has_no_alternatives() -> None:
    assert alternatives(Term.parse("skin[ti] AND burn[ti]").parsed.root) == []


TERMS = st.recursive(
    st.sampled_from([f"{word}[ti]" for word in WORDS]),
    lambda inner: st.builds(
        lambda operator, parts: f"({f' {operator} '.join(parts)})",
        st.sampled_from(("AND", "OR", "NOT")),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=6,
)


def without(node: Node, gone: Node) -> Node | None:
    """The tree less one of its alternatives; None where nothing is left."""
    if node is gone:
        return None
    match node:
        case And(children):
            kept = [without(child, gone) for child in children]
            return None if None in kept else And(tuple(child for child in kept if child))
        case Or(children):
            left = tuple(new for child in children if (new := without(child, gone)))
            return None if not left else left[0] if len(left) == 1 else Or(left)
        case Not(base, excluded):
            rest = without(base, gone)
            return Not(rest, excluded) if rest else None
        case _:
            return node


@given(TERMS)
def test_what_only_an_alternative_brings_is_what_the_term_loses_without_it(text: str) -> None:
    root = Term.parse(text).parsed.root
    which = alternatives(root)
    sets = [found(in_full(one.alone)) for one in which]
    for one, lonely in zip(which, only(sets, which), strict=True):
        rest = without(root, one.node)
        assert lonely == len(found(text) - (found(in_full(rest)) if rest else frozenset()))

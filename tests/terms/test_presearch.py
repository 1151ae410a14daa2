"""What can be refused without evaluating a term: never a record that it matches. All records here are invented."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.models import Author, MeshHeading, Outline, Passage, Pmid, Record
from watcher.terms.presearch import Presearch
from watcher.terms.term import Term, TermError

ARTICLE = Record(
    source="pubmed",
    source_id="33000001",
    pmid=Pmid("33000001"),
    title="Exosome-loaded <i>patches</i> heal radiation wounds",
    abstract=(Passage("Stem cells renew the epidermis after 20 Gy/m<sup>2</sup>."), Passage("Ménière &amp; others.")),
    keywords=("hydrogel",),
    authors=(Author("Sato", "Mika", "M"),),
    journal="Lancet",
    mesh=(MeshHeading("Skin", major=True, qualifiers=("injuries",)), MeshHeading("Wounds, Radiation")),
)


def outline(record: Record) -> Outline:
    return Outline(
        pmid=Pmid(record.source_id),
        version=record.version,
        title=record.title,
        abstract=record.abstract,
        keywords=record.keywords,
        mesh=record.mesh,
    )


def may_match(term: str, record: Record = ARTICLE) -> bool:
    return Presearch([Term.parse(term)]).may_match(outline(record))


@pytest.mark.parametrize(
    "term",
    [
        "leprosy[tiab]",
        "leprosy[ti] OR lepra[ab] OR leprosies[ot]",
        "lepro*[tiab]",
        '"leprosy cell*"[tiab]',
        "patches[ti] AND leprosy[ab]",
        "(patches[ti] AND (leprosy[ab] OR lepra[ab])) NOT stem[ab]",
        "(leprosy[ti] AND patches[ab]) OR (lepro*[ti] AND lepra[ti])",
        "leprosy[tiab] NOT patches[ti]",
        "leprosy[tiab] AND sato[au]",
        "leprosy[mh] OR lepro*[tiab]",
        "wounds[mh]",
        '"patches leprosy"[tiab:~3]',
    ],
)
def test_a_record_is_refused_that_has_none_of_the_words_that_a_term_wants(term: str) -> None:
    assert not may_match(term)


@pytest.mark.parametrize(
    "term",
    [
        # what is there
        "exosome[ti] OR leprosy[ti]",
        "exosome*[tiab] AND meniere[ab] AND hydrogel[ot]",
        "m2[tiab]",
        "radi*tion[ti]",
        "skin[mh]",
        "wounds, radiation[majr]",
        "wound*[mh]",
        '"heal patches"[ti:~1]',
        # one word of a phrase, or in another place, is enough to look closer
        '"stem cell transplant*"[ti]',
        "(patches[ti] AND leprosy[ab]) OR lepra[ti]",
        # what other parts of a record tell, or PubMed alone
        "leprosy[tiab] OR sato[au]",
        "leprosy[tw]",
        "leprosy",
        "leprosy[mh] OR lancet[ta]",
        "patches[ti] NOT radiation[ti]",
    ],
)
def test_a_record_is_looked_at_more_closely_if_it_may_match(term: str) -> None:
    assert may_match(term)


def test_one_term_that_may_match_is_enough() -> None:
    wanted = Presearch([Term.parse("leprosy[tiab]"), Term.parse("patches[ti]")])
    assert wanted.may_match(outline(ARTICLE))
    assert not wanted.may_match(outline(replace(ARTICLE, title="Of something else")))
    assert not Presearch([]).may_match(outline(ARTICLE))


WORDS = ["stem", "stems", "cell", "skin", "wound", "wounds", "Ménière's", "TGF-β", "m2", "stem cell", "skin, wound"]
TEXTS = st.lists(
    st.sampled_from([*WORDS, "&amp;", "&lt;", "m<sup>2</sup>", "<i>skin</i>", "(stem)", "<sub>", "1</sub>", "¼", "\n"]),
    min_size=4,
).map(" ".join)
HEADINGS = st.builds(MeshHeading, st.sampled_from(WORDS), major=st.booleans())
RECORDS = st.builds(
    Record,
    source=st.just("pubmed"),
    source_id=st.just("1"),
    title=TEXTS,
    abstract=st.lists(st.builds(Passage, TEXTS), max_size=3).map(tuple),
    keywords=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    vernacular_title=TEXTS,
    journal=st.sampled_from(WORDS),
    authors=st.lists(st.builds(Author, st.sampled_from(WORDS)), max_size=1).map(tuple),
    mesh=st.lists(HEADINGS, max_size=2).map(tuple),
)
TAGS = ["ti", "ab", "tiab", "ot", "tw", "tt", "all", "mh", "majr", "au", "ta", "sb", "tiab:~1"]
LEAVES = st.builds(
    '"{}{}"[{}]'.format,
    st.sampled_from([*WORDS, "stem wound", "wou*", "leprosy"]),
    st.sampled_from("* "),
    st.sampled_from(TAGS),
)
TERMS = st.recursive(
    LEAVES,
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR", "NOT"]), inner),
    max_leaves=6,
)


@given(st.lists(TERMS, min_size=1, max_size=3), RECORDS)
@settings(deadline=None, max_examples=200)
def test_no_record_is_refused_that_a_term_matches(written: list[str], record: Record) -> None:
    terms = []
    for text in written:
        try:
            terms.append(Term.parse(text))
        except TermError:  # a proximity of one word
            continue
    if any(term.evaluate(record).matched for term in terms):
        assert Presearch(terms).may_match(outline(record))

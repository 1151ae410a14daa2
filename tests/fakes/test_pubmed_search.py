"""The fake PubMed's language, held against PubMed's help and against what its users have reported."""

from __future__ import annotations

from datetime import date

import pytest

from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.fakes.pubmed_search import Vocabulary, search

INVENTED = (
    article(
        101,
        title="Stem-cell renewal of <i>Skin</i>",
        abstract=[("AIM", "Keratinocytes divide."), ("RESULTS", "Wound closure took nine days.")],
        keywords=["exosome therapy"],
        authors=["Okafor, Ngozi Ada", "Invented Consortium"],
        mesh=["Wound Healing/*drug effects", "Skin"],
        doi="10.5555/AbC.1",
    ),
    article(102, title="TGF-β in naïve skin: stem and other cells", crdt=date(2021, 6, 5), published="2021-05-30"),
    article(
        103,
        title="Hautwunden",
        languages=["ger"],
        publication_types=["Review"],
        crdt=date(2021, 6, 7),
        edat=date(2019, 1, 2),
    ),
)
INDEX = Collection(INVENTED).index


@pytest.mark.parametrize(
    ("term", "pmids"),
    [
        ("stem cell[tiab]", "101"),
        ("stem-cell[Title/Abstract]", "101"),
        ('"stem cells"', ""),
        ("skin", "102 101"),
        ("skin stem", "102 101"),
        ("skin NOT keratinocytes", "102"),
        ("skin OR Hautwunden AND review[pt]", "103"),  # left to right, without precedence
        ("skin OR (Hautwunden AND review[pt])", "103 102 101"),
        ("skin and stem", "102 101"),  # in lower case a stopword
        ("keratin*[ab]", "101"),
        ("ker*[ab]", ""),  # a truncation has four letters
        ("renew* of ski*[ti]", ""),
        ("renew* of skin*[ti]", "101"),
        ("exosome therapy[tiab]", "101"),  # author keywords count
        ("exosome[ot] NOT exosome[ti]", "101"),
        ("naive[ti] AND tgf-beta[ti]", "102"),
        ("divide wound[tiab]", ""),  # a phrase does not run over two passages
        ('"cells stem"[tiab:~2]', "102"),
        ('"cells stem"[tiab:~1]', ""),
        ("wound healing[mh]", "101"),
        ('"Wound Healing/drug effects"[MeSH Terms]', "101"),
        ("healing[mesh]", ""),
        ('"wound healing"[majr] NOT skin[majr]', "101"),
        ("skin[mh:noexp]", "101"),
        ("healing[tw]", "101"),
        ("okafor[au]", "101"),
        ("okafor n[au]", "101"),
        ('"okafor n"[au]', ""),
        ("ger[la] OR german[language]", "103"),
        ("j invent res[ta]", "103 102 101"),
        ("10.5555/abc.1[doi]", "101"),
        ("101,103[uid]", "103 101"),
        ("102:99999[uid]", "103 102"),
        ("2021/06/05:2021/06/07[crdt]", "103 102"),
        ('"2021/06/05"[crdt] : "2021/06/07"[crdt]', "103 102"),
        ('("2021/06/04"[edat] : "3000"[edat])', "102 101"),
        ("2019[edat]", "103"),
        ("2021/05[dp]", "102"),
        ("hasabstract", "101"),
        ("((skin", "102 101"),
        (")skin OR", "102 101"),
    ],
)
def test_the_language_is_that_of_pubmeds_help(term: str, pmids: str) -> None:
    assert search(INDEX, term).pmids == set(pmids.split())


def test_words_that_stand_nowhere_are_named_by_how_they_were_typed() -> None:
    found = search(INDEX, 'keratynocyte[tiab] OR "no such thing"[ti] OR skin[nonsense] OR keratynocyte stem the')
    assert found.phrases_not_found == ["keratynocyte", "keratynocyte"]
    assert found.quoted_phrases_not_found == ['"no such thing"']
    assert found.fields_not_found == ["nonsense"]
    assert found.phrases_ignored == ["the"]
    assert found.pmids == {"101", "102"}  # of skin, in all fields


def test_a_phrase_of_known_words_is_merely_found_nowhere() -> None:
    found = search(INDEX, '"closure skin"[tiab] OR "skin closure"[mh]')
    assert not found.pmids
    assert not found.quoted_phrases_not_found


@pytest.mark.parametrize(
    ("term", "pmids", "named"),
    [
        ("skin AND keratynocyte[tiab]", "101 102", "keratynocyte"),
        ("keratynocyte[tiab] OR wound[tiab]", "101", "keratynocyte"),
        ("keratynocyte wound[tiab]", "101", "keratynocyte wound"),  # what is left of the phrase
        ("skin NOT keratynocyte[tiab]", "101 102", "keratynocyte"),
        ("keratynocyte", "", "keratynocyte"),
    ],
)
def test_a_word_said_to_be_unknown_is_dropped_with_a_different_result(term: str, pmids: str, named: str) -> None:
    found = search(INDEX, term, Vocabulary(unknown=frozenset({"keratynocyte"})))
    assert found.pmids == set(pmids.split())
    assert found.phrases_not_found == [named]


def test_a_vocabulary_beyond_the_collection_says_nothing() -> None:
    assert not search(INDEX, "keratynocyte[tiab]", Vocabulary(reports=False)).phrases_not_found


@pytest.mark.parametrize(
    ("term", "translation"),
    [
        ("stem cell*[tiab]", '"stem cell*"[Title/Abstract]'),
        ("do skin stem", '"skin"[All Fields] AND "stem"[All Fields]'),
        ("a[ti] OR b[ti] AND c[ti]", '("a"[Title] OR "b"[Title]) AND "c"[Title]'),
        ("a[ti] AND (b[ti] OR 2021:2022[dp])", '"a"[Title] AND ("b"[Title] OR 2021:2022[Date - Publication])'),
    ],
)
def test_the_translation_tells_how_a_term_was_understood(term: str, translation: str) -> None:
    assert search(INDEX, term).translation == translation

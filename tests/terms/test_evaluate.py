"""A table of terms and invented records: which match, by which phrases, and where."""

import html
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher import markup
from watcher.models import Author, Doi, MeshHeading, Passage, Pmcid, Pmid, Record
from watcher.terms.term import Hit, Searchable, Term, TermError

# All records here are invented.
ARTICLE = Record(
    source="pubmed",
    source_id="33000001",
    pmid=Pmid("33000001"),
    doi=Doi("10.5555/patch.2021.7"),
    pmcid=Pmcid("PMC7000001"),
    title="Exosome-loaded <i>patches</i> heal radiation wounds in mice &amp; rats",
    abstract=(
        Passage("Skin stem cells renew the epidermis. TGF-β1 falls after 20 Gy/m<sup>2</sup>.", "BACKGROUND"),
        Passage("Wounds closed in 12 days; the healing of burned, irradiated skin was fast.", "RESULTS"),
    ),
    authors=(
        Author("O'Brien", "John Charles", "JC"),
        Author("van der Berg", "Anna", "A"),
        Author("Müller", "Karl Anton", "KA"),
        Author("Skin Repair Consortium", collective=True),
    ),
    journal="Lancet (London, England)",
    journal_abbreviation="Lancet",
    issn="0140-6736",
    volume="397",
    issue="2",
    pages="101-9",
    published="2021-06",
    entered=date(2021, 6, 4),
    created=date(2021, 6, 3),
    indexed=date(2021, 9, 1),
    revised=date(2021, 10, 1),
    vernacular_title="Pflaster mit Exosomen",
    languages=("eng",),
    publication_types=("Journal Article", "Randomized Controlled Trial"),
    mesh=(
        MeshHeading("Skin", "D012867", qualifiers=("injuries", "radiation effects")),
        MeshHeading("Wounds, Radiation", major=True, qualifiers=("therapy",)),
        MeshHeading("Mice", "D051379"),
    ),
    keywords=("cell-free therapy", "hydrogel"),
    substances=("Transforming Growth Factor beta1",),
)
ENTRY = Record(
    source="feed:Newsroom",
    source_id="https://example.org/news/1",
    title="A patch that heals radiation wounds",
    abstract=(Passage("Exosomes from mesenchymal stem cells helped the skin of mice."),),
    published="2021-06-07",
)


@pytest.mark.parametrize(
    ("term", "phrases"),
    [
        # words, phrases, truncation
        ("patches[ti]", ["patches"]),
        ("patch[ti]", None),
        ("patch*[ti]", ["patch*"]),
        ("skin[ti]", None),
        ("skin[ab]", ["skin"]),
        ('"exosome loaded"[ti]', ["exosome loaded"]),
        ("loaded patches heal[tiab]", ["loaded patches heal"]),
        ("loaded heal[tiab]", None),
        ('"radiation wound*"[Title/Abstract]', ["radiation wound*"]),
        ("mice rats[ti]", ["mice rats"]),
        ("epidermis tgf*[tiab]", ["epidermis tgf*"]),
        ("epidermis wounds[tiab]", None),
        ("rats skin[tiab]", None),
        ("tgf β1[tiab] OR TGFβ1[tiab]", ["tgf β1"]),
        ("ski*[tiab]", None),
        ("exo*some[ti]", None),
        ("exos*me[ti] OR radi*tion wound*[ti]", ["exos*me", "radi*tion wound*"]),
        ("hydrogel*[tiab]", ["hydrogel*"]),
        ("cell free therapy[ot]", ["cell free therapy"]),
        ("hydrogel[ti]", None),
        ("pflaster[tt] AND exosomen[tw]", ["pflaster", "exosomen"]),
        ("growth factor beta1[tw]", ["growth factor beta1"]),
        ("growth factor beta1[tiab]", None),
        # all fields
        ("radiation of the skin", ["radiation of the skin"]),
        ("radiation leprosy", None),
        ('"radiation skin"', None),
        ('"radiation wounds"', ["radiation wounds"]),
        ("lancet[all] AND muller AND 33000001 AND PMC7000001", ["lancet", "muller", "33000001", "PMC7000001"]),
        # proximity
        ('"patches wounds"[ti:~2]', ["patches wounds (within 2 words)"]),
        ('"wounds patches"[ti:~2]', ["wounds patches (within 2 words)"]),
        ('"wounds patches"[ti:~1]', None),
        ('"burned skin"[tiab:~1]', ["burned skin (within 1 words)"]),
        ('"rats skin"[tiab:~9]', None),
        ('"skin skin"[tiab:~99]', None),
        ('"stem cells skin"[tiab:~0]', ["stem cells skin (within 0 words)"]),
        # authors
        ("o'brien j[au]", ["o'brien j [author]"]),
        ("o'brien jc[au] AND o'brien[au]", ["o'brien jc [author]", "o'brien [author]"]),
        ("o'brien jc jr[au]", ["o'brien jc jr [author]"]),
        ("o'brien k[au]", None),
        ("brien[au]", None),
        ("van de[au]", None),
        ('"o\'brien j"[au]', None),
        ('"o\'brien jc"[au]', ["o'brien jc [author]"]),
        ("muller ka[lastau]", ["muller ka [last author]"]),
        ("muller[1au]", None),
        ("o'brien[1au]", ["o'brien [first author]"]),
        ("van der be*[au]", ["van der be* [author]"]),
        ("anna van der berg[fau]", ["anna van der berg [author]"]),
        ("muller karl[fau]", ["muller karl [author]"]),
        ("skin repair consortium[cn]", ["skin repair consortium [group author]"]),
        ("skin repair consortium[au]", None),
        # MeSH
        ("skin[mh]", ["skin [MeSH]"]),
        ('"Wounds, Radiation"[MeSH Terms]', ["Wounds, Radiation [MeSH]"]),
        ("Skin/injuries[mh]", ["Skin/injuries [MeSH]"]),
        ("Skin/therapy[mh]", None),
        ("wound*[mh]", ["wound* [MeSH]"]),
        ("wounds radiation[majr]", ["wounds radiation [MeSH major topic]"]),
        ("skin[majr]", None),
        ("mammals[mh]", None),
        ("mice[mh:noexp]", ["mice [MeSH]"]),
        ("radiation effects[sh]", ["radiation effects [MeSH subheading]"]),
        ("genetics[sh]", None),
        ("transforming growth factor beta1[nm]", ["transforming growth factor beta1 [substance]"]),
        # catalogue
        ("randomized controlled trial[pt]", ["randomized controlled trial [publication type]"]),
        ("review[pt]", None),
        ("skin[ab] AND english[la]", ["skin"]),
        ("skin[ab] AND eng[la]", ["skin"]),
        ("skin[ab] AND german[la]", None),
        ("lancet[ta]", ["lancet [journal]"]),
        ("Lancet London England[journal]", ["Lancet London England [journal]"]),
        ("0140-6736[ta]", ["0140-6736 [journal]"]),
        ("lancet oncol[ta]", None),
        ("397[vi] AND 2[ip] AND 101[pg]", ["397 [volume]", "2 [issue]", "101 [page]"]),
        ("33000001[uid] AND skin[ab]", ["skin"]),
        ("33000001:33000009[pmid] AND skin[ab]", ["skin"]),
        ("1:2[uid]", None),
    ],
)
def test_an_article_matches_by(term: str, phrases: list[str] | None) -> None:
    evaluation = Term.parse(term).evaluate(ARTICLE)
    assert evaluation.matched is (phrases is not None)
    if phrases is not None:
        assert list(evaluation.phrases) == phrases


@pytest.mark.parametrize(
    ("term", "matches"),
    [
        ("10.5555/PATCH.2021.7[doi]", True),
        ("https://doi.org/10.5555/patch.2021.7[aid]", True),
        ("10.5555/patch.2021[doi]", False),
        ("PMC7000001[pmcid]", True),
        ("2021[dp]", True),
        ("2021/06[dp]", True),
        ("2021/07[dp]", False),
        ("2020:2022[dp]", True),
        ("2021/05:2021/06[dp]", True),
        ("2022:3000[dp]", False),
        ("2021/06/03[crdt]", True),
        ("2021/06/04[crdt]", False),
        ("2021/06/04:3000[edat]", True),
        ("2021/09[mhda]", True),
        ("2021/10/01:2021/10/02[lr]", True),
        # what nobody can know here falls out, and is never enough
        ("skin[ab] AND free full text[filter]", True),
        ("skin[ab] AND medline[sb] AND nih[gr]", True),
        ("skin[ab] NOT hopkins[ad]", True),
        ('skin[ab] AND "last 30 days"[dp]', True),
        ("leprosy[ab] OR medline[sb]", False),
        ("medline[sb]", False),
        ("medline[sb] NOT leprosy[ab]", False),
        ('skin[ab] AND "hopkins school"[ad:~5]', True),
        # the logic
        ("skin[ab] NOT wounds[ti]", False),
        ("skin[ab] NOT leprosy[ti] NOT wounds[ti]", False),
        ("leprosy[ti] OR skin[ab] AND wounds[ti]", True),
        ("skin[ab] OR leprosy[ti] AND leprosy[ti]", False),
        ("skin[ab] OR (leprosy[ti] AND leprosy[ti])", True),
        ("(leprosy[ti] OR mice[ti]) AND (rats[ti] OR leprosy[mh])", True),
    ],
)
def test_an_article_matches(term: str, matches: bool) -> None:
    assert Term.parse(term).evaluate(ARTICLE).matched is matches


@pytest.mark.parametrize(
    ("term", "phrases"),
    [
        ("exosome*[tiab] AND heals[ti]", ["exosome*", "heals"]),
        # a heading is words of title and summary: as it stands, turned round, in the singular
        ('"Mesenchymal Stem Cells"[mh]', ["Mesenchymal Stem Cells"]),
        ('"Wounds, Radiation"[majr]', ["Wounds, Radiation"]),
        ("Patches[mh]", ["Patches"]),
        ("Skin/injuries[mh:noexp]", ["Skin"]),
        ("Exosomes[nm]", ["Exosomes"]),
        ("Burns[mh]", None),
        ("(Burns[mh] OR burns[tiab]) AND exosome*[tiab]", None),
        # what a feed cannot have falls out
        ("exosome*[tiab] AND english[la] NOT review[pt]", ["exosome*"]),
        ("exosome*[tiab] AND (english[la] AND clinical trial[pt])", ["exosome*"]),
        ("exosome*[tiab] AND therapy[sh] AND 397[vi]", ["exosome*"]),
        ("exosome*[tiab] AND 2021/06[crdt]", ["exosome*"]),
        ("exosome*[tiab] AND 2021/06[dp]", ["exosome*"]),
        ("exosome*[tiab] AND 2022[dp]", None),
        ("english[la] AND review[pt]", None),
        # what names somebody or something does not
        ("exosome*[tiab] AND smith j[au]", None),
        ("exosome*[tiab] AND lancet[ta]", None),
    ],
)
def test_an_entry_of_a_feed_matches_by(term: str, phrases: list[str] | None) -> None:
    evaluation = Term.parse(term).evaluate(ENTRY)
    assert evaluation.matched is (phrases is not None)
    if phrases is not None:
        assert list(evaluation.phrases) == phrases


def test_a_feed_without_dates_is_not_held_to_them() -> None:
    assert Term.parse("exosome*[tiab] AND 2022[dp]").evaluate(replace(ENTRY, published=None)).matched
    assert not Term.parse("skin[ab] AND 2022[dp]").evaluate(replace(ARTICLE, published=None)).matched


@pytest.mark.parametrize("written", ["John C. Smith", "Smith JC", "Smith J."])
def test_a_feed_writes_names_in_its_own_way(written: str) -> None:
    entry = replace(ENTRY, authors=(Author(written),))
    assert Term.parse("smith j[au]").evaluate(entry).matched
    assert not Term.parse("smith k[au]").evaluate(entry).matched


def test_hits_tell_where_a_phrase_stands_in_the_plain_text() -> None:
    evaluation = Term.parse(
        '"radiation wound*"[tiab] AND wounds[tiab] AND skin[mh] AND m2[ab] AND o\'brien[au]'
    ).evaluate(ARTICLE)
    title = markup.plain(ARTICLE.title)
    first, second = (markup.plain(passage.text) for passage in ARTICLE.abstract)
    assert evaluation.hits == (
        Hit("radiation wound*", "title", 0, title.index("radiation"), title.index(" in mice")),
        Hit("wounds", "title", 0, title.index("wounds"), title.index(" in mice")),
        Hit("wounds", "abstract", 1, 0, len("Wounds")),
        Hit("skin [MeSH]", "mesh", 0, 0, len("Skin")),
        Hit("m2", "abstract", 0, first.index("m²"), len(first) - 1),
        Hit("o'brien [author]", "authors", 0, 0, len("O'Brien JC")),
    )
    assert second.startswith("Wounds")


def test_hits_are_there_also_where_the_term_does_not_match_but_never_behind_a_not() -> None:
    evaluation = Term.parse("skin[ab] AND leprosy[ti] NOT wounds[ti]").evaluate(ARTICLE)
    assert not evaluation.matched
    assert {hit.phrase for hit in evaluation.hits} == {"skin"}


def test_phrases_come_in_the_order_of_the_term_and_once() -> None:
    term = Term.parse("wounds[tiab] AND (leprosy[ti] OR skin[tiab]) AND wounds[tiab] AND eng[la] NOT mice[mh]")
    assert term.phrases == ("wounds", "leprosy", "skin")
    assert term.evaluate(ARTICLE).phrases == ("wounds", "skin")


def test_one_searchable_serves_several_terms() -> None:
    searched = Searchable(ARTICLE)
    assert Term.parse("skin[ab]").evaluate(searched).matched
    assert not Term.parse("skin[ti]").evaluate(searched).matched


WORDS = st.sampled_from(["stem", "cell", "skin", "wounds", "(β)", "Müller's", "&amp;", "<i>in vitro</i>", "½", "ΣΑΣ"])
TEXTS = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=40)
TERMS = st.lists(
    st.tuples(
        st.text(min_size=1, max_size=12).filter(lambda text: '"' not in text),
        st.sampled_from(
            ["ti", "tiab", "tw", "all", "ot", "au", "fau", "mh", "majr", "sh", "nm", "pt", "ta", "uid", "doi"]
        ),
        st.sampled_from([" AND ", " OR ", " NOT "]),
    ),
    min_size=1,
    max_size=4,
).map(lambda parts: "".join(f'{"" if i == 0 else op}"{words}"[{tag}]' for i, (words, tag, op) in enumerate(parts)))


@settings(deadline=None)
@given(TERMS, TEXTS, TEXTS, st.sampled_from(["pubmed", "feed:News"]))
def test_evaluating_never_fails_and_hits_lie_within_the_text(text: str, title: str, passage: str, source: str) -> None:
    try:
        term = Term.parse(text)
    except TermError:
        return
    record = replace(ARTICLE, source=source, title=title, abstract=(Passage(passage), Passage(title)))
    evaluation = term.evaluate(record)
    assert evaluation.matched in (True, False)
    for hit in evaluation.hits:
        if hit.field in ("title", "abstract"):
            plain = markup.plain((title, passage, title)[hit.index + (hit.field == "abstract")])
            assert 0 <= hit.start < hit.end <= len(plain)


@settings(deadline=None)
@given(
    st.text(min_size=1, max_size=30).filter(lambda text: "*" not in text), st.text(max_size=30), st.text(max_size=30)
)
def test_a_text_holds_each_phrase_that_stands_in_it_between_signs(phrase: str, before: str, after: str) -> None:
    try:
        term = Term.parse(f'"{phrase}"[ti]')
    except TermError:
        return
    title = html.escape(f"{before} , {phrase} , {after}", quote=False)
    evaluation = term.evaluate(replace(ARTICLE, title=title))
    assert evaluation.matched
    assert evaluation.hits

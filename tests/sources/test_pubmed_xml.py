"""What a record of PubMed's XML means here, and what becomes of anything else. The XML below is invented."""

from __future__ import annotations

import gzip
import io
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import SourceError
from watcher.markup import plain, tidy
from watcher.models import Author, Doi, Kind, MeshHeading, Outline, Passage, Pmcid, Pmid, Record, RelatedRecord
from watcher.sources.pubmed_xml import DeletedRecord, read_records
from watcher.sources.xml_text import line

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
UPDATE_FILE = SHARED / "pubmed" / "pubmed21n1298.xml.gz"
HEAD = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2099//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_990101.dtd">\n'
)
WHOLE = """<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Curated">
    <PMID Version="2">99000001</PMID>
    <DateCompleted><Year>2099</Year><Month>07</Month><Day>02</Day></DateCompleted>
    <DateRevised><Year>2099</Year><Month>07</Month><Day>03</Day></DateRevised>
    <Article PubModel="Print-Electronic">
      <Journal>
        <ISSN IssnType="Electronic">9999-0001</ISSN>
        <JournalIssue CitedMedium="Internet">
          <Volume>12</Volume><Issue>3</Issue>
          <PubDate><Year>2099</Year><Month>Jun</Month></PubDate>
        </JournalIssue>
        <Title>Journal of invented skin : JIS</Title>
        <ISOAbbreviation>J Inv Skin</ISOAbbreviation>
      </Journal>
      <ArticleTitle>TGF-\u03b2<sub>1</sub> at 5&#xB0;C &amp; <i>P&lt;0.05</i>
        in <b>mice</b>.</ArticleTitle>
      <Pagination><StartPage>17</StartPage><EndPage>29</EndPage><MedlinePgn>17-29</MedlinePgn></Pagination>
      <ELocationID EIdType="doi" ValidYN="Y">10.9999/JIS.2099.1</ELocationID>
      <ELocationID EIdType="pii" ValidYN="N">wrong</ELocationID>
      <ELocationID EIdType="pii" ValidYN="Y">S1</ELocationID>
      <Abstract>
        <AbstractText Label="AIM" NlmCategory="OBJECTIVE">Ca<sup>2+</sup> <em>in vitro</em>, <u>no more</u>.
        </AbstractText>
        <AbstractText Label="RESULTS"><DispFormula><mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msubsup>
          <mml:mi>k</mml:mi><mml:mn>0</mml:mn><mml:mn>2</mml:mn></mml:msubsup><mml:mo>&lt;</mml:mo><mml:mfrac><mml:mi>a</mml:mi>
          <mml:mrow><mml:mi>b</mml:mi><mml:mo>+</mml:mo><mml:mn>1</mml:mn></mml:mrow></mml:mfrac></mml:math></DispFormula></AbstractText>
        <AbstractText/>
        <CopyrightInformation>Nobody.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="Y">
        <Author ValidYN="Y">
          <LastName>K\u00f6nig</LastName><ForeName>Martin L</ForeName><Initials>ML</Initials><Suffix>Jr</Suffix>
          <Identifier Source="ORCID">0000-0000-0000-0000</Identifier>
          <AffiliationInfo><Affiliation>Nowhere.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="N"><LastName>Konig</LastName><Initials>ML</Initials></Author>
        <Author ValidYN="Y"><CollectiveName>Invented Skin Group</CollectiveName></Author>
      </AuthorList>
      <Language>eng</Language><Language>ger</Language>
      <PublicationTypeList>
        <PublicationType UI="D016428">Journal Article</PublicationType>
        <PublicationType UI="D016441">Retracted Publication</PublicationType>
      </PublicationTypeList>
      <VernacularTitle>TGF-\u03b2<sub>1</sub> in M\u00e4usen.</VernacularTitle>
      <ArticleDate DateType="Electronic"><Year>2099</Year><Month>05</Month><Day>28</Day></ArticleDate>
    </Article>
    <MedlineJournalInfo><MedlineTA>J Inv Skin</MedlineTA><ISSNLinking>9999-0001</ISSNLinking></MedlineJournalInfo>
    <ChemicalList>
      <Chemical><RegistryNumber>0</RegistryNumber><NameOfSubstance UI="D1">Invented Factor</NameOfSubstance></Chemical>
    </ChemicalList>
    <SupplMeshList><SupplMeshName Type="Disease" UI="C1">Invented disease</SupplMeshName></SupplMeshList>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="RetractionIn"><RefSource>J Inv Skin. 2099;13:1</RefSource>
        <PMID Version="1">99000002</PMID></CommentsCorrections>
      <CommentsCorrections RefType="Cites"><RefSource>Old</RefSource><PMID Version="1">7</PMID></CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList>
      <MeshHeading><DescriptorName UI="D012867" MajorTopicYN="N">Skin</DescriptorName>
        <QualifierName UI="Q1" MajorTopicYN="Y">cytology</QualifierName>
        <QualifierName UI="Q2">injuries</QualifierName></MeshHeading>
      <MeshHeading><DescriptorName UI="D051379" MajorTopicYN="N">Mice</DescriptorName></MeshHeading>
    </MeshHeadingList>
    <OtherAbstract Type="Publisher" Language="ger"><AbstractText>Anderes.</AbstractText></OtherAbstract>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">stem cells</Keyword>
      <Keyword>H<sub>2</sub>S</Keyword></KeywordList>
  </MedlineCitation>
  <PubmedData>
    <History>
      <PubMedPubDate PubStatus="received"><Year>2098</Year><Month>1</Month><Day>1</Day></PubMedPubDate>
      <PubMedPubDate PubStatus="entrez">
        <Year>2099</Year><Month>5</Month><Day>29</Day><Hour>8</Hour><Minute>34</Minute></PubMedPubDate>
      <PubMedPubDate PubStatus="pubmed">
        <Year>2099</Year><Month>5</Month><Day>30</Day><Hour>6</Hour><Minute>0</Minute></PubMedPubDate>
      <PubMedPubDate PubStatus="medline">
        <Year>2099</Year><Month>7</Month><Day>2</Day><Hour>6</Hour><Minute>0</Minute></PubMedPubDate>
    </History>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList>
      <ArticleId IdType="pubmed">99000001</ArticleId><ArticleId IdType="pmc">PMC9900001</ArticleId>
      <ArticleId IdType="doi">10.9999/jis.2099.1</ArticleId><ArticleId IdType="pii">S1</ArticleId>
    </ArticleIdList>
    <ReferenceList><Title>References</Title>
      <Reference><Citation>One.</Citation><ArticleIdList><ArticleId IdType="doi">10.9999/REF.1</ArticleId>
        <ArticleId IdType="pubmed">11</ArticleId><ArticleId IdType="pmc">PMC11</ArticleId></ArticleIdList></Reference>
      <ReferenceList><Reference><ArticleIdList>
        <ArticleId IdType="pubmed">12</ArticleId></ArticleIdList></Reference></ReferenceList>
    </ReferenceList>
  </PubmedData>
</PubmedArticle>"""  # fmt: skip

BOOK = """<PubmedBookArticle><BookDocument><PMID>99000006</PMID><Book><BookTitle>A whole book</BookTitle>
  <AuthorList><Author><LastName>Ed</LastName></Author></AuthorList></Book></BookDocument></PubmedBookArticle>"""


def article(inside: str = "", *, pmid: str = '<PMID Version="1">99000009</PMID>', citation: str = "") -> str:
    """A PubmedArticle with little in it: `inside` goes into Article, `citation` beside it."""
    return (
        f'<PubmedArticle><MedlineCitation Status="Publisher">{pmid}<Article>{inside}</Article>{citation}'
        "</MedlineCitation><PubmedData/></PubmedArticle>"
    )


def answer(*members: str) -> bytes:
    return (HEAD + "<PubmedArticleSet>" + "\n".join(members) + "</PubmedArticleSet>").encode()


def read(body: bytes) -> list[Record | DeletedRecord]:
    return list(read_records(io.BytesIO(body), where="EFetch"))


def only(inside: str = "", *, citation: str = "") -> Record:
    (record,) = read(answer(article(inside, citation=citation)))
    assert isinstance(record, Record)
    return record


def failure(body: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        read(body)
    return str(caught.value)


def test_a_record_is_kept_as_pubmed_describes_it() -> None:
    assert read(answer(WHOLE)) == [
        Record(
            source="pubmed",
            source_id="99000001",
            title="TGF-β<sub>1</sub> at 5°C &amp; <i>P&lt;0.05</i> in <b>mice</b>.",
            kind=Kind.ARTICLE,
            pmid=Pmid("99000001"),
            doi=Doi("10.9999/jis.2099.1"),
            pmcid=Pmcid("PMC9900001"),
            other_ids=(("pii", "S1"),),
            authors=(Author("König", "Martin L", "ML Jr"), Author("Invented Skin Group", collective=True)),
            abstract=(
                Passage("Ca<sup>2+</sup> <i>in vitro</i>, no more.", "AIM"),
                Passage("k<sub>0</sub><sup>2</sup>&lt;a/(b+1)", "RESULTS"),
            ),
            journal="Journal of invented skin : JIS",
            journal_abbreviation="J Inv Skin",
            issn="9999-0001",
            volume="12",
            issue="3",
            pages="17-29",
            published="2099-05-28",
            entered=date(2099, 5, 30),
            created=date(2099, 5, 29),
            indexed=date(2099, 7, 2),
            revised=date(2099, 7, 3),
            status="MEDLINE",
            version=2,
            vernacular_title="TGF-β<sub>1</sub> in Mäusen.",
            languages=("eng", "ger"),
            publication_types=("Journal Article", "Retracted Publication"),
            mesh=(
                MeshHeading("Skin", "D012867", major=True, qualifiers=("cytology", "injuries")),
                MeshHeading("Mice", "D051379"),
            ),
            keywords=("stem cells", "H₂S"),
            substances=("Invented Factor", "Invented disease"),
            related=(RelatedRecord("RetractionIn", Pmid("99000002"), "J Inv Skin. 2099;13:1"),),
            references=("7", "10.9999/ref.1", "11", "12"),
        )
    ]


def test_a_record_may_have_next_to_nothing() -> None:
    (record,) = read(answer("<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation></PubmedArticle>"))
    assert record == Record(source="pubmed", source_id="1", pmid=Pmid("1"), title="[No title]")


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (["Journal Article"], Kind.ARTICLE),
        (["Journal Article", "Retracted Publication"], Kind.ARTICLE),
        (["Journal Article", "Corrected and Republished Article"], Kind.ARTICLE),
        (["Preprint"], Kind.PREPRINT),
        (["Published Erratum"], Kind.NOTICE),
        (["Journal Article", "Retraction of Publication"], Kind.NOTICE),
        (["Retraction Notice"], Kind.NOTICE),
        (["Expression of Concern"], Kind.NOTICE),
        (["Journal Article", "Comment"], Kind.NOTICE),
        ([], Kind.ARTICLE),
    ],
)
def test_kind_is_by_publication_type(types: list[str], kind: Kind) -> None:
    listed = "".join(f"<PublicationType>{name}</PublicationType>" for name in types)
    assert only(f"<PublicationTypeList>{listed}</PublicationTypeList>").kind is kind


@pytest.mark.parametrize(
    ("issued", "online", "published"),
    [
        ("<Year>2021</Year>", "", "2021"),
        ("<Year>2021</Year><Month>Jun</Month>", "", "2021-06"),
        ("<Year>2021</Year><Month>06</Month><Day>3</Day>", "", "2021-06-03"),
        ("<Year>2021</Year><Month>Feb</Month><Day>31</Day>", "", "2021-02"),
        ("<Year>2021</Year><Season>Spring</Season>", "", "2021"),
        ("<MedlineDate>2021 May-Jun</MedlineDate>", "", "2021-05"),
        ("<MedlineDate>2019 Sep/Oct</MedlineDate>", "", "2019-09"),
        ("<MedlineDate>2017 Mar - Apr</MedlineDate>", "", "2017-03"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "", "1998-12"),
        ("<MedlineDate>2021 3rd Quarter</MedlineDate>", "", "2021"),
        ("<MedlineDate>2021 Jan-Dec</MedlineDate>", "", "2021"),
        ("<MedlineDate>Winter 2016</MedlineDate>", "", "2016"),
        ("<MedlineDate>1944-1945</MedlineDate>", "", "1944"),
        ("<MedlineDate>no date</MedlineDate>", "", None),
        ("<Year>0021</Year>", "", None),
        ("<Year>2021</Year><Month>13</Month>", "", "2021"),
        ("", "", None),
        ("", "2021-05-28", "2021-05-28"),
        ("<Year>2021</Year><Month>Jun</Month>", "2021-05-28", "2021-05-28"),  # online first
        ("<Year>2021</Year><Month>May</Month>", "2021-05-28", "2021-05-28"),  # the same, more precise
        ("<Year>2021</Year>", "2021-05-28", "2021-05-28"),
        ("<MedlineDate>2021 Jan-Jun</MedlineDate>", "2021-05-28", "2021-05-28"),
        ("<Year>2001</Year><Month>Mar</Month>", "2021-05-28", "2001-03"),  # put online long after
    ],
)
def test_published_is_the_earlier_date_as_precise_as_it_is_given(
    issued: str, online: str, published: str | None
) -> None:
    electronic = "".join(
        f"<{name}>{part}</{name}>"
        for name, part in zip(("Year", "Month", "Day"), online.split("-"), strict=False)
        if part
    )
    inside = f"<Journal><JournalIssue><PubDate>{issued}</PubDate></JournalIssue></Journal>"
    assert only(inside + f"<ArticleDate>{electronic}</ArticleDate>" * bool(online)).published == published


@pytest.mark.parametrize(
    ("figures", "revised"),
    [
        (("2021", "06", "03"), date(2021, 6, 3)),
        (("2021", "6", "3", "8", "34"), date(2021, 6, 3)),
        (("2021", "02", "31"), None),
        (("2021", "06"), None),
        (("2021", "Jun", "3"), None),
        (("2" * 20, "06", "03"), None),
    ],
)
def test_a_day_is_three_figures_that_are_one(figures: tuple[str, ...], revised: date | None) -> None:
    parts = "".join(f"<Part>{figure}</Part>" for figure in figures)
    assert only(citation=f"<DateRevised>{parts}</DateRevised>").revised == revised


@pytest.mark.parametrize(
    ("given_title", "vernacular", "title"),
    [
        ("<ArticleTitle/>", "<VernacularTitle>Haut.</VernacularTitle>", "Haut."),
        ("<ArticleTitle>[Not Available].</ArticleTitle>", "<VernacularTitle>Haut.</VernacularTitle>", "Haut."),
        ("<ArticleTitle>[Skin].</ArticleTitle>", "<VernacularTitle>Haut.</VernacularTitle>", "[Skin]."),
        ("<ArticleTitle/>", "", "[No title]"),
        ("", "", "[No title]"),
    ],
)
def test_an_empty_title_gives_way_to_the_vernacular_one(given_title: str, vernacular: str, title: str) -> None:
    assert only(given_title + vernacular).title == title


@pytest.mark.parametrize(
    ("xml", "rich"),
    [
        ("a <i>b</i> <strong>c</strong>", "a <i>b</i> <b>c</b>"),
        ("a &lt;b&gt; &amp;amp; c", "a &lt;b&gt; &amp;amp; c"),
        ("a<sub/>b<i></i>", "ab"),
        ("  a\n\t b\u2003c ", "a b c"),
        ("x<!-- no --><?no no?>y", "xy"),
        ("<![CDATA[<script>]]>", "&lt;script&gt;"),
        ("a\u202eb\u0086c", "abc"),
        ("&nbsp;M&uuml;ll&unknown;", "Müll&amp;unknown;"),
        ("<i>n</i>\u0338x", "<i>n</i>&#824;x"),
        ("<xref onclick='x'>a</xref>", "a"),
        (
            "<math><mmultiscripts><mi>H</mi><none/><mo>+</mo><mprescripts/><mn>1</mn><none/></mmultiscripts></math>",
            "<sub>1</sub>H<sup>+</sup>",
        ),
        ("<math><msqrt><mi>x</mi></msqrt><mspace/><mfenced><mi>a</mi><mi>b</mi></mfenced></math>", "√(x) (a, b)"),
        ("<math><semantics><mrow><mi>x</mi></mrow><annotation>\\x</annotation></semantics></math>", "x"),
        ("<math><mmultiscripts/><msub/><mfrac/><msup><mi>a</mi></msup></math>", "a"),
        ("<sup>" * 240 + "x" + "</sup>" * 240, "<sup>" * 240 + "x" + "</sup>" * 240),
    ],
)
def test_markup_is_kept_as_rich_text(xml: str, rich: str) -> None:
    assert only(f"<ArticleTitle>{xml}</ArticleTitle>").title == rich


def test_a_formula_may_nest_deeper_than_python_recurses() -> None:
    deep = "<math>" + "<mrow>" * 240 + "<mi>x</mi>" + "</mrow>" * 240 + "</math>"
    assert only(f"<ArticleTitle>{deep}</ArticleTitle>").title == "x"


def test_a_title_may_begin_with_more_accents_than_python_recurses() -> None:
    assert plain(only(f"<ArticleTitle>{chr(0x338) * 3000}</ArticleTitle>").title) == "\u0338" * 3000


def test_authors_of_all_kinds() -> None:
    people = """
        <Author><LastName>Only</LastName></Author><Author><ForeName>Mono</ForeName></Author><Author/>
        <Author><LastName>Third</LastName><ForeName>A</ForeName><Suffix>3<sup>rd</sup></Suffix></Author>"""
    assert only(f"<AuthorList>{people}</AuthorList>").authors == (
        Author("Only"),
        Author("Mono"),
        Author("Third", "A 3rd"),
    )


def test_no_identifier_is_lost_and_none_is_taken_from_the_references() -> None:
    body = answer(
        """<PubmedArticle><MedlineCitation><PMID>1</PMID><Article>
        <ELocationID EIdType="doi" ValidYN="N">10.9999/wrong</ELocationID>
        <ELocationID EIdType="doi" ValidYN="Y">10.9999/b</ELocationID></Article></MedlineCitation><PubmedData>
        <ArticleIdList><ArticleId IdType="doi">no doi</ArticleId><ArticleId IdType="doi">10.9999/A</ArticleId>
        <ArticleId IdType="pmcid">pmc-id: PMC5;manuscript-id: N1;</ArticleId>
        <ArticleId IdType="mid">N1</ArticleId></ArticleIdList>
        <ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9999/ref</ArticleId>
        <ArticleId IdType="pmc">PMC6</ArticleId></ArticleIdList></Reference>
        </ReferenceList></PubmedData></PubmedArticle>"""
    )
    (record,) = read(body)
    assert isinstance(record, Record)
    assert (record.doi, record.pmcid) == ("10.9999/a", "PMC5")
    assert record.other_ids == (("doi", "no doi"), ("mid", "N1"), ("doi", "10.9999/b"))
    assert record.references == ("10.9999/ref",)


def test_a_book_is_a_record_too() -> None:
    chapter = """<PubmedBookArticle><BookDocument><PMID Version="1">99000005</PMID>
      <ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId>
        <ArticleId IdType="doi">10.9999/nbk1</ArticleId></ArticleIdList>
      <Book><Publisher><PublisherName>Nobody</PublisherName></Publisher><BookTitle book="b">Invented reviews</BookTitle>
        <PubDate><Year>2093</Year></PubDate><AuthorList Type="editors">
          <Author><LastName>Ed</LastName></Author></AuthorList></Book>
      <ArticleTitle book="b" part="p">Invented syndrome</ArticleTitle><Language>eng</Language>
      <AuthorList Type="authors"><Author><LastName>Writer</LastName><Initials>W</Initials></Author></AuthorList>
      <PublicationType UI="D016454">Review</PublicationType>
      <Abstract><AbstractText Label="CLINICAL">Text.</AbstractText></Abstract>
      <KeywordList><Keyword>one</Keyword></KeywordList>
      <ContributionDate><Year>2099</Year><Month>2</Month><Day>1</Day></ContributionDate>
    </BookDocument><PubmedBookData><History>
      <PubMedPubDate PubStatus="pubmed"><Year>2099</Year><Month>2</Month><Day>2</Day>
    </PubMedPubDate></History></PubmedBookData></PubmedBookArticle>"""  # fmt: skip
    first, second = read(answer(chapter, BOOK))
    assert first == Record(
        source="pubmed",
        source_id="99000005",
        pmid=Pmid("99000005"),
        title="Invented syndrome",
        doi=Doi("10.9999/nbk1"),
        other_ids=(("bookaccession", "NBK1"),),
        authors=(Author("Writer", "", "W"),),
        abstract=(Passage("Text.", "CLINICAL"),),
        journal="Invented reviews",
        published="2093",
        entered=date(2099, 2, 2),
        languages=("eng",),
        publication_types=("Review",),
        keywords=("one",),
    )
    assert isinstance(second, Record)
    assert (second.title, second.authors) == ("A whole book", (Author("Ed"),))


def test_of_an_article_that_is_not_wanted_the_outline_is_read_and_no_more() -> None:
    shown: list[Outline] = []

    def wanted(outline: Outline) -> bool:
        shown.append(outline)
        return outline.version == 1

    body = answer(WHOLE, article(), BOOK, "<DeleteCitation><PMID>5</PMID></DeleteCitation>")
    outline, *others = read_records(io.BytesIO(body), where="file", wanted=wanted)
    full, *others_in_full = read(body)
    assert isinstance(full, Record)
    assert full.pmid
    assert outline == Outline(
        pmid=full.pmid,
        version=full.version,
        title=full.title,
        abstract=full.abstract,
        keywords=full.keywords,
        mesh=full.mesh,
    )
    assert others == others_in_full
    assert [each.pmid for each in shown] == ["99000001", "99000009"]  # a book is always read


def test_deletions_and_an_empty_set() -> None:
    gone = "<DeleteCitation><PMID Version='1'>5</PMID>\n<PMID Version='1'>6</PMID></DeleteCitation>"
    assert read(answer(article(), gone))[1:] == [DeletedRecord(Pmid("5")), DeletedRecord(Pmid("6"))]
    assert read(answer()) == []
    assert read(b"<PubmedArticleSet/>") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "EFetch: an empty answer"),
        (b" \n", "an empty answer"),
        (
            b"<eSearchResult><ERROR>Search Backend failed</ERROR></eSearchResult>",
            "PubMed answered with an error: Search Backend failed",
        ),
        (
            b"<PubmedArticleSet><ERROR>Unable to obtain query #1</ERROR></PubmedArticleSet>",
            "error: Unable to obtain query #1",
        ),
        (
            b"<PubmedArticleSet>Unable to obtain query #1</PubmedArticleSet>",
            "words where records should be: Unable to obtain",
        ),
        (b"<eSearchResult><Count>0</Count></eSearchResult>", "not PubMed's records but a document of <eSearchResult>"),
        (
            b"<!DOCTYPE html><html><head><title>NCBI - Blocked &amp; so on</title></head></html>",
            "a web page, not records: NCBI - Blocked & so on",
        ),
        (b"<head> <title>Error 500</title></head> <body><p>x", "a web page, not records: Error 500"),
        (
            b'{"error":"API rate limit exceeded","api-key":"0123abcd","count":"4"}',
            "JSON, not XML: API rate limit exceeded",
        ),
        (b'{"api-key":"0123abcd", "count"', 'JSON, not XML: {"api-key":"\u2026", "count"'),
        (b"[" * 100_000, "JSON, not XML: [[["),
        (b"Unable to route request!\n", "not PubMed's XML: Unable to route request!"),
        (b"\xff\xfe\xff\x00", "not PubMed's XML"),
        (gzip.compress(answer()), "compressed data (gzip)"),
        (b'<?xml version="1.0" encoding="no-such"?><PubmedArticleSet/>', "EFetch: "),
        (answer(article(pmid="")), "a record without a PMID"),
        (answer(article(pmid="<PMID>x</PMID>")), "a record without a PMID"),
        (answer("<PubmedArticle/>"), "a PubmedArticle that describes nothing"),
        (answer("<DeleteCitation><PMID/></DeleteCitation>"), "a DeleteCitation that names no PMID"),
        (answer(article(), "<Novelty/>", article()), "not known among the records: <Novelty>"),
        (answer(article(), "<Novelty/>"), "not known among the records: <Novelty>"),
        (answer(article()) + b"<PubmedArticleSet/>", "breaks off or is garbled"),
        (answer(article()).replace(b"</Article>", b""), "breaks off or is garbled"),
        (HEAD.encode() + b"<!--" + b"x" * 5000 + b"--><TaxaSet/>", "a document of <TaxaSet>"),
    ],
)
def test_anything_else_is_an_error_that_says_what_it_was(body: bytes, said: str) -> None:
    told = failure(body)
    assert told.startswith("EFetch: ")
    assert said in told
    assert "0123abcd" not in told
    assert len(told) < 300


def test_neither_entities_nor_a_dtd_reach_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    dtd = tmp_path / "x.dtd"
    dtd.write_text('<!ENTITY fromdtd "secret">', encoding="utf-8")
    entities = (
        f'<!ENTITY file SYSTEM "{secret.as_uri()}"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    )
    title = "<ArticleTitle>T &file; &b; &fromdtd;</ArticleTitle>"
    doctype = f'<!DOCTYPE PubmedArticleSet SYSTEM "{dtd.as_uri()}" [{entities}]>'
    body = f"{doctype}<PubmedArticleSet>{article(title)}</PubmedArticleSet>"
    (record,) = read(body.encode())
    assert isinstance(record, Record)
    assert plain(record.title) == "T &file; &b; &fromdtd;"


def test_a_stream_that_fails_while_it_is_read() -> None:
    whole = gzip.compress(answer(WHOLE))
    for body in (whole[:-20], whole[:40] + b"garbage" + whole[50:]):
        with pytest.raises(SourceError, match=r"^file\.gz: "):
            list(read_records(gzip.GzipFile(fileobj=io.BytesIO(body)), where="file.gz"))


def test_records_come_before_the_end_of_the_stream_is_read() -> None:
    long = answer(*[article("<ArticleTitle>" + "x" * 1000 + "</ArticleTitle>")] * 1000)
    stream = io.BytesIO(long)
    assert len(list(islice(read_records(stream, where="file"), 10))) == 10
    assert stream.tell() < len(long) / 4


GOOD = answer(WHOLE, article(), "<DeleteCitation><PMID>5</PMID></DeleteCitation>")


@given(st.integers(0, len(GOOD) - 1))
def test_an_answer_that_breaks_off_anywhere_is_never_taken_as_whole(length: int) -> None:
    failure(GOOD[:length])


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.binary(max_size=40).map(lambda inside: b"<PubmedArticleSet>" + inside + b"</PubmedArticleSet>")
    | st.tuples(st.integers(0, len(GOOD)), st.integers(0, 80), st.binary(max_size=8)).map(
        lambda cut: GOOD[: cut[0]] + cut[2] + GOOD[cut[0] + cut[1] :]
    )
)
@settings(max_examples=400)
def test_any_bytes_end_as_records_or_as_a_source_error(body: bytes) -> None:
    try:
        records = read(body)
    except SourceError:
        return
    assert all(record.pmid for record in records)
    assert b"PubmedArticleSet" in body


@given(st.text() | st.text("a \t\u00a0\u0085\u0086\u202e\u0301\u2003\u2028", max_size=6))
def test_a_line_is_what_tidy_makes_of_it(text: str) -> None:
    assert line(text) == tidy(text)


real_material = pytest.mark.skipif(not SHARED.exists(), reason="real material is not there: ../shared/data")


@real_material
def test_every_real_answer_is_records_or_an_error() -> None:
    outcomes: Counter[str] = Counter()
    folders = ("pubmed/*/*", "eutils/bodies/*", "eutils/biopython_tests/*", "eutils/wild_errors/*")
    for path in (path for folder in folders for path in sorted(SHARED.glob(folder))):
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            try:
                outcomes["records"] += len(list(read_records(stream, where=path.name)))
            except SourceError:
                outcomes["errors"] += 1
    assert outcomes == {"records": 913, "errors": 249}


@real_material
def test_the_first_records_of_a_real_update_file() -> None:
    with gzip.open(UPDATE_FILE) as stream:
        records = list(islice(read_records(stream, where=UPDATE_FILE.name), 500))
    assert all(
        isinstance(record, Record) and record.title and record.created and record.published for record in records
    )
    assert len({record.pmid for record in records}) > 490


@real_material
@pytest.mark.long
def test_the_whole_of_a_real_update_file() -> None:
    seen: Counter[str] = Counter()
    with gzip.open(UPDATE_FILE) as stream:
        for record in read_records(stream, where=UPDATE_FILE.name):
            if isinstance(record, DeletedRecord):
                seen["deleted"] += 1
                continue
            seen["records"] += 1
            seen["collective"] += any(author.collective for author in record.authors)
            seen["vernacular"] += bool(record.vernacular_title)
            seen["later versions"] += record.version > 1
            seen["ahead of print"] += record.status == "Publisher"
            seen["untitled"] += record.title == "[No title]"
            seen["undated"] += not (record.published and record.created and record.entered)
    assert seen == {
        "records": 20_788, "deleted": 20, "collective": 328, "vernacular": 345, "later versions": 5,
        "ahead of print": 8_395, "untitled": 1, "undated": 0,
    }  # fmt: skip

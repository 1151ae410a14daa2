"""Terms on real PubMed records, held against a plain reading of their XML."""

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from watcher import markup
from watcher.models import MeshHeading, Passage, Record
from watcher.terms.fold import fold
from watcher.terms.term import Searchable, Term

UPDATE_FILE = Path(__file__).parents[3] / "shared" / "data" / "pubmed" / "pubmed21n1298.xml.gz"
pytestmark = pytest.mark.skipif(not UPDATE_FILE.exists(), reason="the real PubMed files are not beside this checkout")
ENOUGH = 500


@cache
def records() -> tuple[Record, ...]:
    found: list[Record] = []
    with gzip.open(UPDATE_FILE) as file:
        for _, article in etree.iterparse(file, tag="PubmedArticle"):
            pmid = article.findtext(".//PMID") or ""
            found.append(
                Record(
                    source="pubmed",
                    source_id=pmid,
                    title=markup.escape("".join(article.xpath(".//ArticleTitle//text()"))),
                    abstract=tuple(
                        Passage(markup.escape("".join(text.itertext())))
                        for text in article.iterfind(".//Abstract/AbstractText")
                    ),
                    mesh=tuple(
                        MeshHeading(name.text or "") for name in article.iterfind(".//MeshHeading/DescriptorName")
                    ),
                )
            )
            article.clear()
            if len(found) == ENOUGH:
                break
    return tuple(found)


@pytest.mark.parametrize(
    ("term", "expression"),
    [
        ("patient*[tiab]", r"\bpatient"),
        ("cell[tiab]", r"\bcell\b"),
        ('"risk factor*"[tiab]', r"\brisk factor"),
        ("COVID-19[tiab]", r"\bcovid 19\b"),
    ],
)
def test_a_phrase_finds_what_a_regular_expression_finds(term: str, expression: str) -> None:
    parsed = Term.parse(term)
    matched = {record.source_id for record in records() if parsed.evaluate(record).matched}
    expected = {
        record.source_id
        for record in records()
        if any(
            re.search(expression, fold(markup.plain(text)))
            for text in (record.title, *(passage.text for passage in record.abstract))
        )
    }
    assert matched == expected
    assert matched


def test_a_heading_finds_the_records_that_bear_it() -> None:
    matched = {record.source_id for record in records() if Term.parse("humans[mh:noexp]").evaluate(record).matched}
    assert matched
    assert matched == {r.source_id for r in records() if any(heading.descriptor == "Humans" for heading in r.mesh)}


def test_each_hit_holds_its_phrase() -> None:
    term = Term.parse("cell*[tiab] OR patient*[tiab] OR treatment*[tiab]")
    seen = 0
    for record in records():
        for hit in term.evaluate(Searchable(record)).hits:
            text = record.title if hit.field == "title" else record.abstract[hit.index].text
            assert fold(markup.plain(text)[hit.start : hit.end]).startswith(hit.phrase.rstrip("*"))
            seen += 1
    assert seen > ENOUGH

"""What counts as the same identifier, address and title. Real material, where it is there, shows that none is lost."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.models import Doi, Pmid
from watcher.works.identifiers import (
    canonical_url,
    doi_link,
    doi_version,
    find_dois,
    find_ids,
    find_pmids,
    is_preprint_doi,
    normal_doi,
    normal_pmcid,
    normal_pmid,
    normal_title,
    pubmed_link,
    safe_url,
    versionless,
)


def doi_of(text: str) -> Doi:
    doi = normal_doi(text)
    assert doi is not None
    return doi


SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.1021/acsnano.4c06921", "10.1021/acsnano.4c06921"),
        ("10.1021/ACSNANO.4C06921", "10.1021/acsnano.4c06921"),
        (" doi: 10.1000/abc.", "10.1000/abc"),
        ("Doi 10.1016/S0924-977x(11)70741-6", "10.1016/s0924-977x(11)70741-6"),
        ("DOI:https://doi.org/10.1000/abc", "10.1000/abc"),
        ("http://dx.doi.org/10.1016/S0735-1097%2812%2960547-6", "10.1016/s0735-1097(12)60547-6"),
        ("doi.org/10.1000/abc?utm_source=x", "10.1000/abc"),
        ("info:doi/10.1000/abc", "10.1000/abc"),
        ("10.1007%2Fs00586-011-2029-6", "10.1007/s00586-011-2029-6"),
        ("10.1007%252Fs00586-011-2029-6", "10.1007/s00586-011-2029-6"),
        ("10.1200/JCO.2013.53.2788;", "10.1200/jco.2013.53.2788"),
        ("10.1111/echo.14664]", "10.1111/echo.14664"),
        ("10.1000/a(b)c)", "10.1000/a(b)c"),
        ("10.1000/abc [doi]", "10.1000/abc"),
        ("10.1016/j.rvsc.2020.09.031(inpress)", "10.1016/j.rvsc.2020.09.031"),
        ("10.1136/ard-2020-219279[publishedOnlineFirst:2020/12/02]", "10.1136/ard-2020-219279"),
        (
            "10.1002/(SICI)1097-0177(199701)208:1%3C62::AID-AJA6%3E3.0.CO;2-#",
            "10.1002/(sici)1097-0177(199701)208:1<62::aid-aja6>3.0.co;2-#",
        ),
        ("10.1043/0003-3219(2005)75[631:LOIDTM]2.0.CO;2", "10.1043/0003-3219(2005)75[631:loidtm]2.0.co;2"),
        ("10.1021/ja011122+", "10.1021/ja011122+"),
        ("10.3389/fcell.2021.12345/full", "10.3389/fcell.2021.12345"),
        ("10.1002/central/CN-00853004/full", "10.1002/central/cn-00853004/full"),
        ("10.1101/2020.04.14.20060160v1.full.pdf", "10.1101/2020.04.14.20060160"),
        ("10.1101/2020.03.31.013268v2", "10.1101/2020.03.31.013268"),
        ("10.64898/2026.01.19.700241v1-2", "10.64898/2026.01.19.700241"),
        ("10.1093/zoolinnean/zlab093/6463679", "10.1093/zoolinnean/zlab093"),
        ("10.1016/S0140‐6736(20)30001‐1", "10.1016/s0140-6736(20)30001-1"),
        ("10.1037/dev0000993", "10.1037/dev0000993"),
        ("10.1093/nar/gkv1003", "10.1093/nar/gkv1003"),
        ("10.21203/rs.3.rs-38896/v1", "10.21203/rs.3.rs-38896/v1"),
    ],
)
def test_one_doi_however_it_is_written(written: str, doi: str) -> None:
    assert normal_doi(written) == doi


@pytest.mark.parametrize(
    "text",
    [
        "",
        "63396",
        "10.1000",
        "10.1000/",
        "10.10/abc",
        "10.1000/.",
        "11.1000/abc",
        "abc 10.1000/abc",
        "10.1000/abc and 10.1000/def",
        "10.3129/can j ophthalmol.06-124",
        "10.1000/ünï",
        "10.1000/" + "a" * 400,
        "https://pubs.acs.org/doi/10.1021/acsnano.4c06921",
    ],
)
def test_what_is_no_doi_is_refused_not_shortened(text: str) -> None:
    assert normal_doi(text) is None


def test_the_versions_of_a_preprint_have_one_name() -> None:
    for versions in (
        ("10.21203/rs.3.rs-38896/v1", "10.21203/rs.3.rs-38896/v12", "10.21203/rs.3.rs-38896"),
        ("10.20944/preprints202004.0204.v1", "10.20944/preprints202004.0204.v2"),
        ("10.26434/chemrxiv.12155235.v1", "10.26434/chemrxiv.12155235"),
        ("10.26434/chemrxiv-2022-abcd1-v3", "10.26434/chemrxiv-2022-abcd1"),
        ("10.12688/f1000research.8991.1", "10.12688/f1000research.8991.2"),
        ("10.22541/au.170000000.00000000/v1", "10.22541/au.170000000.00000000/v2"),
        ("10.7554/eLife.98765.1", "10.7554/eLife.98765.3", "10.7554/eLife.98765"),
        ("10.1101/2020.03.31.013268v2", "10.1101/2020.03.31.013268"),
        ("10.48550/arXiv.2310.15213v3", "10.48550/arXiv.2310.15213"),
    ):
        dois = [normal_doi(version) for version in versions]
        assert len({versionless(doi) for doi in dois if doi}) == 1, versions
    for other in ("10.1093/nar/gkv265", "10.7554/elife.98765.001"):
        assert versionless(doi_of(other)) == other


def test_a_dois_version_is_a_number_where_it_says_one() -> None:
    assert doi_version(doi_of("10.21203/rs.3.rs-38896/v12")) == 12
    assert doi_version(doi_of("10.7554/elife.98765.2")) == 2
    assert doi_version(doi_of("10.7554/elife.98765")) == doi_version(doi_of("10.5555/a.7")) == 0


@pytest.mark.parametrize(
    ("doi", "preprint"),
    [
        ("10.1101/2020.04.14.20060160", True),
        ("10.1101/060012", True),
        ("10.64898/2025.11.28.691222", True),
        ("10.21203/rs.3.rs-38896/v1", True),
        ("10.20944/preprints202004.0204.v1", True),
        ("10.31234/osf.io/vjgh6", True),
        ("10.26434/chemrxiv-2022-abcd1", True),
        ("10.48550/arxiv.2310.15213", True),
        ("10.2139/ssrn.3550025", True),
        ("10.1101/gr.075549.107", False),
        ("10.1101/gad.1836009", False),
        ("10.1101/cshperspect.a021535", False),
        ("10.1101/sqb.2015.80.027649", False),
        ("10.1021/acsnano.4c06921", False),
        ("10.12688/f1000research.8991.1", False),
    ],
)
def test_preprints_are_known_by_their_doi(doi: str, preprint: bool) -> None:
    assert is_preprint_doi(doi_of(doi)) is preprint


def test_pmid_and_pmcid() -> None:
    assert {
        normal_pmid(text) for text in ("34097368", " PMID: 34097368.", "pubmed:34097368", "034097368", "34097368.2")
    } == {"34097368"}
    for text in ("", "0", "123456789", "PMC123", "12 34", "１２３", "12a"):
        assert normal_pmid(text) is None, text
    assert {normal_pmcid(text) for text in ("PMC8151234", "pmc8151234", "PMCID: PMC8151234", "PMC8151234.2")} == {
        "PMC8151234"
    }
    assert normal_pmcid("pmc-id: PMC2811023;manuscript-id: NIHMS1;") == "PMC2811023"
    for text in ("", "8151234", "PMC", "PMCX1", "PMC1 PMC2"):
        assert normal_pmcid(text) is None, text


@pytest.mark.parametrize(
    ("text", "pmid", "doi", "pmcid"),
    [
        ("https://pubmed.ncbi.nlm.nih.gov/34097368/?utm_source=x&fc=1", "34097368", None, None),
        ("https://www.ncbi.nlm.nih.gov/pubmed/34097368", "34097368", None, None),
        ("http://www.ncbi.nlm.nih.gov/pubmed/?term=34097368", "34097368", None, None),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC8151234/", None, None, "PMC8151234"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC8151234/#sec1", None, None, "PMC8151234"),
        ("https://europepmc.org/article/MED/34097368", "34097368", None, None),
        ("https://europepmc.org/article/PMC/PMC8151234", None, None, "PMC8151234"),
        ("pubmed:34097368", "34097368", None, None),
        (
            "Wound Repair Regen. PMID: 34097368; PMCID: PMC8151234; DOI:10.1111/wrr.1.",
            "34097368",
            "10.1111/wrr.1",
            "PMC8151234",
        ),
        ("https://pubs.acs.org/doi/10.1021/acsnano.4c06921", None, "10.1021/acsnano.4c06921", None),
        ("https://onlinelibrary.wiley.com/doi/full/10.1002/ecs2.3827?af=R", None, "10.1002/ecs2.3827", None),
        (
            "https://www.tandfonline.com/doi/abs/10.1080/01650521.2020.1783478#abstract",
            None,
            "10.1080/01650521.2020.1783478",
            None,
        ),
        ("https://link.springer.com/content/pdf/10.1007/0-306-48581-8_36.pdf", None, "10.1007/0-306-48581-8_36", None),
        (
            "https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full-text",
            None,
            "10.1101/2020.01.01.123456",
            None,
        ),
        ("http://biorxiv.org/cgi/content/short/2020.01.01.123456v2?rss=1", None, "10.1101/2020.01.01.123456", None),
        (
            "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0258454&type=x",
            None,
            "10.1371/journal.pone.0258454",
            None,
        ),
        ("https://x.org/articles/doi%3A10.1000%2Fabc", None, "10.1000/abc", None),
        ("https://www.nature.com/articles/s41586-020-2649-2.pdf", None, "10.1038/s41586-020-2649-2", None),
        ("https://elifesciences.org/articles/12345", None, "10.7554/elife.12345", None),
        ("https://arxiv.org/abs/2310.15213v2", None, "10.48550/arxiv.2310.15213", None),
        (
            '<p>See <a href="https://doi.org/10.4039/tce.2021.38">10.4039/tce.2021.38</a>).</p>',
            None,
            "10.4039/tce.2021.38",
            None,
        ),
        (
            "doi:10.1002/1097(2000)89:8&lt;1845::AID-C27&gt;3.0.CO;2-D&lt;/a&gt;",
            None,
            "10.1002/1097(2000)89:8<1845::aid-c27>3.0.co;2-d",
            None,
        ),
        ("version 10.15, at 210.1000/x on 2020-10.1000", None, None, None),
        ("https://pubmed.ncbi.nlm.nih.gov/123456789012/", None, None, None),
        ("https://www.rockefeller.edu/news/12345-a-title/", None, None, None),
    ],
)
def test_identifiers_are_found_in_addresses_and_text(
    text: str, pmid: str | None, doi: str | None, pmcid: str | None
) -> None:
    assert find_ids(text) == (pmid, doi, pmcid)


def test_every_doi_of_a_text_once_and_in_order() -> None:
    text = "10.1000/b,10.1000/a;https://doi.org/10.1000/B (10.1000/c). https://nature.com/articles/nm1234"
    assert list(find_dois(text)) == ["10.1000/b", "10.1000/a", "10.1000/c", "10.1038/nm1234"]


def test_so_is_every_pmid_and_a_bare_number_is_none() -> None:
    text = "PMID: 22, 34158094 and https://pubmed.ncbi.nlm.nih.gov/11/?from=pubmed:22&amp;pmid=33"
    assert list(find_pmids(text)) == ["22", "11", "33"]


def test_links() -> None:
    doi = doi_of("10.1002/(SICI)1097(1997)2:1<62::AID-A6>3.0.CO;2-#")
    assert doi_link(doi) == "https://doi.org/10.1002/(sici)1097(1997)2:1%3C62::aid-a6%3E3.0.co;2-%23"
    assert pubmed_link(Pmid("123")) == "https://pubmed.ncbi.nlm.nih.gov/123/"
    assert normal_doi(doi_link(doi)) == doi


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (" https://Example.org/A?b=c#d ", "https://example.org/A?b=c#d"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://pаypal.example/", "https://xn--pypal-4ve.example/"),  # a Cyrillic а
        ('https://example.org/"><b>', "https://example.org/%22%3E%3Cb%3E"),
        ("http://127.0.0.1:80/", "http://127.0.0.1:80/"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("https://example.org//a//b", "https://example.org//a//b"),
    ],
)
def test_what_may_be_a_link(text: str, url: str) -> None:
    assert safe_url(text) == url
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "//example.org/",
        "javascript:alert(1)",
        "JaVaScript://example.org/%0aalert(1)",
        "data:text/html,x",
        "ftp://example.org/",
        "https://",
        "https:///x",
        "https://user@example.org/",
        "https://user:pw@example.org/",
        "https://example.org\\@evil.example/",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "java\nscript://x",
        "https://example.org/\x00",
        "https://example.org/\u202egpj.exe",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://[::1/",
        "https://-.example/",
        "https://a..b/",
        "https://" + "a" * 64 + ".example/",
        "https://example.org/" + "a" * 2048,
        "https://example.org/" + "ü" * 2000,
        "https://%65xample.org/",
    ],
)
def test_what_may_not(text: str) -> None:
    assert safe_url(text) is None
    assert canonical_url(text) is None


def test_one_page_has_one_canonical_address() -> None:
    assert {
        canonical_url(text)
        for text in (
            "https://example.org/News/a?id=3&x=1",
            "http://www.example.org:80/News/a/?id=3&x=1#top",
            "https://EXAMPLE.org:443/News/%61?utm_source=feed&id=3&fbclid=z&x=1&mc_cid=q&gclid=",
        )
    } == {"https://example.org/News/a?id=3&x=1"}
    assert canonical_url("https://example.org/?b=1&a=2") == "https://example.org?b=1&a=2"
    assert canonical_url("https://example.org/a%2fb%") == "https://example.org/a%2Fb%25"
    assert canonical_url("https://example.org/a?v=2") == "https://example.org/a?v=2"
    assert canonical_url("https://pubmed.ncbi.nlm.nih.gov/1/?fc=2&ff=3&v=2.14") == "https://pubmed.ncbi.nlm.nih.gov/1"


def test_one_title_however_it_is_set() -> None:
    assert {
        normal_title(title)
        for title in (
            "TNF-α in <i>Müller</i> cells: 5 kg/m<sup>2</sup>.",
            "[TNF-alpha in Muller cells: 5 kg/m².]",
            "TNF‐α IN MU\u0308LLER CELLS — 5 kg/m2",
            "TNF-α in <jats:italic>Müller</jats:italic> cells&#58; 5 kg/m&lt;sup&gt;2&lt;/sup&gt;",
        )
    } == {"tnf alpha in muller cells 5 kg m2"}
    assert normal_title("皮膚の幹細胞。") == normal_title("皮膚の幹細胞")
    assert normal_title("[…]") == ""
    assert normal_title("p < 0.05 & q > 1") == "p 0 05 q 1"


AROUND_DOIS = st.from_regex(
    r"(doi:|https://doi\.org/|10\.1101/|10\.1000/){1,2}([\w.;:()<>\[\]%/#?&=+,-]|%2[0-9a-f]|/full|\.pdf|v1){0,20}",
    fullmatch=True,
)


@given(st.text() | AROUND_DOIS)
@example("10.1000/abc%3Fdef")
@example("10.1000/%2525252f")
def test_normalising_a_doi_twice_changes_nothing(text: str) -> None:
    doi = normal_doi(text)
    if doi is not None:
        assert normal_doi(doi) == doi
        assert normal_doi(doi_link(doi)) == doi or "%" in doi
        assert re.fullmatch(r"10\.\d{4,9}(\.\d+)*/[!-~]+", doi, re.ASCII)
        assert doi.startswith(versionless(doi))
        assert list(find_dois(doi))[:1] == [doi]


@given(st.text())
def test_any_text_may_be_looked_through(text: str) -> None:
    for found in (*find_ids(text), normal_pmid(text), normal_pmcid(text)):
        assert found is None or found.isascii()
    pmid, pmcid = normal_pmid(text), normal_pmcid(text)
    assert pmid is None or normal_pmid(pmid) == pmid
    assert pmcid is None or normal_pmcid(pmcid) == pmcid


@given(
    st.text()
    | st.builds(
        "{}://{}{}".format, st.sampled_from(["http", "https", "HTTP"]), st.text(max_size=20), st.text(max_size=20)
    )
    | st.from_regex(
        r"https?://(www\.)?[a-zß-ü.-]{1,12}(:\d{1,5})?(/[^\s]{0,9}){0,3}(\?[^\s]{0,9})?(#[^\s]*)?", fullmatch=True
    )
)
def test_a_safe_address_is_safe_and_stays_so(text: str) -> None:
    url = safe_url(text)
    if url is None:
        return
    assert re.fullmatch(r"https?://[!-~]+", url)
    assert not set(url) & set('"<>\\^`{|} ')
    assert safe_url(url) == url
    assert urlsplit(url).username is None
    canonical = canonical_url(text)
    assert canonical is not None
    assert canonical_url(canonical) == canonical


@given(st.text())
def test_normalising_a_title_twice_changes_nothing(text: str) -> None:
    title = normal_title(text)
    assert normal_title(title) == title
    assert title == " ".join(title.split())


@pytest.mark.skipif(not SHARED.exists(), reason="real material is not there: ../shared/data")
def test_no_real_doi_is_lost() -> None:
    lost = []
    for path in sorted((SHARED / "dedupe").glob("*/records.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            dois = (json.loads(line).get("doi") for line in lines)
            lost += [doi for doi in dois if doi and normal_doi(doi) is None]
    assert not [doi for doi in lost if re.match(r"(?i)(?:https?://(?:dx\.)?doi\.org/|doi:? ?)?10\.\d{4,9}/\S+$", doi)]

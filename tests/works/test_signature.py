"""By what alike records find each other: the keys under which they are kept and sought. All records are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.works.invented import AUTHORS, PATCHES, article, entry, finds, news, preprint, record
from watcher.models import Doi, Kind, Pmcid, Pmid, Record, RelatedRecord
from watcher.store.codec import decode_signature, encode_signature
from watcher.works.identifiers import normal_doi
from watcher.works.keys import doi_key, kept_keys, keys, number
from watcher.works.signature import may_report, signature


def one_key(one: Record, other: Record) -> bool:
    a, b = signature(one), signature(other)
    assert finds(a, b) == finds(b, a)
    return finds(a, b)


# -- identifiers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["10.5555/Invented.7", "https://doi.org/10.5555/INVENTED.7", "10.5555%2Finvented.7", "doi:10.5555/invented.7."],
)
def test_a_doi_is_one_key_however_it_is_written(written: str) -> None:
    doi = normal_doi(written)
    assert doi is not None
    assert doi_key(doi) == "doi:10.5555/invented.7"
    assert one_key(record("One title", doi=doi), record("Another", doi="10.5555/invented.7"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10.21203/rs.3.rs-999999/v1", "10.21203/rs.3.rs-999999/v2"),
        ("10.1101/2025.12.01.999999", "10.64898/2025.12.01.999999"),
        ("10.12688/f1000research.999999.1", "10.12688/f1000research.999999.2"),
        ("10.5555/figure.999.v1", "10.5555/figure.999.v2"),
    ],
)
def test_versions_that_are_registered_by_themselves_have_one_key(one: str, other: str) -> None:
    assert doi_key(Doi(one)) == doi_key(Doi(other))


def test_a_record_is_kept_under_the_keys_of_its_identifiers_the_surest_first() -> None:
    one = article(pmid="999001", doi="10.21203/rs.3.rs-999999/v2", pmcid=Pmcid("PMC999001"))
    named = kept_keys(one.pmid, one.doi, one.pmcid)
    assert named == ("pmid:999001", "doi:10.21203/rs.3.rs-999999", "pmcid:PMC999001")
    assert {number(key) for key in named} <= {*keys(signature(one)).kept}
    assert kept_keys(None, None) == ()


def test_a_supporting_file_is_kept_with_its_article_and_says_that_it_is_a_part() -> None:
    part = signature(record(doi="10.5555/journal.999.s001"))
    assert (part.doi, part.part) == ("10.5555/journal.999", "s001")
    assert signature(record(doi="10.5555/journal.999")).part == ""


def test_who_names_a_pmid_as_another_version_finds_it_and_is_found_by_it() -> None:
    update = replace(preprint("A title"), related=(RelatedRecord("UpdateIn", Pmid("999001")),))
    assert one_key(update, article("Another title", pmid="999001", authors=()))
    comment = replace(update, related=(RelatedRecord("CommentOn", Pmid("999001")),))
    assert not one_key(comment, article("Another title", pmid="999001", authors=()))


def test_an_address_is_a_key_of_feeds_alone_and_a_front_page_is_none() -> None:
    assert one_key(news("A", url="http://www.n.example/a/?utm_source=x"), news("B", url="https://n.example/a"))
    assert not one_key(news("A", url="https://n.example/"), news("B", url="https://n.example/"))
    assert not one_key(record("A", url="https://n.example/a"), record("B", url="https://n.example/a"))
    assert signature(news("A", url="javascript:alert(1)")).url == ""


# -- title, place, text, people -----------------------------------------------------------------------------------

TITLE = "An invented exosome patch closes radiation wounds in aged minipigs"


@pytest.mark.parametrize(
    "title",
    [
        "AN INVENTED EXOSOME-PATCH CLOSES RADIATION WOUNDS IN AGED MINIPIGS.",
        "An invented exosome patch closes radiation wounds in aged minipigs: a made-up trial",
        "In aged minipigs, an invented exosome patch closes radiation wounds",
    ],
)
def test_a_title_is_found_whole_without_its_subtitle_and_by_its_longest_words(title: str) -> None:
    assert one_key(record(TITLE, authors=()), record(title, authors=()))


def test_a_title_that_was_cut_off_is_found_with_its_page_or_its_author() -> None:
    cut = "An invented exosome patch closes radiation wounds"
    assert one_key(article(TITLE, authors=()), article(cut))
    assert one_key(article(TITLE), article(cut, pages=""))
    assert not one_key(article(TITLE, authors=()), article(cut, pages=""))


def test_a_title_that_many_works_have_is_a_key_only_with_its_place_or_its_author() -> None:
    one = article("Case report", published="2026")
    other = article("Case report", pages="7", published="2026", authors=AUTHORS[1:])
    assert not one_key(one, other)
    assert one_key(one, replace(other, pages="101"))
    assert one_key(one, replace(other, authors=AUTHORS))


def test_records_of_other_titles_find_each_other_by_page_and_first_author_or_by_their_texts() -> None:
    assert one_key(article("Patches, invented"), article("Erfundene Pflaster", volume="", journal=""))
    assert one_key(article("Patches, invented"), article("Erfundene Pflaster", published="2027", journal=""))
    assert one_key(
        record("Patches, invented", abstract=PATCHES, authors=()),
        record("Erfundene Pflaster", abstract=PATCHES, authors=()),
    )
    assert not one_key(record("Patches, invented"), record("Erfundene Pflaster"))


def test_news_and_the_work_that_it_reports_find_each_other_by_people_for_some_months() -> None:
    story = news(
        "Patches close wounds", abstract="The patch of Ada Núñez and others was reported.", published="2026-03-05"
    )
    compared = signature(story)
    for published, found in (("2025-12", True), ("2026-04", True), ("2025-11", False), ("2026-05", False)):
        work = article(published=published)
        assert may_report(compared, signature(work)) == found, published
        assert not found or one_key(story, work), published
    assert not one_key(story, article(published="2025-08"))
    assert not one_key(story, article(published="2026-08"))
    assert not one_key(story, article(published="2026")), "the month is not known"
    assert not one_key(story, article(authors=AUTHORS[1:]))


def test_a_record_that_says_nothing_has_no_key() -> None:
    assert keys(signature(record("", authors=(), published=None))) == ([], [])


def test_what_is_compared_comes_out_of_the_store_as_it_went_in() -> None:
    full = entry(doi="10.5555/a", pmid="999001", volume="88 Suppl 1", issue="2", pages="e7", abstract=PATCHES,
                 journal="Journal of invented wounds", journal_abbreviation="J Invent Wounds", pmcid=Pmcid("PMC999001"),
                 related=(RelatedRecord("UpdateOf", Pmid("999002")),), url="https://n.example/a")  # fmt: skip
    for each in (full, news("News of Ada Núñez", abstract=PATCHES), record("", authors=())):
        assert decode_signature(encode_signature(signature(each))) == signature(each)


# -- text -----------------------------------------------------------------------------------------------------------


def test_the_first_hash_of_a_text_and_the_first_authors_find_a_preprint_that_was_rewritten() -> None:
    one = signature(record("Patches, invented", abstract=PATCHES))
    rewritten = one._replace(ref="other", title="plasters as made up", text=(one.text[0], *range(2**32 - 20, 2**32)))
    assert finds(one, rewritten)
    assert finds(rewritten, one)
    assert not finds(one, rewritten._replace(names=one.names[1:]))
    assert not finds(one._replace(names=()), rewritten._replace(names=()))


def test_by_its_text_a_record_finds_what_has_a_doi_only_if_itself_has_none() -> None:
    one = record("One title of a study of skin", abstract=PATCHES)
    other = record("Altogether another name for this", abstract=PATCHES)
    assert one_key(one, other)
    assert one_key(replace(one, doi=Doi("10.9999/1")), other)
    assert not one_key(replace(one, doi=Doi("10.9999/1")), replace(other, doi=Doi("10.9999/2")))
    preprint_of_it = replace(other, kind=Kind.PREPRINT, doi=Doi("10.9999/2"))
    assert one_key(replace(one, doi=Doi("10.9999/1")), preprint_of_it)

"""The embedded sample is well-formed, invented throughout, and holds the repeats that its README promises."""

from __future__ import annotations

import importlib.util
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from lxml import etree

import watcher.demo
from watcher.config import read_settings
from watcher.markup import plain
from watcher.models import Feed, Kind, Record
from watcher.sources.feeds import read_feed
from watcher.sources.http import Answer
from watcher.sources.pubmed_record import record_of
from watcher.terms.term import Term
from watcher.works.citations import cites, numbers
from watcher.works.identifiers import canonical_url

if TYPE_CHECKING:
    from watcher.settings import Settings

SAMPLE = Path(watcher.demo.__file__).parent
DAYS = ("2026-03-02", "2026-03-03", "2026-03-04")
FEEDS = {"newsroom": "https://newsroom.example.edu/feed.xml", "journal": "https://journal.example.org/new.atom"}
# Hair dye, shoot meristems, carp, shark jaws, the brain stem, …: near what is asked for, or far from it.
OFF_TOPIC = {f"990000{n:02}" for n in (4, 5, 11, 15, 17, 19, 22, 31, 32, 35, 36, 42, 43, 44, 59, 60, 61, 62)}
NOTICES = {"99000030", "99000057", "99000058"}


@cache
def states() -> tuple[Record, ...]:
    """All that pubmed.xml holds, in its order: a record may stand there in two states."""
    root = etree.parse(SAMPLE / "pubmed.xml").getroot()
    found = [record_of(each, lambda _: True, where="the sample") for each in root.iterchildren("PubmedArticle")]
    return tuple(record for record in found if isinstance(record, Record))


@cache
def records() -> dict[str, Record]:
    """By PMID, as PubMed has them in the end."""
    return {record.source_id: record for record in states()}


@cache
def entries(feed: str, day: str) -> tuple[Record, ...]:
    body = (SAMPLE / "feeds" / day / f"{feed}.xml").read_bytes()
    return read_feed(
        Answer(url=FEEDS[feed], status=200, headers={}, body=body), Feed(feed, FEEDS[feed], (), "0 * * * *")
    )


def all_entries(feed: str) -> tuple[Record, ...]:
    return tuple(entry for day in DAYS for entry in entries(feed, day))


@cache
def settings() -> Settings:
    return read_settings(SAMPLE / "queries.toml")


@cache
def found_by(record: Record) -> set[str]:
    return {query.name for query in settings().queries if Term.parse(query.term).evaluate(record).matched}


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.suffix != ".pyc") < 260_000


def test_its_records_are_valid_under_the_dtd_that_they_name() -> None:
    biopython = importlib.util.find_spec("Bio.Entrez")  # it carries NLM's DTDs
    assert biopython is not None
    assert biopython.origin is not None
    dtd = etree.DTD(file=str(Path(biopython.origin).parent / "DTDs" / "pubmed_250101.dtd"))
    document = etree.parse(SAMPLE / "pubmed.xml")
    assert b"/pubmed_250101.dtd" in (SAMPLE / "pubmed.xml").read_bytes()[:300]
    assert dtd.validate(document), dtd.error_log


def test_its_configuration_has_no_problem_and_asks_two_feeds_and_eight_queries() -> None:
    assert len(settings().queries) == 8
    assert [feed.url for feed in settings().feeds] == list(FEEDS.values())
    assert [digest.to for digest in settings().digests] == [("reader@example.org",)]
    assert len(settings().cited) == 6
    assert settings().mail is None


def test_no_identifier_and_no_address_is_real() -> None:
    for record in states():
        assert record.pmid is not None
        assert int(record.pmid) > 99_000_000  # PubMed has reached some 42 million in 2026
        assert (record.doi or "").startswith("10.5555/")  # Crossref's prefix for tests
    for feed in FEEDS:
        for entry in all_entries(feed):
            host = urlsplit(entry.url or "").hostname or ""
            assert host.endswith((".example.org", ".example.edu")) or (entry.doi and host == "doi.org")
            assert entry.doi is None or entry.doi.startswith("10.5555/")


def test_no_source_is_real_and_one_has_a_record_that_others_cite() -> None:
    for cited in settings().cited:
        assert re.match(r"https://(?:[a-z]+\.example\.(?:org|edu)|pmc\.ncbi\.nlm\.nih\.gov/articles/PMC99)", cited.url)
        assert (cited.doi or "10.5555/").startswith("10.5555/")
    known = numbers(settings().cited, {})
    assert f"doi:{records()['99000001'].doi}" in known
    citing = {record.source_id: cites(record, known) for record in records().values() if cites(record, known)}
    assert citing == {"99000036": (2,), "99000059": (2,)}


def test_abstracts_are_as_long_as_abstracts_are() -> None:
    for record in records().values():
        words = sum(len(plain(passage.text).split()) for passage in record.abstract)
        assert record.kind is Kind.NOTICE or 80 <= words <= 150, record.source_id


def test_it_shows_what_records_can_hold() -> None:
    everything = records().values()
    assert any("<sub>" in record.title for record in everything)
    assert any("<sup>" in record.title for record in everything)
    assert any("<i>" in record.title for record in everything)
    assert sum(len(record.abstract) > 1 for record in everything) >= 8  # structured
    assert sum(any(author.collective for author in record.authors) for record in everything) >= 3
    assert sum(bool(record.mesh) for record in everything) >= 10
    assert any(record.vernacular_title and record.languages == ("ger",) for record in everything)
    types = {name for record in states() for name in record.publication_types}
    assert types >= {
        "Journal Article", "Review", "Randomized Controlled Trial", "Preprint", "Comment",
        "Published Erratum", "Retraction of Publication", "Retracted Publication",
    }  # fmt: skip


def test_queries_find_what_is_on_the_subject_and_nothing_else() -> None:
    assert len(records()) == 62
    unfound = {pmid for pmid, record in records().items() if not found_by(record)}
    assert unfound == OFF_TOPIC


def test_every_query_finds_something_on_both_mornings() -> None:
    first = {
        name for state in states() if state.created and state.created < date(2026, 3, 2) for name in found_by(state)
    }
    second = {name for state in states() if state.created == date(2026, 3, 3) for name in found_by(state)}
    assert first == second == {query.name for query in settings().queries}


def test_some_works_belong_to_two_sections() -> None:
    assert sum(len(found_by(record)) > 1 for record in records().values()) >= 3


def test_created_days_leave_no_doubt_which_morning_sees_a_record() -> None:
    days = {state.created for state in states()}
    assert max(day for day in days if day) == date(2026, 3, 3)
    assert date(2026, 3, 2) not in days


def test_edat_is_the_day_after_crdt_but_for_one_record_with_an_old_one() -> None:
    odd = {r.source_id for r in states() if not r.created or r.entered != r.created + timedelta(days=1)}
    assert odd == {"99000056"}
    assert records()["99000056"].entered == date(2024, 5, 6)


def test_one_record_was_created_long_ago_and_is_indexed_now() -> None:
    old = records()["99000001"]
    assert (old.created, old.indexed) == (date(2025, 10, 14), date(2026, 3, 3))


def test_ahead_of_print_and_final_share_a_doi_in_other_letter_case() -> None:
    early, final = records()["99000023"], records()["99000045"]
    assert early.doi == final.doi
    assert early.title == final.title
    text = (SAMPLE / "pubmed.xml").read_text(encoding="utf-8")
    assert "10.5555/jid.2026.0107<" in text
    assert "10.5555/JID.2026.0107<" in text


def test_a_preprint_in_pubmed_and_its_journal_version_point_at_one_another() -> None:
    preprint, article = records()["99000028"], records()["99000052"]
    assert (preprint.kind, article.kind) == (Kind.PREPRINT, Kind.ARTICLE)
    assert preprint.doi != article.doi
    assert [(related.kind, related.pmid) for related in article.related] == [("UpdateOf", preprint.pmid)]
    assert (preprint.title, preprint.authors) == (article.title, article.authors)


def test_a_preprint_in_a_feed_has_title_authors_and_year_of_its_journal_version() -> None:
    article = records()["99000049"]
    preprint = next(e for e in entries("journal", DAYS[0]) if (e.doi or "").startswith("10.5555/preprint."))
    assert preprint.title == article.title
    assert [a.family for a in preprint.authors] == [f"{a.given} {a.family}" for a in article.authors]
    assert (preprint.published or "")[:4] == (article.published or "")[:4] == "2026"
    assert "Preprint" in preprint.keywords


@pytest.mark.parametrize(
    ("feed", "pmids"),
    [
        ("newsroom", {"99000027", "99000049"}),  # in the text
        ("journal", {"99000023", "99000034", "99000046", "99000048"}),  # link, text, link in capitals, prism:doi
    ],
)
def test_feed_entries_name_the_doi_of_a_pubmed_record(feed: str, pmids: set[str]) -> None:
    wanted = {records()[pmid].doi for pmid in pmids}
    assert wanted <= {entry.doi for entry in all_entries(feed)}


def test_a_press_release_names_a_pmid_in_its_text() -> None:
    text = " ".join(passage.text for entry in all_entries("newsroom") for passage in entry.abstract)
    assert "PMID: 99000006" in text


def test_one_press_release_stands_in_both_feeds_under_one_address() -> None:
    title = "Wounds reopen where epidermal stem cells cannot join, study finds"
    (news,) = [entry for entry in entries("newsroom", DAYS[2]) if entry.title == title]
    (copy,) = [entry for entry in entries("journal", DAYS[2]) if entry.title == title]
    assert news.abstract == copy.abstract
    assert news.source_id != copy.source_id
    assert news.url
    assert copy.url
    assert news.url != copy.url
    assert canonical_url(news.url) == canonical_url(copy.url)


def test_a_guid_changes_overnight_and_the_link_stays() -> None:
    before, *after = [
        entry for day in DAYS for entry in entries("newsroom", day) if entry.title.startswith("How skin keeps count")
    ]
    assert len(after) == 2
    assert {entry.url for entry in after} == {before.url}
    assert before.source_id not in {entry.source_id for entry in after}
    assert found_by(before)


def test_one_record_is_revised_and_gains_its_abstract() -> None:
    first, second = [state for state in states() if state.source_id == "99000034"]
    assert (first.abstract, first.volume) == ((), "")
    assert second.abstract
    assert second.volume
    assert first.revised is not None
    assert first.revised <= date(2026, 3, 1)
    assert second.revised == date(2026, 3, 3)
    assert found_by(first) == found_by(second)


@pytest.mark.parametrize(
    ("notice", "relation", "article"),
    [
        ("99000057", "ErratumFor", "99000027"),
        ("99000058", "RetractionOf", "99000014"),
        ("99000030", "CommentOn", "99000008"),
    ],
)
def test_notices_carry_the_title_of_what_they_are_about(notice: str, relation: str, article: str) -> None:
    about, meant = records()[notice], records()[article]
    assert {pmid for pmid, record in records().items() if record.kind is Kind.NOTICE} == NOTICES
    assert [(related.kind, related.pmid) for related in about.related] == [(relation, meant.pmid)]
    assert meant.title.partition(":")[0].removesuffix(".") in about.title
    assert about.doi != meant.doi


def test_the_retracted_record_says_so_from_the_third_of_march() -> None:
    sound, retracted = [state for state in states() if state.source_id == "99000014"]
    assert "Retracted Publication" not in sound.publication_types
    assert "Retracted Publication" in retracted.publication_types
    assert [(related.kind, related.pmid) for related in retracted.related] == [("RetractionIn", "99000058")]
    assert retracted.revised == date(2026, 3, 3)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_holds_entries_on_and_off_the_subject_each_day(feed: str) -> None:
    assert 8 <= len({canonical_url(entry.url or "") for entry in all_entries(feed)}) <= 15
    for day in DAYS:
        matched = [bool(found_by(entry)) for entry in entries(feed, day)]
        assert any(matched)
        assert not all(matched)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_holds_nothing_of_its_future_and_loses_nothing_between_the_two_polls(feed: str) -> None:
    for day in DAYS:
        assert all((entry.published or "9") < day for entry in entries(feed, day))
    seen = {entry.url for day in (DAYS[0], DAYS[2]) for entry in entries(feed, day)}
    assert {entry.url for entry in all_entries(feed)} == seen


def test_the_readme_names_only_records_that_are_there() -> None:
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert "invented" in readme
    assert set(re.findall(r"\b99\d{6}\b", readme)) <= set(records())

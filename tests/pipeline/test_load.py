"""NLM's files into the store: what is kept, what is brought up to date, and where a load goes on. All invented."""

from __future__ import annotations

import gzip
import multiprocessing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import UPDATE_FILE, needs_update_file
from tests.fakes.pubmed_fixture import article, article_set
from tests.fakes.pubmed_index import Collection
from tests.fakes.pubmed_search import Vocabulary, search
from tests.pipeline.world import SKIN, WOUNDS, World, at, world
from watcher.config import read_settings
from watcher.digest.receipt import receipt
from watcher.pipeline import sieve
from watcher.pipeline.load import Loaded, load
from watcher.pipeline.tell import composed
from watcher.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED = Path(__file__).parents[2] / "queries.toml"
NOW = at("2021-06-05 12:00")
WOUND = article(21, title="A wound in an invented tale", doi="10.5555/tale.21")
BOTH = article(22, title="Skin wounds, told at length")
NEITHER = article(23, title="Of something else entirely")
LATER = article(24, title="Skin alone, in the last of the records")


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as installation:
        installation.configure(WOUNDS, SKIN)
        yield installation


def run(
    installed: World, data: bytes | None = None, *, name: str = "n.xml", jobs: int = 1, again: bool = False
) -> Loaded:
    path = installed.folder / name
    if data is not None:
        path.write_bytes(data)
    with installed.context(NOW) as context:
        return load(context, path, jobs=jobs, again=again, clock=lambda: 0.0)


def rows(installed: World, sql: str) -> list[tuple[object, ...]]:
    with Store(installed.settings.store) as store:
        return [tuple(row) for row in store._connection.rows(sql)]


def matches(installed: World) -> dict[object, set[object]]:
    found: dict[object, set[object]] = {}
    for pmid, query in rows(installed, "SELECT pmid, query FROM matches JOIN works ON works.id = work_id"):
        found.setdefault(query, set()).add(pmid)
    return found


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
def test_what_a_query_matches_is_stored_with_its_phrases(installed: World, jobs: int, pack: type[bytes]) -> None:
    report = run(installed, pack(article_set(WOUND, BOTH, NEITHER, LATER)), jobs=jobs)
    assert (report.members, report.found, report.new, report.error) == (4, 3, 3, None)
    assert matches(installed) == {"wounds": {"21", "22"}, "skin": {"22", "24"}}
    assert rows(installed, "SELECT DISTINCT phrases FROM matches WHERE query = 'wounds'") == [('["wound*"]',)]


def test_a_file_that_was_loaded_whole_is_read_again_only_when_asked(installed: World) -> None:
    run(installed, article_set(WOUND, BOTH))
    assert run(installed).loaded_at == NOW
    again = run(installed, again=True)
    assert (again.loaded_at, again.found, again.new, again.revised) == (None, 2, 0, 0)


def test_other_terms_are_a_reason_to_read_it_again(installed: World) -> None:
    run(installed, article_set(WOUND, NEITHER))
    installed.configure(WOUNDS, ("else", "Else", "something[ti]"))
    assert run(installed).new == 1
    assert matches(installed) == {"wounds": {"21"}, "else": {"23"}}


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_that_breaks_off_keeps_what_came_and_goes_on_there_once_it_is_whole(
    installed: World, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(sieve, "BATCH", 1)
    whole = article_set(WOUND, BOTH, NEITHER, LATER)
    broken = run(installed, whole[: whole.index(b"in the last")], jobs=jobs)
    assert broken.error
    assert "n.xml: the answer breaks off or is garbled" in broken.error
    assert (broken.members, broken.found) == (3, 2)
    # The same size and time, as for a process that was killed.
    (installed.folder / "n.xml").write_bytes(whole)
    about = (installed.folder / "n.xml").stat()
    with Store(installed.settings.store) as store, store.transaction():
        store._connection.run("UPDATE loads SET size = ?, mtime = ?", [about.st_size, about.st_mtime_ns])
    resumed = run(installed, jobs=jobs)
    assert (resumed.resumed_at, resumed.members, resumed.error) == (3, 4, None)
    assert matches(installed) == {"wounds": {"21", "22"}, "skin": {"22", "24"}}
    assert rows(installed, "SELECT records_done FROM loads") == [(4,)]


def test_a_newer_record_takes_the_place_of_the_stored_one_which_is_kept(installed: World) -> None:
    run(installed, article_set(WOUND))
    newer = article(21, title="A wound, corrected", doi="10.5555/tale.210", revised=date(2021, 7, 1), abstract="Skin.")
    assert run(installed, article_set(newer), name="later.xml").revised == 1
    assert rows(installed, "SELECT title, doi FROM works") == [("A wound, corrected", "10.5555/tale.210")]
    assert matches(installed) == {"wounds": {"21"}, "skin": {"21"}}
    with Store(installed.settings.store) as store:
        assert [work.pmid for work in store.works.search(["corrected"], 9)] == ["21"]
        assert store.identities.holder("doi:10.5555/tale.21") is None
        assert store.identities.holder("doi:10.5555/tale.210") is not None
    (old,) = rows(installed, "SELECT content FROM revisions")
    assert "A wound in an invented tale" in str(old)


def test_an_older_one_changes_nothing(installed: World) -> None:
    run(installed, article_set(article(21, title="A wound, as it is now", version=2)))
    older = article(21, title="A wound, as it was", revised=date(2022, 1, 1))
    assert run(installed, article_set(older), name="older.xml").revised == 0
    assert rows(installed, "SELECT title FROM works") == [("A wound, as it is now",)]


def test_a_stored_record_is_brought_up_to_date_though_no_query_matches_it_any_more(installed: World) -> None:
    second = article(21, title="It was a burn", version=2)
    assert run(installed, article_set(WOUND, second)).revised == 1
    assert rows(installed, "SELECT title FROM works") == [("It was a burn",)]
    assert matches(installed) == {"wounds": {"21"}}


def test_a_deletion_is_noted_and_nothing_is_deleted(installed: World) -> None:
    assert run(installed, article_set(WOUND, deleted=["21", "99"])).withdrawn == 1
    assert rows(installed, "SELECT pmid, source FROM withdrawn") == [("21", "n.xml")]
    assert matches(installed) == {"wounds": {"21"}}
    assert run(installed, again=True).withdrawn == 0


def test_processes_that_are_ended_from_outside_end_the_load_and_lose_nothing(
    installed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.sources.pubmed_files._PIECE", 1)
    path = installed.folder / "n.xml"
    path.write_bytes(article_set(WOUND, *[NEITHER] * 20, LATER))

    def kill(_: str) -> None:
        for child in multiprocessing.active_children():
            child.kill()
            child.join()

    with installed.context(NOW) as context:
        ended = load(replace(context, progress=kill), path, jobs=2, clock=lambda: 0.0)
    assert ended.error == "a process that was reading was ended from outside"
    assert 1 <= ended.members < 22
    assert run(installed, jobs=1).members == 22
    assert matches(installed) == {"wounds": {"21"}, "skin": {"24"}}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty answer"),
        (b"<!doctype html><title>Sign in</title>", "a web page, not records: Sign in"),
        (gzip.compress(article_set(WOUND))[:-9], "reading stopped"),
        (b"\x1f\x8bno gzip at all", "reading stopped"),
    ],
)
def test_what_is_no_such_file_is_said_in_words(installed: World, data: bytes, said: str, jobs: int) -> None:
    report = run(installed, data, jobs=jobs)
    assert report.error
    assert said in report.error
    assert "n.xml" in report.error
    assert rows(installed, "SELECT finished_at FROM loads") in ([], [(None,)])


def test_what_matches_is_what_esearch_finds_on_the_same_records(installed: World) -> None:
    made = [
        article(100 + n, title=f"{first} and {second}, number {n}", mesh=mesh, abstract=abstract)
        for n, (first, second, mesh, abstract) in enumerate(
            (first, second, mesh, abstract)
            for first in ("Wound healing", "Epidermal stem cells", "Exosomes", "Psoriasis")
            for second in ("hair follicles", "mesenchymal stem cells", "keratinocytes", "the cornea")
            for mesh in ((), ("Skin", "*Stem Cells"))
            for abstract in ("", "Secretome hydrogels regenerate the skin of diabetic wounds.")
        )
    ]
    _holds_to_esearch(installed, Collection(made), article_set(*made), least=5)


@needs_update_file
@pytest.mark.long
def test_what_matches_of_the_real_file_is_what_esearch_finds(installed: World, update_file: Collection) -> None:
    _holds_to_esearch(installed, update_file, UPDATE_FILE.read_bytes(), least=20)


def _holds_to_esearch(installed: World, collection: Collection, data: bytes, *, least: int) -> None:
    """The shipped queries over the same records, by `load` and by the fake's own reading of the terms."""
    queries = read_settings(SHIPPED).queries
    installed.configure(*((query.name, query.title, query.term) for query in queries))
    run(installed, data, jobs=2)
    expected = {
        query.name: set(search(collection.index, query.term, Vocabulary(reports=False)).pmids) for query in queries
    }
    assert matches(installed) == {name: pmids for name, pmids in expected.items() if pmids}
    assert len(set().union(*expected.values())) >= least


def test_the_receipt_tells_of_what_was_loaded_where_nothing_was_asked(installed: World) -> None:
    run(installed, article_set(WOUND, BOTH, NEITHER, LATER))
    with installed.context(NOW) as context:
        (plan,) = context.settings.digests
        lines = dict(receipt(composed(context, plan)))
    assert lines["Loaded"] == ("1 file, 4 records read",)
    assert lines["Found"] == ("3 new works",)
    assert "Asked" not in lines

"""A digest's order, reasons and what it holds back, from polls on loopback; and what a rating changes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import World, at, world
from watcher.digest.render import plain_text
from watcher.models import Pmid
from watcher.pipeline.rate import rate
from watcher.pipeline.tell import composed
from watcher.pipeline.work import poll
from watcher.store.archive import Archives
from watcher.store.cited import Cited

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from watcher.models import CitedWork, Work
    from watcher.pipeline.context import Context
    from watcher.told import Digest

WOUNDS = ("wounds", "Wounds", "wound*[tiab]")
CITED = '[[cited]]\npmid = "91"\n[[cited]]\nurl = "https://clinic.example.com/"\ntitle = "Bandages and war"\n'
FOUND = {
    11: ("Wounds of trees in the storm", "Bark closes over the wounds of old oaks."),
    12: ("Adipose exosomes in burn wounds", "Exosomes from adipose stem cells close burn wounds in rats."),
    13: ("Wounds of war in letters", "Letters of nurses tell of wounds and bandages."),
    14: ("Wounds and the weather", "Wounds ache when the weather turns."),
}


def record(pmid: int, title: str, abstract: str, **about: Any) -> bytes:
    return article(pmid, title=title, abstract=abstract, **{"crdt": date(2021, 6, 1), **about})


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    cited = record(
        91, "Exosomes of adipose stem cells", "Adipose exosomes close wounds after burns.", crdt=date(2020, 1, 1)
    )
    records = [cited, *(record(pmid, *texts) for pmid, texts in FOUND.items())]
    with world(tmp_path, Collection(records)) as installation:
        installation.configure(WOUNDS, extra=CITED)
        yield installation


def configure(installation: World, least: int) -> None:
    """As before, with a `min_relatedness`."""
    installation.configure(WOUNDS, extra=CITED)
    text = installation.path.read_text(encoding="utf-8")
    text = text.replace('name = "wounds"', f'name = "wounds"\nmin_relatedness = {least}')
    installation.path.write_text(text, encoding="utf-8")


def pmids(digest: Digest) -> list[str | None]:
    return [entry.work.pmid for section in digest.sections for entry in section.entries]


def held(digest: Digest) -> list[str | None]:
    return [entry.work.pmid for section in digest.held for entry in section.entries]


def preview(context: Context) -> Digest:
    return composed(context, context.settings.digests[0])


def test_the_most_related_come_first_with_reasons_in_words(installed: World) -> None:
    (told,) = installed.run_once(at("2021-06-04 12:00")).told
    assert pmids(told.digest)[0] == "12"
    text = " ".join(plain_text(told.digest).split())
    assert "Why: near [1]: adipose exosomes" in text
    assert "near [2]: wounds" not in text


def test_a_cited_page_is_known_by_its_title(installed: World) -> None:
    (told,) = installed.run_once(at("2021-06-04 12:00")).told
    near = {entry.work.pmid: entry.why.near for section in told.digest.sections for entry in section.entries}
    assert near[Pmid("13")] == (2,)


def test_what_is_held_back_is_counted_once_and_never_told(installed: World) -> None:
    configure(installed, 60)
    (told,) = installed.run_once(at("2021-06-04 12:00")).told
    assert sorted(filter(None, pmids(told.digest) + held(told.digest))) == ["11", "12", "13", "14"]
    assert pmids(told.digest)[0] == "12"
    assert held(told.digest)
    assert f"Held back: {len(held(told.digest))} works, less related" in plain_text(told.digest)
    for least in (60, 0):
        configure(installed, least)
        (later,) = installed.run_once(at(f"2021-06-{5 if least else 6:02} 12:00")).told
        assert later.digest_id is None
        assert later.digest.held == ()


def test_what_is_held_back_alone_waits_for_a_digest_that_counts_it(installed: World) -> None:
    configure(installed, 99)
    (told,) = installed.run_once(at("2021-06-04 12:00")).told
    assert (told.digest_id, told.digest.works, len(held(told.digest))) == (None, 0, 4)
    installed.pubmed.collection.add(record(15, *FOUND[12], crdt=date(2021, 6, 4)))
    configure(installed, 0)
    installed.configure(WOUNDS, ("new", "New", "15[uid]"), extra=CITED)
    (later,) = installed.run_once(at("2021-06-05 12:00")).told
    assert later.digest.works == 5


def test_what_is_held_back_goes_along_when_works_are_merged(installed: World) -> None:
    from watcher.pipeline.correct import merge

    configure(installed, 60)
    installed.run_once(at("2021-06-04 12:00"))
    with installed.context(at("2021-06-05 12:00")) as context:
        works = [work.id for work in context.store.works.held(10)]
        merged = merge(context.store, works, context.now)
        assert [work.id for work in context.store.works.held(10)] == [merged]
        assert preview(context).works == 0


def test_a_poll_counts_what_it_brought(installed: World) -> None:
    installed.run_once(at("2021-06-04 12:00"))
    with closing(sqlite3.connect(installed.folder / "db" / "watcher.db")) as database:
        assert database.execute("SELECT records FROM archive").fetchall() == [(5,)]


def test_where_nothing_waits_the_archive_is_not_read(installed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(_: Archives) -> None:
        raise AssertionError

    installed.run_once(at("2021-06-04 12:00"))
    monkeypatch.setattr(Archives, "read", unread)
    with installed.context(at("2021-06-05 12:00")) as context:
        assert preview(context).works == 0


def test_a_digest_looks_for_the_cited_works_once(installed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[CitedWork]] = []
    find = Cited.works

    def counted(cited: Cited, wanted: Sequence[CitedWork]) -> dict[int, Work]:
        asked.append(wanted)
        return find(cited, wanted)

    with installed.context(at("2021-06-04 12:00")) as context:
        poll(context, context.settings.queries, ())
        monkeypatch.setattr(Cited, "works", counted)
        assert preview(context).works == 4
        assert asked == [context.settings.cited]


def test_a_rating_moves_what_is_untold_and_says_so(installed: World) -> None:
    with installed.context(at("2021-06-04 12:00")) as context:
        poll(context, context.settings.queries, ())
        store, works = context.store, context.store.works
        (trees,) = works.of_source("pubmed", ["11"]).values()
        work = works.get(trees)
        assert work is not None
        before = pmids(preview(context))
        said = rate(store, context.settings, work, context.now, good=True)
        after = pmids(preview(context))
        assert after.index("11") < before.index("11")
        assert {"trees", "oaks"} & set(said.gained)
        assert said.rose[0].title.startswith("Wounds of trees")
        assert said.rose[0].after < said.rose[0].before
        rate(store, context.settings, work, context.now, good=None)
        assert pmids(preview(context)) == before


def test_without_cited_works_nothing_is_ranked_and_nothing_held_back(installed: World) -> None:
    configure(installed, 99)
    text = installed.path.read_text(encoding="utf-8")
    installed.path.write_text(text.replace(CITED, ""), encoding="utf-8")
    (told,) = installed.run_once(at("2021-06-04 12:00")).told
    assert (told.digest.works, told.digest.held) == (4, ())
    assert "Why: matched wound*" in plain_text(told.digest)
    assert "near [" not in plain_text(told.digest)

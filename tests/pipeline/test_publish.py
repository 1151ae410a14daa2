"""The archive beside the database: written when a digest is kept, and made again from the store when it is missing."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.fakes.pubmed_fixture import article
from tests.fakes.pubmed_index import Collection
from tests.pipeline.world import WOUNDS, World, at, world
from watcher.pipeline.publish import publish
from watcher.pipeline.tell import tell
from watcher.pipeline.work import poll
from watcher.told import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "2021-06-04_all_1.html"
FILES = [PAGE, "2021-06-04_all_1.json", "index.html", "index.json", "works.atom"]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[World]:
    records = [article(11, title="Wounds of the skin, an invented tale", crdt=date(2021, 6, 1))]
    with world(tmp_path, Collection(records)) as installation:
        installation.configure(WOUNDS)
        yield installation


def archive(installation: World) -> Path:
    return installation.folder / "db" / "archive"


def names(installation: World) -> list[str]:
    return sorted(path.name for path in archive(installation).iterdir())


def test_a_digest_that_is_kept_has_its_files_and_the_next_run_writes_none(installed: World) -> None:
    report = installed.run_once(at("2021-06-04 12:00"))
    assert [run.new for run in report.runs if run.source == "archive"] == [1]
    assert names(installed) == FILES
    assert "Wounds of the skin, an invented tale" in (archive(installed) / PAGE).read_text(encoding="utf-8")
    assert "All digests" in (archive(installed) / PAGE).read_text(encoding="utf-8")
    assert PAGE in (archive(installed) / "index.html").read_text(encoding="utf-8")
    again = installed.run_once(at("2021-06-05 12:00"))
    assert not any(run.source == "archive" for run in again.runs)


@pytest.mark.parametrize("lost", [*FILES, "all of it"])
def test_what_is_missing_is_made_again_as_it_was(installed: World, lost: str) -> None:
    installed.run_once(at("2021-06-04 12:00"))
    before = {name: (archive(installed) / name).read_bytes() for name in FILES}
    for name in FILES if lost == "all of it" else [lost]:
        (archive(installed) / name).unlink()
    installed.run_once(at("2021-06-05 12:00"))
    found = {name: (archive(installed) / name).read_bytes() for name in names(installed)}
    if lost.endswith("1.json"):  # a page stands for all that was written before it
        before.pop(lost)
    assert found == before


def test_a_stop_between_the_store_and_the_files_loses_nothing(installed: World) -> None:
    with installed.context(at("2021-06-04 12:00")) as context:
        poll(context, context.settings.queries, ())
        (told,) = tell(context, context.settings.digests)
        assert told.digest_id == 1
    assert not archive(installed).exists()  # the process was killed here
    installed.run_once(at("2021-06-05 12:00"))
    assert names(installed) == FILES


def test_a_disk_that_refuses_is_a_failed_run_and_the_mail_goes_out(installed: World) -> None:
    archive(installed).parent.mkdir()
    archive(installed).write_text("a file is in the way", encoding="utf-8")
    report = installed.run_once(at("2021-06-04 12:00"))
    assert [delivery.state for delivery in report.settled] == [State.SENT]
    (failed,) = [run for run in report.runs if run.error]
    assert failed.source == "archive"
    assert failed.error == f"{archive(installed)}: {os.strerror(17)}"
    archive(installed).unlink()
    installed.pubmed.collection.add(article(12, title="More of wounds, invented", crdt=date(2021, 6, 4)))
    mended = installed.run_once(at("2021-06-05 12:00"))
    assert not mended.failed
    assert len(names(installed)) == 7
    (told,) = mended.told
    assert [(f.what, f.why.partition(":")[0]) for f in told.digest.receipt.failures] == [
        ("the archive of digests", str(archive(installed)))
    ]


def test_without_a_digest_there_is_no_folder(installed: World) -> None:
    with installed.context(at("2021-06-04 12:00")) as context:
        assert publish(context) is None
    assert not archive(installed).exists()

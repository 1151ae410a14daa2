"""demo: the whole job on the embedded sample, which leaves the user's files alone."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.shell import process

if TYPE_CHECKING:
    from tests.cli.shell import Shell


def test_it_prints_two_digests_that_tell_no_work_twice_and_says_where_their_pages_are(
    tmp_path: Path, shell: Shell
) -> None:
    folder = tmp_path / "new" / "demo"
    said = shell("demo", "--out", folder)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("The sample is invented: no record, person or result in it is real.\n")
    first, second, rest = said.out.split("=" * 72)
    assert "Monday, 2 March 2026" in first
    assert "Wednesday, 4 March 2026" in second
    assert "Updates" not in first
    assert "Retracts “Umbilical cord mesenchymal stem cell exosomes" in second
    pages = [line.strip() for line in rest.splitlines() if line.endswith(".html")]
    assert len(pages) == 2
    assert all("<html" in Path(page).read_text(encoding="utf-8") for page in pages)
    assert f"watcher --config {folder / 'queries.toml'} status" in rest
    with sqlite3.connect(folder / "db" / "watcher.db") as database:
        sql = "SELECT title FROM entries JOIN works ON works.id = work_id WHERE section != ':updates'"
        told = [title for (title,) in database.execute(sql)]
        changed = database.execute("SELECT count(*) FROM entries WHERE section = ':updates'").fetchone()[0]
        digests = database.execute("SELECT count(*) FROM digests").fetchone()[0]
    database.close()
    assert digests == 2
    assert len(told) > 40
    assert len(set(told)) == len(told)
    assert changed == 4
    assert "What has become of works that you know · 4 updates" in second
    assert "1 record in PubMed cites source [2] so far" in " ".join(first.split())
    assert "What has become of what the article cites · 1 item" in second
    assert "Cites source [2]" in second
    assert "Now in Journal of invented dermatology; told as a preprint on Monday, 2" in second
    printed = "".join(said.out.split())
    plain = ["".join(title.rstrip(".").split()) for title in told if "<" not in title and "&" not in title]
    assert len(plain) > 30
    # Without white space and closing period, as lines are broken; with its number, as another entry may speak of it.
    often = [title for title in plain if len(re.findall(rf"\d\.{re.escape(title)}", printed)) != 1]
    assert len(often) == 8  # preprints that have become articles, and what opens the two mails


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path, shell: Shell) -> None:
    assert shell("demo", "--out", tmp_path / "demo").status == 0
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    for folder in (tmp_path / "demo", tmp_path):
        said = shell("demo", "--out", folder)
        assert (said.status, said.out) == (2, "")
        assert f"{folder} is not empty" in said.err
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path, shell: Shell) -> None:
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    for out in (file, file / "demo"):
        said = shell("demo", "--out", out)
        assert (said.status, said.out) == (2, "")
        assert "--out" in said.err
    assert file.read_text(encoding="utf-8") == "mine"


def test_it_leaves_nothing_where_it_is_called_and_needs_no_configuration(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    said = process("demo", folder=here, TMPDIR=str(elsewhere))
    assert (said.status, said.err) == (0, "")
    assert list(here.iterdir()) == []
    (made,) = elsewhere.iterdir()
    assert (made / "queries.toml").exists()

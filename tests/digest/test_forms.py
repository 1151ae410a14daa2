"""Works as BibTeX, CSV and JSON lines. All works are invented."""

from __future__ import annotations

import csv
import io
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from tests.digest import invented
from watcher.digest.bibtex import bibtex
from watcher.digest.rows import COLUMNS, csv_table, json_lines
from watcher.models import Author, Kind, Work

WORK = invented.entry(
    3,
    title="Vesicles raise CD34<sup>+</sup> cells &amp; more, by 50 %",
    authors=(Author("Ibáñez", given="Ana", initials="A"), Author("Skin & Wound Group", collective=True)),
    journal="Imaginary Wound Letters",
    pages="100-107",
    published="2021-06-02",
).work


def test_an_article_as_bibtex() -> None:
    told = bibtex([WORK])
    assert told.startswith("@article{Ibanez2021vesicles3,\n")
    for line in (
        r"  title = {{Vesicles raise CD34⁺ cells \& more, by 50 \%}},",
        r"  author = {Ibáñez, Ana and {Skin \& Wound Group}},",
        "  journal = {Imaginary Wound Letters},",
        "  year = {2021},",
        "  pages = {100--107},",
        "  doi = {10.5555/invented.2021.000003},",
    ):
        assert line in told.splitlines()


def test_news_and_preprints_are_misc() -> None:
    for kind in (Kind.NEWS, Kind.PREPRINT):
        assert bibtex([invented.entry(1, kind=kind).work]).startswith("@misc{")


def test_rows_have_the_same_columns_in_both_forms() -> None:
    (row,) = csv.DictReader(io.StringIO(csv_table([WORK])))
    (line,) = map(json.loads, json_lines([WORK]).splitlines())
    assert tuple(row) == tuple(line) == COLUMNS
    assert row["authors"] == "Ibáñez A; Skin & Wound Group"
    assert line["authors"] == ["Ibáñez A", "Skin & Wound Group"]
    assert row["pmid"] == line["pmid"] == "90000003"


def test_a_title_that_a_spreadsheet_would_run_is_text() -> None:
    (row,) = csv.DictReader(io.StringIO(csv_table([titled("=HYPERLINK(1)")])))
    assert row["title"] == "'=HYPERLINK(1)"


def titled(text: str) -> Work:
    return invented.entry(1, title=text, journal=text, authors=(Author(text),)).work


@given(st.text(max_size=40))
def test_no_title_breaks_out_of_its_field(text: str) -> None:
    work = titled(text)
    entry = re.sub(r"\\[\\{}]|\\text\w+\{\}", "", bibtex([work]))
    assert entry.count("{") == entry.count("}")
    assert len(bibtex([work]).split("\n@")) == 1
    assert len(list(csv.reader(io.StringIO(csv_table([work]))))) == 2
    assert len(json_lines([work]).splitlines(keepends=False)) >= 1
    assert json.loads(json_lines([work]))["id"] == 1

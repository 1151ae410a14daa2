"""A feed over many polls: whatever drifts in its entries, each work comes in once and is told once."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

import pytest

from tests.pipeline.series import BIORXIV, Outcome, Snapshot, biorxiv, play, reappearances
from tests.pipeline.world import at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# An entry as XML, its guid (or, without one, its address as it is compared), and the work that it is.
Entry = tuple[str, str, str]


def entry(work: str, guid: str, link: str, title: str, text: str = "", more: str = "") -> Entry:
    inside = f"<title>{escape(title)}</title><link href='{escape(link)}'/><summary type='html'>{escape(text)}</summary>"
    identity = f"<id>{escape(guid)}</id>" if guid else ""
    return f"<entry>{identity}{inside}{more}</entry>", guid or link, work


def preprint(number: int, version: str, title: str, *, prefix: str = "10.1101", early: str = "") -> Entry:
    """As bioRxiv's search gives it: guid and link are the version's address, authors stand in the text alone."""
    name = f"2025.11.29.7{number:05}"
    address = f"https://www.biorxiv.org/content/{prefix}/{name}{version}"
    address = f"http://biorxiv.org/content/early/{early}/{name}" if early else address
    return entry(f"preprint {number}", address, address, title, f"A. Author bioRxiv {name}; doi: {prefix}/{name}")


def series(*polls: Sequence[Entry]) -> list[Snapshot]:
    """Snapshots, a day apart."""
    names = 'xmlns="http://www.w3.org/2005/Atom" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
    return [
        Snapshot(
            at("2025-11-30 12:00") + timedelta(days=day),
            f"<feed {names}><title>Invented</title>{''.join(xml for xml, _, _ in entries)}</feed>".encode(),
            tuple((guid, work) for _, guid, work in entries),
        )
        for day, entries in enumerate(polls)
    ]


def each_once(outcome: Outcome, snapshots: Sequence[Snapshot]) -> bool:
    works = {work for snapshot in snapshots for _, work in snapshot.entries}
    return (
        (outcome.split(snapshots), outcome.merged(snapshots), outcome.errors) == ({}, [], ())
        and outcome.found == sum(len(snapshot.entries) for snapshot in snapshots)
        and outcome.works == len(outcome.told) == len(set(outcome.told)) == len(works)
    )


def test_preprints_come_back_and_change_their_titles_versions_and_addresses(tmp_path: Path) -> None:
    a1, b1, c1 = (preprint(number, "v1", f"An invented wound's course, {number}") for number in (1, 2, 3))
    retitled = preprint(1, "v1", "An invented wound\N{RIGHT SINGLE QUOTATION MARK}s course, 1")
    a2 = preprint(1, "v2", "How wounds of our invention close")
    elsewhere = preprint(3, "", "An invented wound's course, 3", early="2025/12/03")
    d1, d2 = (preprint(4, f"v{n}", f"A fourth, told for the {n}. time", prefix="10.64898") for n in (1, 2))
    e1 = preprint(5, "v1-0", "A fifth", prefix="10.64898")
    snapshots = series(
        [a1, b1, c1], [], [retitled, b1, c1], [a2, b1, elsewhere], [d1, a2], [b1, c1, d2, a1], [], [e1, d2]
    )
    assert reappearances(snapshots) == 3 + 3 + 1
    assert each_once(play(tmp_path, snapshots, "doi[tiab]"), snapshots)


def test_guids_links_and_titles_drift_one_at_a_time(tmp_path: Path) -> None:
    def poll(day: int) -> list[Entry]:
        name = f"https://news.example/{day}"
        return [
            entry("guid", f"{name}/guid", f"https://news.example/a?utm_campaign={day}", "A wound, under another guid"),
            entry("link", "tag:2", f"{name}/b", "A wound, elsewhere each day"),
            entry("title", "tag:3", "https://news.example/c", f"A wound, day {day}"),
            entry("scheme", "", "https://news.example/d" if day else "http://www.news.example/d/", "A wound, no guid"),
            entry("PMID", "pubmed:7", f"https://pubmed.ncbi.nlm.nih.gov/7/?ff=2025113{day}", f"A wound, number {day}"),
            entry("DOI", f"{name}/e", f"{name}/f", f"A wound, all else new on {day}",
                  more="<prism:doi>10.5555/wound</prism:doi>"),
        ]  # fmt: skip

    (first, *rest) = (poll(day) for day in range(3))
    first[3] = (*first[3][:1], "https://news.example/d", "scheme")  # as it is compared
    snapshots = series(first, *rest)
    assert each_once(play(tmp_path, snapshots, "wound[tiab]"), snapshots)


def test_a_guid_that_is_given_to_another_article_hides_it_not(tmp_path: Path) -> None:
    def featured(day: int) -> Entry:
        xml, _, work = entry(f"{day}", "tag:cover", f"https://journal.example/{day}", f"A wound, number {day}",
                             more=f"<prism:doi>10.5555/wound.{day}</prism:doi>")  # fmt: skip
        return xml, f"tag:cover 10.5555/wound.{day}" if day else "tag:cover", work

    snapshots = series([featured(0)], [featured(1)], [featured(1), featured(2)], [featured(0)])
    assert each_once(play(tmp_path, snapshots, "wound[tiab]"), snapshots)


def test_a_corrected_doi_or_title_under_one_guid_is_no_other_article(tmp_path: Path) -> None:
    def told(title: str, doi: str) -> Entry:
        return entry("one", "tag:1", "https://journal.example/1", title, more=f"<prism:doi>{doi}</prism:doi>")

    snapshots = series(
        [told("A wound that closes", "10.5555/wound.1")],
        [told("A wound that closes", "10.5555/wound.2")],
        [told("A wound that closed", "10.5555/wound.1")],
    )
    assert each_once(play(tmp_path, snapshots, "wound[tiab]"), snapshots)


def test_guid_and_link_drift_together(tmp_path: Path) -> None:
    """As CNKI's and Google News' do, at each fetch."""
    snapshots = series(
        *(
            [entry("one", f"https://news.example/?v={day}", f"https://news.example/?v={day}", "A wound that closes")]
            for day in range(3)
        )
    )
    assert each_once(play(tmp_path, snapshots, "wound[tiab]"), snapshots)


def test_a_preprint_under_both_prefixes_of_its_server_is_one(tmp_path: Path) -> None:
    snapshots = series(
        [preprint(1, "v1", "An invented wound's course")],
        [preprint(1, "v2", "How wounds of our invention close", prefix="10.64898")],
    )
    assert each_once(play(tmp_path, snapshots, "wound*[tiab]"), snapshots)


@pytest.mark.skipif(
    not BIORXIV.exists(), reason="../shared/data/feeds/series, real feeds that are not part of the project, is absent"
)
@pytest.mark.long
def test_a_slice_of_the_real_series(tmp_path: Path) -> None:
    """Around the first empty answer, and some of later months; benchmarks/series.py takes all 399."""
    taken = [*biorxiv(slice(7, 10)), *biorxiv(slice(99, None, 90))]
    guids = dict(entry for snapshot in taken for entry in snapshot.entries)
    assert [snapshot.entries for snapshot in taken].count(()) == 1
    assert len(guids) > len(set(guids.values())) > 300
    assert reappearances(taken) > 50
    assert each_once(play(tmp_path, taken, "doi[tiab]"), taken)

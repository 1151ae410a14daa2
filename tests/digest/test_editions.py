"""The files of the archive: complete, safe whatever sources hold, and read by others. All works are invented."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import pytest

from tests.digest import invented
from tests.digest.test_render import TAGS, Seen
from watcher.digest.editions import content, feed, index, index_json, page_json, stem
from watcher.digest.opening import subject
from watcher.told import Digest, Edition, Section


def edition(digest: Digest, number: int = 1) -> Edition:
    kept = content(digest)
    return Edition(
        id=number,
        name=digest.name,
        composed_at=digest.composed_at,
        day=kept.day,
        subject="12 new: <b>this</b> & that",
        counts=kept.counts,
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("skin-stem-cells", "2021-06-03_skin-stem-cells_7"),
        ("../../etc/passwd", "2021-06-03_etc-passwd_7"),
        (".hidden\x00\r\n", "2021-06-03_hidden_7"),
        ("皮肤", "2021-06-03_digest_7"),
        ("x" * 300, f"2021-06-03_{'x' * 60}_7"),
    ],
)
def test_a_name_of_files_is_no_path(name: str, expected: str) -> None:
    one = edition(invented.of(1), 7)
    assert stem(replace(one, name=name)) == expected


def test_the_page_and_the_json_are_complete_where_a_mail_had_to_be_cut() -> None:
    back = Section("wounds", "Wounds", (1,), (invented.entry(900, title="Of something else."),))
    digest = replace(invented.of(300), held=(back,))
    kept = content(digest)
    assert kept.page.count("<h3") == 300
    assert "Of something else" in kept.page
    works = json.loads(page_json(edition(digest), kept.works))["works"]
    assert len(works) == 301
    assert [work["title"] for work in works if work["held_back"]] == ["Of something else"]
    assert works[0]["doi"] == "10.5555/invented.2021.000000"
    assert works[0]["url"] == "https://doi.org/10.5555/invented.2021.000000"


def test_index_and_feed_are_in_one_language_and_the_page_in_the_digests() -> None:
    english = invented.of(2)
    german = replace(english, language="de")
    assert content(german).works == content(english).works
    assert content(german).counts == content(english).counts
    assert content(german).page != content(english).page
    assert "3. Juni 2021" in content(german).page


def test_its_day_is_that_of_the_digests_zone() -> None:
    late = replace(invented.of(1), zone="Pacific/Auckland", composed_at=datetime(2021, 6, 3, 19, 0, tzinfo=UTC))
    assert content(late).day == "2021-06-04"


def test_the_index_leads_to_every_page_the_latest_first() -> None:
    digest = invented.of(1)
    editions = [edition(digest, number) for number in (3, 2, 1)]
    seen = Seen(index("Do <i>cells</i>?", editions))
    assert seen.links == ["works.atom", "works.atom", *(f"2021-06-03_skin-stem-cells_{n}.html" for n in (3, 2, 1))]
    assert "12 new: <b>this</b> & that" in seen.words
    assert "Do <i>cells</i>?" in seen.words
    assert [one["id"] for one in json.loads(index_json(editions))] == [3, 2, 1]


def test_the_feed_is_atom_and_holds_each_work_once() -> None:
    digest = replace(invented.of(3), held=(Section("w", "W", (), (invented.entry(9, title="Held."),)),))
    works = content(digest).works
    parsed = feedparser.parse(feed("Do Stem Cells?", [(edition(digest, 2), works), (edition(digest, 1), works)]))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert len(parsed.entries) == 3
    assert parsed.entries[0].link == "https://doi.org/10.5555/invented.2021.000000"
    assert len({entry.id for entry in parsed.entries}) == 3
    assert feedparser.parse(feed("Nothing yet", [])).entries == []


def test_the_feed_is_no_longer_than_two_hundred_works() -> None:
    works = content(invented.of(300)).works
    assert feed("x", [(edition(invented.of(1)), works)]).count("<entry>") == 200


def test_hostile_material_is_text_in_every_file() -> None:
    digest = invented.hostile()
    kept, one = content(digest), replace(edition(digest), name=invented.HOSTILE, subject=subject(digest))
    atom = feed(digest.article, [(one, kept.works)])
    pages = (kept.page, index(invented.HOSTILE, [one]))
    for page in pages:
        seen = Seen(page)
        assert set(seen.tags) <= TAGS | {"link"}
        assert not any(attribute.startswith("on") for attribute in seen.attributes)
        assert all(re.fullmatch(r"https?://[!-~]+|[\w.-]+\.(?:html|atom)", link) for link in seen.links)
        assert "@" not in "".join(seen.links)
    assert "<script>alert(1)</script>" in Seen(kept.page).words
    assert not re.search("[\x00\u202e\u2066\ud800]", "".join(pages) + atom + str(json.loads(kept.works)))
    assert "evil.example" not in kept.page + atom + kept.works
    parsed = feedparser.parse(atom, sanitize_html=False)
    assert not parsed.bozo
    assert all(entry.link.startswith("https://") or entry.link.endswith(".html") for entry in parsed.entries)
    assert page_json(one, kept.works).isascii()
    assert "javascript:" not in kept.works

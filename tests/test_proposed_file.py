"""Proposals in queries.toml: a new file passes `check`, and an edited one keeps every byte that it has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from watcher.config import parse_settings
from watcher.models import CitedWork, Doi, Pmid
from watcher.proposed_file import Extended, NewCited, NewQuery, extended, skeleton

if TYPE_CHECKING:
    from watcher.settings import Settings

PATH = Path("queries.toml")
CITED = (
    NewCited(CitedWork(1, "https://example.org/1", doi=Doi("10.5555/1")), "in an invented journal"),
    NewCited(CitedWork(2, "", title="A book, with “quotes” and a \\ in it")),
)
WOUNDS = NewQuery(
    "wounds", 'Cells · "wounds"', '("stem cell*"[tiab])\nAND (wound*[tiab])', (2, 1), "“Gist.”", ("5 a week",)
)
BURNS = NewQuery("burns", "Cells · burns", '("stem cell*"[tiab])\nAND (burn[tiab] OR burns[tiab])', (1,), "“Burns.”")
EDITED = """\
# mine
[[cited]]            # the first
doi = "10.5555/other"

[[query]]
name = "wounds"      # my words
term = '''skin[tiab]
'''
cites = [ 1 ]        # a list

# ---- feeds ----
[[feed]]
name = "News"
url = "https://example.org/feed"
[[digest]]
name = "all"
to = ["me@example.org"]"""


def read(text: str) -> Settings:
    return parse_settings(text, PATH)


def new(*queries: NewQuery) -> Extended:
    return extended(skeleton('An "invented" article', email="me@example.org"), CITED, queries, None)


def test_a_new_file_says_what_was_proposed() -> None:
    made = new(WOUNDS, BURNS)
    settings = read(made.text)
    assert settings.article == 'An "invented" article'
    assert [(work.number, work.url, work.doi, work.title) for work in settings.cited] == [
        (1, "https://example.org/1", "10.5555/1", ""), (2, "", None, "A book, with “quotes” and a \\ in it")
    ]  # fmt: skip
    assert [(q.name, q.cites) for q in settings.queries] == [("wounds", (2, 1)), ("burns", (1,))]
    assert settings.queries[0].term == '("stem cell*"[tiab]) AND (wound*[tiab])'
    assert made.queries == ("wounds", "burns")
    assert made.cited == 2


def test_over_each_query_stand_its_gist_and_what_it_finds() -> None:
    above = new(WOUNDS).text.partition("[[query]]")[0].splitlines()[-2:]
    assert above == ["# “Gist.” [2][1]", "# 5 a week"]


def test_cited_works_come_before_queries_and_these_before_who_is_told() -> None:
    text = new(WOUNDS).text
    assert text.index("[article]") < text.index("[[cited]]") < text.index("[pubmed]") < text.index("[[query]]")
    assert text.index("[[query]]") < text.index("[[digest]]")


def test_the_same_again_changes_nothing() -> None:
    made = new(WOUNDS, BURNS).text
    assert extended(made, CITED, (WOUNDS, BURNS), read(made)) == Extended(made, (), 0)


def test_what_an_edited_file_lacks_goes_behind_its_own_and_not_a_byte_is_changed() -> None:
    made = extended(EDITED, CITED, (WOUNDS, BURNS), read(EDITED))
    assert made.queries == ("burns",)
    left = iter(made.text.splitlines())
    assert all(line in left for line in EDITED.splitlines())  # all its lines, in their order
    settings = read(made.text)
    assert settings.queries[0].term == "skin[tiab]"
    assert [work.doi for work in settings.cited] == ["10.5555/other", "10.5555/1", None]
    assert settings.queries[1].cites == (2,)  # [1] of the article is the file's second
    assert made.text.index('name = "burns"') < made.text.index("# ---- feeds")


def test_a_query_that_was_renamed_and_edited_a_little_is_not_proposed_again() -> None:
    mine = new(BURNS).text.replace('name = "burns"', 'name = "mine"').replace(" OR burns[tiab]", "")
    assert extended(mine, CITED, (BURNS,), read(mine)).queries == ()


def test_a_work_that_got_its_pmid_by_hand_is_known_by_its_other_names() -> None:
    mine = new(BURNS).text.replace('doi = "10.5555/1"', 'pmid = "123"')
    found = (NewCited(CitedWork(1, "", doi=Doi("10.5555/1"), pmid=Pmid("123"))),)
    assert extended(mine, found, (), read(mine)).cited == 0


def test_over_what_is_added_stand_the_numbers_of_the_file() -> None:
    made = extended(EDITED, CITED, (BURNS,), read(EDITED)).text
    assert "[[cited]]                              # [2] in an invented journal" in made
    assert "# “Burns.” [2]\n" in made


def test_a_work_that_is_there_by_its_title_is_known_by_its_entry_and_the_other_way_round() -> None:
    title = "A long enough title of an invented work"
    text = NewCited(CitedWork(1, "", title=f"Muster E. {title}. 2020."), entry=f"Muster E. {title}. 2020.")
    found = NewCited(CitedWork(1, "", pmid=Pmid("123"), title=title), entry=text.entry)
    for first, second in ((text, found), (found, text)):
        made = extended(skeleton("A"), (first,), (BURNS,), None).text
        assert extended(made, (second,), (BURNS,), read(made)) == Extended(made, (), 0)


def test_works_of_one_title_that_differ_in_an_identifier_are_two() -> None:
    one, other = (NewCited(CitedWork(1, "", pmid=Pmid(pmid), title="Editorial")) for pmid in ("1", "2"))
    made = extended(skeleton("A"), (one,), (BURNS,), None).text
    assert extended(made, (other,), (), read(made)).cited == 1


def test_a_query_of_the_same_sources_and_sentence_is_there_whatever_its_term() -> None:
    mine = new(BURNS).text.replace('name = "burns"', 'name = "mine"').replace("stem cell*", "skin")
    again = NewQuery("burns", "T", '("another thing"[tiab])', BURNS.cites, BURNS.gist)
    assert extended(mine, CITED, (again,), read(mine)).queries == ()
    elsewhere = NewQuery("burns", "T", '("another thing"[tiab])', (2,), BURNS.gist)
    assert extended(mine, CITED, (elsewhere,), read(mine)).queries == ("burns",)

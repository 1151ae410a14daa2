"""explain: a work that was told, one that was not, one that is unknown; from the store, and with what PubMed says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.fakes.pubmed_fixture import article
from tests.pipeline.world import SKIN, WOUNDS, at
from watcher.models import Pmid

if TYPE_CHECKING:
    from tests.cli.shell import Shell
    from tests.pipeline.world import World

NOW = ("--now", "2021-06-05T12:00Z")


def lines(shell: Shell, world: World, *arguments: str) -> list[str]:
    said = shell("explain", *arguments, *NOW, config=world.path)
    assert (said.status, said.err) == (0, "")
    return said.out.splitlines()


def test_a_told_work_says_whence_why_where_in_the_digest_and_to_whom(polled: World, shell: Shell) -> None:
    assert shell("digest", *NOW, config=polled.path).status == 0
    said = lines(shell, polled, "11")
    assert said[0] == "Wounds of the skin, an invented tale"
    assert said[said.index("") + 1].startswith("work 1, article, first seen Fri 04 Jun 2021 14:00, from:")
    assert "  pubmed 11, Fri 04 Jun 2021 14:00" in said
    assert {"matched by wounds: wound*", "matched by skin: skin"} <= set(said)
    assert said[-1] == (
        "told in digest all of Sat 05 Jun 2021 14:00, entry 2 of 4: reader@example.org "
        f"(written to {polled.path.parent / 'db' / 'outbox'}, not mailed, Sat 05 Jun 2021 14:00)"
    )


def test_an_untold_work_says_what_fails_of_the_other_queries_and_when_it_is_due(polled: World, shell: Shell) -> None:
    said = lines(shell, polled, "https://pubmed.ncbi.nlm.nih.gov/13/")
    assert said[-4:] == [
        "matched by skin: skin",
        "not by wounds: nothing of wound*[tiab]",
        "not told yet",
        "waits for digest all, next due Sun 06 Jun 2021 07:00: entry 4 of 4 as things stand",
    ]


def test_what_holds_a_work_back_is_said(polled: World, shell: Shell) -> None:
    polled.configure(WOUNDS, SKIN, digest='queries = ["wounds"]')
    assert lines(shell, polled, "13")[-1] == "not for digest all: of its queries none matched"
    polled.configure(("burns", "Burns", "burn*[tiab]"))
    assert lines(shell, polled, "13")[-3:] == [
        "not by burns: nothing of burn*[tiab]", "not told yet", "not for digest all: of its queries none matched",
    ]  # fmt: skip


def test_of_a_cited_work_it_says_that_it_is_a_source_and_not_told_for_that(polled: World, shell: Shell) -> None:
    polled.configure(WOUNDS, SKIN, extra='[[cited]]\ndoi = "10.5555/none"\n[[cited]]\npmid = "11"')
    said = lines(shell, polled, "11")
    assert any(line.startswith("this is your source [2]: ") for line in said)
    assert said[-1] == "not for digest all: it is your source [2]"
    assert not any("your source" in line for line in lines(shell, polled, "12"))


def test_a_query_that_would_match_and_was_not_asked_yet_is_named(polled: World, shell: Shell) -> None:
    polled.configure(WOUNDS, SKIN, ("tales", "Tales", '"invented tale"[ti]'))
    said = lines(shell, polled, "13")
    assert "not by tales, though its term matches: invented tale; no source has named it for that query yet" in said


def test_a_merged_work_says_by_which_rule_and_evidence(polled: World, shell: Shell) -> None:
    feed = polled.feeds.put(
        "/news.xml",
        b"""<rss version="2.0"><channel><title>t</title><item><guid>n2</guid><title>Wounds of the skin, an invented tale
        </title><link>https://doi.org/10.5555/tale.11</link></item></channel></rss>""",
    )
    polled.configure(WOUNDS, SKIN, feeds={"News": feed})
    assert shell("poll", *NOW, config=polled.path).status == 0
    said = lines(shell, polled, "10.5555/TALE.11")
    assert any(line.startswith("  pubmed 11, ") and "; recognised by " in line for line in said)
    assert any(line.startswith("  feed:News ") and "; recognised by " in line for line in said)


def test_an_unknown_work_is_called_so_with_what_the_reason_may_be(polled: World, shell: Shell) -> None:
    polled.pubmed.requests.clear()
    said = lines(shell, polled, "99")
    assert said[0] == "99: not seen; nothing that is stored bears this name"
    assert said[1].startswith("it may have come to PubMed before 2021-05-05, the first day that was asked about; ")
    assert said[1].endswith("; --online asks PubMed, and says which")
    assert polled.pubmed.requests == []


def test_before_the_first_poll_that_is_the_reason(installed: World, shell: Shell) -> None:
    said = shell("explain", "99", config=installed.path)
    assert said.status == 0
    assert "PubMed was not asked yet" in said.out
    assert not installed.settings.store.parent.exists()


def test_online_an_unknown_work_that_pubmed_has_is_held_against_the_queries_and_not_stored(
    polled: World, shell: Shell
) -> None:
    polled.pubmed.collection.add(
        article(21, title="A skin of long ago, invented", crdt=date(2021, 4, 1), doi="10.5555/old", pmcid="PMC5521")
    )
    for name in ("21", "10.5555/old", "PMC5521"):
        assert lines(shell, polled, name, "--online")[1:] == [
            "PubMed has it: A skin of long ago, invented (PMID 21; created 2021-04-01, entered 2021-04-02)",
            "not by wounds: nothing of wound*[tiab]",
            "skin matches it: skin; that is before 2021-05-05, the first day that was asked about ([pubmed] lookback)",
        ]
    assert "not seen" in lines(shell, polled, "21")[0]


def test_online_one_that_came_since_the_last_poll_will_come(polled: World, shell: Shell) -> None:
    polled.pubmed.collection.add(article(22, title="Skin of today, invented", crdt=date(2021, 6, 4)))
    assert lines(shell, polled, "22", "--online")[-1] == (
        "skin matches it: skin; it lies in the days that are asked about, so the next poll should bring it"
    )
    polled.configure(("new", "New", "skin[ti]"))
    assert lines(shell, polled, "22", "--online")[-1] == "new matches it: skin; it was not asked about on PubMed yet"


def test_online_what_pubmed_does_not_have_was_withdrawn_or_never_there(polled: World, shell: Shell) -> None:
    assert lines(shell, polled, "99", "--online")[-1] == (
        "PubMed has no record of it: it was withdrawn, merged into another, or never there"
    )
    assert lines(shell, polled, "https://news.example.org/other", "--online")[-1] == (
        "PubMed is not asked about addresses: give a PMID or a DOI"
    )


def test_a_deleted_work_and_one_that_was_listed_and_not_given_are_called_so(polled: World, shell: Shell) -> None:
    with polled.context(at("2021-06-05 12:00")) as context, context.store.transaction():
        context.store.loads.withdraw([Pmid("13")], "pubmed21n1300.xml.gz", context.now)
    said = lines(shell, polled, "13")
    assert "PubMed has deleted PMID 13: noted Sat 05 Jun 2021 14:00, from pubmed21n1300.xml.gz" in said


def test_what_is_no_name_of_a_work_is_refused(polled: World, shell: Shell) -> None:
    said = shell("explain", "wound healing", config=polled.path)
    assert said.status == 2
    assert "is no PMID, DOI, PMCID or address: `watcher search` looks for words" in said.err

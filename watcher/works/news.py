"""A news item and the work that it reports, or two items of news: are they one work?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from watcher.works import mentions, titles
from watcher.works.names import Agreement, agreement
from watcher.works.signature import may_report
from watcher.works.sketches import resemblance
from watcher.works.titles import DISTINCT, LONG, Likeness
from watcher.works.verdicts import UNRELATED, Different, Same, Undecided, Verdict

if TYPE_CHECKING:
    from watcher.works.signature import Signature


def compare_news(a: Signature, b: Signature) -> Verdict:
    """A news item and the work that it reports, or two items of news."""
    if a.says_notice != b.says_notice and not (a.notice and b.notice):
        return Different("one is a notice: an erratum, a retraction or a comment")
    for name, one, other in (("DOI", a.doi, b.doi), ("PMID", a.pmid, b.pmid), ("PMCID", a.pmcid, b.pmcid)):
        if one and one == other:
            if _tells_what_befell(a) != _tells_what_befell(b):
                return Undecided(f"one {name}, but only one tells of a retraction, correction or concern")
            return Same(f"{name} in the news" if a.news != b.news else f"news of one {name}", one, 8)
    if a.news and b.news:
        return _two_news(a, b)
    if a.notice != b.notice:  # PubMed's errata may bear the very title of their article; comments have their own
        entry, work = (a, b) if a.news else (b, a)
        return (_its_entry(entry, work) or UNRELATED) if work.comment else UNRELATED
    return _reported(a, b) if a.news else _reported(b, a)


def _two_news(a: Signature, b: Signature) -> Verdict:
    likeness, text, days = titles.likeness(a.title, b.title), resemblance(a.text, b.text), _days(a, b)
    same_feed, soon = a.feed == b.feed, days is None or days <= 30
    # A column keeps its title from week to week, and a feed may give all its entries one link: their texts differ.
    alike, retold = _retold(a, b, text), text is None or text > 0.2
    apart = titles.clash(a.title, b.title) if Likeness.SIMILAR <= likeness < Likeness.EXACT else ""
    one_title = likeness >= Likeness.SIMILAR and not apart
    # Replies to letters may have title, link and "No abstract available" in common.
    other_people = agreement(a.names, b.names) is Agreement.DIFFERENT and not (text or 0) > 0.5
    if other_people and (same_feed or titles.kinds(a.title)):
        return Undecided("one title, and other people") if likeness is Likeness.EXACT else UNRELATED
    if a.url and a.url == b.url and (not same_feed or alike or (one_title and retold)):
        return Same("address", a.url, 7)
    if apart:
        return Different(apart)
    if likeness is Likeness.EXACT and (verdict := _one_headline(a, b, text, days)):
        return verdict
    # Releases of one maker, in one feed, have most of their text in common; and what an institute says of itself below
    # each makes short ones alike.
    enough = 0.5 if likeness > Likeness.FAR else 0.8
    if (text or 0) > enough and one_title and titles.substitutions(a.title, b.title):
        return Undecided("one text, but other words in the headline")
    if (text or 0) > enough and soon and (not same_feed or likeness >= Likeness.NEAR):
        return Same("text of a press release", f"{text:.0%} of the text", 4)
    near = likeness >= Likeness.NEAR and len(a.title) >= LONG and days is not None and days <= 14
    return Undecided("perhaps one press release") if near or (text or 0) > 0.3 else UNRELATED


def _one_headline(a: Signature, b: Signature, text: float | None, days: int | None) -> Same | Undecided | None:
    """Two items under one title: a column or "Letter to the editor", unless text, day or feeds say otherwise."""
    title, long, distinct = f"“{a.title}”", len(a.title) >= LONG, len(a.title) >= DISTINCT
    soon, alike, retold = days is None or days <= 30, _retold(a, b, text), text is None or text > 0.2
    kept = alike and (soon or distinct) if text is not None else alike and (days is None or days <= 1)
    if a.feed == b.feed:
        moved = bool(a.url and b.url and a.url != b.url)
        if kept and moved and (not long or text is None):
            return Undecided("one title in one feed, but other addresses, and too little text")
        return Same("title in one feed", title, 6) if kept else None
    if (kept and long) or (distinct and soon) or (long and days is not None and days <= (14 if retold else 3)):
        return Same("title in two feeds", title, 5)
    return None


def _retold(a: Signature, b: Signature, text: float | None) -> bool:
    """Whether two items say the same."""
    return a.story == b.story or (text or 0) > 0.5


def _reported(news: Signature, work: Signature) -> Verdict:
    """Whether a news item reports a work that it gives no identifier of: by people, journal and the title's words.

    A journal's own feed may name neither DOI nor authors: then its entry has the work's title.
    """
    if verdict := _listed(news, work):
        return verdict
    if (news.doi and work.doi) or (news.pmid and work.pmid) or not may_report(news, work):
        return UNRELATED
    people = [name for name in work.full_names if name in news.mentions]
    if news.notice:
        return UNRELATED  # all notices of one work, and those of all works of one team, name the same people
    if not titles.kinds(work.title) <= set(news.story.split()) or titles.kinds(news.title) - titles.kinds(work.title):
        return Undecided("the news may be of what this is about")
    if _tells_what_befell(news) and not _tells_what_befell(work):
        return Undecided("the news tells of a retraction, correction or concern")
    if titles.likeness(news.title, work.title) >= Likeness.SIMILAR and (
        titles.clash(news.title, work.title) or titles.substitutions(news.title, work.title)
    ):
        return Undecided("alike titles, but other words in them")
    journal = mentions.names_journal(news.story, (work.journal, work.abbreviation))
    words = mentions.shared_words(news.story, work.title)
    said = " and ".join(people[:2])
    if words >= 0.5 and (journal or len(people) >= 2):
        return Same(
            "people, journal and words in the news",
            f"{said}{', the journal' if journal else ''}, {words:.0%} of the title",
            3,
        )
    if journal or words >= 0.5:
        return Undecided(f"the news names {said}, and too little else")
    return UNRELATED


def _its_entry(entry: Signature, work: Signature) -> Same | None:
    """Whether it is a journal's entry of the work: by the very title, and its authors."""
    exact = titles.likeness(entry.title, work.title) is Likeness.EXACT and len(work.title) >= LONG
    if exact and _near_in_time(entry, work) and agreement(entry.names, work.names) >= Agreement.FIRST:
        return Same("title and authors", f"“{work.title}”", 5)
    return None


def _listed(entry: Signature, work: Signature) -> Verdict | None:
    """Whether it is a journal's entry of the work, under its title."""
    if verdict := _its_entry(entry, work):
        return verdict
    title, shorter = titles.likeness(entry.title, work.title), min(len(entry.title), len(work.title))
    if not _near_in_time(entry, work):
        return None
    if title < Likeness.NEAR or shorter < DISTINCT or titles.clash(entry.title, work.title):
        return None
    if title is Likeness.NEAR and titles.substitutions(entry.title, work.title):
        return Undecided("nearly one title, but other words in it")
    if _names_the_first(entry, work) or (title is Likeness.EXACT and not work.names):
        return Same("title", f"“{work.title}”", 4)
    return Undecided("one title, and other people")


def _near_in_time(a: Signature, b: Signature) -> bool:
    return not (a.published and b.published) or abs(a.year - b.year) <= 1


def _tells_what_befell(sig: Signature) -> bool:
    """Whether a headline tells of a retraction, correction or concern; what it tells of is another work."""
    return titles.tells_of_notice(sig.title)


def _names_the_first(news: Signature, work: Signature) -> bool:
    """Whether a news item names the first author of a work, by the family name at least."""
    if not work.names:
        return False
    named = work.names[0][0] in news.story.split() or not set(work.full_names).isdisjoint(news.mentions)
    return named or agreement(news.names, work.names) >= Agreement.SOME


def _days(a: Signature, b: Signature) -> int | None:
    """Between two publications, as far as whole days are known; None where one has no date."""
    if not a.published or not b.published:
        return None
    try:
        return abs((date.fromisoformat(a.published) - date.fromisoformat(b.published)).days)
    except ValueError:
        return 31 * abs(_months(a) - _months(b))


def _months(sig: Signature) -> int:
    return sig.year * 12 + int(sig.published[5:7] or 6)

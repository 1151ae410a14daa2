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
            return Same(f"{name} in the news" if a.news != b.news else f"news of one {name}", one, 8)
    if a.news and b.news:
        return _two_news(a, b)
    if a.notice != b.notice:  # PubMed's errata may bear the very title of their article
        return UNRELATED
    return _reported(a, b) if a.news else _reported(b, a)


def _two_news(a: Signature, b: Signature) -> Verdict:
    likeness, text, days = titles.likeness(a.title, b.title), resemblance(a.text, b.text), _days(a, b)
    same_feed, soon = a.feed == b.feed, days is None or days <= 30
    # A column keeps its title from week to week, and a feed may give all its entries one link: their texts differ.
    alike, retold = _retold(a, b, text), text is None or text > 0.2
    apart = titles.clash(a.title, b.title) if Likeness.SIMILAR <= likeness < Likeness.EXACT else ""
    one_title = likeness >= Likeness.SIMILAR and not apart
    if a.url and a.url == b.url and (not same_feed or alike or (one_title and retold)):
        return Same("address", a.url, 7)
    if apart:
        return Different(apart)
    if likeness is Likeness.EXACT and (verdict := _one_headline(a, b, text, days)):
        return verdict
    # Releases of one maker, in one feed, have most of their text in common; and what an institute says of itself below
    # each makes short ones alike.
    enough = 0.5 if likeness > Likeness.FAR else 0.8
    if (text or 0) > enough and soon and (not same_feed or likeness >= Likeness.NEAR):
        return Same("text of a press release", f"{text:.0%} of the text", 4)
    near = likeness >= Likeness.NEAR and len(a.title) >= LONG and days is not None and days <= 14
    return Undecided("perhaps one press release") if near or (text or 0) > 0.3 else UNRELATED


def _one_headline(a: Signature, b: Signature, text: float | None, days: int | None) -> Same | None:
    """Two items under one title: a column or "Letter to the editor", unless text, day or feeds say otherwise."""
    title, long, distinct = f"“{a.title}”", len(a.title) >= LONG, len(a.title) >= DISTINCT
    soon, alike, retold = days is None or days <= 30, _retold(a, b, text), text is None or text > 0.2
    kept = alike and (soon or distinct) if text is not None else alike and (days is None or days <= 1)
    if a.feed == b.feed:
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
    if not titles.kinds(work.title) <= set(news.story.split()):
        return Undecided("the news may be of what this is about")
    journal = mentions.names_journal(news.story, (work.journal, work.abbreviation))
    words = mentions.shared_words(news.story, work.title)
    said = " and ".join(people[:2])
    if (len(people) >= 2 and (journal or words >= 0.5)) or (journal and words >= 0.5):
        return Same(
            "people, journal and words in the news",
            f"{said}{', the journal' if journal else ''}, {words:.0%} of the title",
            3 if words >= 0.5 else 2,
        )
    if journal or words >= 0.5:
        return Undecided(f"the news names {said}, and too little else")
    return UNRELATED


def _listed(entry: Signature, work: Signature) -> Verdict | None:
    """Whether it is a journal's entry of the work, under its title."""
    title = titles.likeness(entry.title, work.title)
    near_in_time = not (entry.published and work.published) or abs(entry.year - work.year) <= 1
    shorter = min(len(entry.title), len(work.title))
    if not near_in_time or shorter < LONG:
        return None
    if title is Likeness.EXACT and agreement(entry.names, work.names) >= Agreement.FIRST:
        return Same("title and authors", f"“{work.title}”", 5)
    if title < Likeness.NEAR or shorter < DISTINCT or titles.clash(entry.title, work.title):
        return None
    if _names_the_first(entry, work) or (title is Likeness.EXACT and not work.names):
        return Same("title", f"“{work.title}”", 4)
    return Undecided("one title, and other people")


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

"""A news item and the work that it reports, or two items of news: are they one work?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from watcher.works import mentions, titles
from watcher.works.names import Agreement, agreement
from watcher.works.sketches import resemblance
from watcher.works.titles import DISTINCT, LONG, Likeness
from watcher.works.verdicts import UNRELATED, Different, Same, Undecided, Verdict

if TYPE_CHECKING:
    from watcher.works.signature import Signature

_NEVER = 10_000  # days, for dates that are not known


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
    same_feed, alike = a.feed == b.feed, a.story == b.story or (text or 0) > 0.5
    # A feed may give all its entries one link, or one to all of a day that differs only behind "#".
    if a.url and a.url == b.url and not (same_feed and likeness < Likeness.SIMILAR and not alike):
        return Same("address", a.url, 7)
    if likeness is Likeness.EXACT:
        distinct, soon = len(a.title) >= DISTINCT, days <= 30 or days == _NEVER
        # A column keeps its title from week to week, and letters to an editor have one; their texts differ.
        if alike and (same_feed or len(a.title) >= LONG) and (soon or (distinct and (text or 0) > 0.5)):
            return Same("title and text", f"“{a.title}”", 6)
        if not same_feed and distinct and soon:
            return Same("title in two feeds", f"“{a.title}”", 5)
        if not same_feed and len(a.title) >= LONG and days <= 14 and (text is None or text > 0.2):
            return Same("title of a press release", f"“{a.title}”", 5)
    elif likeness >= Likeness.SIMILAR and (clash := titles.clash(a.title, b.title)):
        return Different(clash)
    # Releases of one maker, in one feed, have most of their text in common.
    if (text or 0) > 0.5 and days <= 30 and (not same_feed or likeness >= Likeness.NEAR):
        return Same("text of a press release", f"{text:.0%} of the text", 4)
    if (text or 0) > 0.3 or (likeness >= Likeness.NEAR and len(a.title) >= LONG and days <= 14):
        return Undecided("perhaps one press release")
    return UNRELATED


def _reported(news: Signature, work: Signature) -> Verdict:
    """Whether a news item reports a work that it gives no identifier of: by people, journal and the title's words.

    A journal's own feed may name neither DOI nor authors: then its entry has the work's title.
    """
    people = [name for name in work.full_names if name in news.mentions]
    title = titles.likeness(news.title, work.title)
    if title >= Likeness.NEAR and _one_title(news, work):
        named = bool(people) or _names_the_first(news, work)
        if named or (title is Likeness.EXACT and not work.names):
            return Same("title", f"“{work.title}”", 4)
        return Undecided("one title, and other people")
    if not people or _days(news, work) > 100:
        return UNRELATED
    journal = mentions.names_journal(news.story, (work.journal, work.abbreviation))
    words = mentions.shared_words(news.story, work.title)
    said = " and ".join(people[:2])
    if (len(people) >= 2 and (journal or words >= 0.5)) or (journal and words >= 0.5):
        return Same(
            "people, journal and words in the news",
            f"{said}{', the journal' if journal else ''}, {words:.0%} of the title",
            3,
        )
    if journal or words >= 0.5:
        return Undecided(f"the news names {said}, and too little else")
    return UNRELATED


def _one_title(news: Signature, work: Signature) -> bool:
    """Whether titles that are nearly one are long enough to be one work's alone, of about the same time."""
    if min(len(news.title), len(work.title)) < DISTINCT or titles.clash(news.title, work.title):
        return False
    return not (news.published and work.published) or abs(news.year - work.year) <= 1


def _names_the_first(news: Signature, work: Signature) -> bool:
    """Whether a news item names the first author of a work, by the family name at least."""
    if not work.names:
        return False
    return agreement(news.names, work.names) >= Agreement.SOME or work.names[0][0] in news.story.split()


def _days(a: Signature, b: Signature) -> int:
    """Between two publications, as far as whole days are known."""
    try:
        return abs((date.fromisoformat(a.published) - date.fromisoformat(b.published)).days)
    except ValueError:
        return _NEVER if not (a.published and b.published) else 31 * abs(_months(a) - _months(b))


def _months(sig: Signature) -> int:
    return sig.year * 12 + int(sig.published[5:7] or 6)

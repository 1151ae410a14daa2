"""A news item and the work that it reports, or two items of news: are they one work?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from watcher.works import mentions, titles
from watcher.works.sketches import resemblance
from watcher.works.titles import LONG, Likeness
from watcher.works.verdicts import UNRELATED, Same, Undecided, Verdict

if TYPE_CHECKING:
    from watcher.works.signature import Signature

_NEVER = 10_000  # days, for dates that are not known


def compare_news(a: Signature, b: Signature) -> Verdict:
    """A news item and the work that it reports, or two items of news."""
    for name, one, other in (("DOI", a.doi, b.doi), ("PMID", a.pmid, b.pmid), ("PMCID", a.pmcid, b.pmcid)):
        if one and one == other:
            return Same(f"{name} in the news" if a.news != b.news else f"news of one {name}", one, 8)
    if a.news and b.news:
        return _two_news(a, b)
    return _reported(a, b) if a.news else _reported(b, a)


def _two_news(a: Signature, b: Signature) -> Verdict:
    likeness, text, days = titles.likeness(a.title, b.title), resemblance(a.text, b.text), _days(a, b)
    same_feed = a.feed == b.feed
    if a.url and a.url == b.url and not (same_feed and a.published != b.published and likeness < Likeness.NEAR):
        return Same("address", a.url, 7)
    if likeness is Likeness.EXACT:
        # A column keeps its title from week to week, and its text does not.
        if same_feed and (days <= 1 or days == _NEVER or (text or 0) > 0.5):
            return Same("title in one feed", f"“{a.title}”", 6)
        if not same_feed and len(a.title) >= LONG and days <= 14 and (text is None or text > 0.2):
            return Same("title of a press release", f"“{a.title}”", 5)
    if (text or 0) > 0.5 and days <= 30:
        return Same("text of a press release", f"{text:.0%} of the text", 4)
    if (text or 0) > 0.3 or (likeness >= Likeness.NEAR and len(a.title) >= LONG and days <= 14):
        return Undecided("perhaps one press release")
    return UNRELATED


def _reported(news: Signature, work: Signature) -> Verdict:
    """Whether a news item reports a work that it gives no identifier of: by people, journal and the title's words."""
    people = [name for name in work.full_names if name in news.mentions]
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


def _days(a: Signature, b: Signature) -> int:
    """Between two publications, as far as whole days are known."""
    try:
        return abs((date.fromisoformat(a.published) - date.fromisoformat(b.published)).days)
    except ValueError:
        return _NEVER if not (a.published and b.published) else 31 * abs(_months(a) - _months(b))


def _months(sig: Signature) -> int:
    return sig.year * 12 + int(sig.published[5:7] or 6)

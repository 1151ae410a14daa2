"""A news item and the work that it reports, or two items of news: are they one work?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from watcher.works import mentions, titles
from watcher.works.names import Agreement, agreement
from watcher.works.signature import may_report
from watcher.works.sketches import resemblance
from watcher.works.titles import LONG, Likeness
from watcher.works.verdicts import UNRELATED, Same, Undecided, Verdict

if TYPE_CHECKING:
    from watcher.works.signature import Signature


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
    # A column keeps its title from week to week, and a feed may give all its entries one link: their texts differ.
    retold = text is None or text > 0.2
    if a.url and a.url == b.url:
        alike = likeness is Likeness.EXACT or (likeness >= Likeness.SIMILAR and not titles.clash(a.title, b.title))
        if not same_feed or (alike and retold) or (text or 0) > 0.5:
            return Same("address", a.url, 7)
    if likeness is Likeness.EXACT:
        if same_feed and retold and (days is None or days <= 1 or (text or 0) > 0.5):
            return Same("title in one feed", f"“{a.title}”", 6)
        if not same_feed and len(a.title) >= LONG and days is not None and days <= (14 if retold else 3):
            return Same("title of a press release", f"“{a.title}”", 5)
    # What an institute says of itself below each release makes short ones alike: titles tell its own apart.
    enough = 0.5 if likeness > Likeness.FAR else 1 if same_feed else 0.8
    if (text or 0) > enough and (days is None or days <= 30):
        return Same("text of a press release", f"{text:.0%} of the text", 4)
    near = likeness >= Likeness.NEAR and len(a.title) >= LONG and days is not None and days <= 14
    return Undecided("perhaps one press release") if near or (text or 0) > 0.3 else UNRELATED


def _reported(news: Signature, work: Signature) -> Verdict:
    """Whether a news item reports a work that it gives no identifier of, or is a journal's entry of it without one."""
    if news.notice != work.notice:
        return UNRELATED
    if _has_title_and_authors(news, work):
        return Same("title and authors", f"“{work.title}”", 5)
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


def _has_title_and_authors(entry: Signature, work: Signature) -> bool:
    """Feeds of journals list articles without an identifier: such an entry has the article's title and its authors."""
    near_in_time = not (entry.published and work.published) or abs(entry.year - work.year) <= 1
    if not near_in_time or min(len(entry.title), len(work.title)) < LONG:
        return False
    if titles.likeness(entry.title, work.title) is not Likeness.EXACT:
        return False
    return agreement(entry.names, work.names) >= Agreement.FIRST


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

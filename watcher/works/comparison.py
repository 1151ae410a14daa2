"""Are these two records one work? The rules, on the compared forms of two records: pure, and the same both ways.

Identifiers come first, but none is proof: supplements share one DOI among all their abstracts, and press texts name the
DOIs of others. What follows is what libraries compare: title, authors, where it appeared, and the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.works import titles
from watcher.works.by_title import by_title, preprint
from watcher.works.names import Agreement, agreement
from watcher.works.news import compare_news
from watcher.works.pair import Pair
from watcher.works.titles import LONG, Likeness
from watcher.works.verdicts import UNRELATED, Different, Same, Undecided, Verdict

if TYPE_CHECKING:
    from watcher.works.signature import Signature

_EDITION = re.compile(r"\.pub\d+$")  # the Cochrane Library registers each edition of a review by itself


def compare(a: Signature, b: Signature) -> Verdict:
    """Whether two records are one work."""
    if a.ref == b.ref:
        return Same("the same record", a.ref, 10)
    if a.news or b.news:
        return compare_news(a, b)
    if a.notice != b.notice and not _one_notice(a, b):
        return Different("one is a notice: an erratum, a retraction or a comment")
    return _articles(a, b)


def _one_notice(a: Signature, b: Signature) -> bool:
    """Whether a notice may be the other record: a feed's entry of the same DOI, for feeds do not say what they list."""
    same = (a.doi and a.doi == b.doi) or (a.pmid and a.pmid == b.pmid)
    return bool(same and (a.feed or b.feed) and a.says_notice == b.says_notice)


def _articles(a: Signature, b: Signature) -> Verdict:
    if a.pmid and a.pmid == b.pmid:
        return Same("PMID", a.pmid, 9)
    likeness = titles.likeness(a.title, b.title)
    alone = likeness < Likeness.NEAR and not _share(a, b)
    # Most pairs end here, before anything is compared that takes long.
    if alone and _other(a, b):
        return Different(_said_other(a, b))
    pair = Pair(a, b, likeness)
    if alone and likeness < Likeness.SIMILAR and (pair.text or 0) <= 0.2:
        return Different("other titles") if _other_titles(a, b, likeness) else UNRELATED
    if verdict := _told_by_identifiers(pair):
        return verdict
    if said := _contradiction(pair):
        return said
    if a.preprint or b.preprint:
        return preprint(pair)
    if pair.likeness is Likeness.EXACT and pair.who is Agreement.ALL and pair.page and pair.volume and pair.text_alike:
        # Editions in two languages, each under its own name and on line in years of its own.
        return Same("title, authors, text, volume and page", pair.where, 4)
    if pair.years is not None and pair.years > 1 and not (pair.agreeing >= 3 and pair.conflicting == 0):
        return Different(f"{pair.years} years apart")
    if _other(a, b):
        return _other_identifiers(pair)
    return by_title(pair)


def _share(a: Signature, b: Signature) -> bool:
    """Whether they share, or one names for the other, what may make them one work whatever their titles."""
    shared = ((a.doi, b.doi), (a.pmcid, b.pmcid), (a.page, b.page), (a.url, b.url))
    return any(one and one == other for one, other in shared) or bool(a.versions or b.versions)


def _other(a: Signature, b: Signature) -> bool:
    """Whether both have an identifier, and it is another. That of a preprint is another than its journal version's."""
    return not (a.preprint or b.preprint) and bool((a.doi and b.doi) or (a.pmid and b.pmid))


def _said_other(a: Signature, b: Signature) -> str:
    return "other DOIs" if a.doi and b.doi else "other PMIDs"


def _other_titles(a: Signature, b: Signature, likeness: Likeness) -> bool:
    """Whether titles show that these are two works; a preprint's may become another altogether, but not its authors."""
    if likeness is not Likeness.FAR or min(len(a.title), len(b.title)) < LONG:
        return False
    return not (a.preprint or b.preprint) or agreement(a.names, b.names) is Agreement.DIFFERENT


# -- identifiers --------------------------------------------------------------------------------------------------


def _told_by_identifiers(pair: Pair) -> Verdict | None:
    a, b, likeness = pair.a, pair.b, pair.likeness
    if named := next((s.pmid for s, other in ((a, b), (b, a)) if s.pmid and s.pmid in other.versions), ""):
        if a.preprint or b.preprint:
            return Same("PubMed names it as a version", named, 8)
        return Different("one updates the other: each edition of a review or guideline is a work of its own")
    if a.doi and a.doi == b.doi:
        return _one_doi(pair)
    if a.pmcid and a.pmcid == b.pmcid and (likeness >= Likeness.SIMILAR or a.feed or b.feed):
        return Same("PMCID", a.pmcid, 8)
    if a.url and a.url == b.url and not _other(a, b) and not _shared_link(pair):
        return Same("address", a.url, 7)
    return None


def _one_doi(pair: Pair) -> Verdict:
    a, b, likeness = pair.a, pair.b, pair.likeness
    if a.part and b.part and a.part != b.part:
        return Different("other supporting files of one article")
    if a.feed or b.feed or (a.preprint and b.preprint):  # which retitle what they list, and have no supplements
        unlike = likeness is Likeness.FAR and not pair.short and pair.who is Agreement.DIFFERENT
        sure = 8 if likeness >= Likeness.NEAR else 7
        return Different("one DOI, but other titles and authors") if unlike else Same("DOI", a.doi, sure)
    clash = titles.clash(a.title, b.title) if Likeness.SIMILAR <= likeness < Likeness.EXACT else ""
    if clash and not (pair.text or 0) > 0.85:
        return Different(f"one DOI, but {clash}")
    if likeness < Likeness.SIMILAR and (pair.text or 0) > 0.5:
        return Same("DOI and text", a.doi, 7)
    if likeness < Likeness.SIMILAR or ((likeness < Likeness.EXACT or pair.short) and pair.who is Agreement.DIFFERENT):
        return Different("one DOI, but another title")
    # Records whose place is all another were given the DOI of a namesake, such as the abstract of the article.
    if (pair.agreeing == 0 and pair.conflicting >= 3) or (
        likeness is Likeness.SIMILAR and pair.journal is False and pair.volume is False
    ):
        return Undecided("one DOI and alike titles, but all of the place is another")
    return Different("one DOI, but other words in the title") if pair.reworded else Same("DOI", a.doi, 8)


def _shared_link(pair: Pair) -> bool:
    """Whether a feed may give all its entries one link: then another title and another text are another work."""
    return pair.a.feed == pair.b.feed and pair.likeness < Likeness.SIMILAR and (pair.text or 0) <= 0.5


def _other_identifiers(pair: Pair) -> Verdict:
    """DOIs or PMIDs that differ: two works, but for copies, versions and records that were made twice."""
    a, b = pair.a, pair.b
    other_dois, other_pmids = bool(a.doi and b.doi), bool(a.pmid and b.pmid)
    one_registrant = a.doi.partition("/")[0] == b.doi.partition("/")[0]
    said = _said_other(a, b)
    if other_dois and _EDITION.sub("", a.doi) == _EDITION.sub("", b.doi):
        return Different("other editions of a review")
    if pair.short or pair.likeness < Likeness.NEAR or not pair.near_in_time:
        return Different(said)
    exact, everyone = pair.likeness is Likeness.EXACT, pair.who is Agreement.ALL
    if (
        pair.page
        and pair.volume
        and pair.journal is not False
        and pair.issue is not False
        and pair.who >= Agreement.FIRST
    ):
        if pair.other_text or pair.reworded or (not exact and pair.text is None and _extended(a, b)):
            return Undecided(f"{said}, and other words on one page")
        return Same("all but the identifier", pair.where, 3)
    edition = one_registrant and pair.conflicting == 0 and pair.text_alike  # in another language
    early = (edition or not other_dois) and not pair.other_text and _ahead_of_print(pair)
    if exact and everyone and pair.distinct and pair.journal and early:
        return Same("title, authors and journal: ahead of print", f"“{a.title}”", 3)
    copied = exact and pair.conflicting == 0 and pair.years in {0, None} and not other_pmids
    if copied and not _one_publisher(pair, one_registrant=one_registrant):
        nobody = not a.names and not b.names
        if pair.both_unplaced and one_registrant and (everyone or nobody):
            return Same("versions in one repository", f"“{a.title}”", 3)
        elsewhere = pair.one_unplaced or pair.page or (one_registrant and pair.page is None)
        if everyone and pair.years == 0 and elsewhere:
            return Same("a copy", f"“{a.title}”, {a.year}", 3)
    if pair.page and exact and everyone:
        return Undecided(f"{said}, but title, authors and page agree")
    return Different(said)


def _extended(a: Signature, b: Signature) -> bool:
    """Whether one title goes on where the other ends, and not with a subtitle."""
    short, long = sorted((a, b), key=lambda sig: (len(sig.title), sig.title))
    letters = titles.unsigned(short.title).replace(" ", "")
    return long.title.startswith(f"{short.title} ") and long.head != len(letters)


def _one_publisher(pair: Pair, *, one_registrant: bool) -> bool:
    """Whether two DOIs are of one journal, which gives no work two. Replies and editorials share titles."""
    a, b = pair.a, pair.b
    if a.notice or b.notice or titles.kinds(a.title) or "editorial" in a.title.split():
        return True
    return one_registrant and bool(pair.journal or (pair.journal is None and (a.feed or b.feed)))


def _ahead_of_print(pair: Pair) -> bool:
    """Whether one of them has no volume or page yet."""
    return pair.near_in_time and any(not s.volume or not s.page for s in (pair.a, pair.b))


def _contradiction(pair: Pair) -> Different | Undecided | None:
    """What makes two works of records that no identifier joins."""
    a, b, likeness = pair.a, pair.b, pair.likeness
    if likeness is Likeness.FAR and not pair.short and not (a.preprint or b.preprint):
        return Different("other titles")  # no rule joins such, whatever else agrees
    clash = "" if likeness is Likeness.EXACT else titles.clash(a.title, b.title)
    if clash and not _revised(pair):
        if (a.preprint or b.preprint) and (pair.text or 0) >= 0.2 and not titles.planned(a.title, b.title):
            return Undecided(f"a preprint and a part of its text, but {clash}")
        return Different(clash)
    if pair.who is Agreement.DIFFERENT and (
        likeness < Likeness.NEAR or (not (pair.page and pair.volume) and (pair.text or 0) < 0.8)
    ):
        return Different("other authors")
    return None


def _revised(pair: Pair) -> bool:
    """Whether a journal has altered the title of a preprint, and kept the text: what clashes was put right. The results
    of a trial share much with its protocol, and two preprints are two works.
    """
    a, b = pair.a, pair.b
    return a.preprint != b.preprint and pair.text_alike and not titles.planned(a.title, b.title)

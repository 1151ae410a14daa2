"""Records that no identifier joins or parts: by title, authors, where they appeared, and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.works.names import Agreement
from watcher.works.titles import Likeness
from watcher.works.verdicts import UNRELATED, Different, Same, Undecided, Verdict

if TYPE_CHECKING:
    from watcher.works.pair import Pair


def by_title(pair: Pair) -> Verdict:
    """Of two records of which at most one has a DOI, and at most one a PMID."""
    if pair.likeness is Likeness.EXACT:
        return _short_title(pair) if pair.short else _exact_title(pair)
    if pair.likeness is Likeness.NEAR:
        return _near_title(pair)
    title = f"“{pair.a.title}”"
    if pair.likeness is Likeness.SIMILAR and pair.who >= Agreement.FIRST:
        placed = pair.page and pair.volume and pair.journal is not False and pair.years in {0, None}
        if placed and (pair.text_alike or not pair.substitutions):
            return Same("similar title, authors, volume and page", pair.where, 3)
        if pair.text_alike and pair.page is not False and pair.near_in_time:
            return Same("similar title, authors and text", title, 3)
        return Undecided("similar titles and authors, and too little of the place")
    if pair.likeness is Likeness.FAINT and pair.who is Agreement.ALL and pair.page and pair.text_alike:
        return Same("text, authors and page", pair.where, 2)
    return Different("other titles") if pair.likeness is Likeness.FAR and not pair.short else UNRELATED


def _exact_title(pair: Pair) -> Verdict:
    title = f"“{pair.a.title}”"
    placed = pair.volume or pair.journal or pair.years == 0
    if pair.distinct and pair.both_unplaced and pair.who is Agreement.ALL and pair.years in {0, 1}:
        return Same("title and authors", title, 4)
    if pair.who >= Agreement.FIRST:
        return _exact_title_and_authors(pair)
    if pair.page and placed and pair.who > Agreement.DIFFERENT:
        return Same("title and page", f"{title}, {pair.where}", 5)
    if pair.who is Agreement.UNKNOWN:
        if pair.years == 0 and pair.conflicting == 0 and (pair.journal or pair.agreeing >= 2):
            return Same("title, journal and year", f"{title}, {pair.where}", 4)
        if pair.text_alike and pair.near_in_time:
            return Same("title and text", title, 4)
        if pair.distinct and pair.one_unplaced and pair.years == 0:
            return Same("title and year", f"{title}, {pair.a.year}", 3)
    if (
        pair.who is Agreement.DIFFERENT
        and pair.page
        and pair.volume
        and pair.years == 0
        and (pair.journal is not False or pair.text_alike)
    ):
        return Same("title, volume and page", f"{title}, {pair.where}", 4)
    return Undecided("one title, and too little else")


def _exact_title_and_authors(pair: Pair) -> Verdict:
    title = f"“{pair.a.title}”"
    if pair.page and (pair.volume or pair.journal or pair.years == 0):
        return Same("title, authors and page", f"{title}, {pair.where}", 6)
    if pair.conflicting == 0 and pair.near_in_time and (pair.agreeing or pair.years in {0, None}):
        return Same("title, authors and year", f"{title}, {pair.where}", 5)
    if (
        pair.text_alike
        and pair.near_in_time
        and pair.page is not False
        and (pair.journal is not False or pair.volume is not False)
    ):
        return Same("title, authors and text", title, 5)
    if pair.journal and pair.issue is not False:
        if pair.who is Agreement.ALL and pair.volume and pair.years == 0:
            return Same("title, authors, journal and volume", f"{title}, {pair.where}", 5)
        if pair.years in {0, 1} and (not pair.a.volume or not pair.b.volume):
            return Same("title, authors and journal: ahead of print", title, 5)
    return Undecided("one title and its authors, but another place")


def _near_title(pair: Pair) -> Verdict:
    title = f"“{pair.a.title}”"
    placed = pair.volume or pair.journal
    if pair.who >= Agreement.FIRST:
        if pair.page and ((placed and pair.near_in_time) or pair.years == 0):
            edited = pair.text is None and pair.who is Agreement.ALL and pair.substitutions == 1
            if pair.other_text or (pair.reworded and not edited):
                return Undecided("nearly one title on one page, and other words")
            return Same("nearly one title, authors and page", f"{title}, {pair.where}", 5)
        if pair.text_alike and pair.page is not False and pair.near_in_time:
            return Same("nearly one title, authors and text", title, 4)
        unopposed = pair.conflicting == 0 and pair.years == 0 and (pair.agreeing or pair.who is Agreement.ALL)
        if unopposed and pair.substitutions == 0:
            return Same("nearly one title, authors and year", f"{title}, {pair.where}", 4 if pair.agreeing else 3)
    elif (
        pair.page
        and pair.years == 0
        and ((pair.who is Agreement.UNKNOWN and placed) or (pair.volume and pair.journal is not False))
    ):
        return Same("nearly one title, and page", f"{title}, {pair.where}", 3)
    return Undecided("nearly one title, and too little else")


def _short_title(pair: Pair) -> Verdict:
    title = f"“{pair.a.title}”"
    if pair.page and (pair.volume or pair.journal) and pair.who >= Agreement.UNKNOWN and pair.years in {0, None}:
        return Same("short title, page and volume or journal", f"{title}, {pair.where}", 4)
    if pair.who is Agreement.ALL and pair.years == 0 and (pair.journal or pair.volume) and pair.conflicting == 0:
        return Same("short title, authors and year", f"{title}, {pair.where}", 4)
    if pair.text_alike and pair.who >= Agreement.FIRST:
        return Same("short title, authors and text", title, 4)
    return Undecided("a short title that many works may have")


def preprint(pair: Pair) -> Verdict:
    """A preprint and its other versions: servers and journals change title, DOI and year, and keep authors and text."""
    likeness, who, text = pair.likeness, pair.who, pair.text
    title = f"“{pair.a.title}”"
    if pair.years is not None and pair.years > 3:
        return Different(f"{pair.years} years apart")
    if likeness is Likeness.EXACT and not pair.short:
        if who >= Agreement.FIRST or (who is Agreement.UNKNOWN and (text is None or text > 0.1)) or (text or 0) > 0.2:
            return Same("preprint: title", title, 4)
    elif likeness >= Likeness.NEAR:
        if (text or 0) > 0.15 or (who >= Agreement.FIRST and not pair.substitutions):
            return Same("preprint: nearly one title", title, 3)
    elif likeness is Likeness.SIMILAR:
        if (text or 0) > (0.4 if pair.both_preprints else 0.15):
            return Same("preprint: similar title and text", title, 3)
        if who is Agreement.ALL and not pair.substitutions:
            return Same("preprint: similar title and authors", title, 2)
    elif (text or 0) > _text_needed(pair) and who >= Agreement.UNKNOWN:
        return Same("preprint: text", f"{text:.0%} of the text", 2)
    else:
        return UNRELATED
    return Undecided("perhaps versions of one preprint")


def _text_needed(pair: Pair) -> float:
    """How much of a preprint's text its journal version must keep under another title: one group's articles share some.

    Two preprints are two works, but for one that was posted twice.
    """
    if pair.both_preprints:
        return 0.6
    return 0.25 if pair.likeness is Likeness.FAINT else 0.4

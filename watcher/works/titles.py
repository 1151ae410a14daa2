"""Titles as they are compared: what databases do to one is forgiven, what tells two works apart is not."""

from __future__ import annotations

import re
from collections import Counter
from enum import IntEnum

from rapidfuzz.distance import Indel

from watcher.works.identifiers import normal_title
from watcher.works.opposites import opposed, opposites

LONG = 24  # letters, figures and spaces: shorter titles ("Reply", "Case report", "Editorial") name many works
DISTINCT = 40  # from here on, a title hardly names two works of one year

_LANGUAGES = (
    "arabic|bulgarian|catalan|chinese|croatian|czech|danish|dutch|english|estonian|finnish|french|german|greek|hebrew"
    "|hungarian|italian|japanese|korean|lithuanian|norwegian|persian|polish|portuguese|romanian|russian|serbian|slovak"
    "|slovene|slovenian|spanish|swedish|thai|turkish|ukrainian"
)
# What Ovid, Embase and others write behind a title: "[Review] [57 refs]", "[Chinese, English]", ". Chinese".
_NOTE = re.compile(
    rf"""(?:\s*[.?!]?\s*[\[(]\s*(?:(?:{_LANGUAGES})(?:[\s,;/&]+(?:and\s+)?(?:{_LANGUAGES}))*|review|letter|editorial
        |abstract(?:\s+only)?|\d+\s*refs?|see\s+comments?)\s*[\])]|\.\s+(?:{_LANGUAGES}))[\s.]*$""",
    re.IGNORECASE | re.VERBOSE,
)
# "[Erratum appears in Brain Inj. 2013;27(3):377]", "[corrected] [published erratum …": of the article itself.
_APPEARS = re.compile(
    r"\W*[\[(](?:corrected\]|[^\[\]()]{0,20}\b(?:erratum|corrigendum|correction|retraction|comment|summary)s?"
    r"\s+(?:appears|in|for|on)\b).*$",
    re.IGNORECASE | re.DOTALL,
)
# Publishers retitle what was retracted; the notice of it is called "Retraction: …".
_RETRACTED = re.compile(r"^\W*(?:retracted(?:\s+article)?|withdrawn)\s*[:.\]]\W*", re.IGNORECASE)
# "Correction of scoliosis", "Retraction in cell migration" and "Withdrawal-induced" are of subjects.
_NOTICE = re.compile(
    r"""^\W*(?:(?:author['’]?s?|publisher['’]?s?|editorial)\s+)?
        (?:(?:erratum|errata|corrigend(?:um|a)|addendum|expression\s+of\s+concern
             |(?:statement|note|notice)\s+of\s+(?:retraction|withdrawal|removal|correction|concern)
             |(?:retraction|withdrawal|removal|correction)\s+(?:note|notice|statement))\b
           (?:\W*$|\s*(?:to|for|of|on|in|zu)\b|\s*[:.\[\]()–—]|\s*-(?!\w))
          |(?:corrections?|retraction)\b
           (?:\W*$|\s*(?:to|for|on|zu)\b|\s*[:.\[\]()–—]|\s*-(?!\w)
             |\s*(?:of|in)\b\s*(?:[:"“”„‘«]|(?:the\s+|an?\s+)?(?:article|paper)\b))
          |withdrawal\s*:)""",
    re.IGNORECASE | re.VERBOSE,
)
_SUBTITLE = re.compile(r"[:.?!;] | [-–—] ")  # stands between a title and its subtitle
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
# "i", "v" and "x" are words or letters as well ("i.v.", "drug v placebo", "2 x 2"), but for behind one of these.
_NUMBERED = re.compile(r"\b(part|phase|type|stage|class|grade|study|volume|chapter|section) ([ivx])(?= |$)")
_AFTER_A_WORD = {"i": "1", "v": "5", "x": "10"}
# "CD34+", "CD38⁻", "Lgr5(-)", "Lgr5-/-"; a hyphen is a minus behind a figure, but not in "IL-4- and IL-13-induced".
_HYPHEN_AS_SIGN = re.compile(r"-(?!\w)")
_OTHER_SIGN = re.compile("[⁺⁻−–＋]")
_PAIR_OF_SIGNS = re.compile(r"(?<=[^\W_])\s?\(?([+-])/([+-])\)?(?=\W|$)")
_SIGN = re.compile(r"(?<=[^\W_])(?:\(([+-])\)|([+⁺⁻])(?![\d⁰¹²³⁴-⁹])|(-)(?=\W*$|\)|\s+(?!(?:and|or|to)\b)[^\W\d_]))")
_SIGNS = {"+": " plus ", "⁺": " plus ", "-": " minus ", "⁻": " minus "}
_DASHES = str.maketrans("−–＋", "--+")
_SIGN_WORDS = re.compile(r"\b(?:plus|minus)\b ?")
_GREEK_NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "kappa")
_GREEK = re.compile(rf"\b(\d*)({'|'.join(_GREEK_NAMES)})(\d*)\b")  # "1beta", "beta1"
# Beginnings that are no words, and may be written as such: "non-invasive" and "noninvasive" are one.
_BEGINNINGS = "non|pre|post|hyper|hypo|intra|extra|inter|micro|macro|auto|allo|homo|hetero|endo|exo"
_BEGINNING = re.compile(rf"\b({_BEGINNINGS}|(?:up|down)(?= regulat)) (?!(?:and|or|to|vs|versus)\b)(?=[a-z])")
_MAY_BEGIN = frozenset([*_BEGINNINGS.split("|"), "up", "down"])
_POINT = re.compile(r"(?<=\d)[.·](?=\d)")  # "0.5 mg" is not "05 mg", nor "1.5" "15"
_VOLUME = re.compile(r"(?<= )volume \d+$")  # of an editorial to a collection that goes on
_FIGURES = re.compile(r"\d+(?:d\d+)*")

# A word that makes another work of the title which has it alone: what it says that it is, and what it denies.
_KINDS = frozenset(
    word
    for words in (
        "protocol rationale part reply response rejoinder letter regarding comment comments commentary update updated",
        "erratum errata corrigendum correction corrections retraction addendum concern withdrawal withdrawn",
        "reprint republished dataset",
    )
    for word in words.split()
)
_PLANS = frozenset({"protocol", "rationale", "update", "updated"})  # of these, what shares most of its text with others
_SMALL = frozenset(
    ["the", "of", "and", "or", "for", "in", "on", "at", "by", "to", "from", "a", "an", "as", "is", "are"]
)
_BEGINNING_KINDS = ("re ", "answer to ", "discussion ")  # within, they are of the subject: "re-examined"
_TELLING = _KINDS | {"without", "not", "non", "no"}
# In a headline: patients withdraw and lenses correct as well, but for what is published.
_BEFALLING = ("withdraw", "withdrew", "correct", "corrigend", "errat", "concern")
_PUBLICATIONS = frozenset(
    ["article", "articles", "journal", "journals", "paper", "papers", "publisher", "study", "studies"]
)


class Likeness(IntEnum):
    """How alike two titles are, markup, case, accents and punctuation aside."""

    FAR = 0
    FAINT = 1
    SIMILAR = 2  # words changed or moved
    NEAR = 3  # letters changed, or a subtitle cut off
    EXACT = 4


def compared_form(title: str) -> str:
    """A plain title in lower-case words, without what databases write around it."""
    return _compared(_cleaned(title))


def compared_form_and_head(title: str) -> tuple[str, int]:
    """The compared form of a plain title; and how many letters and figures of it, signs aside, stand before the
    subtitle: 0 where none is seen, and where they are too few to name a work.
    """
    cleaned = _cleaned(title)
    return _compared(cleaned), _head(cleaned)


def _head(title: str) -> int:
    for found in _SUBTITLE.finditer(title):
        letters = len(unsigned(_compared(title[: found.start()])).replace(" ", ""))
        if letters >= LONG:
            return letters
    return 0


def is_notice(title: str) -> bool:
    """Whether a plain title says of itself that it is an erratum, a retraction or an expression of concern."""
    return _NOTICE.match(title) is not None


def likeness(one: str, other: str) -> Likeness:
    """Of two titles in their compared form. The order does not matter."""
    a, b = one.replace(" ", ""), other.replace(" ", "")
    if a == b:
        return Likeness.EXACT if a else Likeness.FAINT
    bare, other_bare = unsigned(one), unsigned(other)
    if (bare, other_bare) != (one, other):
        one, other = bare, other_bare
        a, b = one.replace(" ", ""), other.replace(" ", "")
        if a == b:
            return Likeness.NEAR
    if not a or not b:
        return Likeness.FAINT
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) >= LONG and long.startswith(short):
        return Likeness.NEAR
    ratio = Indel.normalized_similarity(a, b, score_cutoff=0.5)
    if ratio >= 0.78:
        return Likeness.NEAR if ratio >= 0.92 else Likeness.SIMILAR
    words_a, words_b = set(one.split()), set(other.split())
    fewer = min(len(words_a), len(words_b))
    shared = len(words_a & words_b) / fewer
    if fewer >= 5 and shared >= 0.8:
        return Likeness.SIMILAR
    return Likeness.FAINT if ratio >= 0.55 or (fewer >= 3 and shared >= 0.5) else Likeness.FAR


def clash(one: str, other: str) -> str:
    """What tells two works apart although their titles are alike, in words; "" if nothing does.

    Figures on both sides that the other has not (parts, doses, years); words that exclude each other; a word such as
    "protocol" or "without" on one side alone.
    """
    if said := _figures_apart(one, other):
        return said
    only_a, only_b = _apart(_joined_words(one), _joined_words(other))
    if excluding := opposites(only_a, only_b):
        return " against ".join(excluding)
    telling = sorted(_TELLING.intersection((*only_a, *only_b)))
    denied, other_denied = ([f"non {word[3:]}" for word in only if word.startswith("non")] for only in (only_a, only_b))
    if bool(denied) != bool(other_denied) and any(word in one or word in other for word in denied + other_denied):
        telling.append("non")
    telling += sorted({*_VOLUME.findall(one)} ^ {*_VOLUME.findall(other)})
    telling += [kind.strip() for kind in _BEGINNING_KINDS if one.startswith(kind) != other.startswith(kind)]
    return f"only one says “{telling[0]}”" if telling else ""


def _figures_apart(one: str, other: str) -> str:
    figures_a, figures_b = _FIGURES.findall(one), _FIGURES.findall(other)
    if figures_a == figures_b:
        return ""
    count_a, count_b = Counter(figures_a), Counter(figures_b)
    more_a, more_b = count_a - count_b, count_b - count_a
    if not more_a or not more_b or "".join(figures_a) == "".join(figures_b):  # "10 000" is "10000"
        return ""
    return " against ".join(sorted(("/".join(more_a), "/".join(more_b))))


def kinds(title: str) -> frozenset[str]:
    """By which words a compared title says that it is a protocol, a reply, a part, … and not simply of its subject."""
    return _KINDS & set(title.split()) | {kind.strip() for kind in _BEGINNING_KINDS if title.startswith(kind)}


def planned(one: str, other: str) -> bool:
    """Whether only one of two titles is that of a protocol or an update, much of whose text is that of the results."""
    return bool(_PLANS & (kinds(one) ^ kinds(other)))


def tells_of_notice(title: str) -> bool:
    """Whether a headline, as a compared title, tells that a work was retracted, corrected or called in question."""
    words = title.split()
    if any(word.startswith("retract") for word in words):
        return True
    return not _PUBLICATIONS.isdisjoint(words) and any(word.startswith(_BEFALLING) for word in words)


def substitutions(one: str, other: str) -> int:
    """How many words of one title stand in the place of others of the other; misspelt ones and small ones are none."""
    words_a, words_b = ([w for w in _joined_words(title) if w not in _SMALL] for title in (one, other))
    left = map(sorted, _apart(words_a, words_b))
    only_a, only_b = sorted(left, key=lambda words: (len(words), words))  # the same, whichever title is first
    for word in tuple(only_a):
        alike = [
            w
            for w in only_b
            if (w.startswith(word) or word.startswith(w) or Indel.normalized_similarity(word, w) >= 0.75)
            and not opposed(word, w)
        ]
        if alike:
            only_a.remove(word)
            only_b.remove(alike[0])
    return min(len(only_a), len(only_b))


def _apart(some: list[str], others: list[str]) -> tuple[list[str], list[str]]:
    """The words that the other has not, or less often."""
    only, rest = [], others.copy()
    for word in some:
        if word in rest:
            rest.remove(word)
        else:
            only.append(word)
    return only, rest


def unsigned(title: str) -> str:
    """A compared title without the words for signs: many sources drop these."""
    return _SIGN_WORDS.sub("", title).rstrip() if "plus" in title or "minus" in title else title


def _joined_words(title: str) -> list[str]:
    words = title.split()
    return words if _MAY_BEGIN.isdisjoint(words) else _BEGINNING.sub(r"\1", title).split()


def _spelled(title: str) -> str:
    """With signs as words."""
    title = title.translate(_DASHES)
    title = _PAIR_OF_SIGNS.sub(lambda found: _SIGNS[found[1]] + _SIGNS[found[2]], title)
    return _SIGN.sub(lambda found: _SIGNS[found[1] or found[2] or found[3]], title)


def _compared(title: str) -> str:
    if "+" in title or _HYPHEN_AS_SIGN.search(title) or (not title.isascii() and _OTHER_SIGN.search(title)):
        title = _spelled(title)
    title = normal_title(title)
    for name in _GREEK_NAMES:
        if name in title:
            title = _GREEK.sub(lambda found: " ".join(filter(None, found.groups())), title)
            break
    words = title.split()
    if not _AFTER_A_WORD.keys().isdisjoint(words):
        title = _NUMBERED.sub(lambda found: f"{found[1]} {_AFTER_A_WORD[found[2]]}", title)
    return title if _ROMAN.keys().isdisjoint(words) else " ".join([_ROMAN.get(word, word) for word in title.split()])


def _cleaned(title: str) -> str:
    if "[" in title or "(" in title or ". " in title:
        title = _without_notes(title)
    title = _RETRACTED.sub("", title, count=1)
    return _POINT.sub("d", title) if "." in title or "·" in title else title


def _without_notes(title: str) -> str:
    if (len(title) > LONG and "[" in title) or "(" in title:
        title = _APPEARS.sub("", title)
    while (found := _NOTE.search(title)) is not None and found.start() >= 8:
        title = title[: found.start()]
    return title

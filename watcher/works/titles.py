"""Titles as they are compared: what databases do to one is forgiven, what tells two works apart is not."""

from __future__ import annotations

import re
from collections import Counter
from enum import IntEnum
from string import ascii_lowercase
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

from watcher.works.identifiers import normal_title

if TYPE_CHECKING:
    from collections.abc import Iterable

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
_NOTICE = re.compile(
    r"^\W*(?:(?:author'?s?|publisher'?s?|editorial)\s+)?"
    r"(?:erratum|errata|corrigend(?:um|a)|corrections?|retraction(?:\s+(?:note|notice|statement))?|addendum"
    r"|expression\s+of\s+concern)\b(?:\W*$|\s*(?:to|for|of|on|in)\b|\s*[:.\[\]()–—-])",
    re.IGNORECASE,
)
_SUBTITLE = re.compile(r"[:.?!;] | [-–—] ")  # stands between a title and its subtitle
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
# "i", "v" and "x" are words or letters as well ("i.v.", "drug v placebo", "2 x 2"), but for behind one of these.
_NUMBERED = re.compile(r"\b(part|phase|type|stage|class|grade|study|volume|chapter|section) ([ivx])(?= |$)")
_AFTER_A_WORD = {"i": "1", "v": "5", "x": "10"}
_POINT = re.compile(r"(?<=\d)[.·](?=\d)")  # "0.5 mg" is not "05 mg", nor "1.5" "15"
_FIGURES = re.compile(r"\d+(?:d\d+)*")

# A word of one such group in the one title, and another of it in its place in the other: two works. Forms of one word
# and synonyms, with a stroke between them, do not exclude each other.
_GROUPS = (
    "with without", "man/men/male/males/boy/boys woman/women/female/females/girl/girls",
    "mothers/maternal fathers/paternal",
    "child/children adult/adults adolescent/adolescents infant/infants elderly/older",
    "increase/increased/increases/increasing decrease/decreased/decreases/decreasing/reduced/reduces",
    "activation/activates/activating inhibition/inhibits/inhibiting", "agonist/agonists antagonist/antagonists",
    "high/higher low/lower", "more less", "small large", "short long", "left right", "upper lower", "internal external",
    "anterior posterior", "proximal distal", "medial lateral", "unilateral bilateral", "positive negative",
    "early late", "before after", "pre post", "prenatal postnatal", "preoperative postoperative intraoperative",
    "acute chronic subacute", "primary secondary tertiary", "systolic diastolic", "vivo vitro silico",
    "human/humans mouse/mice/murine rat/rats rabbit/rabbits dog/dogs/canine pig/pigs/porcine/swine sheep/ovine",
    "alpha beta gamma delta epsilon zeta kappa", " ".join(ascii_lowercase), "first second third fourth fifth",
    "one two three four five six seven eight nine ten", "north/northern south/southern east/eastern west/western",
    "january february march april may june july august september october november december",
    "spring summer autumn winter", "morning evening", "urban rural", "inpatients outpatients", "smokers nonsmokers",
    "preconditioning postconditioning", "hypoxia hyperoxia", "hypertension hypotension", "hypothermia hyperthermia",
    "hyperglycemia hypoglycemia", "hypothyroidism hyperthyroidism",
)  # fmt: skip
_ALTERNATIVES = {
    word: (number, alternative)
    for number, group in enumerate(_GROUPS)
    for alternative in group.split()
    for word in alternative.split("/")
}
# A word that makes another work of the title which has it alone: what it says that it is, and what it denies.
_KINDS = frozenset(
    word
    for words in (
        "protocol rationale part reply response rejoinder letter regarding comment comments commentary update updated",
        "erratum errata corrigendum correction corrections retraction addendum concern withdrawal withdrawn",
        "reprint republished dataset discussion answer",
    )
    for word in words.split()
)
_PLANS = frozenset({"protocol", "rationale", "update", "updated"})  # of these, what shares most of its text with others
_SMALL = frozenset(
    ["the", "of", "and", "or", "for", "in", "on", "at", "by", "to", "from", "a", "an", "as", "is", "are"]
)
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


def head(title: str) -> int:
    """How many letters and figures of a plain title, in its compared form, stand before its subtitle; 0 where none is
    seen, and where they are too few to name a work.
    """
    title = _cleaned(title)
    for found in _SUBTITLE.finditer(title):
        letters = len(_compared(title[: found.start()]).replace(" ", ""))
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
    words_a, words_b = Counter(one.split()), Counter(other.split())
    only_a, only_b = words_a - words_b, words_b - words_a
    if opposites := _opposites(only_a, only_b):
        return " against ".join(opposites)
    telling = sorted(_TELLING & (only_a.keys() | only_b.keys()))
    if one.startswith("re ") != other.startswith("re "):  # within, it may be part of a word: "re-examined"
        telling.append("re")
    return f"only one says “{telling[0]}”" if telling else ""


def _opposites(only_a: Iterable[str], only_b: Iterable[str]) -> list[str]:
    """The first two words, one of either, that exclude each other; none if none do."""
    groups_a, groups_b = ([(w, *_ALTERNATIVES[w]) for w in words if w in _ALTERNATIVES] for words in (only_a, only_b))
    pairs = [
        sorted((x, y)) for x, group, this in groups_a for y, same, that in groups_b if group == same and this != that
    ]
    return min(pairs, default=[])


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
    return _KINDS & set(title.split())


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
    words_a, words_b = (Counter([w for w in title.split() if w not in _SMALL]) for title in (one, other))
    left = [sorted((words_a - words_b).elements()), sorted((words_b - words_a).elements())]
    only_a, only_b = sorted(left, key=lambda words: (len(words), words))  # the same, whichever title is first
    for word in tuple(only_a):
        alike = [
            w
            for w in only_b
            if w.startswith(word) or word.startswith(w) or Indel.normalized_similarity(word, w) >= 0.75
        ]
        if alike:
            only_a.remove(word)
            only_b.remove(alike[0])
    return min(len(only_a), len(only_b))


def _compared(title: str) -> str:
    words = _NUMBERED.sub(lambda found: f"{found[1]} {_AFTER_A_WORD[found[2]]}", normal_title(title)).split()
    return " ".join([_ROMAN.get(word, word) for word in words])


def _cleaned(title: str) -> str:
    if "[" in title or "(" in title or ". " in title:
        title = _without_notes(title)
    return _POINT.sub("d", _RETRACTED.sub("", title, count=1))


def _without_notes(title: str) -> str:
    if (len(title) > LONG and "[" in title) or "(" in title:
        title = _APPEARS.sub("", title)
    while (found := _NOTE.search(title)) is not None and found.start() >= 8:
        title = title[: found.start()]
    return title

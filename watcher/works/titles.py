"""Titles as they are compared: what databases do to one is forgiven, what tells two works apart is not."""

from __future__ import annotations

import re
from collections import Counter
from enum import IntEnum

from rapidfuzz.distance import Indel

from watcher.works.identifiers import normal_title

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
_MOJIBAKE = re.compile("[ÂÃâÎ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_FIGURES = re.compile(r"\d+")

# A word of one such group in the one title, and another of it in its place in the other: two works.
_ALTERNATIVES = tuple(
    frozenset(group.split())
    for group in (
        "with without", "men women", "man woman", "male female", "males females", "boys girls", "mothers fathers",
        "maternal paternal", "increase decrease", "increased decreased", "increases decreases", "increasing decreasing",
        "high low", "higher lower", "left right", "upper lower", "acute chronic subacute", "early late", "before after",
        "positive negative", "children adults adolescents infants elderly", "short long", "vivo vitro silico",
        "human mouse mice rat rats rabbit rabbits dog dogs canine pig pigs porcine swine sheep ovine bovine cat cats",
        "prenatal postnatal", "anterior posterior", "primary secondary tertiary", "systolic diastolic", "small large",
        "more less", "preoperative postoperative intraoperative", "agonist antagonist", "activation inhibition",
        "activates inhibits", "alpha beta gamma delta epsilon zeta kappa", "first second third fourth fifth",
        "one two three four five six seven eight nine ten", "north south east west",
        "northern southern eastern western",
        "january february march april may june july august september october november december",
        "spring summer autumn winter", "a b c d", "preconditioning postconditioning", "hypoxia hyperoxia",
        "morning evening", "proximal distal", "medial lateral", "internal external", "unilateral bilateral",
        "hypertension hypotension", "hypothermia hyperthermia", "hyperglycemia hypoglycemia", "urban rural",
        "hypothyroidism hyperthyroidism", "inpatients outpatients", "smokers nonsmokers", "pre post",
    )
)  # fmt: skip
_ALTERNATIVE = {word: number for number, group in enumerate(_ALTERNATIVES) for word in group}
# A word that makes another work of the title which has it alone.
_TELLING = frozenset(
    word
    for words in (
        "protocol reply response rejoinder erratum errata corrigendum correction corrections retraction addendum",
        "comment comments commentary concern update updated without not non no",
    )
    for word in words.split()
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
    for word in only_a:
        group = _ALTERNATIVE.get(word)
        against = [w for w in only_b if _ALTERNATIVE.get(w) == group] if group is not None else []
        if against:
            return " against ".join(sorted((word, against[0])))
    telling = sorted(_TELLING & (only_a.keys() | only_b.keys()))
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


def substitutions(one: str, other: str) -> int:
    """How many words of one title stand in the place of others of the other; a misspelt one is no other word."""
    words_a, words_b = Counter(one.split()), Counter(other.split())
    only_a, only_b = sorted((words_a - words_b).elements()), sorted((words_b - words_a).elements())
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
    return " ".join([_ROMAN.get(word, word) for word in normal_title(title).split()])


def _cleaned(title: str) -> str:
    if not title.isascii() and _MOJIBAKE.search(title):
        title = _read_again(title)
    if "[" in title or "(" in title or ". " in title:
        title = _without_notes(title)
    return _RETRACTED.sub("", title, count=1)


def _without_notes(title: str) -> str:
    if (len(title) > LONG and "[" in title) or "(" in title:
        title = _APPEARS.sub("", title)
    while (found := _NOTE.search(title)) is not None and found.start() >= 8:
        title = title[: found.start()]
    return title


def _read_again(title: str) -> str:
    """UTF-8 that was read as Windows-1252 or Latin-1."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return title.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return title

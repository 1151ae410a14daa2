"""The stem that the forms of an English word share, by M. F. Porter, "An algorithm for suffix stripping" (1980).

With the two changes to step 2 that Porter made later himself ("abli" became "bli", and "logi" was added).
"""

from __future__ import annotations

import re
from functools import lru_cache

_LETTERS = re.compile("[a-z]{3,}")  # a shorter word, or one with figures or other letters, is its own stem
_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble", "alli": "al",
    "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al",
    "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble", "logi": "log",
}  # fmt: skip
_STEP_3 = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
_GONE_4 = "al ance ence er ic able ible ant ement ment ent ou ism ate iti ous ive ize"
_STEP_4 = dict.fromkeys(_GONE_4.split(), "") | {"sion": "s", "tion": "t"}


def _longest_first(suffixes: dict[str, str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(suffixes, key=len, reverse=True))})$")


_SUFFIX_2, _SUFFIX_3, _SUFFIX_4 = map(_longest_first, (_STEP_2, _STEP_3, _STEP_4))


@lru_cache(200_000)
def stem(word: str) -> str:
    """The stem of a word in lower case."""
    if not _LETTERS.fullmatch(word):
        return word
    word = _participle(_plural(word))
    if word.endswith("y") and "v" in _shape(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(word, _SUFFIX_2, _STEP_2, measure=0)
    word = _replaced(word, _SUFFIX_3, _STEP_3, measure=0)
    word = _replaced(word, _SUFFIX_4, _STEP_4, measure=1)
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _is_short(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _participle(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    ending = next((len(each) for each in ("ed", "ing") if word.endswith(each)), 0)
    if not ending or "v" not in _shape(word[:-ending]):
        return word
    word = word[:-ending]
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if word[-2:-1] == word[-1] and word[-1] not in "lsz" and _shape(word)[-1] == "c":
        return word[:-1]
    return word + "e" if _measure(word) == 1 and _is_short(word) else word


def _replaced(word: str, suffix: re.Pattern[str], by: dict[str, str], *, measure: int) -> str:
    """With its longest suffix replaced, where what stands before that has more than `measure` syllables, so to say."""
    found = suffix.search(word)
    if found is None:
        return word
    shorter = word[: found.start()] + by[found[0]]
    # "ion" goes from behind s or t, which belong to what must be long enough.
    before = shorter if found[0] in {"sion", "tion"} and measure else word[: found.start()]
    return shorter if _measure(before) > measure else word


def _shape(word: str) -> str:
    """Its letters as c (consonant) or v (vowel); y is a vowel behind a consonant."""
    shape = ""
    for letter in word:
        shape += "v" if letter in "aeiou" or (letter == "y" and shape[-1:] == "c") else "c"
    return shape


def _measure(word: str) -> int:
    """How often a consonant follows a vowel: Porter's m."""
    return _shape(word).count("vc")


def _is_short(word: str) -> bool:
    """Whether it ends in consonant, vowel, consonant, the last none of w, x and y: Porter's *o."""
    return _shape(word)[-3:] == "cvc" and word[-1] not in "wxy"

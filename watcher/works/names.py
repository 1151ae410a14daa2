"""Authors as they are compared: initials or given names, accents, particles, reversed order, some missing."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

from watcher.works.identifiers import normal_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.models import Author

Name = tuple[str, str]  # family name in one word, given names or initials in words: both normalised

MOST = 12  # authors that are compared
_NOBODY = frozenset({"na", "unknown", "anonymous", "anon", "noauthor", "noauthors", "noauthorslisted", "etal", "none"})
_MAY_BE_NOBODY = frozenset(piece for name in _NOBODY for end in range(1, 16) for piece in (name[:end], name[-end:]))
_are_initials = lru_cache(maxsize=5_000)(re.compile(r"(?:[A-Z]\.?-?){1,4}").fullmatch)


class Agreement(IntEnum):
    """How far two lists of authors agree."""

    DIFFERENT = -1
    UNKNOWN = 0  # one of them names nobody
    SOME = 1
    FIRST = 2  # the first authors
    ALL = 3  # the shorter list is in the longer one


def compared_names(authors: Iterable[Author]) -> tuple[Name, ...]:
    """The first authors in their compared form."""
    found: list[Name] = []
    for author in authors:
        family, given = author.family, author.given or author.initials
        parted = not given and not author.collective
        if parted:
            family, comma, given = family.partition(",")
            if not comma:
                family, given = _parted(family)
        name, given = normal_name(family).replace(" ", ""), normal_name(given)
        if name and not (name in _MAY_BE_NOBODY and _is_nobody(name, author.family if parted else "")):
            found.append((name, given))
        if len(found) == MOST:
            break
    return tuple(found)


def agreement(one: Sequence[Name], other: Sequence[Name]) -> Agreement:
    """Of two lists of names; which is first does not matter."""
    if not one or not other:
        return Agreement.UNKNOWN
    if one == other:
        return Agreement.ALL
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    matched = _matched(few, many)
    first = _same(one[0], other[0])
    if matched == len(few) and (len(few) >= 2 or len(many) == 1 or (first and len(many) == 2)):
        return Agreement.ALL
    if matched >= max(3, 0.7 * len(few)):
        return Agreement.ALL
    if first:
        return Agreement.FIRST
    return Agreement.SOME if matched else Agreement.DIFFERENT


def _matched(few: Sequence[Name], many: Sequence[Name]) -> int:
    """How many names of either list are like some of the other: because one may be like several, the lesser count."""
    # In both lists a name mostly has the same place.
    found = {place for place, (one, other) in enumerate(zip(few, many, strict=False)) if _same(one, other)}
    if len(found) == len(few):
        return len(few)
    found_among = set(found)
    reversed_ones = not (_families(few).isdisjoint(_given(many)) and _families(many).isdisjoint(_given(few)))
    others = [(place, other, len(other[0]), _letters(other[0])) for place, other in enumerate(many)]
    for place, one in enumerate(few):
        length, letters = len(one[0]), _letters(one[0])
        for other_place, other, other_length, other_letters in others:
            if place in found and other_place in found_among:
                continue
            # Similar families have few letters that the other has not; of one cut off, the other has them all.
            apart = letters ^ other_letters
            unlike = apart.bit_count() * 5 > length + other_length and apart & letters and apart & other_letters
            if unlike and not reversed_ones:
                continue
            if _same(one, other):
                found.add(place)
                found_among.add(other_place)
    return min(len(found), len(found_among))


def _families(names: Iterable[Name]) -> set[str]:
    return {family for family, _ in names}


def _given(names: Iterable[Name]) -> set[str]:
    return {word for _, given in names for word in (*given.split(), given.replace(" ", ""))}


@lru_cache(maxsize=10_000)
def _letters(word: str) -> int:
    """Which letters a word has, as bits."""
    found = 0
    for letter in word:
        found |= 1 << (ord(letter) & 63)
    return found


def _parted(name: str) -> tuple[str, str]:
    """Family and given names of a whole one: "Smith JB", "Jane B. Smith", "Ludwig van der Berg"."""
    words = name.split()
    end = len(words)
    while end > 1 and _are_initials(words[end - 1]):
        end -= 1
    if 0 < end < len(words):
        return " ".join(words[:end]), " ".join(words[end:])
    start = max(len(words) - 1, 0)
    while start > 0 and words[start - 1].islower() and len(words[start - 1]) <= 4:  # "van", "der", "de"
        start -= 1
    return " ".join(words[start:]), " ".join(words[:start])


def _is_nobody(family: str, whole: str) -> bool:
    """Whether a name is none, or it was parted and the whole is none: "No authors listed", "N. A.", but not "Al ET"."""
    return family in _NOBODY or normal_name(whole).replace(" ", "") in _NOBODY


def _same(one: Name, other: Name) -> bool:
    (family, given), (other_family, other_given) = one, other
    if family == other_family:
        return _share_initial(given, other_given)
    shorter, longer = (family, other_family) if len(family) <= len(other_family) else (other_family, family)
    length, longest = len(shorter), len(longer)
    # Particles and double names are cut off at either end: "brule" and "van den brule".
    if length > 3 and (longer.startswith(shorter) or longer.endswith(shorter)):
        return True
    # Of lengths further apart, no two are so similar.
    if length > 4 and 3 * length >= 2 * longest and Indel.normalized_similarity(shorter, longer) >= 0.8:
        return True
    if length <= 4 and shorter[0] == longer[0] and _transliterated(longer) == _transliterated(shorter):
        return _share_initial(given, other_given)
    return _is_given_name(family, other_given) or _is_given_name(other_family, given)


def _share_initial(given: str, other: str) -> bool:
    """Whether given names may be one person's; so may a missing one."""
    return (
        not given
        or not other
        or given[0] == other[0]
        or bool({w[0] for w in given.split()} & {w[0] for w in other.split()})
    )


def _transliterated(family: str) -> str:
    """Böhm, Boehm and Bohm in one form. Longer names are alike enough as they are."""
    return family.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _is_given_name(family: str, given: str) -> bool:
    """Whether a family name stands among the given names of the other, as when these are the wrong way round."""
    if len(given) < len(family) or len(family) < 2:
        return False
    return family == given.replace(" ", "") or (len(family) > 2 and family in given.split())

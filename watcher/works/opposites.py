"""Words that exclude each other: one in a title, and the other in its place in another, make two works."""

from __future__ import annotations

from itertools import chain, permutations
from string import ascii_lowercase
from typing import TYPE_CHECKING

from rapidfuzz.distance import Postfix

if TYPE_CHECKING:
    from collections.abc import Collection

# Forms of one word and synonyms, with a stroke between them, do not exclude each other.
_GROUPS = (
    "with without", "plus minus", "man/men/male/males/boy/boys woman/women/female/females/girl/girls",
    "mothers/maternal fathers/paternal",
    "child/children adult/adults adolescent/adolescents infant/infants elderly/older",
    "increase/increased/increases/increasing decrease/decreased/decreases/decreasing/reduced/reduces",
    "activation/activates/activating inhibition/inhibits/inhibiting", "agonist/agonists antagonist/antagonists",
    "high/higher low/lower", "more less", "small large", "short long", "left right", "upper lower", "up down",
    "anterior posterior", "proximal distal", "medial lateral", "positive negative", "internal external",
    "early late", "before after", "pre post", "acute chronic subacute", "primary secondary tertiary",
    "systolic diastolic", "vivo vitro silico", "autologous/autogenous allogeneic/allogenic xenogeneic/xenogenic",
    "human/humans mouse/mice/murine rat/rats rabbit/rabbits dog/dogs/canine pig/pigs/porcine/swine sheep/ovine",
    "alpha beta gamma delta epsilon zeta kappa", " ".join(ascii_lowercase), "first second third fourth fifth",
    "one two three four five six seven eight nine ten", "north/northern south/southern east/eastern west/western",
    "january february march april may june july august september october november december",
    "spring summer autumn winter", "morning evening", "urban rural",
)  # fmt: skip
_ALTERNATIVES = {
    word: (number, alternative)
    for number, group in enumerate(_GROUPS)
    for alternative in group.split()
    for word in alternative.split("/")
}
# Beginnings that make opposites of one word; and those that deny it, with how many letters of it there must be.
_BEGINNINGS = ("hypo hyper normo", "intra extra inter", "pre post intra", "up down", "homo hetero", "micro macro",
               "auto allo xeno", "uni bi", "over under", "endo exo", "in out", "hyper a")  # fmt: skip
_DENIALS = {"non": 4, "un": 4, "a": 6, "an": 6, "in": 6, "im": 6}
_LEAST = 4


def opposites(some: Collection[str], others: Collection[str]) -> list[str]:
    """The first two words, one of either, that exclude each other; none if none do."""
    groups, other_groups = ([(w, *_ALTERNATIVES[w]) for w in words if w in _ALTERNATIVES] for words in (some, others))
    pairs = [(x, y) for x, group, this in groups for y, same, that in other_groups if group == same and this != that]
    ends: dict[str, list[str]] = {}
    for word in others:
        ends.setdefault(word[-_LEAST:], []).append(word)
    pairs += [(x, y) for x in some for y in ends.get(x[-_LEAST:], ()) if opposed(x, y)]
    return min(map(sorted, pairs), default=[])


def opposed(one: str, other: str) -> bool:
    """Whether two words are equal but for what they begin with, and that makes opposites of them."""
    shared = int(Postfix.similarity(one, other))
    if shared < _LEAST:
        return False
    ends = _ENDS.get((one[: len(one) - shared], other[: len(other) - shared]), ())
    return any(shared >= least and one[len(one) - shared :].startswith(end) for end, least in ends)


def _ends() -> dict[tuple[str, str], list[tuple[str, int]]]:
    """What two such beginnings have before the end that they share ("in", "ex" of "intra", "extra"): with that end, and
    how many letters two words must share.
    """
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}

    def add(one: str, other: str, end: str, least: int) -> None:
        for pair in ((one, other), (other, one)):
            found.setdefault(pair, []).append((end, least))

    for one, other in chain.from_iterable(permutations(group.split(), 2) for group in _BEGINNINGS):
        end = one[len(one) - int(Postfix.similarity(one, other)) :]
        add(one.removesuffix(end), other.removesuffix(end), end, max(_LEAST, len(end) + 3))
        if one.endswith("o") and not end:  # "hypoxia", "hyperoxia"
            add(one[:-1], other, "o", _LEAST)
    for denial, least in _DENIALS.items():
        add("", denial, "", least)
    return found


_ENDS = _ends()

"""Words as they are told apart from their forms: plural, inflection, British and American spelling, abbreviations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?(?:\.\d+)?")
_SHORTEST = 4  # letters of a word that has inflections worth a guess
_IRREGULAR = {
    "mice": "mouse", "bacteria": "bacterium", "fungi": "fungus", "algae": "alga", "larvae": "larva", "teeth": "tooth",
    "children": "child", "women": "woman", "men": "man", "viruses": "virus", "nuclei": "nucleus", "species": "species",
    "pancreas": "pancreas", "memories": "memory",
}  # fmt: skip
_OF_IS = re.compile(r"crises|.*(?:(?:gn|br|eur|mb|ych|rrh|cr|ten)oses|lyses|theses|stases)")  # diagnoses, not doses
_OF_S = ("uses", "biases", "gases", "atlases", "canvases", "pancreases", "irises")  # octopuses, sinuses
_OF_USE = re.compile(r".*[aof]uses|(?:ab|re|mis|over|dis|under|acc|exc|a?m|r|per)?uses")  # causes, houses, uses
# British | American, as parts of words: from NLM's and Cochrane's advice to search for both.
_SPELLINGS = tuple(
    (re.compile(british), re.compile(american), british_text, american_text)
    for british_text, american_text in (
        ("tumour", "tumor"), ("behaviour", "behavior"), ("colour", "color"), ("odour", "odor"), ("favour", "favor"),
        ("haem", "hem"), ("anaem", "anem"), ("leukaem", "leukem"), ("ischaem", "ischem"), ("glycaem", "glycem"),
        ("oedema", "edema"), ("oesophag", "esophag"), ("oestr", "estr"), ("foet", "fet"), ("diarrhoea", "diarrhea"),
        ("paediatr", "pediatr"), ("orthopaed", "orthoped"), ("gynaec", "gynec"), ("faec", "fec"), ("caec", "cec"),
        ("anaesth", "anesth"), ("fibre", "fiber"), ("centre", "center"), ("litre", "liter"), ("sulph", "sulf"),
        ("ageing", "aging"), ("randomis", "randomiz"), ("ionis", "ioniz"), ("immunis", "immuniz"), ("apnoea", "apnea"),
        ("neurone", "neuron"), ("leucocyt", "leukocyt"), ("grey", "gray"),
    )
    for british, american in ((rf"\b{british_text}", rf"\b{american_text}"),)
)  # fmt: skip
_JOINED = re.compile(r"\b(anti|re|non|pre|post|co|micro|neo)-(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, where it stands, and the forms under which it is looked up."""

    text: str
    start: int
    end: int
    forms: frozenset[str]


def words(text: str) -> list[Word]:
    """The words of a text, in order; a hyphen parts words, an apostrophe does not."""
    return [Word(m[0], m.start(), m.end(), forms(m[0].lower().replace("’", "'"))) for m in _WORD.finditer(text)]


@lru_cache(8192)
def forms(word: str) -> frozenset[str]:
    """A lower-case word, its singular, and what it may be an inflection of."""
    word = word.removesuffix("'s")
    found = {word, singular(word)}
    if len(word) >= _SHORTEST:
        for ending in ("ing", "ed", "es", "s"):
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                stem = word.removesuffix(ending)
                found |= {stem, f"{stem}e"}
                if stem[-1] == stem[-2]:  # stopped, running
                    found.add(stem[:-1])
    return frozenset(found)


def singular(word: str) -> str:
    """A lower-case word without its plural ending, as far as that is regular."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST:
        return word[:-3] + "y"
    if _OF_IS.fullmatch(word):
        return f"{word[:-2]}is"
    if word.endswith(("ches", "shes", "xes", "sses")) or (word.endswith(_OF_S) and not _OF_USE.fullmatch(word)):
        return word[:-2]
    return word[:-1]


def spellings(phrase: str) -> Iterator[str]:
    """The other spellings of a phrase: British or American, and joined where a prefix has a hyphen."""
    for british, american, with_british, with_american in _SPELLINGS:
        if british.search(phrase):
            yield british.sub(with_american, phrase)
        elif american.search(phrase):
            yield american.sub(with_british, phrase)
    if _JOINED.search(phrase):
        yield _JOINED.sub(r"\1", phrase)


def abbreviations(text: str) -> dict[str, str]:
    """Short forms that a text defines, with their long forms: "extracellular vesicles (EVs)".

    Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation definitions in biomedical text".
    """
    found: dict[str, str] = {}
    for match in re.finditer(r"\(([^()]{2,10})\)", text):
        short = match[1].strip()
        if not re.fullmatch(r"[A-Za-z][\w-]{1,9}", short) or not any(c.isupper() for c in short):
            continue
        before = text[: match.start()].split()[-min(len(short) + 5, len(short) * 2) :]
        long = _long_form(short[:-1] if short.endswith("s") and short[:-1].isupper() else short, " ".join(before))
        if long and len(long) > len(short):
            found.setdefault(short, long)
    return found


def _long_form(short: str, before: str) -> str:
    at = len(before) - 1
    for position in range(len(short) - 1, -1, -1):
        letter = short[position].lower()
        if not letter.isalnum():
            continue
        while at >= 0 and (before[at].lower() != letter or (position == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
        at -= 1
    return before[at + 1 :].strip()

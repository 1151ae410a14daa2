"""Phrases that the vocabulary does not know: what looks like a technical term, is named as one, or comes back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from watcher.proposal.vocabulary import Concept, Facet, match
from watcher.proposal.words import Word, abbreviations, singular, spellings, words
from watcher.terms.pattern import truncation_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LONGEST = 4  # words of a phrase
_TECHNICAL = re.compile(
    r".*(?:itis|osis|oses|oma|omas|pathy|pathies|aemia|emia|algia|iasis|plasia|trophy|genesis|ectomy|otomy|oscopy|ase|ases"
    r"|some|somes|ome|omes|omics|cyte|cytes|blast|blasts|phage|phages|kine|kines|globin|feron|mycin|cillin|statin|mab"
    r"|tide|tides|amine|amines|ine|oid|oids|phyll|phyte|phytes|plankton|zoa|virus|ella|ium|ensis|ovskite|ovskites|photonic"
    r"|voltaic|voltaics|thermia|thermal|tropic|genic|philic|phobic)",
    re.IGNORECASE,
)
_PROBLEM = re.compile(
    r".*(?:itis|[^tp]osis|oma|pathy|a?emia|algia|iasis|disease|disorder|syndrome|injury|damage|failure|deficiency|cancer)s?$"
)
_PROCESS = re.compile(r".*(?:tion|sion|genesis|lysis|ization|isation|ment|synthesis)s?$")
# Everyday words that end a term: a solar cell, a transport layer, a growth inhibitor.
_HEADS = frozenset(
    {
        "acid", "cell", "device", "disease", "disorder", "drug", "field", "film", "gene", "inhibitor", "layer",
        "material", "membrane", "molecule", "network", "particle", "protein", "receptor", "signal", "species",
        "syndrome", "system", "test", "therapy", "tissue", "transport", "treatment", "virus", "wave",
    }
)  # fmt: skip
_NAMED = re.compile(r"\b(?:called|known as|named|termed|dubbed|so-called|such as)\s+[“\"'‘]?", re.IGNORECASE)
_SEEN = re.compile(r"[A-Z].*\d|\d.*[A-Z]|[a-z][A-Z]|^[A-Z]{3,}$")  # PM2, IL6, mTOR, CRISPR


@cache
def everyday() -> frozenset[str]:
    """Words that name no concept."""
    text = files("watcher.proposal").joinpath("everyday.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@dataclass(frozen=True)
class Lexicon:
    """What tells an article's technical terms from its other words.

    `returning`: the words of two sentences at least, or of its title and one, in the singular, no everyday ones.
    `short_forms`: what it abbreviates, and how. `named`: terms that somebody else gave: keywords of the cited works.
    """

    returning: frozenset[str]
    short_forms: Mapping[str, str]
    named: tuple[str, ...] = ()

    @staticmethod
    def of(title: str, sentences: Sequence[str], named: Iterable[str] = ()) -> Lexicon:
        """That of an article."""
        counted = Counter(
            form for sentence in sentences for form in {singular(word.text.lower()) for word in words(sentence)}
        )
        held = {word for word, number in counted.items() if number > 1}
        titled = {word for word in (singular(word.text.lower()) for word in words(title)) if counted[word]}
        long = {word for word in held | titled if len(word) > (2 if word in titled else 3)}
        returning = frozenset(word for word in long if not _is_everyday(word))
        terms = tuple(term for term in dict.fromkeys(named) if len(term) > 3 and not _is_everyday(term.lower()))
        return Lexicon(returning, abbreviations(" ".join(sentences)), terms)

    @cached_property
    def terms(self) -> tuple[tuple[str, str], ...]:
        """Each term as it may stand in a sentence, and in full; an abbreviation is held as it is written."""
        short = [(form, long) for short, long in self.short_forms.items() for form in (long, short)]
        return tuple(dict.fromkeys([*short, *((term, term) for term in self.named)]))


def concepts(text: str, lexicon: Lexicon) -> list[tuple[int, Concept]]:
    """What a sentence speaks of, by where it is said: what the vocabulary knows, and terms of the article's own."""
    found = words(text)
    known = [(a, b, concept) for a, b, concept in match(found)]
    known += _defined(text, found, {at for a, b, _ in known for at in range(a, b)}, lexicon)
    taken = {at for a, b, _ in known for at in range(a, b)}
    said = [(found[a].start, found[b - 1].end, concept) for a, b, concept in known]
    for run in _runs(text, found, taken, lexicon.returning):
        start, end = run[0].start, run[-1].end
        said.append((start, end, _concept(text[start:end])))
    said.sort(key=lambda each: each[0])
    return [(start, _as_said(concept, text[start:end], lexicon)) for start, end, concept in said]


def _defined(text: str, found: Sequence[Word], taken: set[int], lexicon: Lexicon) -> Iterator[tuple[int, int, Concept]]:
    """What the article abbreviates, and what is a keyword: a term for certain."""
    for form, long in lexicon.terms:
        for place in re.finditer(rf"\b{re.escape(form)}\b", text, 0 if form in lexicon.short_forms else re.IGNORECASE):
            held = [at for at, word in enumerate(found) if place.start() <= word.start < place.end()]
            if held and not taken & set(held):
                taken |= set(held)
                meant = next((concept for _, _, concept in match(words(long))), None)
                yield held[0], held[-1] + 1, meant or _concept(long)


def natural(heading: str) -> str:
    """A MeSH heading in the order of speech: "Wounds, Penetrating" is "Penetrating Wounds"."""
    return " ".join(reversed(heading.split(", ")))


def _is_everyday(word: str) -> bool:
    return word in everyday() or singular(word) in everyday()


def _runs(text: str, found: Sequence[Word], taken: set[int], returning: frozenset[str]) -> Iterator[list[Word]]:
    """Runs of words side by side, none of them known or everyday, of which one at least is technical."""
    named = {match.end() for match in _NAMED.finditer(text)}
    run: list[Word] = []
    for at, word in enumerate([*found, None]):
        joined = bool(run) and word is not None and re.fullmatch(r"[\s-]*", text[run[-1].end : word.start]) is not None
        content = word is not None and at not in taken and len(word.text) > 2 and not word.text.isdigit()
        content = content and word is not None and not _is_plain(word)
        if content and word is not None and (joined or not run):
            run.append(word)
            continue
        if joined and word is not None and at not in taken and singular(word.text.lower()) in _HEADS:
            yield [*run, word][-_LONGEST:]
        elif run and (run[0].start in named or any(_is_technical(each, returning) for each in run)):
            yield run[-_LONGEST:]
        run = [word] if content and word is not None else []


def _is_plain(word: Word) -> bool:
    lower = word.text.lower()
    return any(_is_everyday(form) for form in word.forms) or lower.endswith("ly")


def _is_technical(word: Word, returning: frozenset[str]) -> bool:
    lower = word.text.lower()
    if singular(lower) in returning or _SEEN.search(word.text):
        return True
    return len(lower) > 5 and _TECHNICAL.fullmatch(lower) is not None


def _concept(said: str) -> Concept:
    *rest, last = said.split()
    lower = last if _SEEN.search(last) else singular(last.lower())
    phrase = " ".join([*(word if _SEEN.search(word) else word.lower() for word in rest), lower])
    truncated = (
        f"{phrase}*" if truncation_counts(f"{phrase}*") and len(lower) > 3 and not _SEEN.search(last) else phrase
    )
    facet = Facet.PROBLEM if _PROBLEM.match(lower) else Facet.PROCESS if _PROCESS.match(lower) else Facet.AGENT
    ways = (phrase.lower(),)
    # Three letters are too few for PubMed to continue: bat, bats.
    written = (truncated, *spellings(truncated)) if len(phrase) != 3 or _SEEN.search(last) else (phrase, f"{phrase}s")
    return Concept(ways[0], facet, written, said=said, ways=ways, known=False)


def _as_said(concept: Concept, said: str, lexicon: Lexicon) -> Concept:
    """With the words that the article has for it, and its abbreviation there; two letters are too many things."""
    named = {singular(said.lower()), *(singular(way) for way in concept.ways)}
    short = [short for short, long in lexicon.short_forms.items() if len(short) > 2 and singular(long.lower()) in named]
    return replace(concept, phrases=tuple(dict.fromkeys([*concept.phrases, *short])), said=said)

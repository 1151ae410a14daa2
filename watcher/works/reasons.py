"""Why a work is related to the cited ones, in terms that a reader can check: which, and by which words they share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from watcher.told import Why
from watcher.works import citations
from watcher.works.hollow import CHECK_TAGS, HOLLOW, TAILS
from watcher.works.persons import share_author
from watcher.works.vocabulary import HEADING, WORD, pieces, term_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from watcher.models import CitedWork, Record, Work
    from watcher.works.relatedness import Profile, Vector

_MOST_SHARED, _LEAST_SHARED = 5, 3
_LONGEST_PHRASE = 3  # words
_LONGEST_ACRONYM = 6  # letters
_SHORTEST = 3  # letters of a stem that is a reason by itself: "il", "ii" and "17a" are none
_ALMOST_AS_NEAR = 0.8  # of the nearest: then two are named
_ROOT = 5  # letters: of "psoriasis" and "psoriatic" one is said
_TELLING = 0.25  # of what the first shared phrase counts for: what counts for less is said only to have three
_BETWEEN = frozenset(" -‐‑–")  # the words of one phrase
Phrase = tuple[str, ...]  # the terms of its words, or of one heading


class Reasons:
    """The cited works by number, with what is needed to say which of them a work is near to."""

    def __init__(self, profile: Profile, cited: Sequence[CitedWork], works: Mapping[int, Work]) -> None:
        """`works` are the stored ones of the cited, by number; of the others, `profile` has what is known of them."""
        self._profile, self._works = profile, works
        self._known = citations.numbers(cited, works)
        self._cited = {number: self._above_mean(vector) for number, vector in profile.cited.items()}
        self._phrases = {
            number: frozenset(phrase for phrase, _ in _phrases(record)) for number, record in profile.records.items()
        }

    def of(self, record: Record) -> Why:
        """What ties a record to the cited works; nothing where nothing does."""
        near, shared = self._near(record)
        return Why(
            near=near if shared else (),
            shared=shared,
            cites=citations.cites(record, self._known),
            by_author_of=tuple(
                number
                for number, work in sorted(self._works.items())
                if share_author(record.authors, work.record.authors)
            ),
        )

    def _near(self, record: Record) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """The one or two that it is nearest to, and what it shares with these."""
        above = self._above_mean(self._profile.vector(record))
        common = {
            number: {term: weight * above[term] for term, weight in cited.items() if term in above}
            for number, cited in self._cited.items()
        }
        counted = {number: sum(terms.values()) for number, terms in common.items()}
        nearest = sorted((number for number in counted if counted[number] > 0), key=lambda n: (-counted[n], n))[:2]
        near = tuple(sorted(n for n in nearest if counted[n] >= _ALMOST_AS_NEAR * counted[nearest[0]]))
        counts: Counter[str] = Counter()
        for number in near:
            counts.update(common[number])
        return near, self._shared(record, near, counts)

    def _above_mean(self, vector: Vector) -> Vector:
        """Of which words it has more than the archive's mean, and how much more."""
        mean = self._profile.archive.mean
        return {term: more for term, weight in vector.items() if (more := weight - mean.get(term, 0.0)) > 0}

    def _shared(self, record: Record, near: Sequence[int], counts: Mapping[str, float]) -> tuple[str, ...]:
        """The phrases and words that count for most, as the record writes them, no word twice.

        A single word is not enough: two works that have but one in common are hardly near.
        """
        theirs = set().union(*(self._phrases[number] for number in near))
        forms: dict[Phrase, Counter[str]] = {}
        for phrase, text in _phrases(record, {phrase[0] for phrase in theirs}):
            if phrase in theirs and phrase[0] in counts:
                forms.setdefault(phrase, Counter())[text] += 1
        value = {phrase: sum(counts.get(term, 0.0) for term in phrase) for phrase in forms if not _is_hollow(phrase)}
        chosen: list[str] = []
        used: set[str] = set()
        first = max(value.values(), default=0.0)
        for phrase in sorted(value, key=lambda phrase: (-value[phrase], -len(phrase), phrase)):
            if len(chosen) == _MOST_SHARED or (len(chosen) >= _LEAST_SHARED and value[phrase] < _TELLING * first):
                break
            if used.isdisjoint(said := {term[:_ROOT] for term in _words_said(phrase)}):
                used.update(said)
                chosen.append(_shown(forms[phrase]))
        return tuple(chosen) if len(chosen) > 1 or any(" " in each for each in chosen) else ()


def spelling(records: Iterable[Record]) -> dict[str, str]:
    """How the words of these records that may stand for a reason are commonly written, by their stems."""
    forms: dict[str, Counter[str]] = {}
    for record in records:
        for phrase, text in _phrases(record):
            if len(phrase) == 1 and not _is_hollow(phrase):
                forms.setdefault(phrase[0], Counter())[text] += 1
    return {term: _shown(counted) for term, counted in forms.items()}


def _phrases(record: Record, among: Container[str] | None = None) -> Iterator[tuple[Phrase, str]]:
    """Each run of up to three counted words that nothing but a space or hyphen parts, as its stems and its text; and
    each heading. With `among`, of these stems alone, which spares most of the work.
    """
    for text in pieces(record):
        run: list[tuple[str, int]] = []  # stems, and where their words begin
        end = 0
        for found in WORD.finditer(text):
            term = term_of(found[0].lower())
            if not term or (among is not None and term not in among):
                run = []
            else:
                if text[end : found.start()] not in _BETWEEN:
                    run = []
                end = found.end()
                run = [*run[1 - _LONGEST_PHRASE :], (term, found.start())]
                for first, (_, start) in enumerate(run):
                    yield tuple([each for each, _ in run[first:]]), text[start:end]
    for heading in record.mesh:
        yield (HEADING + heading.descriptor.lower(),), heading.descriptor


def _is_hollow(phrase: Phrase) -> bool:
    """Whether it is true of too much, or says too little, to be a reason."""
    if phrase[0].startswith(HEADING):
        return phrase[0].removeprefix(HEADING) in CHECK_TAGS
    if len(phrase) == 1:
        return phrase[0] in HOLLOW or len(phrase[0]) < _SHORTEST or phrase[0][0].isdecimal()
    return phrase[0] in HOLLOW or (phrase[-1] in HOLLOW and phrase[-1] not in TAILS)


def _words_said(phrase: Phrase) -> tuple[str, ...]:
    """Its stems; those of its words where it is a heading."""
    if not phrase[0].startswith(HEADING):
        return phrase
    return tuple(filter(None, map(term_of, WORD.findall(phrase[0].removeprefix(HEADING)))))


def _shown(forms: Counter[str]) -> str:
    """The commonest way in which a phrase is written, in small letters but for names such as CD34 and TGF-β."""
    commonest = max(forms, key=lambda form: (forms[form], form.islower(), form))
    return WORD.sub(lambda word: word[0] if _is_name(word[0]) else word[0].lower(), commonest)


def _is_name(word: str) -> bool:
    """Whether its capitals belong to it: "CD34", "miR", "VEGF", but not those of a title set in capitals."""
    if any(map(str.isdigit, word)):
        return True
    return not word[1:].islower() and (not word.isupper() or len(word) <= _LONGEST_ACRONYM)

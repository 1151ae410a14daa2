"""Units → drafts of queries: two or three blocks of concepts, all of which must occur, each in any of its ways."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.markup import plain
from watcher.proposal.phrases import Lexicon, concepts, natural
from watcher.proposal.units import Subject, Unit, distinct, same, subject_of, units_of
from watcher.proposal.vocabulary import Concept, Facet
from watcher.proposal.words import singular, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.article.reading import Article
    from watcher.models import Record

Block = tuple[Concept, ...]
_LONGEST_NAME = 40
_LONGEST_TITLE = 100
_MOST_BLOCKS = 3
_MOST_HEADINGS = 4  # of the cited works, beside those that are known for a concept
# Words that set what stands before them against what stands behind: these must both occur.
_AGAINST = re.compile(r"\b(?:against|targeting|because|needs?|requires?)\b")


@dataclass(frozen=True, slots=True)
class Draft:
    """A query as it is thought of. `sentences` are what it follows, `cites` the numbers of their sources."""

    name: str
    title: str
    sentences: tuple[str, ...]
    cites: tuple[int, ...]
    blocks: tuple[Block, ...]


def drafts_of(article: Article, cited: Mapping[int, Record] | None = None) -> tuple[Subject, list[Draft]]:
    """The subject of the article, and a draft for each of its units that has two blocks.

    `cited` are the PubMed records of its sources, by number: their keywords and headings are terms that the article
    may use, their headings stand beside its words, and their titles speak where a statement says too little.
    """
    cited = cited or {}
    given = [name for record in cited.values() for name in (*record.keywords, *map(natural, _headings(record)))]
    lexicon = Lexicon.of(article.title, article.sentences, given)
    subject = subject_of(article, lexicon)
    found: list[Draft] = []
    for unit in units_of(article, subject, lexicon):
        records = [cited[number] for number in unit.cites if number in cited]
        blocks = _blocks(unit, subject)
        if len(blocks) < 2:
            blocks = _apart([*blocks, *_told_by_titles(records, blocks, lexicon)])
        blocks = tuple(tuple(_with_headings(concept, records) for concept in block) for block in blocks)
        twin = next((at for at, draft in enumerate(found) if _keys(draft.blocks) == _keys(blocks)), None)
        if twin is not None:
            cites = tuple(sorted({*found[twin].cites, *unit.cites}))
            found[twin] = replace(found[twin], sentences=(*found[twin].sentences, *unit.sentences), cites=cites)
        elif len(blocks) > 1:
            name = _unique(_name(blocks, subject), [draft.name for draft in found])
            found.append(Draft(name, _title(blocks), tuple(unit.sentences), unit.cites, blocks))
    return subject, found


def draft_of_title(title: str) -> Draft | None:
    """The words of a title alone, each a block, for an article of whose statements nothing can be made.

    None where the title has no word.
    """
    lexicon = Lexicon.of(title, [title])
    found = distinct(concept for _, concept in concepts(title, lexicon))
    if not found:
        long = sorted({word.text.lower() for word in words(title)}, key=lambda word: -len(word))[:_MOST_BLOCKS]
        found = tuple(Concept(word, Facet.AGENT, (word,), said=word, ways=(word,), known=False) for word in long)
    blocks = tuple((concept,) for concept in found[:_MOST_BLOCKS])
    return Draft(_name(blocks, Subject(())), _title(blocks), (title,), (), blocks) if blocks else None


def _headings(record: Record) -> list[str]:
    return [heading.descriptor for heading in record.mesh]


def _with_headings(concept: Concept, records: Sequence[Record]) -> Concept:
    """With headings of the cited works that say it in its own words: "Stem Cell Transplantation" of stem cells.

    A single word must be all of the heading, for "Skin Neoplasms" are no skin.
    """
    ways = [{singular(word) for word in way.split()} for way in concept.ways]
    more = []
    for heading in dict.fromkeys(name for record in records for name in _headings(record)):
        said = {singular(word.text.lower()) for word in words(heading)}
        if any(way == said or (len(way) > 1 and way < said) for way in ways):
            more.append(heading)
    return replace(concept, headings=tuple(dict.fromkeys([*concept.headings, *more[:_MOST_HEADINGS]])))


def _told_by_titles(records: Sequence[Record], blocks: Sequence[Block], lexicon: Lexicon) -> list[Block]:
    """The first concept of a cited work's title that is of another facet than those that there are."""
    facets = {concept.facet for block in blocks for concept in block}
    titled = [concept for record in records for _, concept in concepts(plain(record.title), lexicon)]
    other = [concept for concept in titled if concept.known and concept.facet not in {*facets, Facet.METHOD}]
    return [tuple(other[:1])] if other and blocks else []


def _blocks(unit: Unit, subject: Subject) -> tuple[Block, ...]:
    """What acts, what one is exposed to, and what comes of it or where; where the unit is silent, the subject's."""
    agents, exposures = unit.of(Facet.AGENT), unit.of(Facet.EXPOSURE)
    outcome, processes = _outcome(unit, subject)
    if not agents:
        agents = [concept for concept in unit.inherited if not exposures or concept not in subject]
    if not agents and not exposures:
        agents = _besides(subject.of(Facet.AGENT), outcome)
    if not agents and not exposures:
        exposures = _besides(subject.of(Facet.EXPOSURE), outcome)
    alone = _is_general(agents, subject) and not unit.of(Facet.AGENT) and _is_special(outcome, subject)
    if alone and not any(_overlap(process, outcome) for process in processes):
        # "Too much of it leads to …, where … grows": the subject, or what is said to go on there.
        agents += processes
    if not outcome:  # a title of things alone: what is new of the one that it names first
        outcome = subject.chief
        agents = [c for c in (*agents, *processes) if not any(same(c, chief) for chief in outcome)]
    special = [concept for concept in exposures if concept not in subject]
    general = _besides([concept for concept in exposures if concept in subject], special)
    blocks = [block for block in (tuple(agents), tuple(special), tuple(general), outcome) if block]
    if len(blocks) < _MOST_BLOCKS:
        blocks += [block for block in (tuple(unit.of(Facet.FORM)),) if block]
    if len(blocks) < _MOST_BLOCKS and not any(_is_special(block, subject) for block in blocks) and processes:
        blocks.append(tuple(processes[:1]))  # the rest is how it comes about
    held = [concept for block in blocks for concept in block]
    if len(blocks) < _MOST_BLOCKS and not any(_overlap(own, held) for own in subject.concepts):
        blocks.append(subject.chief)
    return _unlisted(_apart([block for block in blocks if block]), unit)


def _unlisted(blocks: tuple[Block, ...], unit: Unit) -> tuple[Block, ...]:
    """With two blocks of one whose concepts a sentence does not list but sets against each other: an antibody against a
    peptide.
    """
    for at, block in enumerate(blocks):
        for cut in range(1, len(block)):
            if len(blocks) < _MOST_BLOCKS and _set_against(block[cut - 1], block[cut], unit.sentences):
                return _unlisted((*blocks[:at], block[:cut], block[cut:], *blocks[at + 1 :]), unit)
    return blocks


def _set_against(one: Concept, other: Concept, sentences: Sequence[str]) -> bool:
    """Whether a sentence has the two with a word between them that makes no list."""
    said = re.compile(rf"\b{re.escape(one.said)}\b([^.;:]*?)\b{re.escape(other.said)}\b")
    return any(_AGAINST.search(found[1]) for sentence in sentences for found in said.finditer(sentence))


def _outcome(unit: Unit, subject: Subject) -> tuple[Block, list[Concept]]:
    """What it is about on the other side, and the processes that are left.

    A problem or place; a process (memory, learning) where the title's own outcome is one. The subject's place is left
    out beside a problem, for a burn is of the skin anyway; and another place beside the subject's own.
    """
    things = unit.of(Facet.PROBLEM, Facet.PLACE)
    processes = [process for process in unit.of(Facet.PROCESS) if process not in subject]
    if not subject.outcome and subject.of(Facet.PROCESS):
        if special := [concept for concept in things if concept.facet is Facet.PROBLEM]:
            return tuple(special), processes
        titled = subject.of(Facet.PROCESS)
        return (*titled, *_besides(processes, titled)), []
    problems = [concept for concept in things if concept.facet is Facet.PROBLEM and concept not in subject]
    own = [concept for concept in things if concept in subject]
    if own and not problems:
        things = own
    elif place := next((place for place in subject.of(Facet.PLACE) if _overlap(place, problems)), None):
        # Heart failure and diabetes: of the heart, and not of muscle, which the sentence names as well.
        things = [
            concept if concept in subject or _overlap(place, [concept]) else replace(concept, within=place)
            for concept in things
            if concept.facet is Facet.PROBLEM
        ]
    if _is_special(things, subject):
        return tuple(c for c in things if c not in subject or c.facet is Facet.PROBLEM), processes
    chief = [c for c in things if c.facet is Facet.PROBLEM or any(same(c, own) for own in subject.outcome)]
    return tuple(chief or things) or subject.outcome, processes


def _besides(concepts: Sequence[Concept], others: Sequence[Concept]) -> list[Concept]:
    """Those that are not said with the words of the others already: no sleep beside deep sleep."""
    return [concept for concept in concepts if not _overlap(concept, others)]


def _is_special(concepts: Sequence[Concept], subject: Subject) -> bool:
    return any(concept not in subject for concept in concepts)


def _is_general(concepts: Sequence[Concept], subject: Subject) -> bool:
    return bool(concepts) and not _is_special(concepts, subject)


def _overlap(concept: Concept, others: Sequence[Concept]) -> bool:
    """Whether a concept is said with the words of another, or shares a heading: "heal*" of "wound heal*"."""
    phrases = [phrase for other in others for phrase in other.phrases]
    headings = {heading for other in others for heading in other.headings}
    return bool(headings & set(concept.headings)) or any(
        f" {phrase}" in f" {other}" for phrase in concept.phrases for other in phrases
    )


def _apart(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks without the concepts of one before, for what must occur anyway narrows nothing."""
    kept: list[Block] = []
    for block in blocks:
        before = [concept for other in kept for concept in other]
        left = distinct(c for c in block if not any(c.key == other.key for other in before))
        kept += [left] if left else []
    return tuple(kept)


def _keys(blocks: Sequence[Block]) -> list[list[str]]:
    return [sorted(concept.key for concept in block) for block in blocks]


def _name(blocks: Sequence[Block], subject: Subject) -> str:
    """By what is special in it: "burn-diabetic-sore"."""
    ordered = [concept for block in reversed(blocks) for concept in block]
    special = [concept for concept in ordered if concept not in subject] or ordered
    name = ""
    for concept in special:
        longer = f"{name}-{concept.key}".strip("-")
        if len(longer) <= _LONGEST_NAME or not name:
            name = longer
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "query"


def _title(blocks: Sequence[Block]) -> str:
    """In the article's words: "Mesenchymal stem cells, exosomes · burns, diabetic sores"."""
    title = " · ".join(", ".join(dict.fromkeys(map(_shown, block))) for block in blocks)
    title = title[:1].upper() + title[1:]
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _shown(concept: Concept) -> str:
    """As the article says it; what goes on, by its noun. Names keep their capitals, and a title's words do not."""
    if not concept.said or concept.facet is Facet.PROCESS:
        return concept.key
    plain_case = concept.said[:1].lower() + concept.said[1:]
    return concept.said if any(letter.isupper() for letter in plain_case) else plain_case


def _unique(name: str, taken: Sequence[str]) -> str:
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique

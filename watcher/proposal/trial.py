"""What trying a draft on PubMed says of it, and how one that finds too much is made narrower: decisions alone.

The one who tries gives two counts, so that nothing here asks anybody: how many works a term finds at all, and how many
new ones a week.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from watcher.proposal.drafts import Draft
from watcher.proposal.terms import block_terms, joined, phrase_term, term_of
from watcher.proposal.units import Subject, same

Count = Callable[[str], int]
Weekly = Callable[[str], float]

_BROAD = 0.33  # of what its block finds: a synonym that brings more of it than that is a broad one
_MANY = 1_000  # works that a block finds by itself
_MOST_DROPPED = 3  # ways of one block


@dataclass(frozen=True, slots=True)
class Tried:
    """A draft with its term. `per_week` is None where it was not tried; `remarks` is what was found and done."""

    draft: Draft
    term: str
    per_week: float | None = None
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    """A term in the making: its blocks as ways, and what was done to them."""

    blocks: list[list[str]]
    remarks: list[str] = field(default_factory=list)

    @property
    def term(self) -> str:
        return joined(self.blocks)


def untried(draft: Draft) -> Tried:
    """A draft as the article alone makes it."""
    return Tried(draft, term_of(draft.blocks))


def tried(draft: Draft, subject: Subject, most: float, count: Count, weekly: Weekly) -> Tried | None:
    """A draft after its trial: ways without a hit are dropped, and above `most` works a week it is narrowed.

    None where fewer than two blocks find anything.
    """
    alive = [[way for way in block_terms(block) if count(way)] for block in draft.blocks]
    dead = [way for block in draft.blocks for way in block_terms(block) if not count(way)]
    work = _Work([block for block in alive if block])
    if dead:
        work.remarks.append(f"without a hit on PubMed, left out: {', '.join(dict.fromkeys(dead))}")
    if len(work.blocks) < 2:
        return None
    while len(work.blocks) > 2 and not count(work.term) and _is_telling(work.blocks, count):
        work.remarks.append(f"together nothing on PubMed, so without: {' OR '.join(work.blocks.pop())}")
    per_week = weekly(work.term)
    for narrower in _narrower(work, draft, subject, count):
        if per_week <= most:
            break
        fewer = weekly(narrower.term)
        # A step that loses next to nothing, or all, is no help to anybody.
        if 0 < fewer < 0.95 * per_week:
            work.blocks, work.remarks = narrower.blocks, narrower.remarks
            per_week = fewer
    if per_week > most:
        work.remarks.append(f"still more than {most:g} a week: add a block, or take [ti] for [tiab]")
    return Tried(draft, work.term, per_week, tuple(work.remarks))


def _is_telling(blocks: list[list[str]], count: Count) -> bool:
    """Whether it tells something that blocks never meet: of few works, few would by chance."""
    return all(count(joined([block])) >= _MANY for block in blocks)


def _narrower(work: _Work, draft: Draft, subject: Subject, count: Count) -> Iterator[_Work]:
    """Each next step, from the work as it is by then: the subject, the broadest ways, titles alone."""
    held = [concept for block in draft.blocks for concept in block]
    for concept in subject.concepts:
        if not any(same(concept, own) or concept.facet is own.facet for own in held):
            ways = [way for way in block_terms((concept,)) if count(way)]
            if ways:
                remark = f"narrowed to the article's subject: {concept.said or concept.key}"
                yield _Work([*work.blocks, ways], [*work.remarks, remark])
    names = {phrase_term(concept.phrases[0]) for concept in (*held, *subject.concepts)}
    for at in range(len(work.blocks)):
        for _ in range(_MOST_DROPPED):
            if (broadest := _broadest(work.blocks[at], names, count)) is None:
                break
            blocks = [list(block) for block in work.blocks]
            blocks[at].remove(broadest)
            yield _Work(blocks, [*work.remarks, f"narrowed: without {broadest}"])
            if broadest in work.blocks[at]:
                break
    for at in sorted(range(len(work.blocks)), key=lambda at: -count(joined([work.blocks[at]]))):
        blocks = [list(block) for block in work.blocks]
        blocks[at] = [way.replace("[tiab]", "[ti]").replace("[mh]", "[majr]") for way in blocks[at]]
        shown = work.blocks[at][0].partition("[")[0]
        yield _Work(
            blocks, [*work.remarks, f"narrowed: {shown} and what stands with it, in titles or as a major topic"]
        )


def _broadest(ways: list[str], names: set[str], count: Count) -> str | None:
    """The synonym that brings more than a third of what its block finds; None where there is none.

    The names of the concepts themselves are no synonyms.
    """
    broadest = max((way for way in ways if way not in names), key=count, default=None)
    return broadest if broadest and count(broadest) > _BROAD * count(joined([ways])) else None

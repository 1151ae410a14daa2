"""An article → cited works and queries, tried on PubMed where it can be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from watcher.article.reading import Statement
from watcher.errors import SourceError
from watcher.pipeline.resolve import Resolved, by_text, resolve
from watcher.proposal.drafts import drafts_of
from watcher.proposal.trial import Tried, tried, untried
from watcher.sources.eutils import Eutils
from watcher.sources.pubmed import NEW_YORK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.article.reading import Article
    from watcher.proposal.drafts import Draft
    from watcher.proposal.vocabulary import Concept
    from watcher.sources.http import Client

DAYS = 90  # over which the weekly volume is counted
_SMALL = 10  # works within these days: with fewer, three years are counted, where there are more
_YEARS = 3
_MAPPED = re.compile(r'"([^"]+)"\[MeSH Terms\]')  # in what ESearch says of a search without tags
_MOST_HEADINGS = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be written. `unchecked` says why PubMed was not asked, or no more; `dropped` which queries went.

    `entries` are the sources as the article's list has them, by number; `silent` the runs of statements, each under its
    mark, of which no query came; `uncited` the numbers of the sources that no statement cites.
    """

    title: str
    sources: tuple[Resolved, ...]
    queries: tuple[Tried, ...]
    unchecked: str = ""
    dropped: tuple[str, ...] = ()
    entries: dict[int, str] = field(default_factory=dict)
    silent: tuple[tuple[Statement, ...], ...] = ()
    uncited: tuple[int, ...] = ()


@dataclass
class Pubmed:
    """PubMed as a trial needs it: each question once. Both counts raise SourceError."""

    eutils: Eutils
    now: datetime
    known: dict[str, int] = field(default_factory=dict)

    def count(self, term: str) -> int:
        """How many works a term finds."""
        if term not in self.known:
            self.known[term] = self.eutils.count(term).count
        return self.known[term]

    def weekly(self, term: str) -> float:
        """New works a week: over the last 90 days, or over three years where those hold hardly any."""
        recent = self._since(term, DAYS)
        if recent >= _SMALL:
            return recent * 7 / DAYS
        return max(recent * 7 / DAYS, self._since(term, _YEARS * 365) * 7 / (_YEARS * 365))

    def with_headings(self, draft: Draft) -> Draft:
        """With the MeSH headings to which PubMed itself maps the words that the vocabulary does not know."""
        blocks = tuple(tuple(map(self._mapped, block)) for block in draft.blocks)
        return replace(draft, blocks=blocks)

    def _mapped(self, concept: Concept) -> Concept:
        if concept.known or concept.headings:
            return concept
        return replace(concept, headings=mapped_headings(self.eutils.count(concept.key).translation, concept.key))

    def _since(self, term: str, days: int) -> int:
        today = self.now.astimezone(NEW_YORK).date()
        span = f"{today - timedelta(days=days):%Y/%m/%d}:{today:%Y/%m/%d}"
        return self.count(f"({term}) AND ({span}[crdt] OR {span}[edat])")


def mapped_headings(translation: str, phrase: str) -> tuple[str, ...]:
    """The MeSH headings in what ESearch made of an untagged phrase; none where it took the phrase's words apart.

    Mapped as a whole, it stands there as a whole besides: NLM, PubMed Help, "Automatic Term Mapping".
    """
    if f'"{phrase.lower()}"[all fields]' not in translation.lower():
        return ()
    return tuple(dict.fromkeys(found[1] for found in _MAPPED.finditer(translation)))[:_MOST_HEADINGS]


def propose(
    article: Article,
    eutils: Eutils | None,
    client: Client,
    *,
    email: str,
    now: datetime,
    per_week: float,
    progress: Callable[[str], None],
) -> Proposal:
    """The whole way. Without `eutils`, or where PubMed cannot be reached, by the article alone."""
    sources, unchecked = by_text(article.sources), "" if eutils else "it was not to be asked (--offline)"
    if eutils is not None:
        try:
            progress("asking PubMed")
            eutils.count("1[uid]")
            sources = resolve(article.sources, eutils, client, email, progress)
        except SourceError as error:
            unchecked = str(error)
    records = {each.cited.number: each.record for each in sources if each.record is not None}
    subject, drafts = drafts_of(article, records)
    queries: list[Tried] = []
    dropped: list[str] = []
    pubmed = Pubmed(eutils, now) if eutils is not None else None
    for number, draft in enumerate(drafts, 1):
        if pubmed is None or unchecked:
            queries.append(untried(draft))
            continue
        progress(f"trying {number} of {len(drafts)} queries: {draft.name}")
        try:
            done = tried(pubmed.with_headings(draft), subject, per_week, pubmed.count, pubmed.weekly)
        except SourceError as error:
            unchecked = str(error)
            queries.append(untried(draft))
            continue
        if done is None:
            dropped.append(draft.name)
        else:
            queries.append(done)
    entries = {source.number: source.text for source in article.sources}
    return Proposal(
        article.title, tuple(sources), tuple(queries), unchecked, tuple(dropped), entries, _silent(article, drafts),
        _uncited(article),
    )  # fmt: skip


def _silent(article: Article, drafts: Sequence[Draft]) -> tuple[tuple[Statement, ...], ...]:
    followed = {sentence for draft in drafts for sentence in draft.sentences}
    runs = [tuple(run) for _, run in groupby(article.statements, key=lambda statement: statement.group)]
    return tuple(run for run in runs if not any(statement.text in followed for statement in run))


def _uncited(article: Article) -> tuple[int, ...]:
    cited = {number for statement in article.statements for number in statement.cites}
    return tuple(source.number for source in article.sources if source.number not in cited)

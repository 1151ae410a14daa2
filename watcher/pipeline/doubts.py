"""What is doubtful in a term by the answers that it gets: phrases and headings that PubMed, or the store, has not."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from watcher.config import in_file
from watcher.terms.fields import WORDS, Field
from watcher.terms.fold import fold
from watcher.terms.term import Term
from watcher.terms.tokens import problem_at
from watcher.terms.tree import leaves
from watcher.terms.written import in_full

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.errors import Problem
    from watcher.settings import Settings
    from watcher.sources.eutils import Eutils
    from watcher.sources.pubmed import Found
    from watcher.store.store import Store
    from watcher.terms.tree import Leaf

TELLING = 200  # works that a query has matched: what none of fewer holds may only be rare
_MESH = frozenset({Field.MESH, Field.MESH_MAJOR})


def of_store(store: Store, settings: Settings) -> Iterator[Problem]:
    """Phrases that nothing stored holds, of queries that have matched enough works to tell. Headings are left out, for
    PubMed also finds the narrower ones.
    """
    records, _ = store.texts.seen_since(None)
    for name, term in settings.terms.items():
        matched = store.matches.count(name)
        if matched < TELLING:
            continue
        for leaf in leaves(Term.parse(term.text).parsed.root, positive=True):
            if leaf.tag.field not in WORDS:
                continue
            decided = records.decide(leaf)
            if not decided.true | decided.open:
                message = (
                    f"nothing that is stored holds {in_full(leaf)}, though {matched} works match the query: look "
                    f"whether it is misspelt, or take it away; `watcher preview {name} --online` tells what it brings "
                    "on PubMed"
                )
                yield in_file(problem_at(term.text, leaf.at, message), term.place, name)


def of_pubmed(
    eutils: Eutils, found: Found, name: str, settings: Settings, headings: Iterable[str]
) -> Iterator[Problem]:
    """What PubMed's answer to a query says of its phrases; each of those in doubt is asked about by itself. Known
    headings, folded, are suggested for one that is wrong and looks like them. Raises SourceError.
    """
    term = settings.terms[name]
    missing = {fold(phrase.rpartition("[")[0] or phrase) for phrase in found.missing}
    read = _headings_in(found.translation)
    for leaf in leaves(Term.parse(term.text).parsed.root):
        message = ""
        if fold(leaf.text) in missing:
            message = _of_missing(eutils, leaf, headings)
        elif leaf.tag.field in _MESH and "*" not in leaf.text and fold(leaf.text) not in read:
            message = _of_entry_term(eutils, leaf)
        if message:
            yield in_file(problem_at(term.text, leaf.at, message), term.place, name)


def _of_missing(eutils: Eutils, leaf: Leaf, headings: Iterable[str]) -> str:
    answer = eutils.esearch(in_full(leaf))
    if leaf.tag.field in _MESH:
        like = " or ".join(f'"{one}"[mh]' for one in difflib.get_close_matches(fold(leaf.text), list(headings), n=3))
        return (
            f"there is no MeSH heading {leaf.text}: "
            + (f"did you mean {like}? Else look" if like else "look")
            + f" it up at https://meshb.nlm.nih.gov, or write it as words, {leaf.text}[tiab]"
        )
    if answer.count == 0:
        return f"nothing in PubMed holds {in_full(leaf)}: look whether it is misspelt, or take it away"
    near = f'"{leaf.text}"[{"ti" if leaf.tag.field is Field.TITLE else "tiab"}:~0]'
    return (
        f"PubMed does not know {in_full(leaf)} as a phrase, and looks for its words wherever they stand "
        f"({answer.count:,} works): write {near} for words next to each other"
    )


def _of_entry_term(eutils: Eutils, leaf: Leaf) -> str:
    """Of a heading that PubMed has not taken as it stands."""
    read = eutils.esearch(in_full(leaf)).translation
    if fold(leaf.text) in _headings_in(read) or not _headings_in(read):
        return ""
    return f"{leaf.text} is no heading itself: PubMed reads it as {read}; write that, for here it is not known"


def _headings_in(translation: str) -> set[str]:
    """The headings of a term as PubMed has read it, folded: "wounds and injuries"[MeSH Terms]."""
    return {fold(heading) for heading in re.findall(r'"([^"]*)"\[mesh', translation, re.IGNORECASE)}

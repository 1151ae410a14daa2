"""What is shown of an abstract: its conclusions first, and the phrases that matched made bold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.digest.richtext import RichText, Run, clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.models import Passage

LENGTH = 300  # characters of an excerpt
_ENOUGH = 200  # after so many no other passage is begun
_FIELD = re.compile(r"\[[^\]]*\]\s*$")  # "[tiab]", "[mh:noexp]", "[tiab:~3]"
_CONCLUSIONS = re.compile(r"conclu|interpretation|significance|implication|take.?home", re.IGNORECASE)
_RESULTS = re.compile(r"result|finding", re.IGNORECASE)
_MOST_PHRASES = 50
_BETWEEN = r"[\s\-‐‑–]+"


def excerpt(abstract: Iterable[Passage]) -> RichText:
    """About 300 characters: conclusions, then results, then the rest as it stands; labels kept ("Conclusions: …")."""
    return readable(sorted(abstract, key=_rank), _ENOUGH).cut(LENGTH)


def readable(abstract: Iterable[Passage], enough: int | None = None) -> RichText:
    """Its passages in their order, each after its label; none is begun after `enough` characters."""
    whole = RichText()
    for passage in abstract:
        label = clean(passage.label, 60)
        lead = f"{label.capitalize() if label.isupper() else label}: " if label else ""
        text = RichText.read(passage.text)
        if not text:
            continue
        whole += RichText((Run((" " if whole else "") + lead),)) + text
        if enough is not None and len(whole.text) > enough:
            break
    return whole


def _rank(passage: Passage) -> int:
    if _CONCLUSIONS.search(passage.label):
        return 0
    return 1 if _RESULTS.search(passage.label) else 2


def words_of(phrase: str) -> str:
    """A phrase for readers: without the quotation marks and the field tag of its term."""
    return clean(_FIELD.sub("", phrase.strip()).strip().strip('"“”'), 80)


def pattern_of(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Where the phrases stand in a text: whole words, any case, spaces or hyphens between, * for any ending."""
    alternatives = []
    for phrase in phrases:
        words = [word for word in re.split(_BETWEEN, words_of(phrase)) if word.strip("*")]
        if words:
            alternatives.append(_BETWEEN.join(_word(word) for word in words))
    if not alternatives:
        return None
    alternatives.sort(key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives[:_MOST_PHRASES])})(?!\w)", re.IGNORECASE)


def _word(word: str) -> str:
    """Only a closing * truncates, as in PubMed; several within a word would make the search explode."""
    return re.escape(word.replace("*", "")) + (r"\w*" if word.endswith("*") else "")

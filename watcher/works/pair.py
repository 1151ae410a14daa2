"""Two records, and what of them agrees: what the rules of `comparison` and `by_title` look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from watcher.works import places, titles
from watcher.works.names import Agreement, agreement
from watcher.works.sketches import resemblance
from watcher.works.titles import DISTINCT, LONG, Likeness

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.works.signature import Signature


T = TypeVar("T")


class Once(Generic[T]):
    """A property that is found when it is first asked for: functools.cached_property without the lock, which took as
    long as most of these take (and is gone in Python 3.12).
    """

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find, self._name = find, find.__name__

    def __get__(self, pair: Any, owner: type) -> T:
        found = pair.__dict__[self._name] = self._find(pair)
        return found


class Pair:
    """Two records, how alike their titles are, and what else agrees in them: what takes long is looked at when a rule
    asks for it, and once. None: one of them does not say. Volumes and issues agree by a figure that they share.
    """

    def __init__(self, a: Signature, b: Signature, likeness: Likeness) -> None:
        self.a, self.b, self.likeness = a, b, likeness
        self.volume = bool(a.volume & b.volume) if a.volume and b.volume else None
        self.issue = bool(a.issue & b.issue) if a.issue and b.issue else None
        self.page = a.page == b.page if a.page and b.page else None

    @Once
    def who(self) -> Agreement:
        """How far the authors agree."""
        return agreement(self.a.names, self.b.names)

    @Once
    def text(self) -> float | None:
        """Which part of the texts is the same."""
        return resemblance(self.a.text, self.b.text)

    @Once
    def journal(self) -> bool | None:
        """Whether the journals may be one."""
        return _same_journal(self.a, self.b)

    @Once
    def years(self) -> int | None:
        """How many years lie between them."""
        return abs(self.a.year - self.b.year) if self.a.published and self.b.published else None

    @property
    def agreeing(self) -> int:
        """How much of the place agrees."""
        return (self.journal is True) + (self.volume is True) + 2 * (self.page is True)

    @property
    def conflicting(self) -> int:
        """How much of the place contradicts."""
        issue = self.issue is False and self.page is not True
        return (self.journal is False) + (self.volume is False) + 2 * (self.page is False) + issue

    @property
    def text_alike(self) -> bool:
        """Whether nearly all of the text is the same."""
        return self.text is not None and self.text > 0.8

    @property
    def other_text(self) -> bool:
        """Whether both texts are known, and have next to nothing in common."""
        return self.text is not None and self.text < 0.1

    @property
    def substitutions(self) -> int:
        """How many words of the titles differ."""
        return titles.substitutions(self.a.title, self.b.title)

    @property
    def reworded(self) -> bool:
        """Whether words of the titles differ and neither text nor time explains it: one group's abstracts in a
        supplement differ so, and so do the titles of an article ahead of print and in print.
        """
        if self.likeness is Likeness.EXACT or (self.text or 0) > 0.4 or not self.substitutions:
            return False
        edited = self.likeness is Likeness.NEAR and self.who is Agreement.ALL and bool(self.a.page) != bool(self.b.page)
        return not (edited and self.text is None)

    @property
    def near_in_time(self) -> bool:
        """Not known to be more than a year apart."""
        return self.years is None or self.years <= 1

    @property
    def short(self) -> bool:
        """Whether one title is such that many works have it."""
        return min(len(self.a.title), len(self.b.title)) < LONG

    @property
    def distinct(self) -> bool:
        """Whether the titles are long enough to be one work's alone."""
        return min(len(self.a.title), len(self.b.title)) >= DISTINCT

    @property
    def both_preprints(self) -> bool:
        """Whether both are preprints, and not versions under one DOI."""
        return self.a.preprint and self.b.preprint

    @property
    def both_unplaced(self) -> bool:
        """Whether neither says where it appeared."""
        return not self.a.placed and not self.b.placed

    @property
    def one_unplaced(self) -> bool:
        """Whether one of them does not say where it appeared."""
        return not self.a.placed or not self.b.placed

    @property
    def where(self) -> str:
        """What of the place they share, for a person."""
        shared = [
            f"volume {'/'.join(sorted(self.a.volume & self.b.volume))}" if self.volume else "",
            f"page {self.a.page}" if self.page else "",
            str(self.a.year) if self.years == 0 else "",
        ]
        return ", ".join(filter(None, shared))


def _same_journal(a: Signature, b: Signature) -> bool | None:
    found = places.same_journal(a.journal, b.journal)
    if found is False and (a.abbreviation or b.abbreviation):
        return any(places.same_journal(x, y) for x in (a.journal, a.abbreviation) for y in (b.journal, b.abbreviation))
    return found

"""Conditions on authors, by PubMed's form of a name: the family name, a space, and initials ("smith ja")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.terms.fields import Field
from watcher.terms.fold import fold
from watcher.terms.pattern import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Author
    from watcher.terms.searchable import Searchable
    from watcher.terms.tree import Phrase

_SUFFIXES = (" jr", " sr", " 2nd", " 3rd", " 4th", " ii", " iii")


@dataclass(frozen=True, slots=True)
class Named:
    """An author of a name. Initials may be cut short ("smith j" finds Smith JA) or left out, unless `exact`.

    `full`: the whole given name, in either order ("julia s wong", "wong julia s").
    """

    sought: str
    which: Field
    exact: bool
    truncated: bool

    def check(self, searched: Searchable) -> bool:
        """Whether one is an author of the record."""
        return any(True for _ in self.places(searched))

    def places(self, searched: Searchable) -> Iterator[Span]:
        """The authors who fit, whole."""
        people = [(index, author) for index, author in enumerate(searched.record.authors) if not author.collective]
        if self.which is Field.FIRST_AUTHOR:
            people = people[:1]
        elif self.which is Field.LAST_AUTHOR:
            people = people[-1:]
        fits = self._fits_in_full if self.which is Field.FULL_AUTHOR else self._fits
        for index, author in people:
            if fits(author):
                yield Span("authors", index, 0, len(str(author)))

    def _fits(self, author: Author) -> bool:
        return any(self._is(family, initials) for family, initials in _readings(author))

    def _is(self, family: str, initials: str) -> bool:
        name = f"{family} {initials}".rstrip()
        if self.truncated:
            return name.startswith(self.sought)
        if self.exact:
            return name == self.sought
        return self.sought == family or (self.sought.startswith(family + " ") and name.startswith(self.sought))

    def _fits_in_full(self, author: Author) -> bool:
        family, given = fold(author.family), fold(author.given)
        ways = (f"{family} {given} ", f"{given} {family} ")
        return self.sought in (family, given) or any(way.startswith(self.sought + " ") for way in ways)


def author_condition(phrase: Phrase) -> Named:
    """A phrase in one of the author fields."""
    sought = fold(phrase.text)
    for suffix in _SUFFIXES:
        sought = sought.removesuffix(suffix)
    return Named(sought, phrase.tag.field, phrase.quoted, phrase.text.endswith("*"))


def _readings(author: Author) -> Iterator[tuple[str, str]]:
    """Family name and initials, folded; where a source gave one whole name, its last word may be the family's."""
    family = fold(author.family)
    initials = fold(author.initials).replace(" ", "") or "".join(word[0] for word in fold(author.given).split())
    yield family, initials
    if not initials and " " in family:
        *given, last = family.split()
        yield last, "".join(word[0] for word in given)
        if author.family.rstrip().endswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ.")):
            yield " ".join(given), last

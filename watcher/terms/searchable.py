"""A record made ready to be searched: its texts folded once, when first asked for, and shared by all the terms."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from watcher import markup
from watcher.terms.fold import fold_name, spans, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Record

# Truncation needs four characters at least (PubMed's help), so that these can be looked up before any scan.
STEM = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a record, plain: the title, the abstract's passage `index`, a keyword, …"""

    field: str
    index: int
    text: str


class Line:
    """The folded words of a piece between spaces, and the way back from there to the plain text."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.words = spans(piece.text)
        self.text = f" {' '.join([word for word, _, _ in self.words])} "
        self._offsets = list(accumulate((len(word) + 1 for word, _, _ in self.words), initial=1))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the plain text stand the words from `start` to `end` of the folded one."""
        first, last = bisect_left(self._offsets, start), bisect_left(self._offsets, end) - 1
        return self.words[first][1], self.words[last][2]


class Area:
    """Some pieces of a record, to be searched together: their folded words between spaces, and a line's end between
    two pieces, which no phrase crosses. `within` is an area that it takes in whole; `own` what it adds to that.
    """

    def __init__(self, pieces: list[Piece], within: Area | None = None) -> None:
        self._folded = [words_of(piece.text) for piece in pieces]
        self._within = within
        text = " \n ".join([" ".join(words) for words in self._folded])
        self.own: str = f" {text} "
        self.text: str = f"{within.text}\n{self.own}" if within else self.own
        self.pieces: list[Piece] = within.pieces + pieces if within else pieces

    @cached_property
    def words(self) -> frozenset[str]:
        """Each word in it."""
        return (self._within.words if self._within else frozenset()).union(*self._folded)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The first STEM letters of each word in it."""
        return frozenset([word[:STEM] for word in self.words])

    @cached_property
    def lines(self) -> list[Line]:
        """Its pieces, for telling places."""
        return [Line(piece) for piece in self.pieces]


class Searchable:
    """What terms search in a record. Names: title, abstract, keywords, title_abstract, text_words, everything."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.from_feed = record.source.startswith("feed:")

    @cached_property
    def title(self) -> Area:
        """The title."""
        return Area(self._title)

    @cached_property
    def abstract(self) -> Area:
        """The abstract's passages, or a feed entry's summary."""
        return Area(self._abstract)

    @cached_property
    def keywords(self) -> Area:
        """The authors' keywords."""
        return Area(self._keywords)

    @cached_property
    def vernacular_title(self) -> Area:
        """The title in the article's own language."""
        return Area([Piece("vernacular title", 0, _plain(self.record.vernacular_title))])

    @cached_property
    def title_abstract(self) -> Area:
        """[tiab]: title, abstract and keywords, as PubMed's help says."""
        return Area(self._title + self._abstract + self._keywords)

    @cached_property
    def text_words(self) -> Area:
        """[tw]: [tiab] with headings, substances, types, group authors and the vernacular title."""
        return Area(list(self._text_words()), self.title_abstract)

    @cached_property
    def everything(self) -> Area:
        """[all]: all that is text in the record, but for its dates."""
        return Area(list(self._the_rest()), self.text_words)

    @cached_property
    def headings(self) -> dict[str, list[int]]:
        """Folded MeSH descriptors, each with where it stands in the record's headings."""
        found: dict[str, list[int]] = {}
        for index, heading in enumerate(self.record.mesh):
            found.setdefault(fold_name(heading.descriptor), []).append(index)
        return found

    @cached_property
    def _title(self) -> list[Piece]:
        return [Piece("title", 0, _plain(self.record.title))]

    @cached_property
    def _abstract(self) -> list[Piece]:
        return [Piece("abstract", index, _plain(passage.text)) for index, passage in enumerate(self.record.abstract)]

    @cached_property
    def _keywords(self) -> list[Piece]:
        return [Piece("keywords", index, _plain(word)) for index, word in enumerate(self.record.keywords)]

    def _text_words(self) -> Iterator[Piece]:
        record = self.record
        if record.vernacular_title:
            yield from self.vernacular_title.pieces
        for index, heading in enumerate(record.mesh):
            yield Piece("mesh", index, heading.descriptor)
            for qualifier in heading.qualifiers:
                yield Piece("mesh qualifier", index, qualifier)
        for field, values in (("substances", record.substances), ("publication types", record.publication_types)):
            yield from (Piece(field, index, value) for index, value in enumerate(values))
        yield from (
            Piece("authors", index, str(author)) for index, author in enumerate(record.authors) if author.collective
        )

    def _the_rest(self) -> Iterator[Piece]:
        record = self.record
        for index, author in enumerate(record.authors):
            if not author.collective:
                yield Piece("authors", index, f"{author.family} {author.given} {author.initials}".rstrip())
        names = (record.journal, record.journal_abbreviation, record.issn)
        yield from (Piece("journal", index, name) for index, name in enumerate(names) if name)
        ids = (record.pmid, record.doi, record.pmcid, *(value for _, value in record.other_ids))
        yield from (Piece("identifiers", index, value) for index, value in enumerate(ids) if value)


def _plain(rich: str) -> str:
    return markup.plain(rich) if "<" in rich or "&" in rich else rich

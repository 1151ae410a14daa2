"""How much of each section a page of limited size shows: works in full, by linked title, by title, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST = 6  # works of a section before the others that are in full whatever it costs those
_TOP = 2  # works of each other section that are in full before the titles get their links


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a section takes, in bytes: its heading, and each of its works in each form. `first`: it leads."""

    heading: int
    full: Sequence[int]
    linked: Sequence[int]
    named: Sequence[int]
    first: bool = False


@dataclass(slots=True)
class Share:
    """How many works of a section, from its first on, are in full, have a link at least, and are named at least."""

    full: int = 0
    linked: int = 0
    named: int = 0

    def __post_init__(self) -> None:
        self.linked = max(self.linked, self.full)
        self.named = max(self.named, self.linked)


@dataclass(slots=True)
class _Filling:
    """Shares that grow while there is room."""

    sizes: Sequence[Sizes]
    room: int
    shares: list[Share] = field(init=False)

    def __post_init__(self) -> None:
        self.shares = [Share() for _ in self.sizes]

    def grow(self, larger: Callable[[int], Share], most: int | None = None, *, first: bool | None = None) -> None:
        """Show one work more of each section in a larger form, and so on in rounds, until `most` of each or no room."""
        growing = [n for n, one in enumerate(self.sizes) if first is None or one.first is first]
        count = 0
        while growing and count != most:
            count += 1
            growing = [n for n in growing if count <= len(self.sizes[n].full) and self._take(n, larger(count))]

    def _take(self, number: int, wanted: Share) -> bool:
        sizes, share = self.sizes[number], self.shares[number]
        grown = Share(*map(max, (share.full, share.linked, share.named), (wanted.full, wanted.linked, wanted.named)))
        costs = _size(sizes, grown) - _size(sizes, share)
        if costs > self.room:
            return False
        self.room -= costs
        self.shares[number] = grown
        return True


def fitted(sizes: Sequence[Sizes], room: int) -> list[Share]:
    """What to show of each section in so many bytes, the most telling first.

    In this order: the sections that come first, in full; of each other the first work in full; each work by its title;
    more of the top of each section in full; links on titles; all in full. It is dealt out in rounds, a work a section.
    """
    filling = _Filling(sizes, room)
    filling.grow(lambda count: Share(full=count), _FIRST, first=True)
    filling.grow(lambda count: Share(full=count), 1)
    filling.grow(lambda count: Share(named=count))
    filling.grow(lambda count: Share(full=count), _TOP)
    filling.grow(lambda count: Share(linked=count))
    filling.grow(lambda count: Share(full=count))
    return filling.shares


def _size(sizes: Sizes, share: Share) -> int:
    """In bytes. A section of which nothing is shown has no heading either."""
    return (
        sizes.heading * (share.named > 0)
        + sum(sizes.full[: share.full])
        + sum(sizes.linked[share.full : share.linked])
        + sum(sizes.named[share.linked : share.named])
    )

"""Which keys are surely not on the disk: most of those that a new record looks for, each of which would cost a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BITS = 28  # of a place: 32 MB, of which twenty million keys, those of a million works, take one bit in fourteen


class KeyFilter:
    """A bit for each key that was added, which others may share (Bloom 1970, with one hash: half of a key is one)."""

    def __init__(self, keys: Iterable[int]) -> None:
        self._bits = bytearray(1 << (_BITS - 3))
        self.add(keys)

    def add(self, keys: Iterable[int]) -> None:
        """From now on these may be on the disk."""
        bits, mask = self._bits, len(self._bits) - 1
        for key in keys:
            bits[key >> 3 & mask] |= 1 << (key & 7)

    def among(self, keys: Iterable[int]) -> list[int]:
        """Those of the keys that may be on the disk."""
        bits, mask = self._bits, len(self._bits) - 1
        return [key for key in keys if (found := bits[key >> 3 & mask]) and found >> (key & 7) & 1]

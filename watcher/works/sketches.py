"""Texts as they are compared: a small sketch of each, from which can be told how much two of them have in common."""

from __future__ import annotations

import re
from zlib import crc32

SIZE = 24
# Letters and figures, or bytes of those of other scripts: a text of fewer than thirty words has too little to compare;
# of a long one the beginning will do.
SHORTEST, LONGEST = 150, 1800
FEW = 8  # windows

# A window is sixteen letters and figures, behind the initial of a long word with one of these: of words that are of the
# subject, one in five, and of few phrases that every abstract has. Where a text has few such, windows behind the
# initials of all words come after them, and count only if the other text has few, too. In another script windows stand
# behind letters that end in such bytes, one in five of most. What is outside ASCII is often spoiled on the way ("â€™",
# accents left out): in Latin script it is left out always.
_LONG_WORDS = re.compile(rb"[CDMPRS](?=([a-z]{6}.{10}))")
_WORDS = re.compile(rb"[A-Z](?=(.{16}))")
_AFTER = 1 << 31  # added to the hashes of these windows, which are less otherwise
_OTHER_SCRIPTS = re.compile(rb"[\x84\x85\x94\x95\xa4\xa5\xb4\xb5](?=(.{24}))")
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
_OTHER_THAN_LATIN = _SIGNS + bytes(range(128, 256))

Sketch = tuple[int, ...]


def sketch(text: str) -> Sketch:
    """The smallest hashes of the text's windows, white space and signs aside; empty for a text that is too short.

    Where windows stand depends on the letters about them alone, so that a change moves none but those around it (the
    anchors of Manber 1994, "Finding similar files in a large file system"). The smallest hashes are a bottom-k sketch
    (Broder 1997, "On the resemblance and containment of documents").
    """
    text = text[: 2 * LONGEST]
    encoded = text.encode()
    if len(encoded) < 1.3 * len(text):
        titled = encoded.title()  # so that it is seen where words begin
        letters = titled.translate(None, _OTHER_THAN_LATIN)[:LONGEST]
        hashes = {crc32(window) >> 1 for window in _LONG_WORDS.findall(letters)}
        if len(hashes) < FEW:
            hashes.update([(crc32(window) >> 1) + _AFTER for window in _WORDS.findall(letters)])
    else:
        letters = text.lower().encode().translate(None, _SIGNS)[:LONGEST]
        hashes = {crc32(window) >> 1 for window in _OTHER_SCRIPTS.findall(letters)}
    return tuple(sorted(hashes)[:SIZE]) if len(letters) >= SHORTEST else ()


def resemblance(one: Sketch, other: Sketch) -> float | None:
    """About which part of all windows two texts share, from 0 to 1; None where one is missing or short."""
    if not one or not other:
        return None
    both = set(one).intersection(other)
    if not both:  # as for most pairs
        return 0.0
    least = sorted({*one, *other})[:SIZE]
    if (one[-1] < _AFTER) != (other[-1] < _AFTER):
        least = [window for window in least if window < _AFTER]
    return sum(window in both for window in least) / len(least)

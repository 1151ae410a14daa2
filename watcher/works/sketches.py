"""Texts as they are compared: a small sketch of each, from which can be told how much two of them have in common."""

from __future__ import annotations

from zlib import crc32

SIZE = 24
SHORTEST, LONGEST = 30, 300  # words: shorter texts have too little to compare; of longer ones the beginning will do

_LONG_WORD = 7  # letters: runs that begin with such a word are not those that every abstract has
# What is outside ASCII is often spoiled on the way ("â€™", accents left out) and ends a word, but in another script.
_LATIN = bytes(code if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
_OTHER = bytes(code if code > 127 else letter for code, letter in enumerate(_LATIN))

Sketch = tuple[int, ...]


def sketch(text: str) -> Sketch:
    """The smallest hashes of the text's runs of three words, of which the first is long; empty for a short text.

    This is a bottom-k sketch (Broder 1997, "On the resemblance and containment of documents").
    """
    text = text[: 10 * LONGEST].lower()
    encoded = text.encode()
    words = encoded.translate(_LATIN if len(encoded) < 1.3 * len(text) else _OTHER).split()[:LONGEST]
    if len(words) < SHORTEST:
        return ()
    runs = zip(words, words[1:], words[2:], strict=False)
    hashes = {crc32(b" ".join(run)) for run in runs if len(run[0]) >= _LONG_WORD}
    return tuple(sorted(hashes)[:SIZE])


def resemblance(one: Sketch, other: Sketch) -> float | None:
    """About which part of all runs of words two texts share, from 0 to 1; None where one is missing or short."""
    if not one or not other:
        return None
    both = set(one).intersection(other)
    if not both:  # as for most pairs
        return 0.0
    least = sorted({*one, *other})[:SIZE]
    return sum(run in both for run in least) / len(least)

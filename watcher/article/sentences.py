"""Where sentences end: not at an abbreviation, and in Chinese and Japanese without a space."""

from __future__ import annotations

import re
from itertools import pairwise

_STOP = re.compile(
    r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?(\w))"  # what begins with no small letter, in any script, begins a sentence
    r"|[。！？][\"'”’)\]」』）]*\s*"
)
_ABBREVIATED = re.compile(
    r"\b(?:(?i:e\.g|i\.e|et al|etc|vs|cf|approx|ca|figs?|no|vol|dr|prof|st|mrs?|ms|spp?)|[A-Z])\.$"
)
_LONGEST_ABBREVIATION = 12  # characters, with what stands before it


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence starts and ends, in order; a closing quote is its own, and white space alone parts two."""
    ends = [stop.end() for stop in _STOP.finditer(text) if _ends(text, stop)]
    return [(start, end) for start, end in pairwise([0, *ends, len(text)]) if text[start:end].strip()]


def _ends(text: str, stop: re.Match[str]) -> bool:
    if stop[1] is None:
        return True
    after = stop.start() + 1
    return not stop[1].islower() and not _ABBREVIATED.search(text[max(0, after - _LONGEST_ABBREVIATION) : after])

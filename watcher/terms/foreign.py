"""What other databases write, and PubMed does not: `skin:ti,ab` of Embase, `skin.ti,ab.`, `exp Skin/` of Ovid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELD = "ti|ab|kw|kf|tw|mp|tn|de|au|jt|jn|ot"
_FIELDS = rf"(?:{_FIELD})(?:,(?:{_FIELD}))*"
_PHRASE = r"""(?:'[^'\n]+'|"[^"\n]+"|[\w*?$-]+)"""
_EMBASE = re.compile(rf"({_PHRASE}):({_FIELDS})(?![\w:*]|\s*\[)")
_OVID = re.compile(rf"({_PHRASE}|\))\.({_FIELDS})\.(?!\w)")
_EMTREE = re.compile(r"'([^'\n]+)'/(?:exp|de|mj)\b")
_HEADING = re.compile(r"(?<![\w\"])(?:exp\s+|\*)?(\"?[A-Z][\w, -]*\"?)/(?=\s*(?:$|\)|AND\b|OR\b|NOT\b))", re.MULTILINE)
_TAGS = {"ti": "ti", "kw": "ot", "kf": "ot", "ot": "ot", "tn": "nm", "de": "mh", "au": "au", "jt": "ta", "jn": "ta"}


def foreign(text: str) -> Iterator[tuple[int, str]]:
    """Where in a term another database is spoken, and what PubMed's own way is."""
    for name, pattern in (("Embase", _EMBASE), ("Ovid", _OVID)):
        for found in pattern.finditer(text):
            phrase = found[1].strip("'\"")
            tag = _TAGS.get(found[2], "tiab")
            own = f'"{phrase}"[{tag}]' if re.search(r"\s", phrase) else f"{phrase}[{tag}]"
            if phrase == ")":
                own = f"[{tag}] behind each phrase, for PubMed tags no whole parenthesis"
            yield found.start(), f"{found[0]} is written for {name}: PubMed's way is {own}"
    for name, pattern in (("Embase", _EMTREE), ("Ovid", _HEADING)):
        for found in pattern.finditer(text):
            heading = found[1].strip('"')
            yield found.start(), f'{found[0]} is a heading as {name} writes it: PubMed\'s way is "{heading}"[mh]'

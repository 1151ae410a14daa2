"""What comes of comparing two records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Same:
    """One work: by which rule, on what evidence, and how sure (higher is surer; grouping begins with the surest)."""

    rule: str
    evidence: str
    strength: int


@dataclass(frozen=True, slots=True)
class Different:
    """Two works: what in them contradicts. No third record makes them one."""

    why: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Kept apart, although something speaks for one work."""

    why: str


@dataclass(frozen=True, slots=True)
class Unrelated:
    """Nothing speaks for one work, and nothing against it."""


Verdict = Same | Different | Undecided | Unrelated

UNRELATED = Unrelated()

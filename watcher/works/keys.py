"""The keys under which alike records find each other, as whole numbers: an index of them takes a tenth of the space.
Two keys that are one number cost a comparison, no more.

A key is made of what it shares with others and of what it has alone: numbers are near each other where the former is
the same, so that the keys of one record, and those of alike records, are on fewer pages of an index.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from watcher.works.signature import base_doi, reported_by
from watcher.works.titles import LONG, unsigned

if TYPE_CHECKING:
    from watcher.models import Doi
    from watcher.works.signature import Signature

_LONG_WORDS = 4
_BEGINNING = 32  # letters of a title that, with the first author, are of few works
_LETTERS = 6  # of a family's name
_HALF = 1 << 63  # of the numbers, which SQLite has with a sign
# What two keys of texts begin with, in the place of a word, as their hashes are numbers already.
_TEXT, _UNREGISTERED, _BY = 0x1F3D5B79, 0x2A6C8E10, 0x40000000


class Keys(NamedTuple):
    """The keys of a record: under which it is kept, and under which it looks for others. Who is kept under what another
    looks for, looks for what that is kept under.
    """

    kept: list[int]
    sought: list[int]


def number(key: str) -> int:
    """That of the key of an identifier ("pmid:…", "doi:…", "url:…"); those of one day's PMIDs are near each other."""
    return _number(_begun(key[:-3]), key[-3:])


def doi_key(doi: Doi) -> str:
    """The key under which the records of a DOI are kept, whichever version of its work it names."""
    return f"doi:{base_doi(doi)[0]}"


def kept_keys(pmid: str | None, doi: Doi | None, pmcid: str | None = None) -> tuple[str, ...]:
    """The keys under which records of these identifiers are kept, the surest first; a DOI's is that of `doi_key`."""
    return _of_identifiers(pmid, base_doi(doi)[0] if doi else None, pmcid)


def keys(sig: Signature) -> Keys:
    """By what a record and others like it find each other."""
    title, year, news = unsigned(sig.title), sig.year, sig.news
    family = sig.names[0][0][:_LETTERS] if sig.names else ""
    both = [number(key) for key in _of_identifiers(sig.pmid, sig.doi, sig.pmcid)]
    both += _of_title(sig, title, family, year)
    kept: list[int] = []
    sought = [number(f"pmid:{pmid}") for pmid in sig.versions]
    if sig.url:
        both.append(number(f"url:{sig.url}"))
    if sig.page and family:
        begun = _begun(f"page:{sig.page} {family}")
        both.append(_number(begun, f"{year}"))
        if sig.volume:
            both.append(_number(begun, f"volume {max(sig.volume, key=lambda v: (len(v), v))}"))
    both += [number(f"version:{pmid}") for pmid in sig.versions]
    if sig.pmid:
        sought.append(number(f"version:{sig.pmid}"))
    if words := _longest_words(title):
        both.append(number(f"words:{words}"))
    if sig.text:
        # Two records with DOIs of their own are not one work for a text alone (see `comparison`), and in a field of its
        # own many abstracts have phrases in common: so they do not look for each other by these.
        registered, unregistered = _of_text(sig, family)
        if sig.doi and sig.kind == "article":
            kept += registered
            sought += unregistered
        else:
            both += unregistered
            sought += registered
    if names := reported_by(sig):
        period = _period(sig)
        ours, theirs, step = ("named:", "author:", -1) if news else ("author:", "named:", 1)
        (both if news else kept).extend([_number(_begun(ours + name), f"{period}") for name in names])
        for name in names:
            begun = _begun(theirs + name)
            sought += [_number(begun, f"{period}"), _number(begun, f"{period + step}")]
    return Keys(both + kept, both + sought)


def _begun(text: str) -> int:
    """What keys have in common, to be gone on with by `_number`."""
    return crc32(text.encode())


def _number(begun: int, rest: str) -> int:
    return (begun << 32) + crc32(rest.encode(), begun) - _HALF


def _of_identifiers(pmid: str | None, doi: str | None, pmcid: str | None) -> tuple[str, ...]:
    """`doi` is what the DOIs of all versions have in common."""
    return tuple([f"{name}:{value}" for name, value in (("pmid", pmid), ("doi", doi), ("pmcid", pmcid)) if value])


def _of_text(sig: Signature, family: str) -> tuple[list[int], list[int]]:
    """The keys of a registered article's text, and those of another's."""
    # Two hashes together, or the first and names: one may be that of a phrase that half of all abstracts have, and a
    # family's name that of a hundredth of all authors. Of names the first two, or the first, its initial with it, which
    # a source may be content with, or somebody new stand behind.
    found = list(pairwise(sig.text[:4]))
    if family:
        one = sig.text[0]
        both = crc32(" ".join([family[:_LETTERS] for family, _ in sig.names[:2]]).encode())
        first = crc32(f"{family} {sig.names[0][1][:1]}".encode())
        found += [(one ^ _BY, one ^ both), (one ^ _BY, one ^ first)]
    return (
        [((one ^ _TEXT) << 32) + other - _HALF for one, other in found],
        [((one ^ _UNREGISTERED) << 32) + other - _HALF for one, other in found],
    )


def _of_title(sig: Signature, title: str, family: str, year: int) -> list[int]:
    """The whole title and its beginning; a beginning that many works have ("Effects of …") tells too little alone."""
    letters = title.replace(" ", "")
    found = [_number(_begun(f"entry:{sig.feed}"), letters)] if sig.feed and letters else []
    if len(letters) >= LONG:
        begun = _begun(f"title:{letters[:LONG]}")
        found.append(_number(begun, letters[LONG:]))
        if sig.head:
            found.append(_number(begun, letters[LONG : sig.head]))
        if sig.page:
            found.append(_number(begun, f"|page {sig.page}"))
    elif letters:
        begun = _begun(f"title:{letters}|{year}")
        found.append(_number(begun, f"|page {sig.page}"))
    if letters and family:
        found.append(_number(begun, f"|{letters[LONG:_BEGINNING]}|by {family}"))
    return found


def _longest_words(title: str) -> str:
    """The longest words of a title that has enough of them, in a fixed order; "" for others."""
    words = title.split()
    if len(title) - title.count(" ") < LONG:
        return ""
    longest = sorted(sorted(set(words)), key=len, reverse=True)[:_LONG_WORDS]
    return " ".join(longest) if len(longest) == _LONG_WORDS else ""


def _period(sig: Signature) -> int:
    """Thirds of a year. News counts a month later than it is, because it may appear a month before the work: so what it
    has to do with a work of up to four months before stands in that period, or the one before.
    """
    return (sig.month + sig.news) // 4

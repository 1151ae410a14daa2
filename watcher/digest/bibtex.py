"""Works as BibTeX: for LaTeX, JabRef and whatever else reads it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from watcher.digest import links
from watcher.digest.entry import title_of
from watcher.digest.richtext import unmarked
from watcher.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.models import Author, Work

_SPECIAL = str.maketrans({
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "\\": "\\textbackslash{}",
})  # fmt: skip


def bibtex(works: Iterable[Work]) -> str:
    """One entry a work, in UTF-8. Its key is "Family2021word" and the work's number here, so that no two are alike."""
    return "".join(_entry(work) for work in works)


def _entry(work: Work) -> str:
    kind = "article" if work.record.kind in {Kind.ARTICLE, Kind.NOTICE} else "misc"
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(work))
    return f"@{kind}{{{_key(work)},\n{fields}}}\n\n"


def _key(work: Work) -> str:
    record = work.record
    family = "".join(_words(record.authors[0].family)) if record.authors else ""
    word = max(_words(str(title_of(record))), key=len, default="")
    return f"{family.capitalize()}{(record.published or '')[:4]}{word}{work.id}"


def _words(text: str) -> list[str]:
    """What ASCII has of its words, without accents: other letters in a key are trouble to many programs."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall("[a-z0-9]+", plain.lower())


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    record = work.record
    found = (
        # A second pair of braces keeps capitals as they are ("CD34").
        ("title", f"{{{_plain(str(title_of(record)))}}}"),
        ("author", " and ".join(filter(None, map(_author, record.authors)))),
        ("journal" if record.kind is not Kind.NEWS else "howpublished",
         _plain(record.journal or record.source.partition("feed:")[2])),
        ("year", _plain((record.published or "")[:4])), ("volume", _plain(record.volume)),
        ("number", _plain(record.issue)), ("pages", _plain(record.pages).replace("-", "--")),
        ("doi", _plain(work.doi or "")), ("pmid", _plain(work.pmid or "")),
        ("url", next((link.url.replace("{", "%7B").replace("}", "%7D") for link in links.of_work(work)), "")),
    )  # fmt: skip
    return ((name, value) for name, value in found if value and value != "{}")


def _author(author: Author) -> str:
    family, given = unmarked(author.family, 200), unmarked(author.given or author.initials, 100)
    if not given:  # a group, or a name that is whole: braces keep it so
        return f"{{{_escaped(family)}}}" if family else ""
    return f"{_escaped(family)}, {_escaped(given)}"


def _plain(text: str) -> str:
    return _escaped(unmarked(text))


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)

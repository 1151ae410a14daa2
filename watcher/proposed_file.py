"""A proposal in queries.toml: a file that there was not, or what an edited one lacks. Not a byte of an edit is touched.

Text goes in behind the last table of its kind. A library that keeps comments (tomlkit) takes the comment over the next
section for the end of the table before it, and would put a new query under the heading of the feeds.
"""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.models import CitedWork
from watcher.settings import EUTILS, EXAMPLE_EMAIL
from watcher.terms.term import Term, TermError
from watcher.toml_lines import places
from watcher.works.identifiers import canonical_url
from watcher.works.titles import LONG, compared_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.models import Query
    from watcher.settings import Settings

_WIDTH = 116
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ALIKE = 0.5  # of the phrases of two terms together: those that share as many are one query, edited


@dataclass(frozen=True, slots=True)
class NewQuery:
    """A query to be written, with what stands over it: the gist of what it follows, and remarks.

    `cites` are numbers of the article's list.
    """

    name: str
    title: str
    term: str
    cites: tuple[int, ...]
    gist: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewCited:
    """A cited work to be written, with a remark behind its header. `entry` is how the article's list has it."""

    cited: CitedWork
    remark: str = ""
    entry: str = ""


def skeleton(title: str, *, email: str = EXAMPLE_EMAIL, base_url: str = EUTILS, url: str = "") -> str:
    """A file for an article, without its cited works and queries."""
    where = f"url = {_text(url)}\n" if url else ""
    at = f"base_url = {_text(base_url)}\n" if base_url != EUTILS else ""
    return f"""\
# What is watched, and who is told. Edit it at any time; `watcher check` says what is wrong, line by line, and
# `watcher init` on the same article adds what is missing and changes nothing of yours.
# Terms are PubMed searches: https://pubmed.ncbi.nlm.nih.gov/help/

timezone = "UTC"                       # for schedules and dates: an IANA name, such as "Europe/Berlin"

[article]
title = {_text(title)}
{where}
[pubmed]
email = {_text(email)}{"              # NCBI asks each user for their own address" if email == EXAMPLE_EMAIL else ""}
{at}poll = "15 */6 * * *"                  # a quarter past every sixth hour

[[digest]]
name = "digest"
to = [{_text(email)}]
schedule = "0 7 * * mon-fri"           # minute hour day month weekday

[store]
path = "db/watcher.db"
"""


@dataclass(frozen=True, slots=True)
class Extended:
    """A file's text with what it lacked: the names of the queries, and how many cited works."""

    text: str
    queries: tuple[str, ...]
    cited: int


def extended(text: str, cited: Sequence[NewCited], queries: Sequence[NewQuery], has: Settings | None) -> Extended:
    """A file's text with what it lacks. `has` is what it says already. Numbers in `cites` become those of the file."""
    numbers, lacking = _numbered(cited, has.cited if has else ())
    watched = list(zip(has.queries, _comments(text, len(has.queries)), strict=True)) if has else []
    added = [query for query in queries if not _is_there(query, numbers, watched)]
    tables = "".join(_cited_table(each, numbers[each.cited.number]) for each in lacking)
    text = _inserted(text, "cited", tables, before="pubmed")
    text = _inserted(text, "query", "".join(_query_table(query, numbers) for query in added), before="digest")
    return Extended(text, tuple(query.name for query in added), len(lacking))


def _numbered(cited: Sequence[NewCited], has: Sequence[CitedWork]) -> tuple[dict[int, int], list[NewCited]]:
    """Where in the file each number of the article is, or will be; and the works that are still to be written."""
    numbers: dict[int, int] = {}
    lacking: list[NewCited] = []
    for each in cited:
        there = next((work.number for same in (_is_named, _is_titled) for work in has if same(each, work)), None)
        if there is None:
            lacking.append(each)
            there = len(has) + len(lacking)
        numbers[each.cited.number] = there
    return numbers, lacking


def _is_named(new: NewCited, work: CitedWork) -> bool:
    """Whether an identifier or the address is the same."""
    url = canonical_url(new.cited.url)
    return any(one == other for one, other in _identifiers(new, work)) or (
        url is not None and url == canonical_url(work.url)
    )


def _is_titled(new: NewCited, work: CitedWork) -> bool:
    """Whether the title is the same, or stands in the entry that was read, and no identifier differs."""
    title, entry = compared_form(work.title), compared_form(new.entry)
    if not title or any(one != other for one, other in _identifiers(new, work)):
        return False
    return title in {compared_form(new.cited.title), entry} or (len(title) >= LONG and f" {title} " in f" {entry} ")


def _identifiers(new: NewCited, work: CitedWork) -> list[tuple[str, str]]:
    """Those of a kind that both have."""
    one = new.cited
    pairs = ((one.pmid, work.pmid), (one.doi, work.doi), (one.pmcid, work.pmcid))
    return [(own, other) for own, other in pairs if own and other]


def _is_there(query: NewQuery, numbers: dict[int, int], watched: Sequence[tuple[Query, str]]) -> bool:
    """Whether the file has a query of that name, or one of the same sources for the same sentence, or that an edit has
    left much like it.
    """
    cites, phrases = {numbers[number] for number in query.cites if number in numbers}, _phrases(query.term)
    return any(
        other.name == query.name
        or (
            cites == set(other.cites)
            and (
                " ".join(query.gist.split()) in above
                or len(phrases & _phrases(other.term)) > _ALIKE * len(phrases | _phrases(other.term))
            )
        )
        for other, above in watched
    )


def _comments(text: str, queries: int) -> list[str]:
    """What the comment right over each query says, on one line."""
    lines, found = text.split("\n"), places(text)
    said = []
    for number in range(queries):
        at = above = found["query", number].line - 1
        while above and lines[above - 1].lstrip().startswith("#"):
            above -= 1
        said.append(" ".join(" ".join(line.strip("# \t\r") for line in lines[above:at]).split()))
    return said


def _phrases(term: str) -> set[str]:
    try:
        return set(Term.parse(" ".join(term.split())).phrases)
    except TermError:
        return set()


def _cited_table(new: NewCited, number: int) -> str:
    cited = new.cited
    keys = (
        ("url", cited.url),
        ("doi", cited.doi),
        ("pmid", cited.pmid),
        ("pmcid", cited.pmcid),
        ("title", cited.title),
    )
    lines = [f"{key} = {_text(value)}\n" for key, value in keys if value]
    header = f"[[cited]]{'':30}# [{number}]{' ' if new.remark else ''}{new.remark}\n"
    return f"\n{header}{''.join(lines)}"


def _query_table(query: NewQuery, numbers: dict[int, int]) -> str:
    numbered = [numbers[number] for number in query.cites if number in numbers]
    gist = f"{query.gist} {''.join(f'[{number}]' for number in numbered)}".rstrip()
    remarks = "".join(f"{line}\n" for remark in (gist, *query.remarks) for line in _comment(remark))
    cited = f"cites = [{', '.join(map(str, numbered))}]\n" if numbered else ""
    return (
        f"\n{remarks}[[query]]\nname = {_text(query.name)}\ntitle = {_text(query.title)}\n{cited}"
        f'term = """\n{query.term.replace(chr(92), chr(92) * 2)}\n"""\n'.replace('""""', '"""')
    )


def _comment(remark: str) -> list[str]:
    return textwrap.wrap(remark, _WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False)


def _text(value: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inserted(text: str, kind: str, new: str, *, before: str) -> str:
    """New tables behind the last of their kind; without one, before the first table of another, or at the end."""
    if not new:
        return text
    lines = _LINE.findall(text)
    at = _end_of(kind, text, len(lines))
    if at is None:
        heads = [number for number, line in enumerate(lines) if re.match(rf"\s*\[\[?\s*{before}\s*\]", line)]
        at = heads[0] if heads else len(lines)
        while at and lines[at - 1].lstrip().startswith("#"):  # a comment belongs to the table under it
            at -= 1
        new = f"{new.lstrip(chr(10))}\n"
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    unended = ending if at and not lines[at - 1].endswith("\n") else ""
    return "".join([*lines[:at], unended, new.replace("\n", ending), *lines[at:]])


def _end_of(kind: str, text: str, lines: int) -> int | None:
    """How many lines there are up to the end of the last value in the tables of a kind; None where there is none."""
    found = places(text)
    last = max((place.key_line for path, place in found.items() if path[:1] == (kind,)), default=None)
    if last is None:
        return None
    # The value of the last key may go on: up to the line before which the text is whole TOML again.
    rows = _LINE.findall(text)
    for end in range(last, lines + 1):
        if _is_whole("".join(rows[:end])):
            return end
    return lines


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True

"""queries.toml → Settings, or every problem in it at once, by line. What a term may be is `watcher.terms`' to say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.addresses import is_bare_address, is_private
from watcher.config_digest import read_digest
from watcher.config_mail import no_address, read_mail
from watcher.cron import CronError, check_cron
from watcher.document import Document, Table, shown, suggestion, written
from watcher.errors import ConfigError, Problem
from watcher.models import CitedWork, Doi, Feed, Pmcid, Pmid, Query
from watcher.settings import (
    DEFAULT_STORE,
    EXAMPLE_EMAIL,
    DigestSettings,
    PubmedSettings,
    Settings,
    WrittenTerm,
)
from watcher.terms.lint import NARROWER
from watcher.terms.term import Term, TermError, lint
from watcher.works.identifiers import find_ids, normal_doi, normal_pmcid, normal_pmid, safe_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    from watcher.toml_lines import Place

    Id = TypeVar("Id", Doi, Pmid, Pmcid)

_MOST_RELATED = 99  # more would hold everything back
_LONGEST_PERIOD = 36_525  # days
_LONGEST_TERM = 20_000  # characters: ten times what people write, and as much as is quickly read


def read_settings(path: Path) -> Settings:
    """Read and check the file. Raises ConfigError with every problem in it; a missing file is one."""
    return parse_settings(read_text(path), path)


def read_text(path: Path) -> str:
    """The file's text. Raises ConfigError where it cannot be had."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problem = Problem("no such file: name one with --config, or run `watcher demo` to see one at work")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = Problem("not UTF-8 text: save it in that encoding", line)
    except OSError as error:
        problem = Problem(f"cannot be read: {error.strerror or error}")
    raise ConfigError(str(path), [problem])


def parse_settings(text: str, path: Path) -> Settings:
    """Check the file's text. `path` is what errors name, and what relative paths in it are relative to."""
    document = Document(text, str(path))
    settings = replace(_Reader(path, document).settings(), text=text)
    if document.problems:
        raise ConfigError(str(path), document.problems, warnings(settings))
    return settings


def warnings(settings: Settings) -> list[Problem]:
    """What is allowed but probably not meant: findings on terms, placeholders, queries that nobody is told of."""
    found: list[Problem] = []
    narrower_said = False
    for name, term in settings.terms.items():
        for problem in _findings(term.text):
            if problem.message != NARROWER or not narrower_said:
                found.append(in_file(problem, term.place, name))
            narrower_said |= problem.message == NARROWER
    others = []
    if settings.pubmed.email == EXAMPLE_EMAIL:
        others.append(Problem("[pubmed] email is still the example's: NCBI asks each user for their own address"))
    told = {name for digest in settings.digests for name in digest.queries}
    others += [
        Problem(f"query {q.name!r} is in no digest: nobody is told")
        for q in settings.queries
        if q.name not in told and settings.digests
    ]
    return [*found, *others]


def _findings(term: str) -> list[Problem]:
    """Those on a term; none on one that does not parse, of which its problems are told."""
    try:
        return lint(term)
    except TermError:
        return []


def in_file(problem: Problem, place: Place, query: str) -> Problem:
    """A problem in a query's term as one in the file that holds it."""
    message = f"query {shown(query)}: {problem.message}"
    if problem.line is None:
        return Problem(message, place.key_line)
    line, column = place.within(problem.line, problem.column or 1)
    return Problem(message, line, column if problem.column else None)


class _Reader:
    """Walks the document once; what is wrong in it is noted there."""

    def __init__(self, path: Path, document: Document) -> None:
        self.path, self.document = path, document
        self.terms: dict[str, WrittenTerm] = {}

    def settings(self) -> Settings:
        cited = tuple(self._cited())
        queries = tuple(self._queries(len(cited)))
        names = tuple(query.name for query in queries)
        return Settings(
            path=self.path,
            zone=self._zone(),
            article=self.document.table("article").text("title").strip() or "Literature watch",
            cited=cited,
            pubmed=self._pubmed(),
            queries=queries,
            feeds=tuple(self._feeds(names)),
            digests=tuple(self._digests(names)),
            mail=read_mail(self.document, self._file),
            store=self._file(self.document.table("store"), "path") or self.path.parent / DEFAULT_STORE,
            terms=self.terms,
        )

    # -- tables ---------------------------------------------------------------------------------------------------

    def _cited(self) -> Iterator[CitedWork]:
        for number, table in enumerate(self.document.tables("cited"), 1):
            url = table.text("url")
            if url and not safe_url(url):
                table.say(f"{shown(url)} is no http(s) address", "url")
            pmid, doi, pmcid = find_ids(url)
            pmid = self._identifier(table, "pmid", normal_pmid) or pmid
            doi = self._identifier(table, "doi", normal_doi) or doi
            pmcid = self._identifier(table, "pmcid", normal_pmcid) or pmcid
            if all(table.lacks(key) for key in ("url", "doi", "pmid", "pmcid", "title")):
                table.say("a cited work needs a url, doi, pmid or pmcid, or at least a title")
            yield CitedWork(
                number, url, doi=doi, pmid=pmid, pmcid=pmcid, title=table.text("title"),
                watch=table.switch("watch", default=True),
            )  # fmt: skip

    def _queries(self, cited: int) -> Iterator[Query]:
        tables = self._needed("query", "nothing would be watched")
        for table, name in self._named("query", tables):
            term = " ".join(table.text("term").split())
            if len(term) > _LONGEST_TERM:
                table.say(f"query {shown(name)}: a term has {_LONGEST_TERM:,} characters at most: split it", "term")
            elif term:
                self.terms[name] = WrittenTerm(table.text("term"), table.place("term"))
                self._check_term(name, term)
            elif table.lacks("term") or "term" in table:
                table.say(f"query {shown(name)} has no term", "term")
            cites = table.numbers("cites")
            for position, number in enumerate(cites):
                if not 1 <= number <= cited:
                    there = f"[[cited]] 1 to {cited}" if cited else "no [[cited]]"
                    table.say(f"cites {shown(number)}: there is {there}", "cites", position)
            least = table.number("min_relatedness", 0)
            if not 0 <= least <= _MOST_RELATED:
                table.say(
                    f"min_relatedness is a number from 0 to {_MOST_RELATED}, not {shown(least)}", "min_relatedness"
                )
            yield Query(name, table.text("title").strip() or name, term, cites, table.switch("when_indexed"), least)

    def _check_term(self, name: str, term: str) -> None:
        written_term = self.terms[name]
        try:
            Term.parse(term)
        except TermError as error:
            problems = error.problems
            try:
                Term.parse(written_term.text)  # again with its lines, for the places
            except TermError as placed:
                problems = placed.problems
            for problem in problems:
                self.document.note(in_file(problem, written_term.place, name))

    def _feeds(self, queries: tuple[str, ...]) -> Iterator[Feed]:
        for table, name in self._named("feed", self.document.tables("feed")):
            url = table.text("url")
            if (table.lacks("url") or "url" in table) and not safe_url(url):
                table.say(
                    f"feed {shown(name)} needs a url that begins with https:// or http://, without user and password",
                    "url",
                )
            yield Feed(name, url, self._chosen(table, queries), self._cron(table, "poll", "0 * * * *"))

    def _digests(self, queries: tuple[str, ...]) -> Iterator[DigestSettings]:
        tables = self._needed("digest", "nobody would be told")
        for table, name in self._named("digest", tables):
            schedule = self._cron(table, "schedule", "0 7 * * *")
            yield read_digest(table, name, schedule, self._chosen(table, queries))

    def _pubmed(self) -> PubmedSettings:
        table, default = self.document.table("pubmed"), PubmedSettings()
        url = table.text("base_url", default.base_url)
        if not is_private(url) or {"?", "#"} & set(url):
            table.say("base_url must be https:// (plain http only to this machine itself)", "base_url")
        email = table.text("email", default.email)
        if not is_bare_address(email):
            table.say(no_address(email, "you@example.org"), "email")
        return PubmedSettings(
            email=email,
            base_url=url.rstrip("/") + "/",
            poll=self._cron(table, "poll", default.poll),
            lookback=self._days(table, "lookback", default.lookback),
            overlap=self._days(table, "overlap", default.overlap),
            api_key_file=self._file(table, "api_key_file"),
        )

    # -- values ---------------------------------------------------------------------------------------------------

    def _zone(self) -> ZoneInfo:
        name = self.document.top.text("timezone", "UTC")
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            message = f'unknown timezone {shown(name)}: an IANA name such as "Europe/Berlin" is meant'
            self.document.top.say(message, "timezone")
            return ZoneInfo("UTC")

    def _needed(self, kind: str, without: str) -> list[Table]:
        tables = self.document.tables(kind)
        if self.document.lacks(kind):
            self.document.note(Problem(f"there is no [[{kind}]]: {without}"))
        return tables

    def _named(self, kind: str, tables: Sequence[Table]) -> Iterator[tuple[Table, str]]:
        """Each table with its name, or with one for this reading alone where it has none of its own."""
        names: set[str] = set()
        for position, table in enumerate(tables, 1):
            name = table.text("name")
            if not name.strip() or not name.isprintable() or name == "*":
                if table.lacks("name") or "name" in table:
                    table.say(f"a {written(kind)} needs a name", "name")
                name = f"{kind} {position}"
            elif name in names:
                table.say(f"there are two {written(kind)} named {shown(name)}", "name")
            names.add(name)
            yield table, name

    def _chosen(self, table: Table, queries: tuple[str, ...]) -> tuple[str, ...]:
        """The queries that a table's `queries` names, in the file's order; all of them by "*" or where it is absent."""
        given, known = table.texts("queries", ("*",)), frozenset(queries)
        for position, name in enumerate(given):
            if name != "*" and known and name not in known:
                table.say(f"no query is named {shown(name)}{suggestion(name, queries)}", "queries", position)
        if not given:
            table.say('queries is empty: name some, or leave it out for all (["*"])', "queries")
        return queries if "*" in given else tuple(name for name in queries if name in frozenset(given))

    def _days(self, table: Table, key: str, default: int) -> int:
        days = table.number(key, default)
        if not 1 <= days <= _LONGEST_PERIOD:
            table.say(f"{key} must be a number of days, from 1 to {_LONGEST_PERIOD}", key)
        return days

    def _cron(self, table: Table, key: str, default: str) -> str:
        line = table.text(key, default)
        try:
            check_cron(line)
        except CronError as error:
            table.say(str(error), key)
        return line

    def _identifier(self, table: Table, key: str, normalise: Callable[[str], Id | None]) -> Id | None:
        found = normalise(table.text(key)) if key in table else None
        if found is None and key in table:
            table.say(f"{shown(table.text(key))} is no {key.upper()}", key)
        return found

    def _file(self, table: Table, key: str) -> Path | None:
        """A file that a key names: a relative path from the settings' folder, ~ for the user's home."""
        if key not in table:
            return None
        name = table.text(key)
        try:
            if name and name.isprintable():
                return self.path.parent / Path(name).expanduser()
            table.say(f"{key} must be the name of a file", key)
        except RuntimeError:  # of a home that is not known
            table.say(f"{key}: {shown(name)} begins with the home of a user who is not known here", key)
        return None

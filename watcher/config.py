"""queries.toml → Settings, or every problem in it at once, by line. What a term may be is `watcher.terms`' to say."""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from watcher.errors import ConfigError, Problem
from watcher.models import CitedWork, Feed, Query
from watcher.settings import EXAMPLE_EMAIL, DigestSettings, MailSettings, PubmedSettings, Settings, WrittenTerm
from watcher.terms.term import Term, TermError, lint
from watcher.toml_lines import Place, places
from watcher.works.identifiers import find_ids, normal_doi, normal_pmcid, normal_pmid, safe_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def read_settings(path: Path) -> Settings:
    """Read and check the file. Raises ConfigError with every problem in it; a missing file is one."""
    return parse_settings(read_text(path), path)


def read_text(path: Path) -> str:
    """The file's text. Raises ConfigError where it cannot be had."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        message = "no such file: name one with --config, or run `watcher demo` to see one at work"
        raise ConfigError(str(path), [Problem(message)]) from None
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), [Problem(f"not UTF-8 text (byte {error.start})")]) from None
    except OSError as error:
        raise ConfigError(str(path), [Problem(error.strerror or str(error))]) from None


def parse_settings(text: str, path: Path) -> Settings:
    """Check the file's text. `path` is what errors name, and what relative paths in it are relative to."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(where[1]), int(where[2])) if where else (None, None)
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise ConfigError(str(path), [Problem(f"not valid TOML: {message}", line, column)]) from None
    reader = _Reader(path, document, places(text))
    settings = reader.settings()
    if reader.problems:
        raise ConfigError(str(path), reader.problems)
    return settings


def warnings(settings: Settings) -> list[Problem]:
    """What is allowed but probably not meant: findings on terms, placeholders, queries that nobody is told of."""
    found: dict[str, Problem] = {}
    for name, term in settings.terms.items():
        for problem in lint(term.text):
            # What is so of several terms is said once, at the first.
            found.setdefault(problem.message, _shifted(problem, term.place, f"query {name!r}: "))
    others = []
    if settings.pubmed.email == EXAMPLE_EMAIL:
        others.append(Problem("[pubmed] email is still the example's: NCBI asks each user for their own address"))
    told = {name for digest in settings.digests for name in digest.queries}
    others += [
        Problem(f"query {q.name!r} is in no digest: nobody is told") for q in settings.queries if q.name not in told
    ]
    return [*found.values(), *others]


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own, by its text alone (no look-up)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shifted(problem: Problem, place: Place, prefix: str) -> Problem:
    """A problem in a term as one in the file that holds it."""
    if problem.line is None:
        return Problem(prefix + problem.message, place.line)
    column = problem.column + place.column - 1 if problem.column and problem.line == 1 else problem.column
    return Problem(prefix + problem.message, place.line + problem.line - 1, column)


_STRING: tuple[type, str] = (str, "a text in quotes")
_STRINGS: tuple[type, str] = (list, "a list of texts")
_NUMBER: tuple[type, str] = (int, "a whole number")
_SWITCH: tuple[type, str] = (bool, "true or false")

# Every table and key that there is.
_KEYS: dict[str, dict[str, tuple[type, str]]] = {
    "": {"timezone": _STRING},
    "article": {"title": _STRING, "url": _STRING},
    "cited": {"url": _STRING, "doi": _STRING, "pmid": _STRING, "pmcid": _STRING, "title": _STRING},
    "pubmed": {
        "email": _STRING, "base_url": _STRING, "poll": _STRING, "lookback": _NUMBER, "overlap": _NUMBER,
        "api_key_file": _STRING,
    },
    "query": {"name": _STRING, "title": _STRING, "term": _STRING, "cites": _STRINGS},
    "feed": {"name": _STRING, "url": _STRING, "queries": _STRINGS, "poll": _STRING},
    "digest": {"name": _STRING, "to": _STRINGS, "schedule": _STRING, "queries": _STRINGS},
    "mail": {
        "from": _STRING, "host": _STRING, "port": _NUMBER, "security": _STRING, "user": _STRING,
        "password_file": _STRING, "allow_plaintext": _SWITCH,
    },
    "store": {"path": _STRING},
}  # fmt: skip
_ARRAYS = {"cited", "query", "feed", "digest"}


class _Reader:
    """Walks the document once and notes what is wrong, each time with its line."""

    def __init__(self, path: Path, document: dict[str, Any], where: dict[tuple[str | int, ...], Place]) -> None:
        self.path, self.document, self.where = path, document, where
        self.problems: list[Problem] = []
        self.terms: dict[str, WrittenTerm] = {}

    def settings(self) -> Settings:
        self._known("", {k: v for k, v in self.document.items() if not isinstance(v, dict | list)}, ())
        for name in self.document:
            if isinstance(self.document[name], dict | list) and name not in _KEYS:
                self._say((name,), f"unknown table [{name}]" + _suggestion(name, _KEYS), array_too=True)
        zone = self._zone()
        queries = tuple(self._queries())
        names = tuple(query.name for query in queries)
        cited = tuple(self._cited())
        for position, table in enumerate(self._tables("query")):
            for number in table.get("cites", []):
                if not isinstance(number, int) or not 1 <= number <= len(cited):
                    self._say(("query", position, "cites"), f"cites {number!r}: there are [[cited]] 1 to {len(cited)}")
        article = self._table("article")
        base = self.path.parent
        store = base / str(self._table("store").get("path", "db/watcher.db"))
        return Settings(
            path=self.path, zone=zone, article=str(article.get("title", "")) or "Literature watch", cited=cited,
            pubmed=self._pubmed(base), queries=queries, feeds=tuple(self._feeds(names)),
            digests=tuple(self._digests(names)), mail=self._mail(base), store=store,
            terms=self.terms,
        )  # fmt: skip

    # -- tables ---------------------------------------------------------------------------------------------------

    def _queries(self) -> Iterable[Query]:
        tables = self._tables("query")
        if not tables:
            self.problems.append(Problem("there is no [[query]]: nothing would be watched"))
        for position, (table, name) in enumerate(zip(tables, self._names("query", tables), strict=True)):
            at = ("query", position)
            term = " ".join(str(table.get("term", "")).split())
            if not term:
                self._say(at, f"query {name!r} has no term")
            else:
                self._check_term(name, term, WrittenTerm(str(table["term"]), self.where[(*at, "term")]))
            cites = tuple(number for number in table.get("cites", []) if isinstance(number, int))
            yield Query(name, str(table.get("title", name)), term, cites)

    def _check_term(self, name: str, term: str, written: WrittenTerm) -> None:
        self.terms[name] = written
        try:
            Term.parse(term)
        except TermError as error:
            try:
                Term.parse(written.text)  # again with its lines, for the places
            except TermError as placed:
                error = placed
            self.problems += [_shifted(problem, written.place, f"query {name!r}: ") for problem in error.problems]

    def _cited(self) -> Iterable[CitedWork]:
        normal: dict[str, Callable[[str], str | None]] = {"doi": normal_doi, "pmid": normal_pmid, "pmcid": normal_pmcid}
        for position, table in enumerate(self._tables("cited")):
            url = str(table.get("url", ""))
            pmid, doi, pmcid = find_ids(url)
            given: dict[str, Any] = {"doi": doi, "pmid": pmid, "pmcid": pmcid}
            for key, normalise in normal.items():
                if key in table and (value := normalise(str(table[key]))):
                    given[key] = value
                elif key in table:
                    self._say(("cited", position, key), f"{table[key]!r} is no {key.upper()}")
            if not url and not any(given.values()):
                self._say(("cited", position), "a cited work needs a url, doi, pmid or pmcid")
            elif url and not safe_url(url):
                self._say(("cited", position, "url"), f"{url!r} is no http(s) address")
            yield CitedWork(position + 1, url, title=str(table.get("title", "")), **given)

    def _feeds(self, queries: tuple[str, ...]) -> Iterable[Feed]:
        tables = self._tables("feed")
        for position, (table, name) in enumerate(zip(tables, self._names("feed", tables), strict=True)):
            at = ("feed", position)
            url = str(table.get("url", ""))
            if not safe_url(url):
                self._say((*at, "url"), f"feed {name!r} needs a url that begins with https:// or http://")
            poll = self._cron((*at, "poll"), str(table.get("poll", "0 * * * *")))
            yield Feed(name, url, self._query_names((*at, "queries"), table.get("queries", ["*"]), queries), poll)

    def _digests(self, queries: tuple[str, ...]) -> Iterable[DigestSettings]:
        tables = self._tables("digest")
        if not tables:
            self.problems.append(Problem("there is no [[digest]]: nobody would be told"))
        for position, (table, name) in enumerate(zip(tables, self._names("digest", tables), strict=True)):
            at = ("digest", position)
            for address in table.get("to", []):
                self._address((*at, "to"), address)
            if not table.get("to"):
                self._say(at, f'digest {name!r} has no recipient: to = ["you@example.org"]')
            schedule = self._cron((*at, "schedule"), str(table.get("schedule", "0 7 * * *")))
            chosen = self._query_names((*at, "queries"), table.get("queries", ["*"]), queries)
            yield DigestSettings(name, tuple(map(str, table.get("to", []))), schedule, chosen)

    def _pubmed(self, base: Path) -> PubmedSettings:
        table = self._table("pubmed")
        default = PubmedSettings()
        url = str(table.get("base_url", default.base_url))
        parts = urlsplit(url)
        if not safe_url(url) or (parts.scheme != "https" and not is_loopback(parts.hostname or "")):
            self._say(("pubmed", "base_url"), "base_url must be https:// (plain http only to this machine itself)")
        email = str(table.get("email", default.email))
        self._address(("pubmed", "email"), email)
        days = {}
        for key in ("lookback", "overlap"):
            days[key] = table.get(key, getattr(default, key))
            if not isinstance(days[key], int) or not 1 <= days[key] <= 36_525:
                self._say(("pubmed", key), f"{key} must be a number of days, from 1 to 36525")
        poll = self._cron(("pubmed", "poll"), str(table.get("poll", default.poll)))
        return PubmedSettings(
            email, url.rstrip("/") + "/", poll, **days, api_key_file=_file(base, table.get("api_key_file"))
        )

    def _mail(self, base: Path) -> MailSettings | None:
        if "mail" not in self.document:
            return None
        table = self._table("mail")
        for key in ("from", "host"):
            if not table.get(key):
                self._say(("mail",), f"[mail] needs {key}")
        self._address(("mail", "from"), table.get("from", EXAMPLE_EMAIL))
        security, host = table.get("security", "starttls"), str(table.get("host", ""))
        if security not in {"starttls", "tls", "none"}:
            self._say(("mail", "security"), f"security is starttls, tls or none, not {security!r}")
            security = "starttls"
        plaintext = bool(table.get("allow_plaintext", False))
        if security == "none" and not (plaintext or is_loopback(host)):
            self._say(("mail", "security"), "security = \"none\" sends mail unencrypted: only to this machine itself, "
                      "or with allow_plaintext = true")  # fmt: skip
        port = table.get("port", {"starttls": 587, "tls": 465, "none": 25}[security])
        if not isinstance(port, int) or not 0 < port < 65_536:
            self._say(("mail", "port"), f"{port!r} is no port")
            port = 587
        user = table.get("user")
        return MailSettings(
            str(table.get("from", "")), host, port, security, None if user is None else str(user),
            _file(base, table.get("password_file")), plaintext,
        )  # fmt: skip

    # -- values ---------------------------------------------------------------------------------------------------

    def _zone(self) -> ZoneInfo:
        name = self.document.get("timezone", "UTC")
        try:
            return ZoneInfo(str(name))
        except (KeyError, ValueError, OSError):
            self._say(("timezone",), f'unknown timezone {name!r}: an IANA name such as "Europe/Berlin" is meant')
            return ZoneInfo("UTC")

    def _table(self, name: str) -> dict[str, Any]:
        table = self.document.get(name, {})
        if not isinstance(table, dict):
            self._say((name,), f"[{name}] occurs once, with single brackets", array_too=True)
            return {}
        return self._known(name, table, (name,))

    def _tables(self, name: str) -> list[dict[str, Any]]:
        tables = self.document.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._say((name,), f"write [[{name}]], with double brackets")
            return []
        return [self._known(name, table, (name, position)) for position, table in enumerate(tables)]

    def _known(self, name: str, table: dict[str, Any], at: tuple[str | int, ...]) -> dict[str, Any]:
        """The keys of a table that are known and of the right type; the others become problems (once)."""
        good = {}
        for key, value in table.items():
            if key not in _KEYS[name]:
                self._say(
                    (*at, key),
                    f"unknown key {key!r}" + (f" in [{name}]" if name else "") + _suggestion(key, _KEYS[name]),
                )
                continue
            kind, words = _KEYS[name][key]
            items = value if kind is list and isinstance(value, list) else []
            right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
            if not right or any(not isinstance(item, int if key == "cites" else str) for item in items):
                words = "a list of numbers" if key == "cites" else words
                self._say((*at, key), f"{key} must be {words}, not {value!r}")
            else:
                good[key] = value
        return good

    def _names(self, kind: str, tables: list[dict[str, Any]]) -> list[str]:
        names: list[str] = []
        for position, table in enumerate(tables):
            name = str(table.get("name", ""))
            if not name or not name.isprintable() or name == "*":
                self._say((kind, position), f"a [[{kind}]] needs a name")
                name = f"{kind} {position + 1}"
            elif name in names:
                self._say((kind, position, "name"), f"there are two [[{kind}]] named {name!r}")
            names.append(name)
        return names

    def _query_names(self, at: tuple[str | int, ...], given: list[Any], queries: tuple[str, ...]) -> tuple[str, ...]:
        if "*" in given:
            return queries
        for name in given:
            if name not in queries:
                self._say(at, f"no query is named {name!r}" + _suggestion(str(name), queries))
        return tuple(name for name in queries if name in given)

    def _cron(self, at: tuple[str | int, ...], line: str) -> str:
        from watcher.cron import CronError, check_cron

        try:
            check_cron(line)
        except CronError as error:
            self._say(at, str(error))
        return line

    def _address(self, at: tuple[str | int, ...], text: Any) -> None:
        address = parseaddr(str(text))[1]
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address) or not str(text).isprintable():
            self._say(at, f"{text!r} is no mail address")

    def _say(self, at: tuple[str | int, ...], message: str, *, array_too: bool = False) -> None:
        place = self.where.get(at) or (self.where.get((*at, 0)) if array_too else None)
        while place is None and len(at) > 1:
            at = at[:-1]
            place = self.where.get(at)
        problem = Problem(message, place.line if place else None)
        if problem not in self.problems:
            self.problems.append(problem)


def _suggestion(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name.lower(), [k for k in known if k], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _file(base: Path, name: Any) -> Path | None:
    return None if name is None else base / Path(str(name)).expanduser()

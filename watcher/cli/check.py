"""`check`: every problem in the configuration by its line; with --online, what the outside says to it."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from watcher.cli.output import Shell, mail_password, progress_line, say_json
from watcher.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.models import Feed, Query
    from watcher.settings import MailSettings, Settings
    from watcher.sources.eutils import Eutils
    from watcher.store.store import Store


@click.command(short_help="Every problem in queries.toml, by line.", epilog="Example: watcher check --online")
@click.option("--online", is_flag=True, help="Also ask PubMed about each query, each feed, and the mail server.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def check(shell: Shell, online: bool, as_json: bool) -> int:
    """Every problem in queries.toml, by line; nothing is stored or sent."""
    import os

    from watcher.config import warnings
    from watcher.errors import ConfigError, StoreError
    from watcher.pipeline.doubts import of_store
    from watcher.secrets import ncbi_api_key

    try:
        settings = shell.settings()
    except ConfigError as error:
        if not as_json:
            for warning in error.warnings:
                click.echo(f"{error.path}: to look at: {warning}", err=True)
            raise
        say_json({
            "problems": [_as_json(p.line, p.column, p.message) for p in error.problems],
            "warnings": [_as_json(w.line, w.column, w.message) for w in error.warnings], "online": [],
        })  # fmt: skip
        return 2
    found = warnings(settings)
    mail = settings.mail
    ncbi_api_key(os.environ, settings.pubmed.api_key_file)
    if mail is not None and mail.user is not None and mail_password(settings) is None:
        found.append(Problem(f"[mail] there is no password for {mail.user}: password_file or $WATCHER_SMTP_PASSWORD"))
    try:
        with _stored(settings) as store:
            found += list(of_store(store, settings)) if store else []
            answers = list(_online(shell, settings, store.texts.headings() if store else ())) if online else []
    except StoreError:
        for warning in found if not as_json else ():  # what is known of the file is no less so
            click.echo(f"{settings.path}: {warning}", err=True)
        raise
    found += [problem for answer in answers for problem in answer.problems]
    if as_json:
        say_json({
            "problems": [], "warnings": [_as_json(w.line, w.column, w.message) for w in found],
            "online": [{"what": answer.what, "ok": answer.ok, "said": answer.said} for answer in answers],
        })  # fmt: skip
    else:
        for warning in found:
            click.echo(f"{settings.path}: {warning}", err=True)
        for answer in answers:
            click.echo(f"{answer.what}: {'' if answer.ok else 'FAILED: '}{answer.said}", err=not answer.ok)
        counts = ", ".join(
            f"{len(found_here)} {one if len(found_here) == 1 else many}"
            for found_here, one, many in (
                (settings.queries, "query", "queries"),
                (settings.feeds, "feed", "feeds"),
                (settings.digests, "digest", "digests"),
            )
        )
        click.echo(f"{settings.path}: {counts}; no problem" + (f", {len(found)} to look at" if found else ""))
    return int(any(not answer.ok for answer in answers))


def _as_json(line: int | None, column: int | None, message: str) -> dict[str, object]:
    return {"line": line, "column": column, "message": message}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an outside says: its name, whether it works, its words, and what they mean for the file."""

    what: str
    ok: bool
    said: str
    problems: tuple[Problem, ...] = ()


@contextmanager
def _stored(settings: Settings) -> Iterator[Store | None]:
    """The store, where there is one."""
    from watcher.store.store import Store

    if not settings.store.exists():
        yield None
        return
    with Store(settings.store) as store:
        yield store


def _online(shell: Shell, settings: Settings, headings: Sequence[str]) -> Iterator[_Answer]:
    from watcher.errors import DeliveryError, WatcherError
    from watcher.pipeline.doubts import of_pubmed
    from watcher.sources import feeds, pubmed
    from watcher.sources.http import Client
    from watcher.sources.validators import Validators

    client = Client()
    days = pubmed.window(None, "", shell.now(None, settings), lookback=30, overlap=0)

    def ask_pubmed(eutils: Eutils, query: Query) -> tuple[str, tuple[Problem, ...]]:
        found = pubmed.search(eutils, query.term, days, when_indexed=query.when_indexed)
        said = "; ".join([f"{len(found.pmids)} works in the last 30 days", *found.notes])
        return said, tuple(of_pubmed(eutils, found, query.name, settings, headings))

    def ask_feed(feed: Feed) -> tuple[str, tuple[Problem, ...]]:
        answer = feeds.poll(client, feed, Validators())
        moved = f"; it has moved to {answer.moved_to}" if answer.moved_to else ""
        return f"{len(answer.records)} entries{moved}", ()

    def ask_mail(mail: MailSettings) -> tuple[str, tuple[Problem, ...]]:
        with shell.transport(settings) as transport:
            problem = transport.unreachable
        if problem:
            raise DeliveryError(problem)
        return "it takes our login" if mail.user else "it answers", ()

    with closing(client), shell.pubmed(settings) as eutils, progress_line() as progress:
        asked = [(f"PubMed, {query.name}", partial(ask_pubmed, eutils, query)) for query in settings.queries]
        asked += [(feed.name, partial(ask_feed, feed)) for feed in settings.feeds]
        asked += [("the mail server", partial(ask_mail, settings.mail))] if settings.mail else []
        for what, ask in asked:
            progress(f"asking {what}")
            try:
                yield _Answer(what, True, *ask())
            except WatcherError as error:
                yield _Answer(what, False, str(error))

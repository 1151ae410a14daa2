"""`check`: every problem in the configuration by its line; with --online, what the outside says to it."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

from watcher.cli.output import Shell, mail_password, progress_line, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Feed, Query
    from watcher.settings import MailSettings, Settings


@click.command(short_help="Every problem in queries.toml, by line.", epilog="Example: watcher check --online")
@click.option("--online", is_flag=True, help="Also ask PubMed about each query, each feed, and the mail server.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_obj
def check(shell: Shell, online: bool, as_json: bool) -> int:
    """Every problem in queries.toml, by line; nothing is stored or sent."""
    import os

    from watcher.config import warnings
    from watcher.errors import ConfigError, Problem
    from watcher.secrets import ncbi_api_key

    try:
        settings = shell.settings()
    except ConfigError as error:
        if not as_json:
            raise
        say_json(
            {"problems": [_as_json(p.line, p.column, p.message) for p in error.problems], "warnings": [], "online": []}
        )
        return 2
    found = warnings(settings)
    mail = settings.mail
    ncbi_api_key(os.environ, settings.pubmed.api_key_file)
    if mail is not None and mail.user is not None and mail_password(settings) is None:
        found.append(Problem(f"[mail] there is no password for {mail.user}: password_file or $WATCHER_SMTP_PASSWORD"))
    answers = list(_online(shell, settings)) if online else []
    if as_json:
        say_json({
            "problems": [], "warnings": [_as_json(w.line, w.column, w.message) for w in found],
            "online": [{"what": what, "ok": ok, "said": said} for what, ok, said in answers],
        })  # fmt: skip
    else:
        for warning in found:
            click.echo(f"{settings.path}: {warning}", err=True)
        for what, ok, said in answers:
            click.echo(f"{what}: {'' if ok else 'FAILED: '}{said}", err=not ok)
        counts = ", ".join(
            f"{len(found_here)} {one if len(found_here) == 1 else many}"
            for found_here, one, many in (
                (settings.queries, "query", "queries"),
                (settings.feeds, "feed", "feeds"),
                (settings.digests, "digest", "digests"),
            )
        )
        click.echo(f"{settings.path}: {counts}; no problem" + (f", {len(found)} to look at" if found else ""))
    return int(any(not ok for _, ok, _ in answers))


def _as_json(line: int | None, column: int | None, message: str) -> dict[str, object]:
    return {"line": line, "column": column, "message": message}


def _online(shell: Shell, settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """What each outside says: its name, whether it works, and its words."""
    import os

    from watcher.errors import DeliveryError, WatcherError
    from watcher.pipeline.context import PACE
    from watcher.secrets import ncbi_api_key
    from watcher.sources import feeds, pubmed
    from watcher.sources.eutils import Eutils
    from watcher.sources.http import Client

    client = Client()
    key = ncbi_api_key(os.environ, settings.pubmed.api_key_file)
    eutils = Eutils(
        client,
        base_url=settings.pubmed.base_url,
        email=settings.pubmed.email,
        api_key=key,
        pace=settings.store.with_name(PACE),
    )
    days = pubmed.window(None, "", shell.now(None, settings), lookback=30, overlap=0)

    def ask_pubmed(query: Query) -> str:
        found = pubmed.search(eutils, query.term, days, when_indexed=query.when_indexed)
        return "; ".join([f"{len(found.pmids)} works in the last 30 days", *found.notes])

    def ask_feed(feed: Feed) -> str:
        answer = feeds.poll(client, feed, feeds.Validators())
        moved = f"; it has moved to {answer.moved_to}" if answer.moved_to else ""
        return f"{len(answer.records)} entries{moved}"

    def ask_mail(mail: MailSettings) -> str:
        with shell.transport(settings) as transport:
            problem = transport.unreachable
        if problem:
            raise DeliveryError(problem)
        return "it takes our login" if mail.user else "it answers"

    asked = [(f"PubMed, {query.name}", partial(ask_pubmed, query)) for query in settings.queries]
    asked += [(feed.name, partial(ask_feed, feed)) for feed in settings.feeds]
    asked += [("the mail server", partial(ask_mail, settings.mail))] if settings.mail else []
    with closing(client), progress_line() as progress:
        for what, ask in asked:
            progress(f"asking {what}")
            try:
                yield what, True, ask()
            except WatcherError as error:
                yield what, False, str(error)

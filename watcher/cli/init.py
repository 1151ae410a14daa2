"""`init`: from an article to a queries.toml, or to what an edited one lacks."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import UTC
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from watcher.cli.output import Shell, acting_at, progress_line

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.article.reading import Article
    from watcher.pipeline.propose import Proposal
    from watcher.pipeline.resolve import Resolved
    from watcher.proposal.trial import Tried
    from watcher.proposed_file import Extended, NewCited, NewQuery
    from watcher.settings import PubmedSettings
    from watcher.sources.http import Client

_LONGEST_GIST = 300  # characters
_LONGEST_REMARK = 100
_LONGEST_SHOWN = 90


@click.command(
    short_help="From an article to a queries.toml to edit.",
    epilog="Example: watcher init article.html -o queries.toml",
)
@click.argument("article")
@click.option("--output", "-o", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="The file to write, or to add to; that of --config otherwise.")  # fmt: skip
@click.option("--offline", is_flag=True, help="By the article alone: ask neither PubMed nor the sources' pages.")
@click.option("--per-week", type=click.FloatRange(min=0, min_open=True), default=40, show_default=True,
              help="A query that finds more new works a week is narrowed.")  # fmt: skip
@click.option("--email", metavar="ADDRESS", help="Yours, for a new file: NCBI asks for it, and the digest goes there.")
@click.option("--base-url", metavar="URL", help="Where the E-utilities are, for a new file; NCBI's otherwise.")
@click.option("--now", metavar="ISO-TIME", help="Act as of this moment.")
@click.pass_obj
def init(
    shell: Shell, article: str, output: Path | None, offline: bool, per_week: float, email: str | None,
    base_url: str | None, now: str | None,
) -> int:  # fmt: skip
    """Read ARTICLE (a text or HTML file, an address, or - for standard input), find out which works it cites, and
    propose a query for each of its statements, tried on PubMed. What there is in FILE already stays as it is.
    """
    from watcher.config import parse_settings, read_settings
    from watcher.pipeline.look_up import keep_cited
    from watcher.pipeline.propose import propose
    from watcher.proposed_file import extended, skeleton
    from watcher.secrets import ncbi_api_key
    from watcher.sources.eutils import Eutils
    from watcher.sources.http import Client
    from watcher.store.store import Store

    path = output or Path(shell.config)
    has = read_settings(path) if path.exists() else None
    pubmed = has.pubmed if has else _pubmed(email, base_url)
    if has and (email or base_url):
        click.echo(f"--email and --base-url are for a new file: {path} is there, and says both itself", err=True)
    at = acting_at(now, has.zone if has else UTC)
    with closing(Client()) as client, progress_line() as progress:
        read = _read(article, client, offline=offline)
        key = ncbi_api_key(os.environ, pubmed.api_key_file)
        eutils = Eutils(client, base_url=pubmed.base_url, email=pubmed.email, api_key=key)
        proposal = propose(
            read, None if offline else eutils, client, email=pubmed.email, now=at, per_week=per_week, progress=progress
        )
    queries = [_new_query(each, proposal, at) for each in proposal.queries]
    if not queries and has is None:
        queries = [_by_title(article, proposal)]
    bom, text = _as_it_is(path) if has else ("", skeleton(
        proposal.title, email=pubmed.email, base_url=pubmed.base_url, url=article if _is_address(article) else ""
    ))  # fmt: skip
    changed = extended(text, [_new_cited(each, proposal) for each in proposal.sources], queries, has)
    settings = parse_settings(changed.text, path)  # so that nothing is written that `watcher check` would refuse
    if changed.text != text or has is None:
        _write(path, bom + changed.text)
    if records := [each.record for each in proposal.sources if each.record is not None]:
        with Store(settings.store) as store:
            keep_cited(store, records, at)
    _say(path, proposal, changed, new=has is None)
    return int(bool(proposal.unchecked) and not offline)


def _pubmed(email: str | None, base_url: str | None) -> PubmedSettings:
    """How PubMed is asked for a new file."""
    from watcher.addresses import is_bare_address, is_private
    from watcher.settings import EUTILS, EXAMPLE_EMAIL, PubmedSettings

    if email is not None and not is_bare_address(email):
        raise click.BadParameter(f"{email!r} is no mail address, such as {EXAMPLE_EMAIL}", param_hint="--email")
    if base_url is not None and not is_private(base_url):
        raise click.BadParameter("https:// is needed (plain http only to this machine itself)", param_hint="--base-url")
    return PubmedSettings(email or EXAMPLE_EMAIL, (base_url or EUTILS).rstrip("/") + "/")


def _read(article: str, client: Client, *, offline: bool) -> Article:
    """The article; what cannot be read is a wrong call."""
    from watcher.article.passages import ArticleError
    from watcher.article.reading import read_article
    from watcher.sources.pages import body_of

    if _is_address(article) and offline:
        raise click.UsageError(f"{article} cannot be read --offline: save the page, and give its file")
    try:
        if _is_address(article):
            body, charset = body_of(client, article)
        else:
            body = sys.stdin.buffer.read() if article == "-" else Path(article).read_bytes()
            charset = None
        return read_article(body, charset)
    except ArticleError as error:
        raise click.UsageError(f"{article}: {error}") from None
    except OSError as error:
        raise click.UsageError(f"{article}: {error.strerror or error}") from None


def _is_address(article: str) -> bool:
    return article.lower().startswith(("http://", "https://"))


def _as_it_is(path: Path) -> tuple[str, str]:
    """The byte order mark of a file, and its text with the ends of lines that it has."""
    text = path.read_bytes().decode("utf-8")
    return ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)


def _new_cited(each: Resolved, proposal: Proposal) -> NewCited:
    from watcher.proposed_file import NewCited

    if each.record is not None:
        remark = f"in {each.record.journal_abbreviation or each.record.journal}, by PubMed"
    elif proposal.unchecked:
        remark = "not looked up in PubMed"
    else:
        remark = shorten(each.why_not, _LONGEST_REMARK, placeholder=" …")
    return NewCited(each.cited, remark, proposal.entries[each.cited.number])


def _by_title(article: str, proposal: Proposal) -> NewQuery:
    """The query that stands in where the statements give none. Raises UsageError where the title gives none either."""
    from watcher.proposal.drafts import draft_of_title
    from watcher.proposal.trial import untried
    from watcher.proposed_file import NewQuery

    why = "no statement of the article names two things to search for"
    if proposal.dropped:
        why = f"PubMed finds nothing by any of the article's queries ({', '.join(proposal.dropped)})"
    draft = draft_of_title(proposal.title)
    if draft is None:
        raise click.UsageError(f"{article}: {why}, and its title has no word")
    click.echo(f"{why}: one query by the words of the title is written, to be edited", err=True)
    remark = f"TO BE EDITED. {why[:1].upper()}{why[1:]}: these are the words of its title, not tried on PubMed."
    return NewQuery(draft.name, draft.title, untried(draft).term, (), f"“{proposal.title}”", (remark,))


def _new_query(each: Tried, proposal: Proposal, at: datetime) -> NewQuery:
    """A query, and over it the gist of what it follows, what it finds a week, and what was done to it."""
    from watcher.proposed_file import NewQuery

    draft = each.draft
    gist = shorten(" ".join(draft.sentences), _LONGEST_GIST, placeholder=" …")
    if each.per_week is None:
        volume = f"Not tried on PubMed: {proposal.unchecked}."
    else:
        volume = f"{_volume(each.per_week)} on PubMed, by what was new up to {at:%d %B %Y}."
    remarks = [f"{remark[:1].upper()}{remark[1:]}." for remark in each.remarks]
    return NewQuery(draft.name, draft.title, each.term, draft.cites, f"“{gist}”", (volume, *remarks))


def _volume(per_week: float) -> str:
    number = f"{per_week:.0f}" if per_week >= 10 else f"{per_week:.1f}"
    return (
        "Nothing yet"
        if per_week == 0
        else f"{number} works a week"
        if per_week >= 0.1
        else "Less than one work a month"
    )


def _write(path: Path, text: str) -> None:
    """The whole file or none of it; a link stays one."""
    from watcher import disk

    try:
        disk.write(path.resolve(), text.encode())
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror or error}", param_hint="--output") from None


def _say(path: Path, proposal: Proposal, changed: Extended, *, new: bool) -> None:
    """What was written, and what was not found out."""
    done = {query.draft.name: query for query in proposal.queries}
    counted = f"{len(changed.queries)} quer{'y' if len(changed.queries) == 1 else 'ies'}"
    works = f"{changed.cited} cited work{'' if changed.cited == 1 else 's'}"
    if not changed.queries and not changed.cited:
        click.echo(f"{path}: it holds all that the article says; nothing was changed")
    else:
        click.echo(f"{path}: {counted} and {works} {'written' if new else 'added; nothing that was there is changed'}")
    for name in changed.queries:
        tried = done.get(name)
        click.echo(f"  {name}: {tried.draft.title if tried else 'by the title'}")
        if tried and tried.per_week is not None:
            click.echo("    " + "; ".join([_volume(tried.per_week), *tried.remarks]))
    if proposal.unchecked:
        click.echo(f"not checked on PubMed, neither queries nor cited works: {proposal.unchecked}", err=True)
    for name in proposal.dropped:
        click.echo(f"left out, because PubMed finds nothing by it: {name}", err=True)
    for each in proposal.sources if not proposal.unchecked else ():
        if each.record is None:
            click.echo(f"[{each.cited.number}] no PubMed record was found: {each.why_not}", err=True)
    _say_left(proposal)
    click.echo(f"Read it, and change what you know better; then: watcher --config {path} check --online")


def _say_left(proposal: Proposal) -> None:
    """Of what the article says and lists, that of which nothing came; by the article's own numbers."""
    for run in proposal.silent:
        marks = "".join(f"[{number}]" for number in run[0].cites)
        said = shorten(" ".join(statement.text for statement in run), _LONGEST_SHOWN, placeholder=" …")
        click.echo(f"no query came of: “{said}” {marks}".rstrip(), err=True)
    if len(proposal.uncited) == len(proposal.sources) > 0:
        click.echo("no statement cites a source by a mark that is known, so the queries have no cites", err=True)
        return
    for number in proposal.uncited:
        said = shorten(proposal.entries[number], _LONGEST_SHOWN, placeholder=" …")
        click.echo(f"[{number}] no statement cites it: {said}", err=True)

"""`demo`: the whole job on the embedded sample, by the same code, without network, mail server or the user's files."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from watcher.cli.output import writing_to


@click.command(short_help="The whole job on an invented sample, offline.", epilog="Example: watcher demo --out demo")
@click.option(
    "--out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
    help="Where to work; a new folder for temporary files otherwise.",
)  # fmt: skip
def demo(out: Path | None) -> int:
    """Poll, recognise, compose and deliver an invented sample: two polls on two days, two digests."""
    from watcher.config import read_settings
    from watcher.digest.render import plain_text
    from watcher.pipeline.context import opened
    from watcher.pipeline.deliver import transport_for
    from watcher.pipeline.work import work
    from watcher.sample import MORNINGS, SampleNetwork, copy_settings

    folder = out if out is not None else Path(tempfile.mkdtemp(prefix="watcher-demo-"))
    with writing_to(folder):
        if any(folder.iterdir()):
            raise click.UsageError(f"{folder} is not empty: name a new folder, so that nothing of yours is touched")
        path = copy_settings(folder)
    settings = read_settings(path)
    click.echo("The sample is invented: no record, person or result in it is real.\n")
    for now in MORNINGS:
        network = SampleNetwork(now.date())
        with opened(settings, now, play=network, sleep=lambda _: None) as context:
            report = work(context, lambda: transport_for(settings, None), only_due=False)
        for told in report.told:
            click.echo(plain_text(told.digest))
            click.echo("=" * 72 + "\n")
    pages = sorted((settings.store.parent / "outbox").glob("*.html"))
    click.echo("The same as HTML, as a reader would get it by mail:")
    for page in pages:
        click.echo(f"  {page}")
    click.echo(f"Look further: {sys.argv[0]} --config {settings.path} status    (or: search 'exosome*', show 1)")
    return 0

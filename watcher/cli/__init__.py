"""The command line: commands and exit statuses."""

from __future__ import annotations

import io
import logging
import os
import sys
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from watcher import __version__
from watcher.cli.check import check
from watcher.cli.correct import merge, split
from watcher.cli.demo import demo
from watcher.cli.edits import diff
from watcher.cli.explain import explain
from watcher.cli.export import export
from watcher.cli.init import init
from watcher.cli.load import load
from watcher.cli.look import search, show, status
from watcher.cli.output import Shell
from watcher.cli.preview import preview
from watcher.cli.rate import rate
from watcher.cli.work import deliver, digest, poll, run
from watcher.errors import BusyError, ConfigError, SecretError, WatcherError

FAILED, WRONG, INTERRUPTED = 1, 2, 130


class _Commands(click.Group):
    """The commands, for readers who may leave before the end, as `| head -1` does."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The interpreter's own flush at exit must not complain about it either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return status


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit status: 0 all well; 1 it ran, and a source or a delivery failed; 2 the configuration or the call is "
    "wrong.\n\nExample: watcher --config ~/skin/queries.toml run --once",
)
@click.option(
    "--config",
    "-c",
    metavar="FILE",
    envvar="WATCHER_CONFIG",
    default="queries.toml",
    show_default=True,
    show_envvar=True,
    help="What is watched, and who is told.",
)
@click.option("--verbose", "-v", is_flag=True, help="Say what is done, on standard error.")
@click.version_option(__version__, prog_name="watcher")
@click.pass_context
def cli(context: click.Context, config: str, verbose: bool) -> None:
    """Watches PubMed and news feeds for what bears on an article you have read, and mails you why."""
    context.obj = Shell(config, verbose)
    if os.environ.get("NO_COLOR"):
        context.color = False


for command in (
    init, check, preview, diff, poll, load, digest, deliver, run, status, search, show, explain, merge, split, rate,
    export, demo,
):  # fmt: skip
    cli.add_command(command)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def main() -> NoReturn:
    """Run the command line; every error that a user can meet becomes a message and an exit status."""
    sys.stdout = sys.stdout or _nowhere()  # closed by the caller, as by `>&-`
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a title may hold what an old terminal cannot show
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except BusyError as error:
        click.echo(f"watcher: {error}", err=True)
        sys.exit(0)
    except (ConfigError, SecretError) as error:
        click.echo(f"{error}" if isinstance(error, ConfigError) else f"watcher: {error}", err=True)
        sys.exit(WRONG)
    except WatcherError as error:
        click.echo(f"watcher: {error}", err=True)
        sys.exit(FAILED)
    except OSError as error:  # of what is printed, for everything else has its own words
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.echo(f"watcher: what was asked for cannot be printed: {error.strerror}", err=True)
        sys.exit(FAILED)
    sys.exit(status if isinstance(status, int) else 0)

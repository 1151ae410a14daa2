"""The archive: files of all digests that were kept, beside the database, for any web server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher import disk
from watcher.digest import editions as files
from watcher.pipeline.context import IN_MEMORY
from watcher.store import editions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import Run
    from watcher.pipeline.context import Context
    from watcher.told import Edition

FOLDER = "archive"


def publish(context: Context) -> Run | None:
    """Write what the archive lacks; None where it is complete. What the disk refuses is a failed run, and no more.

    A digest's page is written last of all: while it is missing, for whatever reason, everything is made anew.
    """
    store, folder = context.store, context.settings.store.parent / FOLDER
    known = store.editions.all() if context.settings.store != IN_MEMORY else []
    lacking = [one for one in known if not (folder / f"{files.stem(one)}.html").is_file()]
    if not lacking and (not known or all((folder / name).is_file() for name in _OF_ALL)):
        return None
    run_id = store.runs.start(editions.SOURCE, None, context.now)
    error = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in _files(context, known, lacking):
            disk.write(folder / name, content.encode())
        disk.sync_folder(folder)
    except OSError as refusal:
        error = f"{refusal.filename or folder}: {refusal.strerror}"
    store.runs.finish(run_id, context.now, found=len(known), new=0 if error else len(lacking), error=error)
    return store.runs.last(editions.SOURCE)


_OF_ALL = (files.INDEX, files.INDEX_JSON, files.FEED)


def _files(context: Context, known: list[Edition], lacking: list[Edition]) -> Iterator[tuple[str, str]]:
    """Names and contents, in the order in which they are to be written."""
    store, article = context.store, context.settings.article
    latest = ((edition, works) for edition, _, works in store.editions.content(known[: files.IN_FEED]))
    yield files.FEED, files.feed(article, latest)
    yield files.INDEX_JSON, files.index_json(known)
    yield files.INDEX, files.index(article, known)
    for edition, page, works in store.editions.content(lacking):
        yield f"{files.stem(edition)}.json", files.page_json(edition, works)
        yield f"{files.stem(edition)}.html", page

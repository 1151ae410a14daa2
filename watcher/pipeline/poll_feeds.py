"""Poll a feed: a conditional GET, and the entries that a query's term matches become records of works."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.models import Match
from watcher.pipeline.recognise import recognise
from watcher.sources import feeds
from watcher.terms.term import Term

if TYPE_CHECKING:
    from watcher.models import Feed, Run
    from watcher.pipeline.context import Context


def poll_feed(context: Context, feed: Feed) -> Run:
    """A conditional GET; the entries that a query's term matches become records."""
    store, queries = context.store, context.settings.chosen(feed.queries)
    # An entry that no term matched is not kept: so other terms, like another address, are a reason to ask for all anew.
    terms = hashlib.sha256("\0".join(query.term for query in queries).encode()).hexdigest()
    run_id = store.runs.start(feed.source, None, context.now)
    context.progress(f"{feed.name}: asking")
    try:
        answer = feeds.poll(context.client, feed, feeds.Validators(*store.runs.feed(feed.name, feed.url, terms)))
    except SourceError as error:
        store.runs.finish(run_id, context.now, found=0, new=0, error=str(error))
        return _last(context, feed)
    notes = (f"it has moved to {answer.moved_to}: write that address into queries.toml",) if answer.moved_to else ()
    with store.transaction():
        known = store.works.of_source(feed.source, (record.source_id for record in answer.records))
        found = new = 0
        for record in answer.records:
            evaluated = ((query.name, Term.parse(query.term).evaluate(record)) for query in queries)
            matches = [(name, evaluation.phrases) for name, evaluation in evaluated if evaluation.matched]
            if not matches:
                continue
            work_id = known.get(record.source_id) or recognise(context, record)
            known[record.source_id] = work_id
            fresh = [(name, phrases) for name, phrases in matches if not store.works.matched(name, [work_id])]
            for name, phrases in fresh:
                store.works.match(Match(work_id, name, phrases), context.now)
            found, new = found + 1, new + bool(fresh)
        if answer.changed:
            validators = answer.validators
            store.runs.keep_feed(feed.name, feed.url, terms, validators.etag, validators.last_modified)
        store.runs.finish(run_id, context.now, found=found, new=new, notes=notes)
    return _last(context, feed)


def _last(context: Context, feed: Feed) -> Run:
    run = context.store.runs.last(feed.source)
    if run is None:
        raise AssertionError(feed.source)
    return run

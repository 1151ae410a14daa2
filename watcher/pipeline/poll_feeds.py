"""Poll a feed: a conditional GET, and the entries that a query's term matches become records of works."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.pipeline.feed_life import after_answer, after_failure, is_absent, may_be_asked
from watcher.pipeline.recognise import recognise_new
from watcher.sources import feeds
from watcher.sources.http import InwardError
from watcher.sources.validators import Validators
from watcher.terms.term import Term
from watcher.works.identifiers import normal_title, versionless

if TYPE_CHECKING:
    from watcher.models import Feed, Query, Record, Run
    from watcher.pipeline.context import Context
    from watcher.store.feeds import FeedState


def can_poll(context: Context, feed: Feed) -> bool:
    """Whether the feed is to be asked at all: it has not ended, and its server has not asked for a longer pause."""
    return may_be_asked(context.store.feeds.get(feed.name, feed.url), context.now)


def poll_feed(context: Context, feed: Feed) -> Run:
    """A conditional GET; the entries that a query's term matches become records."""
    store, queries = context.store, context.settings.chosen(feed.queries)
    # An entry that no term matched is not kept: so other terms, like another address, are a reason to ask for all anew.
    terms = hashlib.sha256("\0".join(query.term for query in queries).encode()).hexdigest()
    state = store.feeds.get(feed.name, feed.url)
    run_id = store.runs.start(feed.source, None, context.now)
    context.progress(f"{feed.name}: asking")
    try:
        state, answer = _asked(context, feed, state, terms)
    except SourceError as error:
        state, said = after_failure(state, error, context.now)
        with store.transaction():
            store.feeds.keep(feed.name, feed.url, state)
            store.runs.finish(run_id, context.now, found=0, new=0, error=said)
        return _last(context, feed)
    with store.transaction():
        found, new = _store(context, feed, queries, answer.records)
        if answer.changed:
            given = answer.validators
            state = replace(state, terms=terms, etag=given.etag, last_modified=given.last_modified)
        state, notes = after_answer(state, feed.url, answer.moved_to, answer.records, context.now)
        store.feeds.keep(feed.name, feed.url, state)
        store.runs.finish(run_id, context.now, found=found, new=new, notes=notes)
    return _last(context, feed)


def _asked(context: Context, feed: Feed, state: FeedState, terms: str) -> tuple[FeedState, feeds.FeedAnswer]:
    """Ask where the feed has moved to. If nothing is there, or not outside any more, ask at the configured address, and
    forget the move.
    """
    same = state.terms == terms
    validators = Validators(state.etag, state.last_modified) if same else Validators()
    try:
        return state, feeds.poll(context.client, feed, validators, state.moved_to)
    except SourceError as error:
        if state.moved_to is None or not (is_absent(error) or isinstance(error, InwardError)):
            raise
    return replace(state, moved_to=None), feeds.poll(context.client, feed, Validators())


def _store(context: Context, feed: Feed, queries: tuple[Query, ...], records: tuple[Record, ...]) -> tuple[int, int]:
    """Keep the records that a query matches; gives how many those are, and how many of them are a new match."""
    store = context.store
    matched = []
    for record in [_told_apart(context, record) for record in records]:
        evaluated = ((query.name, Term.parse(query.term).evaluate(record)) for query in queries)
        if matches := [(name, evaluation.phrases) for name, evaluation in evaluated if evaluation.matched]:
            matched.append((record, matches))
    recognise_new(store, [record for record, _ in matched], context.now)
    works = store.works.of_source(feed.source, [record.source_id for record, _ in matched])
    new = 0
    for record, matches in matched:
        new += any(not store.matches.works(name, [works[record.source_id]]) for name, _ in matches)
        for name, phrases in matches:
            store.matches.keep(record.source, record.source_id, name, phrases, context.now)
    return len(matched), new


def _told_apart(context: Context, record: Record) -> Record:
    """The record, with its DOI in its identity where the feed has given its guid to another work before."""
    stored = context.store.works.record(record.source, record.source_id) if record.doi else None
    if record.doi is None or stored is None or stored.doi is None:
        return record
    if versionless(record.doi) == versionless(stored.doi) or normal_title(record.title) == normal_title(stored.title):
        return record
    return replace(record, source_id=f"{record.source_id} {record.doi}")


def _last(context: Context, feed: Feed) -> Run:
    run = context.store.runs.last(feed.source)
    if run is None:
        raise AssertionError(feed.source)
    return run

"""Look works that feeds brought up in PubMed by DOI and PMID, so that its abstract, authors and MeSH lead them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.pipeline.recognise import recognise
from watcher.sources import pubmed
from watcher.sources.pubmed_lookup import MOST_KEYS, look_up
from watcher.store.lookups import SOURCE
from watcher.works.identifiers import identifier_keys

if TYPE_CHECKING:
    from watcher.models import Run
    from watcher.pipeline.context import Context

# Once a day; a little less, so that a daily poll which starts a moment early asks as well.
EVERY, WITHIN = timedelta(hours=23, minutes=30), timedelta(days=60)


def look_up_works(context: Context) -> Run | None:
    """Ask about the works that wait for their PubMed record, and store those that it has; None if none waits.

    A search that fails is made again by the next poll.
    """
    store = context.store
    waiting = store.lookups.waiting(context.now, every=EVERY, within=WITHIN)
    last = store.runs.last(SOURCE)
    if not waiting and (last is None or last.error is None):
        return None
    # With nothing left to ask after a failure, this run says that it is over.
    run_id = store.runs.start(SOURCE, None, context.now)
    errors: list[str] = []
    came = new = 0
    asked = tuple(dict.fromkeys(key for _, key in waiting))
    for start in range(0, len(asked), MOST_KEYS):
        batch = asked[start : start + MOST_KEYS]
        context.progress(f"PubMed: looking up {len(asked)} identifiers that feeds gave")
        try:
            records = look_up(context.eutils, batch)
        except SourceError as error:
            errors.append(str(error))
            continue
        with store.transaction():
            known = store.works.of_source(pubmed.SOURCE, (record.source_id for record in records))
            came += len(records)
            for record in records:
                if record.source_id not in known:
                    recognise(store, record, context.now)
                    new += 1
            found = {key for record in records for key in identifier_keys(record)}
            store.lookups.asked([one for one in waiting if one[1] in set(batch)], found, context.now)
    store.runs.finish(run_id, context.now, found=came, new=new, error=errors[0] if errors else None)
    return store.runs.last(SOURCE)

"""How related works are to what the article cites, by what the store knows: its archive, the cited works, ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher import markup
from watcher.models import Record
from watcher.told import Rank
from watcher.works.reasons import Reasons
from watcher.works.relatedness import Profile, percent_below

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.models import CitedWork, Work
    from watcher.settings import Settings
    from watcher.store.store import Store

COMPARED = 500  # works, the last that came, with which a percentage compares


def ranks(store: Store, settings: Settings, works: Iterable[Work]) -> dict[int, Rank]:
    """By the works' ids; empty where no cited work and no rating says what to be related to."""
    profile, wanted = profile_of(store, settings), list(works)
    if not profile or not wanted:
        return {}
    reasons = Reasons(profile, settings.cited, store.cited.works(settings.cited))
    others = sorted(profile.score(record) for record in store.archive.latest(COMPARED))
    scores = {work.id: profile.score(work.record) for work in wanted}
    return {
        work.id: Rank(scores[work.id], percent_below(scores[work.id], others), reasons.of(work.record))
        for work in wanted
    }


def profile_of(store: Store, settings: Settings) -> Profile:
    """What the cited works are about. One that is not stored is known by its title in queries.toml or, where it has
    none, by what the article says of it: the titles of the queries that cite it.
    """
    stored = store.cited.works(settings.cited)
    cited = {
        one.number: stored[one.number].record if one.number in stored else _by_words(one, settings)
        for one in settings.cited
    }
    good, bad = store.ratings.records()
    return Profile(store.archive.read(), cited, good, bad)


def _by_words(cited: CitedWork, settings: Settings) -> Record:
    said = cited.title or ". ".join(query.title for query in settings.queries if cited.number in query.cites)
    return Record(source="cited", source_id=str(cited.number), title=markup.escape(said))

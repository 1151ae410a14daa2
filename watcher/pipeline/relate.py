"""How related works are to what the article cites, by what the store knows: its archive, the cited works, ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher import markup
from watcher.models import Record
from watcher.told import Rank
from watcher.works.reasons import Reasons
from watcher.works.relatedness import Profile, percent_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.models import CitedWork, Work
    from watcher.settings import Settings
    from watcher.store.store import Store

COMPARED = 500  # works, the last that came, with which a percentage compares


def ranks(store: Store, settings: Settings, cited: Mapping[int, Work], works: Iterable[Work]) -> dict[int, Rank]:
    """By the works' ids; empty where no cited work and no rating says what to be related to.

    `cited` are the stored works of the cited ones, by number.
    """
    wanted = list(works)
    if not wanted:  # as nearly always, where a digest waits: then the archive need not be read
        return {}
    profile = profile_of(store, settings, cited)
    if not profile:
        return {}
    reasons = Reasons(profile, settings.cited, cited)
    others = sorted(profile.score(record) for record in store.archive.latest(COMPARED))
    scores = {work.id: profile.score(work.record) for work in wanted}
    return {
        work.id: Rank(scores[work.id], percent_below(scores[work.id], others), reasons.of(work.record))
        for work in wanted
    }


def profile_of(store: Store, settings: Settings, cited: Mapping[int, Work]) -> Profile:
    """What the cited works are about; `cited` are those that are stored, by number. One that is not stored is known by
    its title in queries.toml or, where it has none, by what the article says of it: the titles of the queries that cite
    it.
    """
    known = {
        one.number: cited[one.number].record if one.number in cited else _by_words(one, settings)
        for one in settings.cited
    }
    good, bad = store.ratings.records()
    return Profile(store.archive.read(), known, good, bad)


def _by_words(cited: CitedWork, settings: Settings) -> Record:
    said = cited.title or ". ".join(query.title for query in settings.queries if cited.number in query.cites)
    return Record(source="cited", source_id=str(cited.number), title=markup.escape(said))

"""Whatever day a reader's mail does not get through, each reader is told each work once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipeline.answering import Answering, text_of
from tests.store.invented import NOW, article, keep
from watcher.config import parse_settings
from watcher.pipeline.context import IN_MEMORY, opened
from watcher.pipeline.deliver import deliver
from watcher.pipeline.tell import tell
from watcher.told import Outcome, State

if TYPE_CHECKING:
    from watcher.pipeline.context import Context

READERS = ("one@example.org", "two@example.org")
DAYS = 3
RETRIES = [timedelta(minutes=minutes) for minutes in (0, 6, 23, 90, 360)]


def told_on(context: Context, day: int, server: Answering) -> None:
    """A day with a new work (the last has none): the digest is composed, and tried as often as it ever is."""
    morning = NOW + timedelta(days=day)
    if day < DAYS:
        keep(context.store, article(day + 1), morning)
        with context.store.transaction():
            context.store.matches.keep("pubmed", str(day + 1), "q", (), morning)
    tell(replace(context, now=morning), context.settings.digests)
    for wait in RETRIES:
        deliver(replace(context, now=morning + wait), server.open)


@settings(deadline=None, max_examples=10)  # the machine may be busy
@given(st.lists(st.tuples(*[st.booleans()] * len(READERS)), min_size=DAYS, max_size=DAYS))
def test_each_reader_is_told_each_work_once_in_whole_mails(lucky: list[tuple[bool, bool]]) -> None:
    to = ", ".join(f'"{reader}"' for reader in READERS)
    text = f'[[query]]\nname = "q"\nterm = "skin[tiab]"\n[[digest]]\nname = "all"\nto = [{to}]\n'
    server = Answering()
    with opened(replace(parse_settings(text, IN_MEMORY), store=IN_MEMORY), NOW) as context:
        for day in range(DAYS + 1):
            luck = lucky[day] if day < DAYS else (True, True)
            server.answers = {r: Outcome.DEFERRED for r, good in zip(READERS, luck, strict=True) if not good}
            told_on(context, day, server)
        assert not context.store.deliveries.open()
        assert set(context.store.deliveries.counts()) <= {State.SENT, State.FAILED}
    for number, reader in enumerate(READERS):
        mails = [text_of(mail) for mail in server.mail(reader)]
        for work in range(1, DAYS + 1):
            assert sum(f"An invented result on skin, number {work} " in mail for mail in mails) == 1
        owed_at_the_end = not lucky[-1][number]
        assert len(mails) == sum(day[number] for day in lucky) + owed_at_the_end

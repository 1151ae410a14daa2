"""A cited page over time, as decisions: what must be seen twice, what is passed over, when it is looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipeline.world import at
from watcher.pipeline.page_life import DAY, WEEK, after, come_and_go
from watcher.sources.page_text import PageText
from watcher.sources.pages import Absent, Look, Read, Unread
from watcher.sources.validators import Validators
from watcher.store.pages import PageState
from watcher.told import PageEvent, PageKind

URL = "https://news.example.org/skin"
START = at("2026-03-02 06:00")
A, B, C, D, E = (f"Sentence {letter} of an invented page." for letter in "ABCDE")
GONE = PageEvent(PageKind.GONE)


def read(*sentences: str, moved_to: str | None = None, found_at: str = URL) -> Read:
    return Read(PageText("Skin", sentences), Validators(), moved_to or found_at, moved_to)


UNCHANGED = Read(None, Validators(), URL)


def play(*looks: tuple[float, Look]) -> tuple[PageState, list[list[PageEvent]]]:
    """Looks, each so many days after the first, and what each has found."""
    state, found = PageState(), []
    for days, look in looks:
        state, events = after(state, URL, look, START + timedelta(days=days))
        found.append(list(events))
    return state, found


def changed(removed: tuple[str, ...] = (), added: tuple[str, ...] = ()) -> PageEvent:
    return PageEvent(PageKind.CHANGED, None, removed, added)


def test_the_first_look_tells_nothing_and_the_next_is_due_in_a_week() -> None:
    state, found = play((0, read(A, B)))
    assert (found, state.sentences, state.due_at) == ([[]], (A, B), START + WEEK)


@pytest.mark.parametrize("again", [UNCHANGED, read(A, B), read(B, A)])
def test_what_has_not_changed_tells_nothing(again: Look) -> None:
    state, found = play((0, read(A, B)), (7, again))
    assert (found[-1], state.due_at) == ([], START + timedelta(days=7) + WEEK)


def test_a_change_is_told_when_a_second_look_confirms_it_a_day_later() -> None:
    state, found = play((0, read(A, B)), (7, read(A, C, D)))
    assert (found[-1], state.due_at) == ([], START + timedelta(days=8))
    for second in (read(A, C, D), UNCHANGED):
        state, found = play((0, read(A, B)), (7, read(A, C, D)), (8, second), (15, second))
        assert found[2:] == [[changed((B,), (C, D))], []]
        assert state.sentences == (A, C, D)


def test_what_is_as_it_was_a_day_later_was_no_change() -> None:
    state, found = play((0, read(A, B)), (7, read(A)), (8, read(A, B)))
    assert (found[-1], state.sentences, state.pending) == ([], (A, B), None)


def test_what_differs_from_look_to_look_is_passed_over_from_then_on() -> None:
    """Such as a quotation in the middle of a page, another one each day."""
    state, found = play((0, read(A, B, C)), (7, read(A, D, C)), (8, read(A, E, C)))
    assert found[-1] == []
    assert set(state.unsteady) == {B, D, E}
    _, found = play(
        (0, read(A, B, C)), (7, read(A, D, C)), (8, read(A, E, C)), (15, read(A, D, C)), (16, read(A, D, C)),
        (23, read(A, B)), (24, read(A, B)),
    )  # fmt: skip
    assert found[3:] == [[], [], [], [changed((C,))]]


def test_a_true_change_beside_one_that_flips_is_told_alone() -> None:
    _, found = play(
        (0, read(A, B, C)), (7, read(D, C, "Added to it for good.")), (8, read(E, C, "Added to it for good."))
    )
    assert found[-1] == [changed((), ("Added to it for good.",))]


def test_gone_is_seen_in_two_looks_a_day_apart_and_told_once() -> None:
    state, found = play((0, read(A)), (7, Absent("HTTP 404")))
    assert (found[-1], state.due_at) == ([], START + timedelta(days=8))
    _, found = play((0, read(A)), *((days, Absent("HTTP 404")) for days in (7, 7.5, 8, 15)))
    assert found[1:] == [[], [], [GONE], []]


def test_a_page_that_was_missing_for_one_look_is_not_gone() -> None:
    _, found = play((0, read(A)), (7, Absent("HTTP 404")), (8, UNCHANGED), (15, Absent("HTTP 404")))
    assert found == [[], [], [], []]


def test_one_that_comes_back_is_told() -> None:
    _, found = play((0, read(A)), (7, Absent("HTTP 410")), (8, Absent("HTTP 410")), (15, read(A)), (22, UNCHANGED))
    assert found[2:] == [[GONE], [PageEvent(PageKind.BACK)], []]


def test_a_move_is_told_once_and_its_text_is_read_anew() -> None:
    there = read(C, D, moved_to="https://news.example.org/new")
    state, found = play((0, read(A, B)), (7, there), (14, there))
    assert found == [[], [PageEvent(PageKind.MOVED, "https://news.example.org/new")], []]
    assert state.sentences == (C, D)


@pytest.mark.parametrize("address", ["http://news.example.org/skin", "https://www.news.example.org/skin/?utm_source=x"])
def test_another_spelling_of_the_address_is_no_move(address: str) -> None:
    _, found = play((0, read(A)), (7, read(A, moved_to=address)))
    assert found == [[], []]


def test_where_the_article_s_address_led_from_the_beginning_is_no_move() -> None:
    there = read(A, moved_to="https://news.example.org/new")
    _, found = play((0, there), (7, there))
    assert found == [[], []]


def test_failures_are_no_change_and_are_noted_after_three_weeks_of_them() -> None:
    shut = Unread("HTTP 403")
    state, found = play((0, read(A)), (7, shut), (8, shut), (15, shut), (22, shut))
    assert (state.failing_since, state.unread_at, state.error) == (START + timedelta(days=7), None, "HTTP 403")
    assert state.due_at == START + timedelta(days=22) + WEEK
    state, found = play((0, read(A)), (7, shut), (8, shut), (15, shut), (22, shut), (29, shut), (36, shut))
    assert state.unread_at == START + timedelta(days=29)
    assert not any(found)
    state, found = play((0, read(A)), (7, shut), (29, shut), (36, read(A)))
    assert (state.failing_since, state.unread_at, state.error, found[-1]) == (None, None, None, [])


def test_a_first_failure_is_looked_at_again_after_a_day() -> None:
    state, _ = play((0, Unread("HTTP 503")))
    assert state.due_at == START + DAY


def test_a_text_that_is_all_gone_could_not_be_read() -> None:
    state, found = play((0, read(A)), (7, read()), (8, read()))
    assert (state.sentences, found[-1]) == ((A,), [])
    assert state.error == f"{URL}: no text can be found on it any more"
    assert state.failing_since == START + timedelta(days=7)


def test_what_is_led_elsewhere_for_now_could_not_be_read() -> None:
    """As to a login, or a form of consent: its text says nothing of the page."""
    elsewhere = read(C, D, found_at="https://consent.example.org/?back=skin")
    state, found = play((0, read(A, B)), (7, elsewhere), (8, elsewhere), (15, UNCHANGED))
    assert not any(found)
    assert (state.sentences, state.error) == ((A, B), None)
    state, _ = play((0, read(A, B)), (7, elsewhere))
    assert state.error == f"{URL}: it leads to another page now, https://consent.example.org/?back=skin"


def test_where_an_address_leads_each_time_is_its_page() -> None:
    """As one at doi.org does, to a publisher's that has a number of the session in it."""
    looks = [(7 * n, read(A, found_at=f"https://www.journal.example.org/a;session={n}?visit={n}")) for n in range(3)]
    state, found = play(*looks)
    assert (found, state.error) == ([[], [], []], None)


def test_a_page_without_text_is_watched_for_being_there() -> None:
    _, found = play((0, read()), (7, read()), (14, Absent("")), (15, Absent("")))
    assert found == [[], [], [], [GONE]]


@given(st.lists(st.sampled_from([A, B, C, D]), unique=True), st.lists(st.sampled_from([A, B, C, E]), unique=True))
def test_a_text_that_is_seen_twice_has_nothing_that_flips(before: list[str], there: list[str]) -> None:
    assert come_and_go(tuple(before), tuple(there), tuple(there)) == set()


@given(st.lists(st.lists(st.sampled_from([A, B, C, D]), unique=True, min_size=1), max_size=8))
def test_no_sentence_is_both_removed_and_added_and_none_is_told_that_is_still_there(texts: list[list[str]]) -> None:
    state, now = PageState(), START
    for text in texts:
        state, events = after(state, URL, read(*text), now)
        for event in events:
            assert not set(event.removed) & set(event.added)
            assert not set(event.removed) & set(text)
            assert set(event.added) <= set(text)
        now = state.due_at or now
    assert isinstance(now, datetime)

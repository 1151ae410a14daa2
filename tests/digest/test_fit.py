"""What a page of limited size shows of its sections: the most telling first, dealt out fairly, and never too much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.digest.fit import Share, Sizes, fitted

FULL, LINKED, NAMED, HEADING = 1000, 150, 100, 200


def section(works: int, *, first: bool = False, full: int = FULL) -> Sizes:
    return Sizes(HEADING, [full] * works, [LINKED] * works, [NAMED] * works, first=first)


def used(sizes: list[Sizes], shares: list[Share]) -> int:
    """What the shares take, counted piece by piece."""
    return sum(
        (one.heading if share.named else 0)
        + sum(one.full[: share.full])
        + sum(one.linked[share.full : share.linked])
        + sum(one.named[share.linked : share.named])
        for one, share in zip(sizes, shares, strict=True)
    )


def test_with_room_for_all_all_is_in_full() -> None:
    assert fitted([section(3), section(1)], 10_000) == [Share(full=3), Share(full=1)]


def test_what_leads_comes_before_all_else_six_of_it() -> None:
    shares = fitted([section(8, first=True), section(100)], HEADING + 6 * FULL)
    assert shares == [Share(full=6), Share()]


def test_then_the_first_of_each_section_then_every_title_before_a_second_one() -> None:
    each = HEADING + FULL + 9 * NAMED
    assert fitted([section(10), section(10)], 2 * each) == [Share(full=1, named=10)] * 2
    more = 2 * each + FULL - NAMED
    assert fitted([section(10), section(10)], more) == [Share(full=2, named=10), Share(full=1, named=10)]


def test_titles_get_their_links_before_a_third_is_in_full() -> None:
    room = HEADING + 2 * FULL + 8 * LINKED
    assert fitted([section(10)], room) == [Share(full=2, linked=10)]
    assert fitted([section(10)], room + FULL - LINKED) == [Share(full=3, linked=10)]


def test_a_work_too_long_to_stand_in_full_stands_by_its_title() -> None:
    assert fitted([section(1, full=9000), section(1)], 2000) == [Share(linked=1), Share(full=1)]


def test_without_room_nothing_is_shown() -> None:
    assert fitted([section(5), section(0)], 50) == [Share(), Share()]
    assert fitted([section(5)], -1) == [Share()]


works = st.lists(st.tuples(st.integers(60, 200), st.integers(30, 60), st.integers(1, 30)), max_size=8)
sizes = st.builds(
    lambda heading, works, first: Sizes(
        heading, [one[0] for one in works], [one[1] for one in works], [one[2] for one in works], first=first
    ),
    st.integers(0, 50),
    works,
    st.booleans(),
)


@given(st.lists(sizes, max_size=6), st.integers(0, 3000))
def test_it_never_takes_more_than_there_is_room_for(sections: list[Sizes], room: int) -> None:
    assert used(sections, fitted(sections, room)) <= room

"""How much two texts have in common, told from their sketches. The texts are invented."""

from __future__ import annotations

from random import Random

import pytest

from tests.works.invented import BREAKFASTS, PATCHES
from watcher.works.sketches import SIZE, resemblance, sketch


def text(*numbers: range) -> str:
    """Made-up words in a fixed order."""
    return " ".join(f"madeupword{number}" for some in numbers for number in some)


def test_a_text_is_like_itself_whatever_its_case_and_punctuation() -> None:
    assert resemblance(sketch(PATCHES), sketch(PATCHES)) == 1
    assert resemblance(sketch(PATCHES), sketch(PATCHES.upper().replace(";", " –"))) == 1


def test_other_texts_have_nothing_in_common() -> None:
    assert resemblance(sketch(PATCHES), sketch(BREAKFASTS)) == 0


@pytest.mark.parametrize("count", [30, 40, 50, 80, 200])
def test_texts_of_thirty_words_and_more_are_compared(count: int) -> None:
    words = f"{PATCHES} {BREAKFASTS} {PATCHES} {BREAKFASTS} {PATCHES}".split()
    one, other = " ".join(words[:count]), " ".join(reversed(words[:count]))
    assert resemblance(sketch(one), sketch(one.lower())) == 1
    assert resemblance(sketch(one), sketch(other)) == 0


def test_a_text_with_few_telling_words_is_like_one_with_some_more() -> None:
    told = "Committees of dreamers measured porridge in pretended provinces, and few islanders remained at home"
    short = " ".join([told, *(f"and then the wind blew over hill number {number}" for number in range(40))])
    longer = f"{short} Meanwhile, commentators multiplied in every village."
    assert max(sketch(longer)) < min(1 << 31, max(sketch(short)))
    assert (resemblance(sketch(short), sketch(longer)) or 0) > 0.5


def test_the_end_of_a_text_is_no_matter_of_its_beginning() -> None:
    cut = PATCHES[: PATCHES.index("whatever")]
    assert (resemblance(sketch(PATCHES), sketch(cut)) or 0) > 0.8


def test_what_stands_outside_ascii_and_between_words_changes_nothing() -> None:
    spoiled = (
        PATCHES.replace("; ", " â€“ ").replace("imaginary days", "imaginary – days").replace("laid upon", "laid-upon")
    )
    assert sketch(spoiled) == sketch(PATCHES)


RUSSIAN = (
    """Выдуманные повязки закрыли раны воображаемых свиней за четырнадцать дней, и никто этого опыта не делал, какие бы
    приборы ни стояли у него в доме""",
    """Завтрак на вымышленном острове состоит из рыбы, хлеба и долгих бесед о погоде, которой там никогда ещё не бывало,
    и о море за горами""",
)
HEBREW = (
    """החבישות המומצאות סגרו את פצעיהם של חזירים דמיוניים בתוך ארבעה עשר ימים ואיש לא ערך את הניסוי הזה מחוץ לדמיונו ולא
    ראה תוצאות""",
    """ארוחת הבוקר באי הבדוי כוללת דגים ולחם ושיחות ארוכות על מזג האוויר אשר מעולם לא היה שם ועל הים שמאחורי ההרים
    והעננים""",
)
CHINESE = (
    """虚构的敷料在十四天内愈合了想象中小猪的伤口，而没有人在想象之外做过这个实验，无论他家里有什么样的仪器和书籍。
    也没有人见过这些结果，或者听说过它们的来历与去向。""",
    """虚构岛屿上的早餐包括鱼和面包，以及关于从未出现过的天气的漫长谈话，还有山后面的大海和云彩。
    岛上的居民喜欢烤栗子和橘子酱，并且每天晚上给远方的朋友写很长的信。""",
)


@pytest.mark.parametrize(("one", "other"), [RUSSIAN, HEBREW, CHINESE], ids=["Russian", "Hebrew", "Chinese"])
def test_texts_in_other_scripts_are_compared_too(one: str, other: str) -> None:
    assert resemblance(sketch(one), sketch(one.upper().replace(",", " ;"))) == 1
    assert resemblance(sketch(one), sketch(other)) == 0


@pytest.mark.parametrize("shared", [0.25, 0.5, 0.75])
def test_about_the_part_that_two_texts_share(shared: float) -> None:
    found = []
    for start in Random(7).sample(range(1_000_000), 40):
        # Of 100 words in all, so many are in both.
        both, alone = int(100 * shared), int(100 * (1 - shared) / 2)
        one = text(range(start, start + both + alone))
        other = text(range(start, start + both), range(start + 5_000, start + 5_000 + alone))
        likeness = resemblance(sketch(one), sketch(other))
        assert likeness is not None
        found.append(likeness)
    assert sum(found) / len(found) == pytest.approx(shared, abs=0.06)


def test_short_and_missing_texts_are_compared_with_none() -> None:
    assert sketch("Wounds heal.") == sketch("") == ()
    assert resemblance(sketch(PATCHES), ()) is None


def test_a_sketch_is_small_and_of_the_beginning() -> None:
    assert len(sketch(text(range(10_000)))) == SIZE
    assert sketch(text(range(10_000))) == sketch(text(range(20_000)))

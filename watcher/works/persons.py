"""Whether two records have an author in common, as far as names can show that: rather not said than said wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.works.identifiers import normal_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.models import Author

_RARE = 6  # letters of a family name from which on it is rare enough, with two initials
# Family names that millions bear: even with a given name they show nobody. The largest of China (as spelt in several
# places), Korea, Vietnam, India, Japan, and of English, Spanish, Portuguese, Italian and German.
_COMMON = (
    "wang wong li lee liu lau zhang chang cheung chen chan tan yang yeung huang hwang zhao wu ng zhou chou xu hsu sun "
    "ma zhu hu guo kuo he lin lam luo zheng cheng liang xie tang tong song deng han feng cao peng zeng xiao tian dong "
    "pan yuan cai tsai jiang yu ye lu wei su ding ren shen yao kim park choi jung jeong kang cho yoon jang lim nguyen "
    "tran pham hoang phan vu vo dang singh kumar sharma patel gupta das khan ali ahmed hussain rao sato suzuki "
    "takahashi tanaka watanabe ito yamamoto nakamura kobayashi smith johnson williams brown jones davis miller wilson "
    "moore taylor anderson thomas martin garcia rodriguez martinez hernandez lopez gonzalez perez sanchez fernandez "
    "silva santos oliveira souza pereira ferreira costa rossi muller schmidt"
)
_COMMON_NAMES = frozenset(_COMMON.split())


def share_author(some: Iterable[Author], others: Iterable[Author]) -> bool:
    """Whether one of them is surely among the others."""
    known = {person for author in others for person in _persons(author)}
    return any(person in known for author in some for person in _persons(author))


def _persons(author: Author) -> list[tuple[str, str]]:
    """The forms under which an author is one person: family name and whole given names, or two initials beside a rare
    family name; none for those who cannot be told from others.
    """
    family = normal_title(author.family).replace(" ", "")
    if author.collective or family in _COMMON_NAMES or len(family) < 2:
        return []
    given = normal_title(author.given).split()
    initials = "".join(name[0] for name in given) if len(given) > 1 else author.initials.lower().replace(".", "")
    found = [(family, " ".join(given))] if given and len(given[0]) > 2 else []
    if len(initials) > 1 and len(family) >= _RARE:
        found.append((family, initials))
    return found

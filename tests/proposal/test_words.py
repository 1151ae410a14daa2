"""Words and their forms: inflections, the other spelling, abbreviations that a text defines."""

from __future__ import annotations

import pytest

from watcher.proposal.words import abbreviations, forms, singular, spellings


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("cells", "cell"), ("bodies", "body"), ("mice", "mouse"), ("psoriasis", "psoriasis"), ("boxes", "box"),
        ("algae", "alga"), ("octopuses", "octopus"), ("sinuses", "sinus"), ("fetuses", "fetus"), ("biases", "bias"),
        ("gases", "gas"), ("diagnoses", "diagnosis"), ("crises", "crisis"), ("metastases", "metastasis"),
        ("causes", "cause"), ("houses", "house"), ("uses", "use"), ("diseases", "disease"), ("doses", "dose"),
        ("kinases", "kinase"), ("noses", "nose"),
    ],
)  # fmt: skip
def test_the_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("word", "stem"), [("healing", "heal"), ("closed", "close"), ("stopped", "stop"), ("seas", "sea")]
)
def test_an_inflected_word_is_found_by_its_stem(word: str, stem: str) -> None:
    assert stem in forms(word)


@pytest.mark.parametrize(
    ("phrase", "other"),
    [
        ("brain tumour*", "brain tumor*"), ("anemia", "anaemia"), ("anti-inflammatory", "antiinflammatory"),
        ("randomised", "randomized"), ("dietary fiber", "dietary fibre"),
    ],
)  # fmt: skip
def test_the_other_spelling(phrase: str, other: str) -> None:
    assert other in list(spellings(phrase))


def test_a_phrase_that_is_spelled_alike_everywhere_has_no_other() -> None:
    assert list(spellings("stem cell*")) == []


def test_abbreviations_that_the_text_defines() -> None:
    text = "They use extracellular vesicles (EVs) and short-chain fatty acids (SCFA), and many people (most) heal."
    assert abbreviations(text) == {"EVs": "extracellular vesicles", "SCFA": "short-chain fatty acids"}

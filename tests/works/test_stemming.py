"""Stems as in Porter's paper: the examples are his, rule by rule."""

from __future__ import annotations

import pytest

from watcher.works.stemming import stem

EXAMPLES = """
caresses caress, ponies poni, caress caress, cats cat, feed feed, agreed agre, plastered plaster, bled bled,
motoring motor, sing sing, conflated conflat, troubled troubl, sized size, hopping hop, tanned tan, falling fall,
hissing hiss, fizzed fizz, failing fail, filing file, happy happi, sky sky, relational relat, conditional condit,
rational ration, valenci valenc, digitizer digit, conformabli conform, radicalli radic, vileli vile, analogousli analog,
vietnamization vietnam, predication predic, operator oper, feudalism feudal, decisiveness decis, hopefulness hope,
callousness callous, formaliti formal, sensitiviti sensit, sensibiliti sensibl, triplicate triplic, formative form,
formalize formal, electrical electr, hopeful hope, goodness good, revival reviv, allowance allow, inference infer,
airliner airlin, gyroscopic gyroscop, adjustable adjust, irritant irrit, replacement replac, adjustment adjust,
dependent depend, adoption adopt, homologou homolog, communism commun, activate activ, effective effect,
probate probat, rate rate, cease ceas, controll control, roll roll
"""


@pytest.mark.parametrize("example", EXAMPLES.replace("\n", " ").split(","))
def test_the_examples_of_the_paper(example: str) -> None:
    word, expected = example.split()
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("wounds", "wound"), ("regenerating", "regeneration"), ("healing", "heals"), ("pathology", "pathologies")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("wounds", "wonders"), ("exosome", "exon"), ("healing", "health")])
def test_other_words_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize("name", ["cd34s", "as", "mir21", "größen"])
def test_short_words_and_names_with_figures_stay_as_they_are(name: str) -> None:
    assert stem(name) == name

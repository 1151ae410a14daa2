"""Words that exclude each other, and those that only look alike."""

from __future__ import annotations

import pytest

from watcher.works.opposites import opposed, opposites


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hypotension", "hypertension"),
        ("hypoxia", "hyperoxia"),
        ("normoxia", "hypoxia"),
        ("hyperbaric", "normobaric"),
        ("hypertrophic", "atrophic"),
        ("intracellular", "extracellular"),
        ("intracellular", "intercellular"),
        ("preconditioning", "postconditioning"),
        ("intraoperative", "postoperative"),
        ("upregulation", "downregulation"),
        ("homozygous", "heterozygous"),
        ("microvascular", "macrovascular"),
        ("autograft", "allograft"),
        ("unilateral", "bilateral"),
        ("endogenous", "exogenous"),
        ("inpatients", "outpatients"),
        ("symptomatic", "asymptomatic"),
        ("smokers", "nonsmokers"),
        ("treated", "untreated"),
        ("dependent", "independent"),
    ],
)
def test_beginnings_make_opposites_of_one_word(one: str, other: str) -> None:
    assert opposed(one, other)
    assert opposed(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tumor", "tumour"),
        ("cross", "across"),
        ("vitro", "invitro"),
        ("interim", "intern"),
        ("prevention", "intervention"),
        ("cell", "cells"),
        ("skin", "skin"),
        ("", "un"),
    ],
)
def test_other_words_that_are_alike_are_none(one: str, other: str) -> None:
    assert not opposed(one, other)
    assert not opposed(other, one)


def test_the_first_two_of_several_are_named_whichever_title_is_first() -> None:
    assert opposites(["women", "mice", "early"], ["rats", "men", "skin"]) == ["men", "women"]
    assert opposites(["rats", "men"], ["women", "mice"]) == ["men", "women"]
    assert opposites(["mice", "mouse"], ["murine"]) == []
    assert opposites(["autologous"], ["allogenic"]) == ["allogenic", "autologous"]

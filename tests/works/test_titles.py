"""What is forgiven in a title, and what tells two works apart whose titles are alike. All titles are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.works.titles import Likeness, clash, compared_form, is_notice, likeness, substitutions, unsigned

TITLE = "Naïve keratinocytes migrate over invented wounds: a randomised trial in 24 minipigs"


def alike(one: str, other: str) -> Likeness:
    found = likeness(compared_form(one), compared_form(other))
    assert found == likeness(compared_form(other), compared_form(one))
    return found


def apart(one: str, other: str) -> str:
    said = clash(compared_form(one), compared_form(other))
    assert said == clash(compared_form(other), compared_form(one))
    return said


# -- forgiven -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        TITLE.upper(),
        TITLE + ".",
        f"[{TITLE}]",
        f"[{TITLE}]. German",
        "<b>Naïve</b> keratinocytes migrate over <i>invented</i> wounds: a randomised trial in 24 minipigs",
        "Na&iuml;ve keratinocytes migrate over invented wounds&#58; a randomised trial in 24 minipigs",
        "Naive keratinocytes migrate over invented wounds – a randomised trial in 24 mini-pigs",
        "NaÃ¯ve keratinocytes migrate over invented wounds: a randomised trial in 24 minipigs",
        f"{TITLE} [Review] [57 refs]",
        f"{TITLE} [in Chinese, English]",
        f"{TITLE} (Structured abstract)",
        f"{TITLE} (see comments)",
        f"{TITLE} [Erratum appears in J Invent. 2026;3(2):11]",
        f"{TITLE} [corrected] [published erratum appears in J Invent 2026;3:11]",
        f"RETRACTED: {TITLE}",
        f"Retracted article. {TITLE}",
    ],
)
def test_what_databases_do_to_a_title_is_forgiven(written: str) -> None:
    assert alike(TITLE, written) >= Likeness.NEAR
    assert apart(TITLE, written) == ""


def test_letters_are_compared_without_accents_ligatures_and_greek() -> None:
    assert compared_form("Øre-Łódź β-catenin œdema") == "ore lodz beta catenin oedema"
    assert compared_form("TGF-β1 and α-SMA in skin") == compared_form("TGF-beta1 and alpha-SMA in skin")


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("CD34+ cells", "cd34 plus cells"),
        ("CD34(+)CD38(-) cells", "cd34 plus cd38 minus cells"),
        ("CD34⁺CD38⁻ cells", "cd34 plus cd38 minus cells"),
        ("CD34- cells, CD38−", "cd34 minus cells cd38 minus"),
        ("Lgr5-/- and Lgr5(+/-) mice", "lgr5 minus minus and lgr5 plus minus mice"),
        ("Pre- and post-natal, IL-4- and IL-13-induced", "pre and post natal il 4 and il 13 induced"),
        ("At 10⁻⁶ M, 1+1 – 2010–2015", "at 10 6 m 1 1 2010 2015"),
    ],
)
def test_signs_behind_letters_and_figures_are_words(written: str, form: str) -> None:
    assert compared_form(written) == form


def test_a_source_that_drops_signs_leaves_nearly_one_title() -> None:
    assert alike("CD4+CD25+ T cells of made-up skin", "CD4CD25 T cells of made-up skin") is Likeness.NEAR
    assert alike("CD4+ T cells of made-up skin", "CD4− T cells of made-up skin") is Likeness.NEAR
    assert unsigned(compared_form("CD4+ T cells, CD8−")) == compared_form("CD4 T cells, CD8")


def test_a_cut_or_added_subtitle_leaves_nearly_one_title() -> None:
    assert alike(TITLE, "Naive keratinocytes migrate over invented wounds") is Likeness.NEAR
    assert alike("Invented wound", "Invented wound: what ten made-up clinics say") < Likeness.NEAR, "it is too short"


def test_a_letter_or_two_wrong_are_nearly_one_title() -> None:
    assert alike(TITLE, TITLE.replace("keratinocytes", "keratinocites").replace("minipigs", "minpigs")) is Likeness.NEAR


def test_words_that_moved_or_changed_make_it_similar() -> None:
    moved = "A randomised trial in 24 minipigs: naïve keratinocytes migrate over invented wounds"
    assert alike(TITLE, moved) is Likeness.SIMILAR
    assert alike(TITLE, "Breakfast habits of fictional islanders: porridge, marmalade and chestnuts") is Likeness.FAR


def test_nothing_is_like_a_missing_title() -> None:
    assert alike("", TITLE) is Likeness.FAINT
    assert alike("", "") is Likeness.FAINT


# -- not forgiven -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("An invented atlas. Part 1: the dermis", "An invented atlas. Part 2: the dermis", "1 against 2"),
        ("An invented atlas of skin. Part I", "An invented atlas of skin. Part II", "1 against 2"),
        ("An invented atlas of skin. Part IV", "An invented atlas of skin. Part V", "4 against 5"),
        ("Patches with 10 mg of a made-up drug", "Patches with 20 mg of a made-up drug", "10 against 20"),
        ("Patches with 1.5 mg of a made-up drug", "Patches with 15 mg of a made-up drug", "15 against 1d5"),
        ("Made-up skin prizes of 2024", "Made-up skin prizes of 2025", "2024 against 2025"),
        ("Invented wounds with patches", "Invented wounds without patches", "with against without"),
        ("Invented patches in men", "Invented patches in women", "men against women"),
        ("Invented patches for boys", "Invented patches for girls", "boys against girls"),
        ("Increased tension of made-up skin", "Decreased tension of made-up skin", "decreased against increased"),
        ("Made-up patches in mice", "Made-up patches in rats", "mice against rats"),
        ("Wounds of made-up children", "Wounds of made-up adults", "adults against children"),
        ("Left invented ventricle", "Right invented ventricle", "left against right"),
        ("Invented vitamin A in skin", "Invented vitamin B in skin", "a against b"),
        ("Made-up B cells of skin", "Made-up T cells of skin", "b against t"),
        ("Invented patches for wounds: study protocol", "Invented patches for wounds", "only one says “protocol”"),
        ("Invented patches: rationale and design", "Invented patches", "only one says “rationale”"),
        ("Reply to: Invented patches for wounds", "Invented patches for wounds", "only one says “reply”"),
        ("Response to: Invented patches for wounds", "Invented patches for wounds", "only one says “response”"),
        ("Comment on Invented patches for wounds", "Invented patches for wounds", "only one says “comment”"),
        ("Letter regarding Invented patches for wounds", "Invented patches for wounds", "only one says “letter”"),
        ("Re: Invented patches for wounds", "Invented patches for wounds", "only one says “re”"),
        ("Invented patches for wounds: an update", "Invented patches for wounds", "only one says “update”"),
        ("Invented patches do not close wounds", "Invented patches do close wounds", "only one says “not”"),
        ("Erratum to: Invented patches for wounds", "Invented patches for wounds", "only one says “erratum”"),
        ("Answer to “Invented patches for wounds”", "Invented patches for wounds", "only one says “answer to”"),
        ("Reprint of: Invented patches for wounds", "Invented patches for wounds", "only one says “reprint”"),
        ("Made-up CD34+ cells of skin", "Made-up CD34− cells of skin", "minus against plus"),
        ("Made-up CD34⁺CD38⁺ cells of skin", "Made-up CD34⁺CD38⁻ cells of skin", "minus against plus"),
        ("Wounds of Madeup1-/- mice", "Wounds of Madeup1+/+ mice", "minus against plus"),
        ("IL-1α in made-up skin", "IL-1β in made-up skin", "alpha against beta"),
        ("Hypoxia of made-up skin", "Hyperoxia of made-up skin", "hyperoxia against hypoxia"),
        ("Up-regulation of made-up genes", "Downregulation of made-up genes", "downregulation against upregulation"),
        ("Made-up non-smokers", "Made-up smokers", "nonsmokers against smokers"),
        ("Non-melanoma cancer of made-up skin", "Cancer of made-up skin", "only one says “non”"),
        ("Editorial: Made-up skin", "Editorial: Made-up skin, volume II", "only one says “volume 2”"),
    ],
)  # fmt: skip
def test_what_tells_two_works_apart(one: str, other: str, said: str) -> None:
    assert apart(one, other) == said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Invented patches in 10 000 made-up people", "Invented patches in 10000 made-up people"),
        ("Invented patches: two made-up years later, in 40 clinics", "Invented patches: two made-up years later"),
        ("Invented patches in the mouse", "Invented patches in mice"),
        ("Invented patches in mice and men", "Invented patches in mice"),
        ("Invented patches, re-examined", "Invented patches"),
        ("Type I invented collagen", "Type 1 invented collagen"),
        ("Invented i.v. iron for made-up wounds", "Invented IV iron for made-up wounds"),
        ("A made-up drug v placebo", "A made-up drug vs. placebo"),
        ("Invented Ca2+ in skin", "Invented Ca2 in skin"),
        ("Non-invasive made-up tests", "Noninvasive made-up testing"),
        ("Pre- and post-natal made-up growth", "Pre and postnatal made-up growth"),
        ("Answers to invented questions", "Invented questions"),
    ],
)
def test_what_does_not(one: str, other: str) -> None:
    assert apart(one, other) == ""


def test_words_that_stand_in_the_place_of_others_are_counted_and_misspelt_ones_are_not() -> None:
    def replaced(one: str, other: str) -> int:
        return substitutions(compared_form(one), compared_form(other))

    assert replaced("Invented patches close wounds", "Invented patches close burns") == 1
    assert replaced("Invented patches close wounds", "Invented patches close wounds in minipigs") == 0
    assert replaced("Invented patches in wounds", "Invented patches for wounds") == 0
    assert replaced("Intracellular patches", "Extracellular patches") == 1
    assert replaced("Tumor of an invented patch", "Tumour of an invented patsh") == 0


# -- notices ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["Erratum", "Erratum to: Invented patches", "Author Correction: Invented patches", "Corrigendum: Invented patches",
     "Publisher's correction for Invented patches", "Retraction: Invented patches", "Retraction Note: Invented patches",
     "[Correction] Invented patches", "Expression of Concern: Invented patches", "Addendum – Invented patches",
     "Editorial expression of concern: Invented patches", "Corrections", "Statement of Retraction: Invented patches",
     "Notice of retraction: Invented patches", "Withdrawal: Invented patches",
     "Withdrawal notice to “Invented patches”",
     "Removal notice to “Invented patches”", "Erratum zu: Erfundene Pflaster", "Correction of: Invented patches",
     "Retraction of “Invented patches”", "Correction in the article on invented patches"],
)  # fmt: skip
def test_a_title_says_of_itself_that_it_is_a_notice(title: str) -> None:
    assert is_notice(title)


@pytest.mark.parametrize(
    "title",
    ["Invented patches", "RETRACTED: Invented patches", "Retracted: Invented patches", "Corrective invented lenses",
     "Retractions in a made-up literature", "Correction of scoliosis with invented rods",
     "Retraction of invented clots",
     "Correction in made-up lenses", "Withdrawal-induced invented pain", "Withdrawal of made-up drugs",
     "Errors in invented patches", "Concern about invented patches"],
)  # fmt: skip
def test_what_is_about_errors_or_was_retracted_is_no_notice(title: str) -> None:
    assert not is_notice(title)


# -- laws ---------------------------------------------------------------------------------------------------------

WORDS = [
    "invented", "skin", "skins", "patch", "patches", "patched", "wound", "wounds", "with", "without", "men", "women",
    "mice", "mouse", "rats", "1", "2", "10", "part", "i", "ii", "protocol", "reply", "re", "no", "a", "b", "cell",
]  # fmt: skip
TITLES = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)


@given(TITLES, TITLES)
def test_which_title_is_first_does_not_matter(one: str, other: str) -> None:
    alike(one, other)
    apart(one, other)
    a, b = compared_form(one), compared_form(other)
    assert substitutions(a, b) == substitutions(b, a)


@given(TITLES)
def test_a_title_is_exactly_itself(title: str) -> None:
    form = compared_form(title)
    assert likeness(form, form) is (Likeness.EXACT if form else Likeness.FAINT)
    assert clash(form, form) == ""
    assert substitutions(form, form) == 0


@given(st.text(max_size=80))
def test_a_compared_form_is_compared_as_it_is(text: str) -> None:
    assert compared_form(compared_form(text)) == compared_form(text)

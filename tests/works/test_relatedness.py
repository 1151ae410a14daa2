"""Which works are more related to the cited ones: invented titles and abstracts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.models import MeshHeading, Passage, Record
from watcher.works.archive import Archive, sums
from watcher.works.relatedness import Profile, percent_below
from watcher.works.vocabulary import words


def record(title: str, abstract: str = "", *headings: str) -> Record:
    return Record(
        source="pubmed",
        source_id=title,
        title=title,
        abstract=(Passage(abstract),) if abstract else (),
        mesh=tuple(MeshHeading(name) for name in headings),
    )


PATCH = record("A patch of exosomes for irradiated wounds", "Exosomes close wounds that radiation made in mice.")
GEL = record("Exosome gels in diabetic wounds", "A gel with exosomes speeds up the closure of wounds in rats.")
SPRAY = record("Exosomes sprayed on burns", "Burns of rats heal sooner under exosomes; so do wounds.")
FOLLICLE = record("The niche of the hair follicle", "Stem cells in the bulge are kept quiet by their niche.")
MELANOMA = record("Survival in melanoma", "Patients with melanoma were followed for five years.")
ASTHMA = record("Asthma in city children", "Children with asthma, and the air that they breathe.")
EVERYTHING = (PATCH, GEL, SPRAY, FOLLICLE, MELANOMA, ASTHMA)
ARCHIVE = Archive(*sums(map(words, EVERYTHING)))


def profile(*cited: Record, good: tuple[Record, ...] = (), bad: tuple[Record, ...] = ()) -> Profile:
    return Profile(ARCHIVE, dict(enumerate(cited, 1)), good, bad)


def order(of: Profile, *records: Record) -> list[Record]:
    return sorted(records, key=of.score, reverse=True)


def test_what_shares_the_rare_words_of_a_cited_work_comes_first() -> None:
    assert order(profile(PATCH), MELANOMA, SPRAY, ASTHMA, GEL)[:2] == [GEL, SPRAY]


def test_a_cited_work_is_the_most_related_to_itself() -> None:
    assert profile(PATCH).score(PATCH) == pytest.approx(1)
    assert order(profile(PATCH, GEL), *EVERYTHING)[:2] in ([PATCH, GEL], [GEL, PATCH])


def test_of_several_cited_works_each_counts() -> None:
    both = profile(PATCH, FOLLICLE)
    niche = record("Quiet stem cells of the follicle")
    assert both.score(niche) > both.score(ASTHMA)
    assert both.score(SPRAY) > both.score(ASTHMA)


def test_what_all_the_archive_has_counts_little_beside_what_several_cited_works_share() -> None:
    cited = [record(f"Exosomes {each}", "in mice") for each in ("alone", "again", "and gels", "and burns", "or none")]
    mice = [record(f"{each} in mice", "mice mice mice") for each in ("Sleep", "Diet", "Noise", "Light", "Age", "Mazes")]
    archive = Archive(*sums(map(words, [*cited, *mice])))
    related = Profile(archive, dict(enumerate(cited, 1)))
    assert related.score(record("Exosomes in men")) > 0 > related.score(record("Hunger in mice"))


def test_headings_count_where_both_have_them() -> None:
    cited = record("A patch", "", "Wound Healing")
    archive = Archive(*sums(map(words, [cited, *EVERYTHING])))
    related = Profile(archive, {1: cited})
    assert related.score(record("Closure of sores", "", "Wound Healing")) > 0
    assert related.score(record("Closure of sores")) == 0


def test_the_length_of_a_text_does_not_count_for_it() -> None:
    long = record(GEL.title, " ".join(passage.text for passage in GEL.abstract * 9))
    assert profile(PATCH).score(long) == pytest.approx(profile(PATCH).score(GEL), abs=0.1)


def test_without_words_nothing_is_related() -> None:
    assert not profile()
    assert not profile(record(""))
    assert profile().score(GEL) == 0
    assert profile(PATCH).score(record("")) == 0


def test_what_is_called_good_draws_its_like_nearer() -> None:
    before, after = profile(PATCH, GEL), profile(PATCH, GEL, good=(FOLLICLE,))
    niche = record("Stem cells in their niche")
    assert after.score(niche) > before.score(niche)


def test_what_is_called_bad_pushes_its_like_away() -> None:
    before, after = profile(PATCH, GEL), profile(PATCH, GEL, bad=(SPRAY,))
    burn = record("Burns of rats")
    assert after.score(burn) < before.score(burn)


def test_without_a_cited_work_that_has_words_the_good_ones_stand_for_them() -> None:
    rated = profile(good=(PATCH,))
    assert order(rated, MELANOMA, GEL, ASTHMA)[0] is GEL
    assert not profile(bad=(PATCH,))


TEXTS = st.text("abcdefgh WOUND-<&;>0", max_size=60)


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=6))
def test_a_score_is_a_cosine_whatever_the_texts(title: str, abstract: str, cited: list[str]) -> None:
    related = profile(*map(record, cited), good=(GEL,), bad=(SPRAY,))
    assert -1.000001 <= related.score(record(title, abstract)) <= 1.000001


@pytest.mark.parametrize(("score", "percent"), [(-1.0, 0), (0.0, 0), (0.1, 25), (0.15, 50), (0.4, 100)])
def test_the_scale_is_how_many_of_a_hundred_are_less_related(score: float, percent: int) -> None:
    assert percent_below(score, [0.0, 0.1, 0.2, 0.3]) == percent


def test_where_there_is_nothing_to_compare_with_nothing_is_more_related() -> None:
    assert percent_below(-0.5, []) == 100

"""The waterfall picture: its bars are the weights, its text is inert, and it stays readable."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.waterfall import title_of, waterfall_svg
from desk.weight_steps import WeightError
from linkage.calibration import probability
from linkage.identity import Evidence, EvidenceKind, Link
from tests.desk.explained_links import HOSTILE, PRIOR, USUAL, evidence, hidden_in, link
from tests.desk.svg_picture import SvgPicture

# Places are written with two decimals.
NEAR = 0.02


def picture(of: Link, prior: float = PRIOR, title: str = "a and b") -> SvgPicture:
    return SvgPicture(waterfall_svg(of, prior, title))


def assert_bars_add_up(shown: SvgPicture, prior: float, of: Link) -> None:
    """Each bar begins where the last ended and is as long as its weight; the last is the match weight."""
    zero, bit = shown.bits
    tolerance = NEAR + 1e-3 * bit
    *steps, total = shown.bars
    weights = [prior, *(one.weight for one in of.evidence if one.weight)]
    if len(steps) > len(weights):
        weights.append(of.match_weight - math.fsum(weights))
    assert len(steps) == len(weights)
    at = zero
    for bar, weight in zip(steps, weights, strict=True):
        assert bar.width == pytest.approx(abs(weight) * bit, abs=tolerance)
        assert (bar.left if weight > 0 else bar.right) == pytest.approx(at, abs=tolerance)
        at += weight * bit
    ends = sorted((zero, zero + of.match_weight * bit))
    assert (total.way, total.left, total.right) == ("sum", *(pytest.approx(end, abs=tolerance) for end in ends))
    # Less than half of the last decimal has no bar.
    assert at == pytest.approx(zero + of.match_weight * bit, abs=tolerance * len(steps) + 0.005 * bit)


def test_the_bars_are_the_weights_and_add_up_to_the_match_weight() -> None:
    shown = picture(USUAL)
    assert_bars_add_up(shown, PRIOR, USUAL)
    assert [bar.way for bar in shown.bars] == ["prior", "up", "up", "down", "sum"]
    assert shown.texts("kind") == ["prior", "pgp key", "passage", "origin", "match weight"]
    assert shown.texts("weight") == ["\u221213.29", "+12.40", "+4.80", "\u22123.22", "+0.69"]
    assert shown.texts("total") == ["\u221213.29", "\u22120.89", "+3.91", "+0.69", "+0.69"]
    assert shown.texts("value")[1] == "A1" * 20


@given(
    st.lists(st.tuples(st.sampled_from(["handle", "goods"]), st.floats(-60, 60)), max_size=24),
    st.floats(-30, 5),
    st.floats(-2, 2),
)
@settings(max_examples=60, deadline=None)
def test_any_weights_add_up(found: list[tuple[EvidenceKind, float]], prior: float, rest: float) -> None:
    of = link(*(evidence(kind, "x", round(weight, 2)) for kind, weight in found), prior=prior, rest=rest)
    assert_bars_add_up(picture(of, prior), prior, of)


@pytest.mark.parametrize(
    "of",
    [
        link(),
        link(evidence("pgp_key", "A1", 22.25)),
        link(evidence("pgp_key", "none in common", -6.0), evidence("origin", "GB / NL", -2.5)),
        link(*(evidence("goods", "mdma", 0.5 * place - 4) for place in range(20))),
        link(evidence("goods", "mdma", 900.0)),
    ],
    ids=["nothing", "one", "against", "twenty", "enormous"],
)
def test_every_sort_of_link_has_a_readable_picture(of: Link) -> None:
    shown = picture(of)
    assert_bars_add_up(shown, PRIOR, of)
    for axis in ("bit", "probability"):
        # The letters are 11 high and at most 7 wide.
        for (sooner, one), (later, other) in pairwise(shown.places(axis)):
            assert later - sooner > 7 * (len(one) + len(other)) / 2
    assert all(330 <= bar.left <= bar.right <= 770 for bar in shown.bars)


def test_what_is_not_named_has_a_bar_of_its_own() -> None:
    shown = picture(link(evidence("handle", "GreenLeaf", 9.0), rest=0.41))
    assert shown.texts("kind") == ["prior", "handle", "the rest", "match weight"]
    assert shown.texts("weight")[2] == "+0.41"
    assert "the rest" not in picture(link(evidence("handle", "GreenLeaf", 9.0), rest=0.004)).texts("kind")


def test_the_probabilities_stand_where_their_bits_are() -> None:
    shown = picture(USUAL)
    zero, bit = shown.bits
    places = shown.places("probability")
    assert len(places) >= 3
    for at, text in places:
        assert probability((at - zero) / bit) == pytest.approx(float(text), rel=0.01)


def test_a_calibrated_probability_is_told_apart_from_that_of_the_weights() -> None:
    [words] = picture(link(evidence("handle", "x", 16.29))).texts("conclusion")
    assert words == "match weight w = +3.00 bits; probability 0.889, which is 2^w / (1 + 2^w)"
    [words] = picture(link(evidence("handle", "x", 16.29), calibrated=0.72)).texts("conclusion")
    assert "probability 0.72, calibrated" in words
    assert "2^w / (1 + 2^w) alone would be 0.889" in words


def test_a_weight_that_was_rounded_is_no_calibration() -> None:
    rounded = link(evidence("handle", "x", 16.29)).model_copy(update={"probability": probability(3.004)})
    assert "calibrated" not in picture(rounded).texts("conclusion")[0]
    calibrated = rounded.model_copy(update={"probability": probability(3.02)})
    assert "calibrated" in picture(calibrated).texts("conclusion")[0]


def test_a_judgement_decides_and_is_no_calibration() -> None:
    judged = link(evidence("judgement", "same", 0.0, "ana: one text"), evidence("handle", "x", 16.29), calibrated=1.0)
    [words] = picture(judged).texts("conclusion")
    assert words == "judged same, which decides; match weight w = +3.00 bits, 2^w / (1 + 2^w) alone would be 0.889"
    unsure = link(evidence("judgement", "unsure", 0.0), evidence("handle", "x", 16.29))
    assert "probability 0.889" in picture(unsure).texts("conclusion")[0]


def test_a_pair_that_only_others_connect_says_so() -> None:
    shown = picture(link(evidence("chain", "a - b - c", 0.0), rest=20.29, calibrated=0.95))
    [words] = shown.texts("conclusion")
    assert "+7.00 bits; probability 0.95, by way of other accounts (2^w / (1 + 2^w) alone would be 0.9922)" in words
    assert shown.texts("value")[1] == "by way of other accounts"
    assert picture(link(rest=13.29)).texts("value")[1] == "no evidence was weighed between the two"


def test_evidence_without_a_weight_of_its_own_is_counted_below() -> None:
    [words] = picture(USUAL).texts("weightless")
    assert "1 more" in words
    assert picture(link()).texts("weightless") == []


@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_text_is_text(attack: str) -> None:
    svg = waterfall_svg(link(evidence("handle", attack, 9.0, attack)), PRIOR, attack)
    SvgPicture(svg).assert_plain()
    assert hidden_in(svg) == set()
    assert len(svg) < 20_000


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_text_is_text(text: str) -> None:
    svg = waterfall_svg(link(evidence("handle", text, 9.0)), PRIOR, text)
    SvgPicture(svg).assert_plain()
    assert hidden_in(svg) == set()


def test_a_value_is_cut_and_cannot_leave_its_place() -> None:
    shown = picture(link(evidence("passage", "大麻" * 300, 9.0)))
    value = shown.texts("value")[1]
    assert value.endswith("\u2026")
    assert len(value) < 30
    [around] = {text.getparent() for text in shown.root.iter("{*}text") if text.text == value}
    assert around.tag.endswith("svg")  # an inner picture is clipped to its frame
    assert float(around.get("x")) + float(around.get("width")) <= 330


def test_marks_piled_on_a_letter_are_written_out() -> None:
    assert (
        picture(link(evidence("handle", "z" + "\u0301" * 5, 9.0))).texts("value")[1]
        == "z" + "\u0301" * 3 + 2 * r"\u0301"
    )


def test_both_names_are_in_the_title_however_long_they_are() -> None:
    title = title_of("alpha/" + "w" * 500, "beta/bob")
    assert title.startswith("alpha/www")
    assert title.endswith("\u2026 and beta/bob")


@pytest.mark.parametrize("weight", [math.inf, -math.inf, math.nan])
def test_a_weight_that_is_no_number_is_refused(weight: float) -> None:
    broken = link().model_copy(update={"evidence": (Evidence(kind="handle", value="x", weight=weight),)})
    with pytest.raises(WeightError, match=r"between alpha/greenleaf and beta/greenleaf_uk is no number; link"):
        waterfall_svg(broken, PRIOR, "a and b")

"""The reliability plot: its points and bars are the bins."""

import pytest
from scipy import stats

from desk.reliability import ReliabilityBin, ReliabilityError, expected_calibration_error, reliability_svg
from tests.desk.explained_links import HOSTILE, hidden_in
from tests.desk.svg_picture import SVG, SvgPicture

BINS = [ReliabilityBin(0.9, 0.8, 300), ReliabilityBin(0.1, 0.1, 100), ReliabilityBin(0.5, 0.0, 0)]


def numbers(picture: SvgPicture, tag: str, name: str, *attributes: str) -> list[tuple[float, ...]]:
    return [
        tuple(float(one.get(attribute)) for attribute in attributes)
        for one in picture.root.iter(SVG + tag)
        if one.get("class") == name
    ]


def test_the_points_lie_where_the_bins_say() -> None:
    picture = SvgPicture(reliability_svg(BINS))
    [(left, bottom, right, top)] = numbers(picture, "line", "diagonal", "x1", "y1", "x2", "y2")
    points = [
        ((x - left) / (right - left), (y - bottom) / (top - bottom))
        for x, y in numbers(picture, "circle", "point", "cx", "cy")
    ]
    assert points == [pytest.approx((0.1, 0.1), abs=1e-3), pytest.approx((0.9, 0.8), abs=1e-3)]
    intervals = [
        (bottom - y) / (bottom - top) for pair in numbers(picture, "line", "interval", "y1", "y2") for y in pair
    ]
    wilson = [stats.binomtest(right, count).proportion_ci(method="wilson") for right, count in ((10, 100), (240, 300))]
    assert intervals == pytest.approx([end for one in wilson for end in (one.low, one.high)], abs=1e-3)


def test_the_bars_are_the_counts() -> None:
    picture = SvgPicture(reliability_svg(BINS))
    [(few,), (many,)] = numbers(picture, "rect", "count", "width")
    assert many == pytest.approx(3 * few, abs=0.05)
    assert picture.texts("said") == ["0.1", "0.9"]
    assert picture.texts("observed") == ["0.100", "0.800"]
    assert picture.texts("pairs")[0].startswith("400 pairs")


def test_the_error_is_in_the_title() -> None:
    assert expected_calibration_error(BINS) == pytest.approx(0.075)
    assert SvgPicture(reliability_svg(BINS, "All markets")).texts("heading") == [
        "All markets: expected calibration error 0.075"
    ]


def test_many_bins_are_all_shown() -> None:
    bins = [ReliabilityBin(place / 60, place / 60, 5) for place in range(60)]
    picture = SvgPicture(reliability_svg(bins))
    assert len(numbers(picture, "rect", "count", "y")) == 60
    assert max(y for (y,) in numbers(picture, "rect", "count", "y")) < picture.height


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_hostile_title_is_text(attack: str) -> None:
    svg = reliability_svg(BINS, attack)
    picture = SvgPicture(svg)
    picture.assert_plain()
    [heading] = picture.texts("heading")
    assert heading.endswith(": expected calibration error 0.075")
    assert len(heading) < 80
    assert hidden_in(svg) == set()


@pytest.mark.parametrize(
    "bins",
    [
        [],
        [ReliabilityBin(0.5, 0.5, 0)],
        [ReliabilityBin(1.5, 0.5, 3)],
        [ReliabilityBin(0.5, float("nan"), 3)],
        [ReliabilityBin(0.5, 0.5, 3), ReliabilityBin(0.5, 0.5, -1)],
    ],
)
def test_bins_that_are_none_are_refused(bins: list[ReliabilityBin]) -> None:
    with pytest.raises(ReliabilityError, match="give shares from 0 to 1"):
        reliability_svg(bins)

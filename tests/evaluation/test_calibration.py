"""Calibration error by hand."""

import pytest

from evaluation.calibration import CalibrationError, calibration


def test_bins_of_equal_width() -> None:
    judged = [(0.1, False), (0.3, True), (0.9, True), (1.0, False)]
    found = calibration(judged, bins=2, by="width")
    assert [one.count for one in found.bins] == [2, 2]
    assert [one.right for one in found.bins] == [0.5, 0.5]
    # |0.2 - 0.5| and |0.95 - 0.5|, half of the pairs each.
    assert found.error == pytest.approx((0.3 + 0.45) / 2)


def test_bins_of_equal_mass() -> None:
    judged = [(0.01, False), (0.02, False), (0.03, True), (0.99, True)]
    found = calibration(judged, bins=2, by="mass")
    assert [(one.low, one.high, one.count, one.right) for one in found.bins] == [
        (0.01, 0.02, 2, 0.0),
        (0.03, 0.99, 2, 1.0),
    ]
    assert [one.mean for one in found.bins] == pytest.approx([0.015, 0.51])
    assert found.error == pytest.approx((0.015 + 0.49) / 2)


def test_equal_probabilities_stay_together_whatever_is_so() -> None:
    judged = [(0.8, True)] * 8 + [(0.8, False)] * 2
    for order in (judged, judged[::-1]):
        found = calibration(order, bins=10, by="mass")
        assert len(found.bins) == 1
        assert found.error == pytest.approx(0.0, abs=1e-12)


def test_the_ends_are_in_the_outer_bins() -> None:
    found = calibration([(0.0, False), (1.0, True)], by="width")
    assert found.error == 0.0
    assert "0.000 to 0.000" in found.table


@pytest.mark.parametrize("judged", [[], [(1.2, True)], [(float("nan"), True)]])
def test_what_is_no_probability_is_refused(judged: list[tuple[float, bool]]) -> None:
    with pytest.raises(CalibrationError):
        calibration(judged)

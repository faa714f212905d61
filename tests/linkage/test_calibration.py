"""Match weights as probabilities."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from linkage.calibration import Calibration, fit

lines = st.builds(Calibration, slope=st.floats(0.1, 3), shift=st.floats(-10, 10))


def test_without_calibration_weights_are_taken_at_their_word() -> None:
    plain = Calibration()
    assert plain.probability(0) == 0.5
    assert plain.probability(10) == pytest.approx(1024 / 1025)
    assert plain.probabilities(np.array([-1.0, 1.0])) == pytest.approx([1 / 3, 2 / 3])
    assert plain.probabilities(np.array([])).shape == (0,)


@given(lines, st.floats(-10, 10))
def test_a_probability_leads_back_to_its_weight(line: Calibration, weight: float) -> None:
    probability = line.probability(weight)
    if 1e-6 < probability < 1 - 1e-6:
        assert line.weight(probability) == pytest.approx(weight, abs=1e-6)


@given(lines, st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=9))
def test_probabilities_are_from_0_to_1_and_rise_with_the_weight(line: Calibration, weights: list[float]) -> None:
    found = line.probabilities(np.array(sorted(weights)))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()
    assert line.probability(-math.inf) < 1e-100
    assert line.probability(math.inf) == 1


@pytest.mark.parametrize("known", [Calibration(slope=1, shift=0), Calibration(slope=0.45, shift=-3)])
def test_fit_recovers_the_line_that_pairs_were_drawn_by(known: Calibration) -> None:
    draw = np.random.default_rng(7)
    weights = draw.uniform(-12, 16, 60_000)
    found = fit(weights, draw.random(len(weights)) < known.probabilities(weights))
    assert found.slope == pytest.approx(known.slope, rel=0.05)
    assert found.shift == pytest.approx(known.shift, abs=0.15)


def test_a_line_that_falls_is_none() -> None:
    with pytest.raises(ValidationError):
        Calibration(slope=0)

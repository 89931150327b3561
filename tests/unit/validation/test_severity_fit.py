"""The fit of C to a share of severe particles, against a response that is known."""

from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.validation.calibration.severity_fit import along, growth_for, inverted, logit
from chemomech.validation.claims.cycles.simulations import EARLY, calibration_case


def logistic(c: float, middle: float = 3e-3, slope: float = 1.2) -> float:
    """A share that is a half at a C, and rises with it."""
    return float(1.0 / (1.0 + np.exp(-slope * np.log(c / middle))))


def test_logit_by_hand() -> None:
    assert logit(0.25, 100) == pytest.approx(-np.log(3.0))
    # None and all of a hundred count as half a particle.
    assert logit(0.0, 100) == pytest.approx(-np.log(199.0))
    assert logit(1.0, 100) == pytest.approx(np.log(199.0))


@pytest.mark.parametrize("start", [1e-6, 1e-3, 0.5])
def test_growth_is_found_from_either_side(start: float) -> None:
    found, tried = growth_for(logistic, 0.25, start, 10**6)
    assert logistic(found) == pytest.approx(0.25, abs=0.02)
    assert len(tried) <= 8
    assert min(tried) < max(tried)


def test_a_linear_logit_is_met_by_one_interpolation() -> None:
    tried = {1e-3: logistic(1e-3), 9e-3: logistic(9e-3)}
    assert logistic(inverted(tried, 0.5, 10**6)) == pytest.approx(0.5)
    assert along(tried, 0.35, 10**6) == pytest.approx(3e-3 * (0.35 / 0.65) ** (1 / 1.2))
    assert np.isnan(along({1e-3: 0.2}, 0.35, 100))


def test_a_share_that_does_not_move_is_refused() -> None:
    with pytest.raises(InputError, match="no growth makes 0.25"):
        growth_for(lambda c: 0.9, 0.25, 1e-3, 100)


def test_the_case_that_is_fitted_is_the_one_of_the_scoreboard_but_smaller() -> None:
    table = calibration_case({"radial.hindrance": 0.163}).to_table()
    assert f"x {EARLY}" in str(table["protocol"])
    assert table["radial"]["hindrance"] == 0.163
    assert table["damage"]["surface_cracks"]["unstable"] is False
    assert table["geometry"]["layout"]["particles"] == 468

"""Polynomials, splines and tails."""

import numpy as np
import pytest

from chemomech.materials.elementary import derivative
from chemomech.materials.splines import (
    LinearTails,
    LogarithmicEnds,
    Polynomial,
    monotone_cubic,
    spline_with_end_slope,
)


def test_a_polynomial_takes_ascending_coefficients():
    assert Polynomial((1.0, 2.0, 3.0))(2.0) == 17.0  # 1 + 2*2 + 3*4


def test_a_spline_of_three_points_that_ends_as_a_natural_one_is_the_textbook_one():
    # Through (0,0), (1,1), (2,0): M_1 = 6 (s1 - s0) / (2 (h0 + h1)) = 6 (-2)/4 = -3, hence
    # S(0.5) = 0.5 - 3 (0.125 - 0.5)/6 = 0.6875, S'(0) = 1 + 3/6 = 1.5 and, as it is even, S'(2) = -1.5.
    spline = spline_with_end_slope([0.0, 1.0, 2.0], [0.0, 1.0, 0.0], -1.5)
    assert spline(np.array([0.5, 1.5])) == pytest.approx([0.6875, 0.6875])
    assert derivative(spline, 0.0) == pytest.approx(1.5)


def test_a_spline_passes_through_its_points_and_continues_straight():
    x, y = [0.0, 0.1, 0.4, 0.5, 1.0], [3.0, 2.0, 2.5, 1.0, 0.0]
    spline = spline_with_end_slope(x, y, -3.0)
    assert spline(np.array(x)) == pytest.approx(y, abs=1e-12)
    assert np.diff(spline(np.array([1.5, 2.0, 2.5])), 2) == pytest.approx(0.0, abs=1e-9)
    assert np.diff(spline(np.array([-1.5, -1.0, -0.5])), 2) == pytest.approx(0.0, abs=1e-9)


def test_a_monotone_cubic_never_overshoots_where_a_smoother_spline_does():
    x, y = [0.0, 1.0, 2.0, 3.0], [0.0, 0.0, 1.0, 1.0]
    fine = np.linspace(-1.0, 4.0, 1001)
    assert np.diff(monotone_cubic(x, y)(fine)).min() >= -1e-14
    assert np.diff(spline_with_end_slope(x, y, 0.0)(fine)).min() < -1e-4
    assert monotone_cubic(x, y)(np.array(x)) == pytest.approx(y, abs=1e-14)
    assert monotone_cubic(x, y)(np.array([-9.0, 9.0])) == pytest.approx([0.0, 1.0], abs=1e-9)


def test_a_monotone_cubic_has_the_harmonic_mean_slope():
    # Equal widths: harmonic mean of the secants 1 and 3 is 2/(1 + 1/3) = 1.5.
    assert derivative(monotone_cubic([0.0, 1.0, 2.0], [0.0, 1.0, 4.0]), 1.0) == pytest.approx(1.5)


def test_an_antiderivative_differentiates_back_and_vanishes_where_asked():
    curve = monotone_cubic([0.2, 0.3, 0.5, 0.9], [21.0, 19.0, 4.0, 2.0])
    integral = curve.antiderivative(zero_at=1.0)
    x = np.linspace(-0.2, 1.3, 37)
    assert integral(1.0) == pytest.approx(0.0, abs=1e-12)
    assert derivative(integral, x) == pytest.approx(curve(x), rel=1e-12)


def test_tails_are_tangents_and_the_inner_function_is_not_called_outside():
    def square_root_like(x):
        assert np.all(np.asarray(getattr(x, "value", x)) >= 1.0)
        return x * x

    tailed = LinearTails(square_root_like, 1.0, 2.0)
    # Tangents of x^2: 2x - 1 at 1, 4x - 4 at 2.
    assert tailed(np.array([-3.0, 1.5, 5.0])) == pytest.approx([-7.0, 2.25, 16.0])
    assert derivative(tailed, np.array([-3.0, 1.5, 5.0])) == pytest.approx([2.0, 3.0, 4.0])


def test_a_spline_with_end_slope_reproduces_a_cubic_that_is_natural_on_the_left():
    # y = x^3 has y'' = 0 at 0 and y' = 12 at 2; beyond it the tail is its tangent, 8 + 12 (x - 2).
    spline = spline_with_end_slope([0.0, 0.7, 1.1, 2.0], [0.0, 0.343, 1.331, 8.0], 12.0)
    assert spline(np.array([0.3, 0.9, 1.7])) == pytest.approx([0.027, 0.729, 4.913], rel=1e-12)
    assert spline(np.array([-1.0, 3.0])) == pytest.approx([0.0, 20.0], abs=1e-12)


def test_logarithmic_ends_are_logarithms_with_the_slope_of_the_inner_function():
    law = LogarithmicEnds(Polynomial((4.0, -2.0)), low=0.2, high=0.9)
    # A = 2 * 0.1 at the full end, where 2.2 + 0.2 ln(0.01 / 0.1); 2 * 0.2 at the empty one.
    assert law(0.99) == pytest.approx(2.2 + 0.2 * np.log(0.1), rel=1e-12)
    assert law(0.05) == pytest.approx(3.6 - 0.4 * np.log(0.25), rel=1e-12)
    assert law(np.array([0.2, 0.5, 0.9])) == pytest.approx([3.6, 3.0, 2.2], rel=1e-14)
    assert derivative(law, np.array([0.05, 0.99])) == pytest.approx([-0.4 / 0.05, -0.2 / 0.01], rel=1e-12)
    # Where fewer than 1e-5 of the sites are left, the tangent: slope -0.2 / 1e-5.
    assert derivative(law, np.array([1.0, 1.5])) == pytest.approx([-2.0e4, -2.0e4], rel=1e-9)
    assert np.diff(law(np.linspace(-0.5, 1.5, 100001))).max() < 0.0

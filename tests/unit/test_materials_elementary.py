"""Elementary functions: guards are exact where they should be, dual numbers differentiate exactly."""

import math

import numpy as np
import pytest

from chemomech.materials import elementary
from chemomech.materials.elementary import (
    Dual,
    derivative,
    positive_power,
    soft_ceiling,
    soft_clip,
    soft_floor,
)


def test_soft_floor_is_exact_above_and_below_and_a_quarter_width_above_the_floor_at_it():
    # Parabola (d + w)^2 / (4 w) between -w and w: at d = 0 it is w/4.
    values = soft_floor(np.array([-5.0, 0.8, 1.0, 1.2, 3.0]), 1.0, 0.2)
    assert values == pytest.approx([1.0, 1.0, 1.05, 1.2, 3.0], abs=1e-14)


def test_soft_ceiling_mirrors_the_soft_floor():
    values = soft_ceiling(np.array([0.0, 0.8, 1.0, 1.2, 9.0]), 1.0, 0.2)
    assert values == pytest.approx([0.0, 0.8, 0.95, 1.0, 1.0], abs=1e-14)


def test_soft_clip_has_a_continuous_derivative():
    x = np.linspace(-0.5, 1.5, 4001)
    slopes = derivative(lambda value: soft_clip(value, 0.0, 1.0, 0.1), x)
    # Blends lie between -0.2 and 0 and between 1 and 1.2; the parabola's second derivative is 1/(2 w) = 5,
    # so slopes of neighbours differ by at most 5 dx.
    assert np.abs(np.diff(slopes)).max() <= 5.0 * (x[1] - x[0]) * 1.001
    assert slopes[[0, 1000, 2000, 3000, -1]] == pytest.approx([0.0, 1.0, 1.0, 1.0, 0.0], abs=1e-12)


def test_dual_numbers_follow_the_rules_of_differentiation():
    def law(x):
        return (
            (2.0 - x) / (1.0 + x * x) - 3.0 / x + elementary.exp(-x) * elementary.sqrt(x) + elementary.log(x)
        )

    # By hand: (-(1+x2) - 2x(2-x))/(1+x2)^2 + 3/x2 + e^-x (1/(2 sqrt x) - sqrt x) + 1/x at x = 2.
    expected = -5.0 / 25.0 + 0.75 + math.exp(-2.0) * (0.5 / math.sqrt(2.0) - math.sqrt(2.0)) + 0.5
    assert derivative(law, 2.0) == pytest.approx(expected, rel=1e-14)


def test_an_array_times_a_dual_number_stays_a_dual_number_of_arrays():
    product = np.array([1.0, 2.0]) * Dual(np.array([3.0, 4.0]), np.ones(2))
    assert product.value.tolist() == [3.0, 8.0]
    assert product.slope.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(("power", "value", "slope"), [(1, 2.0, 1.0), (2, 4.0, 4.0), (3, 8.0, 12.0)])
def test_positive_powers_vanish_left_of_zero_and_differentiate_right_of_it(power, value, slope):
    assert positive_power(2.0, power) == value
    assert positive_power(-2.0, power) == 0.0
    assert derivative(lambda x: positive_power(x, power), 2.0) == slope
    assert derivative(lambda x: positive_power(x, power), -2.0) == 0.0

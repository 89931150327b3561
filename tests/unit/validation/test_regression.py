"""Least squares with blocks and partial correlation, against numbers from elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from chemomech.errors import InputError
from chemomech.validation.calibration.regression import least_squares, partial_correlation

# Longley's employment data and the values that NIST certifies for them (Statistical Reference Datasets).
LONGLEY = np.array(
    [
        [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
        [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
        [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
        [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
        [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
        [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
        [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
        [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
        [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
        [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
        [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
        [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
        [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
        [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
        [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
        [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ]
)
CERTIFIED = (
    (15.0618722713733, 84.9149257747669),
    (-0.358191792925910e-01, 0.334910077722432e-01),
    (-2.02022980381683, 0.488399681651699),
    (-1.03322686717359, 0.214274163161675),
    (-0.511041056535807e-01, 0.226073200069370),
    (1829.15146461355, 455.478499142212),
)


def test_coefficients_and_standard_errors_are_those_that_nist_certifies() -> None:
    fit = least_squares(LONGLEY[:, 0], {f"x{k}": LONGLEY[:, k] for k in range(1, 7)})
    for k, (value, error) in enumerate(CERTIFIED, start=1):
        assert fit.coefficients[f"x{k}"].value == pytest.approx(value, rel=1e-6)
        assert fit.coefficients[f"x{k}"].error == pytest.approx(error, rel=1e-6)
    assert fit.residual == pytest.approx(304.854073561965, rel=1e-8)
    assert fit.freedom == 9


def test_one_covariate_is_a_straight_line() -> None:
    random = np.random.default_rng(3)
    x, y = random.normal(size=30), random.normal(size=30)
    line = stats.linregress(x, y)
    slope = least_squares(y, {"x": x}).coefficients["x"]
    assert (slope.value, slope.error) == pytest.approx((line.slope, line.stderr), rel=1e-10)
    assert 2.0 * stats.t.sf(abs(slope.t), 28) == pytest.approx(line.pvalue, rel=1e-8)


def test_blocks_take_out_what_differs_between_them() -> None:
    random = np.random.default_rng(4)
    block = np.repeat([3, 7, 9], 20)
    x = random.normal(size=60) + block
    y = 2.0 * x - 50.0 * block + random.normal(0.0, 0.1, 60)
    assert least_squares(y, {"x": x}).coefficients["x"].value < -30.0
    within = least_squares(y, {"x": x}, block)
    assert within.coefficients["x"].value == pytest.approx(2.0, abs=0.05)
    assert within.freedom == 56
    # The same as a fit of what is left when each block gives up its mean.
    centred = [values - np.array([values[block == b].mean() for b in block]) for values in (x, y)]
    assert within.coefficients["x"].value == pytest.approx(
        float(centred[0] @ centred[1] / (centred[0] @ centred[0])), rel=1e-10
    )


def test_partial_correlation_is_that_of_the_three_plain_ones() -> None:
    random = np.random.default_rng(5)
    size = random.normal(size=80)
    first, second = size + random.normal(size=80), -0.5 * size + random.normal(size=80)
    found = partial_correlation(first, second, {"size": size})
    r = np.corrcoef([first, second, size])
    by_hand = (r[0, 1] - r[0, 2] * r[1, 2]) / np.sqrt((1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2))
    assert found.value == pytest.approx(by_hand, rel=1e-10)
    assert found.freedom == 77


def test_without_others_it_is_pearsons_with_its_probability() -> None:
    random = np.random.default_rng(6)
    first, second = random.normal(size=40), random.normal(size=40)
    pearson = stats.pearsonr(first, second)
    found = partial_correlation(first, second, {})
    assert (found.value, found.probability) == pytest.approx((pearson.statistic, pearson.pvalue), rel=1e-9)
    # 0.304 at 40 pairs stands in every table.
    assert found.critical(0.05) == pytest.approx(0.312, abs=5e-4)


def test_a_response_that_never_changes_has_no_effect() -> None:
    x = np.random.default_rng(7).normal(size=20)
    effect = least_squares(np.zeros(20), {"x": x}).coefficients["x"]
    assert (effect.value, effect.error, effect.t) == (0.0, 0.0, 0.0)


def test_what_is_not_determined_is_refused() -> None:
    x = np.arange(5.0)
    with pytest.raises(InputError, match="do not determine"):
        least_squares(x, {"a": x, "b": 2.0 * x})
    with pytest.raises(InputError, match="5 observations do not determine 5 coefficients"):
        least_squares(x, {f"x{k}": np.random.default_rng(k).normal(size=5) for k in range(4)})

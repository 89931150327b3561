"""The helper that asserts orders of convergence, on errors made up for it."""

from __future__ import annotations

import pytest
from support.orders import assert_expected_order, observed_orders

SIZES = (0.4, 0.2, 0.1)


def errors(order: float, coefficient: float = 1.0) -> list[float]:
    return [coefficient * size**order for size in SIZES]


def test_orders_are_slopes_in_logarithms_for_any_ratio_of_sizes() -> None:
    # 9 = (.3/.1)^2, 8 = (.1/.05)^3.
    assert observed_orders((0.3, 0.1, 0.05), (72.0, 8.0, 1.0)) == pytest.approx([2.0, 3.0], rel=1e-12)


@pytest.mark.parametrize("order", [1.76, 2.0, 2.24])
def test_orders_near_the_expected_one_pass(order: float) -> None:
    assert assert_expected_order("power", SIZES, errors(order), 2.0, magnitude=1.0) == pytest.approx(order)


@pytest.mark.parametrize("order", [-2.0, 0.0, 1.0, 1.74, 2.26, 3.0, 6.0])
def test_orders_too_low_and_too_high_fail(order: float) -> None:
    with pytest.raises(AssertionError, match=r"orders .* expected 2.0 within 0.25"):
        assert_expected_order("power", SIZES, errors(order), 2.0, magnitude=1.0)


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_every_pair_counts(wrong: int) -> None:
    bent = errors(2.0)
    bent[wrong] *= 1.5
    with pytest.raises(AssertionError, match="orders"):
        assert_expected_order("bent", SIZES, bent, 2.0, magnitude=1.0)


def test_errors_near_rounding_are_not_judged() -> None:
    # Of a quantity of 1, .1^2 * 1e-9 is rounding of a thousand operations at the most.
    fine = errors(2.0, 1e-9)
    assert_expected_order("fine", SIZES, fine, 2.0, magnitude=0.9)
    for magnitude, tolerance in ((1.1, 1e-14), (0.9, 2e-14), (0.9, 1e-10)):
        with pytest.raises(AssertionError, match="fine: no order can be judged from .*, 0.1: 1.000e-11"):
            assert_expected_order("fine", SIZES, fine, 2.0, magnitude=magnitude, tolerance=tolerance)
    # No tolerance is below that of rounding.
    with pytest.raises(AssertionError, match="no order can be judged"):
        assert_expected_order("fine", SIZES, fine, 2.0, magnitude=1.1, tolerance=0.0)


@pytest.mark.parametrize("error", [0.0, float("nan"), float("inf")])
def test_errors_that_are_none_are_not_judged(error: float) -> None:
    with pytest.raises(AssertionError, match="no order can be judged"):
        assert_expected_order("none", SIZES, [*errors(2.0)[:2], error], 2.0, magnitude=1.0)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [((0.1, 0.2, 0.4), "must fall"), ((0.2, 0.2, 0.1), "must fall"), ((0.2, 0.1, 0.0), "must be positive")],
)
def test_sizes_have_to_be_positive_and_fall(sizes: tuple[float, ...], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        assert_expected_order("sizes", sizes, errors(2.0), 2.0, magnitude=1.0)


def test_one_size_has_no_order_and_without_a_magnitude_nothing_is_judged() -> None:
    with pytest.raises(AssertionError, match="one size has no order"):
        assert_expected_order("one", SIZES[:1], errors(2.0)[:1], 2.0, magnitude=1.0)
    for magnitude in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(AssertionError, match="no magnitude"):
            assert_expected_order("none", SIZES, errors(2.0), 2.0, magnitude=magnitude)

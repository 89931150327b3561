"""Time formulas: exact on polynomials, error constants, order on uneven steps, step control."""

from __future__ import annotations

import numpy as np
import pytest
from support.orders import assert_expected_order

from chemomech.solver.stepping.controller import StepController
from chemomech.solver.stepping.history import History
from chemomech.solver.stepping.multistep import HIGHEST_ORDER, extrapolation_weights, formula

PASTS = (
    (5.0, (2.0,)),
    (0.7, (2.0, 1.2)),
    (0.7, (2.0, 1.2, 0.9)),
    (2.4, (3.0, 2.0, 0.5)),
    (0.7, (3.0, 2.2, 1.9, 1.0)),
    (0.9, (4.0, 3.0, 2.5, 1.0, 0.8)),
)
"""Step to take and past times, newest first."""


def corrector(step: float, past: tuple[float, ...], power: int) -> float:
    """What the formula makes of y = t^power when the right-hand side y' and the past are exact."""
    rule, end = formula(step, past, HIGHEST_ORDER), past[0] + step
    slope = power * end ** (power - 1) if power else 0.0
    weighted = sum(w * t**power for w, t in zip(rule.weights, past, strict=False))
    return (slope - weighted) / rule.rate


@pytest.mark.parametrize(("step", "past"), PASTS)
def test_formula_is_exact_up_to_its_order_and_not_beyond(step: float, past: tuple[float, ...]) -> None:
    order, end = formula(step, past, HIGHEST_ORDER).order, past[0] + step
    # Order k needs k past values and one more for the error estimate.
    assert order == max(1, len(past) - 1)
    for power in range(order + 1):
        assert corrector(step, past, power) == pytest.approx(end**power, rel=1e-13)
    assert abs(corrector(step, past, order + 1) - end ** (order + 1)) > 1e-3


def test_even_steps_give_the_textbook_coefficients() -> None:
    # BDF2: (3/2 y - 2 y_n + 1/2 y_{n-1}) / h.
    rule = formula(0.5, (1.5, 1.0, 0.5))
    assert (rule.rate, *rule.weights) == pytest.approx((3.0, -4.0, 1.0), rel=1e-14)
    # BDF3 and BDF4 of step 1: 11/6, -3, 3/2, -1/3 and 25/12, -4, 3, -4/3, 1/4.
    third, fourth = formula(1.0, (0.0, -1.0, -2.0, -3.0), 3), formula(1.0, (0.0, -1.0, -2.0, -3.0, -4.0), 4)
    assert (third.rate, *third.weights) == pytest.approx((11 / 6, -3, 3 / 2, -1 / 3), rel=1e-13)
    assert (fourth.rate, *fourth.weights) == pytest.approx((25 / 12, -4, 3, -4 / 3, 1 / 4), rel=1e-13)


@pytest.mark.parametrize(("step", "past"), [case for case in PASTS if len(case[1]) > 1])
def test_error_share_turns_the_gap_to_the_predictor_into_the_local_error(
    step: float, past: tuple[float, ...]
) -> None:
    # On y = t^(order+1) the leading error term is the whole error, so Milne's device must be exact.
    rule, end = formula(step, past, HIGHEST_ORDER), past[0] + step
    power = rule.order + 1
    predicted = sum(w * t**power for w, t in zip(extrapolation_weights(end, past), past, strict=True))
    corrected = corrector(step, past, power)
    assert rule.error_share is not None
    assert corrected - end**power == pytest.approx(rule.error_share * (corrected - predicted), rel=1e-11)


def test_no_past_means_no_error_estimate() -> None:
    assert formula(1.0, (0.0,)).error_share is None


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("pattern", [(1.0,), (1.0, 1.25, 1.0, 0.8)], ids=["even", "uneven"])
def test_marching_an_equation_is_of_the_order_asked_for(pattern: tuple[float, ...], order: int) -> None:
    # y' = -y + sin t from y(0) = 1: y = (3 exp(-t) + sin t - cos t) / 2. Uneven steps tell a variable-step
    # formula from one that takes the textbook coefficients, which is of first order there.
    def exact(time: float) -> float:
        return 0.5 * (3.0 * np.exp(-time) + np.sin(time) - np.cos(time))

    end, sizes, errors = 2.0, [], []
    for repeats in (24, 48, 96):
        steps = np.tile(pattern, repeats)
        steps *= end / steps.sum()
        history = History()
        for k in range(order, -1, -1):
            history.push(-k * steps[0], (np.array([exact(-k * steps[0])]),))
        largest = 0.0
        for step in steps:
            rule = formula(step, history.times, order)
            time = history.times[0] + step
            value = (np.sin(time) - history.combine(rule.weights, 0)) / (rule.rate + 1.0)
            history.push(time, (value,))
            largest = max(largest, abs(float(value[0]) - exact(time)))
        sizes.append(end / len(steps))
        errors.append(largest)
    assert_expected_order("multistep", sizes, errors, float(order), magnitude=1.0)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_errors_of_neighbouring_orders_are_those_their_own_steps_would_make(order: int) -> None:
    # y' = 5 t^4 with an exact past; the state reached at one order is compared at all.
    history = History()
    for time in (0.0, 0.3, 0.5, 0.9, 1.0):
        history.push(time, (np.array([time**5]),))
    step, end = 0.05, 1.05
    reached = formula(step, history.times, order)
    value = (5.0 * end**4 - history.combine(reached.weights, 0)) / reached.rate
    told = {
        c.order: abs(float(c.share * (value - history.combine(c.weights, 0))[0]))
        for c in history.comparisons(step, reached)
    }
    assert set(told) == {q for q in (order - 1, order, order + 1) if 1 <= q <= HIGHEST_ORDER}
    for other, error in told.items():
        rule = formula(step, history.times, other)
        own = (5.0 * end**4 - history.combine(rule.weights, 0)) / rule.rate
        assert error == pytest.approx(abs(float(own[0]) - end**5), rel=0.5)


def test_history_predicts_parabolas_and_forgets_on_demand() -> None:
    history = History()
    for time in (-3.0, -1.0, 0.0, 1.0, 1.5, 2.5):
        history.push(time, (np.array([time**2, 3.0]),))
    # The oldest of six is dropped; three values carry a parabola to t = 4.
    assert history.times == [2.5, 1.5, 1.0, 0.0, -1.0]
    assert history.predict(4.0)[0] == pytest.approx([16.0, 3.0], rel=1e-13)
    history.forget()
    assert history.predict(4.0)[0] == pytest.approx([6.25, 3.0], rel=1e-13)


def test_controller_aims_at_the_tolerance_within_its_factors() -> None:
    control = StepController(safety=1.0, smallest_factor=0.25, largest_step=50.0)
    # Error 1/8 of an order-2 formula allows a step 2 times as long; error 8 asks for half.
    assert control.next_step(1.0, 1.0 / 8.0, 2) == pytest.approx(2.0)
    assert control.next_step(1.0, 8.0, 2) == pytest.approx(0.5)
    assert control.next_step(1.0, 1.0e9, 2) == 0.25
    assert control.next_step(1.0, 0.0, 2) == 2.0
    assert control.next_step(40.0, None, 1) == 50.0
    assert control.after_failure(1.0) < 1.0

"""What becomes of an attempted step, and that the state it led to is handed on with the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from chemomech.solver.stepping.budget import Charges, Currents
from chemomech.solver.stepping.cell import Attempt, SolveReport
from chemomech.solver.stepping.controller import (
    GROWTH,
    MOST_EVENT_TRIALS,
    Reached,
    StepController,
    Trial,
    Verdict,
)
from chemomech.solver.stepping.history import History
from chemomech.solver.stepping.multistep import formula
from chemomech.solver.stepping.operation import OperatingPoint

BEFORE = OperatingPoint(time_in_step=10.0, voltage=4.0, current_density=5.0, charge_in_step=50.0)
STEP = 2.0
NONE_BESIDE: Mapping[int, float] = MappingProxyType({})


def reached(voltage: float) -> Reached:
    point = replace(BEFORE, time_in_step=12.0, voltage=voltage)
    return Reached(Currents(5.0, 5.0), Charges(60.0, 60.0), point)


@dataclass(frozen=True)
class UpTo:
    """A cut-off at a voltage from below."""

    voltage: float

    def remaining(self, point: OperatingPoint) -> float:
        return self.voltage - point.voltage


def trial(
    solved: bool = True, error: float = 0.5, beside: Mapping[int, float] = NONE_BESIDE, **changes: Any
) -> Trial:
    rule: Any = SimpleNamespace(order=2)
    attempt = Attempt(solved, {2: error, **beside} if solved else {}, rule, SolveReport(solved))
    state = reached(4.1)
    return replace(Trial(STEP, STEP, attempt, (), BEFORE, lambda: state), **changes)


def unread() -> Reached:
    raise AssertionError("a state that was not solved well enough is not read")


def test_the_state_is_read_once_and_handed_on_with_an_accepted_step() -> None:
    states = [reached(4.1)]
    decision = StepController().decide(trial(after=states.pop))
    assert (decision.verdict, states) == (Verdict.ACCEPTED, [])
    assert decision.accepted == reached(4.1)
    # 0.85 (1/0.5)^(1/3) of the step, from the error of a formula of second order.
    assert decision.next_step == pytest.approx(STEP * 0.85 * 2.0 ** (1.0 / 3.0), rel=1e-12)


@pytest.mark.parametrize(
    ("attempt", "verdict", "factor"),
    [
        ({"solved": False}, Verdict.FAILED, 0.3),
        ({"error": 8.0}, Verdict.INACCURATE, 0.425),  # 0.85 / 8^(1/3)
        ({"error": 1e9}, Verdict.INACCURATE, 0.25),
    ],
)
def test_a_step_that_is_not_solved_well_enough_is_tried_shorter_and_its_state_not_read(
    attempt: dict[str, Any], verdict: Verdict, factor: float
) -> None:
    decision = StepController().decide(trial(**attempt, after=unread))
    assert (decision.verdict, decision.accepted) == (verdict, None)
    assert decision.next_step == pytest.approx(factor * STEP, rel=1e-12)


def test_a_step_past_a_cutoff_is_shortened_to_it_and_one_that_meets_it_ends_there() -> None:
    halfway = (UpTo(4.05),)
    past = StepController().decide(trial(cutoffs=halfway))
    assert (past.verdict, past.accepted) == (Verdict.PAST_CUTOFF, None)
    assert past.next_step == pytest.approx(0.5 * STEP, rel=1e-9)
    met = StepController().decide(trial(cutoffs=halfway, after=lambda: reached(4.05)))
    assert (met.verdict, met.next_step, met.met) == (Verdict.ACCEPTED, None, halfway[0])
    assert met.accepted == reached(4.05)


def test_after_many_trials_a_step_past_a_cutoff_is_taken() -> None:
    decision = StepController().decide(trial(cutoffs=(UpTo(4.05),), earlier=MOST_EVENT_TRIALS))
    assert (decision.verdict, decision.accepted) == (Verdict.ACCEPTED, reached(4.1))
    assert decision.met == UpTo(4.05)


def test_a_step_that_was_shortened_for_a_milestone_does_not_slow_the_next() -> None:
    decision = StepController().decide(trial(proposed=10.0))
    assert decision.next_step == 10.0


@pytest.mark.parametrize(
    ("error", "beside", "order", "factor"),
    [
        (0.5, {1: 0.6, 3: 0.5}, 2, 0.85 * 2.0 ** (1.0 / 3.0)),  # nothing to gain
        (0.5, {3: 0.05}, 3, 1.5),  # 0.85 20^(1/4) = 1.80, but a third-order step grows by 1.5 at most
        (0.5, {1: 0.02}, 1, 2.0),  # a rough solution: the lower order allows twice the step
        (8.0, {1: 1.0, 3: 0.01}, 1, 0.85),  # no higher order after a step that was not accurate
    ],
)
def test_the_order_that_allows_the_longest_step_is_next(
    error: float, beside: dict[int, float], order: int, factor: float
) -> None:
    decision = StepController().decide(trial(error=error, beside=beside))
    assert decision.next_order == order
    assert decision.next_step == pytest.approx(factor * STEP, rel=1e-12)


@pytest.mark.parametrize("order", [2, 3, 4])
def test_steps_that_grow_as_much_as_they_may_do_not_blow_a_rounding_error_up(order: int) -> None:
    # y' = 0 started beside a constant: what is not the constant has to die out.
    def remainder(growth: float) -> float:
        history = History()
        for k, value in enumerate((1.0, *(1.0 + 1e-6 * (-1.0) ** i for i in range(order)))):
            history.push(growth**k, (np.array([value]),))
        for _ in range(60):
            step = (history.times[0] - history.times[1]) * growth
            rule = formula(step, history.times, order)
            history.push(history.times[0] + step, (-history.combine(rule.weights, 0) / rule.rate,))
        return abs(float(history.states[0][0][0] - history.states[1][0][0]))

    assert remainder(GROWTH[order]) < 1e-8
    assert remainder({2: 2.6, 3: 1.75, 4: 1.4}[order]) > 1e-4

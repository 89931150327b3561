"""What becomes of an attempted step, and that the state it led to is handed on with the decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest

from chemomech.solver.stepping.budget import Charges, Currents
from chemomech.solver.stepping.controller import (
    MOST_EVENT_TRIALS,
    Reached,
    StepController,
    Trial,
    Verdict,
)
from chemomech.solver.stepping.operation import OperatingPoint

BEFORE = OperatingPoint(time_in_step=10.0, voltage=4.0, current_density=5.0, charge_in_step=50.0)
STEP = 2.0


def reached(voltage: float) -> Reached:
    point = replace(BEFORE, time_in_step=12.0, voltage=voltage)
    return Reached(Currents(5.0, 5.0), Charges(60.0, 60.0), point)


@dataclass(frozen=True)
class UpTo:
    """A cut-off at a voltage from below."""

    voltage: float

    def remaining(self, point: OperatingPoint) -> float:
        return self.voltage - point.voltage


def trial(solved: bool = True, error: float | None = 0.5, **changes: Any) -> Trial:
    attempt: Any = SimpleNamespace(solved=solved, error=error, formula=SimpleNamespace(order=2))
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

"""Which cut-off comes first, and when, by a straight line over the last step."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from chemomech.solver.stepping.controller import nearest as first_cutoff
from chemomech.solver.stepping.operation import OperatingPoint

BEFORE = OperatingPoint(time_in_step=10.0, voltage=4.0, current_density=5.0, charge_in_step=50.0)
NOW = replace(BEFORE, time_in_step=12.0, voltage=4.1)


@dataclass(frozen=True)
class UpTo:
    """A cut-off at a voltage from below."""

    voltage: float

    def remaining(self, point: OperatingPoint) -> float:
        return self.voltage - point.voltage


@dataclass(frozen=True)
class Distances:
    """A cut-off at stated distances before and after the step."""

    left: float
    right: float

    def remaining(self, point: OperatingPoint) -> float:
        return self.left if point is BEFORE else self.right


def nearest(*cutoffs: UpTo | Distances, step: float = 2.0) -> tuple[object, float]:
    return first_cutoff(cutoffs, BEFORE, NOW, step)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("voltage", "ahead"), [(4.2, 2.0), (4.15, 1.0), (4.1, 0.0), (4.05, -1.0), (4.02, -1.6)]
)
def test_the_time_to_a_cutoff_is_by_a_straight_line_and_negative_behind_it(
    voltage: float, ahead: float
) -> None:
    # .1 V in 2 s.
    found, time = nearest(UpTo(voltage))
    assert found == UpTo(voltage)
    assert time == pytest.approx(ahead, abs=1e-9)


def test_the_first_of_several_counts_whatever_their_order() -> None:
    for cutoffs in ((UpTo(4.2), UpTo(4.15), UpTo(4.5)), (UpTo(4.15), UpTo(4.5), UpTo(4.2))):
        assert nearest(*cutoffs)[0] == UpTo(4.15)
    # Of two that were passed in one step, the one that was passed first.
    assert nearest(UpTo(4.08), UpTo(4.03)) == (UpTo(4.03), pytest.approx(-1.4))


def test_one_that_was_passed_before_the_step_ends_it_at_once() -> None:
    assert nearest(Distances(-0.3, -0.1))[1] == 0.0
    assert nearest(Distances(0.0, -0.1))[1] == 0.0


def test_one_that_moves_away_or_stands_still_is_not_ahead() -> None:
    for distances in (Distances(0.1, 0.3), Distances(0.2, 0.2), Distances(np.inf, 0.2), Distances(-0.1, 0.2)):
        assert nearest(distances) == (None, np.inf)
    # The other one is found all the same.
    assert nearest(Distances(0.1, 0.3), UpTo(4.2))[0] == UpTo(4.2)


def test_one_that_could_not_be_seen_before_and_is_passed_now_ends_the_step() -> None:
    assert nearest(Distances(np.inf, -0.2))[1] == 0.0


def test_without_cutoffs_nothing_is_ahead() -> None:
    assert nearest() == (None, np.inf)

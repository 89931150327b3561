"""How long a run will still take, from the state of the cell and what the last steps have cost."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from chemomech.errors import InputError
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.solver.stepping.operation import (
    NO_CURRENT,
    CapacityLimit,
    CurrentLimit,
    Cutoff,
    DurationLimit,
    OperatingPoint,
    OperatingStep,
    VoltageLimit,
)

RECENT = 4
"""Accepted steps from which the present cost of a simulated second is taken."""

EARLIEST = 0.01
"""Share of the simulated time of an operating step before which nothing is said [-]."""


class RemainingTime:
    """Wall time to the end of the present operating step.

    Args:
        steps: The operating steps of the run.
        curve: Open-circuit voltage of the active material.
        start: Stoichiometry at the start of the run [-].
        full: Charge that takes the particles from x = 1 to x = 0, over the cross-section [C/m2].
    """

    def __init__(
        self, steps: Sequence[OperatingStep], curve: OpenCircuitVoltage, start: float, full: float
    ) -> None:
        self._steps, self._curve, self._start, self._full = tuple(steps), curve, start, full
        self._index: int | None = None
        self._marks: deque[tuple[float, OperatingPoint]] = deque(maxlen=RECENT + 1)
        self._first = (0.0, 0.0)
        self._stoichiometry = start
        self._left: dict[type, Callable[[Any, OperatingPoint], float]] = {
            VoltageLimit: self._until_voltage,
            CurrentLimit: self._until_current,
            DurationLimit: lambda cutoff, point: float(cutoff.remaining(point)),
            CapacityLimit: self._until_charge,
        }

    def seconds(self, snapshot: Any, now: float) -> float | None:
        """Estimate at an accepted state [s], never negative; None while nothing can be said.

        Args:
            snapshot: The state.
            now: Wall clock [s].
        """
        point: OperatingPoint = snapshot.point
        if snapshot.operating_step != self._index:
            self._index, self._first = snapshot.operating_step, (now, point.time_in_step)
            self._marks.clear()
        self._marks.append((now, point))
        self._stoichiometry = self._start - snapshot.charges.collector / self._full
        cutoffs = self._steps[snapshot.operating_step].cutoffs
        return self._wall(min((self._simulated(cutoff, point) for cutoff in cutoffs), default=math.inf))

    def _simulated(self, cutoff: Cutoff, point: OperatingPoint) -> float:
        """Simulated time until a cut-off [s], 0 where it is met, infinite where it does not come nearer."""
        if cutoff.remaining(point) <= 0.0:
            return 0.0
        return max(self._left.get(type(cutoff), lambda *_: math.inf)(cutoff, point), 0.0)

    def _until_voltage(self, cutoff: VoltageLimit, point: OperatingPoint) -> float:
        """At the present current, and with the present distance from the open-circuit curve at the mean x."""
        x, curve = self._stoichiometry, self._curve
        low, high = curve.valid_range
        if abs(point.current_density) < NO_CURRENT:
            return math.inf
        polarisation = point.voltage - float(curve(min(max(x, low), high)))
        try:
            end = curve.stoichiometry_at(cutoff.voltage - polarisation)
        except InputError:
            end = low if cutoff.rising else high
        left = (x - end) * self._full / point.current_density
        return left if left > 0.0 else math.inf

    def _until_current(self, cutoff: CurrentLimit, point: OperatingPoint) -> float:
        """By the exponential decay of the last steps."""
        _, before = self._marks[0]
        was, now = abs(before.current_density), abs(point.current_density)
        elapsed = point.time_in_step - before.time_in_step
        if not (math.isfinite(was) and was > now > 0.0 and elapsed > 0.0):
            return math.inf
        return elapsed * math.log(now / max(cutoff.current_density, NO_CURRENT)) / math.log(was / now)

    def _until_charge(self, cutoff: CapacityLimit, point: OperatingPoint) -> float:
        current = abs(point.current_density)
        return cutoff.remaining(point) / current if current > NO_CURRENT else math.inf

    def _wall(self, left: float) -> float | None:
        """Wall time for ``left`` simulated seconds.

        At first the time steps grow with the time, and a simulated second becomes ever cheaper; towards a
        cut-off they shrink again and it costs no less than so far. The estimate goes from one to the other.
        """
        (then, earlier), (now, point) = self._marks[0], self._marks[-1]
        elapsed, step_time = point.time_in_step, point.time_in_step - earlier.time_in_step
        if left == 0.0:
            return 0.0
        if not math.isfinite(left) or step_time <= 0.0 or elapsed < EARLIEST * (elapsed + left):
            return None
        recent = (now - then) / step_time
        mean = (now - self._first[0]) / (elapsed - self._first[1])
        share = elapsed / (elapsed + left)
        growing = recent * elapsed * math.log(1.0 / share)
        steady = max(recent, mean) * left
        one_step = (now - then) / (len(self._marks) - 1)
        return max((1.0 - share) * growing + share * steady, one_step)

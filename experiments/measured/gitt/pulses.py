"""The pulses of a titration: a rest, a constant current, a rest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.measured.run import MeasuredRun, MeasuredStep, StepKind

Array = npt.NDArray[np.float64]

FEWEST = 8
"""Records of a pulse, and of the rest after it, that are needed."""

SETTLED = 1.0e-9
"""Records nearer to the start of a step are of the step before [s]."""


@dataclass(frozen=True, eq=False)
class Pulse:
    """A pulse with the rest after it; times count from where the current was switched on.

    Attributes:
        number: of the step, from 1.
        current: in the unit of the run, positive on charge.
        duration: of the pulse [s].
        before: voltage at the end of the rest before [V].
        time: records in the pulse [s], shape (n,).
        voltage: [V], shape (n,).
        rest_time: records in the rest [s], shape (m,).
        rest_voltage: [V], shape (m,).
        charge_before: passed since the start of the run when it begins, in the unit of the run times s.
        charge: passed in it, likewise.
    """

    number: int
    current: float
    duration: float
    before: float
    time: Array
    voltage: Array
    rest_time: Array
    rest_voltage: Array
    charge_before: float
    charge: float

    @property
    def equilibrium_change(self) -> float:
        """Voltage at the end of the rest after the pulse less that before it [V]."""
        return float(self.rest_voltage[-1]) - self.before


def pulses_of(run: MeasuredRun) -> list[Pulse]:
    """Return the pulses of a run.

    Raises:
        InputError: when there is none.
    """
    found = [
        _pulse(run, before, step, after)
        for before, (step, after) in zip(run.steps[:-2], pairwise(run.steps[1:]), strict=True)
        if before.kind is StepKind.REST
        and after.kind is StepKind.REST
        and step.kind in (StepKind.PULSE, StepKind.CONSTANT_CURRENT)
        and min(step.last - step.first, after.last - after.first) + 1 >= FEWEST
    ]
    if not found:
        raise InputError(
            f"the measurement {run.name!r} has no pulse of constant current between two rests with {FEWEST} "
            "records or more in it and after it; give one of a titration (GITT)."
        )
    return found


def _pulse(run: MeasuredRun, before: MeasuredStep, step: MeasuredStep, after: MeasuredStep) -> Pulse:
    own, rest = step.records, after.records
    time, rest_time = run.time[own] - step.start, run.time[rest] - step.start
    kept, rested = time > SETTLED, rest_time > step.duration + SETTLED
    charge = float(run.charge[step.last] - run.charge[before.last])
    return Pulse(
        step.number,
        charge / step.duration,
        step.duration,
        float(run.voltage[before.last]),
        time[kept],
        run.voltage[own][kept],
        rest_time[rested],
        run.voltage[rest][rested],
        float(run.charge[before.last]),
        charge,
    )

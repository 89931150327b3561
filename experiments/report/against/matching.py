"""Which step of a result belongs to which of a measurement, and how far their voltages lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.measured import MeasuredRun, MeasuredStep, StepKind
from chemomech.experiments.measured.protocol import lasting_steps
from chemomech.experiments.report.comparison.compared import Compared

Array = npt.NDArray[np.float64]

NEEDS = ("time", "voltage", "current_density", "step_number", "areal_capacity")
"""Variables of a result that is held against a measurement."""

MAH_PER_CM2 = 3.6e4
"""C/m2 in one mAh/cm2."""

FEWEST = 2
"""States of a step that can be held against a measured one."""

REST_SHARE = 1.0e-5
"""Current below which a step of a result is a rest, as a share of the largest of the result [-]."""


@dataclass(frozen=True, eq=False)
class StepPair:
    """A step of a measurement and the same of a result.

    Attributes:
        step: of the measurement.
        number: of the step of the result, from 1.
        measured_time: since the step began [s], shape (n,).
        measured: voltage at those times [V], shape (n,).
        measured_charge: passed in the step by then, positive on charge [mAh/cm2], shape (n,).
        time: since the step began, of the result [s], shape (m,).
        voltage: of the result [V], shape (m,).
        charge: passed in the step, of the result [mAh/cm2], shape (m,).
    """

    step: MeasuredStep
    number: int
    measured_time: Array
    measured: Array
    measured_charge: Array
    time: Array
    voltage: Array
    charge: Array

    @property
    def overlap(self) -> npt.NDArray[np.bool_]:
        """Measured records within the time of the step of the result, shape (n,)."""
        return self.measured_time <= self.time[-1] * (1.0 + 1e-6)

    @property
    def residual(self) -> Array:
        """Voltage of the result less the measured one where both are [V]."""
        inside = self.overlap
        simulated = np.interp(self.measured_time[inside], self.time, self.voltage)
        return np.asarray(simulated - self.measured[inside])

    @property
    def weights(self) -> Array:
        """Share of each of those records in the time of the step, so that dense records count no more [-]."""
        times = self.measured_time[self.overlap]
        if len(times) < 2:
            return np.ones(len(times))
        spans = np.gradient(times)
        return np.asarray(spans / spans.sum())

    @property
    def rmse(self) -> float:
        """Root of the mean square of the residual over the time of the step [V]."""
        return float(np.sqrt(np.sum(self.weights * self.residual**2)))

    @property
    def mean(self) -> float:
        """Mean of the residual over the time of the step [V]."""
        return float(np.sum(self.weights * self.residual))


@dataclass(frozen=True, eq=False)
class Matched:
    """A result held against a measurement.

    Attributes:
        one: the result.
        run: the measurement.
        factor: brings currents of the measurement to A/m2 of the result.
        pairs: steps that belong together.
    """

    one: Compared
    run: MeasuredRun
    factor: float
    pairs: tuple[StepPair, ...]

    @property
    def rmse(self) -> float:
        """Over all steps, by their time [V]."""
        squares = [pair.rmse**2 for pair in self.pairs]
        return float(
            np.sqrt(np.average(squares, weights=[max(p.measured_time[-1], 1e-9) for p in self.pairs]))
        )

    @property
    def areal_charge(self) -> Array:
        """Charge of the measurement per area of the result's cell [mAh/cm2], shape (n,)."""
        return np.asarray(self.run.charge * self.factor / MAH_PER_CM2)


def matched(one: Compared, run: MeasuredRun) -> Matched:
    """Hold a result against a measurement.

    The steps of both must be the same, in their order, as they are after ``chemomech run --measured``: rests,
    charges and discharges. A result that stopped early has the first of them.

    Raises:
        InputError: when they are not, or the result lacks what is needed.
    """
    lacking = [name for name in NEEDS if not one.has(name)]
    if lacking:
        raise InputError(
            f"the result {one.label!r} holds no {', '.join(lacking)} and cannot be held against a "
            "measurement; run its case again."
        )
    factor = _factor(one, run)
    largest = float(np.abs(one.dataset["current_density"].values).max()) or 1.0
    steps, rows = list(lasting_steps(run)), _steps_of(one)
    if len(rows) > len(steps):
        raise _different(one, run, f"{len(rows)} steps", f"{len(steps)}")
    pairs = []
    for step, (number, own, start) in zip(steps, rows, strict=False):
        here, there = _direction_of_result(one, own, largest), _direction(run, step)
        if here != there:
            raise _different(one, run, f"a {_WORDS[here]} as step {number}", f"a {_WORDS[there]}")
        if len(own) >= FEWEST:
            pairs.append(_pair(one, run, step, number, own, start, factor))
    if not pairs:
        raise InputError(
            f"the result {one.label!r} has no step with two states; nothing can be held against the "
            f"measurement {run.name!r}."
        )
    return Matched(one, run, factor, tuple(pairs))


_WORDS = {0: "rest", 1: "charge", -1: "discharge"}


def _different(one: Compared, run: MeasuredRun, here: str, there: str) -> InputError:
    return InputError(
        f"the result {one.label!r} has {here} where the measurement {run.name!r} has {there}; run the case "
        "with the protocol of the measurement, by chemomech run CASE --measured FILE."
    )


def _factor(one: Compared, run: MeasuredRun) -> float:
    loading = one.summary.get("active_mass_mg_cm2")
    kilograms = None if loading is None else float(loading) * 1e-2
    if run.has_mass and kilograms is not None:
        return run.specific_factor() * kilograms
    return run.current_density_factor(kilograms)


def _steps_of(one: Compared) -> list[tuple[int, npt.NDArray[np.int64], int]]:
    """Number, places of the states, and place of the state in which it began, of each step."""
    number = one.dataset["step_number"].values.astype(int)
    # The first state of a result is that before anything flows.
    places = [(n, np.flatnonzero(number == n)) for n in range(1, int(number.max()) + 1)]
    return [(n, own[own > 0], max(int(own[own > 0][0]) - 1, 0)) for n, own in places if (own > 0).any()]


def _direction_of_result(one: Compared, own: npt.NDArray[np.int64], largest: float) -> int:
    mean = float(np.mean(one.dataset["current_density"].values[own]))
    return 0 if abs(mean) <= REST_SHARE * largest else int(np.sign(mean))


def _direction(run: MeasuredRun, step: MeasuredStep) -> int:
    if step.kind is StepKind.REST:
        return 0
    return int(np.sign(run.charge[step.last] - run.charge[max(step.first - 1, 0)]))


def _pair(
    one: Compared,
    run: MeasuredRun,
    step: MeasuredStep,
    number: int,
    own: npt.NDArray[np.int64],
    start: int,
    factor: float,
) -> StepPair:
    time, voltage = one.dataset["time"].values, one.dataset["voltage"].values
    passed = one.dataset["areal_capacity"].values
    before = max(step.first - 1, 0)
    measured_time = run.time[step.records] - step.start
    # A record at the very start of a step is of the step before.
    later = measured_time > 1e-9
    return StepPair(
        step,
        number,
        measured_time[later],
        run.voltage[step.records][later],
        (run.charge[step.records][later] - run.charge[before]) * factor / MAH_PER_CM2,
        time[own] - time[start],
        voltage[own],
        passed[own] - passed[start],
    )


def overvoltages(pair: StepPair, after: StepPair) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Relaxation in a rest: voltage less that at its end, of measurement and result, over time.

    Args:
        pair: of the step before the rest.
        after: of the rest.

    Returns:
        Times [s] and overvoltages [V] of the measurement, and of the result.
    """
    end = float(after.measured_time[-1])
    final = float(np.interp(end, after.time, after.voltage))
    measured = after.measured - after.measured[-1]
    return (after.measured_time, measured), (after.time, after.voltage - final)


def rested(found: Matched) -> list[tuple[StepPair, StepPair]]:
    """Steps that pass charge with the rests after them."""
    pairs: Sequence[StepPair] = found.pairs
    return [
        (one, after)
        for one, after in zip(pairs[:-1], pairs[1:], strict=True)
        if one.step.kind is not StepKind.REST
        and after.step.kind is StepKind.REST
        and after.step.number == one.step.number + 1
        and len(after.measured_time) > 2
    ]

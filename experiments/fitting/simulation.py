"""Voltage of a case at the records of a measurement that it follows."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.measured import MeasuredRun
from chemomech.experiments.measured.protocol import SHORTEST, lasting_steps
from chemomech.experiments.models.model import Order, RunFailedError, Solved
from chemomech.experiments.models.registry import model_of

Array = npt.NDArray[np.float64]


def solved(case: Case, model: str) -> tuple[PreparedCase, Solved]:
    """Solve a case, and keep nothing on disk.

    Args:
        case: the case.
        model: what solves it.

    Raises:
        InputError: when the model cannot have it.
        RunFailedError: when it ends without a result.
    """
    prepared = prepare(case)
    solver = model_of(model)
    solver.representation.require(prepared)
    with tempfile.TemporaryDirectory(prefix="chemomech-fit-") as folder:
        return prepared, solver.solve(prepared, Order(Path(folder)))


def simulated(case: Case, run: MeasuredRun, model: str) -> Array:
    """Voltage of a case at the records of a measurement that it follows [V], shape (n,).

    NaN where the model stops before, and in steps that do not last, in which it has no state of its own. The
    first record, before anything flows, is the first of the model.

    Args:
        case: with the protocol of the measurement.
        run: the measurement.
        model: what solves it.
    """
    result = np.full(len(run.time), np.nan)
    try:
        _, found = solved(case, model)
    except RunFailedError:
        return result
    time, voltage = np.asarray(found.records["time"]), np.asarray(found.records["voltage"])
    number = np.asarray(found.records["step_number"]).astype(int)
    result[0] = voltage[0]
    for k, step in enumerate(lasting_steps(run), start=1):
        own = np.flatnonzero((number == k) & (np.arange(len(number)) > 0))
        if not own.size:
            break
        begun = float(time[max(own[0] - 1, 0)])
        wanted = run.time[step.records] - step.start
        values = between(time[own] - begun, voltage[own], wanted)
        values[wanted > (float(time[own[-1]]) - begun) * (1.0 + 1e-6) + 1e-6] = np.nan
        result[step.records] = values
    result[0] = voltage[0]
    return result


def counted(run: MeasuredRun) -> npt.NDArray[np.bool_]:
    """Which records a model has a state for: not those of steps that do not last, shape (n,)."""
    brief = [step.number for step in run.steps if step.duration < SHORTEST]
    kept = ~np.isin(run.step_number, brief)
    kept[0] = True
    return kept


def between(time: Array, voltage: Array, wanted: Array) -> Array:
    """Voltage between the states of a step, by cubics: straight lines miss a relaxation.

    Args:
        time: of the states [s], rising.
        voltage: at them [V].
        wanted: times; those outside take the value of the nearest state.
    """
    inside = np.clip(wanted, time[0], time[-1])
    if len(time) < 3:
        return np.interp(inside, time, voltage)
    return np.asarray(PchipInterpolator(time, voltage)(inside))

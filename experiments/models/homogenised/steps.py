"""The steps of a protocol as PyBaMM's: currents in A over 1 m2, discharge positive there, charge here."""

from __future__ import annotations

import math
from functools import singledispatch
from typing import Any

import numpy as np

from chemomech.errors import InputError
from chemomech.experiments.models.homogenised.symbols import pybamm
from chemomech.solver.stepping.operation import (
    CapacityLimit,
    ConstantCurrent,
    ConstantVoltage,
    CurrentLimit,
    CurrentProfile,
    DurationLimit,
    OperatingStep,
    StopReason,
    VoltageLimit,
)

LONGEST_STEP = 30 * 24 * 3600.0
"""Time after which a step without a time limit is given up [s]."""

PART_END = "End of the part [s]"
"""Input of PyBaMM: when a part of a step ends, since the start of the protocol."""


def pybamm_step(step: OperatingStep) -> Any:
    """Return one step of a protocol as a step of PyBaMM.

    Raises:
        InputError: for a control or an end that PyBaMM has no counterpart of.
    """
    return _held(step.control, time_bound(step), _endings(step))


def pybamm_part(step: OperatingStep) -> Any:
    """Return a step as one of PyBaMM that ends by time at the input ``PART_END``, so that it can go on.

    Raises:
        InputError: as ``pybamm_step``.
    """
    program = pybamm()
    if math.isfinite(step.control.time_to_edge(0.0)):
        raise InputError(
            f"the companion cannot solve {step.label!r} in parts, as damage asks for; leave out [damage], or "
            "use the radial or the resolved model."
        )

    def left(variables: Any) -> Any:
        return program.InputParameter(PART_END) - variables["Time [s]"]

    endings = [*_endings(step), program.step.CustomTermination(PART_END, left)]
    return _held(step.control, LONGEST_STEP, endings)


def time_bound(step: OperatingStep) -> float:
    """Return the time by which a step ends for certain, since it began [s]."""
    return min([*(_time_bound(cutoff, step.control) for cutoff in step.cutoffs), LONGEST_STEP])


def _endings(step: OperatingStep) -> list[Any]:
    if step.ends_at_limit:
        raise InputError(
            f"the companion cannot end {step.label!r} at a physical limit and go on; leave out 'until a "
            "limit', or use the resolved fidelity."
        )
    return [ending for cutoff in step.cutoffs if (ending := termination(cutoff)) is not None]


def ended_by(step: OperatingStep, termination_text: str) -> StopReason:
    """Return why a step ended.

    Args:
        step: the step.
        termination_text: what PyBaMM says ended it.
    """
    if "Voltage" in termination_text:
        return StopReason.CUTOFF_VOLTAGE
    if "Current" in termination_text:
        return StopReason.CUTOFF_CURRENT
    timed = any(_time_bound(cutoff, step.control) < LONGEST_STEP for cutoff in step.cutoffs)
    return StopReason.END_OF_PROTOCOL if timed else StopReason.TIME_LIMIT


@singledispatch
def _time_bound(cutoff: Any, control: object) -> float:
    return float(cutoff.time_bound)


@_time_bound.register
def _(cutoff: CapacityLimit, control: object) -> float:
    # At a constant current an amount of charge is a time; PyBaMM counts charge over the whole protocol.
    current = getattr(control, "current_density", 0.0)
    if current == 0.0:
        raise InputError(
            f"the companion cannot end a hold after {cutoff.charge / 36.0e3:.4g} mAh/cm2; end it by time or "
            "by current, or use the resolved fidelity."
        )
    return cutoff.charge / abs(current)


@singledispatch
def _held(control: object, duration: float, endings: list[Any]) -> Any:
    raise InputError(
        f"the companion cannot hold {control!r}; use a current or a voltage, or the resolved fidelity."
    )


@_held.register
def _(control: ConstantCurrent, duration: float, endings: list[Any]) -> Any:
    if control.current_density == 0.0:
        return pybamm().step.rest(duration=duration, termination=endings)
    return pybamm().step.current(-control.current_density, duration=duration, termination=endings)


JUMP = 1.0e-3
"""Time in which a current that jumps changes, at most [s], and at most as a share of the piece after it."""


@_held.register
def _(control: CurrentProfile, duration: float, endings: list[Any]) -> Any:
    times, currents = np.array(control.times), np.array(control.currents)
    pieces = np.diff(times)
    for k in np.flatnonzero(pieces == 0.0):
        times[k + 1] += JUMP * min(1.0, pieces[k + 1])
    return pybamm().step.current(np.column_stack([times, -currents]), duration=duration, termination=endings)


@_held.register
def _(control: ConstantVoltage, duration: float, endings: list[Any]) -> Any:
    return pybamm().step.voltage(control.voltage, duration=duration, termination=endings)


@singledispatch
def termination(cutoff: object) -> str | None:
    """Return a cut-off as PyBaMM writes it; None where the duration of the step says it."""
    raise InputError(f"the companion knows no cut-off {cutoff!r}; use the resolved fidelity.")


@termination.register
def _(cutoff: VoltageLimit) -> str | None:
    return f"{cutoff.voltage:.12g}V"


@termination.register
def _(cutoff: CurrentLimit) -> str | None:
    return f"{cutoff.current_density:.12g}A"


@termination.register(CapacityLimit)
@termination.register(DurationLimit)
def _(cutoff: object) -> str | None:
    return None

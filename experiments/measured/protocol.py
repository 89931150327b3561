"""A measured run as the protocol of a case: its current, or its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

import numpy as np

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.measured.run import MeasuredRun, MeasuredStep, StepKind
from chemomech.experiments.measured.thinning import VOLTAGE_TOLERANCE, thinned

SHORTEST = 1.0e-3
"""Steps that last less are left out [s]."""

TOLD, REFUSED = 0.02, 0.25
"""Difference between the first voltage and that of the case from which on it is told, and refused [V]."""

SAME_VOLTAGE = 5.0e-3
"""A charge ends at the voltage of the hold after it if it comes as near [V]."""


class Following(Protocol):
    """What a protocol takes from a measurement."""

    def sentence(self, run: MeasuredRun, step: MeasuredStep, factor: float) -> str:
        """Return the sentence of a step.

        Args:
            run: the measurement, thinned.
            step: the step.
            factor: that brings its currents to A/m2.
        """
        ...


class FollowCurrent:
    """The measured current at each time, whatever the voltage."""

    def sentence(self, run: MeasuredRun, step: MeasuredStep, factor: float) -> str:
        """See ``Following``."""
        if step.kind in (StepKind.REST, StepKind.CONSTANT_CURRENT, StepKind.PULSE):
            return _constant(run, step, factor)
        times = run.time[step.records] - step.start
        currents = factor * run.current[step.records]
        apart = np.concatenate([[True], np.diff(times) >= SHORTEST]) & (times >= SHORTEST)
        points = [(0.0, float(currents[0]))]
        points += list(zip(times[apart].tolist(), currents[apart].tolist(), strict=True))
        return "Follow " + ", ".join(f"{current:.8g} A/m2 at {time:.10g} s" for time, current in points)


class FollowSteps:
    """The steps: currents as they were held, voltages as they were held, each for its time."""

    def sentence(self, run: MeasuredRun, step: MeasuredStep, factor: float) -> str:
        """See ``Following``."""
        if step.kind is StepKind.CONSTANT_VOLTAGE:
            held = float(np.median(run.voltage[step.records]))
            return f"Hold at {held:.6g} V for {step.duration:.10g} s"
        if step.kind is StepKind.VARIED:
            return FollowCurrent().sentence(run, step, factor)
        return _constant(run, step, factor, _voltage_of_hold_after(run, step))


FOLLOWING: Final[Mapping[str, Following]] = {"current": FollowCurrent(), "steps": FollowSteps()}


def protocol_of(
    run: MeasuredRun, factor: float, follow: str = "current", tolerance: float = VOLTAGE_TOLERANCE
) -> tuple[str, ...]:
    """Return the protocol of a measured run, a sentence for each of its steps.

    Args:
        run: the measurement.
        factor: that brings its currents to A/m2.
        follow: ``current`` or ``steps``.
        tolerance: of the thinning of currents that vary, in voltage [V].

    Raises:
        InputError: for another word, or a run without a step that lasts.
    """
    if follow not in FOLLOWING:
        raise unknown_name("way to follow a measurement", follow, FOLLOWING)
    fewer = thinned(run, tolerance)
    sentences = tuple(FOLLOWING[follow].sentence(fewer, step, factor) for step in lasting_steps(fewer))
    if not sentences:
        raise InputError(f"the measurement {run.name!r} has no step that lasts; check its times.")
    return sentences


def lasting_steps(run: MeasuredRun) -> Iterator[MeasuredStep]:
    """Yield the steps that a protocol has, in its order."""
    return (step for step in run.steps if step.duration >= SHORTEST)


def density_factor(run: MeasuredRun, prepared: PreparedCase) -> float:
    """What brings currents of a measurement to A/m2 of a case: by mass where it is known, else by area."""
    if run.has_mass:
        return run.specific_factor() * prepared.active_mass
    return run.current_density_factor(prepared.active_mass)


def following(
    case: Case, run: MeasuredRun, follow: str = "current", tolerance: float = VOLTAGE_TOLERANCE
) -> tuple[Case, tuple[str, ...]]:
    """Return a case with the protocol of a measurement, and what is worth knowing of it, a line each.

    Args:
        case: the case; its own protocol is left.
        run: the measurement.
        follow: ``current`` or ``steps``.
        tolerance: of the thinning, in voltage [V].

    Raises:
        InputError: when the case starts far from where the measurement does, or as ``protocol_of``.
    """
    prepared = prepare(case)
    factor = density_factor(run, prepared)
    curve = prepared.model.cathode.open_circuit_voltage
    first, at_start = float(run.voltage[0]), float(curve(case.initial_stoichiometry))
    rested = run.steps[0].kind is StepKind.REST
    lines = [f"measurement {run.name!r}: {len(run.steps)} steps, {run.duration:.6g} s"]
    if abs(first - at_start) > TOLD:
        try:
            known = f"x = {curve.stoichiometry_at(first):.4f}"
        except InputError:
            known = "no x of the curve"
        said = (
            f"the measurement begins at {first:.4f} V ({known}) and the case at x = "
            f"{case.initial_stoichiometry:.4f} ({at_start:.4f} V)"
        )
        if abs(first - at_start) > REFUSED or (rested and abs(first - at_start) > 5.0 * TOLD):
            raise InputError(f"{said}; set initial_stoichiometry to where the measurement begins.")
        lines.append(said)
    return case.with_overrides({"protocol": list(protocol_of(run, factor, follow, tolerance))}), tuple(lines)


def _constant(run: MeasuredRun, step: MeasuredStep, factor: float, until: float | None = None) -> str:
    if step.kind is StepKind.REST:
        return f"Rest for {step.duration:.10g} s"
    charge = float(run.charge[step.last] - run.charge[max(step.first - 1, 0)])
    mean = factor * charge / step.duration  # the mean passes the charge that was measured
    verb = "Charge" if mean > 0.0 else "Discharge"
    end = f"for {step.duration:.10g} s" if until is None else f"until {until:.6g} V"
    return f"{verb} at {abs(mean):.8g} A/m2 {end}"


def _voltage_of_hold_after(run: MeasuredRun, step: MeasuredStep) -> float | None:
    following_steps = run.steps[step.number : step.number + 1]
    if not following_steps or following_steps[0].kind is not StepKind.CONSTANT_VOLTAGE:
        return None
    held = float(np.median(run.voltage[following_steps[0].records]))
    return held if abs(float(run.voltage[step.last]) - held) < SAME_VOLTAGE else None

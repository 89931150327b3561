"""What cannot be a measurement of a half cell as it is stated: one sentence each, with the remedy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.measured.run import MeasuredRun, MeasuredStep, StepKind
from chemomech.materials import FARADAY, ActiveMaterial

Array = npt.NDArray[np.float64]

RATES = (1.0 / 3000.0, 150.0)
"""Smallest and largest of the largest C-rate of a run, in charges of all sites an hour [1/h]."""

MOST_CHARGE = 1.3
"""Largest charge in one direction, in charges of all sites [-]."""

LEAST_CHARGE = 5.0e-4
"""A voltage moves by ``MOVED`` for no less than this share of all sites [-]."""

AREAL_RATES = (1.0e-3, 5.0e3)
"""Smallest and largest of the largest current density of a run [A/m2]."""

MOST_AREAL_CHARGE = 1.8e6
"""Largest charge in one direction per area, 50 mAh/cm2 [C/m2]."""

VOLTAGES = (-0.5, 6.0)
"""Voltages between which a half cell is measured [V]."""

MOVED = 0.02
"""Movement of the voltage that tells a direction [V]."""

LASTING = 600.0
"""Time after which a step tells its direction whatever was before it [s]."""

GAP = (20.0, 60.0)
"""A gap is longer than this many usual intervals, and than so many seconds."""

GAP_VOLTAGE = 0.01
"""And the voltage moves by more in it [V]."""

SLOW = 0.6
"""Rate up to which overvoltage hides nothing, in charges of all sites an hour [1/h]."""

DROP = 0.15
"""Overvoltage of a half cell that is granted beyond, per unit of rate [V h]."""

BELOW = 0.12
"""How far below the voltage at x = 0.95 a half cell hardly passes charge [V]."""

MOST_BELOW = {(0.0, SLOW): 0.04, (SLOW, 2.5): 0.10}
"""Largest share of the charge there, by the rates of the steps that are looked at together [-]."""

ABOVE = 0.15
"""How far above its highest voltage a material is not measured [V]."""


def require_times(time: Array, line: list[int] | None, what: str) -> None:
    """Refuse times that do not increase.

    Raises:
        InputError: naming the first pair.
    """
    bad = np.flatnonzero(np.diff(time) <= 0.0)
    if not bad.size:
        return
    k = int(bad[0])
    where = f"lines {line[k]} and {line[k + 1]}" if line else f"records {k + 1} and {k + 2}"
    if time[k + 1] == time[k]:
        raise InputError(
            f"{what} repeats the time {time[k]:.10g} s in {where}; keep one record for each time."
        )
    raise InputError(
        f"{what} goes back in time from {time[k]:.10g} to {time[k + 1]:.10g} s in {where}; put the records "
        "in order, or give a column with the time of the whole test."
    )


def require_voltages(voltage: Array, what: str) -> None:
    """Refuse voltages that no half cell has.

    Raises:
        InputError: naming the voltage.
    """
    low, high = float(voltage.min()), float(voltage.max())
    if low < VOLTAGES[0] or high > VOLTAGES[1]:
        worst = high if high > VOLTAGES[1] else low
        raise InputError(
            f"{what} has a voltage of {worst:.4g} V, and a half cell lies between {VOLTAGES[0]:g} and "
            f"{VOLTAGES[1]:g} V; check column and unit of the voltage."
        )


def require_no_gaps(run: MeasuredRun, what: str) -> None:
    """Refuse a time without records in which current flows and the voltage moves.

    Raises:
        InputError: naming it.
    """
    step = np.diff(run.time)
    usual = float(np.percentile(step, 95)) if len(step) > 10 else float(step.max())
    most = max(GAP[0] * usual, GAP[1])
    least = 2.0e-3 * float(np.abs(run.current).max())
    flows = np.minimum(np.abs(run.current[1:]), np.abs(run.current[:-1])) > least
    moved = np.abs(np.diff(run.voltage)) > GAP_VOLTAGE
    gaps = np.flatnonzero((step > most) & (flows | moved))
    if gaps.size:
        k = int(gaps[0])
        raise InputError(
            f"{what} has no record between {run.time[k]:.6g} and {run.time[k + 1]:.6g} s, {step[k]:.4g} s "
            f"where records are {usual:.3g} s apart; fill the gap, or measure on from there in another file."
        )


def require_sign(run: MeasuredRun, what: str) -> None:
    """Refuse a sign of the current against which the voltage moves.

    Raises:
        InputError: naming how much of the movement is against it.
    """
    along = against = 0.0
    largest = float(np.abs(run.current).max())
    for before, step in zip((None, *run.steps[:-1]), run.steps, strict=True):
        if step.kind not in (StepKind.CONSTANT_CURRENT, StepKind.PULSE):
            continue
        # What relaxes after a larger current moves against a smaller one.
        if step.duration < LASTING and before is not None and before.kind is not StepKind.REST:
            continue
        current = float(np.median(run.current[step.records]))
        if abs(current) < 2.0e-3 * largest:
            continue
        moved = float(run.voltage[step.last] - run.voltage[max(step.first - 1, 0)]) * float(np.sign(current))
        if abs(moved) > MOVED:
            along, against = along + max(moved, 0.0), against + max(-moved, 0.0)
    if along == 0.0 and against > 0.0:
        raise InputError(
            f"the voltage of {what} moves {against:.3g} V against the current and never with it; state the "
            "other current_sign."
        )
    if against > 0.5 * along and against > 0.0:
        raise InputError(
            f"the voltage of {what} moves {against:.3g} V against the current and {along:.3g} V with it; "
            "give a current whose sign differs between charge and discharge."
        )


def require_scale(run: MeasuredRun, material: ActiveMaterial | None, what: str) -> None:
    """Refuse currents that the stated mass or area cannot pass, as where mA are taken for A.

    Raises:
        InputError: naming the C-rate or charge that they amount to.
    """
    largest, charge = float(np.abs(run.current).max()), _largest_charge(run)
    if largest == 0.0:
        return
    if run.has_mass:
        sites = _sites(material)
        factor = run.specific_factor()
        rate, share = largest * factor * 3600.0 / sites, charge * factor / sites
        stated = f"the mass of {run.mass * 1e6:.4g} mg" if run.mass is not None else "its unit"
        if not RATES[0] <= rate <= RATES[1]:
            raise InputError(
                f"the current of {what} is up to {largest:.4g} {run.current_unit}, which for {stated} is "
                f"{rate:.3g}C; it must be {RATES[0]:.2g}C to {RATES[1]:g}C: check the unit of the current "
                "(mA or A) and the mass."
            )
        if share > MOST_CHARGE:
            raise InputError(
                f"{what} passes {share:.3g} times the charge of all lithium sites of {stated} in one "
                f"direction, at most {MOST_CHARGE:g} are possible; check the unit of the current (mA or A) "
                "and the mass."
            )
        _require_charge_for_voltage(run, factor / sites, stated, what)
    if run.current_unit == "A/m2" or (run.current_unit == "A" and run.area is not None):
        factor = run.current_density_factor()
        stated = f"the area of {run.area * 1e4:.4g} cm2" if run.area is not None else "its unit"
        if not AREAL_RATES[0] <= largest * factor <= AREAL_RATES[1]:
            raise InputError(
                f"the current of {what} is up to {largest:.4g} {run.current_unit}, which for {stated} is "
                f"{largest * factor:.3g} A/m2; it must be {AREAL_RATES[0]:g} to {AREAL_RATES[1]:g} A/m2: "
                "check the unit of the current (mA or A) and the area."
            )
        if charge * factor > MOST_AREAL_CHARGE:
            raise InputError(
                f"{what} passes {charge * factor / 3.6e4:.3g} mAh/cm2 in one direction for {stated}, at most "
                f"{MOST_AREAL_CHARGE / 3.6e4:g} are possible; check the unit of the current (mA or A) and "
                "the area."
            )


def _require_charge_for_voltage(run: MeasuredRun, factor: float, stated: str, what: str) -> None:
    for step in run.steps:
        if step.kind is not StepKind.CONSTANT_CURRENT or step.last - step.first < 3:
            continue
        moved = abs(float(run.voltage[step.last] - run.voltage[step.first]))
        share = abs(float(run.charge[step.last] - run.charge[step.first])) * factor
        if moved > 0.3 and share < LEAST_CHARGE:
            raise InputError(
                f"the voltage of {what} moves by {moved:.3g} V in step {step.number} for {share:.2g} of the "
                f"charge of all lithium sites of {stated}; check the unit of the current (mA or A) and the "
                "mass."
            )


def _sites(material: ActiveMaterial | None) -> float:
    """Charge of all sites [C/kg]; that of a layered oxide where no material is stated."""
    if material is None:
        return 277.0 * 3600.0
    return FARADAY * float(material.maximum_concentration) / float(material.density)


def _largest_charge(run: MeasuredRun) -> float:
    return float(np.ptp(run.charge))


def require_half_cell(run: MeasuredRun, material: ActiveMaterial, what: str) -> None:
    """Refuse voltages that are not those of the material against lithium, as those of a full cell.

    A half cell passes hardly any charge below the voltage at which its cathode is nearly full; a full cell,
    whose anode rises there, passes a good part. In fast steps overvoltage is granted.

    Raises:
        InputError: naming the share of the charge, or the voltage.
    """
    curve = material.open_circuit_voltage
    highest = float(curve(max(curve.valid_range[0], 0.0)))
    top = float(run.voltage.max())
    if top > highest + ABOVE:
        raise InputError(
            f"{what} has a voltage of {top:.4g} V, and {material.name} reaches {highest:.4g} V against "
            "lithium; check the column of the voltage and the material."
        )
    bound = float(curve(0.95)) - BELOW
    for rates, most in MOST_BELOW.items():
        below, total = _charge_below(run, rates, bound, material)
        if total > 0.0 and below > most * total:
            granted = "" if rates[1] <= SLOW else f", and {DROP:g} V for each 1C,"
            raise InputError(
                f"{what} passes {100.0 * below / total:.3g} % of its charge more than {BELOW:g} V{granted} "
                f"below {bound + BELOW:.3f} V, where {material.name} is nearly full against lithium, as a "
                "full cell does and a half cell does not; give the voltage of the cathode against lithium."
            )


def _charge_below(
    run: MeasuredRun, rates: tuple[float, float], bound: float, material: ActiveMaterial
) -> tuple[float, float]:
    """Charge below a voltage that falls with the rate, and all charge, of the steps at some rates."""
    below = total = 0.0
    for step in run.steps:
        rate = 0.0 if step.kind in (StepKind.REST, StepKind.CONSTANT_VOLTAGE) else _rate(run, step, material)
        if not rates[0] < rate <= rates[1]:
            continue
        passed = np.abs(np.diff(run.charge[step.records]))
        drop = DROP * rate if rate > SLOW else 0.0
        total += float(passed.sum())
        below += float(passed[run.voltage[step.records][1:] < bound - drop].sum())
    return below, total


def _rate(run: MeasuredRun, step: MeasuredStep, material: ActiveMaterial) -> float:
    """C-rate of a step, by its mass; by the largest charge that the run passes where none is known [1/h]."""
    current = float(np.abs(np.median(run.current[step.records])))
    if run.has_mass:
        return current * run.specific_factor() * 3600.0 / _sites(material)
    largest = _largest_charge(run)
    return 0.7 * current * 3600.0 / largest if largest > 0.0 else 0.0

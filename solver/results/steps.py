"""What each step and each cycle of a run passed, from its series over time: the rows of the summary.

Signs: charge and energy of a step are positive on charge, negative on discharge; capacities are magnitudes.

A *half cycle* is a run of consecutive steps that pass charge the same way: a constant-current charge and the
hold after it are one, and so are the pulses of a titration. Rests belong to none and do not part what stands
beside them. A *cycle* is a charge with the discharge that follows it. A discharge that no charge goes before,
and a charge that no discharge follows, is a cycle with one half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

CHARGE, DISCHARGE, REST = "charge", "discharge", "rest"

END_OF_STEP = "end-of-step"
"""Stop reason of a step that lasted its stated time or passed its stated charge."""

SHARE_OF_A_REST = 1.0e-5
"""A step whose mean current is below this share of the largest current of the run is a rest [-]."""

LEAST_CURRENT = 1.0e-6
"""A step whose mean current is below this is a rest, whatever else the run does [A/m2]."""

MAH_PER_CM2 = 3.6e4
"""C/m2 in one mAh/cm2."""

_MG_CM2 = 0.1
"""g/cm2 in one kg/m2."""


@dataclass(frozen=True)
class Step:
    """A step of the protocol as it was carried out; the names are those of the summary.

    Attributes:
        number: in the protocol, from 1.
        label: its sentence.
        direction: ``charge``, ``discharge`` or ``rest``; None where it ended before its first accepted state.
        cycle: number of its cycle, from 1; None for a rest.
        start_s: when it began [s].
        end_s: when it ended [s].
        duration_s: [s].
        charge_mAh_cm2: charge passed per electrode area, positive on charge [mAh/cm2].
        charge_mAh_g: the same per mass of active material [mAh/g].
        energy_mWh_cm2: energy put in (charge) or, negative, taken out, per electrode area [mWh/cm2].
        energy_mWh_g: the same per mass of active material [mWh/g].
        voltage_end_V: at its end; None where it ended before its first accepted state [V].
        current_end_A_m2: at its end, positive on charge; None likewise [A/m2].
        stop_reason: why it ended: a stop reason of a run, or ``end-of-step``; None where none is known.
    """

    number: int
    label: str
    direction: str | None
    cycle: int | None
    start_s: float
    end_s: float
    duration_s: float
    charge_mAh_cm2: float
    charge_mAh_g: float
    energy_mWh_cm2: float
    energy_mWh_g: float
    voltage_end_V: float | None
    current_end_A_m2: float | None
    stop_reason: str | None


@dataclass(frozen=True)
class Cycle:
    """A charge and the discharge that follows it, or one of them alone; the names are those of the summary.

    Attributes:
        number: from 1.
        steps: numbers of its steps.
        charge_capacity_mAh_cm2: of its charge; None where it has none [mAh/cm2].
        charge_capacity_mAh_g: [mAh/g].
        charge_energy_mWh_cm2: [mWh/cm2].
        discharge_capacity_mAh_cm2: of its discharge; None where it has none [mAh/cm2].
        discharge_capacity_mAh_g: [mAh/g].
        discharge_energy_mWh_cm2: [mWh/cm2].
        coulombic_efficiency: discharge capacity over charge capacity; None for half a cycle and for one in
            which the run stopped short [-].
        energy_efficiency: discharge energy over charge energy; None likewise [-].
        finished: False where the run stopped short in this cycle.
    """

    number: int
    steps: tuple[int, ...]
    charge_capacity_mAh_cm2: float | None
    charge_capacity_mAh_g: float | None
    charge_energy_mWh_cm2: float | None
    discharge_capacity_mAh_cm2: float | None
    discharge_capacity_mAh_g: float | None
    discharge_energy_mWh_cm2: float | None
    coulombic_efficiency: float | None
    energy_efficiency: float | None
    finished: bool


@dataclass(frozen=True)
class Rows:
    """Steps and cycles of a run.

    Attributes:
        steps: in their order; also a step that ended before its first accepted state.
        cycles: in their order.
    """

    steps: tuple[Step, ...]
    cycles: tuple[Cycle, ...]

    @property
    def half_cycles(self) -> int:
        """Charges and discharges, counted together."""
        return len(_halves(self.steps))

    def capacity(self, name: str = "charge_mAh_cm2") -> float | None:
        """The magnitude of what the run passed, where it is one charge or one discharge; else None.

        Args:
            name: the attribute of the steps that is added up.
        """
        if self.half_cycles != 1:
            return None
        return abs(sum(getattr(step, name) for step in self.steps if step.cycle is not None))

    def cycle_number(self, step_number: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """The cycle that each instant belongs to, 0 for a rest.

        Args:
            step_number: number of the step at each instant.
        """
        cycles = {step.number: step.cycle or 0 for step in self.steps}
        return np.array([cycles[int(number)] for number in np.asarray(step_number)], dtype=np.int64)

    def summary(self) -> dict[str, Any]:
        """``steps``, ``cycles`` and the two capacities as the summary states them."""
        return {
            "capacity_mAh_cm2": self.capacity(),
            "capacity_mAh_g": self.capacity("charge_mAh_g"),
            "steps": [asdict(step) for step in self.steps],
            "cycles": [{**asdict(cycle), "steps": list(cycle.steps)} for cycle in self.cycles],
        }


def rows_of(
    records: Mapping[str, npt.ArrayLike],
    labels: Sequence[str],
    stop_reasons: Sequence[str],
    active_mass: float,
    finished: bool = True,
    skipped: Mapping[int, int] = MappingProxyType({}),
) -> Rows:
    """Add up what each step and each cycle passed.

    Energy is the sum of charge increments times the mean voltage of their two ends. Over the first interval
    of a step the voltage jumps at once, so that there the voltage at its end counts.

    Args:
        records: ``time`` [s], ``voltage`` [V], ``current_density`` [A/m2], ``areal_capacity`` [mAh/cm2] and
            ``step_number`` (from 1, never falling), each of shape (times,).
        labels: sentences of all steps of the protocol.
        stop_reasons: why the first, second, ... step ended, as far as the run got.
        active_mass: mass of active material per electrode area [kg/m2].
        finished: False where the run stopped short of what its protocol asked for.
        skipped: numbers of steps that were left out, and of earlier ones in whose likeness they would have
            passed charge.

    Returns:
        A row for each step that was begun, and the cycles; what was left out has none, and the numbers of
        what follows count it.
    """
    time, voltage, current, charge = (
        np.asarray(records[name], dtype=np.float64)
        for name in ("time", "voltage", "current_density", "areal_capacity")
    )
    number = np.asarray(records["step_number"], dtype=np.int64)
    passed = np.diff(charge, prepend=charge[:1])
    mean = 0.5 * (voltage + np.concatenate([voltage[:1], voltage[:-1]]))
    first = np.concatenate([[False], np.diff(number) != 0])
    energy = passed * np.where(first, voltage, mean)
    least = max(LEAST_CURRENT, SHARE_OF_A_REST * float(np.max(np.abs(current), initial=0.0)))
    per_mass = 1.0 / (_MG_CM2 * active_mass)

    bare: list[Step] = []
    for step in range(1, max(int(number[-1]), len(stop_reasons)) + 1):
        own = np.flatnonzero(number == step)
        start = float(time[0]) if not bare else bare[-1].end_s
        end = float(time[own[-1]]) if own.size else start
        like = bare[skipped[step] - 1].direction if step in skipped else None
        total, work = float(passed[own].sum()), float(energy[own].sum())
        bare.append(
            Step(
                number=step,
                label=labels[step - 1],
                direction=_direction(total, end - start, least) if own.size else like,
                cycle=None,
                start_s=start,
                end_s=end,
                duration_s=end - start,
                charge_mAh_cm2=total,
                charge_mAh_g=total * per_mass,
                energy_mWh_cm2=work,
                energy_mWh_g=work * per_mass,
                voltage_end_V=float(voltage[own[-1]]) if own.size else None,
                current_end_A_m2=float(current[own[-1]]) if own.size else None,
                stop_reason=_reason(stop_reasons, step),
            )
        )
    rows = _with_cycles(bare, finished)
    if not skipped:
        return rows
    return Rows(
        tuple(step for step in rows.steps if step.number not in skipped),
        tuple(cycle for cycle in rows.cycles if not set(cycle.steps) <= set(skipped)),
    )


def _direction(charge: float, duration: float, least_current: float) -> str:
    if abs(charge) * MAH_PER_CM2 <= least_current * duration:
        return REST
    return CHARGE if charge > 0.0 else DISCHARGE


def _reason(stop_reasons: Sequence[str], step: int) -> str | None:
    if step > len(stop_reasons):
        return None
    reason = str(stop_reasons[step - 1])
    return END_OF_STEP if reason == "end-of-protocol" else reason


def _halves(steps: Sequence[Step]) -> list[list[Step]]:
    """Consecutive steps of the same direction, rests left out."""
    moving = [step for step in steps if step.direction in (CHARGE, DISCHARGE)]
    return [list(group) for _, group in groupby(moving, key=lambda step: step.direction)]


def _with_cycles(steps: Sequence[Step], finished: bool) -> Rows:
    paired: list[list[list[Step]]] = []
    for half in _halves(steps):
        # Halves alternate, so that a charge goes before every discharge but the first half of all.
        if half[0].direction == DISCHARGE and paired:
            paired[-1].append(half)
        else:
            paired.append([half])
    cycles = [
        _cycle(number, halves, finished or number < len(paired)) for number, halves in enumerate(paired, 1)
    ]
    cycle_of = {step: cycle.number for cycle in cycles for step in cycle.steps}
    placed = (Step(**{**asdict(step), "cycle": cycle_of.get(step.number)}) for step in steps)
    return Rows(tuple(placed), tuple(cycles))


def _cycle(number: int, halves: Sequence[Sequence[Step]], finished: bool) -> Cycle:
    by_direction = {half[0].direction: half for half in halves}

    def total(direction: str, name: str) -> float | None:
        half = by_direction.get(direction)
        return None if half is None else abs(sum(getattr(step, name) for step in half))

    def efficiency(name: str) -> float | None:
        put_in, taken_out = total(CHARGE, name), total(DISCHARGE, name)
        return taken_out / put_in if finished and put_in and taken_out is not None else None

    return Cycle(
        number=number,
        steps=tuple(step.number for half in halves for step in half),
        charge_capacity_mAh_cm2=total(CHARGE, "charge_mAh_cm2"),
        charge_capacity_mAh_g=total(CHARGE, "charge_mAh_g"),
        charge_energy_mWh_cm2=total(CHARGE, "energy_mWh_cm2"),
        discharge_capacity_mAh_cm2=total(DISCHARGE, "charge_mAh_cm2"),
        discharge_capacity_mAh_g=total(DISCHARGE, "charge_mAh_g"),
        discharge_energy_mWh_cm2=total(DISCHARGE, "energy_mWh_cm2"),
        coulombic_efficiency=efficiency("charge_mAh_cm2"),
        energy_efficiency=efficiency("energy_mWh_cm2"),
        finished=finished,
    )

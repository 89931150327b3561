"""Capacity and overvoltage by cycle, from the rows of cycles of a summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chemomech.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CycleFigures:
    """What each finished cycle passed.

    Attributes:
        number: Of the cycle, from 1, shape (n,).
        capacity: Of its discharge [mAh/g], shape (n,).
        charge_capacity: Of its charge [mAh/g], shape (n,).
        overvoltage: Half of the mean voltage of the charge less that of the discharge [V], shape (n,); the
            mean of a half is its energy over its charge.
    """

    number: NDArray[np.int64]
    capacity: Array
    charge_capacity: Array
    overvoltage: Array

    def at(self, cycle: int) -> tuple[float, float]:
        """Capacity [mAh/g] and overvoltage [V] of a cycle.

        Raises:
            InputError: If it was not run to its end.
        """
        place = np.flatnonzero(self.number == cycle)
        if not len(place):
            raise InputError(
                f"cycle {cycle} was not run to its end; ask for one of {self.number[0]} to {self.number[-1]}."
            )
        return float(self.capacity[place[0]]), float(self.overvoltage[place[0]])


def overvoltage(row: Mapping[str, Any]) -> float | None:
    """Half of the difference between the mean voltages of charge and discharge [V]; None without both."""
    halves = []
    for half in ("charge", "discharge"):
        capacity, energy = row.get(f"{half}_capacity_mAh_cm2"), row.get(f"{half}_energy_mWh_cm2")
        if not capacity or energy is None:
            return None
        halves.append(energy / capacity)
    return 0.5 * (halves[0] - halves[1])


def cycle_figures(summary: Mapping[str, Any]) -> CycleFigures | None:
    """The finished cycles with both halves; None where there is none.

    Args:
        summary: Of a result.
    """
    rows = []
    for row in summary.get("cycles") or []:
        gap = overvoltage(row)
        if row.get("finished", True) and gap is not None:
            rows.append((row["number"], row["discharge_capacity_mAh_g"], row["charge_capacity_mAh_g"], gap))
    if not rows:
        return None
    number, discharge, charge, gaps = (np.array(column) for column in zip(*rows, strict=True))
    return CycleFigures(number, discharge, charge, gaps)

"""The states of a result at the ends of cycles, and its rows of cycles as variables."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.report.damage.fade import cycle_figures
from chemomech.solver.results import Result


class Half(StrEnum):
    """The half of a cycle whose end is meant."""

    CHARGE = "charge"
    DISCHARGE = "discharge"


CHARGED, DISCHARGED = Half.CHARGE, Half.DISCHARGE


def last_cycle(dataset: xr.Dataset) -> int:
    """Number of the last cycle of a result; 0 where it has none."""
    return int(dataset["cycle_number"].values.max(initial=0))


def state_of(dataset: xr.Dataset, cycle: int, half: Half = DISCHARGED) -> int:
    """Place along ``time`` of the end of the charge, or of the discharge, of a cycle.

    Damage is done when the current turns, so that cracks of a charge are in the state at the end of the
    discharge after it.

    Args:
        dataset: Of a result.
        cycle: Its number, from 1.
        half: Which end.

    Raises:
        InputError: If the result holds no such end.
    """
    number, current = dataset["cycle_number"].values, dataset["current_density"].values
    sign = 1.0 if half is CHARGED else -1.0
    places = np.flatnonzero((number == cycle) & (sign * current > 0.0))
    if not len(places):
        raise InputError(
            f"the result holds no {half} of cycle {cycle} (it has {last_cycle(dataset)} cycles); ask for one "
            "that was run."
        )
    return int(places[-1])


def read_cycles(result: Result) -> xr.Dataset:
    """The dataset of a result with its rows of cycles as variables over ``cycle``.

    ``cycle_capacity`` [mAh/g] is that of the discharge, ``cycle_overvoltage`` [V] half of the difference of
    the mean voltages; the dataset itself where the summary has no cycles with both halves.
    """
    rows = cycle_figures(result.summary)
    if rows is None:
        return result.dataset
    return result.dataset.assign(
        cycle_capacity=("cycle", rows.capacity), cycle_overvoltage=("cycle", rows.overvoltage)
    ).assign_coords(cycle=rows.number)

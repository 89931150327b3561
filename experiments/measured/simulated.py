"""A result as a measurement: what a cycler would have recorded."""

from __future__ import annotations

import numpy as np
import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.measured.run import MeasuredRun
from chemomech.experiments.measured.steps import steps_of
from chemomech.solver.results import Result

NEEDS = ("time", "voltage", "current_density", "step_number")


def recorded(result: Result, purpose: str) -> xr.Dataset:
    """Return the dataset of a result, which holds what a cycler records.

    Args:
        result: of a run.
        purpose: who needs it, as in "a measurement has".

    Raises:
        InputError: when the result lacks something.
    """
    lacking = [name for name in NEEDS if name not in result.dataset]
    if lacking:
        raise InputError(
            f"the result {str(result.path)!r} holds no {', '.join(lacking)}, which {purpose}; run the case "
            "again."
        )
    return result.dataset


def measured_of(result: Result, noise: float = 0.0, seed: int = 0) -> MeasuredRun:
    """Return a result as a measured run, with its currents per active mass.

    Args:
        result: of a run.
        noise: standard deviation of noise that is added to the voltage [V].
        seed: of the noise.

    Raises:
        InputError: when the result lacks something.
    """
    dataset = recorded(result, "a measurement has")
    time, voltage = dataset["time"].values.astype(float), dataset["voltage"].values.astype(float)
    loading = float(result.summary["active_mass_mg_cm2"]) * 1e-2
    current = dataset["current_density"].values.astype(float) / loading
    if noise > 0.0:
        voltage = voltage + np.random.default_rng(seed).normal(0.0, noise, len(voltage))
    steps = steps_of(time, voltage, current, dataset["step_number"].values.astype(float))
    material = str(result.case["materials"]["cathode"])
    return MeasuredRun(result.name, time, voltage, current, "A/kg", None, None, material, steps, "")

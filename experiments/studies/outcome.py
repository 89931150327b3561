"""What a study keeps of each run, read from its result folder, whichever fidelity wrote it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import half_cell_model
from chemomech.experiments.studies.limits import end_overvoltages, limiting_mechanism
from chemomech.solver.results import Result

Array = npt.NDArray[np.float64]

DEPTH_BINS = 4
END_ZONE = 0.25
"""Share of the thickness that counts as an end of the electrode [-]."""

TARGET = 0.8
"""Share of the nominal capacity that the time to 80 % refers to [-]."""


@dataclass(frozen=True)
class Variable:
    """A variable of the outcome.

    Attributes:
        unit: of its values; ``"-"`` for none.
        long_name: what it is.
    """

    unit: str
    long_name: str


VARIABLES: Mapping[str, Variable] = {
    "capacity_mAh_cm2": Variable(
        "mAh cm-2", "capacity per electrode area; NaN where a run is more than one charge or discharge"
    ),
    "capacity_mAh_g": Variable("mAh g-1", "capacity per mass of active material"),
    "accessible_share": Variable(
        "-", "charge passed over that which equilibrium would give at the end voltage"
    ),
    "energy_mWh_cm2": Variable("mWh cm-2", "energy put in or taken out; NaN likewise"),
    "energy_mWh_g": Variable("mWh g-1", "energy per mass of active material"),
    "power_mW_cm2": Variable("mW cm-2", "energy over duration"),
    "time_to_80_percent_s": Variable("s", "time until 80 % of the nominal capacity has passed"),
    "duration_s": Variable("s", "time until the end"),
    "end_voltage_V": Variable("V", "voltage at the end"),
    "electrolyte_minimum_mol_m3": Variable("mol m-3", "lowest salt concentration anywhere, at any time"),
    "depth_nonuniformity": Variable(
        "-", "largest difference over time of surface stoichiometry between the outer quarters"
    ),
    "peak_principal_stress_Pa": Variable("Pa", "largest principal stress in any particle, at any time"),
    "peak_equivalent_stress_Pa": Variable("Pa", "largest equivalent stress in any particle, at any time"),
    "fracture_share_strength": Variable("-", "volume share of particles whose stress passed the strength"),
    "fracture_share_energy": Variable("-", "volume share of particles with a crack past the fracture energy"),
    "overvoltage_solid_V": Variable("V", "diffusion in the particles, at the end"),
    "overvoltage_electrolyte_V": Variable(
        "V", "from lithium metal to the collector in the electrolyte, at the end"
    ),
    "overvoltage_reaction_V": Variable("V", "reactions and contacts, at the end"),
}

WORDS: Mapping[str, str] = {
    "stop_reason": "why the run ended",
    "limiting_mechanism": "largest loss at the end; none where 95 % of the charge was accessible",
}


def read_outcome(result: Result) -> dict[str, Any]:
    """Return the outcome of a run: numbers and words by name, and ``fracture_by_depth`` as a list.

    Numbers that a run does not have (stress without mechanics, a target never reached) are NaN.

    Args:
        result: of either fidelity.
    """
    data, summary = result.dataset.load(), result.summary
    outcome = _cell(data, summary) | _particles(data)
    outcome |= _losses(data, summary, Case.from_table(result.case))
    return outcome


def _cell(data: xr.Dataset, summary: Mapping[str, Any]) -> dict[str, Any]:
    time = data["time"].values
    capacity, specific = _one_capacity(summary)
    energy = math.nan
    if math.isfinite(capacity):
        energy = abs(sum(step["energy_mWh_cm2"] for step in summary["steps"] if step["cycle"]))
    duration = float(time[-1])
    target = TARGET * float(summary["c_rate"]["nominal_capacity_mAh_cm2"])
    passed = np.abs(data["areal_capacity"].values)
    reached = capacity >= target
    return {
        "capacity_mAh_cm2": capacity,
        "capacity_mAh_g": specific,
        "energy_mWh_cm2": energy,
        "energy_mWh_g": energy * specific / capacity if capacity else math.nan,
        "power_mW_cm2": energy / (duration / 3600.0) if duration else math.nan,
        "time_to_80_percent_s": float(np.interp(target, passed, time)) if reached else math.nan,
        "duration_s": duration,
        "end_voltage_V": float(summary["voltage_end_V"]),
        "stop_reason": str(summary["stop_reason"]),
        "electrolyte_minimum_mol_m3": float(data["electrolyte_concentration_min"].min()),
    }


def _one_capacity(summary: Mapping[str, Any]) -> tuple[float, float]:
    """Areal and specific capacity; NaN where the run is more than one charge or discharge."""
    stated = (summary["capacity_mAh_cm2"], summary["capacity_mAh_g"])
    areal, specific = (math.nan if value is None else float(value) for value in stated)
    return areal, specific


def _particles(data: xr.Dataset) -> dict[str, Any]:
    thickness = float(data["electrode_thickness"])
    depth, area, volume = (data[f"particle_{name}"].values for name in ("z", "area", "volume"))
    surface = data["surface_stoichiometry"].values
    top, bottom = depth > (1.0 - END_ZONE) * thickness, depth < END_ZONE * thickness
    readings: dict[str, Any] = {"depth_nonuniformity": math.nan}
    if top.any() and bottom.any():
        ends = [np.average(surface[:, part], axis=1, weights=area[part]) for part in (top, bottom)]
        readings["depth_nonuniformity"] = float(np.max(np.abs(ends[1] - ends[0])))
    readings |= {
        f"peak_{kind}_stress_Pa": _largest(data, f"max_{kind}_stress") for kind in ("principal", "equivalent")
    }
    shares = {"strength": "strength_ratio", "energy": "energy_release_ratio"}
    readings |= {
        f"fracture_share_{name}": _share_above_one(data, ratio, volume) for name, ratio in shares.items()
    }
    readings["fracture_by_depth"] = _by_depth(data, "strength_ratio", depth / thickness, volume)
    return readings


def _largest(data: xr.Dataset, name: str) -> float:
    return float(data[name].max()) if name in data else math.nan


def _share_above_one(data: xr.Dataset, name: str, volume: Array) -> float:
    if name not in data:
        return math.nan
    return float(volume[data[name].values[-1] >= 1.0].sum() / volume.sum())


def _by_depth(data: xr.Dataset, name: str, share: Array, volume: Array) -> list[float]:
    """Volume-weighted means over slabs from collector to separator."""
    if name not in data:
        return [math.nan] * DEPTH_BINS
    values = data[name].values[-1]
    slab = np.minimum((share * DEPTH_BINS).astype(int), DEPTH_BINS - 1)
    weight = np.bincount(slab, volume, DEPTH_BINS)
    total = np.bincount(slab, volume * values, DEPTH_BINS)
    return [float(t / w) if w else math.nan for t, w in zip(total, weight, strict=True)]


def _losses(data: xr.Dataset, summary: Mapping[str, Any], case: Case) -> dict[str, Any]:
    cathode = half_cell_model(case).cathode
    losses = end_overvoltages(data, cathode)
    salt = data["electrolyte_concentration_min"].values
    weight = data["particle_volume"].values
    mean = np.average(data["mean_stoichiometry"].values, axis=1, weights=weight)
    try:
        at_rest = cathode.open_circuit_voltage.stoichiometry_at(float(summary["voltage_end_V"]))
    except InputError:
        at_rest = math.nan
    whole = float(mean[0]) - at_rest
    accessible = math.nan
    if whole and summary["capacity_mAh_cm2"] is not None:
        accessible = float(mean[0] - mean[-1]) / whole
    return {
        "accessible_share": accessible,
        "overvoltage_solid_V": losses.solid,
        "overvoltage_electrolyte_V": losses.electrolyte,
        "overvoltage_reaction_V": losses.reaction,
        "limiting_mechanism": limiting_mechanism(
            losses, accessible, str(summary["stop_reason"]), float(salt[-1] / salt[0])
        ),
    }

"""A made-up but physically plausible result, to test readers and figures without running the solver.

Numbers are of the size that a half cell of 52 particles shows when it is charged at 5C (72 A/m2): quadratic
radial profiles, a depth contrast that peaks at 150 s, an open-circuit voltage by interpolation. Nothing here
solves an equation, and nothing here may be taken for a result.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chemomech.solver.results import (
    Rows,
    build_dataset,
    probe_summary,
    rows_of,
    write_dataset,
    write_summary,
)

Array = NDArray[np.float64]

ELECTRODE = 40e-6
SEPARATOR = 25e-6
WIDTH = 20e-6
CURRENT = 72.0
DIFFUSIVITY = 1e-14
END = 613.0
INITIAL = 0.93
ACTIVE_MASS = 0.08  # kg/m2
RATE = 9.26e-4  # mean stoichiometry lost per second

CASE_TEXT = """\
name = "fast-charge-5C"
initial_stoichiometry = 0.93
nominal_capacity = "180 mAh/g"
protocol = ["Charge at 5C until 4.5 V"]

[geometry]
layout = "rve-52"
separator_thickness = "25 um"

[mesh]
preset = "coarse"

[materials]
cathode = "nmc622"
electrolyte = "lipf6-ec-emc-3-7"

[mechanics]
coupling = "two-way"
"""


@lru_cache
def pack_particles(count: int = 52, seed: int = 7) -> tuple[Array, Array]:
    """Place spheres at random without overlap; centres (count, 3) [m], radii (count,) [m]."""
    random = np.random.default_rng(seed)
    box = np.array([WIDTH, WIDTH, ELECTRODE])
    radii = np.sort(random.normal(2.85e-6, 0.45e-6, count).clip(1.8e-6, 4.2e-6))[::-1]
    while True:
        centres: list[Array] = []
        for radius in radii:
            for _ in range(4000):
                trial = radius + random.random(3) * (box - 2 * radius)
                gaps = [
                    np.linalg.norm(trial - other) - radius - size
                    for other, size in zip(centres, radii, strict=False)
                ]
                if min(gaps, default=1.0) > 0.1e-6:
                    centres.append(trial)
                    break
            else:
                break
        if len(centres) == count:
            return np.array(centres), radii.copy()
        radii = radii * 0.98


def synthetic_records(*, mechanics: bool = True, steps: int = 120) -> dict[str, Any]:
    """Every variable of a result, by name, in the units of the table."""
    centres, radii = pack_particles()
    time = np.concatenate([[0.0], np.geomspace(0.05, 20.0, steps // 3), np.linspace(24.0, END, steps)])
    mean, gradient = _particle_state(time, centres[:, 2], radii)
    surface, core = mean - 0.2 * gradient, mean + 0.3 * gradient
    volume = 4.0 / 3.0 * np.pi * radii**3
    average = mean @ volume / volume.sum()
    records: dict[str, Any] = {
        "time": time,
        "electrode_thickness": ELECTRODE,
        "separator_thickness": SEPARATOR,
        "cut_y": WIDTH / 2,
        "voltage": _open_circuit(average) + 0.10 * (1 - np.exp(-time / 3.0)) + 0.02 * (time > 0),
        "current_density": np.full_like(time, CURRENT),
        "areal_capacity": CURRENT * time / 3600.0 / 10.0,
        "step_number": np.ones(time.size, dtype=int),
        "cycle_number": np.ones(time.size, dtype=int),
        "electrolyte_potential_drop": _potential_drop(time),
        "electrolyte_concentration_min": 1000.0 - 330.0 * (1 - np.exp(-time / 8.0)),
        "electrolyte_concentration_max": 1000.0 + 260.0 * (1 - np.exp(-time / 8.0)),
        "matrix_potential_span": np.full_like(time, 4.1e-6),
        "time_step": np.diff(time, prepend=0.0),
        "error_estimate": 0.5 + 0.3 * np.sin(time / 40.0),
        "newton_iterations": np.where(time < 1.0, 6, 3),
        "linear_iterations": np.where(time < 1.0, 60, 33),
        "lithium_relative_error": 1e-11 * (1.0 + time / END),
        "charge_relative_error": 2e-10 * (1.0 + np.cos(time / 30.0) ** 2),
        "particle_x": centres[:, 0],
        "particle_y": centres[:, 1],
        "particle_z": centres[:, 2],
        "particle_radius": radii,
        "particle_volume": volume,
        "particle_area": 4.0 * np.pi * radii**2,
        "mean_stoichiometry": mean,
        "surface_stoichiometry": surface,
        "core_stoichiometry": core,
        "reaction_current_density": np.broadcast_to(4.5 * (radii / radii.mean()) ** 0.4, mean.shape),
    }
    records |= _profiles(time)
    records |= _cut(centres, radii, mechanics=mechanics)
    return records | (_stresses(time, surface, core, gradient) if mechanics else {})


def synthetic_attributes(*, mechanics: bool = True) -> dict[str, Any]:
    """What the dataset says about itself."""
    centres, _ = pack_particles()
    return {
        "case": "fast-charge-5C",
        "couplings": {"mechanics": "two-way" if mechanics else "off"},
        "versions": {"chemomech": "0.1.0", "dolfinx": "0.11.0"},
        "near_separator_particle": int(np.argmax(centres[:, 2])),
        "near_collector_particle": int(np.argmin(centres[:, 2])),
    }


def synthetic_summary(*, mechanics: bool = True) -> dict[str, Any]:
    """A complete summary but for its probes."""
    return {
        "t_end_s": END,
        "voltage_end_V": 4.5,
        "stop_reason": "cutoff-voltage",
        "stop_detail": "the cell voltage reached 4.5 V, the cut-off of 'Charge at 5C until 4.5 V'.",
        "c_rate": {
            "label": "5C",
            "current_density_A_m2": CURRENT,
            "nominal_capacity_mAh_g": 180.0,
            "nominal_capacity_mAh_cm2": 1.44,
        },
        **synthetic_rows().summary(),
        "couplings": {"mechanics": "two-way" if mechanics else "off"},
        "budget": {"lithium_relative_error": 2.0e-11, "charge_relative_error": 4.0e-10},
        "size": {
            "cells": 98_412,
            "unknowns": {"electrochemistry": 171_204, "mechanics": 402_117 if mechanics else 0},
        },
        "cost": {
            "wall_s": 48.2,
            "peak_memory_GB": 2.31,
            "accepted_steps": 161,
            "rejected_steps": 3,
            "newton_iterations": 512,
            "linear_iterations": 5_731,
        },
        "probes": {"near_separator": {}, "near_collector": {}},
        "peak_strain_percent": 1.02 if mechanics else None,
        "versions": {"chemomech": "0.1.0", "dolfinx": "0.11.0", "petsc": "3.25.1", "python": "3.12.7"},
    }


@lru_cache
def synthetic_rows() -> Rows:
    """The one step and the one cycle of the run."""
    return rows_of(
        synthetic_records(mechanics=False), ["Charge at 5C until 4.5 V"], ["cutoff-voltage"], ACTIVE_MASS
    )


def write_synthetic_result(folder: Path, *, mechanics: bool = True, drop: tuple[str, ...] = ()) -> Path:
    """Write a whole result folder without figures and report, leaving out the variables in ``drop``."""
    shutil.copytree(_written(mechanics, drop).name, folder, dirs_exist_ok=True)
    return folder


@cache
def _written(mechanics: bool, drop: tuple[str, ...]) -> tempfile.TemporaryDirectory[str]:
    """What every such result copies; writing it takes a third of a second."""
    made = tempfile.TemporaryDirectory(prefix="chemomech-made-up-")
    folder = Path(made.name)
    records = synthetic_records(mechanics=mechanics)
    kept = {name: values for name, values in records.items() if name not in drop}
    dataset = build_dataset(kept, attributes=synthetic_attributes(mechanics=mechanics))
    write_dataset(folder / "result.nc", dataset)
    summary = synthetic_summary(mechanics=mechanics)
    if "surface_stoichiometry" in kept:
        summary["probes"] = probe_summary(dataset)
    write_summary(folder / "summary.json", summary)
    case = CASE_TEXT if mechanics else CASE_TEXT.replace('"two-way"', '"off"')
    (folder / "case.toml").write_text(case, encoding="utf-8")
    return made


def _open_circuit(x: Array) -> Array:
    """Voltage [V] at mean stoichiometry ``x``, by interpolation."""
    table_x = np.array([0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.80, 0.85, 0.93])
    table_u = np.array([4.43, 4.32, 4.22, 4.12, 4.04, 3.96, 3.88, 3.83, 3.79, 3.77, 3.72, 3.69, 3.64])
    return np.interp(x, table_x, table_u)


def _potential_drop(time: Array) -> Array:
    return 0.024 * (1 - np.exp(-time / 6.0)) + 1e-3 * np.sin(time / 130.0) * (1 - np.exp(-time / 60.0))


def _particle_state(time: Array, z: Array, radii: Array) -> tuple[Array, Array]:
    """Mean stoichiometry and scale of the radial profile, both (time, particle)."""
    t = time[:, None]
    contrast = 0.035 * (t / 150.0) * np.exp(1 - t / 150.0)
    depth = 0.5 - z / ELECTRODE
    size = 0.012 * (radii / radii.mean() - 1.0) * np.minimum(t / 100.0, 1.0)
    mean = INITIAL - RATE * t + contrast * depth + size
    scale = radii**2 * RATE / (3 * DIFFUSIVITY) * (1 - 0.25 * depth)
    return mean, scale * (1 - np.exp(-t / (radii**2 / (20 * DIFFUSIVITY))))


def _stresses(time: Array, surface: Array, core: Array, gradient: Array) -> dict[str, Array]:
    equivalent = 4.6e8 * gradient + 6e7 * (INITIAL - surface)
    inside = 2.0e7 + 8e7 * (INITIAL - core).clip(0)
    principal = 5.2e8 * gradient
    peak = np.maximum.accumulate(principal, axis=0)
    return {
        "max_principal_stress": principal,
        "max_equivalent_stress": 1.25 * equivalent,
        "mean_hydrostatic_stress": -0.1 * principal,
        "surface_equivalent_stress": equivalent,
        "core_equivalent_stress": inside * (gradient > 0),
        "strength_ratio": peak / 1.5e8,
        "surface_crack_ratio": (peak / 1.5e8) ** 2 * 0.4,
        "core_crack_ratio": 0.0 * peak,
        "energy_release_ratio": (peak / 1.5e8) ** 2 * 0.4,
        "surface_stress_intensity": 6.0e-4 * principal,
        "core_stress_intensity": -2.0e-4 * principal,
    } | _passages(time, peak / 1.5e8)


def _passages(time: Array, strength: Array) -> dict[str, Array]:
    """First times at which the ratios above reach 1, to the next step."""
    never = np.full(strength.shape[1], np.nan)
    return {
        "strength_first_passage": _first(time, strength),
        "surface_crack_first_passage": _first(time, 0.4 * strength**2),
        "core_crack_first_passage": never,
    }


def _first(time: Array, ratio: Array) -> Array:
    return np.where((ratio >= 1.0).any(axis=0), time[np.argmax(ratio >= 1.0, axis=0)], np.nan)


def _profiles(time: Array) -> dict[str, Any]:
    depth = np.linspace(0.0, ELECTRODE + SEPARATOR, 66)
    shape = np.where(
        depth < ELECTRODE, -200.0 * (1 - (depth / ELECTRODE) ** 2), 220.0 * (depth - ELECTRODE) / SEPARATOR
    )
    growth = (1 - np.exp(-time / 8.0))[:, None]
    drop = _potential_drop(time)[:, None]
    potential = 0.02 + drop * (1 - depth / ELECTRODE) - 0.03 * growth * (depth / ELECTRODE - 1).clip(0)
    matrix = np.where(depth <= ELECTRODE, 3.9 - 4e-6 * (depth / ELECTRODE) ** 2, np.nan)
    return {
        "depth": depth,
        "electrolyte_concentration": 1000.0 + growth * shape,
        "electrolyte_potential": potential,
        "matrix_potential": np.broadcast_to(matrix, (time.size, depth.size)),
    }


def _cut(centres: Array, radii: Array, *, mechanics: bool) -> dict[str, Any]:
    times = np.array([1.0, 50.0, 150.0, 300.0, 450.0, 600.0])
    x = (np.arange(80) + 0.5) * WIDTH / 80
    z = (np.arange(260) + 0.5) * (ELECTRODE + SEPARATOR) / 260
    mean, gradient = _particle_state(times, centres[:, 2], radii)
    stoichiometry = np.full((times.size, z.size, x.size), np.nan)
    stress = np.full_like(stoichiometry, np.nan)
    for k, (centre, radius) in enumerate(zip(centres, radii, strict=True)):
        squared = (x - centre[0]) ** 2 + (WIDTH / 2 - centre[1]) ** 2 + (z[:, None] - centre[2]) ** 2
        inside = squared < radius**2
        profile = squared[inside] / radius**2
        stoichiometry[:, inside] = mean[:, k, None] - gradient[:, k, None] * (profile / 2 - 0.3)
        stress[:, inside] = 2e7 + 5.2e8 * gradient[:, k, None] * profile
    salt = _profiles(times)
    concentration = np.empty_like(stoichiometry)
    for n in range(times.size):
        row = np.interp(z, salt["depth"], salt["electrolyte_concentration"][n])
        concentration[n] = np.where(np.isfinite(stoichiometry[n]), np.nan, row[:, None])
    cut: dict[str, Any] = {
        "cut_time": times,
        "cut_z": z,
        "cut_x": x,
        "cut_stoichiometry": stoichiometry,
        "cut_electrolyte_concentration": concentration,
    }
    return cut | ({"cut_equivalent_stress": stress} if mechanics else {})

"""A solved DFN in the variables of a result, so that figures and studies need not know which model ran.

The particles of the result are the points through the electrode, times the sizes where there is a
distribution, each with the volume and area that it stands for on 1 m2 of electrode.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.homogenised.cell import HomogenisedCell, SizeSpread
from chemomech.experiments.models.homogenised.simulation import DfnRun, surface_name
from chemomech.experiments.models.homogenised.sphere_stress import SphereStress, parabola, sphere_stress
from chemomech.materials import FARADAY
from chemomech.solver.physics.fracture import (
    FractureHistory,
    FractureReading,
    RadialProfile,
    mean_square_radius,
    read_fracture,
    require_flaws_inside,
)

Array = npt.NDArray[np.float64]


def records(run: DfnRun) -> dict[str, Any]:
    """Return every variable by name, as ``chemomech.solver.results.build_dataset`` wants them.

    Args:
        run: the solved DFN.
    """
    series = _cell(run) | _particles(run) | dict(run.damage.readings)
    series |= _profiles(run, series["voltage"])
    series["lithium_relative_error"] = _lithium_error(run, series)
    series["charge_relative_error"] = _charge_error(series)
    return series


def _entries(run: DfnRun, name: str) -> Array:
    return np.asarray(run.solution[name].entries, dtype=float)


def _cell(run: DfnRun) -> dict[str, Any]:
    return {
        "time": _entries(run, "Time [s]"),
        "electrode_thickness": run.cell.electrode_thickness,
        "separator_thickness": run.cell.separator_thickness,
        "voltage": _entries(run, "Voltage [V]"),
        "current_density": -_entries(run, "Current [A]"),
        "areal_capacity": -_entries(run, "Discharge capacity [A.h]") / 10.0,  # Ah/m2 = 0.1 mAh/cm2
        "step_number": run.step_number,
    }


def _profiles(run: DfnRun, voltage: Array) -> dict[str, Any]:
    cell = run.cell
    nodes = [np.asarray(run.mesh[part].nodes) for part in ("separator", "positive electrode")]
    end = float(run.mesh["positive electrode"].edges[-1])
    salt = np.flipud(_entries(run, "Electrolyte concentration [mol.m-3]")[-sum(map(len, nodes)) :])
    potential = np.flipud(_entries(run, "Electrolyte potential [V]")[-len(salt) :])
    solid = np.flipud(_entries(run, "Positive electrode potential [V]"))
    depth = (end - np.concatenate(nodes))[::-1]
    count = len(nodes[1])
    edge = np.array([np.interp(cell.electrode_thickness, depth, column) for column in potential.T])
    matrix = np.full_like(potential, np.nan)
    matrix[:count] = solid
    return {
        "depth": depth,
        "electrolyte_concentration": salt.T,
        "electrolyte_potential": potential.T,
        "matrix_potential": matrix.T,
        "electrolyte_potential_drop": potential[0] - edge,
        "electrolyte_concentration_min": salt.min(axis=0),
        "electrolyte_concentration_max": salt.max(axis=0),
        "matrix_potential_span": np.ptp(solid, axis=0),
    }


def _particles(run: DfnRun) -> dict[str, Any]:
    cell = run.cell
    surface, mean, profile = particle_lithium(run)
    depth, radius, volume = particle_places(cell, run.mesh)
    series = {
        "particle_x": np.zeros_like(depth),
        "particle_y": np.zeros_like(depth),
        "particle_z": depth,
        "particle_radius": radius,
        "particle_volume": volume,
        "particle_area": 3.0 * volume / radius,
        "mean_stoichiometry": mean.T,
        "surface_stoichiometry": surface.T,
        "core_stoichiometry": profile[0].T,
        "reaction_current_density": _reaction(run).T,
    }
    if cell.coupling == "off":
        return series
    softened = None if run.damage.stiffness is None else run.damage.stiffness.T
    stress = sphere_stress(cell.model.cathode, profile, shell_edges(run.mesh), surface, softened)
    return series | _stresses(stress) | _fracture(run, stress.principal, profile, surface, radius)


def _fracture(run: DfnRun, principal: Array, profile: Array, surface: Array, radius: Array) -> dict[str, Any]:
    """Ratios and stress intensities by time, and first passages; a free sphere bears no traction."""
    cathode, squares = run.cell.model.cathode, mean_square_radius(shell_edges(run.mesh))
    require_flaws_inside(cathode, radius)
    history, free = FractureHistory(), np.zeros_like(radius)
    rows = []
    for k, time in enumerate(_entries(run, "Time [s]")):
        shells = RadialProfile.from_shells(squares, profile[:, :, k].T, surface[:, k])
        reading = read_fracture(cathode, radius, shells, free, principal[:, k])
        if run.damage.stiffness is not None:
            reading = _softened(reading, run.damage.stiffness[k])
        rows.append(history.update(float(time), reading))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]} | history.first_passages()


def _softened(reading: FractureReading, stiffness: Array) -> FractureReading:
    """Stress intensities go with the modulus, where nothing holds a sphere; its stress has it already."""
    return dataclasses.replace(
        reading,
        surface_stress_intensity=reading.surface_stress_intensity * stiffness,
        core_stress_intensity=reading.core_stress_intensity * stiffness,
        surface_crack_ratio=reading.surface_crack_ratio * stiffness**2,
        core_crack_ratio=reading.core_crack_ratio * stiffness**2,
    )


def _stresses(stress: SphereStress) -> dict[str, Any]:
    return {
        "max_principal_stress": stress.principal.T,
        "max_equivalent_stress": stress.equivalent.T,
        "mean_hydrostatic_stress": np.zeros_like(stress.principal.T),  # a free sphere bears none on average
        "surface_equivalent_stress": stress.surface.T,
        "core_equivalent_stress": stress.core.T,
    }


def particle_lithium(run: DfnRun) -> tuple[Array, Array, Array]:
    """Stoichiometry of all particles, the collector side first, and the sizes of a depth after each other.

    Returns:
        At the surface and mean, shape (particles, times), and by shell, shape (shells, particles, times).
    """
    surface = _by_particle(run, surface_name(run.cell))
    if run.cell.spread is None:
        mean = _by_particle(run, "R-averaged positive particle stoichiometry")
        return surface, mean, _entries(run, "Positive particle stoichiometry")[:, ::-1]
    mean = _by_particle(run, "R-averaged positive particle stoichiometry distribution")
    return surface, mean, parabola(mean, surface, shell_edges(run.mesh))


def _reaction(run: DfnRun) -> Array:
    distribution = "" if run.cell.spread is None else " distribution"
    return _by_particle(run, f"Positive electrode interfacial current density{distribution} [A.m-2]")


def _by_particle(run: DfnRun, name: str) -> Array:
    """A variable of all particles, shape (particles, times)."""
    values = _entries(run, name)
    if run.cell.spread is None:
        return values[::-1]
    by_depth = values[:, ::-1].transpose(1, 0, 2)  # from (sizes, depth, times)
    return by_depth.reshape(-1, values.shape[2])


def particle_places(cell: HomogenisedCell, mesh: Any) -> tuple[Array, Array, Array]:
    """Depth [m], radius [m] and volume [m3] on 1 m2 of electrode of each particle, in the same order.

    Args:
        cell: the homogenised cell.
        mesh: of PyBaMM.
    """
    part = mesh["positive electrode"]
    depth = np.asarray((float(part.edges[-1]) - np.asarray(part.nodes))[::-1])
    at_depth = cell.active_fraction * (cell.electrode_thickness / len(depth))
    if cell.spread is None:
        return depth, np.full_like(depth, cell.radius), np.full_like(depth, at_depth)
    sizes, share = _size_classes(cell.spread, mesh["positive particle size"])
    return np.repeat(depth, len(sizes)), np.tile(sizes, len(depth)), at_depth * np.tile(share, len(depth))


def _size_classes(spread: SizeSpread, mesh: Any) -> tuple[Array, Array]:
    """Radii [m] and shares of the volume of the sizes, each of shape (sizes,)."""
    sizes, widths = np.asarray(mesh.nodes), np.diff(np.asarray(mesh.edges))
    # Same law as in parameters.py: log-normal by area, so volume goes with one power of the radius more.
    variance = np.log1p((spread.deviation / spread.mean) ** 2)
    location = np.log(spread.mean) - 0.5 * variance
    weight = np.exp(-((np.log(sizes) - location) ** 2) / (2.0 * variance)) * widths
    return sizes, weight / weight.sum()


def shell_edges(mesh: Any) -> Array:
    """Radii between the shells of a particle over its own, shape (shells + 1,)."""
    edges = np.asarray(mesh["positive particle"].edges)
    return np.asarray(edges / edges[-1])


def _lithium_error(run: DfnRun, series: dict[str, Any]) -> Array:
    weight = series["particle_volume"] / series["particle_volume"].sum()
    solid = FARADAY * float(run.cell.model.cathode.maximum_concentration) * series["particle_volume"].sum()
    released = (run.cell.model.initial_stoichiometry - series["mean_stoichiometry"] @ weight) * solid
    passed = 36.0e3 * series["areal_capacity"]  # mAh/cm2 = 36 000 C/m2
    scale = np.maximum(np.abs(passed), 1e-6 * solid)
    return np.abs(released - passed) / scale


def _charge_error(series: dict[str, Any]) -> Array:
    """Reaction current over all surfaces against the current through the cell."""
    current = series["current_density"]
    reacted = series["reaction_current_density"] @ series["particle_area"]
    return np.asarray(np.abs(reacted - current) / np.max(np.abs(current)))

"""The content of ``summary.json``."""

from __future__ import annotations

import platform
import resource
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from mpi4py import MPI

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.resolved.representation import RESOLVED
from chemomech.geometry import HalfCellMesh
from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.readings.extremes import overshoot
from chemomech.solver.results import Rows, rows_of
from chemomech.solver.stepping.limits import Stop
from chemomech.solver.stepping.loop import Simulation
from chemomech.solver.stepping.operation import StopReason

PACKAGES = ("chemomech", "dolfinx-solver-real", "fenics-dolfinx", "gmsh", "numpy", "scipy", "petsc4py")


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on."""
    from petsc4py import PETSc

    found = {"python": platform.python_version(), "petsc": ".".join(map(str, PETSc.Sys.getVersion()))}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def peak_memory(comm: MPI.Intracomm) -> float:
    """Sum over ranks of the peak resident memory [GB] (collective)."""
    # ru_maxrss is in KiB on Linux and in bytes on macOS.
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1.0e9
    return float(comm.allreduce(own))


def summarise(
    prepared: PreparedCase,
    cell: HalfCellMesh,
    stepper: ResolvedCell,
    simulation: Simulation,
    records: dict[str, Any],
    rows: Rows,
    stop: Stop,
    comm: MPI.Intracomm,
) -> dict[str, Any]:
    """Build the summary of a finished run, but for its probes and wall time (collective)."""
    counters = simulation.counters
    mass = prepared.active_mass  # kg/m2
    blocks = {
        unknown.name: total
        for unknown, (_, total) in zip(stepper.problem.fields.table, stepper.newton.block_sizes, strict=True)
    }
    unknowns: dict[str, int] = {"electrochemistry": sum(blocks.values()), **blocks}
    mechanics = stepper.coupling.mechanics
    if mechanics is not None:
        unknowns["displacement"] = 3 * mechanics.space.dofmap.index_map.size_global
    return {
        "case": prepared.case.name,
        "t_end_s": float(records["time"][-1]),
        "voltage_end_V": float(records["voltage"][-1]),
        "stop_reason": stop.reason.value,
        "stop_detail": stop.detail,
        "c_rate": prepared.c_rate(),
        **rows.summary(),
        "active_mass_mg_cm2": mass * 100.0,
        "couplings": _couplings(stepper.coupling.name),
        "not_represented": RESOLVED.left_out(prepared),
        "wiring": None if prepared.wiring is None else prepared.wiring.to_dict(),
        "budget": {
            "lithium_relative_error": float(np.max(records["lithium_relative_error"][1:], initial=0.0)),
            "charge_relative_error": float(np.max(records["charge_relative_error"][1:], initial=0.0)),
        },
        "size": {"cells": int(cell.mesh.topology.index_map(3).size_global), "unknowns": unknowns},
        "stoichiometry_overshoot": overshoot(records, prepared.model.initial_stoichiometry),
        "cost": {
            "wall_s": 0.0,
            "ranks": comm.size,
            "peak_memory_GB": peak_memory(comm),
            "accepted_steps": counters.accepted,
            "rejected_steps": counters.rejected,
            "failed_steps": counters.failed,
            "newton_iterations": counters.newton,
            "linear_iterations": counters.linear,
            "elastic_iterations": counters.elastic,
        },
        "probes": {},
        "peak_strain_percent": peak_strain_percent(prepared, records) if mechanics is not None else None,
        "stress_free_stoichiometry": (
            float(prepared.model.cathode.stress_free_stoichiometry) if mechanics is not None else None
        ),
        "versions": versions(),
    }


def step_rows(prepared: PreparedCase, records: dict[str, Any], stops: Sequence[StopReason]) -> Rows:
    """Return what each step and each cycle of a run passed.

    Args:
        prepared: the case.
        records: of the run, ``step_number`` among them.
        stops: why the steps that were begun have ended, in their order.
    """
    steps = prepared.steps
    labels, reasons = [step.label for step in steps], [stop.value for stop in stops]
    finished = len(stops) == len(steps) and steps[-1].may_end_with(stops[-1])
    return rows_of(records, labels, reasons, prepared.active_mass, finished)


def reasons_of_steps(simulation: Simulation, stop: Stop) -> list[StopReason]:
    """Return why each step that was begun has ended: those that are done, and the one the run stopped in."""
    done = [entry.reason for entry in simulation.progress.stops]
    return done if len(done) == len(simulation.steps) else [*done, stop.reason]


def _couplings(name: str) -> dict[str, Any]:
    return {
        "mechanics": name,
        "lithium strains the lattice": name != "off",
        "stress drives diffusion": name == "two-way",
        "stress shifts the overpotential": name == "two-way",
    }


def peak_strain_percent(prepared: PreparedCase, records: dict[str, Any]) -> float:
    """Largest linear chemical strain of a particle surface since the stress-free state, in percent."""
    strain = prepared.model.cathode.chemical_strain_since_made
    change = np.asarray(strain(np.asarray(records["surface_stoichiometry"])))
    return float(100.0 * np.max(np.abs(change)))

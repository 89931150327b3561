"""What the resolved model adds to ``summary.json``."""

from __future__ import annotations

import platform
import resource
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from mpi4py import MPI

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.strain import peak_strain_percent
from chemomech.geometry import HalfCellMesh
from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.readings.extremes import overshoot
from chemomech.solver.stepping.limits import Stop
from chemomech.solver.stepping.loop import Simulation
from chemomech.solver.stepping.operation import StopReason

PACKAGES = ("chemomech", "dolfinx-solver-real", "fenics-dolfinx", "gmsh", "numpy", "scipy", "petsc4py")


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on."""
    from petsc4py import PETSc

    by_package = {"python": platform.python_version(), "petsc": ".".join(map(str, PETSc.Sys.getVersion()))}
    for package in PACKAGES:
        try:
            by_package[package] = version(package)
        except PackageNotFoundError:
            continue
    return by_package


def peak_memory(comm: MPI.Intracomm) -> float:
    """Sum over ranks of the peak resident memory [GB] (collective)."""
    # ru_maxrss is in KiB on Linux and in bytes on macOS.
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1.0e9
    return float(comm.allreduce(own))


def sections(
    prepared: PreparedCase,
    mesh: HalfCellMesh,
    cell: ResolvedCell,
    simulation: Simulation,
    records: dict[str, Any],
    comm: MPI.Intracomm,
) -> dict[str, Any]:
    """Sections of the summary that this model adds, but for the wall time (collective)."""
    counters = simulation.counters
    blocks = {
        unknown.name: total
        for unknown, (_, total) in zip(cell.problem.fields.table, cell.newton.block_sizes, strict=True)
    }
    unknowns: dict[str, int] = {"electrochemistry": sum(blocks.values()), **blocks}
    mechanics = cell.coupling.mechanics
    if mechanics is not None:
        unknowns["displacement"] = 3 * mechanics.space.dofmap.index_map.size_global
    return {
        "wiring": None if prepared.wiring is None else prepared.wiring.to_dict(),
        "budget": {
            "lithium_relative_error": float(np.max(records["lithium_relative_error"][1:], initial=0.0)),
            "charge_relative_error": float(np.max(records["charge_relative_error"][1:], initial=0.0)),
        },
        "size": {"cells": int(mesh.mesh.topology.index_map(3).size_global), "unknowns": unknowns},
        "stoichiometry_overshoot": overshoot(records, prepared.model.initial_stoichiometry),
        "cost": {
            "wall_s": None,
            "ranks": comm.size,
            "peak_memory_GB": peak_memory(comm),
            "accepted_steps": counters.accepted,
            "rejected_steps": counters.rejected,
            "failed_steps": counters.failed,
            "newton_iterations": counters.newton,
            "linear_iterations": counters.linear,
            "elastic_iterations": counters.elastic,
        },
        "peak_strain_percent": peak_strain_percent(prepared, records) if mechanics is not None else None,
        "stress_free_stoichiometry": (
            float(prepared.model.cathode.stress_free_stoichiometry) if mechanics is not None else None
        ),
    }


def reasons_of_steps(simulation: Simulation, stop: Stop) -> list[StopReason]:
    """Return why each step that was begun has ended: those that are done, and the one the run stopped in."""
    done = [entry.reason for entry in simulation.progress.stops]
    return done if len(done) == len(simulation.steps) else [*done, stop.reason]

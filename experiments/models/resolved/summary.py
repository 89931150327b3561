"""What the resolved model adds to ``summary.json``."""

from __future__ import annotations

import dataclasses
from typing import Any

from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.driving import versions_of
from chemomech.geometry import HalfCellMesh
from chemomech.solver.cell.interface_bond import InterfaceBond
from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.readings.extremes import overshoot

PACKAGES = ("chemomech", "dolfinx-solver-real", "fenics-dolfinx", "gmsh", "numpy", "scipy", "petsc4py")


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on."""
    from petsc4py import PETSc

    return {"petsc": ".".join(map(str, PETSc.Sys.getVersion())), **versions_of(PACKAGES)}


def sections(
    prepared: PreparedCase, mesh: HalfCellMesh, cell: ResolvedCell, records: dict[str, Any]
) -> dict[str, Any]:
    """Sections of the summary that this model adds (collective)."""
    blocks = {
        unknown.name: total
        for unknown, (_, total) in zip(cell.problem.fields.table, cell.newton.block_sizes, strict=True)
    }
    unknowns: dict[str, int] = {"electrochemistry": sum(blocks.values()), **blocks}
    mechanics = cell.coupling.mechanics
    bond = None if mechanics is None else mechanics.bond
    if mechanics is not None:
        unknowns["displacement"] = sum(
            3 * u.function_space.dofmap.index_map.size_global for u in mechanics.displacements.values()
        )
    return {
        **({} if bond is None else {"interface": _interface(bond)}),
        "size": {"cells": int(mesh.mesh.topology.index_map(3).size_global), "unknowns": unknowns},
        "stoichiometry_overshoot": overshoot(records, prepared.model.initial_stoichiometry),
    }


def _interface(bond: InterfaceBond) -> dict[str, Any]:
    balance = bond.balance()
    law = dataclasses.asdict(bond.law)
    return {
        "law": law | {"onset_m": bond.law.onset, "failure_m": bond.law.failure},
        "energies_J": dataclasses.asdict(balance) | {"released": balance.released},
    }

"""Small half cells for tests of the whole coupled problem."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from chemomech.geometry import HalfCellMesh, Layout, MeshOptions, generate_mesh
from chemomech.materials import active_material, electrolyte, lithium, matrix, separator
from chemomech.solver.algebra import newton
from chemomech.solver.algebra.linear import FieldSplitSolver, MumpsSolver
from chemomech.solver.cell import coupling, mechanics
from chemomech.solver.cell import half_cell as electrochemistry
from chemomech.solver.cell import regions as domains
from chemomech.solver.cell import unknowns as fields
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.numerics import Numerics
from chemomech.solver.cell.resolved import ResolvedCell, current_scale
from chemomech.solver.physics.stress_feedback import TwoWayStressFeedback

UM = 1e-6
CURRENT = 15.0
"""Collector current density of the tests [A/m2]; about 4C for three particles."""


def three_particles() -> Layout:
    """Three spheres of different size in a box of 8 x 8 x 12 um."""
    centres = np.array([[2.6, 2.7, 2.8], [5.4, 5.3, 5.6], [2.9, 3.0, 9.1]]) * UM
    return Layout(centres, np.array([2.2, 1.9, 2.4]) * UM, (8 * UM, 8 * UM, 12 * UM), "three-particles")


def mesh(comm: MPI.Comm = MPI.COMM_SELF, cache: str | Path | None = None) -> HalfCellMesh:
    """Coarse mesh of ``three_particles`` with a separator of 6 um."""
    options = MeshOptions(
        interface_size=1.8e-6, particle_size=1.8e-6, matrix_size=2.4e-6, smallest_size=0.8e-6,
        separator_size=4e-6, electrode_separator_size=2.4e-6,
    )  # fmt: skip
    return generate_mesh(three_particles(), 6 * UM, options, comm, cache)


def model(cathode: str = "nmc622", salt: str = "lipf6-ec-emc-3-7", initial: float = 0.9) -> HalfCellModel:
    """Shipped materials."""
    return HalfCellModel(
        active_material(cathode), electrolyte(salt), matrix("carbon-binder"), separator("porous-separator"),
        lithium("lithium-metal"), initial,
    )  # fmt: skip


def _shipped(name: str) -> Callable[..., coupling.Coupling]:
    return lambda of, parts, x, _: coupling.make_coupling(name, of, parts, x)


def _two_way(of: HalfCellModel, parts: domains.Domains, x: fem.Function, tolerance: float) -> coupling.TwoWay:
    # Ranks and solvers are compared to 1e-6: equilibrium must be met more closely than by default.
    strategy = mechanics.Mechanics(of, parts, x, options=mechanics.MechanicsOptions(1.0e-9))
    reference = float(of.cathode.stress_free_stoichiometry)
    feedback = TwoWayStressFeedback(of.cathode, reference, strategy.remainder)
    return coupling.TwoWay(strategy, feedback, tolerance)


_COUPLINGS: dict[str, Callable[..., Any]] = {
    "off": _shipped("off"),
    "one-way": _shipped("one-way"),
    "two-way": _two_way,
}


def stepper(
    cell: HalfCellMesh,
    of: HalfCellModel,
    coupled: str = "two-way",
    direct: bool = True,
    newton_tolerance: float = 5.0e-10,
    max_iterations: int = 20,
    stress_tolerance: float = 1.0,
) -> ResolvedCell:
    """The discrete problem, ready for ``initialise``.

    Args:
        cell: Mesh.
        of: Materials and start.
        coupled: Name of the coupling.
        direct: Monolithic MUMPS; the field split if not.
        newton_tolerance: Bound on the scaled residual.
        max_iterations: Newton iterations before a step fails.
        stress_tolerance: Last change of stress in the two-way passes [Pa].
    """
    parts = domains.split(cell)
    numerics = Numerics(newton_tolerance=newton_tolerance)
    unknowns = fields.create_fields(parts, fields.Degrees())
    strategy = _COUPLINGS[coupled](of, parts, unknowns.stoichiometry, stress_tolerance)
    problem = electrochemistry.build(of, parts, unknowns, strategy.feedback)
    options = newton.NewtonOptions(
        newton_tolerance, max_iterations, tuple(unknown.newton_limit for unknown in fields.TABLE)
    )
    iteration = newton.BlockedNewton(
        problem.residuals,
        unknowns.functions,
        parts.entity_maps,
        options,
        current_scale(problem),
        problem.storages,
    )
    comm = cell.mesh.comm
    linear = MumpsSolver(comm) if direct else FieldSplitSolver(comm, iteration.block_sizes, fields.splits())
    return ResolvedCell(problem, strategy, iteration, linear, numerics)


def take(cell: ResolvedCell, steps: list[float]) -> None:
    """Attempt and accept steps [s]; all must be solved."""
    for step in steps:
        attempt = cell.attempt(step)
        assert attempt.solved, attempt.report
        cell.accept(step)

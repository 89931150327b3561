"""Puts mesh, model and numerics together into a cell that the loop can drive (collective)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from mpi4py import MPI

from chemomech.errors import unknown_name
from chemomech.geometry import HalfCellMesh
from chemomech.solver.algebra.compiling import begin
from chemomech.solver.algebra.linear import FieldSplitSolver, MumpsSolver
from chemomech.solver.algebra.newton import BlockedNewton, LinearSolver, NewtonOptions
from chemomech.solver.cell.coupling import make_coupling
from chemomech.solver.cell.extensions import NONE, Extensions
from chemomech.solver.cell.half_cell import build, by_particle
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.numerics import LinearSolverName, Numerics
from chemomech.solver.cell.regions import split
from chemomech.solver.cell.resolved import ResolvedCell, current_scale
from chemomech.solver.cell.unknowns import Degrees, create_fields, splits
from chemomech.solver.physics.cohesive import CohesiveLaw

BlockSizes = Sequence[tuple[int, int]]

LINEAR_SOLVERS: dict[LinearSolverName, Callable[[MPI.Intracomm, BlockSizes], LinearSolver]] = {
    "fieldsplit": lambda comm, sizes: FieldSplitSolver(comm, sizes, splits()),
    "mumps": lambda comm, sizes: MumpsSolver(comm),
}


def build_cell(
    half_cell: HalfCellMesh,
    model: HalfCellModel,
    coupling: str = "two-way",
    numerics: Numerics | None = None,
    contact_conductance: np.ndarray | None = None,
    diffusivity_factor: np.ndarray | None = None,
    extensions: Extensions = NONE,
    breakable: bool = False,
    bond: CohesiveLaw | None = None,
) -> ResolvedCell:
    """Discretise a half cell.

    Args:
        half_cell: Tagged mesh.
        model: Materials and initial state.
        coupling: ``off``, ``one-way`` or ``two-way``.
        numerics: Numerical settings.
        contact_conductance: Contact conductance by particle [S/m2], shape (n,); the matrix's value if None.
        diffusivity_factor: Diffusivity by particle over that of the material [-], shape (n,); 1 if None.
        extensions: Laws, limits and internal states that are added from outside.
        breakable: Whether reacting area, diffusivity and stiffness of the particles may change between
            steps.
        bond: Between particles and matrix; it holds for good if None.

    Returns:
        A cell at rest, not yet initialised. Where many are built in one process, close each of them or use
        it in a ``with`` statement.

    Raises:
        InputError: If a name is unknown, or if a bond is to break without mechanics.
    """
    numerics = numerics or Numerics()
    if numerics.linear_solver not in LINEAR_SOLVERS:
        raise unknown_name("linear solver", numerics.linear_solver, LINEAR_SOLVERS)
    domains = split(half_cell)
    degrees = Degrees.of(numerics)
    fields = create_fields(domains, degrees)
    strategy = make_coupling(
        coupling,
        model,
        domains,
        fields.stoichiometry,
        degrees.displacement,
        numerics.stress_tolerance,
        bond,
        by_particle(domains, None, 1.0) if breakable and coupling != "off" else None,
        numerics.force_tolerance,
    )
    problem = build(
        model,
        domains,
        fields,
        strategy.feedback,
        contact_conductance,
        diffusivity_factor=diffusivity_factor,
        laws=extensions.laws,
        breakable=breakable,
    )
    within = problem.within_regions
    begin(within)  # the compiler has them while their derivatives are made
    newton = BlockedNewton(
        within,
        fields.functions,
        domains.entity_maps,
        NewtonOptions(
            numerics.newton_tolerance,
            increment_limits=tuple(unknown.newton_limit for unknown in fields.table),
        ),
        current_scale(problem),
        problem.storages,
        problem.fluxes(),
    )
    linear = LINEAR_SOLVERS[numerics.linear_solver](half_cell.mesh.comm, newton.block_sizes)
    return ResolvedCell(problem, strategy, newton, linear, numerics, extensions)

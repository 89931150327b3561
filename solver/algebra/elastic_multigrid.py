"""Conjugate gradients for quadratic displacements with a two-level p-multigrid preconditioner.

The fine level (quadratic) is smoothed; the coarse level is the Galerkin operator on linear elements,
seven times smaller, solved by a sparse Cholesky factorisation, or by algebraic multigrid with the rigid
body modes where it would grow too large.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from dolfinx import fem, la
from dolfinx.fem.petsc import create_vector, interpolation_matrix
from petsc4py import PETSc

from chemomech.solver.algebra.linear import options_in_force

_PREFIXES = itertools.count()

LARGEST_DIRECT_COARSE = 250_000
"""Coarse unknowns beyond which algebraic multigrid replaces the factorisation."""


class TwoLevelElasticity:
    """Solver for K d = r with supports on some dofs.

    Args:
        space: Vector space of the displacement, degree >= 1.
        bcs: Homogeneous supports.
        max_iterations: Iterations before a solve counts as failed.
    """

    def __init__(
        self, space: fem.FunctionSpace, bcs: Sequence[fem.DirichletBC], max_iterations: int = 300
    ) -> None:
        self._comm = space.mesh.comm
        self._prefix = f"mechanics_{next(_PREFIXES)}_"
        self.correction = create_vector(space)
        linear = fem.functionspace(space.mesh, ("Lagrange", 1, (3,)))
        self._interpolation = interpolation_matrix(linear, space)
        self._interpolation.assemble()
        fixed = _fixed_rows(space, bcs)
        self._interpolation.zeroRows(fixed, diag=0.0)
        free = self._interpolation.createVecRight()
        self._fixed_coarse = _fixed_coarse_rows(self._interpolation, space, linear, bcs)
        free.set(1.0)
        free.setValues(self._fixed_coarse, np.zeros(len(self._fixed_coarse)))
        free.assemble()
        self._interpolation.diagonalScale(None, free)
        free.destroy()
        self._near_null = rigid_body_modes(linear)
        self._coarse: PETSc.Mat | None = None
        self._ksp = PETSc.KSP().create(self._comm)
        self._ksp.setOptionsPrefix(self._prefix)
        self._ksp.setType("cg")
        self._ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        self._max_iterations = max_iterations
        pc = self._ksp.getPC()
        pc.setType("mg")
        pc.setMGLevels(2)
        pc.setMGInterpolation(1, self._interpolation)
        self._options = self._level_options(linear)

    def _level_options(self, linear: fem.FunctionSpace) -> dict[str, str | int | float]:
        smoother: dict[str, str | int | float] = {
            "mg_levels_ksp_type": "richardson",
            "mg_levels_ksp_max_it": 1,
            "mg_levels_pc_type": "sor",
            "mg_coarse_ksp_type": "preonly",
        }
        if 3 * linear.dofmap.index_map.size_global <= LARGEST_DIRECT_COARSE:
            return smoother | {
                "mg_coarse_pc_type": "cholesky",
                "mg_coarse_pc_factor_mat_solver_type": "mumps",
            }
        return smoother | {"mg_coarse_pc_type": "gamg", "mg_coarse_pc_gamg_threshold": 0.01}

    def set_operator(self, stiffness: PETSc.Mat) -> None:
        """Rebuild the preconditioner for a newly assembled stiffness, stored in 3 x 3 blocks."""
        if self._coarse is not None:
            self._coarse.destroy()
        by_entry = stiffness.convert("aij", PETSc.Mat())
        self._coarse = by_entry.PtAP(self._interpolation)
        by_entry.destroy()
        self._coarse.zeroRowsColumns(self._fixed_coarse, diag=1.0)
        self._coarse.setOption(PETSc.Mat.Option.SYMMETRIC, True)
        self._coarse.setOption(PETSc.Mat.Option.SPD, True)
        self._coarse.setNearNullSpace(self._near_null)
        self._ksp.setOperators(stiffness)
        self._ksp.getPC().getMGCoarseSolve().setOperators(self._coarse)
        self._ksp.getPC().getMGSmoother(1).setOperators(stiffness)
        with options_in_force(self._prefix, self._options):
            self._ksp.setFromOptions()
            self._ksp.setUp()

    def solve(self, rhs: PETSc.Vec, rtol: float) -> int | None:
        """Solve into ``correction``; returns the iterations, or None when it failed."""
        self._ksp.setTolerances(rtol=rtol, atol=0.0, max_it=self._max_iterations)
        self._ksp.solve(rhs, self.correction)
        return int(self._ksp.getIterationNumber()) if self._ksp.getConvergedReason() > 0 else None

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        self._ksp.destroy()
        for held in (self._coarse, self._near_null, self._interpolation, self.correction):
            if held is not None:
                held.destroy()


def _fixed_rows(space: fem.FunctionSpace, bcs: Sequence[fem.DirichletBC]) -> np.ndarray:
    """Global rows of the supported, owned dofs."""
    local = [bc.dof_indices()[0][: bc.dof_indices()[1]] for bc in bcs]
    dofs = np.unique(np.concatenate(local)) if local else np.empty(0, dtype=np.int32)
    first = 3 * space.dofmap.index_map.local_range[0]
    return (dofs + first).astype(PETSc.IntType)


def _fixed_coarse_rows(
    interpolation: PETSc.Mat,
    space: fem.FunctionSpace,
    linear: fem.FunctionSpace,
    bcs: Sequence[fem.DirichletBC],
) -> np.ndarray:
    """Global rows of the linear space whose vertex is supported in the fine space."""
    marker = fem.Function(space)
    for bc in bcs:
        marker.x.array[bc.dof_indices()[0]] = 1.0
    marker.x.scatter_forward()
    coarse = fem.Function(linear)
    coarse.interpolate(marker)
    owned = 3 * linear.dofmap.index_map.size_local
    first = 3 * linear.dofmap.index_map.local_range[0]
    return (np.flatnonzero(coarse.x.array[:owned] > 0.5) + first).astype(PETSc.IntType)


def rigid_body_modes(space: fem.FunctionSpace) -> PETSc.NullSpace:
    """Rigid-body modes of a blocked vector space (orthonormal)."""
    points = space.tabulate_dof_coordinates()
    owned = space.dofmap.index_map.size_local
    x, y, z = points[:owned].T
    vectors = [la.petsc.create_vector([(space.dofmap.index_map, 3)]) for _ in range(6)]
    zero, one = np.zeros(owned), np.ones(owned)
    modes = [
        (one, zero, zero), (zero, one, zero), (zero, zero, one),
        (-y, x, zero), (zero, -z, y), (z, zero, -x),
    ]  # fmt: skip
    for vector, mode in zip(vectors, modes, strict=True):
        vector.setArray(np.column_stack(mode).reshape(-1))
    for i, vector in enumerate(vectors):
        for earlier in vectors[:i]:
            vector.axpy(-vector.dot(earlier), earlier)
        vector.normalize()
    return PETSc.NullSpace().create(vectors=vectors, comm=space.mesh.comm)

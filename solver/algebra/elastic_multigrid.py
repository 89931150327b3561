"""Conjugate gradients for quadratic displacements with a two-level p-multigrid preconditioner.

The fine level (quadratic) is smoothed; the coarse level is the Galerkin operator on linear elements,
seven times smaller, solved by a sparse Cholesky factorisation, or by algebraic multigrid with the rigid
body modes where it would grow too large. Displacements that are linear in space pass between the levels as
they are, in curved cells too: else a body that hardly anything holds resists its own rotation on the coarse
level, and each iteration only takes a little of it away.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from dolfinx import fem, la
from dolfinx.fem.petsc import create_vector
from petsc4py import PETSc

from chemomech.solver.algebra.block_smoother import BlockSmoother
from chemomech.solver.algebra.linear import options_in_force

_PREFIXES = itertools.count()

LARGEST_DIRECT_COARSE = 250_000
"""Coarse unknowns beyond which algebraic multigrid replaces the factorisation."""


ROUNDING = 1.0e-10
"""Weight of a vertex below which it has none."""


@dataclass(frozen=True)
class Transfer:
    """From linear elements to those of the displacement, with supports on some dofs of both.

    Attributes:
        interpolation: Rows of the displacement, columns of the linear elements; zero at supports.
        fixed_coarse: Global columns that are supported.
        near_null: Rigid-body modes of the linear elements.
        coarse_size: Number of columns on all ranks.
        correction: A vector of the displacement.
    """

    interpolation: PETSc.Mat
    fixed_coarse: np.ndarray
    near_null: PETSc.NullSpace
    coarse_size: int
    correction: PETSc.Vec


def transfer(space: fem.FunctionSpace, bcs: Sequence[fem.DirichletBC]) -> Transfer:
    """The transfer of one body (collective).

    Args:
        space: Vector space of the displacement, degree >= 1.
        bcs: Homogeneous supports.
    """
    correction = create_vector(space)
    linear = fem.functionspace(space.mesh, ("Lagrange", 1, (3,)))
    interpolation = from_linear(linear, space)
    fixed = _fixed_rows(space, bcs)
    interpolation.zeroRows(fixed, diag=0.0)
    free = interpolation.createVecRight()
    fixed_coarse = _fixed_coarse_rows(interpolation, space, linear, bcs)
    free.set(1.0)
    free.setValues(fixed_coarse, np.zeros(len(fixed_coarse)))
    free.assemble()
    interpolation.diagonalScale(None, free)
    free.destroy()
    size = 3 * linear.dofmap.index_map.size_global
    return Transfer(interpolation, fixed_coarse, rigid_body_modes(linear), size, correction)


def from_linear(linear: fem.FunctionSpace, space: fem.FunctionSpace) -> PETSc.Mat:
    """Displacements of a space from those of linear elements, exact for what is linear in space (collective).

    A node takes the linear function of a cell that holds it, by the place where the node lies: in a curved
    cell beside the straight edges, so that the function is extended a little. Of several cells it is the one
    in which the node lies deepest.

    Args:
        linear: Linear elements of three components.
        space: Lagrange elements of three components on the same mesh.
    """
    nodes, vertices = space.dofmap.list, linear.dofmap.list
    places, corners = space.tabulate_dof_coordinates()[nodes], linear.tabulate_dof_coordinates()[vertices]
    edges = corners[:, 1:] - corners[:, :1]
    along = np.linalg.solve(edges.transpose(0, 2, 1), (places - corners[:, :1]).transpose(0, 2, 1))
    weights = np.concatenate([1.0 - along.sum(axis=1, keepdims=True), along], axis=1).transpose(0, 2, 1)
    depth = weights.min(axis=2).reshape(-1)
    order = np.argsort(depth, kind="stable")
    chosen = np.zeros(space.tabulate_dof_coordinates().shape[0], dtype=np.int64)
    chosen[nodes.reshape(-1)[order]] = order
    owned, columns = space.dofmap.index_map.size_local, linear.dofmap.index_map
    chosen = chosen[:owned]
    values = weights.reshape(-1, 4)[chosen]
    values[np.abs(values) < ROUNDING] = 0.0
    where = columns.local_to_global(vertices[chosen // nodes.shape[1]].reshape(-1)).reshape(-1, 4)
    ascending = np.argsort(where, axis=1)  # as a matrix by rows wants them
    where, values = np.take_along_axis(where, ascending, 1), np.take_along_axis(values, ascending, 1)
    rows = np.repeat(values, 3, axis=0)
    targets = (3 * where[:, None, :] + np.arange(3)[None, :, None]).reshape(-1, 4)
    kept = rows != 0.0
    starts = np.append(0, np.cumsum(kept.sum(axis=1)))
    matrix = PETSc.Mat().createAIJ(
        ((3 * owned, None), (3 * columns.size_local, None)),
        csr=(starts.astype(PETSc.IntType), targets[kept].astype(PETSc.IntType), rows[kept]),
        comm=space.mesh.comm,
    )
    matrix.assemble()
    return matrix


def union(bodies: Sequence[Transfer]) -> Transfer:
    """The transfer of several bodies side by side, on each rank one after the other (collective).

    Args:
        bodies: Of each; freed here.
    """
    interpolation = side_by_side([body.interpolation for body in bodies])
    fixed = [
        _within_union(body.fixed_coarse, k, [other.interpolation for other in bodies])
        for k, body in enumerate(bodies)
    ]
    local = [body.correction.getLocalSize() for body in bodies]
    correction = PETSc.Vec().createMPI((sum(local), None), bsize=3, comm=bodies[0].correction.comm)
    modes = []
    owned = [body.interpolation.getLocalSize()[1] for body in bodies]
    for k, body in enumerate(bodies):
        for mode in body.near_null.getVecs():
            wide = interpolation.createVecRight()
            wide.array[sum(owned[:k]) : sum(owned[: k + 1])] = mode.array_r
            modes.append(wide)
    near_null = PETSc.NullSpace().create(vectors=modes, comm=correction.comm)
    for body in bodies:
        for held in (body.interpolation, body.near_null, body.correction):
            held.destroy()
    size = sum(body.coarse_size for body in bodies)
    return Transfer(interpolation, np.concatenate(fixed), near_null, size, correction)


def side_by_side(blocks: Sequence[PETSc.Mat]) -> PETSc.Mat:
    """One matrix with the given ones along its diagonal, by entries (collective)."""
    rows = [[block if i == j else None for j in range(len(blocks))] for i, block in enumerate(blocks)]
    nest = PETSc.Mat().createNest(rows, comm=blocks[0].comm)
    joined = nest.convert("aij", PETSc.Mat())
    nest.destroy()
    return joined


def _within_union(columns: np.ndarray, k: int, blocks: Sequence[PETSc.Mat]) -> np.ndarray:
    """Owned columns of block k as columns of all blocks side by side."""
    ranges = [block.getOwnershipRangeColumn() for block in blocks]
    before = sum(first for first, _ in ranges) + sum(last - first for first, last in ranges[:k])
    return (columns - ranges[k][0] + before).astype(PETSc.IntType)


class TwoLevelElasticity:
    """Solver for K d = r with supports on some dofs.

    Args:
        space: Vector space of the displacement, degree >= 1; or the transfer of several bodies.
        bcs: Homogeneous supports, of a space.
        max_iterations: Iterations before a solve counts as failed.
    """

    def __init__(
        self,
        space: fem.FunctionSpace | Transfer,
        bcs: Sequence[fem.DirichletBC] = (),
        max_iterations: int = 300,
    ) -> None:
        parts = space if isinstance(space, Transfer) else transfer(space, bcs)
        self.correction = parts.correction
        self._cycle = _Cycle(parts)
        self._max_iterations = max_iterations
        self._ksp = PETSc.KSP().create(parts.correction.comm)
        self._ksp.setType("cg")
        self._ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        pc = self._ksp.getPC()
        pc.setType("python")
        pc.setPythonContext(self._cycle)

    def set_operator(
        self, stiffness: PETSc.Mat, by_entry: PETSc.Mat | None = None, coarse: bool = True
    ) -> None:
        """Rebuild the preconditioner for a newly assembled stiffness (collective).

        Args:
            stiffness: In full blocks of 3 x 3.
            by_entry: The same stored by entries, where there is one; it is left as it is.
            coarse: Whether the coarse level is built anew too, by far the dearer part.
        """
        entries = by_entry or stiffness.convert("aij", PETSc.Mat())
        self._cycle.set_operator(entries, coarse)
        if by_entry is None:
            entries.destroy()
        self._ksp.setOperators(stiffness)

    def set_tangent(self, tangent: PETSc.Mat) -> None:
        """Solve with another operator than the one that the preconditioner was built for."""
        self._ksp.setOperators(tangent)

    def solve(self, rhs: PETSc.Vec, rtol: float, enough: int | None = None) -> int | None:
        """Solve into ``correction``; returns the iterations, or None when it failed.

        Args:
            rhs: r.
            rtol: Reduction of the residual.
            enough: Iterations that will do, converged or not: what they give lowers the energy too.
        """
        self._ksp.setTolerances(rtol=rtol, atol=0.0, max_it=enough or self._max_iterations)
        self._ksp.solve(rhs, self.correction)
        reason = self._ksp.getConvergedReason()
        served = reason > 0 or (enough is not None and reason == PETSc.KSP.ConvergedReason.DIVERGED_MAX_IT)
        return int(self._ksp.getIterationNumber()) if served else None

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        self._ksp.destroy()
        self._cycle.free()
        self.correction.destroy()


class _Cycle:
    """One cycle over both levels as PETSc's preconditioner: smooth, correct on the coarse one, smooth."""

    def __init__(self, parts: Transfer) -> None:
        self._comm = parts.correction.comm
        self._interpolation = parts.interpolation
        self._fixed_coarse = parts.fixed_coarse
        self._near_null = parts.near_null
        self._smoother = BlockSmoother()
        self._wide = parts.correction.duplicate()
        self._narrow = (parts.interpolation.createVecRight(), parts.interpolation.createVecRight())
        self._z, self._r = (np.zeros(self._wide.getLocalSize(), dtype=np.float32) for _ in range(2))
        self._product: PETSc.Mat | None = None
        self._coarse: PETSc.Mat | None = None
        self._solver = self._coarse_solver(parts.coarse_size)

    def _coarse_solver(self, size: int) -> PETSc.KSP:
        solver, prefix = PETSc.KSP().create(self._comm), f"mechanics_{next(_PREFIXES)}_"
        solver.setOptionsPrefix(prefix)
        options: dict[str, str | int | float] = {
            "ksp_type": "preonly", "pc_type": "gamg", "pc_gamg_threshold": 0.01,
        }  # fmt: skip
        if size <= LARGEST_DIRECT_COARSE:
            options = {
                "ksp_type": "preonly", "pc_type": "cholesky", "pc_factor_mat_solver_type": "mumps",
            }  # fmt: skip
        with options_in_force(prefix, options):
            solver.setFromOptions()
        return solver

    def set_operator(self, entries: PETSc.Mat, coarse: bool) -> None:
        """Take up a stiffness stored by entries, on the coarse level too if asked (collective)."""
        self._smoother.set_operator(entries)
        if not coarse and self._coarse is not None:
            return
        self._product = entries.PtAP(self._interpolation, result=self._product)
        if self._coarse is None:
            self._coarse = self._product.copy()
            # A supported vertex with nothing but supports around it has an empty row.
            self._coarse.setOption(PETSc.Mat.Option.NEW_NONZERO_ALLOCATION_ERR, False)
            self._coarse.setOption(PETSc.Mat.Option.SYMMETRIC, True)
            self._coarse.setOption(PETSc.Mat.Option.SPD, True)
            self._coarse.setNearNullSpace(self._near_null)
        else:
            self._coarse.zeroEntries()
            self._coarse.axpy(1.0, self._product, structure=PETSc.Mat.Structure.SUBSET_NONZERO_PATTERN)
        for row in self._fixed_coarse:
            self._coarse.setValue(row, row, 1.0, addv=PETSc.InsertMode.ADD_VALUES)
        self._coarse.assemble()
        self._solver.setOperators(self._coarse)

    def apply(self, pc: PETSc.PC, given: PETSc.Vec, result: PETSc.Vec) -> None:
        """See PETSc's PCApply."""
        smoother, (narrow, correction), z = self._smoother, self._narrow, self._z
        smoother.begin(given.array_r, z, self._r)
        result.array[:], self._wide.array[:] = z, self._r
        self._interpolation.multTranspose(self._wide, narrow)
        self._solver.solve(narrow, correction)
        self._interpolation.multAdd(correction, result, result)
        z[:] = result.array_r
        smoother.go_on(given.array_r, z)
        result.array[:] = z

    def free(self) -> None:
        """Free the PETSc objects (collective)."""
        self._solver.destroy()
        self._smoother.destroy()
        vectors, matrices = (self._wide, *self._narrow), (self._product, self._coarse, self._interpolation)
        for held in (*vectors, *matrices, self._near_null):
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

"""Linear solvers for the blocked Jacobian: a field split that scales, and monolithic MUMPS."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

_PREFIXES = itertools.count()


Options = Mapping[str, str | int | float | None]


@dataclass(frozen=True, eq=False)
class Split:
    """One part of the field split.

    Attributes:
        name: Name, part of the option prefix.
        options: PETSc options below its prefix.
    """

    name: str
    options: Options


LOCAL_FACTORS: Options = {
    "ksp_type": "preonly",
    "pc_type": "bjacobi",
    "sub_pc_type": "lu",
    "sub_pc_factor_mat_ordering_type": "nd",
}

DIRECT: Options = {
    "ksp_type": "preonly",
    "pc_type": "lu",
    "pc_factor_mat_solver_type": "mumps",
    "mat_mumps_icntl_14": 80,
}


@dataclass
class RefreshRule:
    """When to rebuild a lagged preconditioner: iterations against those of the last fresh one.

    Attributes:
        growth: Rebuild when the last solve took this factor more iterations than the fresh one.
        slack: ... plus this many.
    """

    growth: float = 1.5
    slack: int = 5
    fresh_iterations: int | None = None
    last_iterations: int | None = None

    def is_due(self) -> bool:
        """Whether the next solve should start from a rebuilt preconditioner."""
        if self.fresh_iterations is None or self.last_iterations is None:
            return True
        return self.last_iterations > self.growth * self.fresh_iterations + self.slack

    def report(self, iterations: int, fresh: bool) -> None:
        """Record the iterations of a solve."""
        if fresh:
            self.fresh_iterations = iterations
        self.last_iterations = iterations

    def reset(self) -> None:
        """Force a rebuild."""
        self.fresh_iterations = self.last_iterations = None


@contextmanager
def options_in_force(prefix: str, options: Options) -> Iterator[None]:
    """Put options into PETSc's database for the block only, so that nothing is left behind in it."""
    database = PETSc.Options()
    for key, value in options.items():
        database[prefix + key] = value
    try:
        yield
    finally:
        for key in options:
            database.delValue(prefix + key)


class FieldSplitSolver:
    """FGMRES with a multiplicative field split, whose set-up is kept over Newton iterations.

    Args:
        comm: Communicator.
        block_sizes: Owned and global size of each block.
        splits: Parts in the order in which they are applied, each with the blocks that it covers.
        max_iterations: Krylov iterations before the solve counts as failed.
    """

    def __init__(
        self,
        comm: MPI.Intracomm,
        block_sizes: Sequence[tuple[int, int]],
        splits: Sequence[tuple[Split, tuple[int, ...]]],
        max_iterations: int = 150,
    ) -> None:
        self._prefix = f"electrochemistry_{next(_PREFIXES)}_"
        self._rule = RefreshRule()
        self._comm = comm
        self._ksp = PETSc.KSP().create(comm)
        self._ksp.setOptionsPrefix(self._prefix)
        self._ksp.setType("fgmres")
        self._ksp.setGMRESRestart(max_iterations)
        self._max_iterations = max_iterations
        self._is = block_index_sets(comm, block_sizes)
        self._splits = tuple(splits)
        self._configured = False

    def _configure(self, matrix: PETSc.Mat) -> None:
        options = {
            f"fieldsplit_{split.name}_{key}": value
            for split, _ in self._splits
            for key, value in split.options.items()
        }
        self._ksp.setOperators(matrix)
        pc = self._ksp.getPC()
        pc.setType("fieldsplit")
        pc.setFieldSplitType(PETSc.PC.CompositeType.MULTIPLICATIVE)
        sets = []
        for split, blocks in self._splits:
            indices = np.concatenate([self._is[b].indices for b in blocks])
            sets.append(
                (
                    split.name,
                    PETSc.IS().createGeneral(np.sort(indices).astype(PETSc.IntType), comm=self._comm),
                )
            )
        pc.setFieldSplitIS(*sets)
        with options_in_force(self._prefix, options):
            self._ksp.setFromOptions()
            self._ksp.setUp()
        self._configured = True

    def set_operator(self, matrix: PETSc.Mat) -> None:
        """See ``LinearSolver``."""
        if not self._configured:
            self._configure(matrix)
        self._ksp.setOperators(matrix)

    def solve(self, rhs: PETSc.Vec, solution: PETSc.Vec, rtol: float) -> int | None:
        """See ``LinearSolver``; a failed solve with a lagged preconditioner is repeated with a fresh one."""
        self._ksp.setTolerances(rtol=rtol, atol=0.0, max_it=self._max_iterations)
        fresh = self._rule.is_due()
        for _ in range(2):
            self._ksp.getPC().setReusePreconditioner(not fresh)
            solution.set(0.0)
            self._ksp.solve(rhs, solution)
            iterations = int(self._ksp.getIterationNumber())
            if self._ksp.getConvergedReason() > 0:
                self._rule.report(iterations, fresh)
                return iterations
            if fresh:
                break
            fresh = True
        self._rule.reset()
        return None

    def destroy(self) -> None:
        """See ``LinearSolver``."""
        self._ksp.destroy()
        for indices in self._is:
            indices.destroy()


class MumpsSolver:
    """Monolithic LU by MUMPS, the reference for correctness and speed."""

    def __init__(self, comm: MPI.Intracomm) -> None:
        self._prefix = f"reference_{next(_PREFIXES)}_"
        self._ksp = PETSc.KSP().create(comm)
        self._ksp.setOptionsPrefix(self._prefix)
        self._configured = False

    def set_operator(self, matrix: PETSc.Mat) -> None:
        """See ``LinearSolver``."""
        self._ksp.setOperators(matrix)
        if not self._configured:
            with options_in_force(self._prefix, DIRECT):
                self._ksp.setFromOptions()
                self._ksp.setUp()
            self._configured = True

    def solve(self, rhs: PETSc.Vec, solution: PETSc.Vec, rtol: float) -> int | None:
        """See ``LinearSolver``."""
        self._ksp.solve(rhs, solution)
        return 1 if self._ksp.getConvergedReason() > 0 else None

    def destroy(self) -> None:
        """See ``LinearSolver``."""
        self._ksp.destroy()


def block_index_sets(comm: MPI.Intracomm, block_sizes: Sequence[tuple[int, int]]) -> list[PETSc.IS]:
    """Index set of each block in the rank-contiguous layout of a blocked PETSc vector."""
    local = [owned for owned, _ in block_sizes]
    start = comm.exscan(sum(local)) or 0
    sets = []
    for owned in local:
        sets.append(PETSc.IS().createStride(owned, first=start, step=1, comm=comm))
        start += owned
    return sets

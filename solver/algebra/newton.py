"""Newton's method for a blocked residual, with clipped potential increments and reported outcome.

By hand and not by PETSc's SNES: a Jacobian outlives steps of changing size, each block has a bound on its
increment, and an inherited Jacobian that led astray is taken back within the iteration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_vector, assign, create_vector
from dolfinx.mesh import EntityMap
from petsc4py import PETSc

from chemomech.solver.algebra.compiling import compiled
from chemomech.solver.algebra.jacobian import Flux, Jacobian, Storage


class Outcome(StrEnum):
    """How a Newton solve ended."""

    CONVERGED = "converged"
    DIVERGED = "the residual grew or became not-a-number"
    TOO_MANY_ITERATIONS = "the residual did not fall below the tolerance in the allowed iterations"
    LINEAR_SOLVER_FAILED = "the linear solver did not converge"


FLOOR_REDUCTION = 0.3
"""An iteration that leaves more than this of a residual below the tolerance has met rounding [-]."""


LOST = 1.0e4
"""Growth of the residual from which there is no way back in a few iterations [-]."""


@dataclass(frozen=True)
class NewtonOptions:
    """Tolerances of the Newton iteration.

    Attributes:
        absolute_tolerance: Bound on the scaled residual norm, relative to the norm of ``scale``.
        max_iterations: Iterations before giving up.
        increment_limits: Largest change of each block in one iteration (potentials in V).
        linear_tolerance: Relative tolerance of the linear solves.
        reuse_reduction: Residual reduction of an iteration below which its Jacobian serves once more.
    """

    absolute_tolerance: float = 1.0e-10
    max_iterations: int = 20
    increment_limits: tuple[float, ...] = ()
    linear_tolerance: float = 1.0e-3
    reuse_reduction: float = 0.1


@dataclass(frozen=True)
class NewtonReport:
    """What a Newton solve did.

    Attributes:
        outcome: How it ended.
        iterations: Newton iterations.
        linear_iterations: Krylov iterations in all.
        residual: Last scaled residual norm.
    """

    outcome: Outcome
    iterations: int
    linear_iterations: int
    residual: float

    @property
    def converged(self) -> bool:
        """Whether the residual is below the tolerance."""
        return self.outcome is Outcome.CONVERGED


class LinearSolver(Protocol):
    """Solves J d = r for the assembled Jacobian."""

    def set_operator(self, matrix: PETSc.Mat) -> None:
        """Tell the solver that the matrix has new values."""

    def solve(self, rhs: PETSc.Vec, solution: PETSc.Vec, rtol: float) -> int | None:
        """Solve; returns the number of iterations, or None when it failed."""

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""


class BlockedNewton:
    """Newton iteration on blocked unknowns.

    Args:
        residuals: Residual form of each block.
        unknowns: Function of each block, changed in place.
        entity_maps: Entity maps for compilation.
        options: Tolerances.
        scale: Reference norm of the residual, same units [A/m2 um2].
        storages: Storage terms of the residuals; with them the Jacobian of the last solve is tried first.
        fluxes: Parts of the residuals beside the forms.
    """

    def __init__(
        self,
        residuals: Sequence[ufl.Form],
        unknowns: Sequence[fem.Function],
        entity_maps: Sequence[EntityMap],
        options: NewtonOptions,
        scale: float,
        storages: Sequence[Storage] = (),
        fluxes: Sequence[Flux] = (),
    ) -> None:
        self.unknowns = list(unknowns)
        self.options = options
        self.scale = scale
        spaces = [u.function_space for u in self.unknowns]
        self._fluxes = tuple(fluxes)
        self.jacobian = Jacobian(residuals, self.unknowns, entity_maps, storages, fluxes)
        self.residual_form = compiled(list(residuals), entity_maps)
        self.rhs = create_vector(spaces, kind="mpi")
        self.increment = create_vector(spaces, kind="mpi")
        self._deltas = [fem.Function(space) for space in spaces]

    @property
    def block_sizes(self) -> list[tuple[int, int]]:
        """Owned and global size of each block."""
        maps = [u.function_space.dofmap.index_map for u in self.unknowns]
        return [(m.size_local, m.size_global) for m in maps]

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        self.jacobian.destroy()
        self.rhs.destroy()
        self.increment.destroy()

    def imbalances(self) -> npt.NDArray[np.float64]:
        """Sum over each block of the residual that was assembled last, shape (blocks,) (collective)."""
        ends = np.cumsum([owned for owned, _ in self.block_sizes])
        parts = np.split(self.rhs.array_r, ends[:-1])
        return np.asarray(self.rhs.comm.tompi4py().allreduce(np.array([part.sum() for part in parts])))

    def assemble_residual(self) -> float:
        """Assemble the residual at the current unknowns; returns its scaled norm."""
        with self.rhs.localForm() as local:
            local.set(0.0)
        assemble_vector(self.rhs, self.residual_form)
        self.rhs.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
        for flux in self._fluxes:
            flux.add_residual(self.rhs)
        return float(self.rhs.norm()) / self.scale

    def solve(
        self,
        linear: LinearSolver,
        monitor: Callable[[int, float], None] | None = None,
        wanted: float = np.inf,
        norm: float | None = None,
    ) -> NewtonReport:
        """Iterate from the current unknowns; on failure they are left changed (restore them).

        The Jacobian is assembled anew only where it pays: an iteration that reduced the residual by
        ``reuse_reduction`` is followed by one with the same Jacobian (chord iteration).

        Args:
            linear: Solver for the linearised system.
            monitor: Called with the iteration and the scaled residual norm.
            wanted: Tighter bound that is aimed at, and given up where rounding stops the descent.
            norm: Scaled residual norm of the current unknowns, where it has been assembled last.
        """
        options, jacobian = self.options, self.jacobian
        linear_iterations = 0
        norm = first = self.assemble_residual() if norm is None else norm
        previous = np.inf
        inherited = jacobian.serves
        fresh = not inherited
        if inherited:
            jacobian.follow_rate()
            linear.set_operator(jacobian.matrix)
        for iteration in range(options.max_iterations + 1):
            if monitor is not None:
                monitor(iteration, norm)
            if not np.isfinite(norm) or norm > LOST * max(first, 1.0):
                return self._ended(Outcome.DIVERGED, iteration, linear_iterations, norm)
            at_floor = norm > FLOOR_REDUCTION * previous
            if norm < options.absolute_tolerance and (norm < wanted or at_floor):
                return self._ended(Outcome.CONVERGED, iteration, linear_iterations, norm)
            if iteration == options.max_iterations:
                break
            if fresh:
                jacobian.assemble()
                linear.set_operator(jacobian.matrix)
            # No digit beyond the target is of use to the last linear solve.
            target = min(options.absolute_tolerance, wanted)
            rtol = max(options.linear_tolerance, 0.1 * target / norm)
            before = [u.x.array.copy() for u in self.unknowns] if inherited else []
            steps = linear.solve(self.rhs, self.increment, min(rtol, 1.0e-2))
            if steps is None:
                if not inherited:
                    return self._ended(Outcome.LINEAR_SOLVER_FAILED, iteration, linear_iterations, norm)
                inherited, fresh = False, True
                continue
            linear_iterations += steps
            self._update()
            previous, norm = norm, self.assemble_residual()
            fresh = not norm < options.reuse_reduction * previous
            if inherited and not norm < previous:
                # The inherited Jacobian led astray: the same iterate once more, with its own.
                for unknown, values in zip(self.unknowns, before, strict=True):
                    unknown.x.array[:] = values
                previous, norm = np.inf, self.assemble_residual()
            inherited = inherited and not fresh
        return self._ended(Outcome.TOO_MANY_ITERATIONS, options.max_iterations, linear_iterations, norm)

    def _ended(self, outcome: Outcome, iterations: int, linear_iterations: int, norm: float) -> NewtonReport:
        if outcome is not Outcome.CONVERGED:
            self.jacobian.forget()
        return NewtonReport(outcome, iterations, linear_iterations, norm)

    def _update(self) -> None:
        self.increment.ghostUpdate(addv=PETSc.InsertMode.INSERT, mode=PETSc.ScatterMode.FORWARD)
        assign(self.increment, self._deltas)
        limits = self.options.increment_limits or (np.inf,) * len(self.unknowns)
        for unknown, delta, limit in zip(self.unknowns, self._deltas, limits, strict=True):
            delta.x.scatter_forward()
            unknown.x.array[:] -= np.clip(delta.x.array, -limit, limit)

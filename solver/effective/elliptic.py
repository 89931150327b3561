"""Linear elliptic problems by conjugate gradients with algebraic multigrid."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import ufl
from dolfinx import fem
from dolfinx.fem.petsc import apply_lifting, assemble_matrix, create_vector, set_bc
from petsc4py import PETSc

from chemomech.solver.algebra.linear import options_in_force
from chemomech.solver.algebra.ufl_leak import drop_dispatch_caches

_PREFIXES = itertools.count()

MULTIGRID: dict[str, str | int | float | None] = {
    "ksp_type": "cg",
    "pc_type": "gamg",
    # The squared graph costs more to set up than it saves: 38 against 22 s at 450 k unknowns.
    "pc_gamg_aggressive_square_graph": "false",
}
MOST_ITERATIONS = 500


class NotSolved(RuntimeError):
    """The linear solver did not get to its tolerance; no fault of the input is known to cause this."""


class Elliptic:
    """One stiffness for several boundary values.

    Args:
        form: symmetric bilinear form.
        bcs: fixed values; they may change between solves, the unknowns they fix may not.
        near_null: modes of no energy without supports, if not only constants.
        relative_tolerance: bound on the preconditioned residual over that of the start.
    """

    def __init__(
        self,
        form: ufl.Form,
        bcs: Sequence[fem.DirichletBC],
        near_null: PETSc.NullSpace | None = None,
        relative_tolerance: float = 1e-8,
    ) -> None:
        drop_dispatch_caches()
        self._form, self._bcs = fem.form(form), list(bcs)
        self._space = form.arguments()[0].ufl_function_space()
        self._matrix = assemble_matrix(self._form, self._bcs)
        self._matrix.assemble()
        self._matrix.setOption(PETSc.Mat.Option.SPD, True)
        if near_null is not None:
            self._matrix.setNearNullSpace(near_null)
        prefix = f"effective_{next(_PREFIXES)}_"
        self._ksp = PETSc.KSP().create(self._matrix.comm)
        self._ksp.setOptionsPrefix(prefix)
        self._ksp.setOperators(self._matrix)
        self._ksp.setTolerances(rtol=relative_tolerance, atol=0.0, max_it=MOST_ITERATIONS)
        with options_in_force(prefix, MULTIGRID):
            self._ksp.setFromOptions()
            self._ksp.setUp()
        self._rhs = create_vector(self._space)
        self.iterations = 0

    def solve(self) -> fem.Function:
        """Solve for the present boundary values (collective).

        Raises:
            NotSolved: the tolerance was not reached.
        """
        solution = fem.Function(self._space)
        with self._rhs.localForm() as local:
            local.set(0.0)
        apply_lifting(self._rhs, [self._form], [self._bcs])
        self._rhs.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
        set_bc(self._rhs, self._bcs)
        self._ksp.solve(self._rhs, solution.x.petsc_vec)
        solution.x.scatter_forward()
        self.iterations = int(self._ksp.getIterationNumber())
        if self._ksp.getConvergedReason() <= 0:
            raise NotSolved(
                f"the linear solver stopped after {self.iterations} iterations (reason "
                f"{self._ksp.getConvergedReason()}) without reaching its tolerance."
            )
        return solution

    def destroy(self) -> None:
        """Free the PETSc objects."""
        for thing in (self._ksp, self._matrix, self._rhs):
            thing.destroy()

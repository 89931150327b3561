"""L2 projection to continuous linear elements on the particles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_matrix, assemble_vector, create_matrix, create_vector
from petsc4py import PETSc

from chemomech.solver.algebra.compiling import compiled
from chemomech.solver.cell.regions import Domains

Array = npt.NDArray[np.float64]


class NodalProjection:
    """Projects expressions on the particles to nodal values; the mass matrix is assembled once.

    Args:
        domains: Subdomains.
        rtol: Relative tolerance of the conjugate gradients.
    """

    def __init__(self, domains: Domains, rtol: float) -> None:
        self._domains = domains
        self.space = fem.functionspace(domains.particles.mesh, ("Lagrange", 1))
        self._test = ufl.TestFunction(self.space)
        mass = fem.form(
            ufl.TrialFunction(self.space) * self._test * domains.dx_particles(2),
            entity_maps=domains.entity_maps,
        )
        self._matrix = create_matrix(mass)
        assemble_matrix(self._matrix, mass)
        self._matrix.assemble()
        self._rhs = create_vector(self.space)
        self._ksp = PETSc.KSP().create(domains.mesh.comm)
        self._ksp.setType("cg")
        self._ksp.getPC().setType("jacobi")
        self._ksp.setTolerances(rtol=rtol, max_it=500)
        self._ksp.setInitialGuessNonzero(True)
        self._ksp.setOperators(self._matrix)

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        self._ksp.destroy()
        self._matrix.destroy()
        self._rhs.destroy()

    def load(self, target: ufl.core.expr.Expr, degree: int) -> fem.Form:
        """Compile what ``project`` needs of an expression, integrated to the given quadrature degree."""
        return compiled(target * self._test * self._domains.dx_particles(degree), self._domains.entity_maps)

    def project(self, load: fem.Form, function: fem.Function) -> None:
        """Project at the present state; the iteration starts from the function's values (collective)."""
        with self._rhs.localForm() as local:
            local.set(0.0)
        assemble_vector(self._rhs, load)
        self._solve(function)

    def project_points(self, points: Array, weighted: Array, function: fem.Function) -> None:
        """Project values at points; the iteration starts from the function's values (collective).

        Args:
            points: Of the reference cell, shape (points, 3).
            weighted: Values times quadrature weights, shape (owned cells of the particles, points).
            function: Of ``space``.
        """
        shape = np.asarray(self.space.element.basix_element.tabulate(0, points)[0, ..., 0])
        dofs = self.space.dofmap.list[: len(weighted)]
        with self._rhs.localForm() as local:
            load = np.bincount(
                dofs.reshape(-1), weights=(weighted @ shape).reshape(-1), minlength=local.getSize()
            )
            local.array[:] = load
        self._solve(function)

    def _solve(self, function: fem.Function) -> None:
        self._rhs.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
        self._ksp.solve(self._rhs, function.x.petsc_vec)
        function.x.scatter_forward()

"""Nodal stress fields on the particles, for cuts and for visualisation."""

from __future__ import annotations

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_matrix, assemble_vector, create_matrix, create_vector
from petsc4py import PETSc

from chemomech.solver.mechanics import Mechanics
from chemomech.solver.physics.elasticity import equivalent_stress, hydrostatic_stress
from chemomech.solver.scales import STRESS


class StressFields:
    """Equivalent and hydrostatic stress [Pa], projected to continuous linear elements.

    Args:
        mechanics: The mechanical problem.
    """

    def __init__(self, mechanics: Mechanics) -> None:
        domains = mechanics.domains
        space = fem.functionspace(domains.particles.mesh, ("Lagrange", 1))
        self.equivalent = fem.Function(space, name="equivalent_stress")
        self.hydrostatic = fem.Function(space, name="hydrostatic_stress")
        trial, test = ufl.TrialFunction(space), ufl.TestFunction(space)
        stress = mechanics.particle_stress()
        dx, maps = domains.dx_particles(2), domains.entity_maps
        self._forms = {
            self.equivalent: fem.form(equivalent_stress(stress) * test * dx, entity_maps=maps),
            self.hydrostatic: fem.form(hydrostatic_stress(stress) * test * dx, entity_maps=maps),
        }
        mass = fem.form(trial * test * dx, entity_maps=maps)
        matrix = create_matrix(mass)
        assemble_matrix(matrix, mass)
        matrix.assemble()
        self._rhs = create_vector(space)
        self._ksp = PETSc.KSP().create(domains.mesh.comm)
        self._ksp.setType("cg")
        self._ksp.getPC().setType("jacobi")
        self._ksp.setTolerances(rtol=1.0e-8, max_it=500)
        self._ksp.setOperators(matrix)

    def update(self) -> None:
        """Project the present stress (collective)."""
        for function, form in self._forms.items():
            with self._rhs.localForm() as local:
                local.set(0.0)
            assemble_vector(self._rhs, form)
            self._rhs.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
            self._ksp.solve(self._rhs, function.x.petsc_vec)
            function.x.array[:] *= STRESS
            function.x.scatter_forward()
        assert np.all(np.isfinite(self.equivalent.x.array))

"""Nodal stress fields on the particles, for cuts and for visualisation."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from dolfinx import fem

from chemomech.solver.cell.projection import NodalProjection
from chemomech.solver.cell.solid_mechanics import SolidMechanics
from chemomech.solver.output.readings.sampling import Evaluator, QuadratureSampler
from chemomech.solver.physics.elasticity import equivalent_stress, hydrostatic_stress
from chemomech.solver.physics.scales import STRESS


class StressFields:
    """Equivalent, hydrostatic and largest principal stress [Pa], projected to continuous linear elements.

    Args:
        mechanics: The mechanical problem.
    """

    def __init__(self, mechanics: SolidMechanics) -> None:
        self._projection = NodalProjection(mechanics.domains, rtol=1.0e-8)
        self.equivalent = fem.Function(self._projection.space, name="equivalent_stress")
        self.hydrostatic = fem.Function(self._projection.space, name="hydrostatic_stress")
        self.principal = fem.Function(self._projection.space, name="principal_stress")
        self._mechanics = mechanics
        stress = mechanics.particle_stress()
        self._loads = {
            self.equivalent: self._projection.load(equivalent_stress(stress), 2),
            self.hydrostatic: self._projection.load(hydrostatic_stress(stress), 2),
        }

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        self._projection.destroy()

    def update(self) -> None:
        """Project the present stress (collective)."""
        for function, load in self._loads.items():
            function.x.array[:] = 0.0
            self._projection.project(load, function)
            function.x.array[:] *= STRESS
        # Beside a steep rim a projection undershoots; an equivalent stress is never negative.
        np.maximum(self.equivalent.x.array, 0.0, out=self.equivalent.x.array)
        assert np.all(np.isfinite(self.equivalent.x.array))

    def update_principal(self) -> None:
        """Project the largest principal value of the present stress (collective)."""
        points, tensor = self._tensor
        largest = np.linalg.eigvalsh(tensor().reshape(*points.weights.shape, 3, 3))[..., 2]
        self.principal.x.array[:] = 0.0
        self._projection.project_points(points.points, points.weights * largest, self.principal)
        self.principal.x.array[:] *= STRESS

    @cached_property
    def _tensor(self) -> tuple[QuadratureSampler, Evaluator]:
        """Points in the particles and what reads the stress there; made when it is first needed."""
        domains = self._mechanics.domains
        cells = domains.particles.parent_cells[: domains.particles.num_owned_cells]
        points = QuadratureSampler(domains, cells, 2)
        return points, points.evaluator(self._mechanics.particle_stress())

"""Nodal stress fields on the particles, for cuts and for visualisation."""

from __future__ import annotations

import numpy as np
from dolfinx import fem

from chemomech.solver.cell.projection import NodalProjection
from chemomech.solver.cell.solid_mechanics import SolidMechanics
from chemomech.solver.physics.elasticity import equivalent_stress, hydrostatic_stress
from chemomech.solver.physics.scales import STRESS


class StressFields:
    """Equivalent and hydrostatic stress [Pa], projected to continuous linear elements.

    Args:
        mechanics: The mechanical problem.
    """

    def __init__(self, mechanics: SolidMechanics) -> None:
        self._projection = NodalProjection(mechanics.domains, rtol=1.0e-8)
        self.equivalent = fem.Function(self._projection.space, name="equivalent_stress")
        self.hydrostatic = fem.Function(self._projection.space, name="hydrostatic_stress")
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
        assert np.all(np.isfinite(self.equivalent.x.array))

"""Mean hydrostatic stress of each particle, integrated by the rules of equilibrium."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem, la

from chemomech.solver.algebra.compiling import Later
from chemomech.solver.cell.interface_solids import CHEMICAL, INTERNAL
from chemomech.solver.cell.regions import Domains
from chemomech.solver.cell.solid_mechanics import SolidMechanics
from chemomech.solver.cell.surfaces import ParticleSums
from chemomech.solver.physics.elasticity import hydrostatic_stress
from chemomech.solver.physics.scales import STRESS

Array = npt.NDArray[np.float64]


class MeanHydrostatic:
    """Mean hydrostatic stress of each particle.

    Equilibrium makes it that of the forces on the surface, 3 V <sigma_h> = int t . x dA. It is small, while
    the stresses of total and of chemical strain are both large where lithium is steep. They cancel with the
    rules that equilibrium was integrated with, and with no others: one of degree 2 is off by tens of MPa.

    Args:
        domains: Subdomains.
        mechanics: The mechanical problem.
        sums: Sums by particle.
    """

    def __init__(self, domains: Domains, mechanics: SolidMechanics, sums: ParticleSums) -> None:
        space = fem.functionspace(domains.particles.mesh, ("DG", 0))
        test, law, u = ufl.TestFunction(space), mechanics.particle, mechanics.of_particles
        total = hydrostatic_stress(law.stiffness_stress(u)) * test * domains.dx_particles(INTERNAL)
        bulk = law.youngs_modulus / (3.0 * (1.0 - 2.0 * law.poisson_ratio))
        chemical = -3.0 * bulk * law.eigenstrain * test * domains.dx_particles(CHEMICAL)
        self._later = Later(total + chemical, domains.entity_maps)
        self._vector = la.vector(space.dofmap.index_map)
        self._sums = sums
        volume = Later(test * domains.dx_particles(INTERNAL), domains.entity_maps)
        self._volume = self._integrate(volume)

    def __call__(self) -> Array:
        """Means [Pa], shape (particles,) (collective)."""
        return STRESS * self._integrate(self._later) / self._volume

    def _integrate(self, later: Later) -> Array:
        values = self._vector.array
        values[:] = 0.0
        fem.assemble_vector(values, later.form)
        self._vector.scatter_reverse(la.InsertMode.add)
        return self._sums.add(values[: self._vector.index_map.size_local])

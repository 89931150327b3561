r"""Where the work of the lithium goes in particles, matrix and bond.

Over an accepted step from (u_0, x_0) to (u_1, x_1), with the elastic energy psi(u, x),

    W = 1/2 [psi(u_0, x_1) - psi(u_0, x_0) + psi(u_1, x_1) - psi(u_1, x_0)]

is the work of the change of lithium, -int sigma : d eps_ch and the work against E(x), by the trapezoidal rule in the
stress. With the work of the stack pressure it goes into elastic energy and into the bond; what is left is error of
the rule, and what a bond that lets go at once releases.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from mpi4py import MPI

from chemomech.solver.algebra.compiling import compiled
from chemomech.solver.cell.interface_solids import CHEMICAL, INTERNAL, Solid
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.regions import Domains
from chemomech.solver.physics.elasticity import Elastic, chemical_load, internal_forces, particle_elasticity
from chemomech.solver.physics.scales import LENGTH, STRESS

Array = npt.NDArray[np.float64]

JOULE = STRESS * LENGTH**3
"""One internal unit of energy [J]."""


class Energies:
    """Elastic energy and the work of lithium and pressure between accepted states.

    Args:
        model: Materials.
        domains: Subdomains.
        x: Stoichiometry.
        solids: Particles and matrix.

    Attributes:
        elastic: Of the newest accepted state [J].
        work: Of lithium and pressure since the start [J].
    """

    def __init__(
        self, model: HalfCellModel, domains: Domains, x: fem.Function, solids: Sequence[Solid]
    ) -> None:
        self._comm, self._x, self._solids = domains.mesh.comm, x, solids
        particles, matrix = solids
        self._at_x = fem.Function(x.function_space)
        self._at_u = [fem.Function(solid.body.displacement.function_space) for solid in solids]
        law = particle_elasticity(model.cathode, self._at_x, float(model.cathode.stress_free_stoichiometry))
        maps = domains.entity_maps
        self._in_particles = compiled(_energy(law, self._at_u[0], particles), maps)
        self._in_matrix = compiled(_energy(matrix.law, self._at_u[1], matrix), maps)
        self._before: tuple[Array, list[Array]] = (np.empty(0), [])
        self.elastic = 0.0
        self.work = 0.0

    def begin(self) -> None:
        """Take the present state for the newest accepted one (collective)."""
        x, u = self._present()
        self.elastic = self._particles(x, u[0]) + self._matrix(u[1])
        self._before = x, u

    def advance(self) -> None:
        """Add the work from the newest accepted state to the present one, which takes its place (collective)."""
        (x_0, u_0), (x_1, u_1) = self._before, self._present()
        matrix = self._matrix(u_1[1])
        first, last = self._particles(x_0, u_0[0]), self._particles(x_1, u_1[0])
        across = self._particles(x_1, u_0[0]) - self._particles(x_0, u_1[0])
        self.work += 0.5 * (last - first + across) + self._of_pressure(u_0, u_1)
        self.elastic = last + matrix
        self._before = x_1, u_1

    def _present(self) -> tuple[Array, list[Array]]:
        return self._x.x.array.copy(), [s.body.displacement.x.array.copy() for s in self._solids]

    def _particles(self, x: Array, u: Array) -> float:
        self._at_x.x.array[:] = x
        self._at_u[0].x.array[:] = u
        return self._sum(fem.assemble_scalar(self._in_particles))

    def _matrix(self, u: Array) -> float:
        self._at_u[1].x.array[:] = u
        return self._sum(fem.assemble_scalar(self._in_matrix))

    def _of_pressure(self, before: Sequence[Array], after: Sequence[Array]) -> float:
        """Work of the stack pressure; its load is that of the residual, the force with the other sign."""
        total = 0.0
        for solid, u_0, u_1 in zip(self._solids, before, after, strict=True):
            load = solid.pressure.array_r
            total -= float(load @ (u_1 - u_0)[: len(load)])
        return self._sum(total)

    def _sum(self, local: float) -> float:
        return JOULE * float(self._comm.allreduce(local, op=MPI.SUM))


def _energy(law: Elastic, u: fem.Function, solid: Solid) -> ufl.Form:
    """Elastic energy, of which the residual of the body is the derivative."""
    energy = 0.5 * internal_forces(law, u, u, solid.measure(INTERNAL))
    if law.eigenstrain is not None:
        bulk = law.youngs_modulus / (3.0 * (1.0 - 2.0 * law.poisson_ratio))
        energy += chemical_load(law, u, solid.measure(CHEMICAL))
        energy += 4.5 * bulk * law.eigenstrain**2 * solid.measure(CHEMICAL)
    return energy

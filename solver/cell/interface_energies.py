r"""Where the work of the lithium goes in particles, matrix and bond.

Over an accepted step from (u_0, x_0) to (u_1, x_1), with the elastic energy psi(u, x) and its forces
R = d psi/du,

    W = psi(u_1, x_1) - psi(u_0, x_0) - 1/2 (R_0 + R_1) . (u_1 - u_0)

is the work of the change of lithium by the trapezoidal rule,

    W = int [-1/2 (sigma_0 + sigma_1) : I (c_1 - c_0) + 1/2 e_0 : (C_1 - C_0) : e_1] dV

with the chemical strain c and the elastic strain e (expand both); R holds the stack pressure too, whose work
is then part of W. It goes into elastic energy and into the bond; what is left is error of the rule, and
what a bond that lets go at once releases.
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
from chemomech.solver.cell.regions import Domains
from chemomech.solver.physics.elasticity import chemical_load, internal_forces
from chemomech.solver.physics.scales import LENGTH, STRESS

Array = npt.NDArray[np.float64]

JOULE = STRESS * LENGTH**3
"""One internal unit of energy [J]."""


class Energies:
    """Elastic energy and the work of lithium and pressure between accepted states.

    Args:
        domains: Subdomains.
        solids: Particles and matrix.

    Attributes:
        elastic: Of the newest accepted state [J].
        work: Of lithium and pressure since the start [J].
    """

    def __init__(self, domains: Domains, solids: Sequence[Solid]) -> None:
        self._comm, self._solids = domains.mesh.comm, solids
        self._forms = [compiled(_energy(solid), domains.entity_maps) for solid in solids]
        self._before: list[tuple[Array, Array]] = []
        self.elastic = 0.0
        self.work = 0.0

    def begin(self) -> None:
        """Take the present state for the newest accepted one (collective)."""
        self.elastic, self._before = self._energy(), self._forces()

    def advance(self) -> None:
        """Add the work since the newest accepted state; the present one takes its place (collective)."""
        energy, forces = self._energy(), self._forces()
        moved = sum(
            float(0.5 * (r_0 + r_1) @ (u_1 - u_0))
            for (r_0, u_0), (r_1, u_1) in zip(self._before, forces, strict=True)
        )
        self.work += energy - self.elastic - self._sum(moved)
        self.elastic, self._before = energy, forces

    def _energy(self) -> float:
        return self._sum(sum(fem.assemble_scalar(form) for form in self._forms))

    def _forces(self) -> list[tuple[Array, Array]]:
        """Forces and displacements of the owned nodes of each body."""
        pairs = []
        for solid in self._solids:
            forces = solid.residual()
            pairs.append((forces, solid.body.displacement.x.array[: len(forces)].copy()))
        return pairs

    def _sum(self, local: float) -> float:
        return JOULE * float(self._comm.allreduce(float(local), op=MPI.SUM))


def _energy(solid: Solid) -> ufl.Form:
    """Elastic energy, of which the residual of the body without pressure is the derivative."""
    law, u = solid.law, solid.body.displacement
    energy = 0.5 * internal_forces(law, u, u, solid.measure(INTERNAL))
    if law.eigenstrain is not None:
        bulk = law.youngs_modulus / (3.0 * (1.0 - 2.0 * law.poisson_ratio))
        energy += chemical_load(law, u, solid.measure(CHEMICAL))
        energy += 4.5 * bulk * law.eigenstrain**2 * solid.measure(CHEMICAL)
    return energy

"""A slab of porous electrolyte between a source of current and lithium metal, in one dimension."""

from __future__ import annotations

from collections.abc import Sequence

import basix.ufl
import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import default_scalar_type, fem
from dolfinx.mesh import create_mesh, locate_entities_boundary, meshtags
from mpi4py import MPI

from chemomech.materials import Electrolyte, LithiumMetal
from chemomech.solver.algebra.linear import MumpsSolver
from chemomech.solver.algebra.newton import BlockedNewton, NewtonOptions
from chemomech.solver.physics import TimeDerivative, total
from chemomech.solver.physics.charge_transfer import LithiumButlerVolmer
from chemomech.solver.physics.electrolyte import PoreElectrolyte
from chemomech.solver.stepping.history import History
from chemomech.solver.stepping.multistep import formula

SOURCE, METAL = 1, 2


class PorousSlab:
    """Salt and potential of ``PoreElectrolyte`` between z = 0 (current enters) and lithium metal at the end.

    Args:
        nodes: Coordinates of the vertices [um], rising from 0.
        electrolyte: Bulk properties.
        lithium: Lithium metal, where the current leaves; its potential is zero.
        porosity: Porosity.
        ionic_factor: Effective over bulk transport.
        current_density: Current density [A/m2], positive towards the metal (charge).
        temperature: Temperature [K].
        newton_tolerance: Bound on the residual, as a share of the current.
    """

    def __init__(
        self,
        nodes: Sequence[float] | npt.NDArray[np.float64],
        electrolyte: Electrolyte,
        lithium: LithiumMetal,
        porosity: float,
        ionic_factor: float,
        current_density: float,
        temperature: float = 298.15,
        newton_tolerance: float = 1.0e-10,
    ) -> None:
        z = np.asarray(nodes, dtype=float)
        cells = np.column_stack([np.arange(len(z) - 1), np.arange(1, len(z))]).astype(np.int64)
        line = basix.ufl.element("Lagrange", "interval", 1, shape=(1,))
        self.mesh = mesh = create_mesh(MPI.COMM_SELF, cells, line, z[:, None])
        facets = [
            locate_entities_boundary(mesh, 0, lambda p, at=at: np.isclose(p[0], at)) for at in (z[0], z[-1])
        ]
        order = np.argsort(np.concatenate(facets))
        values = np.array([SOURCE, METAL], dtype=np.int32)[order]
        tags = meshtags(mesh, 0, np.concatenate(facets)[order], values)
        ds = ufl.Measure("ds", domain=mesh, subdomain_data=tags)
        self.dx = ufl.Measure("dx", domain=mesh, metadata={"quadrature_degree": 4})
        space = fem.functionspace(mesh, ("Lagrange", 1))
        self.salt, self.phi = fem.Function(space), fem.Function(space)
        self.salt.x.array[:] = float(electrolyte.initial_concentration) / 1e3
        zero = fem.Constant(mesh, default_scalar_type(0.0))
        self.rate = TimeDerivative(zero, fem.Function(space))
        v_c, v_e = ufl.TestFunction(space), ufl.TestFunction(space)
        self.pores = PoreElectrolyte(electrolyte, porosity, ionic_factor, temperature, self.dx)
        j_metal = LithiumButlerVolmer(lithium, temperature).current_density(1e3 * self.salt, self.phi)
        i = fem.Constant(mesh, default_scalar_type(current_density))
        residuals = [
            total(
                self.pores.salt_storage(self.salt, v_c, self.rate),
                self.pores.salt_transport(self.salt, self.phi, v_c),
            )
            - i * v_c * ds(SOURCE) - j_metal * v_c * ds(METAL),
            total(self.pores.charge_terms(self.salt, self.phi, v_e))
            - i * v_e * ds(SOURCE) - j_metal * v_e * ds(METAL),
        ]  # fmt: skip
        options = NewtonOptions(newton_tolerance, 25, (0.3, 0.5))
        self.newton = BlockedNewton(residuals, [self.salt, self.phi], [], options, abs(current_density))
        self.linear = MumpsSolver(MPI.COMM_SELF)
        self.history = History()
        self.history.push(0.0, (self.salt.x.array.copy(), self.phi.x.array.copy()))

    @property
    def order(self) -> npt.NDArray[np.int64]:
        """Dofs from z = 0 to the metal."""
        return np.argsort(self.salt.function_space.tabulate_dof_coordinates()[:, 0])

    @property
    def z(self) -> npt.NDArray[np.float64]:
        """Coordinates [um] in the order of ``profile``."""
        return np.asarray(self.salt.function_space.tabulate_dof_coordinates()[self.order, 0])

    def profile(self, of: fem.Function) -> npt.NDArray[np.float64]:
        """Nodal values from z = 0 to the metal."""
        return np.asarray(of.x.array[self.order])

    def march(self, steps: Sequence[float]) -> None:
        """Take time steps [s]."""
        for step in steps:
            rule = formula(step, self.history.times)
            self.rate.rate.value = rule.rate
            self.rate.history.x.array[:] = self.history.combine(rule.weights, 0)
            report = self.newton.solve(self.linear)
            assert report.converged, report
            self.history.push(
                self.history.times[0] + step, (self.salt.x.array.copy(), self.phi.x.array.copy())
            )

"""What passes the terminals of a half cell and what it holds: the two sides of its budgets."""

from __future__ import annotations

import ufl
from dolfinx import fem

from chemomech.materials import FARADAY
from chemomech.solver.algebra.compiling import Later
from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.physics.conduction import collector_current_density
from chemomech.solver.physics.scales import LENGTH, SALT_CONCENTRATION
from chemomech.solver.stepping.budget import Currents, Inventory


class Integral:
    """A scalar integral over the cell, in mesh units (collective)."""

    def __init__(self, problem: Electrochemistry, form: ufl.Form) -> None:
        self._comm = problem.domains.mesh.comm
        self._later = Later(form, problem.domains.entity_maps)

    def __call__(self) -> float:
        """Present value."""
        return float(self._comm.allreduce(fem.assemble_scalar(self._later.form)))


class CurrentReader:
    """Reads the currents that leave the cell at its terminals."""

    def __init__(self, problem: Electrochemistry) -> None:
        domains, fields, q = problem.domains, problem.fields, problem.quadrature
        ds_collector = domains.ds(q.interface, domains.half_cell.COLLECTOR)
        ds_lithium = domains.ds(q.interface, domains.half_cell.LITHIUM)
        inflow = collector_current_density(fields.cell_voltage, fields.matrix_potential)
        self._collector = Integral(problem, inflow * ds_collector)
        self._lithium = Integral(problem, -problem.lithium_current * ds_lithium)
        self._area = domains.cross_section / LENGTH**2

    def read(self) -> Currents:
        """Present currents (collective)."""
        return Currents(self._collector() / self._area, self._lithium() / self._area)


class InventoryReader:
    """Reads the lithium content with the quadrature of the storage terms."""

    def __init__(self, problem: Electrochemistry) -> None:
        domains, fields, q = problem.domains, problem.fields, problem.quadrature
        c_max = float(problem.model.cathode.maximum_concentration)
        scale = FARADAY * LENGTH**3 / domains.cross_section
        self._solid_scale, self._salt_scale = scale * c_max, scale * SALT_CONCENTRATION
        self._solid = Integral(problem, fields.stoichiometry * domains.dx_particles(q.particles))
        porosities = float(problem.model.matrix.porosity), float(problem.model.separator.porosity)
        self._salt = Integral(
            problem,
            porosities[0] * fields.salt * domains.dx_matrix(q.pores)
            + porosities[1] * fields.salt * domains.dx_separator(q.pores),
        )

    def read(self) -> Inventory:
        """Present inventory (collective)."""
        return Inventory(self._solid_scale * self._solid(), self._salt_scale * self._salt())

"""Closes the balances of lithium and charge that Newton's method leaves open by its tolerance.

The rows of a balance add up to its integral over the cell, in which all that flows within the cell cancels:

    row of the voltage:          current at the collector - prescribed current = R_control,
    rows of the potentials:      current at the metal - current at the collector = R_charge,
    rows of x and of the salt:   d/dt lithium - current at the metal = R_lithium.

Three uniform changes take them to zero one after the other: of the voltage, which acts on the collector; of
all potentials, which acts on the metal alone, whose own is zero; and of x. Where the voltage is prescribed it
is the collector that follows the metal. All are as small as the residual that is left, so that the second,
which is not linear, is exact to rounding as well.
"""

from __future__ import annotations

from functools import cached_property

import ufl
from dolfinx import default_scalar_type, fem

from chemomech.materials import FARADAY
from chemomech.solver.algebra.newton import BlockedNewton
from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.cell.terminals import Integral
from chemomech.solver.cell.unknowns import (
    CELL_VOLTAGE,
    ELECTROLYTE_POTENTIAL,
    MATRIX_POTENTIAL,
    PARTICLE_POTENTIAL,
    SALT,
    STOICHIOMETRY,
    Unknown,
)
from chemomech.solver.physics import scales
from chemomech.solver.physics.conduction import COLLECTOR_CONDUCTANCE

LITHIUM = (STOICHIOMETRY, SALT)
CHARGE = (PARTICLE_POTENTIAL, MATRIX_POTENTIAL, ELECTROLYTE_POTENTIAL)


class Closing:
    """Brings lithium and charge of a solved step into balance.

    Args:
        problem: The electrochemistry.
        newton: Has solved it; its last residual is that of the present unknowns, but for the stress, which
            acts on no current at a terminal.
    """

    def __init__(self, problem: Electrochemistry, newton: BlockedNewton) -> None:
        self._problem, self._newton = problem, newton
        domains, q, fields = problem.domains, problem.quadrature, problem.fields
        capacity = scales.storage(FARADAY * float(problem.model.cathode.maximum_concentration))
        # With the quadrature of the storage term, so that both integrals are the same sum.
        self._integral = Integral(problem, capacity * domains.dx_particles(q.particles))
        metal = problem.lithium_current * domains.ds(q.interface, domains.half_cell.LITHIUM)
        phi = fields[ELECTROLYTE_POTENTIAL]
        one = fem.Constant(phi.function_space.mesh, default_scalar_type(1.0))
        self._metal = Integral(problem, ufl.derivative(metal, phi, one))
        self._area = domains.cross_section / scales.LENGTH**2

    def close(self) -> float:
        """Close the balances; the lithium that is moved for it, as charge per area [C/m2] (collective)."""
        problem, imbalance = self._problem, self._newton.imbalances()

        def left(*unknowns: Unknown) -> float:
            return float(
                sum(imbalance[b] for b, unknown in enumerate(problem.fields.table) if unknown in unknowns)
            )

        def shift(by: float, *unknowns: Unknown) -> None:
            for unknown in unknowns:
                problem.fields[unknown].x.array[:] += by

        collector = COLLECTOR_CONDUCTANCE * self._area
        charge, lithium = left(*CHARGE), left(*LITHIUM)
        if float(problem.control.current_controlled.value):
            by_voltage = -left(CELL_VOLTAGE) / collector
            charge -= by_voltage * collector
            shift(by_voltage, CELL_VOLTAGE)
            metal = self._metal()
            shift(charge / metal, *CHARGE, CELL_VOLTAGE)
            lithium -= charge
        else:
            shift(charge / collector, CELL_VOLTAGE)
        rate = float(problem.rates[STOICHIOMETRY].rate.value)
        shift(-lithium / (rate * self._capacity), STOICHIOMETRY)
        return abs(lithium) / (rate * self._area)

    @cached_property
    def _capacity(self) -> float:
        """Charge of the particles per unit of x, by area of the cell in mesh units (collective)."""
        return self._integral()

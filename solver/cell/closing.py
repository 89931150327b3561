"""Closes the balances of lithium and charge that Newton's method leaves open by its tolerance.

The rows of a balance add up to its integral over the cell, in which all that flows within the cell cancels:

    rows of x and c:             d/dt lithium + current at the metal = R_lithium,
    rows of the potentials:      current at the metal - current at the collector = R_charge.

A uniform change of x takes the first to zero and a change of the cell voltage the second. Both act on one
integral alone and are linear, so that one step of each is exact. Their size is that of the residual that is
left, by its tolerance 1e-6 of a current: 1e-9 in x, 1e-12 V.
"""

from __future__ import annotations

from functools import cached_property

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
        newton: Has solved it; its last residual is that of the present unknowns, but for the stress.
    """

    def __init__(self, problem: Electrochemistry, newton: BlockedNewton) -> None:
        self._problem, self._newton = problem, newton
        domains, capacity = problem.domains, FARADAY * float(problem.model.cathode.maximum_concentration)
        # With the quadrature of the storage term, so that both integrals are the same sum.
        one = scales.storage(capacity) * domains.dx_particles(problem.quadrature.particles)
        self._integral = Integral(problem, one)
        self._area = domains.cross_section / scales.LENGTH**2

    def close(self) -> float:
        """Close both balances; the lithium that is moved for it, as charge per area [C/m2] (collective)."""
        problem, imbalance = self._problem, self._newton.imbalances()

        def left(unknowns: tuple[Unknown, ...]) -> float:
            return sum(imbalance[b] for b, unknown in enumerate(problem.fields.table) if unknown in unknowns)

        x, voltage = (problem.fields[unknown].x.array for unknown in (STOICHIOMETRY, CELL_VOLTAGE))
        rate = float(problem.rates[STOICHIOMETRY].rate.value)
        lithium, charge = left(LITHIUM), left(CHARGE)
        x -= lithium / (rate * self._capacity)
        voltage += charge / (COLLECTOR_CONDUCTANCE * self._area)
        return abs(lithium) / (rate * self._area)

    @cached_property
    def _capacity(self) -> float:
        """Charge of the particles per unit of x, by area of the cell in mesh units (collective)."""
        return self._integral()

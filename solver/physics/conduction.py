"""Electronic conduction in particles and matrix, their contact, and the collector.

    div(sigma grad phi) = 0 in each; particle -> matrix current density g (phi_p - phi_m).

The collector is an equipotential at the cell voltage V behind a conductance so large (1e7 S/m2) that
72 A/m2 cost 7 uV; V is one unknown, closed by the applied current or the applied voltage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import ufl
from dolfinx import fem
from ufl.core.expr import Expr

from chemomech.materials import ActiveMaterial, CarbonBinderMatrix
from chemomech.solver.physics import scales
from chemomech.solver.physics.terms import Terms

COLLECTOR_CONDUCTANCE = 1.0e7
"""Numerical contact conductance of the collector [S/m2]."""


def particle_conduction(
    material: ActiveMaterial, phi: fem.Function, x: fem.Function, test: ufl.Argument, dx: ufl.Measure
) -> Terms:
    """Ohm's law with sigma(x) in the particles."""
    conductivity = scales.transport(material.conductivity(x))
    return {"particle conduction": conductivity * ufl.inner(ufl.grad(phi), ufl.grad(test)) * dx}


def matrix_conduction(
    matrix: CarbonBinderMatrix, phi: fem.Function, test: ufl.Argument, dx: ufl.Measure
) -> Terms:
    """Ohm's law with the effective conductivity of the carbon-binder matrix."""
    conductivity = scales.transport(float(matrix.conductivity))
    return {"matrix conduction": conductivity * ufl.inner(ufl.grad(phi), ufl.grad(test)) * dx}


class ContactLaw(Protocol):
    """A law for the electrons between particle and carbon-binder; a new law is a new file."""

    def current_density(self, conductance: Expr, potential_step: Expr) -> Expr:
        """Electronic current density from particle to carbon-binder [A/m2].

        Args:
            conductance: Contact conductance per interface area [S/m2].
            potential_step: phi_p - phi_m [V].
        """


@dataclass(frozen=True)
class OhmicContact:
    """Current in proportion to the potential step."""

    def current_density(self, conductance: Expr, potential_step: Expr) -> Expr:
        """See ``ContactLaw``."""
        return conductance * potential_step


@dataclass(frozen=True)
class ElectronicContact:
    """Contact between particle ("+") and carbon-binder ("-").

    Attributes:
        conductance: Contact conductance per interface area [S/m2], by particle through a
            piecewise-constant function on the particle mesh; it may change between steps.
        law: What current a conductance and a potential step make.
    """

    conductance: fem.Function
    law: ContactLaw = OhmicContact()  # noqa: RUF009

    def current_density(self, phi_p: fem.Function, phi_m: fem.Function) -> Expr:
        """Electronic current density from particle to carbon-binder [A/m2]."""
        return self.law.current_density(self.conductance("+"), phi_p("+") - phi_m("-"))


def collector_current_density(cell_voltage: Expr, phi_m: Expr) -> Expr:
    """Current density from the collector into the matrix [A/m2], positive on charge."""
    return COLLECTOR_CONDUCTANCE * (cell_voltage - phi_m)


@dataclass(frozen=True)
class CollectorControl:
    """Prescribed current or prescribed voltage at the collector.

    Attributes:
        current_density: Applied current density, positive on charge [A/m2].
        voltage: Applied voltage [V].
        current_controlled: 1.0 where the current is prescribed, 0.0 where the voltage is.
    """

    current_density: fem.Constant
    voltage: fem.Constant
    current_controlled: fem.Constant

    def matrix_terms(
        self, phi_m: fem.Function, cell_voltage: fem.Function, test: ufl.Argument, ds: ufl.Measure
    ) -> Terms:
        """Current that enters the matrix from the collector."""
        return {"collector": COLLECTOR_CONDUCTANCE * (phi_m - cell_voltage) * test * ds}

    def voltage_terms(
        self, phi_m: fem.Function, cell_voltage: fem.Function, test: ufl.Argument, ds: ufl.Measure
    ) -> Terms:
        """The equation for the cell voltage."""
        by_current = collector_current_density(cell_voltage, phi_m) - self.current_density
        by_voltage = COLLECTOR_CONDUCTANCE * (cell_voltage - self.voltage)
        return {
            "current control": self.current_controlled * by_current * test * ds,
            "voltage control": (1.0 - self.current_controlled) * by_voltage * test * ds,
        }

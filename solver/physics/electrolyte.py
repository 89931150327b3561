r"""Concentrated-solution theory in the pores of matrix and separator.

    i_e = -kappa_eff grad phi_e + (2 kappa_eff R T / F) (1 - t+) (1 + dlnf/dlnc) grad ln c
    eps dc/dt = div(D_eff grad c - t+ i_e / F),      div i_e = 0 in the pores

with the lithium flux at particles and at the metal as boundary flux j/F. The thermodynamic factor is
explicit; t+ stays inside the divergence, so lithium is conserved for any t+(c).
"""

from __future__ import annotations

from dataclasses import dataclass

import ufl
from dolfinx import fem
from ufl.core.expr import Expr

from chemomech.materials import FARADAY, GAS_CONSTANT, Electrolyte
from chemomech.solver.physics import scales
from chemomech.solver.physics.terms import Terms, TimeDerivative

SMALLEST_SALT = 1.0e-3
"""Floor of the concentration in grad ln c [1000 mol/m3]; keeps Newton iterates finite."""


@dataclass(frozen=True)
class PoreElectrolyte:
    """Electrolyte in one porous region.

    Attributes:
        electrolyte: Bulk properties.
        porosity: Pore fraction of the region [-].
        ionic_factor: Effective over bulk transport coefficient [-].
        temperature: Temperature [K].
        dx: Volume measure of the region.
    """

    electrolyte: Electrolyte
    porosity: float
    ionic_factor: float
    temperature: float
    dx: ufl.Measure

    def current_density(self, salt: fem.Function, phi: fem.Function) -> Expr:
        """Ionic current density over the length unit, i_e in mesh units [A/m2]."""
        c = scales.SALT_CONCENTRATION * salt
        kappa = scales.transport(self.ionic_factor * self.electrolyte.conductivity(c))
        thermal = 2.0 * GAS_CONSTANT * self.temperature / FARADAY
        activity = (1.0 - self.electrolyte.transference_number(c)) * self.electrolyte.thermodynamic_factor(c)
        grad_log = ufl.grad(salt) / ufl.max_value(salt, SMALLEST_SALT)
        return kappa * (thermal * activity * grad_log - ufl.grad(phi))

    def salt_storage(self, salt: fem.Function, test: ufl.Argument, rate: TimeDerivative) -> Terms:
        """Storage of the cation balance times F."""
        capacity = FARADAY * scales.SALT_CONCENTRATION
        return {"salt storage": scales.storage(capacity * self.porosity) * rate.of(salt) * test * self.dx}

    def salt_transport(self, salt: fem.Function, phi: fem.Function, test: ufl.Argument) -> Terms:
        """Transport of the cation balance times F."""
        c = scales.SALT_CONCENTRATION * salt
        capacity = FARADAY * scales.SALT_CONCENTRATION
        diffusivity = scales.transport(capacity * self.ionic_factor * self.electrolyte.diffusivity(c))
        migration = self.electrolyte.transference_number(c) * self.current_density(salt, phi)
        return {
            "salt diffusion": diffusivity * ufl.inner(ufl.grad(salt), ufl.grad(test)) * self.dx,
            "salt migration": -ufl.inner(migration, ufl.grad(test)) * self.dx,
        }

    def charge_terms(self, salt: fem.Function, phi: fem.Function, test: ufl.Argument) -> Terms:
        """Charge balance of the electrolyte."""
        return {"ionic current": -ufl.inner(self.current_density(salt, phi), ufl.grad(test)) * self.dx}

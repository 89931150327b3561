"""Butler-Volmer kinetics at particles and at lithium metal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import ufl
from ufl.core.expr import Expr

from chemomech.materials import FARADAY, GAS_CONSTANT, ActiveMaterial, LithiumMetal


def butler_volmer(
    exchange: Expr, overpotential: Expr, anodic: float, cathodic: float, temperature: float
) -> Expr:
    """Current density, anodic positive [A/m2].

    j = i0 (exp(alpha_a F eta / RT) - exp(-alpha_c F eta / RT)).
    """
    f = FARADAY / (GAS_CONSTANT * temperature)
    return exchange * (ufl.exp(anodic * f * overpotential) - ufl.exp(-cathodic * f * overpotential))


class ParticleReaction(Protocol):
    """A law for the reaction between particle and electrolyte; a new law is a new file."""

    def current_density(self, x: Expr, salt_concentration: Expr, potential_step: Expr, shift: Expr) -> Expr:
        """Faradaic current density [A/m2], anodic (delithiation) positive.

        Args:
            x: Surface stoichiometry.
            salt_concentration: Electrolyte concentration at the surface [mol/m3].
            potential_step: phi_p - phi_e [V].
            shift: Shift of the equilibrium potential by stress [V].
        """


@dataclass(frozen=True)
class ParticleButlerVolmer:
    """Butler-Volmer law with i0(x, c_e) and eta = phi_p - phi_e - U(x) - Omega sigma_h / F.

    Attributes:
        material: Active material.
        temperature: Temperature [K].
        wetted_fraction: Share of the interface that reacts [-].
        reference_potential: Zero of the solid potentials against lithium [V].
    """

    material: ActiveMaterial
    temperature: float
    wetted_fraction: float = 1.0
    reference_potential: float = 0.0

    def current_density(self, x: Expr, salt_concentration: Expr, potential_step: Expr, shift: Expr) -> Expr:
        """See ``ParticleReaction``."""
        exchange = self.wetted_fraction * self.material.exchange_current_density(x, salt_concentration)
        equilibrium = self.material.open_circuit_voltage(x) - self.reference_potential + shift
        eta = potential_step - equilibrium
        return butler_volmer(
            exchange,
            eta,
            float(self.material.anodic_transfer),
            float(self.material.cathodic_transfer),
            self.temperature,
        )


@dataclass(frozen=True)
class LithiumButlerVolmer:
    """Butler-Volmer law at the lithium metal, whose potential is zero.

    Attributes:
        lithium: Lithium metal.
        temperature: Temperature [K].
    """

    lithium: LithiumMetal
    temperature: float

    def current_density(self, salt_concentration: Expr, phi_e: Expr) -> Expr:
        """Current density from metal to electrolyte [A/m2]; negative while lithium is plated."""
        return butler_volmer(
            self.lithium.exchange_current_density(salt_concentration),
            -phi_e,
            float(self.lithium.anodic_transfer),
            float(self.lithium.cathodic_transfer),
            self.temperature,
        )

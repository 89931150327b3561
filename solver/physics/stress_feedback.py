r"""How stress enters the chemical potential of lithium.

The hydrostatic stress in a particle with eigenstrain eps(x) is split as

    sigma_h = s - S0(x),    S0(x) = 2 E(x) / (3 (1 - nu)) * (eps(x) - eps(x_ref)).

For constant E and nu, equilibrium makes s harmonic (in a free sphere: one number), however steep x is.
S0, the stiff local part, is therefore kept implicit in the electrochemical Newton iteration, and only
the smooth remainder s comes from the mechanical solve. This makes the staggered two-way coupling
converge in one or two passes, and s can be represented by continuous linear elements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import ufl
from dolfinx import fem
from ufl.core.expr import Expr

from chemomech.materials import FARADAY, ActiveMaterial
from chemomech.solver.physics.scales import STRESS


class StressFeedback(Protocol):
    """Stress seen by diffusion and reaction."""

    def shift(self, x: fem.Function) -> Expr:
        """Shift Omega sigma_h / F of the equilibrium potential [V]."""

    def gradient_of_shift(self, x: fem.Function) -> Expr | None:
        """Gradient of the shift in mesh units [V/um], or None where stress does not drive diffusion."""


@dataclass(frozen=True)
class NoStressFeedback:
    """Electrochemistry that does not see stress (couplings off and one-way)."""

    def shift(self, x: fem.Function) -> Expr:
        """Zero [V]."""
        return ufl.as_ufl(0.0)

    def gradient_of_shift(self, x: fem.Function) -> Expr | None:
        """None."""
        return None


@dataclass(frozen=True)
class TwoWayStressFeedback:
    """Stress shifts the chemical potential, in the bulk and in the overpotential.

    Attributes:
        material: Active material.
        reference: Stress-free stoichiometry.
        remainder: Smooth remainder s of the hydrostatic stress [GPa], on the particles.
    """

    material: ActiveMaterial
    reference: float
    remainder: fem.Function

    def hydrostatic_stress(self, x: Expr) -> Expr:
        """Hydrostatic stress [Pa] from the remainder and the local stoichiometry."""
        return STRESS * self.remainder - local_stress(self.material, self.reference, x)

    def shift(self, x: fem.Function) -> Expr:
        """Shift of the equilibrium potential [V], Omega(x) sigma_h / F."""
        return self.material.partial_molar_volume(x) * self.hydrostatic_stress(x) / FARADAY

    def gradient_of_shift(self, x: fem.Function) -> Expr | None:
        """Gradient of the shift [V/um]."""
        return ufl.grad(self.shift(x))


def local_stress(material: ActiveMaterial, reference: float, x: Expr) -> Expr:
    """The local part S0(x) [Pa] of the split; tension positive, zero at the reference state."""
    strain = material.chemical_strain(x) - float(material.chemical_strain(reference))
    return 2.0 * material.youngs_modulus(x) / (3.0 * (1.0 - float(material.poisson_ratio))) * strain

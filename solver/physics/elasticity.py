r"""Small-strain elasticity of particles and matrix with chemical eigenstrain.

    div sigma = 0,   sigma = C(x) : (eps(u) - eps_ch(x) I)

Bonded to the collector, rollers on the sides, free or under stack pressure at the separator.
Displacements are in mesh units and stresses in GPa inside the solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import ufl
from dolfinx import fem
from ufl.core.expr import Expr

from chemomech.materials import ActiveMaterial, CarbonBinderMatrix
from chemomech.solver.scales import STRESS


@dataclass(frozen=True)
class Elastic:
    """Isotropic elasticity with a Young's modulus that may be a field.

    Attributes:
        youngs_modulus: Young's modulus [GPa].
        poisson_ratio: Poisson's ratio [-].
        eigenstrain: Isotropic linear strain of the stress-free lattice [-].
    """

    youngs_modulus: Expr
    poisson_ratio: float
    eigenstrain: Expr | None = None

    def stiffness_stress(self, u: Expr) -> Expr:
        """Stress of the total strain, C : eps(u) [GPa]."""
        e, nu = self.youngs_modulus, self.poisson_ratio
        strain = ufl.sym(ufl.grad(u))
        shear = e / (2.0 * (1.0 + nu))
        lame = e * nu / ((1.0 + nu) * (1.0 - 2.0 * nu))
        return 2.0 * shear * strain + lame * ufl.tr(strain) * ufl.Identity(3)

    def stress(self, u: Expr) -> Expr:
        """Cauchy stress [GPa]."""
        if self.eigenstrain is None:
            return self.stiffness_stress(u)
        bulk = self.youngs_modulus / (3.0 * (1.0 - 2.0 * self.poisson_ratio))
        return self.stiffness_stress(u) - 3.0 * bulk * self.eigenstrain * ufl.Identity(3)


def particle_elasticity(material: ActiveMaterial, x: fem.Function, reference: float) -> Elastic:
    """Particle law with E(x) and the chemical strain since the reference stoichiometry."""
    eigenstrain = material.chemical_strain(x) - float(material.chemical_strain(reference))
    return Elastic(material.youngs_modulus(x) / STRESS, float(material.poisson_ratio), eigenstrain)


def matrix_elasticity(matrix: CarbonBinderMatrix) -> Elastic:
    """Matrix law."""
    return Elastic(ufl.as_ufl(float(matrix.youngs_modulus) / STRESS), float(matrix.poisson_ratio))


def equivalent_stress(sigma: Expr) -> Expr:
    """Von Mises equivalent stress, unit of ``sigma``."""
    deviator = ufl.dev(sigma)
    return ufl.sqrt(1.5 * ufl.inner(deviator, deviator) + 1.0e-24)


def hydrostatic_stress(sigma: Expr) -> Expr:
    """Mean normal stress, tension positive."""
    return ufl.tr(sigma) / 3.0

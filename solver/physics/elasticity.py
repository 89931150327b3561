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
from chemomech.solver.physics.scales import STRESS


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

    def on_side(self, side: str) -> Elastic:
        """The same law on one side ("+" or "-") of interior facets."""
        eigenstrain = None if self.eigenstrain is None else self.eigenstrain(side)
        return Elastic(self.youngs_modulus(side), self.poisson_ratio, eigenstrain)

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


def internal_forces(law: Elastic, u: Expr, test: Expr, dx: ufl.Measure) -> ufl.Form:
    """Virtual work of the stress of the total strain, int C : eps(u) : eps(test) [GPa]."""
    return ufl.inner(law.stiffness_stress(u), ufl.sym(ufl.grad(test))) * dx


def chemical_load(law: Elastic, test: Expr, dx: ufl.Measure) -> ufl.Form:
    """Virtual work of the eigenstrain's part of the stress, -int 3 K eps_ch div(test) [GPa]."""
    bulk = law.youngs_modulus / (3.0 * (1.0 - 2.0 * law.poisson_ratio))
    eigenstrain = law.eigenstrain if law.eigenstrain is not None else ufl.as_ufl(0.0)
    return -3.0 * bulk * eigenstrain * ufl.div(test) * dx


def particle_elasticity(
    material: ActiveMaterial, x: fem.Function, reference: float, factor: fem.Function | None = None
) -> Elastic:
    """Particle law with E(x) and the chemical strain since the reference stoichiometry.

    Args:
        material: Active material.
        x: Stoichiometry.
        reference: Stoichiometry without strain [-].
        factor: Young's modulus over that of the material [-], piecewise constant; 1 if None.
    """
    eigenstrain = material.chemical_strain(x) - float(material.chemical_strain(reference))
    modulus = material.youngs_modulus(x) / STRESS
    if factor is not None:
        modulus = factor * modulus
    return Elastic(modulus, float(material.poisson_ratio), eigenstrain)


def matrix_elasticity(matrix: CarbonBinderMatrix) -> Elastic:
    """Matrix law."""
    return Elastic(ufl.as_ufl(float(matrix.youngs_modulus) / STRESS), float(matrix.poisson_ratio))


def surface_stress(law: Elastic, strain: Expr, normal: Expr, traction: Expr) -> Expr:
    """Stress of a solid at its surface from the strain in the surface and the traction upon it [GPa].

    The displacement fixes the strain in the tangent plane well; the strain across it follows the lithium
    profile, which is steep there, and is replaced by the traction, which is small and smooth. With
    P = I - n n, e = P eps P and the eigenstrain c,

        P sigma P = E / (1 + nu) (e - c P) + E nu / (1 - nu^2) (tr e - 2 c) P + nu / (1 - nu) (n . t) P,

    Hooke's law with sigma n = t solved for the stresses in the plane.

    Args:
        law: Elasticity of the solid.
        strain: Total strain of the solid.
        normal: Outward unit normal of the solid.
        traction: Force per area on the solid [GPa], from what surrounds it.
    """
    e, nu = law.youngs_modulus, law.poisson_ratio
    free = ufl.as_ufl(0.0) if law.eigenstrain is None else law.eigenstrain
    pressure = ufl.dot(normal, traction)
    plane = ufl.Identity(3) - ufl.outer(normal, normal)
    tangential = plane * strain * plane
    isotropic = e * nu / (1.0 - nu**2) * (ufl.tr(tangential) - 2.0 * free) + nu / (1.0 - nu) * pressure
    membrane = e / (1.0 + nu) * (tangential - free * plane) + isotropic * plane
    across = ufl.outer(traction, normal) + ufl.outer(normal, traction) - pressure * ufl.outer(normal, normal)
    return membrane + across


def largest_in_plane(sigma: Expr, normal: Expr) -> Expr:
    """Largest principal value of the stress in the plane with the given unit normal, unit of ``sigma``."""
    plane = ufl.Identity(3) - ufl.outer(normal, normal)
    membrane = plane * sigma * plane
    mean = ufl.tr(membrane) / 2.0
    # For 2 x 2, the squares of the principal values add up to inner(s, s) and the values to the trace.
    return mean + ufl.sqrt(abs(ufl.inner(membrane, membrane) / 2.0 - mean**2))


def equivalent_stress(sigma: Expr) -> Expr:
    """Von Mises equivalent stress, unit of ``sigma``."""
    deviator = ufl.dev(sigma)
    return ufl.sqrt(1.5 * ufl.inner(deviator, deviator) + 1.0e-24)


def hydrostatic_stress(sigma: Expr) -> Expr:
    """Mean normal stress, tension positive."""
    return ufl.tr(sigma) / 3.0

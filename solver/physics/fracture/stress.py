r"""Stress in an elastic sphere with a radial chemical strain, held by a matrix.

    sigma_t(r) = E/(1 - nu) [2/3 <e> + r^-3 int_0^r e r^2 dr - e(r)] + t
    sigma_r(r) = 2 E/(3 (1 - nu)) [<e> - <e>(r)] + t

(Prussin, J. Appl. Phys. 32 (1961) 1876; Cheng and Verbrugge, J. Power Sources 190 (2009) 453) with the
linear chemical strain e, its volume mean <e>, its mean <e>(r) inside r, and the normal traction t of
what surrounds the sphere: a uniform traction adds the same hydrostatic stress everywhere. A free sphere
bears no stress on average, so t is the volume mean of the hydrostatic stress in the particle. One
Young's modulus a sphere, at its mean stoichiometry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.materials import ActiveMaterial
from chemomech.solver.physics.fracture.profile import RadialProfile

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RadialStress:
    """Stress in each of many spheres, tension positive.

    Attributes:
        modulus: E / (1 - nu) [Pa], shape (particles,).
        strain: Linear chemical strain since the stress-free state [-].
        traction: Normal traction on the surface [Pa], shape (particles,).
    """

    modulus: Array
    strain: RadialProfile
    traction: Array

    def hoop(self, s: Array) -> Array:
        """Hoop stress [Pa] at s = r/R, shape (particles, points) for both."""
        strain = self.strain
        mismatch = (2.0 * strain.mean[:, None] + strain.mean_inside(s)) / 3.0 - strain(s)
        return self.modulus[:, None] * mismatch + self.traction[:, None]

    def radial(self, s: Array) -> Array:
        """Radial stress [Pa] at s = r/R, shape (particles, points) for both."""
        mismatch = 2.0 / 3.0 * (self.strain.mean[:, None] - self.strain.mean_inside(s))
        return self.modulus[:, None] * mismatch + self.traction[:, None]


def stress_in_spheres(
    material: ActiveMaterial, stoichiometry: RadialProfile, traction: Array
) -> RadialStress:
    """Stress in spheres of a material.

    Args:
        material: Elasticity, chemical strain and stress-free stoichiometry.
        stoichiometry: x(r) in each sphere.
        traction: Normal traction on the surface [Pa], tension positive, shape (particles,).
    """
    modulus = np.asarray(material.youngs_modulus(stoichiometry.mean)) / (1.0 - float(material.poisson_ratio))
    return RadialStress(modulus, stoichiometry.map(material.chemical_strain_since_made), np.asarray(traction))

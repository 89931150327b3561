r"""Fracture indices per particle, from the first charge.

    strength_ratio        = max over time of  sigma_1 / strength
    energy_release_ratio  = max over time of  G / G_c,   G = 4 (1 - nu^2) sigma_1^2 a / (pi E)

with sigma_1 the largest principal stress in the particle and a the radius of a penny-shaped flaw
(Griffith; physics notes section 2). Both are tendencies: nothing is broken in the model.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chemomech.materials import ActiveMaterial

Array = npt.NDArray[np.float64]


def penny_crack_energy_release(
    stress: Array, youngs_modulus: Array, poisson_ratio: float, flaw_size: float
) -> Array:
    """Energy release rate [J/m2] of a penny crack of radius ``flaw_size`` [m] under ``stress`` [Pa]."""
    tension = np.maximum(stress, 0.0)
    return 4.0 * (1.0 - poisson_ratio**2) * tension**2 * flaw_size / (np.pi * youngs_modulus)


@dataclass
class FractureHistory:
    """Running maxima of the two indices.

    Attributes:
        material: Active material with strength, fracture energy and flaw size.
        strength_ratio: Largest stress over strength so far, shape (particles,).
        energy_release_ratio: Largest G over G_c so far, shape (particles,).
    """

    material: ActiveMaterial
    strength_ratio: Array = field(default_factory=lambda: np.zeros(0))
    energy_release_ratio: Array = field(default_factory=lambda: np.zeros(0))

    def update(self, max_principal_stress: Array, mean_stoichiometry: Array) -> dict[str, Array]:
        """Take a new state into account; returns both indices by particle."""
        material = self.material
        strength = np.maximum(max_principal_stress, 0.0) / float(material.strength)
        release = penny_crack_energy_release(
            max_principal_stress,
            np.asarray(material.youngs_modulus(mean_stoichiometry)),
            float(material.poisson_ratio),
            float(material.flaw_size),
        ) / float(material.fracture_energy)
        if len(self.strength_ratio) != len(strength):
            self.strength_ratio, self.energy_release_ratio = np.zeros_like(strength), np.zeros_like(release)
        self.strength_ratio = np.maximum(self.strength_ratio, strength)
        self.energy_release_ratio = np.maximum(self.energy_release_ratio, release)
        return {
            "strength_ratio": self.strength_ratio.copy(),
            "energy_release_ratio": self.energy_release_ratio.copy(),
        }

r"""Cracks between grains inside a particle: dry, and driven by the misfit of neighbouring grains.

    threshold = sqrt(14.4 gamma / (E d)),   d rho/dN = k <|misfit| / threshold - 1> (1 - rho / rho_max)

with the crack density rho = N a^3 / V (Cleveland and Bradt, J. Am. Ceram. Soc. 61 (1978) 478; second-hand).
Penny-shaped cracks that do not interact make diffusion and electronic conduction slower by 1 + 8 rho/9 and
the modulus smaller by 1 + 1.73 rho (Poisson's ratio 0.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def misfit_threshold(fracture_energy: float, youngs_modulus: float, grain_size: float) -> float:
    """Strain misfit of two grains from which the boundary between them cracks [-].

    Args:
        fracture_energy: gamma of the boundary [J/m2].
        youngs_modulus: E [Pa].
        grain_size: d [m].
    """
    return float(np.sqrt(14.4 * fracture_energy / (youngs_modulus * grain_size)))


@dataclass(frozen=True)
class GrainCracks:
    """Growth of the crack density.

    Attributes:
        rate: k, growth in a cycle at twice the threshold [-].
        largest: rho_max [-].
        threshold: Misfit from which boundaries crack [-].
    """

    rate: float
    largest: float
    threshold: float

    def grown(self, density: Array, misfit: Array) -> Array:
        """Growth of rho in a cycle.

        Args:
            density: rho [-].
            misfit: Largest |strain of one grain less that of another| of the cycle [-].
        """
        above = np.maximum(np.abs(misfit) / self.threshold - 1.0, 0.0)
        return np.asarray(self.rate * above * np.maximum(1.0 - density / self.largest, 0.0))


def transport_factor(density: Array) -> Array:
    """Diffusivity, or electronic conductivity, over that without cracks [-]."""
    return np.asarray(1.0 / (1.0 + 8.0 * density / 9.0))


def stiffness_factor(density: Array) -> Array:
    """Young's modulus over that without cracks [-]."""
    return np.asarray(1.0 / (1.0 + 1.73 * density))

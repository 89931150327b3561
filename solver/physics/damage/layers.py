r"""A layer that grows on the wetted surface of a particle: a film, or a reconstructed lattice.

    dL/dt = k exp(a F (U_s - U_ref) / RT) / (1 + L / L_slow)

Deal and Grove, J. Appl. Phys. 36 (1965) 3770: growth at the rate of the reaction while the layer is thinner
than L_slow, slowed by transport through it beyond, L + L^2 / (2 L_slow) = k t at the potential U_ref. The
potential enters as in Tafel's law. Cracks bare new surface: what has grown is spread over all of it, so that
the mean thickness falls as the area grows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.materials import FARADAY, GAS_CONSTANT

Array = npt.NDArray[np.float64]

MOST_EXPONENT = 50.0
"""Bound of the exponent of the potential: beyond it nothing physical is left."""


@dataclass(frozen=True)
class GrowingLayer:
    """Growth and resistance of a layer.

    Attributes:
        rate: k, growth of a bare surface at the reference potential [m/s].
        slowed_from: L_slow, thickness at which growth is half as fast [m].
        reference_potential: U_ref against lithium [V].
        transfer: a, share of the potential that drives the growth [-].
        conductivity: Of the layer for lithium ions [S/m].
        temperature: T [K].
    """

    rate: float
    slowed_from: float
    reference_potential: float
    transfer: float
    conductivity: float
    temperature: float

    def dose(self, potential: Array, step: float) -> Array:
        """What a bare surface would grow in a time at a potential [m].

        Args:
            potential: Of the surface against lithium [V].
            step: Time [s].
        """
        exponent = self.transfer * FARADAY * (potential - self.reference_potential)
        exponent = np.minimum(exponent / (GAS_CONSTANT * self.temperature), MOST_EXPONENT)
        return np.asarray(self.rate * np.exp(exponent) * step)

    def grown(self, thickness: Array, potential: Array, step: float) -> Array:
        """Thickness [m] after a time at a potential.

        Args:
            thickness: L before [m].
            potential: Of the surface against lithium [V].
            step: Time [s].
        """
        return self.thickened(thickness, self.dose(potential, step))

    def thickened(self, thickness: Array, dose: Array) -> Array:
        """Thickness [m] after a dose, in closed form.

        Args:
            thickness: L before [m].
            dose: What a bare surface would have grown [m].
        """
        after = thickness + thickness**2 / (2.0 * self.slowed_from) + dose
        # The positive root of L + L^2/(2 L_slow) = after, in the form that a thin layer leaves exact.
        return np.asarray(2.0 * after / (1.0 + np.sqrt(1.0 + 2.0 * after / self.slowed_from)))

    def resistance(self, thickness: Array) -> Array:
        """Resistance of the layer [Ohm m2], over its own area."""
        return np.asarray(thickness / self.conductivity)

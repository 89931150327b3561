r"""A sphere that shrinks away from the matrix around it: the share of the interface that still holds.

The interface bears a traction T, falls off linearly and lets go at the opening delta_f = 2 Gamma / T0:

    T = (e - delta / R) / C,   C = 1/(4 G_m) + 1/(3 K_p);   T = T0 (1 - delta / delta_f) past T0 C

for the misfit e of the sphere. Stable, and complete at the misfit delta_f / R, for R < 2 Gamma / (C T0^2);
a larger sphere lets go at once. A particle that swells again closes the gap; what has let go stays so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Interface:
    """Strength of the bond between particle and matrix.

    Attributes:
        strength: T0 [Pa].
        energy: Gamma, needed to separate it [J/m2].
        compliance: C of sphere and matrix [1/Pa].
    """

    strength: float
    energy: float
    compliance: float

    @property
    def opening_at_failure(self) -> float:
        """delta_f = 2 Gamma / T0 [m]."""
        return 2.0 * self.energy / self.strength

    @property
    def onset(self) -> float:
        """Misfit from which the bond softens [-], whatever the radius."""
        return self.strength * self.compliance

    @property
    def largest_stable_radius(self) -> float:
        """Radius beyond which the bond lets go at once [m]."""
        return 2.0 * self.energy / (self.compliance * self.strength**2)

    def opening(self, misfit: Array, radius: Array) -> Array:
        """Gap [m] under the largest misfit so far, shape (particles,).

        Args:
            misfit: Shrinkage of the free sphere against the matrix [-], positive.
            radius: R [m].
        """
        failure = self.opening_at_failure
        softening = self.strength / failure
        stable = radius < self.largest_stable_radius
        # e - delta/R = C (T0 - softening delta), until delta_f.
        slope = np.where(stable, 1.0 / radius - self.compliance * softening, 1.0)
        soft = np.clip((misfit - self.onset) / slope, 0.0, failure)
        free = misfit * radius
        gone = np.where(stable, soft >= failure, misfit >= self.onset)
        return np.where(misfit <= self.onset, 0.0, np.where(gone, free, soft))

    def intact(self, opening: Array) -> Array:
        """Share c of the bond that holds [-], of the largest gap so far [m]."""
        return np.clip(1.0 - opening / self.opening_at_failure, 0.0, 1.0)

    def traction(self, misfit: Array, radius: Array) -> Array:
        """Tension that the matrix still exerts [Pa]."""
        opening = self.opening(misfit, radius)
        elastic = (misfit - opening / radius) / self.compliance
        return np.where(self.intact(opening) > 0.0, np.minimum(elastic, self.strength), 0.0)

"""A packing whose volume fraction grows or falls with depth.

An even packing is stretched along z where it is to be thinner. Distances along z only grow and those across
it stay, so that no gap gets narrower than it was; the spheres stay spheres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import require_between

FloatArray = npt.NDArray[np.float64]

SAMPLES = 2001


@dataclass(frozen=True)
class DepthGradient:
    """Volume fraction over depth: mean x (1 + slope (2 z / L - 1)).

    Attributes:
        slope: relative excess at the separator over the mean, the lack at the collector [-]; from -0.9 to
            0.9.
    """

    slope: float = 0.0

    def __post_init__(self) -> None:
        """Check the slope."""
        require_between("the depth gradient", self.slope, -0.9, 0.9, "-", "choose a smaller slope")

    @property
    def peak(self) -> float:
        """Largest fraction over the mean."""
        return 1.0 + abs(self.slope)

    def even_thickness(self, thickness: float) -> float:
        """Thickness of the even packing to stretch [m]: all of it at the peak fraction."""
        return thickness / self.peak

    def stretched(self, heights: FloatArray, thickness: float) -> FloatArray:
        """Heights in the even packing as heights in the electrode of the given thickness [m]."""
        z = np.linspace(0.0, 1.0, SAMPLES)
        even = (z + self.slope * (z**2 - z)) / self.peak  # integral of the profile over its peak
        return np.asarray(thickness * np.interp(heights / thickness, even, z))

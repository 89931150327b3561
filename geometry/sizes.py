"""Particle size distributions to pack from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from chemomech.errors import InputError

FloatArray = npt.NDArray[np.float64]


class SizeDistribution(Protocol):
    """Where particle radii come from."""

    def sample(self, count: int, generator: np.random.Generator) -> FloatArray:
        """Return `count` radii [m], shape (count,)."""
        ...


@dataclass(frozen=True)
class LogNormalSizes:
    """Log-normal radii, cut at both ends and sampled evenly over the quantiles.

    Attributes:
        median_radius: median of the number distribution [m].
        relative_width: standard deviation over mean of the uncut distribution [-], between 0 and 1.
        cut: standard deviations of ln(radius) kept on each side of the median [-].
    """

    median_radius: float
    relative_width: float = 0.22
    cut: float = 2.0

    def __post_init__(self) -> None:
        """Check the numbers."""
        _require_positive("median_radius", self.median_radius, "m")
        _require_positive("cut", self.cut, "standard deviations")
        if not 0.0 <= self.relative_width <= 1.0:
            raise InputError(
                f"relative_width is {self.relative_width:g}; it must lie between 0 and 1 "
                "(standard deviation over mean of the radius, without unit)."
            )

    def sample(self, count: int, generator: np.random.Generator) -> FloatArray:
        """Return `count` radii [m]: one from each of `count` equal slices of the distribution.

        Slices instead of free draws, because with tens of particles a free draw of the largest sizes
        alone changes the packed volume by tens of percent.
        """
        low, high = ndtr([-self.cut, self.cut])
        quantile = low + (high - low) * (generator.permutation(count) + generator.random(count)) / count
        sigma = np.sqrt(np.log1p(self.relative_width**2))
        return np.asarray(self.median_radius * np.exp(sigma * ndtri(quantile)), dtype=np.float64)


@dataclass(frozen=True)
class GivenSizes:
    """Radii from a list, for instance measured ones: used in order if the count fits, else drawn from it.

    Attributes:
        radii: the list [m].
    """

    radii: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the numbers."""
        if not self.radii:
            raise InputError("the list of radii is empty; give at least one radius in m.")
        for radius in self.radii:
            _require_positive("a given radius", radius, "m")

    def sample(self, count: int, generator: np.random.Generator) -> FloatArray:
        """Return the given radii if there are `count` of them, else `count` draws with replacement [m]."""
        radii = np.asarray(self.radii, dtype=np.float64)
        return radii.copy() if count == radii.size else generator.choice(radii, size=count)


def _require_positive(name: str, value: float, unit: str) -> None:
    if not (np.isfinite(value) and value > 0):
        raise InputError(f"{name} is {value:g} {unit}; it must be a finite number greater than 0 {unit}.")

"""When two neighbouring basins of the distance to the surface are one particle.

Every maximum of the distance to the particle surface starts as a basin. Two basins meet in a saddle: the
largest distance on the face between them, which is the radius of the neck. Basins are joined from the highest
saddle down; after a join the higher peak stands for both. One rule then decides at each saddle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chemomech.errors import require_between

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class MergeRule(Protocol):
    """Whether two basins are one particle."""

    def joins(self, saddle: float, lower_peak: float) -> bool:
        """Decide from the neck radius and the smaller of the two inscribed radii [m]."""
        ...


@dataclass(frozen=True)
class NeckRatio:
    """One particle if the neck is wide for the smaller of the two; independent of their size.

    Attributes:
        ratio: neck radius over inscribed radius of the smaller basin above which the two are joined [-].
    """

    ratio: float = 0.8

    def __post_init__(self) -> None:
        """Check the number."""
        require_between("the neck ratio", self.ratio, 0.0, 1.0, "-", "choose a ratio such as 0.8")

    def joins(self, saddle: float, lower_peak: float) -> bool:
        """Compare the ratio."""
        return saddle > self.ratio * lower_peak


@dataclass(frozen=True)
class PeakDepth:
    """One particle if the lower peak rises less than a depth above the saddle: the h-maxima transform.

    Attributes:
        depth: the h of the transform [m].
    """

    depth: float

    def __post_init__(self) -> None:
        """Check the number."""
        require_between("the peak depth", self.depth, 0.0, 1.0, "m", "choose a depth of about a voxel")

    def joins(self, saddle: float, lower_peak: float) -> bool:
        """Compare the depth."""
        return lower_peak - saddle < self.depth


def merged(peaks: FloatArray, pairs: IntArray, saddles: FloatArray, rule: MergeRule) -> IntArray:
    """Particle number of each basin after joining.

    Args:
        peaks: inscribed radius of each basin [m], shape (n,).
        pairs: basins that touch, shape (m, 2).
        saddles: neck radius of each pair [m], shape (m,).
        rule: when to join.

    Returns:
        For each basin the number of the basin that stands for its particle, shape (n,).
    """
    parent = list(range(len(peaks)))
    height = peaks.tolist()

    def root(basin: int) -> int:
        while parent[basin] != basin:
            parent[basin] = parent[parent[basin]]
            basin = parent[basin]
        return basin

    for row in np.argsort(-saddles, kind="stable"):
        first, second = root(int(pairs[row, 0])), root(int(pairs[row, 1]))
        if first == second:
            continue
        high, low = (first, second) if height[first] >= height[second] else (second, first)
        if rule.joins(float(saddles[row]), height[low]):
            parent[low] = high
    return np.array([root(basin) for basin in range(len(peaks))], dtype=np.int64)

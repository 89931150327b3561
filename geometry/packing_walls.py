"""What the sides of the box are to a packing: walls, or openings to a copy of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

FloatArray = npt.NDArray[np.float64]
PairArray = npt.NDArray[np.intp]


class PackingSides(Protocol):
    """How spheres meet the sides across x and y; collector and separator are always walls."""

    def bounds(self, reach: FloatArray, box: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest place of each centre, shape (n, 3), for spheres of the given reach, (n, 1)."""
        ...

    def near(self, centres: FloatArray, distance: float, box: FloatArray) -> tuple[PairArray, FloatArray]:
        """Pairs of centres within a distance, shape (m, 2), and the way from the second to the first."""
        ...

    def placed(
        self, centres: FloatArray, radii: FloatArray, box: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Centres and radii of the finished packing."""
        ...


@dataclass(frozen=True)
class WalledSides:
    """Whole spheres only. A sparse layer at each wall costs volume fraction."""

    def bounds(self, reach: FloatArray, box: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Keep every sphere inside."""
        return np.broadcast_to(reach, (len(reach), 3)), box - reach

    def near(self, centres: FloatArray, distance: float, box: FloatArray) -> tuple[PairArray, FloatArray]:
        """Look at the spheres themselves."""
        pairs = cKDTree(centres).query_pairs(distance, output_type="ndarray").astype(np.intp)
        return pairs, centres[pairs[:, 0]] - centres[pairs[:, 1]]

    def placed(
        self, centres: FloatArray, radii: FloatArray, box: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Leave them as they are."""
        return centres, radii


@dataclass(frozen=True)
class PeriodicSides:
    """The packing goes on beyond the sides as its own copy; what a side cuts appears at the opposite one."""

    def bounds(self, reach: FloatArray, box: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Walls along z only."""
        low, high = np.full((len(reach), 3), -np.inf), np.full((len(reach), 3), np.inf)
        low[:, 2:], high[:, 2:] = reach, box[2] - reach
        return low, high

    def near(self, centres: FloatArray, distance: float, box: FloatArray) -> tuple[PairArray, FloatArray]:
        """Look at the nearest copies."""
        period = np.array([box[0], box[1], 0.0])
        inside = centres.copy()
        inside[:, :2] = np.mod(centres[:, :2], period[:2])
        inside[:, :2][inside[:, :2] >= period[:2]] = 0.0  # a rounded remainder
        tree = cKDTree(inside, boxsize=period)
        pairs = tree.query_pairs(distance, output_type="ndarray").astype(np.intp)
        way = inside[pairs[:, 0]] - inside[pairs[:, 1]]
        way[:, :2] -= period[:2] * np.rint(way[:, :2] / period[:2])
        return pairs, way

    def placed(
        self, centres: FloatArray, radii: FloatArray, box: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Add the copies that reach into the box, after the spheres themselves."""
        inside = centres.copy()
        inside[:, :2] = np.mod(centres[:, :2], box[:2])
        places, sizes = [inside], [radii]
        for step in ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)):
            copy = inside + np.array([step[0] * box[0], step[1] * box[1], 0.0])
            beyond = np.maximum(np.maximum(-copy, copy - box), 0.0)
            meets = np.linalg.norm(beyond, axis=1) < radii * (1.0 - 1e-9)
            places.append(copy[meets])
            sizes.append(radii[meets])
        return np.concatenate(places), np.concatenate(sizes)


PACKING_SIDES: Final[dict[str, type[PackingSides]]] = {"walls": WalledSides, "periodic": PeriodicSides}

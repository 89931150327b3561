"""The width of the gap that a point of a particle surface faces (micrometres)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from .layout import Layout

FloatArray = npt.NDArray[np.float64]

MICROMETRES = 1e6
NEIGHBOURS = 24  # spheres looked at from a point; beyond these no gap is narrow


class Surroundings:
    """The spheres and walls of a layout, for questions about distances.

    Args:
        layout: the particles; at least one.
    """

    def __init__(self, layout: Layout) -> None:
        self.centres = layout.centres * MICROMETRES
        self.radii = layout.radii * MICROMETRES
        self.box = np.asarray(layout.box) * MICROMETRES
        self._tree = cKDTree(self.centres)
        self._near = min(len(layout), NEIGHBOURS)

    def nearest(self, points: FloatArray) -> tuple[npt.NDArray[np.intp], FloatArray]:
        """Sphere whose surface is nearest to each point, and the distance to it (negative inside) [um]."""
        signed, index = self._signed_distances(points)
        own = np.argmin(signed, axis=1)
        rows = np.arange(len(points))
        return index[rows, own], signed[rows, own]

    def on_surface(self, points: FloatArray, owner: npt.NDArray[np.intp]) -> FloatArray:
        """Point of the surface of sphere `owner` that lies on the same radius as each point [um]."""
        away = points - self.centres[owner]
        length = np.maximum(np.linalg.norm(away, axis=1), 1e-9)
        return self.centres[owner] + away * (self.radii[owner] / length)[:, None]

    def gap(self, surface: FloatArray, owner: npt.NDArray[np.intp]) -> FloatArray:
        """Distance from points on the surface of `owner` to the nearest other sphere or wall [um]."""
        wall = np.minimum(surface, self.box - surface).min(axis=1)
        signed, index = self._signed_distances(surface)
        other = np.where(index == owner[:, None], np.inf, signed)
        return np.maximum(np.minimum(wall, other.min(axis=1)), 0.0)

    def _signed_distances(self, points: FloatArray) -> tuple[FloatArray, npt.NDArray[np.intp]]:
        distance, index = self._tree.query(points, k=self._near)
        index = np.asarray(index, dtype=np.intp).reshape(len(points), self._near)
        return np.asarray(distance).reshape(index.shape) - self.radii[index], index

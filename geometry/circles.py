"""The circles in which spheres meet one another and the sides of the box (micrometres)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from .contacts.necks import necks_of
from .gaps import MICROMETRES
from .layout import Layout

FloatArray = npt.NDArray[np.float64]

SMALLEST = 0.1  # a circle of a smaller share of the sphere's radius asks for no finer mesh than that share


@dataclass(frozen=True, eq=False)
class Circles:
    """Necks and rims.

    Attributes:
        centres: middles of the circles [um], shape (n, 3).
        radii: their radii [um], shape (n,).
    """

    centres: FloatArray
    radii: FloatArray

    @staticmethod
    def of(layout: Layout) -> Circles:
        """Circles of the necks of a layout, and those that the sides draw on its spheres."""
        middles, radii = [np.empty((0, 3))], [np.empty(0)]
        for neck in necks_of(layout):
            least = SMALLEST * float(layout.radii[neck.second])
            middles.append(neck.centre(layout)[None, :])
            radii.append(np.array([max(neck.radius, least)]))
        for axis in range(2):
            for wall in (0.0, layout.box[axis]):
                distance = layout.centres[:, axis] - wall
                cut = np.abs(distance) < layout.radii
                middle = layout.centres[cut].copy()
                middle[:, axis] = wall
                circle = np.sqrt(layout.radii[cut] ** 2 - distance[cut] ** 2)
                middles.append(middle)
                radii.append(np.maximum(circle, SMALLEST * layout.radii[cut]))
        return Circles(np.vstack(middles) * MICROMETRES, np.concatenate(radii) * MICROMETRES)

    def limit(self, size: FloatArray, points: FloatArray, share: float, growth: float) -> FloatArray:
        """Return sizes bounded by `share` times the radius at each circle, growing away from it.

        Args:
            size: sizes so far [um], shape (n,); changed in place.
            points: where they hold [um], shape (n, 3).
            share: size at the circle over its radius [-].
            growth: growth of the bound per distance [-].
        """
        if not len(self.radii):
            return size
        tree = cKDTree(points)
        coarsest = float(size.max(initial=0.0))
        for middle, radius in zip(self.centres, self.radii, strict=True):
            reach = radius + max(coarsest - share * radius, 0.0) / growth
            near = np.asarray(tree.query_ball_point(middle, reach), dtype=np.intp)
            beyond = np.maximum(np.linalg.norm(points[near] - middle, axis=1) - radius, 0.0)
            size[near] = np.minimum(size[near], share * radius + growth * beyond)
        return size

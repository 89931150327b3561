"""Many particles as dots, quick to draw and to move: equal dots of a class are one stamp."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

Array = NDArray[np.float64]
Colour = str | tuple[float, float, float, float]

CLASSES = 12
"""Classes of radius; particles of one have the same dot."""

_LARGEST, _SMALLEST = 10.0, 1.1  # diameter of the largest particle's dot, at most and at least, points
_COVER = 0.35  # share of the panel that dots cover at most, were they side by side
_EDGED = 3.0  # mean diameter from which dots have a white edge, points


def largest_dot(radii: Array, area: float, most: float = _LARGEST) -> float:
    """Choose the diameter [points] of the largest particle's dot, smaller the more particles there are.

    Args:
        radii: of the particles, in any unit, shape (particles,).
        area: of the panel that they share [square points].
        most: diameter where there are few [points].
    """
    of_largest = math.pi / 4.0 * float(np.sum((radii / radii.max()) ** 2))
    return float(np.clip(math.sqrt(_COVER * area / of_largest), _SMALLEST, most))


class Dots:
    """A dot for every particle, its area as that of the particle's great circle.

    Args:
        axes: to draw on.
        radii: of the particles, in any unit, shape (particles,).
        largest: diameter of the largest particle's dot [points].
        colour: of all dots, or a function from the radius to the colour.
        alpha: opacity.
    """

    def __init__(
        self,
        axes: Axes,
        radii: Array,
        largest: float,
        colour: Colour | Callable[[float], Colour],
        *,
        alpha: float = 0.5,
    ) -> None:
        edges = np.linspace(float(radii.min()), float(radii.max()), CLASSES + 1)
        class_of = np.clip(np.searchsorted(edges, radii, side="right") - 1, 0, CLASSES - 1)
        self._members = [np.flatnonzero(class_of == k) for k in reversed(range(CLASSES))]
        self._members = [members for members in self._members if members.size]
        self._axes, self._lines = axes, []
        for members in self._members:  # the largest first, so that small ones lie on top
            radius = math.sqrt(float(np.mean(radii[members] ** 2)))
            diameter = largest * radius / float(radii.max())
            (line,) = axes.plot(
                [],
                [],
                linestyle="none",
                marker="o",
                markersize=diameter,
                markeredgewidth=0.4 if diameter >= _EDGED else 0.0,
                markeredgecolor="white",
                color=colour(radius) if callable(colour) else colour,
                alpha=alpha,
                zorder=2,
                rasterized=True,
            )
            self._lines.append(line)

    def move(self, x: Array, y: Array) -> None:
        """Put the dots of all particles where they belong; limits that are not set follow them.

        Args:
            x: shape (particles,); particles with a value that is not finite are not shown.
            y: likewise.
        """
        for members, line in zip(self._members, self._lines, strict=True):
            line.set_data(x[members], y[members])
        self._axes.update_datalim(np.column_stack([x, y]))
        self._axes.autoscale_view()

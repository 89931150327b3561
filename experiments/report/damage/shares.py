"""Shares of the classes of severity in windows of depth, each with its standard error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chemomech.errors import InputError
from chemomech.experiments.report.damage.severity import CLASSES, SEVERE

Array = NDArray[np.float64]

WINDOW = 10e-6
"""Height of a window [m], as in Yang et al., Adv. Energy Mater. 2019, 1900674, experimental section."""


@dataclass(frozen=True)
class ClassShares:
    """Shares of the classes by window, counted from the collector.

    Attributes:
        edges: Of the windows, distance from the collector [m], shape (windows + 1,).
        count: Particles in each, shape (windows,).
        share: Shares of the classes [-], shape (classes, windows); NaN in an empty window.
        error: Binomial standard errors, sqrt(p (1 - p)/n) [-], of the same shape.
    """

    edges: Array
    count: NDArray[np.int64]
    share: Array
    error: Array

    @property
    def pooled(self) -> Array:
        """Shares over all windows [-], shape (classes,)."""
        held = np.nan_to_num(self.share) * self.count
        return np.asarray(held.sum(axis=1) / self.count.sum())

    @property
    def pooled_error(self) -> Array:
        """Binomial standard errors of the pooled shares [-], shape (classes,)."""
        return np.sqrt(self.pooled * (1.0 - self.pooled) / self.count.sum())

    def across(self, number: int = SEVERE) -> tuple[float, float]:
        """Share of a class in the window at the separator less that at the collector, and its error [-]."""
        top, bottom = self.share[number, -1], self.share[number, 0]
        return float(top - bottom), float(np.hypot(self.error[number, -1], self.error[number, 0]))


def window_edges(thickness: float, window: float = WINDOW) -> Array:
    """Edges of windows of equal height, as near to the wanted one as an electrode allows [m].

    Raises:
        InputError: If the window is not a positive height.
    """
    if not window > 0.0:
        raise InputError(f"a window of {window:g} m has no height; give one above 0 m, as in 1e-5 m.")
    return np.linspace(0.0, thickness, max(round(thickness / window), 1) + 1)


def shares_by_depth(z: ArrayLike, classes: ArrayLike, edges: ArrayLike) -> ClassShares:
    """Count the classes in windows.

    Args:
        z: Depth of each particle, distance from the collector, shape (n,).
        classes: Class of each, 0 to 2, shape (n,).
        edges: Of the windows in the unit of ``z``, increasing; a window holds its lower edge, the last both.
    """
    borders, height = np.asarray(edges, dtype=float), np.asarray(z, dtype=float)
    number = np.asarray(classes, dtype=np.int64)
    held = np.array([np.histogram(height[number == which], bins=borders)[0] for which in range(len(CLASSES))])
    count = held.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = held / count
        error = np.sqrt(share * (1.0 - share) / count)
    return ClassShares(borders, count.astype(np.int64), share, error)

"""Where the physics of a half cell ends, judged on means over particle surfaces.

A single node says little: a front that the mesh does not resolve overshoots there. A particle that fills or
empties hands its current to the others, so the cell is full when those that still carry it are.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from chemomech.solver.cell.bounds import depleted_bound, full_bound, salt_bound
from chemomech.solver.cell.surfaces import SurfaceMeans
from chemomech.solver.stepping.limits import Limit


class Surfaces(Protocol):
    """Reads the surface means of the present state."""

    def read(self) -> SurfaceMeans:
        """Present means (collective)."""


def half_cell_limits(surfaces: Surfaces, interval: tuple[float, float]) -> tuple[Limit, ...]:
    """The limits of a half cell whose surfaces can be read.

    Args:
        surfaces: Reads the means that are judged.
        interval: Of x, from ``window``.
    """
    low, high = interval

    def least_salt() -> float:
        means = surfaces.read()
        return min(float(means.salt.min(initial=np.inf)), means.salt_at_metal)

    def least_lithium() -> float:
        return float(surfaces.read().stoichiometry.min(initial=np.inf))

    return (
        Limit(least_lithium, depleted_bound(low)),
        Limit(lambda: where_current_flows(surfaces.read()), full_bound(high)),
        Limit(least_salt, salt_bound()),
    )


def where_current_flows(means: SurfaceMeans) -> float:
    """Mean surface x of the particles, weighted with the current that each carries [-]."""
    carried = np.abs(means.current)
    weights = carried if carried.sum() > 0.0 else np.ones_like(carried)
    return float(np.average(means.stoichiometry, weights=weights)) if weights.size else -np.inf

"""Where the physics of a half cell ends, judged on means over particle surfaces.

A single node says little: a front that the mesh does not resolve overshoots there. A particle that fills or
empties hands its current to the others, so the cell is full when those that still carry it are.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.surfaces import SurfaceMeans
from chemomech.solver.stepping.limits import Bound, Flow, Limit
from chemomech.solver.stepping.operation import StopReason

EMPTY_SITES = 1.0e-4
"""Share of empty sites at the surfaces below which a cell counts as full [-]."""

LEAST_SALT = 1.0
"""Salt concentration below which the kinetics and transport laws no longer hold [mol/m3]."""


class Surfaces(Protocol):
    """Reads the surface means of the present state."""

    def read(self) -> SurfaceMeans:
        """Present means (collective)."""


def salt_bound() -> Bound:
    """Salt beside the reacting surfaces."""
    return Bound(
        "c_e at a reacting surface", "mol/m3", LEAST_SALT, False, StopReason.ELECTROLYTE_DEPLETED,
        near=49.0 * LEAST_SALT,
    )  # fmt: skip


def depleted_bound(lowest: float) -> Bound:
    """Lithium at the surface of the emptiest particle.

    Args:
        lowest: Lower end of the open-circuit curve [-].
    """
    return Bound(
        "x at the mean surface of a particle", "-", lowest, False, StopReason.PARTICLE_SURFACE_DEPLETED,
        Flow.CHARGE, near=0.02,
    )  # fmt: skip


def full_bound(highest: float) -> Bound:
    """Lithium at the surfaces that carry the current.

    Args:
        highest: Upper end of the open-circuit curve [-].
    """
    return Bound(
        "x at the surfaces that carry the current", "-", highest - EMPTY_SITES, True,
        StopReason.PARTICLE_SURFACE_FULL, Flow.DISCHARGE, near=0.004,
    )  # fmt: skip


def window(model: HalfCellModel) -> tuple[float, float]:
    """Interval of x in which a cell may be; one that starts beyond the open-circuit curve may stay there."""
    low, high = model.cathode.open_circuit_voltage.valid_range
    return low, max(high, model.initial_stoichiometry)


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

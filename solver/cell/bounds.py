"""Bounds of a half cell, the same for every model of it."""

from __future__ import annotations

from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.stepping.limits import Bound, Flow
from chemomech.solver.stepping.operation import StopReason

EMPTY_SITES = 1.0e-4
"""Share of empty sites at the surfaces below which a cell counts as full [-]."""

LEAST_SALT = 1.0
"""Salt concentration below which the kinetics and transport laws no longer hold [mol/m3]."""


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

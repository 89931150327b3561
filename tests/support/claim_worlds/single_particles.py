"""Worlds of paper 002: shares, contents and cracks of single particles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support.claim_worlds.made_up import MadeUp, fast_charge, result_of
from support.synthetic_result import pack_particles, synthetic_records

from chemomech.validation.claims.diverging import CountedShares, DivergingShares
from chemomech.validation.claims.full_cell import ChargeAtVoltage

MEASURED = (0.23, 0.41, 0.61, 0.81)


def charges(*values: float) -> MadeUp:
    """States of charge at the four voltages."""
    found = tuple(ChargeAtVoltage(value, (value,) * 3, 0.02) for value in values)
    return MadeUp(shared={"charges at voltages": found})


def charges_as_measured(_: Path) -> MadeUp:
    return charges(0.23 + 0.06, 0.41, 0.61 - 0.06, 0.81)


def one_charge_too_high(_: Path) -> MadeUp:
    return charges(0.23 + 0.08, 0.41, 0.61, 0.81)


def one_charge_too_low(_: Path) -> MadeUp:
    return charges(0.23, 0.41, 0.61 - 0.08, 0.81)


def frame_that_lets_few_out(_: Path) -> MadeUp:
    return MadeUp(shared={"diverging shares": DivergingShares(0.045, 0.95)})


def frame_that_lets_many_out(_: Path) -> MadeUp:
    return MadeUp(shared={"diverging shares": DivergingShares(0.075, 0.92)})


def counted(*shares: float) -> MadeUp:
    """Shares of diverging particles after cycling."""
    errors = np.array([0.01, 0.01, 0.02, 0.01])
    return MadeUp(shared={"counted shares": CountedShares((0.06, 0.01), np.array(shares), errors)})


def shares_as_counted(_: Path) -> MadeUp:
    return counted(0.08, 0.11, 0.15, 0.10)


def one_share_too_large(_: Path) -> MadeUp:
    return counted(0.08, 0.11, 0.22, 0.10)


def shares_that_scatter_together(_: Path) -> MadeUp:
    """Each within two standard deviations, but not all of them by chance."""
    return counted(0.115, 0.075, 0.16, 0.07)


def resting(before: float, after: float, isolated: int) -> MadeUp:
    """A charge and a rest; so many particles are apart by so much before and after the rest."""
    _, radii = pack_particles()
    count = len(radii)
    time = synthetic_records(steps=30)["time"]
    current = np.where(time <= 300.0, 1.0, 0.0)
    apart = np.arange(count) < isolated
    excess = np.where(time <= 300.0, before, after)[:, None] * apart
    x = 0.3 + excess + 0.001 * np.arange(count) / count
    base = synthetic_records(steps=30)
    changes = dict.fromkeys(("mean_stoichiometry", "surface_stoichiometry", "core_stoichiometry"), x)
    dataset = fast_charge(**(base | changes | {"current_density": current}))
    return MadeUp({"slow-charge-isolated": result_of("slow-charge-isolated", dataset)})


def particles_that_stay_apart(_: Path) -> MadeUp:
    return resting(0.6, 0.6, 3)


def particles_that_even_out(_: Path) -> MadeUp:
    return resting(0.6, 0.1, 3)


def particles_that_were_never_apart(_: Path) -> MadeUp:
    return resting(0.0, 0.0, 3)


def cracked(ratio: float) -> MadeUp:
    """Indices at 2C and 3C in a ratio; small particles have more, so that weights matter."""
    _, radii = pack_particles()
    time = synthetic_records()["time"]
    made = {}
    for name, level in (("charge-2C", 1.0), ("charge-3C", ratio)):
        index = level * (1.0 + 0.1 * (radii / radii.mean() - 1.0)) * np.ones((len(time), 1))
        made[name] = result_of(
            name,
            fast_charge(energy_release_ratio=index).assign(surface_crack_ratio=(("time", "particle"), index)),
        )
    return MadeUp(made)


def deeper_at_3c(_: Path) -> MadeUp:
    return cracked(1.07)


def hardly_deeper_at_3c(_: Path) -> MadeUp:
    return cracked(1.03)


def deeper_at_2c(_: Path) -> MadeUp:
    return cracked(0.8)


def straight_line(_: Path) -> MadeUp:
    return MadeUp(shared={"contents read by ICP": ((0.201, 0.398, 0.605, 0.795, 1.004), 1e-3)})


def bent_line(_: Path) -> MadeUp:
    return MadeUp(shared={"contents read by ICP": ((0.19, 0.39, 0.60, 0.81, 1.03), 1e-3)})


def frame_close_to_the_measured_share(_: Path) -> MadeUp:
    return MadeUp(shared={"diverging shares": DivergingShares(0.050, 0.95)})


def frame_far_from_the_measured_share(_: Path) -> MadeUp:
    return MadeUp(shared={"diverging shares": DivergingShares(0.020, 0.95)})
